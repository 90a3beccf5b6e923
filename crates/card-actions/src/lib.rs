//! Buttons of cards that act: a person presses, the hub calls whom the card names, the answer is shown.
//!
//! [`CardActions::press`] checks who may press what, keeps a [`Run`], calls the receiver with a token that
//! our published keys verify ([`identity::Identity::sign_token`]), and does what its answer says: a
//! sentence is kept with the card, a card replaces it for everybody. Whatever fails is told to the person who
//! pressed, with its [`Failure`], and changes nothing. Owners of the webhook read request and answer in
//! the delivery log ([`CardActions::runs`]).
//!
//! A card with a `refresh` has a card of its own for each reader ([`CardActions::refresh`]).
//!
//! Targets, headers and bodies never leave the server: a press names a button by its opaque id or by its
//! place in the card ([`cards::press`]).
//!
//! Not here: cards as a language (`cards`), their webhooks (`channel-connectors`), whose buttons may act
//! (`connector-registry`), signing keys (`identity`).

mod answer;
mod begin;
mod error;
mod finish;
mod headers;
mod refresh;
mod request;
mod run;
mod service;
mod store;
mod worker;

pub use error::{Error, Failure, Refusal, Result};
pub use refresh::{Ask, Refreshed, Refreshing, View};
pub use run::{Cause, Outcome, Press, Run, RunKind, Sent, Told};
pub use service::{Ability, ActionParts, CardActions};
