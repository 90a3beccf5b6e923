//! Where a channel or a webhook forwards to, and what did not arrive.

use axum::Router;
use web_frame::App;

/// The addresses of this area.
pub(crate) fn routes() -> Router<App> {
    Router::new()
}
