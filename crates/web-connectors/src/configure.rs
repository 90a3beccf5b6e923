//! Connectors of a channel, a mailbox, an inbox: the list and the dialog of a connector's own page.

use axum::Router;
use web_frame::App;

/// The addresses of this area.
pub(crate) fn routes() -> Router<App> {
    Router::new()
}
