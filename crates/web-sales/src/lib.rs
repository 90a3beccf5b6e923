//! Pages of the sales surfaces: which actions are for which, what each would show, and what its calls came to.
//!
//! What it is not: the surfaces themselves, which stand beside mails and records; here makers see what those would draw.
//! How a page is made says `web-frame`.

mod calls;
mod drawn;
mod overview;
mod preview;
mod shapes;

use askama::Template;
use axum::Router;
use edge::{get, get_and_post};
use kernel::Permission;
use web_frame::{App, Frame, Html, Section};

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/sales/extensions", get(overview::page))
        .route("/sales/extensions/starter", get(overview::starter))
        .route("/sales/extensions/starter/properties", get(overview::starter_properties))
        .route("/sales/extensions/preview", get_and_post(preview::page, preview::draw))
        .route("/sales/extensions/calls", get(calls::list))
        .route("/sales/extensions/calls/{call}", get(calls::one))
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

/// Places a page in the frame; `here` is `surfaces`, `preview` or `calls`.
pub(crate) fn at(frame: Frame, here: &'static str, title: impl Into<String>) -> Frame {
    let entries = [
        ("surfaces", "/sales/extensions", "briefcase"),
        ("preview", "/sales/extensions/preview", "eye"),
        ("calls", "/sales/extensions/calls", "history"),
    ];
    let chat = ("chat", "/sales/settings/teams", "chat");
    let chat = frame.may(Permission::EnvironmentManage).then_some(chat);
    let entries = entries.into_iter().chain(chat).map(|(key, href, icon)| {
        let name = frame.say(&format!("web-sales.pane-{key}"));
        Entry { key, href, icon, name }
    });
    let pane = Html::of(&Pane { frame: &frame, entries: entries.collect(), here });
    let back = if here == "surfaces" { "/actions" } else { "/sales/extensions" };
    frame.at(Section::Actions, title).with_pane(pane).back_to(back)
}
