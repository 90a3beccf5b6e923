//! Manifests and packages of registered connectors.

use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use connector_registry::Draft;
use edge::{Authed, Json, Path, Problem};
use http::{HeaderValue, StatusCode, header};
use kernel::TeamId;
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::ConnectorPath;
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(manifest, set_manifest, reset_manifest, package, try_in_team)
}

/// The manifest of a connector.
#[derive(Debug, Serialize, ToSchema)]
struct ManifestItem {
    /// The manifest.
    #[schema(value_type = Object)]
    manifest: Value,
    /// Whether somebody edited it; else it is what the registration says.
    edited: bool,
    /// What the catalogue would find.
    findings: Vec<FindingItem>,
}

/// Something about a manifest.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ManifestFinding)]
struct FindingItem {
    /// The rule's stable code.
    code: &'static str,
    /// `error` or `warning`.
    severity: &'static str,
    /// Where: a JSON pointer.
    pointer: String,
    detail: String,
}

/// The team to try a connector in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TeamToTry {
    #[schema(value_type = String, format = Uuid)]
    team_id: TeamId,
}

/// The app that was uploaded.
#[derive(Debug, Serialize, ToSchema)]
struct UploadedApp {
    #[schema(format = Uuid)]
    app_id: String,
}

impl From<Draft> for ManifestItem {
    fn from(draft: Draft) -> Self {
        let findings = draft.findings.into_iter().map(|finding| FindingItem {
            code: finding.rule.code(),
            severity: finding.severity.as_str(),
            pointer: finding.place.pointer.unwrap_or_default(),
            detail: finding.detail,
        });
        Self { manifest: draft.manifest, edited: draft.edited, findings: findings.collect() }
    }
}

/// Read the app manifest of a connector
#[utoipa::path(get, path = "/api/v1/connectors/{connector_id}/manifest",
    operation_id = "connectors.manifest", tag = "connectors", params(ConnectorPath),
    responses((status = 200, body = ManifestItem), Failures))]
async fn manifest(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Json<ManifestItem>, Problem> {
    Ok(Json(app.registrations.manifest(&scope, path.connector_id).await?.into()))
}

/// Edit the app manifest of a connector
///
/// Refused with one error for each rule that keeps a team from loading it.
#[utoipa::path(put, path = "/api/v1/connectors/{connector_id}/manifest",
    operation_id = "connectors.set_manifest", tag = "connectors", params(ConnectorPath),
    request_body = Object, responses((status = 200, body = ManifestItem), Failures))]
async fn set_manifest(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Json(manifest): Json<Value>,
) -> Result<Json<ManifestItem>, Problem> {
    let kept = app.registrations.set_manifest(&scope, path.connector_id, Some(manifest)).await?;
    Ok(Json(kept.into()))
}

/// Go back to the manifest that the registration gives
#[utoipa::path(delete, path = "/api/v1/connectors/{connector_id}/manifest",
    operation_id = "connectors.reset_manifest", tag = "connectors", params(ConnectorPath),
    responses((status = 200, body = ManifestItem), Failures))]
async fn reset_manifest(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Json<ManifestItem>, Problem> {
    Ok(Json(app.registrations.set_manifest(&scope, path.connector_id, None).await?.into()))
}

/// Download the app package of a connector
///
/// A zip with the manifest and two icons made of the logo.
#[utoipa::path(get, path = "/api/v1/connectors/{connector_id}/package",
    operation_id = "connectors.package", tag = "connectors", params(ConnectorPath),
    responses((status = 200, body = String, content_type = "application/zip"), Failures))]
async fn package(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Response, Problem> {
    let bytes = app.registrations.package(&scope, path.connector_id).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"app.zip\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, bytes).into_response())
}

/// Try a connector in a team
///
/// Uploads its package there.
#[utoipa::path(post, path = "/api/v1/connectors/{connector_id}/try", operation_id = "connectors.try",
    tag = "connectors", params(ConnectorPath), request_body = TeamToTry,
    responses((status = 201, body = UploadedApp), Failures))]
async fn try_in_team(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Json(to): Json<TeamToTry>,
) -> Result<(StatusCode, Json<UploadedApp>), Problem> {
    let id = app.registrations.try_in_team(&scope, path.connector_id, to.team_id).await?;
    Ok((StatusCode::CREATED, Json(UploadedApp { app_id: id.to_string() })))
}
