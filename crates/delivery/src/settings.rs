//! How a pump works.

use serde::{Deserialize, Serialize};

/// How a pump works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Most events in one transaction. The one writer of SQLite must not be held for more than 5 ms.
    pub batch_events: u32,
    /// Most streams at work at once.
    pub streams_at_once: usize,
    /// Pause between batches of a busy stream, so that they fill up; a quiet one is served at once.
    pub linger_ms: u64,
    /// How often the pump looks for events that no notice told of.
    pub sweep_seconds: u64,
    /// How often one event is tried before it becomes a dead letter.
    pub attempts: u32,
    /// The first pause after a failure; each further one is twice as long.
    pub first_pause_ms: u64,
    /// The longest pause.
    pub longest_pause_ms: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            batch_events: 400,
            streams_at_once: 16,
            linger_ms: 4,
            sweep_seconds: 5,
            attempts: 5,
            first_pause_ms: 100,
            longest_pause_ms: 60_000,
        }
    }
}
