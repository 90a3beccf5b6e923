//! Environments: which there are, their life, what they hold.

#![expect(unused_qualifications, reason = "the macro that describes routes writes whole paths")]

mod capacity;
mod operations;
mod shapes;

use axum::extract::State;
use edge::{Authed, Json, Path, Problem};
use environments::{Patch, Policy};
use http::StatusCode;
use identity::environments::{EnvironmentKind, NewEnvironment};
use kernel::{FieldError, Kind};
use rest::{EnvironmentPath, Failures, routes};

use crate::{App, Routes};
use shapes::{Environment, EnvironmentToCreate, EnvironmentToUpdate, Makers, MakersToSet, region};

pub(crate) fn routes() -> Routes {
    routes!(list, create, deleted, makers, set_makers, read, update, delete, restore)
        .merge(operations::routes())
        .merge(capacity::routes())
}

/// List environments
///
/// The default one first, then by name; without those that were deleted.
#[utoipa::path(get, path = "/api/v1/environments", operation_id = "environments.list",
    tag = "environments", responses((status = 200, body = Vec<Environment>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<Environment>>, Problem> {
    let all = app.environments.list(&scope).await?;
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
    let kind = kind(&new.kind)?;
    let region = region(new.language.as_deref(), new.currency)?;
    let new = NewEnvironment { name: new.name, kind, crm_enabled: new.crm_enabled };
    let made = app.environments.create(&scope, new, region).await?;
    let life = app.environments.life(&scope, made.id).await?;
    Ok((StatusCode::CREATED, Json(life.into())))
}

/// List deleted environments
///
/// Those that can be brought back, the one that goes first at the top.
#[utoipa::path(get, path = "/api/v1/environments/deleted", operation_id = "environments.deleted",
    tag = "environments", responses((status = 200, body = Vec<Environment>), Failures))]
async fn deleted(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<Environment>>, Problem> {
    let all = app.environments.deleted(&scope).await?;
    Ok(Json(all.into_iter().map(Environment::from).collect()))
}

/// Who makes environments
///
/// What the organisation lets people make. What the hub makes by itself at a seller's first sign-in goes round it.
#[utoipa::path(get, path = "/api/v1/environments/makers", operation_id = "environments.makers",
    tag = "environments", responses((status = 200, body = Makers), Failures))]
async fn makers(State(app): State<App>, Authed(scope): Authed) -> Result<Json<Makers>, Problem> {
    Ok(Json(app.environments.policy(&scope).await?.into()))
}

/// Say who makes environments
///
/// Only administrators of the organisation or the platform do. What is left out stays.
#[utoipa::path(patch, path = "/api/v1/environments/makers", operation_id = "environments.set_makers",
    tag = "environments", request_body = MakersToSet,
    responses((status = 200, body = Makers), Failures))]
async fn set_makers(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(new): Json<MakersToSet>,
) -> Result<Json<Makers>, Problem> {
    let known = app.environments.policy(&scope).await?;
    let one = |word: Option<String>, pointer: &'static str, known| match word {
        None => Ok(known),
        Some(word) => {
            word.parse().map_err(|()| invalid(pointer, "one of everyone, administrators"))
        }
    };
    let policy = Policy {
        trials: one(new.trials, "/trials", known.trials)?,
        others: one(new.others, "/others", known.others)?,
    };
    app.environments.set_policy(&scope, policy).await?;
    Ok(Json(policy.into()))
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
    Ok(Json(app.environments.life(&scope, path.environment_id).await?.into()))
}

/// Change an environment
///
/// Its name and its kind, administration mode, and the sales tables, which are installed in the background.
#[utoipa::path(patch, path = "/api/v1/environments/{environment_id}",
    operation_id = "environments.update", tag = "environments", params(EnvironmentPath),
    request_body = EnvironmentToUpdate, responses((status = 200, body = Environment), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
    Json(new): Json<EnvironmentToUpdate>,
) -> Result<Json<Environment>, Problem> {
    let change = Patch {
        name: new.name,
        crm_enabled: new.crm_enabled,
        kind: new.kind.as_deref().map(kind).transpose()?,
        administration_mode: new.administration_mode,
        background_operations: new.background_operations,
    };
    app.environments.update(&scope, path.environment_id, change).await?;
    Ok(Json(app.environments.life(&scope, path.environment_id).await?.into()))
}

/// Delete an environment
///
/// It is there for nobody from then on and can be brought back for some days. After them rows, files, connectors,
/// connections and subscriptions at services go. The default one cannot be deleted.
#[utoipa::path(delete, path = "/api/v1/environments/{environment_id}",
    operation_id = "environments.delete", tag = "environments", params(EnvironmentPath),
    responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
) -> Result<StatusCode, Problem> {
    app.environments.delete(&scope, path.environment_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Bring a deleted environment back
#[utoipa::path(post, path = "/api/v1/environments/{environment_id}/restore",
    operation_id = "environments.restore", tag = "environments", params(EnvironmentPath),
    responses((status = 200, body = Environment), Failures))]
async fn restore(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
) -> Result<Json<Environment>, Problem> {
    app.environments.restore(&scope, path.environment_id).await?;
    Ok(Json(app.environments.life(&scope, path.environment_id).await?.into()))
}

fn kind(word: &str) -> Result<EnvironmentKind, Problem> {
    word.parse().map_err(|()| invalid("/kind", "one of production, sandbox, trial"))
}

fn invalid(pointer: &'static str, known: &'static str) -> Problem {
    Problem::new("request.invalid", Kind::Invalid, known).with_fields(vec![FieldError::new(
        pointer,
        "field.invalid",
        known,
    )])
}
