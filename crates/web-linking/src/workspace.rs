//! Which workspace the organisation's records are linked to: what administrators say of Microsoft Teams, and each
//! person's own sign-in there.

mod mine;
mod settings;
#[cfg(test)]
mod tests;

use axum::Router;
use edge::{get, get_and_post, post};
use web_frame::App;

pub(crate) use self::mine::{Going, at as mine_at};

/// The addresses of these pages.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/admin/workspace", get_and_post(settings::page, settings::save))
        .route("/admin/workspace/check", post(settings::check))
        .route("/admin/workspace/labels", post(settings::labels))
        .route("/admin/workspace/remove", post(settings::remove))
        .route("/workspace/sign-in", get_and_post(mine::page, mine::there))
        .route("/workspace/sign-in/return", get(mine::back))
        .route("/workspace/sign-out", post(mine::sign_out))
}
