//! Where cards go.

use std::fmt;

use kernel::{ChannelId, TeamId, UserId};
use uuid::Uuid;

/// Where cards of a webhook go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// A channel.
    Channel(ChannelId),
    /// The mailbox of a team.
    Mailbox(TeamId),
    /// The inbox of a person.
    Inbox(UserId),
}

impl Place {
    /// The word in storage and in addresses.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::Channel(_) => "channel",
            Self::Mailbox(_) => "mailbox",
            Self::Inbox(_) => "inbox",
        }
    }

    /// What pages are told as `appType`.
    pub const fn app_type(self) -> &'static str {
        match self {
            Self::Channel(_) => "teams",
            Self::Mailbox(_) => "groups",
            Self::Inbox(_) => "mail",
        }
    }

    /// Its identifier.
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::Channel(id) => id.uuid(),
            Self::Mailbox(id) => id.uuid(),
            Self::Inbox(id) => id.uuid(),
        }
    }

    /// A place as rows name it.
    pub fn read(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            "channel" => Some(Self::Channel(id.into())),
            "mailbox" => Some(Self::Mailbox(id.into())),
            "inbox" => Some(Self::Inbox(id.into())),
            _ => None,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind(), self.uuid())
    }
}
