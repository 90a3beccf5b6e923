//! What an operator may set.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of the sales surfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// How long a surface waits for each operation that it calls, in milliseconds; the contract says 5000.
    pub call_timeout_ms: u64,
    /// How long what calls of surfaces came to is kept, in days.
    pub diagnostics_days: u32,
    /// How many of them an organisation keeps at most.
    pub max_diagnostics: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { call_timeout_ms: 5_000, diagnostics_days: 7, max_diagnostics: 100_000 }
    }
}

impl Settings {
    pub(crate) const fn call_timeout(&self) -> Duration {
        Duration::from_millis(self.call_timeout_ms)
    }
}
