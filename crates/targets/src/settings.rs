//! What an operator may set.

use std::time::Duration;

use delivery::{Backoff, outside::Policy};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of delivery targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Targets that a channel may have, those of its webhooks included.
    pub max_per_channel: u32,
    /// Targets that are served at once. Each waits on its own; a slow one takes only its place.
    pub targets_at_once: usize,
    /// Messages that are read at once.
    pub batch_messages: u32,
    /// How often the worker looks for messages that no notice told of.
    pub sweep_seconds: u64,
    /// How long an answer may take, in milliseconds.
    pub request_timeout_ms: u64,
    /// The first pause after a failure; each further one is twice as long.
    pub first_pause_ms: u64,
    /// The longest pause while the circuit is closed.
    pub longest_pause_ms: u64,
    /// Failures in a row that open the circuit.
    pub open_after: u32,
    /// The first pause of an open circuit; each failed probe doubles it.
    pub first_probe_ms: u64,
    /// The longest pause between probes.
    pub longest_probe_ms: u64,
    /// Attempts at one message before it becomes a dead letter.
    pub attempts: u32,
    /// How old a message may be when it is tried; older ones become dead letters.
    pub max_age_hours: u32,
    /// The longest wait that a target may ask for with `Retry-After`, in seconds.
    pub longest_wait_seconds: u64,
    /// How long a target fails before its owner hears of it, in seconds.
    pub alert_after_seconds: u64,
    /// Rows of the log of attempts that a target keeps.
    pub kept_attempts: u32,
    /// Days that rows of the log of attempts are kept.
    pub attempts_days: u32,
    /// How long a node owns a target without saying so again, where there are several.
    pub lease_seconds: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_per_channel: 50,
            targets_at_once: 512,
            batch_messages: 200,
            sweep_seconds: 5,
            // Standard Webhooks asks for 15 to 30 s.
            request_timeout_ms: 15_000,
            first_pause_ms: 1_000,
            longest_pause_ms: 60_000,
            open_after: 5,
            first_probe_ms: 30_000,
            longest_probe_ms: 600_000,
            attempts: 30,
            max_age_hours: 72,
            longest_wait_seconds: 3_600,
            alert_after_seconds: 300,
            kept_attempts: 1_000,
            attempts_days: 30,
            lease_seconds: 60,
        }
    }
}

impl Settings {
    pub(crate) const fn policy(&self) -> Policy {
        Policy {
            backoff: Backoff {
                first: Duration::from_millis(self.first_pause_ms),
                longest: Duration::from_millis(self.longest_pause_ms),
            },
            open_after: self.open_after,
            probe: Backoff {
                first: Duration::from_millis(self.first_probe_ms),
                longest: Duration::from_millis(self.longest_probe_ms),
            },
            attempts: self.attempts,
            max_age: Duration::from_hours(self.max_age_hours as u64),
            longest_wait: Duration::from_secs(self.longest_wait_seconds),
        }
    }

    pub(crate) const fn timeout(&self) -> Duration {
        Duration::from_millis(self.request_timeout_ms)
    }

    /// A lease that outlives any request.
    pub(crate) fn lease(&self) -> Duration {
        Duration::from_secs(self.lease_seconds).max(self.timeout() * 3)
    }
}
