//! Pages of actions: what people may use and ask for, what makers make, what administrators decide.
//!
//! What it is not: a place for rules; `actions` asks for every right again. Each page is a module with its template;
//! what several of them say of an action is in `shapes`. How a page is made says `web-frame`.

mod edit;
mod enable;
mod life;
mod list;
mod make;
mod offers;
mod operation;
mod queue;
#[cfg(test)]
mod samples;
mod shapes;
mod show;
mod trying;
mod upgrade;
mod usage;
mod waiting;

use askama::Template;
use axum::{Router, extract::DefaultBodyLimit};
use edge::{get, get_and_post, post};
use kernel::Permission;
use web_frame::{App, Frame, Html, Section, Visit};

/// The addresses of these pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/actions", get(list::page))
        .route("/actions/new", get_and_post(make::page, make::create))
        .route("/actions/waiting", get(waiting::page))
        .route("/actions/requests", get(queue::page))
        .route("/actions/requests/{request}/decline", post(queue::decline))
        .route("/actions/offers", get(offers::page))
        .route("/actions/offers/{offer}/take", post(offers::take))
        .route("/actions/{action}", get(show::page))
        .route("/actions/{action}/request", post(show::request))
        .route("/actions/{action}/try", get(trying::page))
        .merge(
            Router::new()
                .route("/actions/{action}/try", post(trying::call))
                .layer(DefaultBodyLimit::max(web_forms::MAX_BYTES)),
        )
        .route("/actions/{action}/usage", get(usage::page))
        .route("/actions/{action}/edit", get_and_post(edit::page, edit::save))
        .route(
            "/actions/{action}/operations/{tool}",
            get_and_post(operation::page, operation::save),
        )
        .route("/actions/{action}/publish", post(life::publish))
        .route("/actions/{action}/withdraw", post(life::withdraw))
        .route("/actions/{action}/delete", post(life::delete))
        .route("/actions/{action}/disable", post(life::disable))
        .route("/actions/{action}/enable", get_and_post(enable::page, enable::save))
        .route("/actions/{action}/upgrade", get_and_post(upgrade::page, upgrade::take))
}

/// What waits for the reader, if the reader decides.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Waits {
    actions: i64,
    requests: i64,
}

impl Waits {
    /// What waits for whoever visits.
    pub(crate) async fn of(app: &App, visit: &Visit) -> Self {
        let waiting = app.published.waiting(&visit.scope).await;
        waiting.map(|(actions, requests)| Self { actions, requests }).unwrap_or_default()
    }
}

/// One entry of the pane.
#[derive(Debug)]
struct Entry {
    key: &'static str,
    href: &'static str,
    icon: &'static str,
    name: String,
    count: i64,
}

/// The pane.
#[derive(Debug, Template)]
#[template(path = "pane.html")]
struct Pane<'a> {
    frame: &'a Frame,
    entries: Vec<Entry>,
    here: &'static str,
}

/// The entries that the reader may open.
fn entries(frame: &Frame, waits: Waits) -> Vec<Entry> {
    let decides = frame.may(Permission::ActionManage);
    let requests = if decides { "requests" } else { "own-requests" };
    let makes = frame.may(Permission::ConnectorManage) || decides;
    let entries = [
        (true, "all", "/actions", "flash", "all", 0),
        (decides, "waiting", "/actions/waiting", "check-circle", "waiting", waits.actions),
        (true, "requests", "/actions/requests", "person", requests, waits.requests),
        (decides, "offers", "/actions/offers", "building", "offers", 0),
        (makes, "surfaces", "/sales/extensions", "briefcase", "surfaces", 0),
    ];
    entries
        .into_iter()
        .filter(|(open, ..)| *open)
        .map(|(_, key, href, icon, word, count)| {
            let name = frame.say(&format!("web-actions.pane-{word}"));
            Entry { key, href, icon, name, count }
        })
        .collect()
}

/// Places a page in the frame; `here` is `all`, `waiting`, `requests`, `offers` or nothing for a page of one action.
pub(crate) fn at(
    frame: Frame,
    waits: Waits,
    here: &'static str,
    title: impl Into<String>,
) -> Frame {
    let pane = Html::of(&Pane { entries: entries(&frame, waits), frame: &frame, here });
    let back = if here == "all" { "/" } else { "/actions" };
    frame.at(Section::Actions, title).with_pane(pane).back_to(back)
}
