//! Data policies.

use axum::extract::State;
use connectors::{
    Broken, NewPolicy, Refusal, RefusalFilter,
    policy::{DataPolicy, Reach, Rules},
};
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use http::StatusCode;
use kernel::{DataPolicyId, EnvironmentId, FieldError, Kind};
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{PolicyPath, shapes::DependentItem};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, create, read, update, delete, rehearse, violations)
}

/// Which connectors may be used together, and which operations and addresses may be called.
#[derive(Debug, Serialize, ToSchema)]
struct DataPolicyItem {
    #[schema(format = Uuid)]
    id: String,
    name: String,
    /// `all`, `only` or `except`.
    reach: &'static str,
    /// The environments that `only` and `except` name.
    environment_ids: Vec<String>,
    /// Groups of connectors, rules for operations and for addresses.
    #[schema(value_type = Object)]
    rules: Value,
    #[schema(format = Uuid)]
    created_by: Option<String>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
}

impl From<DataPolicy> for DataPolicyItem {
    fn from(policy: DataPolicy) -> Self {
        Self {
            id: policy.id.to_string(),
            name: policy.name,
            reach: policy.reach.as_str(),
            environment_ids: policy.reach.environments().iter().map(ToString::to_string).collect(),
            rules: serde_json::to_value(&policy.rules).unwrap_or_default(),
            created_by: policy.created_by.map(|id| id.to_string()),
            created_at: policy.created_at.to_string(),
            updated_at: policy.updated_at.to_string(),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DataPolicyToSet {
    name: String,
    /// `all`, `only` or `except`.
    #[serde(default = "all")]
    reach: String,
    /// The environments that `only` and `except` name.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    environment_ids: Vec<EnvironmentId>,
    /// `{"default_group", "connectors": [{"connector" or "pattern", "group"}], "operations": [{"connector",
    /// "default", "rules": [{"operation", "verdict"}]}], "endpoints": [{"connector", "rules": [{"pattern",
    /// "verdict"}]}]}`; groups are `business`, `non_business` and `blocked`, verdicts `allow` and `block`.
    #[serde(default)]
    #[schema(value_type = Object)]
    rules: Rules,
}

impl DataPolicyToSet {
    fn read(self) -> Result<NewPolicy, Problem> {
        let known = "one of all, only, except";
        let reach = Reach::of(&self.reach, self.environment_ids).ok_or_else(|| {
            Problem::new("request.invalid", Kind::Invalid, known)
                .with_fields(vec![FieldError::new("/reach", "field.invalid", known)])
        })?;
        Ok(NewPolicy { name: self.name, reach, rules: self.rules })
    }
}

/// What a policy would break.
#[derive(Debug, Serialize, ToSchema)]
struct BrokenItem {
    #[schema(format = Uuid)]
    environment_id: String,
    #[schema(format = Uuid)]
    connector_id: String,
    /// The name of the connector.
    name: String,
    /// The operation, when only some are concerned.
    operation: Option<String>,
    /// Why, as a code.
    code: &'static str,
    /// How often it was called while the log of calls goes back.
    calls: i64,
    /// What stands on the connector.
    dependents: Vec<DependentItem>,
}

impl From<Broken> for BrokenItem {
    fn from(broken: Broken) -> Self {
        Self {
            environment_id: broken.environment.to_string(),
            connector_id: broken.connector.to_string(),
            name: broken.name,
            operation: broken.operation,
            code: broken.ground.code(),
            calls: broken.calls,
            dependents: broken.dependents.into_iter().map(DependentItem::from).collect(),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ReplacedQuery {
    /// The policy in whose place it would be.
    #[param(value_type = Option<String>, format = Uuid)]
    replaced: Option<DataPolicyId>,
}

/// List data policies
#[utoipa::path(get, path = "/api/v1/data-policies", operation_id = "data_policies.list",
    tag = "api-connectors", responses((status = 200, body = Vec<DataPolicyItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<DataPolicyItem>>, Problem> {
    let all = app.api_connectors.data_policies(&scope).await?;
    Ok(Json(all.into_iter().map(DataPolicyItem::from).collect()))
}

/// Create a data policy
///
/// It counts from the next call on.
#[utoipa::path(post, path = "/api/v1/data-policies", operation_id = "data_policies.create",
    tag = "api-connectors", request_body = DataPolicyToSet,
    responses((status = 201, body = DataPolicyItem), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Json(new): Json<DataPolicyToSet>,
) -> Result<(StatusCode, Json<DataPolicyItem>), Problem> {
    let made = app.api_connectors.create_data_policy(&scope, new.read()?).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Read a data policy
#[utoipa::path(get, path = "/api/v1/data-policies/{data_policy_id}",
    operation_id = "data_policies.read", tag = "api-connectors", params(PolicyPath),
    responses((status = 200, body = DataPolicyItem), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<PolicyPath>,
) -> Result<Json<DataPolicyItem>, Problem> {
    Ok(Json(app.api_connectors.data_policy(&scope, path.data_policy_id).await?.into()))
}

/// Change a data policy
#[utoipa::path(put, path = "/api/v1/data-policies/{data_policy_id}",
    operation_id = "data_policies.update", tag = "api-connectors", params(PolicyPath),
    request_body = DataPolicyToSet,
    responses((status = 200, body = DataPolicyItem), Failures))]
async fn update(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<PolicyPath>,
    Json(new): Json<DataPolicyToSet>,
) -> Result<Json<DataPolicyItem>, Problem> {
    let id = path.data_policy_id;
    Ok(Json(app.api_connectors.update_data_policy(&scope, id, new.read()?).await?.into()))
}

/// Delete a data policy
#[utoipa::path(delete, path = "/api/v1/data-policies/{data_policy_id}",
    operation_id = "data_policies.delete", tag = "api-connectors", params(PolicyPath),
    responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<PolicyPath>,
) -> Result<StatusCode, Problem> {
    app.api_connectors.delete_data_policy(&scope, path.data_policy_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// See what a data policy would break
///
/// That works today; nothing is changed.
#[utoipa::path(post, path = "/api/v1/data-policy-trials", operation_id = "data_policies.try",
    tag = "api-connectors", params(ReplacedQuery), request_body = DataPolicyToSet,
    responses((status = 200, body = Vec<BrokenItem>), Failures))]
async fn rehearse(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(query): Query<ReplacedQuery>,
    Json(new): Json<DataPolicyToSet>,
) -> Result<Json<Vec<BrokenItem>>, Problem> {
    let broken = app.api_connectors.try_data_policy(&scope, new.read()?, query.replaced).await?;
    Ok(Json(broken.into_iter().map(BrokenItem::from).collect()))
}

/// A call that a data policy refused.
#[derive(Debug, Serialize, ToSchema)]
struct ViolationItem {
    /// When it was.
    #[schema(format = DateTime)]
    at: String,
    #[schema(format = Uuid)]
    environment_id: String,
    #[schema(format = Uuid)]
    connector_id: String,
    /// The name of the connector, while it is there.
    connector_name: Option<String>,
    /// The operationId.
    operation: String,
    /// Who, such as `user:01890a5d-…`.
    actor: String,
    /// On which way it came, such as `mcp`.
    via: String,
    #[schema(format = Uuid)]
    data_policy_id: String,
    /// The name of the policy, while it is there.
    data_policy_name: Option<String>,
    /// Why, as a code.
    code: &'static str,
    /// The request.
    #[schema(format = Uuid)]
    request_id: String,
}

impl From<Refusal> for ViolationItem {
    fn from(refusal: Refusal) -> Self {
        let Refusal { call, environment, connector_name, policy, policy_name, ground } = refusal;
        Self {
            at: call.at.to_string(),
            environment_id: environment.to_string(),
            connector_id: call.connector.to_string(),
            connector_name,
            operation: call.operation,
            actor: call.actor,
            via: call.via,
            data_policy_id: policy.to_string(),
            data_policy_name: policy_name,
            code: ground.code(),
            request_id: call.request.to_string(),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ViolationsQuery {
    /// Only what this policy refused.
    #[param(value_type = Option<String>, format = Uuid)]
    data_policy_id: Option<DataPolicyId>,
    /// Only what was refused in this environment.
    #[param(value_type = Option<String>, format = Uuid)]
    environment_id: Option<EnvironmentId>,
}

/// List what data policies refused
///
/// Newest first, while the log of calls goes back.
#[utoipa::path(get, path = "/api/v1/data-policy-violations",
    operation_id = "data_policies.violations", tag = "api-connectors",
    params(ViolationsQuery, PageParams),
    responses((status = 200, body = Items<ViolationItem>), Failures))]
async fn violations(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(query): Query<ViolationsQuery>,
    page: PageQuery,
) -> Result<Json<Items<ViolationItem>>, Problem> {
    let filter = RefusalFilter { policy: query.data_policy_id, environment: query.environment_id };
    let found =
        app.api_connectors.refusals(&scope, filter, page.limit, page.after.as_ref()).await?;
    Ok(Json(Items::of(found, ViolationItem::from)))
}

fn all() -> String {
    "all".to_owned()
}
