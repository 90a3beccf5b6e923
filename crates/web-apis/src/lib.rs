//! Pages of connectors to APIs: the list, bringing one, versions, checks, certification, calls; the page on which
//! operations are tried; connections.
//!
//! What it is not: a place for rules; `connectors` asks for every right again. Each area is a module with its own
//! `routes()`. The pane is `web_frame::section`; how a page is made says `web-frame`.

mod connections;
mod connectors;
mod test_page;

use axum::Router;
use web_frame::App;

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(connectors::routes())
        .merge(test_page::routes())
        .merge(connections::routes())
}
