//! What administrators set up.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem};
use http::StatusCode;
use rest::{Failures, routes};

use crate::{
    App, Routes,
    shapes::{SystemItem, SystemPath, SystemToSet},
};

pub(crate) fn routes() -> Routes {
    routes!(list, create, read, update, delete)
}

/// List the CRMs of the organisation
#[utoipa::path(get, path = "/api/v1/crm-systems", operation_id = "crm_systems.list", tag = "crm",
    responses((status = 200, body = Vec<SystemItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<SystemItem>>, Problem> {
    let all = app.crm.systems(&scope).await?;
    Ok(Json(all.into_iter().map(SystemItem::from).collect()))
}

/// Set a CRM up
#[utoipa::path(post, path = "/api/v1/crm-systems", operation_id = "crm_systems.create",
    tag = "crm", request_body = SystemToSet,
    responses((status = 201, body = SystemItem), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(new): Json<SystemToSet>,
) -> Result<(StatusCode, Json<SystemItem>), Problem> {
    let made = app.crm.create_system(&scope, new.read()?).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Read a CRM
#[utoipa::path(get, path = "/api/v1/crm-systems/{crm_system_id}",
    operation_id = "crm_systems.read", tag = "crm", params(SystemPath),
    responses((status = 200, body = SystemItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SystemPath>,
) -> Result<Json<SystemItem>, Problem> {
    Ok(Json(app.crm.system(&scope, path.crm_system_id).await?.into()))
}

/// Change a CRM
///
/// With another address or another application everybody has to sign in anew.
#[utoipa::path(put, path = "/api/v1/crm-systems/{crm_system_id}",
    operation_id = "crm_systems.update", tag = "crm", params(SystemPath),
    request_body = SystemToSet, responses((status = 200, body = SystemItem), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SystemPath>,
    Json(new): Json<SystemToSet>,
) -> Result<Json<SystemItem>, Problem> {
    let id = path.crm_system_id;
    Ok(Json(app.crm.update_system(&scope, id, new.read()?).await?.into()))
}

/// Take a CRM away
///
/// Every connection to it goes with it.
#[utoipa::path(delete, path = "/api/v1/crm-systems/{crm_system_id}",
    operation_id = "crm_systems.delete", tag = "crm", params(SystemPath),
    responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SystemPath>,
) -> Result<StatusCode, Problem> {
    app.crm.delete_system(&scope, path.crm_system_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
