//! What sellers are connected to.

use axum::extract::State;
use crm_connections::BroughtBack;
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use http::StatusCode;
use kernel::Secret;
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{
    App, Routes,
    shapes::{ConnectionItem, OverviewItem, SystemPath},
};

pub(crate) fn routes() -> Routes {
    routes!(mine, sign_in, signed_in, choose, disconnect, everybody)
}

/// Where a browser goes to sign in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CrmSignInBegun)]
struct Begun {
    url: String,
}

/// What a browser brought back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CrmSignInReturn)]
struct Return {
    state: String,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    iss: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OfSystem {
    /// Only those to this CRM.
    crm_system_id: Option<Uuid>,
}

/// List the CRMs that the caller may use
///
/// Each with the caller's own connection to it.
#[utoipa::path(get, path = "/api/v1/my-crm-systems", operation_id = "my_crm_systems.list",
    tag = "crm", responses((status = 200, body = Vec<OverviewItem>), Failures))]
async fn mine(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<OverviewItem>>, Problem> {
    let all = app.crm.mine(&scope).await?;
    Ok(Json(all.into_iter().map(OverviewItem::from).collect()))
}

/// Begin a sign-in to a CRM
///
/// For the first time or again. The browser goes to the address and comes back to the hub.
#[utoipa::path(post, path = "/api/v1/my-crm-systems/{crm_system_id}/sign-in",
    operation_id = "my_crm_systems.sign_in", tag = "crm", params(SystemPath),
    responses((status = 200, body = Begun), Failures))]
async fn sign_in(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SystemPath>,
) -> Result<Json<Begun>, Problem> {
    let url = app.crm.begin_sign_in(&scope, path.crm_system_id).await?;
    Ok(Json(Begun { url: url.into() }))
}

/// Finish a sign-in to a CRM
///
/// With what the browser brought back; by whoever began it.
#[utoipa::path(post, path = "/api/v1/crm-sign-ins", operation_id = "my_crm_systems.signed_in",
    tag = "crm", request_body = Return,
    responses((status = 200, body = ConnectionItem), Failures))]
async fn signed_in(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(back): Json<Return>,
) -> Result<Json<ConnectionItem>, Problem> {
    let Return { state, code, error, error_description: description, iss: issuer } = back;
    let back = BroughtBack { state, code: code.map(Secret::new), error, description, issuer };
    let connection = Box::pin(app.crm.return_from_sign_in(&scope, back)).await?;
    Ok(Json(connection.into()))
}

/// Use a CRM
///
/// One that the caller is connected to, or an environment of the hub.
#[utoipa::path(put, path = "/api/v1/my-crm-systems/{crm_system_id}",
    operation_id = "my_crm_systems.choose", tag = "crm", params(SystemPath),
    responses((status = 204), Failures))]
async fn choose(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SystemPath>,
) -> Result<StatusCode, Problem> {
    app.crm.choose(&scope, path.crm_system_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Disconnect from a CRM
///
/// The caller's tokens are gone for good.
#[utoipa::path(delete, path = "/api/v1/my-crm-systems/{crm_system_id}",
    operation_id = "my_crm_systems.disconnect", tag = "crm", params(SystemPath),
    responses((status = 204), Failures))]
async fn disconnect(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SystemPath>,
) -> Result<StatusCode, Problem> {
    app.crm.disconnect(&scope, path.crm_system_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List connections to CRMs
///
/// Of everybody, the newest first; for administrators.
#[utoipa::path(get, path = "/api/v1/crm-connections", operation_id = "crm_connections.list",
    tag = "crm", params(OfSystem, PageParams),
    responses((status = 200, body = Items<ConnectionItem>), Failures))]
async fn everybody(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(of): Query<OfSystem>,
    page: PageQuery,
) -> Result<Json<Items<ConnectionItem>>, Problem> {
    let (limit, after) = (page.limit, page.after.as_ref());
    let found = app.crm.connections(&scope, of.crm_system_id, limit, after).await?;
    Ok(Json(Items::of(found, ConnectionItem::from)))
}
