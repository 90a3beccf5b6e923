//! Environments.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem};
use http::StatusCode;
use identity::environments::{EnvironmentKind, EnvironmentPatch, NewEnvironment};
use kernel::{FieldError, Kind};
use rest::{EnvironmentPath, Failures, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{App, Routes};

pub(crate) fn routes() -> Routes {
    routes!(list, create, read, update, delete)
}

/// A container of tables, connectors and policies.
#[derive(Debug, Serialize, ToSchema)]
struct Environment {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    /// `default`, `production`, `sandbox` or `trial`.
    kind: &'static str,
    /// Whether the sales tables are installed; connectors for sales need them.
    crm_enabled: bool,
    /// Who made it; nobody made the default one.
    #[schema(format = Uuid)]
    created_by: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<identity::environments::Environment> for Environment {
    fn from(environment: identity::environments::Environment) -> Self {
        Self {
            id: environment.id.to_string(),
            name: environment.name,
            kind: environment.kind.as_str(),
            crm_enabled: environment.crm_enabled,
            created_by: environment.created_by.map(|id| id.to_string()),
            created_at: environment.created_at.to_string(),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EnvironmentToCreate {
    /// No two environments have the same, whatever the case.
    name: String,
    /// `production`, `sandbox` or `trial`.
    kind: String,
    /// Whether the sales tables are installed; connectors for sales need them.
    #[serde(default)]
    crm_enabled: bool,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct EnvironmentToUpdate {
    name: Option<String>,
    /// `true` installs the sales tables; they cannot be taken out again.
    crm_enabled: Option<bool>,
}

/// List environments
///
/// The default one first, then by name.
#[utoipa::path(get, path = "/api/v1/environments", operation_id = "environments.list",
    tag = "environments", responses((status = 200, body = Vec<Environment>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<Environment>>, Problem> {
    let all = app.identity.environments(&scope).await?;
    Ok(Json(all.into_iter().map(Environment::from).collect()))
}

/// Create an environment
#[utoipa::path(post, path = "/api/v1/environments", operation_id = "environments.create",
    tag = "environments", request_body = EnvironmentToCreate,
    responses((status = 201, body = Environment), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(new): Json<EnvironmentToCreate>,
) -> Result<(StatusCode, Json<Environment>), Problem> {
    let kind: EnvironmentKind =
        new.kind.parse().map_err(|()| {
            let known = "one of production, sandbox, trial";
            Problem::new("request.invalid", Kind::Invalid, known)
                .with_fields(vec![FieldError::new("/kind", "field.invalid", known)])
        })?;
    let new = NewEnvironment { name: new.name, kind, crm_enabled: new.crm_enabled };
    Ok((StatusCode::CREATED, Json(app.identity.create_environment(&scope, new).await?.into())))
}

/// Read an environment
#[utoipa::path(get, path = "/api/v1/environments/{environment_id}",
    operation_id = "environments.read", tag = "environments", params(EnvironmentPath),
    responses((status = 200, body = Environment), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
) -> Result<Json<Environment>, Problem> {
    Ok(Json(app.identity.environment(&scope, path.environment_id).await?.into()))
}

/// Rename an environment, or install the sales tables
#[utoipa::path(patch, path = "/api/v1/environments/{environment_id}",
    operation_id = "environments.update", tag = "environments", params(EnvironmentPath),
    request_body = EnvironmentToUpdate, responses((status = 200, body = Environment), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
    Json(new): Json<EnvironmentToUpdate>,
) -> Result<Json<Environment>, Problem> {
    let change = EnvironmentPatch { name: new.name, crm_enabled: new.crm_enabled };
    Ok(Json(app.identity.update_environment(&scope, path.environment_id, change).await?.into()))
}

/// Delete an environment
///
/// With everything in it: connectors, connections, data policies. The default one cannot be deleted.
#[utoipa::path(delete, path = "/api/v1/environments/{environment_id}",
    operation_id = "environments.delete", tag = "environments", params(EnvironmentPath),
    responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
) -> Result<StatusCode, Problem> {
    app.identity.delete_environment(&scope, path.environment_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
