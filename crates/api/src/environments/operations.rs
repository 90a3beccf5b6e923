//! Copies, resets, and what else was done to an environment.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem};
use environments::{Extent, Reset};
use http::StatusCode;
use kernel::EnvironmentId;
use rest::{EnvironmentPath, Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::{invalid, shapes::region};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, read, copy, reset)
}

/// What was or is done to an environment.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EnvironmentOperation)]
pub(super) struct Operation {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    environment_id: String,
    /// `create`, `rename`, `sales_tables`, `convert`, `administration_mode`, `copy`, `reset`, `delete` or `restore`.
    kind: &'static str,
    /// `running`, `succeeded` or `failed`; what failed was undone.
    state: &'static str,
    /// How far it is, of a hundred, where that is known.
    percent: Option<i64>,
    /// The environment that is copied.
    #[schema(format = Uuid)]
    source_environment_id: Option<String>,
    /// The code of the failure.
    error: Option<String>,
    /// Who began it; empty for what the hub does by itself.
    #[schema(format = Uuid)]
    begun_by: Option<String>,
    #[schema(format = DateTime)]
    begun_at: String,
    #[schema(format = DateTime)]
    ended_at: Option<String>,
}

impl From<environments::Operation> for Operation {
    fn from(operation: environments::Operation) -> Self {
        Self {
            id: operation.id.to_string(),
            environment_id: operation.environment.to_string(),
            kind: operation.kind.as_str(),
            state: operation.state.as_str(),
            percent: operation.percent(),
            source_environment_id: operation.source.map(|id| id.to_string()),
            error: operation.code,
            begun_by: operation.begun_by.map(|id| id.to_string()),
            begun_at: operation.begun_at.to_string(),
            ended_at: operation.ended_at.map(|at| at.to_string()),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct OperationPath {
    /// The environment.
    #[param(value_type = String, format = Uuid)]
    environment_id: EnvironmentId,
    /// The operation.
    #[param(value_type = String, format = Uuid)]
    operation_id: Uuid,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EnvironmentToCopy {
    /// The sandbox that becomes a copy; what was in it is gone.
    #[schema(value_type = String, format = Uuid)]
    target_environment_id: EnvironmentId,
    /// `everything` (unless given), or `schema`: definitions, people and security, no rows of the business.
    extent: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EnvironmentToReset {
    /// The language that it begins with.
    language: Option<String>,
    /// The currency that it counts in (ISO 4217).
    currency: Option<String>,
    /// Whether the sales tables are installed.
    #[serde(default)]
    crm_enabled: bool,
}

/// List operations on an environment
///
/// The newest first, at most a hundred.
#[utoipa::path(get, path = "/api/v1/environments/{environment_id}/operations",
    operation_id = "environments.operations", tag = "environments", params(EnvironmentPath),
    responses((status = 200, body = Vec<Operation>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
) -> Result<Json<Vec<Operation>>, Problem> {
    let all = app.environments.operations(&scope, path.environment_id).await?;
    Ok(Json(all.into_iter().map(Operation::from).collect()))
}

/// Read an operation on an environment
#[utoipa::path(get, path = "/api/v1/environments/{environment_id}/operations/{operation_id}",
    operation_id = "environments.operation", tag = "environments", params(OperationPath),
    responses((status = 200, body = Operation), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<OperationPath>,
) -> Result<Json<Operation>, Problem> {
    let found = app.environments.operation(&scope, path.environment_id, path.operation_id).await?;
    Ok(Json(found.into()))
}

/// Copy an environment into a sandbox
///
/// Nobody comes into the sandbox and nobody writes in the environment that is copied until it is done; the copy opens
/// in administration mode.
#[utoipa::path(post, path = "/api/v1/environments/{environment_id}/copy",
    operation_id = "environments.copy", tag = "environments", params(EnvironmentPath),
    request_body = EnvironmentToCopy, responses((status = 202, body = Operation), Failures))]
async fn copy(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
    Json(wanted): Json<EnvironmentToCopy>,
) -> Result<(StatusCode, Json<Operation>), Problem> {
    let extent = match wanted.extent.as_deref() {
        None => Extent::Everything,
        Some(word) => word.parse().map_err(|()| invalid("/extent", "one of everything, schema"))?,
    };
    let (from, to) = (path.environment_id, wanted.target_environment_id);
    let begun = app.environments.copy(&scope, from, to, extent).await?;
    Ok((StatusCode::ACCEPTED, Json(begun.into())))
}

/// Reset a sandbox
///
/// Tables, rows, definitions, security roles and files begin anew; connectors and connections stay.
#[utoipa::path(post, path = "/api/v1/environments/{environment_id}/reset",
    operation_id = "environments.reset", tag = "environments", params(EnvironmentPath),
    request_body = EnvironmentToReset, responses((status = 202, body = Operation), Failures))]
async fn reset(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
    Json(wanted): Json<EnvironmentToReset>,
) -> Result<(StatusCode, Json<Operation>), Problem> {
    let region = region(wanted.language.as_deref(), wanted.currency)?;
    let reset = Reset { region, crm_enabled: wanted.crm_enabled };
    let begun = app.environments.reset(&scope, path.environment_id, reset).await?;
    Ok((StatusCode::ACCEPTED, Json(begun.into())))
}
