//! Pages of apps and connectors: the catalogue, the developer portal, configurations in channels, targets, moving in.
//!
//! What it is not: a place for rules. Each area is a module with its own `routes()`; one that has a page of its own in
//! the pane says so with `OPEN`. How a page is made says `web-frame`.

mod apps;
mod configure;
mod guide;
mod overview;
mod portal;
mod targets;

use askama::Template;
use axum::Router;
use kernel::Permission;
use web_frame::{App, Frame, Html, Section};

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

/// One entry of the pane.
#[derive(Debug)]
struct Area {
    key: &'static str,
    href: &'static str,
    icon: &'static str,
    name: String,
    what: String,
}

/// The entries that have pages and that the reader may open.
fn areas(frame: &Frame) -> Vec<Area> {
    let webhooks = frame.may(Permission::WebhookManage) || frame.may(Permission::WebhookManageAll);
    [
        (apps::OPEN && frame.may(Permission::AppInstall), "apps", "/apps", "apps"),
        (
            portal::OPEN && frame.may(Permission::ConnectorRegister),
            "portal",
            "/connectors/developer",
            "code",
        ),
        (webhooks, "webhooks", "/webhooks", "plug"),
        (guide::OPEN && webhooks, "guide", "/connectors/guide", "open"),
    ]
    .into_iter()
    .filter(|(open, ..)| *open)
    .map(|(_, key, href, icon)| Area {
        key,
        href,
        icon,
        name: frame.say(&format!("web-connectors.{key}")),
        what: frame.say(&format!("web-connectors.{key}-what")),
    })
    .collect()
}

/// The pane.
#[derive(Debug, Template)]
#[template(path = "pane.html")]
struct Pane<'a> {
    frame: &'a Frame,
    areas: Vec<Area>,
    here: &'static str,
}

/// Places a page of the area `here` (`apps`, `portal`, `guide`) in the frame; pages of a channel stand in the pane of
/// the teams instead.
pub(crate) fn at(frame: Frame, here: &'static str, title: impl Into<String>) -> Frame {
    let pane = Html::of(&Pane { frame: &frame, areas: areas(&frame), here });
    let back = if here.is_empty() { "/" } else { "/connectors" };
    frame.at(Section::Connectors, title).with_pane(pane).back_to(back)
}
