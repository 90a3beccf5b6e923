//! Apps: the organisation's catalogue, uploads, installing, setup policies.

mod catalogue;
mod consent;
mod manage;
mod page;
mod policies;
mod shapes;
pub(crate) mod upload;

use axum::{Router, extract::DefaultBodyLimit};
use edge::{get, get_and_post, post};
use web_frame::App;

/// The addresses of this area.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/apps", get(catalogue::page))
        .route("/apps/upload", get_and_post(upload::page, upload::take))
        .route("/apps/manage", get(manage::list))
        .route("/apps/policies", get_and_post(policies::list, policies::create))
        .route("/apps/policies/new", get(policies::new))
        .route("/apps/policies/{policy}", get_and_post(policies::page, policies::replace))
        .route("/apps/policies/{policy}/delete", post(policies::delete))
        .route("/apps/{app}", get(page::page))
        .route("/apps/{app}/icon/{hash}", get(catalogue::icon))
        .route("/apps/{app}/add", get_and_post(consent::page, consent::install))
        .route("/apps/{app}/uninstall", post(consent::uninstall))
        .route("/apps/{app}/versions/{number}/package", get(manage::package))
        .route("/apps/{app}/versions/{number}/approve", post(manage::approve))
        .route("/apps/{app}/versions/{number}/reject", post(manage::reject))
        .route("/apps/{app}/versions/{number}/publish", post(manage::publish))
        .route("/apps/{app}/block", post(manage::block))
        .route("/apps/{app}/unblock", post(manage::unblock))
        .route("/apps/{app}/remove", post(manage::remove))
        .layer(DefaultBodyLimit::max(UPLOAD_BYTES))
}

/// A package, and what a form needs around it; the room says what is wrong with a larger one.
const UPLOAD_BYTES: usize = app_packages::limits::MAX_BYTES + (64 << 10);
