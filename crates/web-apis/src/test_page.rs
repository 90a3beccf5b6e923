//! The page on which a maker tries operations.

use axum::Router;
use web_frame::App;

/// The addresses of this area.
pub(crate) fn routes() -> Router<App> {
    Router::new()
}
