//! Bounds of what a form shows. All are our own choice: published operations stay far below them.

/// Most fields of a form; what comes after them is JSON.
pub const MAX_FIELDS: usize = 300;
/// Deepest group or list in a form; what lies deeper is JSON.
pub const MAX_DEPTH: usize = 8;
/// Most things to choose in one drop-down.
pub const MAX_OPTIONS: usize = 1_000;
/// Most elements of a list that a form shows; longer ones are JSON.
pub const MAX_ITEMS: usize = 50;
/// Longest label, in characters.
pub(crate) const MAX_LABEL: usize = 120;
/// Longest sentence below a field, in characters.
pub(crate) const MAX_HINT: usize = 300;
/// Longest example inside a field, in characters.
pub(crate) const MAX_PLACEHOLDER: usize = 80;
/// Most posted fields that are read.
pub(crate) const MAX_POSTED: usize = 4_000;
/// Largest schema that another operation may give, in bytes of JSON.
pub(crate) const MAX_SCHEMA_BYTES: usize = 1024 * 1024;
/// Most lists and schemas of other operations that one form asks for.
pub(crate) const MAX_ASKED: usize = 40;
/// Largest file that comes back with a form that is shown again, in characters of Base64.
pub(crate) const MAX_KEPT_FILE: usize = 256 * 1024;
