//! Queries over the tables of an environment: one tree for OData, FetchXML and SQL, and the statements that
//! answer it, with the caller's rights inside.
//!
//! ```text
//! odata::QueryOptions ─ from_odata ┐
//! fetchxml::Fetch ───── from_fetch ┼─▶ Query ─ page, count ─▶ Statement (text, parameters) + Plan (what its cells are)
//! fetchxml::Select ──── from_sql ──┘            ▲
//!                       Model, Access, Dialect ─┘
//! ```
//!
//! A tree can only be built against a model, with the names that the model knows and values that fit its columns.
//! A statement names nothing but what the model names, always in quotes; values are parameters. Every table in
//! it carries the condition that the caller may read its rows (see [`Access`]): the table itself, joins, expanded
//! rows, lambda operators, display names of lookups, aggregates. A secured column that the caller may not read is
//! empty there already, so that nothing can be found out by filtering or sorting.
//!
//! It is not a database: `records` runs the statements, and nothing here does I/O.
//!
//! * [`physical`] says how tables, columns and cells are stored; whoever writes rows asks there too.
//! * [`may`], [`mask`] and [`condition`] are the same rights for writing.

pub mod access;
mod cursor;
mod error;
mod from_fetch;
mod from_odata;
mod from_sql;
mod functions;
pub mod limits;
pub mod physical;
mod plan;
pub mod query;
mod sql;
mod values;

pub use access::{Access, Reach, Rights, Verb, Verdict};
pub use cursor::Cursor;
pub use error::{Error, Result};
pub use from_fetch::{Fetched, cookie, from_fetch};
pub use from_odata::from_odata;
pub use from_sql::from_sql;
pub use functions::Caller;
pub use plan::{Content, Plan, Property, Shown, ShownCollection, ShownSingle};
pub use query::{Collection, Condition, Field, Moment, Query};
pub use sql::{Context, Hits, Page, Paging, Statement, condition, mask, may};
