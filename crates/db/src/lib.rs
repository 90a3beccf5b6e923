//! The SQL facade: every read and every write is a closure over a [`Tx`].
//!
//! Storage functions are plain synchronous Rust that take `&Tx`; services call
//! [`Db::read`] and [`Db::write`] with a [`kernel::Scope`]. The same closures run on every engine:
//! a driver (crate `db-sqlite` or `db-postgres`) decides on which thread and in which transaction.
//!
//! What a closure may count on:
//! - it runs in a transaction of its own as far as it can see; its own error or panic undoes only its own work;
//! - it is `Fn` and **may run more than once** (serialisation failure, a neighbour's I/O error), so ids
//!   and instants are drawn before it and it has no effects but its statements and notices;
//! - when [`Db::write`] answers `Ok`, its work is on disk.
//!
//! What it must not do: I/O, waiting, heavy computing.
//!
//! ```ignore
//! let name = self.db.read(scope, move |tx| store::name(tx, id)).await?;
//! ```

mod answer;
mod bus;
mod engine;
mod error;
mod facade;
mod migrate;
#[cfg(unix)]
mod relay;
mod row;
mod text;
mod tx;
mod value;

pub mod driver;

pub use answer::Answer;
pub use bus::{Arrived, Listener, Notice, Notices, merge};
pub use error::{Constraint, Error, Result};
pub use facade::{Consistency, Db};
pub use migrate::{Migration, MigrationError, Migrations};
pub use row::{FromValue, Row};
pub use text::plain;
pub use tx::{Dialect, Tx};
pub use value::Value;
