//! Pages of actions: what people may use and ask for, what makers make, what administrators decide.
//!
//! What it is not: a place for rules; those are in `actions`. How a page is made says `web-frame`.

use axum::Router;
use web_frame::App;

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    Router::new()
}
