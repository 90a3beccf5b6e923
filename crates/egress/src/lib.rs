//! The only outgoing HTTP client.
