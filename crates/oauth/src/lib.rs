//! The only OAuth client.
