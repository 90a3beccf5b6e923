//! Moving in: settings of tools with the real address filled in.

use axum::Router;
use web_frame::App;

/// Whether the pane leads here.
pub(crate) const OPEN: bool = false;

/// The addresses of this area.
pub(crate) fn routes() -> Router<App> {
    Router::new()
}
