//! Delivery targets: what a channel receives, or one webhook, goes on to places outside.
//!
//! A [`Target`] belongs to a channel and forwards what tools post there, or to one webhook and forwards what is
//! posted to it. Its [`Kind`] says what the place takes: Workflows webhooks of Teams, Slack, Mattermost,
//! Rocket.Chat, Google Chat, Discord, any HTTP endpoint, mail. Each card is converted when it is sent
//! ([`render`]), so that a better conversion also serves what waits.
//!
//! **Order and repeats.** A worker serves each target on its own: one message after the other, in the order
//! of the source, from a durable position of its own. A message that fails holds up the ones behind it and
//! nobody else's. The position is stored in groups while messages flow and at once when they do not; a crash
//! therefore repeats at most what was sent since the last group: [`GROUP_MESSAGES`] messages or
//! [`GROUP_TIME`] of them, twice that while a group is being stored. A receiver recognises a repeat by
//! `webhook-id` (kind `http`) or `requestId` (Google Chat); the other kinds have no such thing. What a lost
//! answer forces is repeated too: nobody knows whether it was taken.
//!
//! **Failing.** Pauses, circuit, pace and giving up are `delivery::outside`'s rules. What is given up is a dead
//! letter (`delivery::Letters`) and can be replayed. Whoever made the target hears when it keeps failing, and
//! when it recovers.
//!
//! **Allowed or not.** An administrator bars kinds of places for the whole organisation ([`Forwarding`]); what is barred
//! waits, and goes on when it is allowed again.
//!
//! **Secrets.** Address, secret and headers are sealed, shown masked, never logged, and masked in what the
//! log of attempts keeps of requests and answers.
//!
//! It does not post into channels (`channel-connectors` does) and does not know who posts.

mod address;
mod alerts;
mod error;
mod forwarding;
mod kind;
pub mod message;
pub mod render;
mod send;
mod service;
mod settings;
mod signature;
mod store;
mod target;
mod worker;

pub use address::{Details, MASK};
pub use error::{Error, Result};
pub use forwarding::Forwarding;
pub use kind::Kind;
pub use service::{Figures, Parts, Replay, Sent, TargetPage, Targets};
pub use settings::Settings;
pub use signature::{Secret, sign};
pub use target::{
    Attempt, AttemptOutcome, Format, Health, NewTarget, Recipients, Source, State, Target,
    TargetChange,
};
pub use worker::{GROUP_MESSAGES, GROUP_TIME};

/// The sealed columns of this room.
pub const SEALED: &[seal::SealedColumn] = &[seal::sealed_column!("targets", "sealed", "id")];
