//! Our REST: everything that the pages can do, under `/api/v1`, described by `/api/openapi.json`.
//!
//! Each room has a module here with its handlers and the shapes they speak. A handler decodes, calls one
//! service method and renders. A route and its description are registered together, so they cannot drift:
//!
//! ```ignore
//! /// One's own account
//! ///
//! /// Whoever the token belongs to: the person, the tenant and what the token may do.
//! #[utoipa::path(get, path = "/api/v1/me", tag = "identity", responses((status = 200, body = Me), Failures))]
//! async fn me(Authed(scope): Authed) -> Json<Me> { … }
//!
//! pub(crate) fn routes() -> Routes {
//!     routes!(me)
//! }
//! ```
//!
//! The first line of the comment is the operation's summary, the rest its description. Every operation
//! needs a credential unless it says `security(())`, and lists [`problem::Failures`].

mod actions;
mod api_connectors;
mod app;
mod apps;
mod connectors;
mod description;
mod environments;
mod identity;
mod page;
mod picture;
mod problem;
mod published;
mod routes;
mod sales;
mod targets;
mod webhooks;
mod workspace;

pub use app::{App, Services};
pub use description::{Route, document, router, routes, written};
