//! Registered channel connectors and what is set up with them.
//!
//! [`Registrations`] is the developer portal: a connector is registered, edited, packaged as an app, deleted.
//! [`Configurations`] is its life in channels, mailboxes and inboxes: a dialog begins, its page sets
//! something, which makes a webhook (`channel-connectors`), it is saved, changed, removed. [`hosting`] holds the
//! origins that pages of connectors are shown from, and finds out how a page can be shown.
//!
//! Not here: the HTTP of those origins (`connector-host`), webhooks and their cards (`channel-connectors`),
//! what buttons on cards do (`card-actions`), app packages in teams (`apps`).

mod configuration;
mod error;
pub mod hosting;
mod registration;

pub use configuration::{
    Configuration, ConfigurationState, Configurations, Ended, FrameContext, OfferSource, Offered,
    Opening, RegistryParts, Which, forget_webhook, registry,
};
pub use error::{Error, Result};
pub use registration::{
    Connector, Consequences, Details, Draft, NewConnector, Registrations, Way, details_of,
    is_valid_domain,
};
