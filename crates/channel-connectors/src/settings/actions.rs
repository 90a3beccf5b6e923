//! How buttons of cards are set.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How buttons of cards are set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ActionSettings {
    /// How long a receiver may take to answer: 15 s is the platform's figure.
    pub timeout_ms: u64,
    /// The largest answer that is read, in bytes.
    pub max_answer_bytes: usize,
    /// Buttons of older cards no longer act; a month, as in mail.
    pub max_age_days: u32,
    /// Presses a minute of one person.
    pub presses_a_minute: u32,
    /// How long a receiver may take for a card that is refreshed because somebody looks at it: 6 s is the
    /// platform's figure.
    pub refresh_timeout_ms: u64,
    /// Cards a minute that are refreshed because one person looks at them.
    pub refreshes_a_minute: u32,
    /// How long presses are kept in the delivery log.
    pub kept_days: u32,
}

impl Default for ActionSettings {
    fn default() -> Self {
        Self {
            timeout_ms: 15_000,
            max_answer_bytes: 256 * 1024,
            max_age_days: 30,
            presses_a_minute: 30,
            refresh_timeout_ms: 6_000,
            refreshes_a_minute: 60,
            kept_days: 30,
        }
    }
}

impl ActionSettings {
    /// [`ActionSettings::timeout_ms`] as a duration.
    pub const fn timeout(&self) -> Duration {
        Duration::from_millis(self.timeout_ms)
    }

    /// The time of a refresh that nobody asked for: [`ActionSettings::refresh_timeout_ms`], and never more than
    /// of a press.
    pub fn refresh_timeout(&self) -> Duration {
        self.timeout().min(Duration::from_millis(self.refresh_timeout_ms))
    }
}
