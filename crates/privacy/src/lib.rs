//! What is stored of people: what there is of each kind, how long it stays, given out to whom it concerns, and taken away.
//!
//! One service, [`Privacy`], over a list of every table that names a person ([`TABLES`]); a test reads the schema and
//! fails where a table with such a column is neither listed nor excused ([`EXCUSED`]). Tables stay their rooms': this room
//! reads and deletes whole rows of a person, and asks a [`Keeper`] where a room has more than rows, or rows that others
//! need too.
//!
//! What it is not: the place where accounts are deleted (`identity`), or one that reaches into a CRM.

mod archive;
mod catalogue;
mod error;
mod job;
mod keeper;
mod service;
mod set;
mod store;
mod table;
mod worker;

pub use archive::Archive;
pub use catalogue::{EXCUSED, TABLES};
pub use error::{Error, Result};
pub use job::{Job, JobKind, JobState};
pub use keeper::{Keeper, Told};
pub use service::{Fetched, Kept, Parts, Preview, Privacy};
pub use set::{DataSet, Group};
pub use table::{As, By, Fate, Key, Reason, Table};
