//! What the handlers call.

use std::sync::Arc;

use environments::Environments;
use identity::Identity;
use workspace::Workspace;

/// The services that the handlers call.
#[derive(Debug)]
pub struct Services {
    /// Who is it, may they.
    pub identity: Arc<Identity>,
    /// Teams, channels, messages, files, mail.
    pub workspace: Arc<Workspace>,
    /// The life of environments.
    pub environments: Arc<Environments>,
}

/// The services, shared.
pub type App = rest::App<Services>;

/// What the handlers of every crate of REST call.
#[derive(Debug, Clone)]
pub struct Apps {
    /// Identity, workspace, environments.
    pub house: App,
    /// Webhooks, registered connectors, apps, targets, buttons.
    pub channels: rest_channels::App,
    /// Connectors to APIs, actions, sales surfaces.
    pub connectors: rest_connectors::App,
    /// CRMs and connections to them.
    pub crm: rest_crm::App,
    /// The roll-out.
    pub deployment: rest_deployment::App,
    /// Summaries, actions, updates, drafts.
    pub language: rest_language::App,
    /// Settings of sales, and people's data.
    pub settings: rest_settings::App,
    /// Meetings of sellers.
    pub meetings: rest_meetings::App,
    /// Links.
    pub linking: rest_linking::App,
    /// Files of rows in and out.
    pub records: rest_records::App,
}
