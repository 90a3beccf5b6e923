//! Settings of the edge.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Settings of the Dataverse Web API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Largest JSON body, and largest batch.
    pub max_body_bytes: usize,
    /// Requests that one user may send within the window (service protection).
    pub max_requests: u32,
    /// Seconds of work that the requests of one user may take within the window (service protection).
    pub max_work_seconds: u32,
    /// Requests of one user that may run side by side (service protection).
    pub max_concurrent: u32,
    /// Length of the window in seconds.
    pub window_seconds: u32,
}

impl Default for Settings {
    /// The published limits: 6,000 requests and 20 minutes of work in 5 minutes, 52 at once.
    fn default() -> Self {
        Self {
            max_body_bytes: 16 << 20,
            max_requests: 6000,
            max_work_seconds: 1200,
            max_concurrent: 52,
            window_seconds: 300,
        }
    }
}
