//! Findings, breaking changes, certification.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem, Query};
use i18n::{Arg, Texts};
use kernel::Language;
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{ConnectorPath, NumberQuery, shapes::ApiConnector};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(findings, changes, certify, uncertify)
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct FindingsQuery {
    /// The number of the version; the current one unless given.
    number: Option<i64>,
    /// Whether it is judged as strictly as one that is handed in for certification.
    #[serde(default)]
    certification: bool,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ChangesQuery {
    /// The number of the old version.
    from: Option<i64>,
    /// The number of the new version; the current one unless given.
    to: Option<i64>,
}

/// Something about a package.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PackageFinding {
    /// `definition`, `properties` or `package`.
    part: &'static str,
    /// JSON pointer into that file.
    pointer: String,
    /// The rule's stable code.
    code: String,
    /// `error`, `warning` or `info`.
    severity: &'static str,
    /// What is wrong, in the caller's language.
    message: String,
    /// What to do about it.
    remedy: Option<String>,
}

impl PackageFinding {
    pub(crate) fn of(finding: &openapi::Finding, language: Language) -> Self {
        let (key, remedy) = connector_rules::text_keys(finding);
        let args: Vec<(&str, Arg<'_>)> =
            finding.args.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
        let text = |key: &str| Texts::global().find(language, key, &args);
        Self {
            part: finding.part.code(),
            pointer: finding.pointer.clone(),
            code: finding.code.as_str().to_owned(),
            severity: finding.severity.code(),
            message: text(&key).unwrap_or_else(|| finding.code.as_str().to_owned()),
            remedy: text(&remedy),
        }
    }
}

/// See what there is to say about a version
#[utoipa::path(get, path = "/api/v1/api-connectors/{api_connector_id}/findings",
    operation_id = "api_connectors.findings", tag = "api-connectors",
    params(ConnectorPath, FindingsQuery),
    responses((status = 200, body = Vec<PackageFinding>), Failures))]
async fn findings(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Query(query): Query<FindingsQuery>,
) -> Result<Json<Vec<PackageFinding>>, Problem> {
    let FindingsQuery { number, certification } = query;
    let id = path.api_connector_id;
    let found = app.api_connectors.findings(&scope, id, number, certification).await?;
    let language = scope.language();
    Ok(Json(found.iter().map(|finding| PackageFinding::of(finding, language)).collect()))
}

/// See what a version changes
///
/// Changes that break callers, or may surprise them; since the first version unless another one is given.
#[utoipa::path(get, path = "/api/v1/api-connectors/{api_connector_id}/changes",
    operation_id = "api_connectors.changes", tag = "api-connectors",
    params(ConnectorPath, ChangesQuery),
    responses((status = 200, body = Vec<PackageFinding>), Failures))]
async fn changes(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Query(query): Query<ChangesQuery>,
) -> Result<Json<Vec<PackageFinding>>, Problem> {
    let between = (query.from.unwrap_or(1), query.to);
    let found = app.api_connectors.changes(&scope, path.api_connector_id, between).await?;
    let language = scope.language();
    Ok(Json(found.iter().map(|finding| PackageFinding::of(finding, language)).collect()))
}

/// Mark a version as certified
///
/// If it breaks none of the rules that certification insists on.
#[utoipa::path(put, path = "/api/v1/api-connectors/{api_connector_id}/certification",
    operation_id = "api_connectors.certify", tag = "api-connectors",
    params(ConnectorPath, NumberQuery), responses((status = 200, body = ApiConnector), Failures))]
async fn certify(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Query(query): Query<NumberQuery>,
) -> Result<Json<ApiConnector>, Problem> {
    let certified = app.api_connectors.certify(&scope, path.api_connector_id, query.number);
    Ok(Json(Box::pin(certified).await?.into()))
}

/// Take the mark of certification back
#[utoipa::path(delete, path = "/api/v1/api-connectors/{api_connector_id}/certification",
    operation_id = "api_connectors.uncertify", tag = "api-connectors", params(ConnectorPath),
    responses((status = 200, body = ApiConnector), Failures))]
async fn uncertify(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Json<ApiConnector>, Problem> {
    Ok(Json(app.api_connectors.uncertify(&scope, path.api_connector_id).await?.into()))
}
