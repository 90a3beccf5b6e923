//! The shapes that the routes of connectors share.

use std::collections::BTreeMap;

use channel_connectors::{IconKind, Place};
use connector_registry::{Configuration, Connector, NewConnector, Offered, Opening};
use kernel::ConnectorId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// What a developer says of a connector.
#[derive(Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for a place or a right of its own")]
pub(super) struct ConnectorForm {
    /// To register: an identifier from an existing manifest, drawn unless given. It never changes.
    #[schema(value_type = Option<String>, format = Uuid)]
    pub(super) id: Option<ConnectorId>,
    /// 1 to 30 characters.
    pub(super) name: String,
    /// 1 to 80 characters.
    pub(super) short_description: String,
    /// At most 4,000 characters.
    pub(super) description: String,
    /// 1 to 32 characters.
    pub(super) company_name: String,
    /// Required.
    pub(super) company_url: String,
    /// The configuration page; `https`, `http` only for this machine and opened networks. Its host is
    /// among the valid domains.
    pub(super) configuration_url: String,
    /// Hosts of its pages: `app.example.org`, or `*.app.example.org` for one label more.
    pub(super) valid_domains: Vec<String>,
    pub(super) landing_url: String,
    /// The company's address unless given.
    pub(super) privacy_url: String,
    /// The company's address unless given.
    pub(super) terms_url: String,
    /// Events that it sends, in words.
    pub(super) events: Vec<String>,
    /// Whether buttons on its cards may act.
    pub(super) actionable: bool,
    /// Hosts that those buttons may call.
    pub(super) action_domains: Vec<String>,
    /// Where the answers of `Action.Submit` and `Action.Execute` go; among the hosts above.
    pub(super) action_url: String,
    /// Works in channels (`appType` `teams`).
    pub(super) teams: bool,
    /// Works in mailboxes of groups (`appType` `groups`).
    pub(super) groups: bool,
    /// Works in inboxes of persons (`appType` `mail`).
    pub(super) mail: bool,
}

impl ConnectorForm {
    pub(super) fn read(self) -> NewConnector {
        NewConnector {
            id: self.id,
            name: self.name,
            short_description: self.short_description,
            description: self.description,
            company_name: self.company_name,
            company_url: self.company_url,
            configuration_url: self.configuration_url,
            valid_domains: self.valid_domains,
            landing_url: self.landing_url,
            privacy_url: self.privacy_url,
            terms_url: self.terms_url,
            events: self.events,
            actionable: self.actionable,
            action_domains: self.action_domains,
            action_url: self.action_url,
            teams: self.teams,
            groups: self.groups,
            mail: self.mail,
        }
    }
}

impl From<NewConnector> for ConnectorForm {
    fn from(of: NewConnector) -> Self {
        Self {
            id: of.id,
            name: of.name,
            short_description: of.short_description,
            description: of.description,
            company_name: of.company_name,
            company_url: of.company_url,
            configuration_url: of.configuration_url,
            valid_domains: of.valid_domains,
            landing_url: of.landing_url,
            privacy_url: of.privacy_url,
            terms_url: of.terms_url,
            events: of.events,
            actionable: of.actionable,
            action_domains: of.action_domains,
            action_url: of.action_url,
            teams: of.teams,
            groups: of.groups,
            mail: of.mail,
        }
    }
}

/// A registered connector.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConnectorItem {
    #[serde(flatten)]
    form: ConnectorForm,
    /// How its page is shown: `proxy` (an origin of its own at the hub) or `direct`.
    way: &'static str,
    /// Media type of its logo, if it has one.
    logo: Option<&'static str>,
    #[schema(format = Uuid)]
    owner_id: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<&Connector> for ConnectorItem {
    fn from(of: &Connector) -> Self {
        Self {
            form: NewConnector::from(of).into(),
            way: of.way.as_str(),
            logo: of.logo.map(IconKind::media_type),
            owner_id: of.owner.to_string(),
            created_at: of.created_at.to_string(),
            updated_at: of.updated_at.to_string(),
        }
    }
}

/// Where cards go.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlaceItem {
    /// `channel`, `mailbox` (of a team) or `inbox` (of a person).
    kind: &'static str,
    /// Of the channel, the team or the person.
    #[schema(format = Uuid)]
    id: String,
    /// What pages are told: `teams`, `groups` or `mail`.
    app_type: &'static str,
}

impl From<Place> for PlaceItem {
    fn from(of: Place) -> Self {
        Self { kind: of.kind(), id: of.uuid().to_string(), app_type: of.app_type() }
    }
}

/// What somebody set up with a connector. Its settings are told to its page alone.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ConfigurationItem {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    connector_id: String,
    place: PlaceItem,
    /// The webhook through which its cards come; null before its page set something.
    #[schema(format = Uuid)]
    webhook_id: Option<String>,
    name: String,
    /// `pending` or `active`.
    state: &'static str,
    /// Why it ended: `uninstalled` or `blocked`, with its app; null while it goes on.
    ended: Option<&'static str>,
    #[schema(format = Uuid)]
    created_by: String,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<&Configuration> for ConfigurationItem {
    fn from(of: &Configuration) -> Self {
        Self {
            id: of.id.to_string(),
            connector_id: of.connector.to_string(),
            place: of.place.into(),
            webhook_id: of.webhook.map(|id| id.to_string()),
            name: of.name.clone(),
            state: of.state.as_str(),
            ended: of.ended.map(connector_registry::Ended::as_str),
            created_by: of.created_by.to_string(),
            created_at: of.created_at.to_string(),
            updated_at: of.updated_at.to_string(),
        }
    }
}

/// A dialog with the page of a connector.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OpeningItem {
    configuration: ConfigurationItem,
    /// The page to load.
    page: String,
    /// `settings` or `remove`.
    context: &'static str,
    /// Hosts that the page may come from.
    valid_domains: Vec<String>,
}

impl From<Opening> for OpeningItem {
    fn from(of: Opening) -> Self {
        Self {
            configuration: (&of.configuration).into(),
            page: of.page.to_string(),
            context: of.context.as_str(),
            valid_domains: of.valid_domains,
        }
    }
}

/// A connector as a place offers it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OfferItem {
    /// Null for the built-in incoming webhook.
    #[schema(format = Uuid)]
    connector_id: Option<String>,
    #[schema(format = Uuid)]
    app_id: Option<String>,
    /// `built_in`, `installed`, `uploaded`, `offered`, `own` or `configured_only`.
    source: &'static str,
    /// Empty for the built-in one.
    name: String,
    short_description: String,
    company_name: String,
    /// Path of its icon.
    icon: Option<String>,
    /// Whether there is a page to set it up with.
    configurable: bool,
    /// What is set up with it here.
    configured: Vec<ConfigurationItem>,
}

impl From<Offered> for OfferItem {
    fn from(of: Offered) -> Self {
        Self {
            connector_id: of.connector.map(|id| id.to_string()),
            app_id: of.app.map(|id| id.to_string()),
            source: of.source.as_str(),
            name: of.name,
            short_description: of.short_description,
            company_name: of.company_name,
            icon: of.icon,
            configurable: of.configurable,
            configured: of.configured.iter().map(ConfigurationItem::from).collect(),
        }
    }
}

/// Settings as a configuration page knows them: its own keys, and what the hub adds.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PageSettings {
    #[serde(flatten)]
    #[schema(additional_properties)]
    pub(super) settings: BTreeMap<String, Value>,
}
