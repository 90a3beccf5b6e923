//! Rows that come in as files and go out as files: comma-separated values and workbooks.
//!
//! **In**: [`Transfer::begin`] takes a file in pieces ([`Upload`]), finds its encoding and its delimiter, keeps its rows
//! in packed blocks and proposes what becomes of its columns ([`Plan`]). [`Transfer::check`] tries every row and keeps
//! none; [`Transfer::start`] writes them in the background, [`Transfer::undo`] deletes what was made. The worker goes
//! step by step: each is one transaction of rows, counts and findings, with the rights of the person who began it as
//! they are at that moment, and none is taken twice, whatever is cut off.
//!
//! **Out**: [`Transfer::export`] gives a query's rows page by page, as they are asked for.
//!
//! What it is not: a place for rules on rows. Those are in `records`, which every row goes through.
//!
//! Workbooks are read and written here, not by a library: what is needed of the format is small, and the program has to
//! stay so.

mod block;
mod convert;
pub mod csv;
mod error;
mod export;
mod intake;
pub mod limits;
mod model;
mod plan;
mod report;
mod resolve;
mod service;
mod settings;
mod store;
pub mod text;
mod worker;
mod xlsx;
mod xml;
mod zip;

pub use block::Block;
pub use convert::Finding;
pub use error::{Error, PlanProblem, Problem, Result, RowProblem};
pub use export::{Asked, Columns, Export, Format, Pieces, Shown};
pub use intake::{FileKind, Intake, Most, Sheet};
pub use model::{Import, State};
pub use plan::{Dates, Duplicates, Mode, Plan, targets};
pub use report::{label, language_code, remedy};
pub use service::{Parts, Transfer, Upload};
pub use settings::Settings;
