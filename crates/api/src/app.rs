//! What the handlers call.

use std::{ops::Deref, sync::Arc};

use apps::Apps;
use card_actions::CardActions;
use channel_connectors::ChannelConnectors;
use connector_registry::{Configurations, Registrations, hosting::Hosting};
use identity::Identity;
use kernel::Clock;
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
    /// Connectors to APIs.
    pub api_connectors: Arc<::connectors::Connectors>,
    /// Published selections of their operations.
    pub published: Arc<::actions::Actions>,
    /// The sales surfaces.
    pub sales: Arc<::sales::Sales>,
    /// Where channels and webhooks forward to.
    pub targets: Arc<Targets>,
    /// App packages in catalogue and teams.
    pub apps: Arc<Apps>,
    /// Origins of connectors' own pages.
    pub hosting: Arc<Hosting>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// The services, shared: what every handler gets of them is one pointer.
#[derive(Debug, Clone)]
pub struct App(Arc<Services>);

impl App {
    /// Shares the services.
    pub fn new(services: Services) -> Self {
        Self(Arc::new(services))
    }
}

impl Deref for App {
    type Target = Services;

    fn deref(&self) -> &Services {
        &self.0
    }
}
