//! Apps of teams and of persons.

use axum::{body::Body, extract::State};
use edge::{Authed, Json, Path, Problem, read_body};
use http::StatusCode;
use kernel::{AppId, Page};
use rest::{Failures, Items, routes};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    PACKAGE_BYTES, TeamAppPath, TeamPath, UserPath,
    shapes::{EffectiveAppItem, FindingItem, TeamAppItem, Uploaded},
};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(of_team, install, upload, uninstall, mine, of_user)
}

/// What to install, and the consent to it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ToInstall {
    #[schema(value_type = String, format = Uuid)]
    app_id: AppId,
    /// The number of the version whose permissions, domains and abilities the person has seen and agrees
    /// to.
    consent: i64,
}

/// List the apps of a team
///
/// What was uploaded to it first, then the rest by name.
#[utoipa::path(get, path = "/api/v1/teams/{team_id}/apps", operation_id = "apps.of_team", tag = "apps",
    params(TeamPath), responses((status = 200, body = Items<TeamAppItem>), Failures))]
async fn of_team(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
) -> Result<Json<Items<TeamAppItem>>, Problem> {
    let items = app.apps.apps_of_team(&scope, path.team_id).await?;
    let language = scope.language();
    Ok(Json(Items::of(Page { items, next: None }, |it| TeamAppItem::of(it, language))))
}

/// Install an app in a team
///
/// Also takes over a newer version that waits for consent. For owners of the team.
#[utoipa::path(post, path = "/api/v1/teams/{team_id}/apps", operation_id = "apps.install", tag = "apps",
    params(TeamPath), request_body = ToInstall,
    responses((status = 201, body = TeamAppItem), Failures))]
async fn install(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
    Json(wanted): Json<ToInstall>,
) -> Result<(StatusCode, Json<TeamAppItem>), Problem> {
    let made = app.apps.install(&scope, wanted.app_id, path.team_id, wanted.consent).await?;
    Ok((StatusCode::CREATED, Json(TeamAppItem::installed(made, scope.language()))))
}

/// Upload a package to a team
///
/// The body is the zip archive. It is installed at once, in this team alone; uploading is consent. For
/// owners of the team.
#[utoipa::path(post, path = "/api/v1/teams/{team_id}/apps/upload", operation_id = "apps.upload",
    tag = "apps", params(TeamPath),
    request_body(content = String, content_type = "application/zip"),
    responses((status = 201, body = Uploaded), Failures))]
async fn upload(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamPath>,
    body: Body,
) -> Result<(StatusCode, Json<Uploaded>), Problem> {
    let zip = read_body(body, PACKAGE_BYTES).await?;
    let (made, findings) = app.apps.upload(&scope, path.team_id, zip.into()).await?;
    let language = scope.language();
    let app = TeamAppItem::installed(made, language);
    let findings = FindingItem::all(findings, language);
    Ok((StatusCode::CREATED, Json(Uploaded { app, findings })))
}

/// Take an app out of a team
///
/// For owners of the team; an upload is removed with it.
#[utoipa::path(delete, path = "/api/v1/teams/{team_id}/apps/{app_id}", operation_id = "apps.uninstall",
    tag = "apps", params(TeamAppPath),
    responses((status = 204, description = "Taken out"), Failures))]
async fn uninstall(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TeamAppPath>,
) -> Result<StatusCode, Problem> {
    app.apps.uninstall(&scope, path.app_id, path.team_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List one's own apps
///
/// What a setup policy gives, pinned ones first.
#[utoipa::path(get, path = "/api/v1/me/apps", operation_id = "apps.mine", tag = "apps",
    responses((status = 200, body = Items<EffectiveAppItem>), Failures))]
async fn mine(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Items<EffectiveAppItem>>, Problem> {
    let items = app.apps.effective_apps(&scope, None).await?;
    let language = scope.language();
    Ok(Json(Items::of(Page { items, next: None }, |it| EffectiveAppItem::of(it, language))))
}

/// List the apps of a person
///
/// What a setup policy gives; for administrators of apps.
#[utoipa::path(get, path = "/api/v1/users/{user_id}/apps", operation_id = "apps.of_user", tag = "apps",
    params(UserPath), responses((status = 200, body = Items<EffectiveAppItem>), Failures))]
async fn of_user(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<UserPath>,
) -> Result<Json<Items<EffectiveAppItem>>, Problem> {
    let items = app.apps.effective_apps(&scope, Some(path.user_id)).await?;
    let language = scope.language();
    Ok(Json(Items::of(Page { items, next: None }, |it| EffectiveAppItem::of(it, language))))
}
