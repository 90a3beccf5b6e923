//! What the handlers call.

use std::sync::Arc;

use channel_connectors::{ChannelConnectors, Configurations, Registrations, actions::CardActions};
use identity::Identity;
use kernel::Clock;
use targets::Targets;
use workspace::Workspace;

/// The services that the handlers call; cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
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
    /// Buttons of cards.
    pub actions: Arc<CardActions>,
    /// Where channels and webhooks forward to.
    pub targets: Arc<Targets>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}
