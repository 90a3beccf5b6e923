//! Channel connectors: incoming webhooks, the intake of their cards, their delivery log.
//!
//! [`ChannelConnectors`] is the one service. Owners make a webhook in a channel and give its address to a
//! sender; [`ChannelConnectors::receive`] takes what is posted there: size, state and rate are checked
//! without asking the database, the card is read by `cards`, and one transaction checks that the
//! webhook is still what it was, recognises a repeated post, and appends the body **as it came** to the
//! event log. When it answers, the post is durable. A [`delivery::Pump`] with
//! [`ChannelConnectors::consumer`] turns accepted posts into messages of the channel.
//!
//! What is refused is kept in the delivery log too, as far as a flood allows. Posts into mailboxes and inboxes
//! become mails ([`CardMails`]).
//!
//! Rooms that stand on this one ask [`access`] who may do what, and use [`hooks`] inside their own
//! transactions.
//!
//! Not here: HTTP (`gateway`), cards as a language (`cards`), messages (`workspace`), registered connectors
//! and what is set up with them (`connector-registry`), buttons (`card-actions`), moving in
//! (`webhook-import`).

pub mod access;
mod address;
mod error;
pub mod hooks;
mod icon;
mod limiter;
mod log;
mod mails;
mod place;
mod post;
mod samples;
mod service;
mod settings;
mod space;
mod store;
mod switches;
mod webhook;

pub use address::{Addresses, Malformed, Presented, Shape, read as read_address};
pub use error::{Error, Result};
pub use log::{EntryId, EntryIdError, LogEntry, LogFilter, Verdict};
pub use mails::{CardMails, MailParts};
pub use place::Place;
pub use post::{
    CARD_POSTED, CARD_REFUSED, Meta, Post, Receipt, RefusalMeta, masked as masked_headers,
};
pub use samples::{SAMPLES, Sample, sample};
pub use service::{ChannelConnectors, Parts, Prepared};
pub use settings::{ActionSettings, Settings};
pub use space::FreeSpace;
pub use switches::{Key, Switch, Switches, TeamSwitches, TenantSwitches};
pub use webhook::{
    Busy, Configured, Hour, Icon, IconKind, Listed, NewWebhook, Rate, State, Totals, Usage,
    Webhook, WebhookChange, Window,
};

/// The sealed columns of this room.
pub const SEALED: &[seal::SealedColumn] =
    &[seal::sealed_column!("webhook_addresses", "sealed", "connector_credential")];
