//! Our REST: everything that the pages can do, under `/api/v1`, described by `/api/openapi.json`.
//!
//! Identity, workspace and environments have their handlers and the shapes they speak here; the other rooms have crates
//! of their own, which this one joins.

mod app;
mod description;
mod environments;
mod identity;
mod workspace;

pub use app::{App, Apps, Services};
pub use description::{Route, description, document, router, routes, written};

pub(crate) type Routes = rest::Routes<App>;
