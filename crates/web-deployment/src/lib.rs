//! Pages of the roll-out: the guide with its checks, evidence, symptoms, packages, the welcome message, the report. And the icons that
//! packages point at.
//!
//! What it is not: a place for rules; `deployment` asks for the rights again. How a page is made says `web-frame`.

mod bot;
mod guide;
mod outside;
mod packages;
mod posted;
mod report;
mod settings;
mod setup;
mod trouble;
mod welcome;

use askama::Template;
use axum::{Router, extract::DefaultBodyLimit};
use edge::{get, get_and_post, post};
use kernel::Permission;
use web_frame::{App, Frame, Html, Section};

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    let limit = DefaultBodyLimit::max(posted::MAX_BYTES);
    Router::new()
        .route("/admin/deployment", get(guide::page))
        .route("/admin/deployment/check", post(guide::check))
        .route("/admin/deployment/checks/{deployment_check}", post(guide::state))
        .route("/admin/deployment/evidence", post(guide::add_evidence).layer(limit))
        .route(
            "/admin/deployment/evidence/{deployment_evidence}/delete",
            post(guide::remove_evidence),
        )
        .route("/admin/deployment/report", get(report::page))
        .route("/admin/deployment/settings", get_and_post(settings::page, settings::save))
        .route("/admin/deployment/teams", get_and_post(bot::page, bot::save))
        .route("/admin/deployment/teams/delete", post(bot::delete))
        .route("/admin/deployment/teams/check", post(bot::check))
        .route("/admin/deployment/packages", get(packages::page))
        .route("/admin/deployment/packages/{deployment_package}", get(packages::download))
        .route("/admin/deployment/setup", get(setup::page))
        .route("/admin/deployment/setup/script", get(setup::script))
        .route("/admin/deployment/troubleshooting", get(trouble::page))
        .route("/admin/deployment/welcome", get_and_post(welcome::page, welcome::save))
        .route("/admin/deployment/welcome/send", post(welcome::send))
        .route("/outlook/icons/{outlook_icon}", get(outside::icon))
}

/// One entry of the pane.
#[derive(Debug)]
struct Entry {
    key: &'static str,
    href: &'static str,
    icon: &'static str,
    name: String,
}

/// The pane.
#[derive(Debug, Template)]
#[template(path = "pane.html")]
struct Pane<'a> {
    frame: &'a Frame,
    entries: Vec<Entry>,
    here: &'static str,
}

/// Places a page in the frame; `here` is one of the entries of the pane.
pub(crate) fn at(frame: Frame, here: &'static str, title: impl Into<String>) -> Frame {
    let entries = [
        ("guide", "/admin/deployment", "check-circle"),
        ("packages", "/admin/deployment/packages", "apps"),
        ("setup", "/admin/deployment/setup", "pin"),
        ("teams", "/admin/deployment/teams", "team"),
        ("welcome", "/admin/deployment/welcome", "send"),
        ("troubleshooting", "/admin/deployment/troubleshooting", "question"),
        ("settings", "/admin/deployment/settings", "settings"),
    ];
    let entries = entries.map(|(key, href, icon)| Entry {
        key,
        href,
        icon,
        name: frame.say(&format!("web-deployment.{key}")),
    });
    let pane = Html::of(&Pane { frame: &frame, entries: entries.into(), here });
    frame.at(Section::Administration, title).with_pane(pane).back_to("/admin")
}

/// Whether the reader may go on with the guide; the service asks again.
pub(crate) fn may_manage(frame: &Frame) -> bool {
    [
        Permission::SalesManage,
        Permission::DataPolicyManage,
        Permission::AppManage,
        Permission::SettingsManage,
    ]
    .into_iter()
    .any(|permission| frame.may(permission))
}

#[cfg(test)]
mod tests;
