//! The way of an action: published, withdrawn, enabled, disabled.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem};
use rest::{Failures, routes};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    ActionPath,
    shapes::{ActionItem, EnablingShape},
};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(publish, withdraw, enable, disable)
}

/// Why.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct Note {
    note: String,
}

/// Publish an action
///
/// With the connector's version of the moment. It waits for an administrator then: publishing alone gives
/// nobody anything.
#[utoipa::path(post, path = "/api/v1/actions/{action_id}/publish", operation_id = "actions.publish",
    tag = "actions", params(ActionPath), responses((status = 200, body = ActionItem), Failures))]
async fn publish(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ActionPath>,
) -> Result<Json<ActionItem>, Problem> {
    Ok(Json(app.published.publish(&scope, path.action_id).await?.into()))
}

/// Withdraw an action
///
/// It is a draft again, and nobody can use it.
#[utoipa::path(post, path = "/api/v1/actions/{action_id}/withdraw", operation_id = "actions.withdraw",
    tag = "actions", params(ActionPath), responses((status = 200, body = ActionItem), Failures))]
async fn withdraw(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ActionPath>,
) -> Result<Json<ActionItem>, Problem> {
    Ok(Json(app.published.withdraw(&scope, path.action_id).await?.into()))
}

/// Enable an action
///
/// For everybody, groups or roles, as a whole and for each operation, after acknowledging both notices. It takes
/// effect at once. Enabling again changes for whom.
#[utoipa::path(post, path = "/api/v1/actions/{action_id}/enable", operation_id = "actions.enable",
    tag = "actions", params(ActionPath), request_body = EnablingShape,
    responses((status = 200, body = ActionItem), Failures))]
async fn enable(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ActionPath>,
    Json(how): Json<EnablingShape>,
) -> Result<Json<ActionItem>, Problem> {
    Ok(Json(app.published.enable(&scope, path.action_id, how.read()?).await?.into()))
}

/// Disable an action
///
/// It takes effect at once.
#[utoipa::path(post, path = "/api/v1/actions/{action_id}/disable", operation_id = "actions.disable",
    tag = "actions", params(ActionPath), request_body = Note,
    responses((status = 200, body = ActionItem), Failures))]
async fn disable(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ActionPath>,
    Json(to): Json<Note>,
) -> Result<Json<ActionItem>, Problem> {
    Ok(Json(app.published.disable(&scope, path.action_id, &to.note).await?.into()))
}
