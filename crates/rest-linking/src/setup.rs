//! Settings of linking.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem};
use kernel::{EnvironmentId, Scope};
use linking_setup::{Decision, DeviceRule, Devices, Turn, Which};
use rest::{EnvironmentPath, Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    App, Routes,
    shapes::{
        settings::{ConsentItem, OverviewItem},
        word,
    },
};

pub(crate) fn routes() -> Routes {
    routes!(read, change, consent, tables)
}

/// What is turned; what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LinkingToChange)]
struct Change {
    /// Records may be linked; off takes enhanced linking along.
    basic: Option<bool>,
    /// Links are made from records and views; needs basic linking, and somebody who administers the tenant.
    enhanced: Option<bool>,
    /// Private teams with sensitivity labels.
    labels: Option<bool>,
    /// Whether `OneDrive` is used.
    one_drive: Option<bool>,
    /// What devices that nobody manages may do with the library of a channel: `full`, `limited` or `block`.
    unmanaged_devices: Option<String>,
    /// The networks of managed devices, such as `10.0.0.0/8`.
    managed_networks: Option<Vec<String>>,
}

/// The consent of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ConsentPath {
    /// The environment.
    #[param(value_type = String, format = Uuid)]
    environment_id: EnvironmentId,
    /// `first` for teams, channels and members; `second` for conversations beside records, notes of changes and members
    /// kept in step.
    consent: String,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LinkingDecision)]
struct Decided {
    decision: DecisionWord,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LinkingDecisionWord)]
enum DecisionWord {
    Accept,
    Decline,
    Withdraw,
}

impl From<DecisionWord> for Decision {
    fn from(word: DecisionWord) -> Self {
        match word {
            DecisionWord::Accept => Self::Accept,
            DecisionWord::Decline => Self::Decline,
            DecisionWord::Withdraw => Self::Withdraw,
        }
    }
}

/// Tables that are allowed or forbidden.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = LinkingTablesToSet)]
struct TablesToSet {
    enable: bool,
    /// Logical names.
    tables: Vec<String>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LinkingTablesSet)]
struct TablesSet {
    passed: Vec<String>,
    /// Those that cannot be linked, or that there are not.
    failed: Vec<String>,
}

/// Read the settings of linking
///
/// Switches, consents, licences, tables, limits, and everything that must be so, each with whether it is; for System
/// Administrators of the environment.
#[utoipa::path(get, path = "/api/v1/environments/{environment_id}/linking",
    operation_id = "linking.read", tag = "linking", params(EnvironmentPath),
    responses((status = 200, body = OverviewItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
) -> Result<Json<OverviewItem>, Problem> {
    shown(&app, &scope, path.environment_id).await
}

/// Change the settings of linking
///
/// Each named switch in the order of the fields, and all of them or none: the first that cannot be turned is the reason.
#[utoipa::path(patch, path = "/api/v1/environments/{environment_id}/linking",
    operation_id = "linking.change", tag = "linking", params(EnvironmentPath), request_body = Change,
    responses((status = 200, body = OverviewItem), Failures))]
async fn change(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
    Json(body): Json<Change>,
) -> Result<Json<OverviewItem>, Problem> {
    let environment = path.environment_id;
    let mut turns: Vec<Turn> = Vec::new();
    turns.extend(body.one_drive.map(Turn::OneDrive));
    if body.unmanaged_devices.is_some() || body.managed_networks.is_some() {
        let mut devices = app.setup.overview(&scope, environment).await?.devices;
        if let Some(rule) = &body.unmanaged_devices {
            devices.rule = word("/unmanaged_devices", rule, &DeviceRule::ALL, DeviceRule::as_str)?;
        }
        if let Some(networks) = &body.managed_networks {
            devices.networks = Devices::read_networks(&networks.join("\n"))?;
        }
        turns.push(Turn::Devices(devices));
    }
    turns.extend(body.basic.map(Turn::Basic));
    turns.extend(body.enhanced.map(Turn::Enhanced));
    turns.extend(body.labels.map(Turn::Labels));
    let overview = app.setup.turn_all(&scope, environment, &turns).await?;
    Ok(Json(OverviewItem::of(&scope, overview, app.linking.settings())))
}

async fn shown(
    app: &App,
    scope: &Scope,
    environment: EnvironmentId,
) -> Result<Json<OverviewItem>, Problem> {
    let overview = app.setup.overview(scope, environment).await?;
    Ok(Json(OverviewItem::of(scope, overview, app.linking.settings())))
}

/// Decide on a consent
///
/// For the whole tenant and all its environments, by somebody who administers it. Accepting is agreeing to all scopes
/// that the answer names.
#[utoipa::path(post, path = "/api/v1/environments/{environment_id}/linking/consents/{consent}",
    operation_id = "linking.consent", tag = "linking", params(ConsentPath), request_body = Decided,
    responses((status = 200, body = ConsentItem), Failures))]
async fn consent(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConsentPath>,
    Json(body): Json<Decided>,
) -> Result<Json<ConsentItem>, Problem> {
    let which = word("/consent", &path.consent, &Which::ALL, Which::as_str)?;
    // who may not see the environment's settings decides nothing here
    app.setup.overview(&scope, path.environment_id).await?;
    Ok(Json(app.setup.consent(&scope, which, body.decision.into()).await?.into()))
}

/// Allow tables to be linked, or forbid it
///
/// As `msdyn_SetTeamsDocumentStatus` of the Web API. Links that are there stay.
#[utoipa::path(post, path = "/api/v1/environments/{environment_id}/linking/tables",
    operation_id = "linking.tables", tag = "linking", params(EnvironmentPath),
    request_body = TablesToSet, responses((status = 200, body = TablesSet), Failures))]
async fn tables(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
    Json(body): Json<TablesToSet>,
) -> Result<Json<TablesSet>, Problem> {
    let wanted = (body.enable, body.tables.as_slice());
    let set = app.setup.set_tables(&scope, path.environment_id, wanted).await?;
    Ok(Json(TablesSet { passed: set.passed, failed: set.failed }))
}
