//! Channel connectors: incoming webhooks, the intake of their cards, their delivery log.
//!
//! [`ChannelConnectors`] is the one service. Owners make a webhook in a channel and give its address to a
//! sender; [`ChannelConnectors::receive`] takes what is posted there: size, state and rate are checked
//! without asking the database, the card is read by `cards`, and one transaction checks that the
//! webhook is still what it was, recognises a repeated post, and appends the body **as it came** to the
//! event log. When it answers, the post is durable. A [`delivery::Pump`] with
//! [`ChannelConnectors::consumer`] turns accepted posts into messages of the channel.
//!
//! What is refused is kept in the delivery log too, as far as a flood allows.
//!
//! Not here: HTTP (`gateway`), cards as a language (`cards`), messages (`workspace`).

pub mod actions;
mod address;
mod configuration;
mod error;
pub mod hosting;
mod icon;
mod limiter;
mod log;
pub mod moving;
mod post;
mod registration;
mod samples;
mod service;
mod settings;
mod space;
mod store;
mod switches;
mod webhook;

pub use address::{Addresses, Malformed, Presented, Shape, read as read_address};
pub use configuration::{
    Configuration, ConfigurationState, Configurations, FrameContext, OfferSource, Offered, Opening,
    Place, RegistryParts, Which, registry,
};
pub use error::{Error, Result};
pub use log::{EntryId, EntryIdError, LogEntry, LogFilter, Verdict};
pub use post::{CARD_POSTED, CARD_REFUSED, Meta, Post, Receipt, RefusalMeta};
pub use registration::{
    Connector, Consequences, Details, Draft, NewConnector, Registrations, Usage, Way,
    is_valid_domain,
};
pub use samples::{SAMPLES, Sample, sample};
pub use service::{ChannelConnectors, Parts};
pub use settings::Settings;
pub use space::FreeSpace;
pub use switches::{Key, Switch, Switches, TeamSwitches, TenantSwitches};
pub use webhook::{
    Busy, Configured, Hour, Icon, IconKind, Listed, NewWebhook, Rate, State, Totals, Webhook,
    WebhookChange, Window,
};

/// The sealed columns of this room.
pub const SEALED: &[seal::SealedColumn] =
    &[seal::sealed_column!("webhook_addresses", "sealed", "connector_credential")];
