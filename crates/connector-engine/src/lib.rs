//! From an operation, a connection and inputs to the exact HTTP requests, and from answers to
//! results: parameters, bodies, policies, pages, triggers.
//!
//! It sends nothing itself, reads no clock and draws no random bytes: the same inputs give the same
//! bytes. Whoever drives it sends what it says and tells it what came.
//!
//! ```text
//! let mut call = Call::new(&package, "GetItems", &connection, &inputs, Options::default())?;
//! let outcome = loop {
//!     match call.step() {
//!         Step::Send(request) => call.answer(send(request).await?)?,
//!         Step::Renew => call.renewed(refresh().await?)?,
//!         Step::Done(outcome) => break outcome,
//!     }
//! };
//! ```
//!
//! [`Call::unsubscribe`] ends a webhook, [`Options::memory`] carries a trigger from poll to poll,
//! [`Rehearsal`] answers from a list instead of a network, [`dynamic`] finds what forms ask other
//! operations for.

mod address;
mod answer;
mod auth;
mod build;
mod call;
mod connection;
mod draft;
pub mod dynamic;
mod encode;
pub mod expression;
mod follow;
mod headers;
mod inputs;
mod limits;
mod message;
mod payload;
mod policy;
mod polling;
mod problem;
mod query;
mod rehearsal;
mod render;
mod trace;
mod unsubscribe;

pub use address::{Absolute, Base};
pub use answer::{Note, Outcome, Remark};
pub use call::{Call, Options, Step};
pub use connection::{Connection, ParameterKind, Values};
pub use headers::{Exists, Headers, Source};
pub use limits::Limits;
pub use message::{Request, Response};
pub use polling::Memory;
pub use problem::{Problem, Reason};
pub use query::Query;
pub use rehearsal::{Rehearsal, Rehearsed};
pub use trace::{Applied, Changed, Part};
pub use unsubscribe::Subscription;
