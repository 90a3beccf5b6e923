//! The organisation's switches of connectors, and of places outside.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, response::Response};
use channel_connectors::TenantSwitches;
use edge::{Form, Problem};
use kernel::Permission;
use serde::Deserialize;
use targets::{Forwarding, Kind};
use web_frame::{App, Field, Frame, answer, parts::Nothing};

use super::{Admin, at};

/// The page.
#[derive(Debug, Template)]
#[template(path = "connectors.html")]
pub(crate) struct Page {
    frame: Frame,
    fields: Vec<Field>,
    off: bool,
    /// Kinds of places outside.
    kinds: Vec<Field>,
}

pub(super) async fn page(State(app): State<App>, admin: Admin) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::WebhookManageAll)?;
    let switches = app.connectors.tenant_switches(&visit.scope).await?;
    let forwarding = app.targets.forwarding(&visit.scope).await?;
    Ok(answer::page(&Page::of(visit.frame, switches, &forwarding)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    connectors_enabled: String,
    connectors_enabled_for_teams: String,
    connectors_enabled_for_outlook: String,
    actionable_messages_enabled: String,
    members_may_manage: String,
    government: String,
}

pub(super) async fn update(
    State(app): State<App>,
    admin: Admin,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::WebhookManageAll)?;
    let switches = TenantSwitches {
        connectors_enabled: typed.connectors_enabled == "on",
        connectors_enabled_for_teams: typed.connectors_enabled_for_teams == "on",
        connectors_enabled_for_outlook: typed.connectors_enabled_for_outlook == "on",
        actionable_messages_enabled: typed.actionable_messages_enabled == "on",
        members_may_manage: typed.members_may_manage == "on",
        government: typed.government == "on",
    };
    app.connectors.set_tenant_switches(&visit.scope, switches).await?;
    Ok(answer::back_with(&visit.context, "/admin/connectors", "saved"))
}

/// Which kinds are ticked: each box is named by its kind.
pub(super) async fn forwarding(
    State(app): State<App>,
    admin: Admin,
    Form(typed): Form<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::WebhookManageAll)?;
    let ticked = |kind: Kind| typed.get(kind.as_str()).is_some_and(|value| value == "on");
    let all = Kind::ALL.map(|kind| (kind, ticked(kind)));
    app.targets.set_forwarding(&visit.scope, &all).await?;
    Ok(answer::back_with(&visit.context, "/admin/connectors", "saved"))
}

/// Everything off at once, as the preset for governments has it.
pub(super) async fn everything_off(
    State(app): State<App>,
    admin: Admin,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let visit = admin.who_may(Permission::WebhookManageAll)?;
    app.connectors.set_tenant_switches(&visit.scope, TenantSwitches::GOVERNMENT).await?;
    Ok(answer::back_with(&visit.context, "/admin/connectors", "connectors-off"))
}

impl Page {
    fn of(frame: Frame, switches: TenantSwitches, forwarding: &Forwarding) -> Self {
        let fields = [
            ("connectors_enabled", "all", switches.connectors_enabled),
            ("connectors_enabled_for_teams", "teams", switches.connectors_enabled_for_teams),
            ("connectors_enabled_for_outlook", "outlook", switches.connectors_enabled_for_outlook),
            ("actionable_messages_enabled", "buttons", switches.actionable_messages_enabled),
            ("members_may_manage", "members", switches.members_may_manage),
            ("government", "government", switches.government),
        ];
        let field = |(name, key, on)| {
            let label = frame.say(&format!("switch-{key}"));
            Field::check(name, label, on).hint(frame.say(&format!("switch-{key}-what")))
        };
        let fields = fields.into_iter().map(field).collect();
        let off = !(switches.connectors_enabled && switches.connectors_enabled_for_teams);
        let kinds = Kind::ALL.map(|kind| {
            let label = frame.say(&format!("targets.kind-{}", kind.as_str().replace('_', "-")));
            Field::check(kind.as_str(), label, forwarding.allows(kind))
        });
        let (kinds, title) = (kinds.into(), frame.say("admin-connectors"));
        Self { frame: at(frame, "connectors", title), fields, off, kinds }
    }
}

#[cfg(test)]
mod tests {
    use web_proof::show;

    use super::*;

    #[test]
    fn switches_say_what_they_do() {
        show("admin-connectors", |frame| {
            vec![
                ("on", Page::of(frame.clone(), TenantSwitches::default(), &Forwarding::default())),
                (
                    "off",
                    Page::of(
                        frame.clone(),
                        TenantSwitches::GOVERNMENT,
                        &Forwarding::barring([Kind::Slack, Kind::Discord]),
                    ),
                ),
            ]
        });
    }
}
