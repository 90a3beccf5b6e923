//! Dynamics 365 and Dataverse as a seller's CRM.
//!
//! [`Dataverse`] speaks the Web API of environments, ours and Microsoft's alike. Every call is made as a [`Seller`], with
//! a token that the seller's own sign-in gave ([`Tokens`]), and never as the hub; a token that was refused is renewed
//! once. [`SellersEnvironment`] is the port to a CRM over it.
//!
//! `client.rs` sends and watches the service protection limits; `address.rs` says where things are, `ask.rs` makes
//! addresses out of queries by the one writer of `odata`, so that no text of a person becomes part of an address's
//! grammar; `describe.rs` keeps what tables look like and asks whether they have changed, `person.rs` what the seller
//! may do; `cells.rs` turns values into JSON and back; `links.rs` says how references are written; `feed.rs` follows
//! changes, `find.rs` searches, `several.rs` reads many, puts by key and asks for rights; `refusal.rs` reads what comes back when something is refused, `error.rs` has words for
//! what only this kind of CRM says.
//!
//! It is no client for metadata changes, batches or files: sellers need none of these here.

mod address;
mod ask;
mod cells;
mod client;
mod describe;
mod error;
mod feed;
mod find;
mod links;
mod listed;
mod people;
mod person;
mod port;
mod refusal;
mod several;
mod views;
mod write;

pub use client::{Dataverse, Seller, Settings, Tokens};
pub use error::Refusal;
pub use port::SellersEnvironment;
