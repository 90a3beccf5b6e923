//! Breaking changes between two versions of a connector.
