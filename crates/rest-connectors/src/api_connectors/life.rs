//! Connectors: made, read, changed, copied, deleted.

use axum::{body::Body, extract::State};
use connectors::{Application, ConnectorPatch, NewConnector};
use edge::{Authed, Json, Path, Problem, Query};
use http::{HeaderMap, StatusCode};
use kernel::{EnvironmentId, Secret};
use rest::{EnvironmentPath, Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    ConnectorPath,
    shapes::{ApiConnector, DependentItem},
    sources::{BesideArchive, Brought, Source, brought},
};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, create, read, update, delete, copy, dependents, applications, set_application)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApiConnectorToCreate {
    /// The title in the definition unless given.
    name: Option<String>,
    /// The description in the definition unless given.
    description: Option<String>,
    #[serde(default)]
    preview: bool,
    /// A word about the first version.
    #[serde(default)]
    note: String,
    source: Source,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApiConnectorToUpdate {
    name: Option<String>,
    description: Option<String>,
    preview: Option<bool>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CopyToMake {
    #[schema(value_type = String, format = Uuid)]
    environment_id: EnvironmentId,
    name: String,
}

/// An application at an identity provider.
#[derive(Debug, Serialize, ToSchema)]
struct ApplicationItem {
    /// The connection parameter with the sign-in.
    parameter: String,
    client_id: Option<String>,
    /// Whether there is a secret.
    has_secret: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ApplicationToSet {
    /// The connection parameter with the sign-in, such as `token`.
    parameter: String,
    /// The one in the package unless given.
    client_id: Option<String>,
    /// Sealed, and never shown again.
    client_secret: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct DeleteQuery {
    /// Whether connections and triggers go too, and actions may stop working.
    #[serde(default)]
    with_dependents: bool,
}

/// List the connectors of an environment
///
/// By name.
#[utoipa::path(get, path = "/api/v1/environments/{environment_id}/connectors",
    operation_id = "api_connectors.list", tag = "api-connectors", params(EnvironmentPath),
    responses((status = 200, body = Vec<ApiConnector>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
) -> Result<Json<Vec<ApiConnector>>, Problem> {
    let all = app.api_connectors.list(&scope, path.environment_id).await?;
    Ok(Json(all.into_iter().map(ApiConnector::from).collect()))
}

/// Create a connector
///
/// The body is JSON with a source, or with the type `application/zip` a package.
#[utoipa::path(post, path = "/api/v1/environments/{environment_id}/connectors",
    operation_id = "api_connectors.create", tag = "api-connectors",
    params(EnvironmentPath, BesideArchive), request_body = ApiConnectorToCreate,
    responses((status = 201, body = ApiConnector), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
    Query(beside): Query<BesideArchive>,
    (headers, body): (HeaderMap, Body),
) -> Result<(StatusCode, Json<ApiConnector>), Problem> {
    app.api_connectors.may_bring(&scope)?;
    let most = app.api_connectors.settings().max_package_bytes;
    let new = match brought::<ApiConnectorToCreate>(&headers, body, most).await? {
        Brought::Json(new) => NewConnector {
            name: new.name,
            description: new.description,
            preview: new.preview,
            note: new.note,
            upload: new.source.into_upload()?,
        },
        Brought::Archive(upload) => NewConnector {
            name: beside.name,
            description: None,
            preview: false,
            note: beside.note.unwrap_or_default(),
            upload,
        },
    };
    let made = Box::pin(app.api_connectors.create(&scope, path.environment_id, new)).await?;
    let warnings = app.api_connectors.policy_warnings(&scope, made.id).await?;
    Ok((StatusCode::CREATED, Json(ApiConnector::from(made).warned(warnings))))
}

/// Read a connector
#[utoipa::path(get, path = "/api/v1/api-connectors/{api_connector_id}",
    operation_id = "api_connectors.read", tag = "api-connectors", params(ConnectorPath),
    responses((status = 200, body = ApiConnector), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Json<ApiConnector>, Problem> {
    Ok(Json(app.api_connectors.connector(&scope, path.api_connector_id).await?.into()))
}

/// Change a connector
///
/// What its files say is changed by a new version.
#[utoipa::path(patch, path = "/api/v1/api-connectors/{api_connector_id}",
    operation_id = "api_connectors.update", tag = "api-connectors", params(ConnectorPath),
    request_body = ApiConnectorToUpdate, responses((status = 200, body = ApiConnector), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Json(new): Json<ApiConnectorToUpdate>,
) -> Result<Json<ApiConnector>, Problem> {
    let ApiConnectorToUpdate { name, description, preview } = new;
    let change = ConnectorPatch { name, description, preview };
    Ok(Json(app.api_connectors.update(&scope, path.api_connector_id, change).await?.into()))
}

/// Delete a connector
///
/// What depends on it is named instead, unless it goes too.
#[utoipa::path(delete, path = "/api/v1/api-connectors/{api_connector_id}",
    operation_id = "api_connectors.delete", tag = "api-connectors",
    params(ConnectorPath, DeleteQuery), responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Query(query): Query<DeleteQuery>,
) -> Result<StatusCode, Problem> {
    let id = path.api_connector_id;
    app.api_connectors.delete(&scope, id, query.with_dependents).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Copy a connector
///
/// The current version, without connections and client secrets.
#[utoipa::path(post, path = "/api/v1/api-connectors/{api_connector_id}/copy",
    operation_id = "api_connectors.copy", tag = "api-connectors", params(ConnectorPath),
    request_body = CopyToMake, responses((status = 201, body = ApiConnector), Failures))]
async fn copy(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Json(new): Json<CopyToMake>,
) -> Result<(StatusCode, Json<ApiConnector>), Problem> {
    let CopyToMake { environment_id, name } = new;
    let copy = app.api_connectors.copy(&scope, path.api_connector_id, environment_id, name);
    Ok((StatusCode::CREATED, Json(Box::pin(copy).await?.into())))
}

/// List what depends on a connector
#[utoipa::path(get, path = "/api/v1/api-connectors/{api_connector_id}/dependents",
    operation_id = "api_connectors.dependents", tag = "api-connectors", params(ConnectorPath),
    responses((status = 200, body = Vec<DependentItem>), Failures))]
async fn dependents(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Json<Vec<DependentItem>>, Problem> {
    let all = app.api_connectors.dependents(&scope, path.api_connector_id).await?;
    Ok(Json(all.into_iter().map(DependentItem::from).collect()))
}

/// List the applications at identity providers that are registered for a connector
#[utoipa::path(get, path = "/api/v1/api-connectors/{api_connector_id}/applications",
    operation_id = "api_connectors.applications", tag = "api-connectors", params(ConnectorPath),
    responses((status = 200, body = Vec<ApplicationItem>), Failures))]
async fn applications(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Json<Vec<ApplicationItem>>, Problem> {
    let all = app.api_connectors.list_applications(&scope, path.api_connector_id).await?;
    let shape =
        |(parameter, client_id, has_secret)| ApplicationItem { parameter, client_id, has_secret };
    Ok(Json(all.into_iter().map(shape).collect()))
}

/// Register an application at an identity provider for a connector
///
/// Instead of the one that is there for its parameter; without an identifier and a secret it is taken away.
#[utoipa::path(put, path = "/api/v1/api-connectors/{api_connector_id}/applications",
    operation_id = "api_connectors.set_application", tag = "api-connectors", params(ConnectorPath),
    request_body = ApplicationToSet, responses((status = 204), Failures))]
async fn set_application(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Json(new): Json<ApplicationToSet>,
) -> Result<StatusCode, Problem> {
    let ApplicationToSet { parameter, client_id, client_secret } = new;
    let client_secret = client_secret.map(Secret::new);
    let application = Application { parameter, client_id, client_secret };
    app.api_connectors.set_application(&scope, path.api_connector_id, application).await?;
    Ok(StatusCode::NO_CONTENT)
}
