//! Apps: the organisation's catalogue, uploads, installing, setup policies.

use axum::Router;
use web_frame::App;

/// Whether the pane leads here.
pub(crate) const OPEN: bool = false;

/// The addresses of this area.
pub(crate) fn routes() -> Router<App> {
    Router::new()
}
