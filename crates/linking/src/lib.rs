//! Links of records to channels.
