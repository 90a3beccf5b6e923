//! What tests share: a migrated database on either engine, a clock that tests move, scopes, waiting
//! with a bound.
//!
//! Never shipped, and light: every room has it among its `dev-dependencies`.
//!
//! ```ignore
//! let store = testkit::Store::fresh().await;
//! let clock = testkit::FixedClock::new();
//! let ids = testkit::ids();
//! let scope = testkit::scope(ids.fresh(), Actor::User(ids.fresh()), &[Permission::MessageRead]);
//! store.write(&scope, |tx| …).await?;
//! ```
//!
//! The engine is chosen by the environment: without `LIAISON_TEST_DATABASE` SQLite in a temporary folder,
//! with it a PostgreSQL server on which databases may be created, such as
//! `postgres://liaison@127.0.0.1:5432/postgres`.

mod clock;
mod delegation;
mod gate;
mod outbound;
mod provider;
mod scope;
mod skip;
mod store;
mod wait;

pub use clock::FixedClock;
pub use delegation::{DelegationProvider, Person};
pub use gate::Gate;
pub use outbound::outbound;
pub use provider::{OpenIdProvider, browser};
pub use scope::{ids, scope, system_scope};
pub use skip::skip;
pub use store::{Node, Store, Tuning};
pub use wait::{BOUND, notice, sweep, within};
