//! Pages about CRMs: what administrators set up, what a seller is connected to, the records there, who is connected, and
//! the review of who administers what the first sign-in made.
//!
//! What it is not: a place for rules; `crm-connections` asks for the rights again. How a page is made says `web-frame`.

mod connections;
mod mine;
mod records;
mod review;
mod system;
mod systems;

use askama::Template;
use axum::Router;
use crm_connections::{State, SystemKind};
use edge::{get, get_and_post, post};
use kernel::Permission;
pub use records::{find, inside, making};
use web_frame::{App, Frame, Html, Section};

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/crm", get(mine::page))
        .route("/crm/sign-in", get(mine::back))
        .route("/crm/records", get(records::tables))
        .route("/crm/records/lookup", get(records::suggest))
        .route("/crm/records/{crm_table}", get(records::list))
        .route("/crm/records/{crm_table}/views", get(records::views))
        .route("/crm/records/{crm_table}/views/{crm_view}", get(records::view))
        .route("/crm/records/{crm_table}/new", get_and_post(records::blank, records::create))
        .route(
            "/crm/records/{crm_table}/{crm_record}",
            get_and_post(records::record, records::save),
        )
        .route("/crm/records/{crm_table}/{crm_record}/delete", post(records::delete))
        .route("/crm/{crm_system}/sign-in", post(mine::there))
        .route("/crm/{crm_system}/choose", post(mine::choose))
        .route("/crm/{crm_system}/disconnect", post(mine::disconnect))
        .route("/admin/crm", get_and_post(systems::list, system::create))
        .route("/admin/crm/new", get(system::new))
        .route("/admin/crm/connections", get(connections::list))
        .route("/admin/crm/review", get_and_post(review::page, review::acknowledge))
        .route("/admin/crm/{crm_system}", get_and_post(system::page, system::update))
        .route("/admin/crm/{crm_system}/delete", post(system::delete))
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

/// Places a page of administrators in the frame; `here` is `systems`, `connections` or `review`. The seller's own page is
/// one of connections, and stands among them.
pub(crate) fn at(frame: Frame, here: &'static str, title: impl Into<String>) -> Frame {
    let entries = [
        (may_manage(&frame), "systems", "/admin/crm", "building"),
        (may_manage(&frame), "connections", "/admin/crm/connections", "link"),
        (frame.may(Permission::DataPolicyManage), "review", "/admin/crm/review", "shield"),
    ];
    let entries = entries.into_iter().filter(|(open, ..)| *open);
    let entries = entries.map(|(_, key, href, icon)| {
        // the whole title is wider than the list
        let word = if key == "review" { "review-short" } else { key };
        let name = frame.say(&format!("web-crm.{word}"));
        Entry { key, href, icon, name }
    });
    let pane = Html::of(&Pane { frame: &frame, entries: entries.collect(), here });
    frame.at(Section::Administration, title).with_pane(pane).back_to("/admin")
}

/// Whether the reader may set CRMs up.
pub(crate) fn may_manage(frame: &Frame) -> bool {
    frame.may(Permission::SalesManage) || frame.may(Permission::DataPolicyManage)
}

/// What people call a kind of CRM.
pub(crate) fn kind_name(frame: &Frame, kind: SystemKind) -> String {
    frame.say(&format!("web-crm.kind-{}", kind.as_str()))
}

/// Class and icon of a state, as badges show it.
pub(crate) const fn badge(state: State) -> (&'static str, &'static str) {
    match state {
        State::Connected => ("good", "check-circle"),
        State::Lost => ("bad", "plug-off"),
        State::Disabled => ("bad", "error"),
    }
}

/// What people call a state.
pub(crate) fn state_name(frame: &Frame, state: State) -> String {
    frame.say(&format!("web-crm.state-{}", state.as_str()))
}

/// Title and remedy of a code, where it is one of those that stand in the way of a CRM.
pub(crate) fn told(frame: &Frame, code: &str) -> Option<(String, String)> {
    let known = ["crm", "authorization.", "provider.", "data_policy.", "outbound."];
    if !known.iter().any(|start| code.starts_with(start)) {
        return None;
    }
    Some((frame.t.code(code), frame.t.code_detail(code)))
}

#[cfg(test)]
mod tests;
