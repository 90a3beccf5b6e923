//! What an operator sets: limits of the workspace, which its vendor changes now and then (record-linking reference, §17).

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Links between records and channels.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// Whether records may be linked at all. Off closes linking for every environment and CRM of the hub, whatever their
    /// administrators switched on: links and tabs stay, nothing of them is shown beside records, and nothing new is made.
    pub enabled: bool,
    /// Characters of the name of a team or channel.
    pub name_chars: usize,
    /// Characters that such a name cannot have.
    pub name_forbidden_characters: String,
    /// Words that such a name cannot be, whatever their case.
    pub name_forbidden_words: Vec<String>,
    /// What such a name cannot contain, whatever its case.
    pub name_forbidden_parts: Vec<String>,
    /// Channels of one team, those that were deleted not long ago among them.
    pub channels_per_team: usize,
    /// Private channels of one team.
    pub private_channels_per_team: usize,
    /// Members of one team.
    pub members_per_team: usize,
    /// Members of one private channel.
    pub members_per_private_channel: usize,
    /// Members that one link asks in.
    pub members_at_once: usize,
    /// Links of one record or view that are shown, the oldest first.
    pub links_per_record: u32,
    /// Links of one channel that are shown, the oldest first.
    pub links_per_channel: u32,
    /// Seconds that somebody who presses a button waits before the rest is done in the background.
    pub wait_seconds: u64,
    /// Minutes that a new team's file library may take.
    pub library_minutes: u64,
    /// What goes on after a link is made.
    pub sync: SyncSettings,
}

/// Keeping records and channels in step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SyncSettings {
    /// People that one record brings to a team or channel at most; more is told.
    pub people_per_record: usize,
    /// Changes of one record that wait for their note; of more the latest are told.
    pub waiting_notes: u32,
    /// Hours between two walks over every link, for what no notice told of.
    pub walk_hours: u32,
    /// Days for which is kept who was put where, and what was found and mended.
    pub kept_days: u32,
}

impl Default for Settings {
    fn default() -> Self {
        let all = |list: &[&str]| list.iter().map(|&one| one.to_owned()).collect();
        Self {
            enabled: true,
            name_chars: 50,
            name_forbidden_characters: "~#%&*{}+/\\:<>?|'\",".to_owned(),
            name_forbidden_words: all(&WORDS),
            name_forbidden_parts: all(&["..", "_vti_"]),
            channels_per_team: 1_000,
            private_channels_per_team: 30,
            members_per_team: 25_000,
            members_per_private_channel: 250,
            members_at_once: 100,
            links_per_record: 1_000,
            links_per_channel: 10_000,
            wait_seconds: 10,
            library_minutes: 15,
            sync: SyncSettings::default(),
        }
    }
}

impl Default for SyncSettings {
    fn default() -> Self {
        Self { people_per_record: 1_000, waiting_notes: 500, walk_hours: 24, kept_days: 400 }
    }
}

/// The names of devices and folders that the published rules keep for themselves.
const WORDS: [&str; 26] = [
    "forms",
    "con",
    "conin$",
    "conout$",
    "prn",
    "aux",
    "nul",
    "desktop.ini",
    "com1",
    "com2",
    "com3",
    "com4",
    "com5",
    "com6",
    "com7",
    "com8",
    "com9",
    "lpt1",
    "lpt2",
    "lpt3",
    "lpt4",
    "lpt5",
    "lpt6",
    "lpt7",
    "lpt8",
    "lpt9",
];
