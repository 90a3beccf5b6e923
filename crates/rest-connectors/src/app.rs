//! What the handlers call.

use std::sync::Arc;

use kernel::Clock;

/// The services that the handlers call.
#[derive(Debug)]
pub struct Services {
    /// Connectors to APIs.
    pub api_connectors: Arc<::connectors::Connectors>,
    /// Published selections of their operations.
    pub published: Arc<::actions::Actions>,
    /// The sales surfaces.
    pub sales: Arc<::sales::Sales>,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

/// The services, shared.
pub type App = rest::App<Services>;
