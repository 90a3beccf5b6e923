//! The only way out, as HTTP ([`Client::fetch`]) or to a mail server ([`Client::dial`]): every address is checked before a connection is made.
//!
//! A hub that fetches what strangers name must not become their way into the network it stands in.
//! [`Client::fetch`] therefore limits schemes, address ranges, redirects, sizes and times. Names are
//! resolved here and only the addresses that passed are handed to the connection, so that a second
//! look-up cannot answer differently. Redirects are followed by this crate, one checked hop at a time,
//! and lose credentials when they leave the origin. Proxies of the environment are not used.
//!
//! The limits are an administrator's to widen: [`Settings::allowed_networks`].

mod address;
mod client;
mod dial;
mod error;
mod names;
mod rest;
mod settings;

pub use address::Networks;
pub use client::{Client, Request, Response};
pub use dial::Wire;
pub use error::Error;
pub use names::{Lookup, Names};
pub use rest::{Opening, Rest};
pub use settings::Settings;
