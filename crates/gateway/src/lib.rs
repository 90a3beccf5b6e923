//! The edge of incoming webhooks: the addresses that the retired services gave out, answered as their
//! senders expect.
//!
//! A [`Gateway`] makes a small router of its own, apart from pages and REST, because a post must cost
//! little: the address is read, identity tells whose it is, the body is read up to the webhook's limit, and
//! [`channel_connectors::ChannelConnectors::receive`] decides. `200` with body `1` is the only success, on
//! every shape of address; everything else is an honest status with the text that senders know.
//!
//! Beside it [`notices`] takes in what Microsoft Graph tells of linked teams.
//!
//! The path is the credential: it is in no log line, metric or answer.

mod answer;
mod body;
mod figures;
mod gateway;
mod notices;

pub use figures::{Figures, Outcome};
pub use gateway::{Gateway, Providers};
pub use notices::notices;
