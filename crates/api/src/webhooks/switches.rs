//! The administrator's switches of connectors.

use axum::extract::State;
use channel_connectors::{TeamSwitches, TenantSwitches};
use edge::{Authed, Json, Path, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::TeamPath;
use crate::{App, problem::Failures};

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(read, replace))
        .routes(routes!(read_of_team, replace_of_team))
}

/// The switches of the organisation.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch with a name of its own")]
struct OrganisationSwitches {
    /// Connectors at all.
    connectors_enabled: bool,
    /// Connectors in channels.
    connectors_enabled_for_teams: bool,
    /// Buttons on connector cards.
    actionable_messages_enabled: bool,
    /// Whether members, not only owners, may set connectors up.
    members_may_manage: bool,
}

/// The switches of a team.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TeamSwitchesToSet {
    /// Connectors in this team; administrators only.
    connectors_enabled: bool,
    /// Whether members, not only owners, may set connectors up.
    members_may_manage: bool,
}

/// The switches of a team, and what follows from all of them.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch with a name of its own")]
struct TeamSwitchesRead {
    connectors_enabled: bool,
    members_may_manage: bool,
    /// The switch that keeps connectors off here: `tenant`, `teams` or `team`.
    off: Option<&'static str>,
    /// Whether buttons on cards work here.
    buttons: bool,
    /// Whether members may set connectors up here, with the organisation's switch.
    members_effective: bool,
}

/// Read the switches of the organisation
#[utoipa::path(get, path = "/api/v1/connector-switches", operation_id = "switches.read",
    tag = "webhooks", responses((status = 200, body = OrganisationSwitches), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<OrganisationSwitches>, Problem> {
    let TenantSwitches {
        connectors_enabled,
        connectors_enabled_for_teams,
        actionable_messages_enabled,
        members_may_manage,
    } = app.connectors.tenant_switches(&scope).await?;
    Ok(Json(OrganisationSwitches {
        connectors_enabled,
        connectors_enabled_for_teams,
        actionable_messages_enabled,
        members_may_manage,
    }))
}

/// Set the switches of the organisation
///
/// Off acts at once: webhooks answer 403 and nothing new can be set up.
#[utoipa::path(put, path = "/api/v1/connector-switches", operation_id = "switches.replace",
    tag = "webhooks", request_body = OrganisationSwitches,
    responses((status = 200, body = OrganisationSwitches), Failures))]
async fn replace(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(to): Json<OrganisationSwitches>,
) -> Result<Json<OrganisationSwitches>, Problem> {
    let switches = TenantSwitches {
        connectors_enabled: to.connectors_enabled,
        connectors_enabled_for_teams: to.connectors_enabled_for_teams,
        actionable_messages_enabled: to.actionable_messages_enabled,
        members_may_manage: to.members_may_manage,
    };
    app.connectors.set_tenant_switches(&scope, switches).await?;
    Ok(Json(to))
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
#[utoipa::path(put, path = "/api/v1/teams/{team_id}/connector-switches",
    operation_id = "switches.replace_of_team", tag = "webhooks", params(TeamPath),
    request_body = TeamSwitchesToSet,
    responses((status = 200, body = TeamSwitchesRead), Failures))]
async fn replace_of_team(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
    Json(to): Json<TeamSwitchesToSet>,
) -> Result<Json<TeamSwitchesRead>, Problem> {
    let switches = TeamSwitches {
        connectors_enabled: to.connectors_enabled,
        members_may_manage: to.members_may_manage,
    };
    app.connectors.set_team_switches(&scope, path.team_id, switches).await?;
    read_of_team(State(app), Authed(scope), Path(path)).await
}
