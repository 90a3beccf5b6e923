//! What an operator sets: limits of the workspace, which its vendor changes now and then.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Links between records and channels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Characters of the name of a team or channel.
    pub name_chars: usize,
    /// Channels of one team, those that were deleted not long ago among them.
    pub channels_per_team: usize,
    /// Private channels of one team.
    pub private_channels_per_team: usize,
    /// Members of one private channel.
    pub members_per_private_channel: usize,
    /// Members that one link asks in.
    pub members_at_once: usize,
    /// Seconds that somebody who presses a button waits before the rest is done in the background.
    pub wait_seconds: u64,
    /// Minutes that a new team's file library may take.
    pub library_minutes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            name_chars: 50,
            channels_per_team: 1_000,
            private_channels_per_team: 30,
            members_per_private_channel: 250,
            members_at_once: 100,
            wait_seconds: 10,
            library_minutes: 15,
        }
    }
}
