//! Summaries of threads and meetings, actions, suggested updates and drafts.
//!
//! One service, [`LanguageFeatures`]. An administrator decides for each [`Feature`] whether it is there, and who does the
//! work: the hub's own rules (`insights`), which send nothing anywhere, or an endpoint that speaks the chat completions
//! of `OpenAI`. Text leaves the hub only when a feature is switched to the endpoint, the notice about it was agreed to,
//! the day's budget lasts, and what was to be taken out of it is taken out. Whatever comes back is held against the
//! source: a statement whose words, numbers or names do not stand there is dropped and counted.
//!
//! What it is not: a place that keeps texts (nothing that is read or written here is stored), or one that sends mail.

mod check;
mod config;
mod endpoint;
mod engine;
mod error;
mod feature;
mod prompt;
mod redact;
mod rules;
mod service;
mod speaks;
mod store;

pub use config::{Config, NewConfig, Switch};
pub use engine::{Answer, Engine, Item, Reply, Source, Task};
pub use error::{Error, Result};
pub use feature::{Availability, Feature, Length, Purpose, Redact, Tone, Worker};
/// What an answer and a task are made of.
pub use insights::{
    tracked::Tracked,
    updates::{Change, Stage},
};
pub use service::{Gate, Given, LanguageFeatures, Parts, Usage, config};

/// The sealed column of this room.
pub const SEALED: &[seal::SealedColumn] =
    &[seal::sealed_column!("language_settings", "sealed", "id")];
