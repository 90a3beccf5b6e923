//! What an operator sets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Records: how long what is gone is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// For how many days deleted rows show up in changes since a token; an older token starts over.
    pub tombstone_days: u32,
    /// For how many days the history of audited tables is kept.
    pub history_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { tombstone_days: 30, history_days: 365 }
    }
}
