//! Limits of connections.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Limits of connections. Times are in seconds, sizes in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// How many connections are open at once; further ones wait to be accepted.
    pub max_connections: usize,
    /// How long a request's head may take, counted from when the connection is idle.
    pub head_timeout_secs: u64,
    /// Longest head of a request: first line and headers.
    pub max_head_bytes: usize,
    /// How long a caller may send nothing of a body.
    pub body_idle_timeout_secs: u64,
    /// How slow a body may be after the first 15 seconds.
    pub min_body_bytes_per_sec: u64,
    /// How long a caller may take nothing of an answer.
    pub write_timeout_secs: u64,
    /// How long the stop waits for requests that are being answered.
    pub stop_timeout_secs: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_connections: 8192,
            head_timeout_secs: 30,
            max_head_bytes: 32 * 1024,
            body_idle_timeout_secs: 15,
            min_body_bytes_per_sec: 512,
            write_timeout_secs: 60,
            stop_timeout_secs: 20,
        }
    }
}

impl Settings {
    pub(crate) const fn head_timeout(&self) -> Duration {
        Duration::from_secs(self.head_timeout_secs)
    }

    pub(crate) const fn body_idle_timeout(&self) -> Duration {
        Duration::from_secs(self.body_idle_timeout_secs)
    }

    pub(crate) const fn write_timeout(&self) -> Duration {
        Duration::from_secs(self.write_timeout_secs)
    }

    /// How long the stop waits for requests that are being answered.
    pub const fn stop_timeout(&self) -> Duration {
        Duration::from_secs(self.stop_timeout_secs)
    }
}
