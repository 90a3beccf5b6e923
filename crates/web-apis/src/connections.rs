//! Connections: what APIs are reached with.

use axum::Router;
use web_frame::App;

/// The addresses of this area.
pub(crate) fn routes() -> Router<App> {
    Router::new()
}
