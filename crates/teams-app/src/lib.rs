//! The app inside Microsoft Teams: the bot behind its message extension, who a person of the directory is here, records
//! found and shared as cards, and what the tab and the panel beside a meeting remember.
//!
//! One service, [`TeamsApp`]. [`TeamsApp::receive`] takes what the Bot Connector sends, proves that it does, finds out who
//! asks and answers as that person. A card that is shared holds no word of its record: each reader's own card is made
//! when they look, with what the CRM shows them ([`TeamsApp::view`]).
//!
//! ```ignore
//! let answer = teams.receive(tenant, authorization, &activity).await?; // the body of the answer
//! let card = teams.neutral(&scope, &shared).await?; // what is posted
//! ```
//!
//! What people type to the bot is answered by another way, with a secret of the bot: [`TeamsApp::receive`] gives a [`Turn`],
//! and [`TeamsApp::answer`] posts to the place that Teams named, if it is one of the published ones. Where somebody talks
//! with the bot, [`TeamsApp::tell`] reaches them.
//!
//! It speaks no CRM's language (`crm-connections` does) and knows no meetings (`meetings` does).

mod bot;
mod card;
mod chat;
mod error;
mod invoke;
mod narrow;
mod people;
mod records;
mod secret;
mod seen;
mod service;
mod speak;
mod store;

pub use bot::{Bot, DEFAULT_ISSUER, DEFAULT_METADATA, NewBot, SecretInfo};
pub use card::{VERB, shared_in};
pub use chat::Turn;
pub use error::{Error, Result};
pub use invoke::Reply;
pub use narrow::Narrow;
pub use people::LinkedPerson;
pub use records::{Found, Hit, Note, Seen, Shared, View, tables_of_sellers};
pub use service::{Parts, TeamsApp};
pub use speak::Telling;

/// The sealed columns of this room.
pub const SEALED: &[seal::SealedColumn] =
    &[seal::sealed_column!("teams_bot_secrets", "sealed", "id")];
