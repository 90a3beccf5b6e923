//! Secrets sealed at rest.
