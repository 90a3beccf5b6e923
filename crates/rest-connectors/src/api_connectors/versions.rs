//! Versions of connectors: added, compared, taken, downloaded.

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse as _, Response},
};
use edge::{Authed, Json, Path, Problem, Query};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    ConnectorPath, NumberQuery, VersionPath,
    shapes::{ApiConnector, ApiConnectorVersion},
    sources::{BesideArchive, Brought, Source, brought},
};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, add, take, package, files, icon)
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct VersionToAdd {
    /// A word about it.
    #[serde(default)]
    pub(super) note: String,
    pub(super) source: Source,
}

/// The files of a version as text.
#[derive(Debug, Serialize, ToSchema)]
struct VersionFiles {
    /// `apiDefinition.swagger.json`.
    definition: String,
    /// `apiProperties.json`; client secrets are taken out.
    properties: String,
    /// `script.csx`; it is kept and shown, and does not run here.
    script: Option<String>,
    /// `readme.md`.
    readme: Option<String>,
}

/// List the versions of a connector
///
/// Newest first.
#[utoipa::path(get, path = "/api/v1/api-connectors/{api_connector_id}/versions",
    operation_id = "api_connectors.versions", tag = "api-connectors", params(ConnectorPath),
    responses((status = 200, body = Vec<ApiConnectorVersion>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Json<Vec<ApiConnectorVersion>>, Problem> {
    let all = app.api_connectors.versions(&scope, path.api_connector_id).await?;
    Ok(Json(all.into_iter().map(ApiConnectorVersion::from).collect()))
}

/// Add a version to a connector
///
/// It becomes the current one. The body is JSON with a source, or with the type `application/zip` a package.
#[utoipa::path(post, path = "/api/v1/api-connectors/{api_connector_id}/versions",
    operation_id = "api_connectors.add_version", tag = "api-connectors",
    params(ConnectorPath, BesideArchive), request_body = VersionToAdd,
    responses((status = 201, body = ApiConnector), Failures))]
async fn add(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Query(beside): Query<BesideArchive>,
    (headers, body): (HeaderMap, Body),
) -> Result<(StatusCode, Json<ApiConnector>), Problem> {
    app.api_connectors.may_bring(&scope)?;
    let most = app.api_connectors.settings().max_package_bytes;
    let (upload, note) = match brought::<VersionToAdd>(&headers, body, most).await? {
        Brought::Json(new) => (new.source.into_upload()?, new.note),
        Brought::Archive(upload) => (upload, beside.note.unwrap_or_default()),
    };
    let id = path.api_connector_id;
    let changed = Box::pin(app.api_connectors.add_version(&scope, id, upload, note)).await?;
    let warnings = app.api_connectors.policy_warnings(&scope, id).await?;
    Ok((StatusCode::CREATED, Json(ApiConnector::from(changed).warned(warnings))))
}

/// Make an older version the current one again
#[utoipa::path(post, path = "/api/v1/api-connectors/{api_connector_id}/versions/{number}/use",
    operation_id = "api_connectors.use_version", tag = "api-connectors", params(VersionPath),
    responses((status = 200, body = ApiConnector), Failures))]
async fn take(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<VersionPath>,
) -> Result<Json<ApiConnector>, Problem> {
    let id = path.api_connector_id;
    let changed = app.api_connectors.use_version(&scope, id, path.number).await?;
    let warnings = app.api_connectors.policy_warnings(&scope, id).await?;
    Ok(Json(ApiConnector::from(changed).warned(warnings)))
}

/// Download a version as a package
#[utoipa::path(get, path = "/api/v1/api-connectors/{api_connector_id}/package",
    operation_id = "api_connectors.package", tag = "api-connectors",
    params(ConnectorPath, NumberQuery),
    responses((status = 200, body = String, content_type = "application/zip"), Failures))]
async fn package(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Query(query): Query<NumberQuery>,
) -> Result<Response, Problem> {
    let id = path.api_connector_id;
    let download = app.api_connectors.download(&scope, id, query.number).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (
            header::CONTENT_DISPOSITION,
            HeaderValue::from_static("attachment; filename=\"connector.zip\""),
        ),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, download.bytes).into_response())
}

/// Read the files of a version
#[utoipa::path(get, path = "/api/v1/api-connectors/{api_connector_id}/files",
    operation_id = "api_connectors.files", tag = "api-connectors",
    params(ConnectorPath, NumberQuery), responses((status = 200, body = VersionFiles), Failures))]
async fn files(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Query(query): Query<NumberQuery>,
) -> Result<Json<VersionFiles>, Problem> {
    let files = app.api_connectors.files(&scope, path.api_connector_id, query.number).await?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Json(VersionFiles {
        definition: text(&files.definition),
        properties: text(&files.properties),
        script: files.script.as_deref().map(text),
        readme: files.readme.as_deref().map(text),
    }))
}

/// Read the icon of a connector
#[utoipa::path(get, path = "/api/v1/api-connectors/{api_connector_id}/icon",
    operation_id = "api_connectors.icon", tag = "api-connectors", params(ConnectorPath),
    responses((status = 200, body = String, content_type = "image/png"), (status = 204), Failures))]
async fn icon(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Response, Problem> {
    let Some(icon) = app.api_connectors.icon(&scope, path.api_connector_id).await? else {
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/png")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, max-age=300")),
    ];
    Ok((headers, icon).into_response())
}
