//! The Dataverse Web API of an environment.
//!
//! `/environments/{name}/api/data/v9.2/…` answers as the real service answers its published clients: [`Dataverse`] is the
//! router, which reads a request (`root`, `prefer`, `conditions`), has `odata` read its address, `queries` translate it
//! and `records` run it, and writes rows straight from cells (`rows`). Errors are written by `fault`.
//!
//! What is not here: rules of tables and of rights, SQL, languages.

mod actions;
mod annotations;
mod app;
mod aside;
mod batch;
mod blocks;
mod bound;
mod call;
mod closing;
mod conditions;
mod context;
mod definitions;
mod deltas;
mod entry;
mod fault;
mod fetch;
mod files;
mod functions;
mod keys;
mod links;
mod literal;
mod merging;
mod multipart;
mod paging;
mod plugged;
mod prefer;
mod privileges;
mod property;
mod protection;
mod read;
mod reply;
mod root;
mod route;
mod rows;
mod search;
mod service;
mod settings;
mod sharing;
mod syntax;
mod write;

pub use app::Dataverse;
pub use plugged::{Actions, Answering, Asked, Refusal};
pub use settings::Settings;
