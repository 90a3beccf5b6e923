//! What an operator sets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Meetings of sellers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// For how many days the entry of a meeting is kept after its end.
    pub keep_days: u32,
    /// Meetings that one person may bring.
    pub max_meetings: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { keep_days: 365, max_meetings: 20_000 }
    }
}
