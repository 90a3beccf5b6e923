//! The administrator's switches of connectors.

use std::collections::BTreeMap;

use axum::extract::State;
use channel_connectors::{TeamSwitches, TenantSwitches};
use edge::{Authed, Json, Path, Problem};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{TeamPath, unknown_word};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(read, update, apply_line, read_of_team, update_of_team)
}

/// The switches of the organisation, under the names that administrators know.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch with a name of its own")]
struct OrganisationSwitches {
    /// Connectors at all.
    #[serde(rename = "ConnectorsEnabled")]
    connectors_enabled: bool,
    /// Connectors in channels.
    #[serde(rename = "ConnectorsEnabledForTeams")]
    connectors_enabled_for_teams: bool,
    /// Connectors in mailboxes of groups and inboxes of persons.
    #[serde(rename = "ConnectorsEnabledForOutlook")]
    connectors_enabled_for_outlook: bool,
    /// Buttons on connector cards.
    #[serde(rename = "ConnectorsActionableMessagesEnabled")]
    actionable_messages_enabled: bool,
    /// Whether members, not only owners, may set connectors up.
    members_may_manage: bool,
    /// `standard`, or `government`: nobody registers connectors of the organisation's own.
    preset: &'static str,
}

/// What to change; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct OrganisationSwitchesToSet {
    #[serde(rename = "ConnectorsEnabled")]
    connectors_enabled: Option<bool>,
    #[serde(rename = "ConnectorsEnabledForTeams")]
    connectors_enabled_for_teams: Option<bool>,
    #[serde(rename = "ConnectorsEnabledForOutlook")]
    connectors_enabled_for_outlook: Option<bool>,
    #[serde(rename = "ConnectorsActionableMessagesEnabled")]
    actionable_messages_enabled: Option<bool>,
    members_may_manage: Option<bool>,
    /// `government` also switches everything off; single switches given beside it win.
    preset: Option<String>,
}

/// A line as administrators paste it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Line {
    /// Such as `Set-OrganizationConfig -ConnectorsEnabled:$false` or
    /// `Set-UnifiedGroup -Identity Sales -ConnectorsEnabled:$false`.
    line: String,
}

/// What a line changed.
#[derive(Debug, Serialize, ToSchema)]
struct Applied {
    /// The name of the team, for a line about a group.
    team: Option<String>,
    /// The switches that were set, with their values.
    set: BTreeMap<&'static str, bool>,
}

/// The switches of a team to set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TeamSwitchesToSet {
    /// Connectors in this team; administrators only. Absent: stays.
    #[serde(rename = "ConnectorsEnabled")]
    connectors_enabled: Option<bool>,
    /// Whether members, not only owners, may set connectors up. Absent: stays.
    members_may_manage: Option<bool>,
}

/// The switches of a team, and what follows from all of them.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch with a name of its own")]
struct TeamSwitchesRead {
    #[serde(rename = "ConnectorsEnabled")]
    connectors_enabled: bool,
    members_may_manage: bool,
    /// The switch that keeps connectors off here: `tenant`, `teams` or `team`.
    off: Option<&'static str>,
    /// Whether buttons on cards work here.
    buttons: bool,
    /// Whether members may set connectors up here, with the organisation's switch.
    members_effective: bool,
}

impl From<TenantSwitches> for OrganisationSwitches {
    fn from(of: TenantSwitches) -> Self {
        Self {
            connectors_enabled: of.connectors_enabled,
            connectors_enabled_for_teams: of.connectors_enabled_for_teams,
            connectors_enabled_for_outlook: of.connectors_enabled_for_outlook,
            actionable_messages_enabled: of.actionable_messages_enabled,
            members_may_manage: of.members_may_manage,
            preset: if of.government { "government" } else { "standard" },
        }
    }
}

/// Read the switches of the organisation
#[utoipa::path(get, path = "/api/v1/connector-switches", operation_id = "switches.read",
    tag = "webhooks", responses((status = 200, body = OrganisationSwitches), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<OrganisationSwitches>, Problem> {
    Ok(Json(app.connectors.tenant_switches(&scope).await?.into()))
}

/// Set switches of the organisation
///
/// Switches that are absent stay. Off acts at once: webhooks answer 403 and nothing new can be set up.
#[utoipa::path(patch, path = "/api/v1/connector-switches", operation_id = "switches.update",
    tag = "webhooks", request_body = OrganisationSwitchesToSet,
    responses((status = 200, body = OrganisationSwitches), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(to): Json<OrganisationSwitchesToSet>,
) -> Result<Json<OrganisationSwitches>, Problem> {
    let mut switches = app.connectors.tenant_switches(&scope).await?;
    match to.preset.as_deref() {
        None => {}
        Some("government") => switches = TenantSwitches::GOVERNMENT,
        Some("standard") => switches.government = false,
        Some(_) => return Err(unknown_word("/preset", "standard or government")),
    }
    let keep = |to: &mut bool, wanted: Option<bool>| *to = wanted.unwrap_or(*to);
    keep(&mut switches.connectors_enabled, to.connectors_enabled);
    keep(&mut switches.connectors_enabled_for_teams, to.connectors_enabled_for_teams);
    keep(&mut switches.connectors_enabled_for_outlook, to.connectors_enabled_for_outlook);
    keep(&mut switches.actionable_messages_enabled, to.actionable_messages_enabled);
    keep(&mut switches.members_may_manage, to.members_may_manage);
    app.connectors.set_tenant_switches(&scope, switches).await?;
    Ok(Json(switches.into()))
}

/// Apply a line of an administrator's shell
///
/// `Set-OrganizationConfig` sets switches of the organisation, `Set-UnifiedGroup` that of a group, named by
/// its identifier, its name or its mail address. Nothing else of a shell is understood or run.
#[utoipa::path(post, path = "/api/v1/connector-switches/line", operation_id = "switches.apply_line",
    tag = "webhooks", request_body = Line, responses((status = 200, body = Applied), Failures))]
async fn apply_line(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(Line { line }): Json<Line>,
) -> Result<Json<Applied>, Problem> {
    let (team, set) = app.connectors.apply_line(&scope, &app.workspace, &line).await?;
    Ok(Json(Applied { team, set: set.into_iter().collect() }))
}

/// Read the switches of a team
#[utoipa::path(get, path = "/api/v1/teams/{team_id}/connector-switches",
    operation_id = "switches.read_of_team", tag = "webhooks", params(TeamPath),
    responses((status = 200, body = TeamSwitchesRead), Failures))]
async fn read_of_team(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
) -> Result<Json<TeamSwitchesRead>, Problem> {
    let switches = app.connectors.switches(&scope, path.team_id).await?;
    Ok(Json(TeamSwitchesRead {
        connectors_enabled: switches.team.connectors_enabled,
        members_may_manage: switches.team.members_may_manage,
        off: switches.off().map(channel_connectors::Switch::as_str),
        buttons: switches.buttons(),
        members_effective: switches.members_may_manage(),
    }))
}

/// Set the switches of a team
///
/// Switches that are absent stay.
#[utoipa::path(patch, path = "/api/v1/teams/{team_id}/connector-switches",
    operation_id = "switches.update_of_team", tag = "webhooks", params(TeamPath),
    request_body = TeamSwitchesToSet,
    responses((status = 200, body = TeamSwitchesRead), Failures))]
async fn update_of_team(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
    Json(to): Json<TeamSwitchesToSet>,
) -> Result<Json<TeamSwitchesRead>, Problem> {
    let before = app.connectors.switches(&scope, path.team_id).await?.team;
    let switches = TeamSwitches {
        connectors_enabled: to.connectors_enabled.unwrap_or(before.connectors_enabled),
        members_may_manage: to.members_may_manage.unwrap_or(before.members_may_manage),
    };
    app.connectors.set_team_switches(&scope, path.team_id, switches).await?;
    read_of_team(State(app), Authed(scope), Path(path)).await
}
