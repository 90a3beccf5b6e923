//! Durable topics and audit rows.
