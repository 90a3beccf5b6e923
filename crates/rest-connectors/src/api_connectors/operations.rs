//! Operations of connectors: listed, tried, and how their calls went.

use std::{collections::BTreeMap, time::Duration};

use axum::extract::State;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use connectors::{
    Body, Call, CallFilter, Exchange, Health, LoggedCall, PolicyStep, StepChange, Via,
};
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use kernel::{ConnectionId, FieldError};
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::{ConnectorPath, NumberQuery, OperationPath};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, invoke, calls, health)
}

/// An operation of a connector.
#[derive(Debug, Serialize, ToSchema)]
struct OperationItem {
    /// The operationId.
    id: String,
    method: &'static str,
    path: String,
    summary: Option<String>,
    description: Option<String>,
    /// `none`, `single` or `batch`.
    trigger: &'static str,
    deprecated: bool,
    /// Whether only other operations use it.
    internal: bool,
    /// Why it cannot be called here, as codes; empty when it can.
    obstacles: Vec<&'static str>,
}

/// A call to try.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CallToTry {
    /// Values by parameter name; `body` is the body, a file is `{"filename", "content_type", "base64"}`.
    #[serde(default)]
    #[schema(value_type = Object)]
    inputs: Map<String, Value>,
    /// The caller's own, else a shared one, unless given.
    #[schema(value_type = Option<String>, format = Uuid)]
    connection_id: Option<ConnectionId>,
    /// The current version unless given.
    version: Option<i64>,
    /// How long it may take, in milliseconds.
    deadline_ms: Option<u64>,
    /// How many pages of a list to fetch and join.
    #[serde(default)]
    pages: u8,
}

/// What came of a call.
#[derive(Debug, Serialize, ToSchema)]
struct Tried {
    /// The status of the API's answer.
    status: u16,
    /// Its headers, each with its values joined.
    headers: BTreeMap<String, String>,
    /// The body, when it is JSON.
    json: Option<Value>,
    /// The body in Base64, when it is not.
    base64: Option<String>,
    /// Where more of a list is.
    next_link: Option<String>,
    /// Where the answer departs from its schema.
    drift: Vec<DriftItem>,
    #[schema(format = Uuid)]
    connection_id: Option<String>,
    version: i64,
    duration_us: u64,
    /// What an example of this call would expect.
    expected: super::examples::ExpectedAnswer,
    /// The exact requests in order, secrets masked.
    exchanges: Vec<ExchangeItem>,
    /// What each policy changed, in the order they ran, secrets masked.
    policy_steps: Vec<PolicyStepItem>,
}

/// Where an answer departs from its schema.
#[derive(Debug, Serialize, ToSchema)]
struct DriftItem {
    /// JSON pointer into the answer.
    pointer: String,
    code: &'static str,
    detail: String,
}

impl From<FieldError> for DriftItem {
    fn from(field: FieldError) -> Self {
        Self { pointer: field.pointer.into_owned(), code: field.code, detail: field.detail }
    }
}

/// A request as it went out, and what was answered.
#[derive(Debug, Serialize, ToSchema)]
struct ExchangeItem {
    method: String,
    url: String,
    /// Names and values in order.
    headers: Vec<(String, String)>,
    /// The body, when it is text.
    body: Option<String>,
    /// How long the body is.
    body_bytes: usize,
    /// The status of the answer; null where none came.
    status: Option<u16>,
    answer_headers: Vec<(String, String)>,
    duration_us: u64,
}

impl From<Exchange> for ExchangeItem {
    fn from(exchange: Exchange) -> Self {
        Self {
            method: exchange.method,
            url: exchange.url,
            headers: exchange.headers,
            body_bytes: exchange.body.len(),
            body: String::from_utf8(exchange.body).ok().filter(|text| !text.is_empty()),
            status: exchange.status,
            answer_headers: exchange.answer_headers,
            duration_us: micros(exchange.duration),
        }
    }
}

/// What a policy changed.
#[derive(Debug, Serialize, ToSchema)]
struct PolicyStepItem {
    /// The template, such as `setheader`.
    template: String,
    title: Option<String>,
    /// `request` or `answer`.
    on: &'static str,
    /// Empty where it had nothing to do.
    changes: Vec<PolicyChangeItem>,
    /// Whether it changed more than is told.
    more: bool,
}

/// A part of a request or an answer before and after a policy.
#[derive(Debug, Serialize, ToSchema)]
struct PolicyChangeItem {
    /// `method`, `address`, `query`, `header` or `body`.
    part: &'static str,
    /// The header or parameter, or the JSON pointer into the body.
    name: String,
    /// Null where it was not there.
    before: Option<String>,
    /// Null where it was taken away.
    after: Option<String>,
}

impl From<PolicyStep> for PolicyStepItem {
    fn from(step: PolicyStep) -> Self {
        let change = |StepChange { part, name, before, after }| PolicyChangeItem {
            part,
            name,
            before,
            after,
        };
        Self {
            template: step.template,
            title: step.title,
            on: if step.is_before { "request" } else { "answer" },
            changes: step.changes.into_iter().map(change).collect(),
            more: step.is_cut,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CallsQuery {
    /// Of one operation.
    operation: Option<String>,
    /// Only calls that failed.
    #[serde(default)]
    failed: bool,
}

/// A call in the log.
#[derive(Debug, Serialize, ToSchema)]
struct CallItem {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = DateTime)]
    at: String,
    #[schema(format = Uuid)]
    connector_id: String,
    version: i64,
    operation: String,
    #[schema(format = Uuid)]
    connection_id: Option<String>,
    /// `page`, `rest`, `mcp`, `extension_point`, `trigger` or `test`.
    via: String,
    /// For what it was made, such as an action.
    #[schema(format = Uuid)]
    subject_id: Option<String>,
    /// Who, such as `user:01890a5d-…`.
    actor: String,
    #[schema(format = Uuid)]
    request_id: String,
    /// `done`, or the code of the failure.
    outcome: String,
    /// The status of the API's answer.
    status: Option<i64>,
    duration_us: i64,
    sent_bytes: i64,
    received_bytes: i64,
}

impl From<LoggedCall> for CallItem {
    fn from(call: LoggedCall) -> Self {
        Self {
            id: call.id.to_string(),
            at: call.at.to_string(),
            connector_id: call.connector.to_string(),
            version: call.version,
            operation: call.operation,
            connection_id: call.connection.map(|id| id.to_string()),
            via: call.via,
            subject_id: call.subject.map(|id| id.to_string()),
            actor: call.actor,
            request_id: call.request.to_string(),
            outcome: call.outcome,
            status: call.status,
            duration_us: call.duration_us,
            sent_bytes: call.sent_bytes,
            received_bytes: call.received_bytes,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct HealthQuery {
    /// How many hours back: 1 to 744, 24 unless given.
    hours: Option<u16>,
}

/// How an operation did.
#[derive(Debug, Serialize, ToSchema)]
struct OperationHealth {
    operation: String,
    calls: i64,
    failed: i64,
    /// How often no answer came in time.
    late: i64,
    /// What one call in twenty exceeds.
    p95_us: i64,
    #[schema(format = DateTime)]
    last_at: String,
    /// The code of the last failure.
    last_error: Option<String>,
    /// The status of the last failure, if there was one.
    last_error_status: Option<i64>,
    #[schema(format = DateTime)]
    last_error_at: Option<String>,
}

impl From<Health> for OperationHealth {
    fn from(health: Health) -> Self {
        let (last_error, status, at) = match health.last_error {
            Some((code, status, at)) => (Some(code), status, Some(at.to_string())),
            None => (None, None, None),
        };
        Self {
            operation: health.operation,
            calls: health.calls,
            failed: health.failed,
            late: health.late,
            p95_us: health.p95_us,
            last_at: health.last_at.to_string(),
            last_error,
            last_error_status: status,
            last_error_at: at,
        }
    }
}

/// List the operations of a connector
#[utoipa::path(get, path = "/api/v1/api-connectors/{api_connector_id}/operations",
    operation_id = "api_connectors.operations", tag = "api-connectors",
    params(ConnectorPath, NumberQuery),
    responses((status = 200, body = Vec<OperationItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Query(query): Query<NumberQuery>,
) -> Result<Json<Vec<OperationItem>>, Problem> {
    let id = path.api_connector_id;
    let compiled = match query.number {
        Some(number) => app.api_connectors.compiled_at(&scope, id, number).await?,
        None => app.api_connectors.compiled(&scope, id).await?,
    };
    let package = compiled.package();
    let shape = |operation: openapi::Operation<'_>| OperationItem {
        method: operation.method.word(),
        path: operation.path.to_owned(),
        summary: operation.summary().map(str::to_owned),
        description: operation.description().map(str::to_owned),
        trigger: match operation.trigger() {
            None => "none",
            Some(openapi::Trigger::Single) => "single",
            Some(openapi::Trigger::Batch) => "batch",
        },
        deprecated: operation.is_deprecated(),
        internal: operation.extensions().is_internal(),
        obstacles: package.obstacles(&operation.id).iter().map(openapi::Obstacle::code).collect(),
        id: operation.id.into_owned(),
    };
    Ok(Json(package.operations().into_iter().map(shape).collect()))
}

/// Try an operation
///
/// For makers; others call actions. A status of failure is an answer like any other.
#[utoipa::path(post,
    path = "/api/v1/api-connectors/{api_connector_id}/operations/{operation}/invoke",
    operation_id = "api_connectors.invoke", tag = "api-connectors", params(OperationPath),
    request_body = CallToTry, responses((status = 200, body = Tried), Failures))]
async fn invoke(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<OperationPath>,
    Json(call): Json<CallToTry>,
) -> Result<Json<Tried>, Problem> {
    let call = Call {
        inputs: call.inputs,
        connection: call.connection_id,
        version: call.version,
        via: Via::Test,
        deadline: call.deadline_ms.map(Duration::from_millis),
        pages: call.pages.into(),
        trace: true,
        ..Call::new(path.api_connector_id, path.operation)
    };
    let answer = Box::pin(app.api_connectors.try_operation(&scope, call)).await?;
    let base64 = match &answer.body {
        Body::Bytes { bytes, .. } => Some(STANDARD.encode(bytes)),
        Body::Empty | Body::Json(_) => None,
    };
    let expected = connectors::Expected::of(&answer).into();
    Ok(Json(Tried {
        expected,
        status: answer.status,
        headers: answer.headers.into_iter().collect(),
        json: answer.json,
        base64,
        next_link: answer.next_link,
        drift: answer.drift.into_iter().map(DriftItem::from).collect(),
        connection_id: answer.connection.map(|id| id.to_string()),
        version: answer.version,
        duration_us: micros(answer.duration),
        exchanges: answer.exchanges.into_iter().map(ExchangeItem::from).collect(),
        policy_steps: answer.steps.into_iter().map(PolicyStepItem::from).collect(),
    }))
}

/// List the calls of a connector
///
/// Newest first, while the log of calls goes back.
#[utoipa::path(get, path = "/api/v1/api-connectors/{api_connector_id}/calls",
    operation_id = "api_connectors.calls", tag = "api-connectors",
    params(ConnectorPath, CallsQuery, PageParams),
    responses((status = 200, body = Items<CallItem>), Failures))]
async fn calls(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Query(query): Query<CallsQuery>,
    page: PageQuery,
) -> Result<Json<Items<CallItem>>, Problem> {
    let filter = CallFilter {
        connector: Some(path.api_connector_id),
        operation: query.operation,
        failed: query.failed,
        ..CallFilter::default()
    };
    let found = app.api_connectors.calls(&scope, filter, page.limit, page.after.as_ref()).await?;
    Ok(Json(Items::of(found, CallItem::from)))
}

/// See how the operations of a connector did
#[utoipa::path(get, path = "/api/v1/api-connectors/{api_connector_id}/health",
    operation_id = "api_connectors.health", tag = "api-connectors",
    params(ConnectorPath, HealthQuery),
    responses((status = 200, body = Vec<OperationHealth>), Failures))]
async fn health(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Query(query): Query<HealthQuery>,
) -> Result<Json<Vec<OperationHealth>>, Problem> {
    let hours = query.hours.unwrap_or(24).clamp(1, 744);
    let since = app.clock.now() - jiff::SignedDuration::from_hours(hours.into());
    let filter = CallFilter { connector: Some(path.api_connector_id), ..CallFilter::default() };
    let all = app.api_connectors.health(&scope, filter, since).await?;
    Ok(Json(all.into_iter().map(OperationHealth::from).collect()))
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
