//! How incoming webhooks are set.

mod actions;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use actions::ActionSettings;

/// How incoming webhooks are set, for those that have no setting of their own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Largest body of a post: 28 KB is the published limit that senders were written against.
    pub max_body_bytes: u32,
    /// The most that a webhook's own limit may be raised to.
    pub max_body_bytes_ceiling: u32,
    /// Posts a second of the profile `standard`.
    pub standard_per_second: u32,
    /// Posts an hour of the profile `standard`.
    pub standard_per_hour: u32,
    /// How long a post of a burst waits for its turn before it is refused. Senders give up after 4 s.
    pub patience_ms: u64,
    /// Most posts that wait for their turn at once, on one node.
    pub waiting_posts: usize,
    /// For how long a repeated post is recognised by its identifier.
    pub repeat_hours: u32,
    /// How long the old address goes on working after a rotation, unless said otherwise.
    pub overlap_hours: u32,
    /// Below this share of free disk space posts are refused.
    pub min_free_percent: u8,
    /// Refused posts kept for each webhook.
    pub refused_kept: u32,
    /// Refused posts written to the delivery log of one webhook in a second; further ones are counted only.
    pub refused_a_second: u32,
    /// How long refused posts are kept.
    pub refused_days: u32,
    /// How long what could not be delivered is kept for a replay.
    pub dead_letter_days: u32,
    /// How long the hourly counts are kept.
    pub hours_days: u32,
    /// Buttons of cards.
    pub actions: ActionSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_body_bytes: 28_672,
            max_body_bytes_ceiling: 1_048_576,
            standard_per_second: 200,
            standard_per_hour: 20_000,
            patience_ms: 3_000,
            waiting_posts: 4_096,
            repeat_hours: 24,
            overlap_hours: 24,
            min_free_percent: 5,
            refused_kept: 500,
            refused_a_second: 10,
            refused_days: 30,
            dead_letter_days: 90,
            hours_days: 8,
            actions: ActionSettings::default(),
        }
    }
}
