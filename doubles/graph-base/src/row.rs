//! Rows with their history.

use serde_json::Value;

/// One row and when it was changed last.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its identifier.
    pub id: String,
    /// What it holds.
    pub value: Value,
    /// The number of its last change.
    pub changed: u64,
    /// Whether it was deleted.
    pub gone: bool,
}
