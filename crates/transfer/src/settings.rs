//! What an operator sets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Import and export of rows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Rows that one export gives; a workbook has at most 1,048,575.
    pub max_export_rows: u64,
    /// Rows that one import takes.
    pub max_import_rows: u64,
    /// Megabytes of a file of comma-separated values; a workbook has at most 32.
    pub max_file_mb: u32,
    /// Imports of one person that are not done: on their way, waiting, stopped.
    pub max_open_imports: u32,
    /// Rows that those imports of one person hold.
    pub max_open_rows: u64,
    /// Megabytes that those rows take in the database.
    pub max_open_mb: u32,
    /// Imports that one node works on at the same time.
    pub imports_at_once: usize,
    /// For how many days imports can be looked at and undone.
    pub keep_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_export_rows: 1_000_000,
            max_import_rows: 5_000_000,
            max_file_mb: 1024,
            max_open_imports: 20,
            max_open_rows: 10_000_000,
            max_open_mb: 4096,
            imports_at_once: 2,
            keep_days: 30,
        }
    }
}
