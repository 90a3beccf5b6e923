//! Pages of records that live in channels: what an environment allows, Collaborate, documents, the tab of a channel.
//!
//! What it is not: a place for rules; `linking-setup`, `linking` and `linking-sync` ask for the rights again. How a page
//! is made says `web-frame`.

mod pages;
mod settings;
mod tab;
mod workspace;

use axum::Router;
use web_frame::App;

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    settings::routes().merge(tab::routes()).merge(pages::routes()).merge(workspace::routes())
}
