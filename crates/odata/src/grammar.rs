//! The rules of the grammar by name.

/// Whether this is a spatial value with its reference system.
pub(crate) fn spatial(text: &str) -> bool {
    text.starts_with("SRID=")
}
