//! Counts for the metrics.

use std::sync::atomic::{AtomicU64, Ordering};

use http::StatusCode;

/// What a request was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// `200`, body `1`.
    Accepted,
    /// `200`, body `1`; it had been accepted before.
    Repeated,
    /// `4xx` for what it was.
    Refused,
    /// One too many.
    Throttled,
    /// No such address.
    Unknown,
    /// `5xx`.
    Failed,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 6] = [
        Self::Accepted,
        Self::Repeated,
        Self::Refused,
        Self::Throttled,
        Self::Unknown,
        Self::Failed,
    ];

    /// The word in metrics and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Repeated => "repeated",
            Self::Refused => "refused",
            Self::Throttled => "throttled",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
        }
    }

    pub(crate) fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::TOO_MANY_REQUESTS => Self::Throttled,
            status if status.is_server_error() => Self::Failed,
            _ => Self::Refused,
        }
    }
}

/// How often each outcome was, since the start of the process.
#[derive(Debug, Default)]
pub struct Figures([AtomicU64; 6]);

impl Figures {
    /// How often `outcome` was.
    pub fn of(&self, outcome: Outcome) -> u64 {
        self.0.get(outcome as usize).map_or(0, |count| count.load(Ordering::Relaxed))
    }

    pub(crate) fn count(&self, outcome: Outcome) {
        if let Some(count) = self.0.get(outcome as usize) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }
}
