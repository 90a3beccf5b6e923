//! What administrators decide: approve, reject, publish, block, remove.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem, Query};
use http::StatusCode;
use rest::{Failures, routes};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    AppPath, VersionPath,
    shapes::{AppItem, DependentsItem},
};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(approve, reject, publish, block, unblock, dependents, delete)
}

/// Why a version is rejected.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Rejection {
    /// At most 500 characters; may be empty.
    #[serde(default)]
    reason: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Anyway {
    /// Also from the teams and policies that have it.
    #[serde(default)]
    anyway: bool,
}

/// Approve a version
///
/// It may be published then.
#[utoipa::path(post, path = "/api/v1/apps/{app_id}/versions/{number}/approve",
    operation_id = "apps.approve", tag = "apps", params(VersionPath),
    responses((status = 200, body = AppItem), Failures))]
async fn approve(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<VersionPath>,
) -> Result<Json<AppItem>, Problem> {
    let entry = app.apps.approve(&scope, path.app_id, path.number).await?;
    Ok(Json(AppItem::of(entry, scope.language())))
}

/// Reject a version
#[utoipa::path(post, path = "/api/v1/apps/{app_id}/versions/{number}/reject",
    operation_id = "apps.reject", tag = "apps", params(VersionPath), request_body = Rejection,
    responses((status = 200, body = AppItem), Failures))]
async fn reject(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<VersionPath>,
    Json(body): Json<Rejection>,
) -> Result<Json<AppItem>, Problem> {
    let entry = app.apps.reject(&scope, path.app_id, path.number, &body.reason).await?;
    Ok(Json(AppItem::of(entry, scope.language())))
}

/// Publish a version
///
/// Teams that have an older one follow, if it asks for nothing new.
#[utoipa::path(post, path = "/api/v1/apps/{app_id}/versions/{number}/publish",
    operation_id = "apps.publish", tag = "apps", params(VersionPath),
    responses((status = 200, body = AppItem), Failures))]
async fn publish(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<VersionPath>,
) -> Result<Json<AppItem>, Problem> {
    let entry = app.apps.publish(&scope, path.app_id, path.number).await?;
    Ok(Json(AppItem::of(entry, scope.language())))
}

/// Block an app
///
/// It stays where it is installed and does nothing there; nobody installs it.
#[utoipa::path(post, path = "/api/v1/apps/{app_id}/block", operation_id = "apps.block", tag = "apps",
    params(AppPath), responses((status = 200, body = AppItem), Failures))]
async fn block(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<AppPath>,
) -> Result<Json<AppItem>, Problem> {
    let entry = app.apps.set_blocked(&scope, path.app_id, true).await?;
    Ok(Json(AppItem::of(entry, scope.language())))
}

/// Let a blocked app go on
#[utoipa::path(post, path = "/api/v1/apps/{app_id}/unblock", operation_id = "apps.unblock",
    tag = "apps", params(AppPath), responses((status = 200, body = AppItem), Failures))]
async fn unblock(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<AppPath>,
) -> Result<Json<AppItem>, Problem> {
    let entry = app.apps.set_blocked(&scope, path.app_id, false).await?;
    Ok(Json(AppItem::of(entry, scope.language())))
}

/// Read what depends on an app
#[utoipa::path(get, path = "/api/v1/apps/{app_id}/dependents", operation_id = "apps.dependents",
    tag = "apps", params(AppPath), responses((status = 200, body = DependentsItem), Failures))]
async fn dependents(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<AppPath>,
) -> Result<Json<DependentsItem>, Problem> {
    Ok(Json(app.apps.dependents(&scope, path.app_id).await?.into()))
}

/// Remove an app
///
/// With all its versions. When something depends on it, `errors` of the refusal names that, and `anyway`
/// takes it from there too.
#[utoipa::path(delete, path = "/api/v1/apps/{app_id}", operation_id = "apps.delete", tag = "apps",
    params(AppPath, Anyway), responses((status = 204, description = "Removed"), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<AppPath>,
    Query(query): Query<Anyway>,
) -> Result<StatusCode, Problem> {
    app.apps.remove(&scope, path.app_id, query.anyway).await?;
    Ok(StatusCode::NO_CONTENT)
}
