//! A stand-in for a Salesforce organisation: it stores rows and enforces rules.
//!
//! Logins (SOAP and every OAuth flow), records, descriptions, SOQL, SOSL, composite resources and both bulk
//! interfaces, as published clients call them; rights of profiles on objects and fields, sharing, sessions that
//! expire, a daily limit of calls. It knows nothing of the product and shares no code with it, so that what passes
//! here was judged from outside. It is no Salesforce: triggers, flows, record types, territories, currencies and
//! the metadata interface are not there.
//!
//! `double.rs` takes requests to `door` (who comes in), `rest` (the data resources), `jobs` and `bulk`;
//! `query` runs what the crate `doubles-soql` reads; `write` checks and changes rows of `org`; `doubles-salesforce-schema` says what objects there are;
//! `seed` what every organisation begins with; `control` breaks things on demand.
//!
//! ```no_run
//! # use doubles_salesforce::{Config, Double};
//! let double = Double::start(Config::local(std::env::temp_dir())).unwrap();
//! println!("{}", double.announcement());
//! ```

// A description of a field has that many members.
#![recursion_limit = "256"]

mod bulk;
mod clock;
mod composite;
mod control;
mod door;
mod double;
mod fault;
mod jobs;
mod loading;
mod org;
mod policies;
mod query;
mod rest;
mod rights;
mod seed;
mod sosl;
#[cfg(test)]
mod tests;
mod write;
mod xml;

pub use double::{Config, Double};
