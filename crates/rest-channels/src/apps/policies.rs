//! Setup policies.

use apps::{NewPolicy, PolicyApp};
use axum::extract::State;
use edge::{Authed, Json, Path, Problem};
use http::StatusCode;
use kernel::{GroupId, Page};
use rest::{Failures, Items, routes};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    PolicyPath,
    shapes::{PolicyAppShape, PolicyItem},
};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, create, read, replace, delete)
}

/// A setup policy to make, or what it is to become.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct PolicyToWrite {
    name: String,
    #[serde(default)]
    description: String,
    /// Counts for whoever is in no group with a policy; takes that from another policy.
    #[serde(default)]
    everyone: bool,
    /// In the order in which they are shown.
    #[serde(default)]
    apps: Vec<PolicyAppShape>,
    /// A group has one policy: it is taken from another one.
    #[serde(default)]
    groups: Vec<GroupToWrite>,
}

/// A group of a policy.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct GroupToWrite {
    #[schema(value_type = String, format = Uuid)]
    group_id: GroupId,
    /// For who is in several groups the lowest one decides.
    #[serde(default)]
    rank: i64,
}

impl From<PolicyToWrite> for NewPolicy {
    fn from(it: PolicyToWrite) -> Self {
        let app = |it: PolicyAppShape| PolicyApp { app: it.app_id, is_pinned: it.pinned };
        Self {
            name: it.name,
            description: it.description,
            everyone: it.everyone,
            apps: it.apps.into_iter().map(app).collect(),
            groups: it.groups.into_iter().map(|it| (it.group_id, it.rank)).collect(),
        }
    }
}

/// List setup policies
#[utoipa::path(get, path = "/api/v1/setup-policies", operation_id = "setup_policies.list", tag = "apps",
    responses((status = 200, body = Items<PolicyItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Items<PolicyItem>>, Problem> {
    let items = app.apps.policies(&scope).await?;
    Ok(Json(Items::of(Page { items, next: None }, PolicyItem::from)))
}

/// Create a setup policy
#[utoipa::path(post, path = "/api/v1/setup-policies", operation_id = "setup_policies.create",
    tag = "apps", request_body = PolicyToWrite,
    responses((status = 201, body = PolicyItem), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(new): Json<PolicyToWrite>,
) -> Result<(StatusCode, Json<PolicyItem>), Problem> {
    let made = app.apps.create_policy(&scope, new.into()).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Read a setup policy
#[utoipa::path(get, path = "/api/v1/setup-policies/{policy_id}", operation_id = "setup_policies.read",
    tag = "apps", params(PolicyPath), responses((status = 200, body = PolicyItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<PolicyPath>,
) -> Result<Json<PolicyItem>, Problem> {
    Ok(Json(app.apps.policy(&scope, path.policy_id).await?.into()))
}

/// Replace a setup policy
#[utoipa::path(put, path = "/api/v1/setup-policies/{policy_id}",
    operation_id = "setup_policies.replace", tag = "apps", params(PolicyPath),
    request_body = PolicyToWrite, responses((status = 200, body = PolicyItem), Failures))]
async fn replace(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<PolicyPath>,
    Json(to): Json<PolicyToWrite>,
) -> Result<Json<PolicyItem>, Problem> {
    Ok(Json(app.apps.replace_policy(&scope, path.policy_id, to.into()).await?.into()))
}

/// Delete a setup policy
///
/// Its groups have everyone's from now on.
#[utoipa::path(delete, path = "/api/v1/setup-policies/{policy_id}",
    operation_id = "setup_policies.delete", tag = "apps", params(PolicyPath),
    responses((status = 204, description = "Deleted"), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<PolicyPath>,
) -> Result<StatusCode, Problem> {
    app.apps.delete_policy(&scope, path.policy_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
