//! Pages of the settings of sales (`/admin/sales-settings`), of people's data (`/admin/privacy`, `/profile/privacy`), and
//! what the hub promises about both (`/help/privacy`, `/help/terms`), which anybody may read.
//!
//! What they are not: a place for rules; `sales-settings` and `privacy` ask for the rights again. How a page is made says
//! `web-frame`.

mod forms;
mod help;
mod people;
mod sales;
mod system;
mod typed;

use axum::{Extension, Router};
use edge::{get, get_and_post, post};
use privacy::Privacy;
use sales_settings::SalesSettings;
use web_frame::App;

/// What the pages call.
#[derive(Debug, Clone)]
pub(crate) struct Rooms {
    pub(crate) settings: SalesSettings,
    pub(crate) privacy: Privacy,
}

/// The addresses of these pages.
pub fn routes(settings: SalesSettings, privacy: Privacy) -> Router<App> {
    Router::new()
        .route("/admin/sales-settings", get_and_post(sales::page, sales::save))
        .route("/admin/sales-settings/{crm_system}", get(system::first))
        .route("/admin/sales-settings/{crm_system}/forms", get_and_post(forms::list, forms::add))
        .route(
            "/admin/sales-settings/{crm_system}/forms/{crm_table}",
            get_and_post(forms::page, forms::save),
        )
        .route("/admin/sales-settings/{crm_system}/forms/{crm_table}/remove", post(forms::remove))
        .route("/admin/sales-settings/{crm_system}/forms/{crm_table}/view", post(forms::view))
        .route("/admin/sales-settings/{crm_system}/forms/{crm_table}/refresh", post(forms::refresh))
        .route("/admin/sales-settings/{crm_system}/refresh", post(forms::refresh))
        .route(
            "/admin/sales-settings/{crm_system}/pages/{settings_page}",
            get_and_post(system::page, system::save),
        )
        .route("/admin/privacy", get_and_post(people::overview, people::periods))
        .route("/admin/privacy/people/{user}", get(people::person))
        .route("/admin/privacy/people/{user}/export", post(people::export))
        .route("/admin/privacy/people/{user}/forget", post(people::forget))
        .route("/admin/privacy/find", get(people::find))
        .route("/profile/privacy", get(people::own))
        .route("/profile/privacy/export", post(people::export_own))
        .route("/profile/privacy/forget", post(people::forget_own))
        .route("/privacy/archives/{privacy_job}", get(people::archive))
        .route("/help/privacy", get(help::privacy))
        .route("/help/terms", get(help::terms))
        .layer(Extension(Rooms { settings, privacy }))
}

#[cfg(test)]
mod tests;
