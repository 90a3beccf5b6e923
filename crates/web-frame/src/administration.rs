//! Parts of the administration, and the list of them that stands beside each.

use askama::Template;
use kernel::Permission;

use crate::{Frame, Html, Section};

/// A part of the administration.
#[derive(Debug)]
pub struct Area {
    /// The last part of its address.
    pub key: &'static str,
    /// Its address.
    pub href: String,
    /// What is drawn beside it.
    pub icon: &'static str,
    /// Its name.
    pub name: String,
    /// What is done there.
    pub what: String,
}

/// The parts that the reader may open.
pub fn areas(frame: &Frame) -> Vec<Area> {
    [
        (Permission::UserManage, "users", "people"),
        (Permission::GroupManage, "groups", "team"),
        (Permission::RoleAssign, "roles", "shield"),
        (Permission::LicenceAssign, "licences", "star"),
        (Permission::TokenManage, "tokens", "key"),
        (Permission::SettingsManage, "providers", "link"),
        (Permission::SettingsManage, "organisation", "building"),
        (Permission::WebhookManageAll, "connectors", "plug"),
        (Permission::EnvironmentManage, "environments", "stack"),
        (Permission::DataPolicyManage, "data-policies", "filter"),
        (Permission::SalesManage, "deployment", "check-circle"),
        (Permission::SalesManage, "crm", "briefcase"),
        (Permission::SalesManage, "mail", "mail"),
        (Permission::SalesManage, "meetings", "clock"),
        (Permission::SalesManage, "language", "language"),
        (Permission::SalesManage, "sales-settings", "settings"),
        (Permission::TeamManageAll, "workspace", "chat"),
        (Permission::UserManage, "privacy", "shield"),
        (Permission::AuditRead, "audit", "history"),
    ]
    .into_iter()
    .filter(|(right, ..)| frame.may(*right))
    .map(|(_, key, icon)| Area {
        key,
        href: format!("/admin/{key}"),
        icon,
        name: frame.say(&format!("admin-{key}")),
        what: frame.say(&format!("admin-{key}-what")),
    })
    .collect()
}

/// The pane.
#[derive(Debug, Template)]
#[template(path = "administration.html")]
struct Pane<'a> {
    frame: &'a Frame,
    areas: Vec<Area>,
    here: &'static str,
}

/// Places a page of the administration in the frame, beside the list of its parts; `here` is the part, nothing the
/// overview.
pub fn at(frame: Frame, here: &'static str, title: impl Into<String>) -> Frame {
    let pane = Html::of(&Pane { frame: &frame, areas: areas(&frame), here });
    let back = if here.is_empty() { "/" } else { "/admin" };
    frame.at(Section::Administration, title).with_pane(pane).back_to(back)
}
