//! Configurations: what somebody set up with a connector, where, and with which webhook.

mod cards;
mod dialog;
mod list;
mod service;
mod settings;
pub(crate) mod store;

use std::fmt;

use jiff::Timestamp;
use kernel::{ChannelId, ConfigurationId, ConnectorId, TeamId, UserId, WebhookId};
use serde_json::{Map, Value as Json};
use url::Url;
use uuid::Uuid;

pub use dialog::{FrameContext, Opening};
pub use list::{OfferSource, Offered, Which};
pub use service::{Configurations, RegistryParts, registry};
pub(crate) use service::{drop_whole, person};

use crate::Connector;

/// Where cards of a connector go.
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

    pub(crate) fn read(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            "channel" => Some(Self::Channel(id.into())),
            "mailbox" => Some(Self::Mailbox(id.into())),
            "inbox" => Some(Self::Inbox(id.into())),
            _ => None,
        }
    }

    /// Whether a connector is made for such a place.
    pub const fn suits(self, connector: &Connector) -> bool {
        match self {
            Self::Channel(_) => connector.details.teams,
            Self::Mailbox(_) => connector.details.groups,
            Self::Inbox(_) => connector.details.mail,
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind(), self.uuid())
    }
}

/// Whether a configuration was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConfigurationState {
    /// Its dialog is open for the first time.
    Pending,
    /// It was saved.
    Active,
}

impl ConfigurationState {
    /// The word in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
        }
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        [Self::Pending, Self::Active].into_iter().find(|state| state.as_str() == text)
    }
}

/// What somebody set up with a connector.
#[derive(Debug, Clone, PartialEq)]
pub struct Configuration {
    /// Its identifier.
    pub id: ConfigurationId,
    /// With which connector.
    pub connector: ConnectorId,
    /// Where its cards go.
    pub place: Place,
    /// Through which webhook they come; none before its page set something.
    pub webhook: Option<WebhookId>,
    /// What its page called it (`configName`); else the connector's name.
    pub name: String,
    /// What its page saved, unknown keys included.
    pub settings: Option<Map<String, Json>>,
    /// Whether it was saved.
    pub state: ConfigurationState,
    /// Who set it up.
    pub created_by: UserId,
    /// When.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// What its page set and has not saved yet, and for whom.
    pub(crate) staged: Option<(Map<String, Json>, UserId)>,
}

impl Configuration {
    /// An address among the saved settings.
    pub(crate) fn address(&self, key: &str) -> Option<Url> {
        self.settings.as_ref()?.get(key)?.as_str()?.parse().ok()
    }
}
