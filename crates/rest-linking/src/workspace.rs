//! The workspace that records are linked to, and people's own sign-in there.

use axum::extract::State;
use edge::{Authed, Json, Problem};
use http::StatusCode;
use kernel::Secret;
use linking_setup::{
    Account, BroughtBack, Checked, Finding, Label, NewLabel, NewTeams, Purpose, Teams,
};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{App, Routes};

pub(crate) fn routes() -> Routes {
    routes!(read, set, remove, check, labels, set_labels, mine, sign_in, signed_in, sign_out)
}

/// What the organisation says of its workspace.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Workspace)]
struct Item {
    /// `embedded` or `graph`: where new links go.
    kind: &'static str,
    /// Microsoft Teams, where something is said of it.
    teams: Option<TeamsItem>,
    /// Where the directory sends browsers back to.
    redirect_uri: String,
}

/// Microsoft Teams of the organisation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkspaceTeams)]
struct TeamsItem {
    #[schema(format = Uuid)]
    directory: String,
    #[schema(format = Uuid)]
    client_id: String,
    /// `secret` or `certificate`.
    proof: &'static str,
    graph: String,
    login: String,
    /// The identifier in the manifest of our app.
    #[schema(format = Uuid)]
    app: Option<String>,
    enabled: bool,
    /// Linked teams that are watched, and those of them that tell of changes.
    watched: usize,
    telling: usize,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl TeamsItem {
    fn of(teams: Teams, (telling, watched): (usize, usize)) -> Self {
        Self {
            directory: teams.directory.to_string(),
            client_id: teams.client_id.to_string(),
            proof: teams.proof.as_str(),
            graph: teams.graph.into(),
            login: teams.login.into(),
            app: teams.app.map(|app| app.to_string()),
            enabled: teams.enabled,
            watched,
            telling,
            updated_at: teams.updated_at.to_string(),
        }
    }
}

/// What is said of Microsoft Teams.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WorkspaceToSet, example = json!({
    "directory": "7b6d3c6e-2f0a-4c35-9d1e-5a8f0c4b1e22",
    "client_id": "3f1c7a52-8f0e-4d7b-9a6e-0c2d5b7e4a10",
    "secret": "a client secret"
}))]
struct ToSet {
    /// The identifier of the directory.
    directory: String,
    /// The identifier of the application there.
    client_id: String,
    /// Its secret, or a private key with its certificate, both PEM. What is kept stays when there is none.
    secret: Option<String>,
    /// The root of Microsoft Graph; that of the public cloud unless given.
    #[serde(default)]
    graph: String,
    /// Where people sign in; that of the public cloud unless given.
    #[serde(default)]
    login: String,
    /// The identifier in the manifest of our app; tabs are those of websites without one.
    #[serde(default)]
    app: String,
    /// Whether records are linked there.
    #[serde(default = "yes")]
    enabled: bool,
}

const fn yes() -> bool {
    true
}

/// Something that was looked at.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkspaceCheck)]
struct CheckItem {
    /// Such as `application`, `people`, `teams`, `channels`, `members`, `tabs`, `notices`, `app`, `person`.
    what: &'static str,
    /// `good`, `missing`, `bad` or `unasked`.
    state: &'static str,
    /// Of `missing`: one of these permissions of Microsoft Graph has to be granted.
    permissions: Vec<String>,
    /// Of `bad`: why.
    code: Option<&'static str>,
}

impl From<Checked> for CheckItem {
    fn from(checked: Checked) -> Self {
        let (what, state) = (checked.what, checked.finding.as_str());
        let (permissions, code) = match checked.finding {
            Finding::Missing(permissions) => (permissions, None),
            Finding::Bad(code) => (Vec::new(), Some(code)),
            Finding::Good | Finding::Unasked => (Vec::new(), None),
        };
        Self { what, state, permissions, code }
    }
}

/// A sensitivity label.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TeamLabel, example = json!({ "id": "Confidential", "name": "Confidential", "is_default": false }))]
struct LabelItem {
    /// As the workspace names it; of Microsoft Teams an identifier.
    #[serde(default)]
    id: String,
    name: String,
    /// Whether new teams get it unless another is chosen.
    #[serde(default)]
    is_default: bool,
}

impl From<Label> for LabelItem {
    fn from(label: Label) -> Self {
        Self { id: label.id, name: label.name, is_default: label.is_default }
    }
}

/// Who the caller is at the workspace.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkspaceAccount)]
struct AccountItem {
    /// Whether they signed in there.
    signed_in: bool,
    /// `open` or `lost`.
    state: Option<&'static str>,
    account: Option<String>,
    name: Option<String>,
    #[schema(format = DateTime)]
    signed_in_at: Option<String>,
}

impl AccountItem {
    fn of(account: Option<Account>) -> Self {
        Self {
            signed_in: account.is_some(),
            state: account.as_ref().map(|one| one.state.as_str()),
            signed_in_at: account.as_ref().map(|one| one.signed_in_at.to_string()),
            name: account.as_ref().map(|one| one.name.clone()),
            account: account.map(|one| one.id),
        }
    }
}

/// Where a browser goes to sign in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkspaceSignInBegun)]
struct Begun {
    url: String,
}

/// What a browser brought back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WorkspaceSignInReturn, example = json!({ "state": "x", "code": "y" }))]
struct Return {
    state: String,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    admin_consent: Option<String>,
    tenant: Option<String>,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkspaceSignInCame)]
struct CameItem {
    /// `sign_in` or `consent`.
    purpose: &'static str,
}

async fn shown(app: &App, scope: &kernel::Scope) -> Result<Json<Item>, Problem> {
    let elsewhere = app.setup.teams()?;
    let teams = elsewhere.settings(scope).await?;
    let watching = elsewhere.watching(scope).await?;
    Ok(Json(Item {
        kind: app.setup.workspaces().kind(scope).as_str(),
        teams: teams.map(|teams| TeamsItem::of(teams, watching)),
        redirect_uri: elsewhere.sign_in_address()?.into(),
    }))
}

/// Read the workspace that records are linked to
#[utoipa::path(get, path = "/api/v1/workspace", operation_id = "workspace.read", tag = "linking",
    responses((status = 200, body = Item), Failures))]
async fn read(State(app): State<App>, Authed(scope): Authed) -> Result<Json<Item>, Problem> {
    shown(&app, &scope).await
}

/// Link records to Microsoft Teams
///
/// Links that are there stay where they are. With another directory, application or address everybody signs in anew.
#[utoipa::path(put, path = "/api/v1/workspace", operation_id = "workspace.set", tag = "linking",
    request_body = ToSet, responses((status = 200, body = Item), Failures))]
async fn set(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(body): Json<ToSet>,
) -> Result<Json<Item>, Problem> {
    let ToSet { directory, client_id, secret, graph, login, app: manifest, enabled } = body;
    let secret = secret.map(Secret::new);
    let new = NewTeams { directory, client_id, secret, graph, login, app: manifest, enabled };
    app.setup.teams()?.set(&scope, new).await?;
    shown(&app, &scope).await
}

/// Link records to the hub's own teams again
#[utoipa::path(delete, path = "/api/v1/workspace", operation_id = "workspace.remove",
    tag = "linking", responses((status = 204), Failures))]
async fn remove(State(app): State<App>, Authed(scope): Authed) -> Result<StatusCode, Problem> {
    app.setup.teams()?.remove(&scope).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Check the workspace
///
/// Whether everything is there that links with Microsoft Teams need, each permission by its name. Nothing is changed.
#[utoipa::path(post, path = "/api/v1/workspace/check", operation_id = "workspace.check",
    tag = "linking", responses((status = 200, body = Vec<CheckItem>), Failures))]
async fn check(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<CheckItem>>, Problem> {
    let checked = Box::pin(app.setup.teams()?.check(&scope)).await?;
    Ok(Json(checked.into_iter().map(CheckItem::from).collect()))
}

/// List the sensitivity labels that new teams may get
#[utoipa::path(get, path = "/api/v1/workspace/labels", operation_id = "workspace.labels",
    tag = "linking", responses((status = 200, body = Vec<LabelItem>), Failures))]
async fn labels(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<LabelItem>>, Problem> {
    let all = app.setup.team_labels(&scope).await?;
    Ok(Json(all.into_iter().map(LabelItem::from).collect()))
}

/// Write the sensitivity labels down
///
/// In place of those of before, in their order.
#[utoipa::path(put, path = "/api/v1/workspace/labels", operation_id = "workspace.set_labels",
    tag = "linking", request_body = Vec<LabelItem>,
    responses((status = 200, body = Vec<LabelItem>), Failures))]
async fn set_labels(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(body): Json<Vec<LabelItem>>,
) -> Result<Json<Vec<LabelItem>>, Problem> {
    let new = body.into_iter().map(|one| NewLabel {
        id: one.id,
        name: one.name,
        is_default: one.is_default,
    });
    let all = app.setup.set_team_labels(&scope, new.collect()).await?;
    Ok(Json(all.into_iter().map(LabelItem::from).collect()))
}

/// Say who the caller is at the workspace
#[utoipa::path(get, path = "/api/v1/my-workspace", operation_id = "my_workspace.read",
    tag = "linking", responses((status = 200, body = AccountItem), Failures))]
async fn mine(State(app): State<App>, Authed(scope): Authed) -> Result<Json<AccountItem>, Problem> {
    Ok(Json(AccountItem::of(app.setup.teams()?.account(&scope).await?)))
}

/// Begin a sign-in to Microsoft Teams
///
/// The browser goes to the address and comes back to the hub.
#[utoipa::path(post, path = "/api/v1/my-workspace/sign-in", operation_id = "my_workspace.sign_in",
    tag = "linking", responses((status = 200, body = Begun), Failures))]
async fn sign_in(State(app): State<App>, Authed(scope): Authed) -> Result<Json<Begun>, Problem> {
    let url = app.setup.teams()?.begin_sign_in(&scope, None).await?;
    Ok(Json(Begun { url: url.into() }))
}

/// Finish a sign-in to Microsoft Teams
///
/// With what the browser brought back; by whoever began it.
#[utoipa::path(post, path = "/api/v1/my-workspace/signed-in",
    operation_id = "my_workspace.signed_in", tag = "linking", request_body = Return,
    responses((status = 200, body = CameItem), Failures))]
async fn signed_in(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(back): Json<Return>,
) -> Result<Json<CameItem>, Problem> {
    let back = BroughtBack {
        state: back.state,
        code: back.code.map(Secret::new),
        error: back.error,
        description: back.error_description,
        admin_consent: back.admin_consent,
        tenant: back.tenant,
    };
    let came = Box::pin(app.setup.came_back(&scope, back)).await?;
    let purpose = match came.purpose {
        Purpose::SignIn => "sign_in",
        Purpose::Consent(_) => "consent",
    };
    Ok(Json(CameItem { purpose }))
}

/// End the caller's sign-in to Microsoft Teams
#[utoipa::path(delete, path = "/api/v1/my-workspace", operation_id = "my_workspace.sign_out",
    tag = "linking", responses((status = 204), Failures))]
async fn sign_out(State(app): State<App>, Authed(scope): Authed) -> Result<StatusCode, Problem> {
    app.setup.teams()?.sign_out(&scope).await?;
    Ok(StatusCode::NO_CONTENT)
}
