//! What the handlers call.

use std::sync::Arc;

use apps::Apps;
use card_actions::CardActions;
use channel_connectors::ChannelConnectors;
use connector_registry::{Configurations, Registrations, hosting::Hosting};
use identity::Identity;
use targets::Targets;
use webhook_import::Imports;
use workspace::Workspace;

/// The services that the handlers call.
#[derive(Debug)]
pub struct Services {
    /// Who is it, may they.
    pub identity: Arc<Identity>,
    /// Teams, channels, messages, files, mail.
    pub workspace: Arc<Workspace>,
    /// Incoming webhooks.
    pub connectors: Arc<ChannelConnectors>,
    /// Registered connectors.
    pub registrations: Arc<Registrations>,
    /// What is set up with them.
    pub configurations: Arc<Configurations>,
    /// Moving in.
    pub imports: Arc<Imports>,
    /// Buttons of cards.
    pub actions: Arc<CardActions>,
    /// Where channels and webhooks forward to.
    pub targets: Arc<Targets>,
    /// App packages in catalogue and teams.
    pub apps: Arc<Apps>,
    /// Origins of connectors' own pages.
    pub hosting: Arc<Hosting>,
}

/// The services, shared.
pub type App = rest::App<Services>;
