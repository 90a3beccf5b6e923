//! Configurations: what somebody set up with a connector, where, and with which webhook.

mod dialog;
mod ended;
mod list;
mod service;
mod settings;
pub(crate) mod store;

use channel_connectors::Place;
use jiff::Timestamp;
use kernel::{AppId, ConfigurationId, ConnectorId, UserId, WebhookId};
use serde_json::{Map, Value as Json};
use url::Url;

pub use dialog::{FrameContext, Opening};
pub use ended::Ended;
pub use list::{OfferSource, Offered, Which};
pub use service::{Configurations, RegistryParts, forget_webhook, registry};
pub(crate) use service::{drop_whole, person};

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
    /// The app that brought the connector; none where nobody's app did.
    pub app: Option<AppId>,
    /// Why it ended, if its app is not here any more.
    pub ended: Option<Ended>,
    /// What its page set and has not saved yet, and for whom.
    pub(crate) staged: Option<(Map<String, Json>, UserId)>,
}

impl Configuration {
    /// An address among the saved settings.
    pub(crate) fn address(&self, key: &str) -> Option<Url> {
        self.settings.as_ref()?.get(key)?.as_str()?.parse().ok()
    }
}
