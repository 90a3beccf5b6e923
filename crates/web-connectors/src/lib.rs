//! Pages of apps and connectors: the catalogue, the developer portal, configurations in channels, targets, moving in.
//!
//! What it is not: a place for rules. Each area is a module with its own `routes()`; the pane is `web_frame::section`.
//! How a page is made says `web-frame`.

mod apps;
mod configure;
mod guide;
mod overview;
mod portal;
mod targets;

use axum::Router;
use web_frame::{App, Frame, section};

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    Router::new()
        .merge(overview::routes())
        .merge(apps::routes())
        .merge(portal::routes())
        .merge(configure::routes())
        .merge(targets::routes())
        .merge(guide::routes())
}

/// Places a page of the area `here` (`apps`, `portal`, `guide`) in the frame; pages of a channel stand in the pane of
/// the teams instead.
pub(crate) fn at(frame: Frame, here: &'static str, title: impl Into<String>) -> Frame {
    section::connectors(frame, here, title)
}
