//! What the rooms' REST crates share: routes that carry their description, lists, problems, pictures.
//!
//! A handler decodes, calls one service method and renders. A route and its description are registered together, so
//! they cannot drift:
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
//! needs a credential unless it says `security(())`, and lists [`Failures`].

mod app;
mod page;
mod path;
mod picture;
mod problem;
mod routes;

pub use app::App;
pub use page::{Items, PageParams};
#[doc(hidden)]
pub use pastey;
pub use path::EnvironmentPath;
pub use picture::{UPLOAD_BYTES, answer as picture};
pub use problem::{Failures, Finding, Problem};
pub use routes::{DESCRIBES, Described, Routes};
