//! Toolkit of the edges: what `gateway`, `api` and `web` share about HTTP.
//!
//! [`attach`] puts one layer around a router. It gives every request a [`Context`] (request id, client
//! address, language, whether the connection is secure), turns every [`Problem`] into an RFC 9457 document in
//! the caller's language, adds security headers, counts, and writes one log line when the answer is made.
//!
//! Handlers take [`Authed`] (or [`Visitor`], [`Paged`]) and so hold a [`kernel::Scope`]; they answer
//! `Result<…, Problem>`, and `?` turns any [`kernel::Coded`] error into a problem:
//!
//! ```ignore
//! async fn rename(
//!     State(app): State<App>,
//!     Authed(scope): Authed,
//!     Path(team): Path<TeamId>,
//!     Json(change): Json<TeamChange>,
//! ) -> Result<Json<Team>, Problem> {
//!     Ok(Json(app.workspace.rename(&scope, team, &change.name).await?.into()))
//! }
//! ```
//!
//! What is not here: rules of a feature, SQL, addresses of routes.

mod body;
mod caller;
mod client;
mod context;
mod cookie;
mod csrf;
mod etag;
mod extract;
mod gate;
mod handler;
mod headers;
mod language;
mod layer;
mod metrics;
mod packed;
mod page_query;
mod problem;
mod throttle;

pub use body::{Form, FormError, Json, read_body, unreadable_form};
pub use caller::{Authed, Paged, Visitor};
pub use client::{Peer, origin};
pub use context::Context;
pub use cookie::{
    clear_session_cookie, cookie, cookie_reach, framed_session_cookie, language_cookie,
    session_cookie, session_secret,
};
pub use csrf::{csrf_token, same_origin, verify_csrf};
pub use etag::{ETag, IfMatch};
pub use extract::{Path, Query};
pub use gate::{Arrival, Authenticate, Gate, Known, Presented, Settings};
pub use handler::{Answering, Erased, get, get_and_post, post};
pub use headers::CONTENT_SECURITY_POLICY;
pub use layer::{attach, method_not_allowed, unknown_route};
pub use metrics::Metrics;
pub use packed::unpacked;
pub use page_query::PageQuery;
pub use problem::{Document, Finding, Problem, status_of};
pub use throttle::Throttle;
