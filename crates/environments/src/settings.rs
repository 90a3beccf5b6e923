//! What an operator sets.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Environments: how long they can be brought back, and how long trials last.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// How many days an environment that was deleted can be brought back.
    pub grace_days: u32,
    /// After how many days a trial is deleted unless it is converted to production; it can be brought back after that
    /// as any other.
    pub trial_days: u32,
    /// For how many days it is kept what environments held.
    pub capacity_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { grace_days: 7, trial_days: 30, capacity_days: 90 }
    }
}
