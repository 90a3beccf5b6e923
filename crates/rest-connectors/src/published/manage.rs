//! Making, reading, changing and deleting actions.

use ::actions::{ActionPatch, Find, NewAction, State, Surface};
use axum::extract;
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use http::StatusCode;
use kernel::{ApiConnectorId, EnvironmentId};
use rest::{Failures, Items, PageParams, routes};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{
    ActionPath,
    shapes::{ActionItem, SelectedShape},
};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, create, read, update, delete)
}

/// Which actions are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Of {
    /// Of one environment.
    #[param(value_type = Option<String>, format = Uuid)]
    environment_id: Option<EnvironmentId>,
    /// Of one connector.
    #[param(value_type = Option<String>, format = Uuid)]
    connector_id: Option<ApiConnectorId>,
    /// `draft`, `waiting`, `enabled` or `disabled`.
    #[param(value_type = Option<String>)]
    state: Option<State>,
    /// What the name has in it, whatever the case.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    search: String,
}

/// An action to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ActionToCreate {
    #[schema(value_type = String, format = Uuid)]
    connector_id: ApiConnectorId,
    /// 1 to 100 characters.
    name: String,
    /// For people.
    #[serde(default)]
    description: String,
    /// For models.
    #[serde(default)]
    instructions: String,
    operations: Vec<SelectedShape>,
}

/// What to change; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ActionToUpdate {
    name: Option<String>,
    description: Option<String>,
    instructions: Option<String>,
    /// Replaces the whole selection.
    operations: Option<Vec<SelectedShape>>,
}

/// List actions
///
/// Oldest first. Drafts are there for makers and administrators; `usable` says what the caller may use now.
#[utoipa::path(get, path = "/api/v1/actions", operation_id = "actions.list", tag = "actions",
    params(Of, PageParams), responses((status = 200, body = Items<ActionItem>), Failures))]
async fn list(
    extract::State(app): extract::State<App>,
    Authed(scope): Authed,
    Query(of): Query<Of>,
    page: PageQuery,
) -> Result<Json<Items<ActionItem>>, Problem> {
    let find = Find {
        environment: of.environment_id,
        connector: of.connector_id,
        state: of.state,
        words: of.search,
    };
    let found = app.published.find(&scope, find, page.limit, page.after.as_ref()).await?;
    let usable = found.items.iter().filter(|offered| offered.usable);
    let usable: Vec<_> = usable.map(|offered| offered.action.id).collect();
    app.published.note_load(&scope, Surface::Rest, usable);
    Ok(Json(Items::of(found, ActionItem::from)))
}

/// Create an action
///
/// A draft; publish it when it is ready.
#[utoipa::path(post, path = "/api/v1/actions", operation_id = "actions.create", tag = "actions",
    request_body = ActionToCreate, responses((status = 201, body = ActionItem), Failures))]
async fn create(
    extract::State(app): extract::State<App>,
    Authed(scope): Authed,
    Json(to): Json<ActionToCreate>,
) -> Result<(StatusCode, Json<ActionItem>), Problem> {
    let new = NewAction {
        connector: to.connector_id,
        name: to.name,
        description: to.description,
        instructions: to.instructions,
        operations: to.operations.into_iter().map(Into::into).collect(),
    };
    let made = app.published.create(&scope, new).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Read an action
#[utoipa::path(get, path = "/api/v1/actions/{action_id}", operation_id = "actions.read", tag = "actions",
    params(ActionPath), responses((status = 200, body = ActionItem), Failures))]
async fn read(
    extract::State(app): extract::State<App>,
    Authed(scope): Authed,
    Path(path): Path<ActionPath>,
) -> Result<Json<ActionItem>, Problem> {
    Ok(Json(app.published.offered(&scope, path.action_id).await?.into()))
}

/// Change an action
///
/// Only drafts and what an administrator took out of use; it is a draft afterwards.
#[utoipa::path(patch, path = "/api/v1/actions/{action_id}", operation_id = "actions.update",
    tag = "actions", params(ActionPath), request_body = ActionToUpdate,
    responses((status = 200, body = ActionItem), Failures))]
async fn update(
    extract::State(app): extract::State<App>,
    Authed(scope): Authed,
    Path(path): Path<ActionPath>,
    Json(to): Json<ActionToUpdate>,
) -> Result<Json<ActionItem>, Problem> {
    let change = ActionPatch {
        name: to.name,
        description: to.description,
        instructions: to.instructions,
        operations: to.operations.map(|all| all.into_iter().map(Into::into).collect()),
    };
    Ok(Json(app.published.update(&scope, path.action_id, change).await?.into()))
}

/// Delete an action
///
/// Its tools are gone at once.
#[utoipa::path(delete, path = "/api/v1/actions/{action_id}", operation_id = "actions.delete",
    tag = "actions", params(ActionPath), responses((status = 204), Failures))]
async fn delete(
    extract::State(app): extract::State<App>,
    Authed(scope): Authed,
    Path(path): Path<ActionPath>,
) -> Result<StatusCode, Problem> {
    app.published.delete(&scope, path.action_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
