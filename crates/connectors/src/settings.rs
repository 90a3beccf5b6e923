//! What an operator may set.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of connectors and calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Connectors that one environment may hold.
    pub max_connectors: u32,
    /// Old versions that a connector keeps beside the current one and those that actions use.
    pub kept_versions: u32,
    /// Connections that one connector may have.
    pub max_connections: u32,
    /// Data policies that an organisation may have.
    pub max_policies: u32,
    /// Bytes of an uploaded package, and of its files together.
    pub max_package_bytes: usize,
    /// Compiled definitions that are kept in memory.
    pub cached_definitions: u32,
    /// How long one call may take in all, look-ups and one repeat after a refreshed sign-in included, in
    /// milliseconds.
    pub call_timeout_ms: u64,
    /// The largest answer of an API that is read, in bytes.
    pub max_answer_bytes: usize,
    /// Calls that may be under way at once on one node.
    pub calls_at_once: u32,
    /// How many large answers are passed on at once as they come.
    pub streams_at_once: u32,
    /// How long the log of calls is kept, in days.
    pub call_log_days: u32,
    /// How long what triggers found is kept for whoever follows it, in days; the last thousand of each at most.
    pub trigger_event_days: u32,
    /// Whether every call is also a row of the audit; failures of data policies always are.
    pub audit_calls: bool,
    /// How long before its end an expiring connection is warned of, in days.
    pub expiry_warning_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_connectors: 1_000,
            kept_versions: 20,
            max_connections: 10_000,
            max_policies: 100,
            max_package_bytes: 10 << 20,
            cached_definitions: 500,
            call_timeout_ms: 30_000,
            max_answer_bytes: 10 << 20,
            calls_at_once: 500,
            streams_at_once: 32,
            call_log_days: 30,
            trigger_event_days: 30,
            audit_calls: true,
            expiry_warning_days: 7,
        }
    }
}

impl Settings {
    pub(crate) const fn call_timeout(&self) -> Duration {
        Duration::from_millis(self.call_timeout_ms)
    }
}
