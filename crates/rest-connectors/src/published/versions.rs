//! Which version of its connector an action uses, and when each surface last loaded it.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem};
use rest::{Failures, Items, routes};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ActionPath, shapes::ActionItem};
use crate::{App, Routes, api_connectors::PackageFinding};

pub(super) fn routes() -> Routes {
    routes!(loads, upgrade_of, upgrade)
}

/// When a surface last loaded an action in a form that could be used.
#[derive(Debug, Serialize, ToSchema)]
struct LoadItem {
    /// `pages`, `rest`, `mcp` or `sales`.
    surface: &'static str,
    /// Nothing where it never did; exact to ten seconds.
    #[schema(format = DateTime)]
    at: Option<String>,
}

/// What the connector's version of the moment means for an action.
#[derive(Debug, Serialize, ToSchema)]
struct UpgradeItem {
    /// The version that the action was published with.
    from: i64,
    /// The connector's version of the moment.
    to: i64,
    /// What breaks, or may surprise, callers of the selected operations.
    changes: Vec<PackageFinding>,
    /// How many changes concern other operations.
    elsewhere: usize,
    /// What keeps the action from being taken along.
    obstacles: Vec<Obstacle>,
}

/// What keeps an action from being taken along.
#[derive(Debug, Serialize, ToSchema)]
struct Obstacle {
    /// JSON pointer into the action.
    pointer: String,
    code: &'static str,
    detail: String,
}

/// To which version.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UpgradeTo {
    /// `to` of the upgrade that was read.
    version: i64,
}

/// See when each surface last loaded an action
#[utoipa::path(get, path = "/api/v1/actions/{action_id}/loads", operation_id = "actions.loads",
    tag = "actions", params(ActionPath),
    responses((status = 200, body = Items<LoadItem>), Failures))]
async fn loads(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ActionPath>,
) -> Result<Json<Items<LoadItem>>, Problem> {
    let found = app.published.loads(&scope, path.action_id).await?;
    let items = found.into_iter().map(|load| LoadItem {
        surface: load.surface.as_str(),
        at: load.at.map(|at| at.to_string()),
    });
    Ok(Json(Items { items: items.collect(), next: None }))
}

/// See what a newer version of the connector means for an action
///
/// `null` where the action uses the connector's version of the moment, or is a draft.
#[utoipa::path(get, path = "/api/v1/actions/{action_id}/upgrade", operation_id = "actions.upgrade_of",
    tag = "actions", params(ActionPath),
    responses((status = 200, body = Option<UpgradeItem>), Failures))]
async fn upgrade_of(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ActionPath>,
) -> Result<Json<Option<UpgradeItem>>, Problem> {
    let found = Box::pin(app.published.upgrade_of(&scope, path.action_id)).await?;
    let language = scope.language();
    Ok(Json(found.map(|found| {
        UpgradeItem {
            from: found.from,
            to: found.to,
            changes: found.changes.iter().map(|it| PackageFinding::of(it, language)).collect(),
            elsewhere: found.elsewhere,
            obstacles: found
                .obstacles
                .into_iter()
                .map(|fault| Obstacle {
                    pointer: fault.pointer.into_owned(),
                    code: fault.code,
                    detail: fault.detail,
                })
                .collect(),
        }
    })))
}

/// Take an action along to the connector's version of the moment
///
/// What was enabled waits for an administrator again, unless the caller is one.
#[utoipa::path(post, path = "/api/v1/actions/{action_id}/upgrade", operation_id = "actions.upgrade",
    tag = "actions", params(ActionPath), request_body = UpgradeTo,
    responses((status = 200, body = ActionItem), Failures))]
async fn upgrade(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ActionPath>,
    Json(to): Json<UpgradeTo>,
) -> Result<Json<ActionItem>, Problem> {
    let upgraded = app.published.upgrade(&scope, path.action_id, to.version);
    Ok(Json(Box::pin(upgraded).await?.into()))
}
