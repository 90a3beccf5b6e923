//! What became of a list, line by line.

use channel_connectors::{Addresses, State};
use kernel::{ChannelId, WebhookId};

/// What became of a list, or would become of it.
#[derive(Debug, Clone)]
pub struct ImportReport {
    /// Its lines, in order.
    pub entries: Vec<Entry>,
    /// Columns that said nothing to us.
    pub unused: Vec<String>,
    /// Whether webhooks were made: not in a dry run, and not when a line was refused.
    pub applied: bool,
}

impl ImportReport {
    /// How many lines came to this.
    pub fn count(&self, fate: Fate) -> usize {
        self.entries.iter().filter(|entry| entry.fate == fate).count()
    }
}

/// One line of a list.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The line in the file, from 1.
    pub line: u64,
    /// What became of it.
    pub fate: Fate,
    /// The name of the webhook.
    pub name: String,
    /// The name of its team.
    pub team: String,
    /// Whether the team is made for it.
    pub new_team: bool,
    /// The name of its channel.
    pub channel: String,
    /// Whether the channel is made for it.
    pub new_channel: bool,
    /// What is wrong with the line, or worth knowing.
    pub faults: Vec<Fault>,
    /// The webhook, once it is there.
    pub webhook: Option<WebhookId>,
    /// Its addresses, when it was made now.
    pub addresses: Option<Addresses>,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Its webhook is made, or would be.
    Made,
    /// Its webhook was there before, from an earlier import.
    Kept,
    /// Nothing can be made of it.
    Refused,
}

impl Fate {
    /// The name in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Kept => "kept",
            Self::Refused => "refused",
        }
    }
}

/// What is wrong with a line, or worth knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The column.
    pub column: &'static str,
    /// A stable code.
    pub code: String,
    /// What to do, in English.
    pub detail: String,
    /// Whether the line is refused for it.
    pub fatal: bool,
}

/// A webhook that is known by an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Which.
    pub webhook: WebhookId,
    /// Its name.
    pub name: String,
    /// Where it posts, when that is a channel.
    pub channel: Option<ChannelId>,
    /// Whether it takes posts.
    pub state: State,
}
