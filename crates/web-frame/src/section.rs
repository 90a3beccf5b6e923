//! The pane of the Connectors section, which pages of two crates stand in: what joins channels, and what joins APIs.

use askama::Template;
use kernel::Permission;

use crate::{Frame, Html, Section};

/// One entry of the pane.
#[derive(Debug)]
pub struct Area {
    /// Its key, such as `apps`.
    pub key: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// The icon.
    pub icon: &'static str,
    /// What people read.
    pub name: String,
    /// What is there.
    pub what: String,
}

/// Entries under a heading.
#[derive(Debug)]
pub struct Group {
    /// The heading.
    pub name: String,
    /// The entries that the reader may open.
    pub areas: Vec<Area>,
}

/// The entries that the reader may open, those of channels before those of APIs.
pub fn areas(frame: &Frame) -> Vec<Group> {
    let webhooks = frame.may(Permission::WebhookManage) || frame.may(Permission::WebhookManageAll);
    let channels = [
        (frame.may(Permission::AppInstall), "apps", "/apps", "apps"),
        (frame.may(Permission::ConnectorRegister), "portal", "/connectors/developer", "code"),
        (webhooks, "webhooks", "/webhooks", "plug"),
        (webhooks, "guide", "/connectors/guide", "open"),
    ];
    let connections = frame.may(Permission::ConnectionUse);
    let apis = [
        (connections, "apis", "/apis", "api"),
        (connections, "connections", "/connections", "link"),
        (connections, "crm", "/crm", "briefcase"),
    ];
    [("channels", channels.to_vec()), ("interfaces", apis.to_vec())]
        .into_iter()
        .map(|(key, entries)| Group {
            name: frame.say(&format!("web-connectors.group-{key}")),
            areas: entries
                .into_iter()
                .filter(|(open, ..)| *open)
                .map(|(_, key, href, icon)| area(frame, key, href, icon))
                .collect(),
        })
        .filter(|group| !group.areas.is_empty())
        .collect()
}

fn area(frame: &Frame, key: &'static str, href: &'static str, icon: &'static str) -> Area {
    let name = frame.say(&format!("web-connectors.{key}"));
    let what = frame.say(&format!("web-connectors.{key}-what"));
    Area { key, href, icon, name, what }
}

/// The pane.
#[derive(Debug, Template)]
#[template(path = "parts/connectors_pane.html")]
struct Pane<'a> {
    frame: &'a Frame,
    groups: Vec<Group>,
    here: &'a str,
}

/// Places a page of the area `here` of the Connectors section in the frame: `apps`, `portal`, `guide`, `apis`,
/// `connections`; the overview is no area.
pub fn connectors(frame: Frame, here: &str, title: impl Into<String>) -> Frame {
    let pane = Html::of(&Pane { frame: &frame, groups: areas(&frame), here });
    let back = if here.is_empty() { "/" } else { "/connectors" };
    frame.at(Section::Connectors, title).with_pane(pane).back_to(back)
}
