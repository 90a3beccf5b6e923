//! Connectors of a channel, a mailbox, an inbox: the list and the dialog of a connector's own page.
//!
//! The dialog's script (`ui/src/pages/configure.ts`) speaks with the page and stores through REST; here are the pages
//! around it, and the forms that work without it.

mod dialog;
mod list;
mod place;

use axum::Router;
use edge::{get, get_and_post, post};
use web_frame::App;

/// The addresses of this area.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/channels/{channel}/connectors/all", get(list::channel))
        .route("/teams/{team}/mailbox/connectors", get(list::mailbox))
        .route("/inbox/connectors", get(list::inbox))
        .route(
            "/channels/{channel}/connectors/{connector}/configure",
            get_and_post(list::about_channel, list::begin_channel),
        )
        .route(
            "/teams/{team}/mailbox/connectors/{connector}/configure",
            get_and_post(list::about_mailbox, list::begin_mailbox),
        )
        .route(
            "/inbox/connectors/{connector}/configure",
            get_and_post(list::about_inbox, list::begin_inbox),
        )
        .route("/configurations/{configuration}", get(dialog::change))
        .route("/configurations/{configuration}/cancel", post(dialog::cancel))
        .route(
            "/configurations/{configuration}/remove",
            get_and_post(dialog::ask_remove, dialog::remove),
        )
}
