//! Triggers, and the addresses that services call.

use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse as _, Response},
};
use connectors::{NewTrigger, Trigger};
use edge::{Authed, Json, Path, Problem, Query, read_body};
use http::{HeaderValue, StatusCode, header};
use kernel::{ConnectionId, TenantId, TriggerId};
use rest::{Failures, routes};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use super::ConnectorPath;
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, create, delete, event, echo)
}

/// The trigger of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct TriggerPath {
    /// The trigger.
    #[param(value_type = String, format = Uuid)]
    trigger_id: TriggerId,
}

/// The address of a subscription.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct EventPath {
    /// The organisation.
    #[param(value_type = String, format = Uuid)]
    tenant_id: TenantId,
    /// The trigger.
    #[param(value_type = String, format = Uuid)]
    trigger_id: TriggerId,
    /// What only the service knows.
    secret: String,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EchoQuery {
    /// What a service wants to hear back before it sends events.
    #[serde(alias = "validationtoken", alias = "challenge", alias = "hub.challenge")]
    #[serde(rename = "validationToken")]
    validation_token: Option<String>,
}

/// A trigger that is watched.
#[derive(Debug, Serialize, ToSchema)]
struct TriggerItem {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    connector_id: String,
    #[schema(format = Uuid)]
    connection_id: Option<String>,
    version: i64,
    operation: String,
    name: String,
    /// `polling` or `webhook`.
    kind: &'static str,
    #[schema(value_type = Object)]
    inputs: Map<String, Value>,
    interval_seconds: i64,
    /// `active` or `failed`.
    state: &'static str,
    /// Why it failed last, as a code.
    reason: Option<String>,
    #[schema(format = DateTime)]
    due_at: Option<String>,
    /// How many events there were.
    fired: i64,
    #[schema(format = DateTime)]
    fired_at: Option<String>,
    /// Failures since the last success.
    failures: i64,
    #[schema(format = DateTime)]
    created_at: String,
}

impl From<Trigger> for TriggerItem {
    fn from(trigger: Trigger) -> Self {
        Self {
            id: trigger.id.to_string(),
            connector_id: trigger.connector.to_string(),
            connection_id: trigger.connection.map(|id| id.to_string()),
            version: trigger.version,
            operation: trigger.operation,
            name: trigger.name,
            kind: trigger.watch.as_str(),
            inputs: trigger.inputs,
            interval_seconds: trigger.interval_seconds,
            state: trigger.state.as_str(),
            reason: trigger.reason,
            due_at: trigger.due_at.map(|at| at.to_string()),
            fired: trigger.fired,
            fired_at: trigger.fired_at.map(|at| at.to_string()),
            failures: trigger.failures,
            created_at: trigger.created_at.to_string(),
        }
    }
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TriggerToCreate {
    operation: String,
    /// The operation's unless given.
    name: Option<String>,
    /// Values by parameter name.
    #[serde(default)]
    #[schema(value_type = Object)]
    inputs: Map<String, Value>,
    #[schema(value_type = Option<String>, format = Uuid)]
    connection_id: Option<ConnectionId>,
    /// How often it is polled: 60 to 604800, 300 unless given.
    #[serde(default = "five_minutes")]
    interval_seconds: i64,
}

/// List the triggers of a connector that are watched
#[utoipa::path(get, path = "/api/v1/api-connectors/{api_connector_id}/triggers",
    operation_id = "api_triggers.list", tag = "api-connectors", params(ConnectorPath),
    responses((status = 200, body = Vec<TriggerItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
) -> Result<Json<Vec<TriggerItem>>, Problem> {
    let all = app.api_connectors.triggers(&scope, path.api_connector_id).await?;
    Ok(Json(all.into_iter().map(TriggerItem::from).collect()))
}

/// Watch a trigger
///
/// The first poll is soon and fires nothing; a subscription is made at once.
#[utoipa::path(post, path = "/api/v1/api-connectors/{api_connector_id}/triggers",
    operation_id = "api_triggers.create", tag = "api-connectors", params(ConnectorPath),
    request_body = TriggerToCreate, responses((status = 201, body = TriggerItem), Failures))]
async fn create(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ConnectorPath>,
    Json(new): Json<TriggerToCreate>,
) -> Result<(StatusCode, Json<TriggerItem>), Problem> {
    let new = NewTrigger {
        operation: new.operation,
        name: new.name,
        inputs: new.inputs,
        connection: new.connection_id,
        interval_seconds: new.interval_seconds,
    };
    let id = path.api_connector_id;
    let made = Box::pin(app.api_connectors.create_trigger(&scope, id, new)).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// Stop to watch a trigger
///
/// A subscription is ended at the service, as far as it tells how.
#[utoipa::path(delete, path = "/api/v1/triggers/{trigger_id}",
    operation_id = "api_triggers.delete", tag = "api-connectors", params(TriggerPath),
    responses((status = 204), Failures))]
async fn delete(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<TriggerPath>,
) -> Result<StatusCode, Problem> {
    Box::pin(app.api_connectors.delete_trigger(&scope, path.trigger_id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take an event of a subscription
///
/// The address is the credential; it is made for one service.
#[utoipa::path(post, path = "/api/v1/trigger-events/{tenant_id}/{trigger_id}/{secret}",
    operation_id = "api_triggers.event", tag = "api-connectors", params(EventPath, EchoQuery),
    security(()), request_body(content = String, content_type = "application/json"),
    responses((status = 202), (status = 200, body = String, content_type = "text/plain"), Failures))]
async fn event(
    State(app): State<App>,
    Path(path): Path<EventPath>,
    Query(query): Query<EchoQuery>,
    body: Body,
) -> Result<Response, Problem> {
    let place = (path.tenant_id, path.trigger_id, path.secret.as_str());
    if let Some(token) = query.validation_token {
        app.api_connectors.check_event_address(place).await?;
        return Ok(echoed(&token));
    }
    let bytes = read_body(body, EVENT_BYTES).await?;
    app.api_connectors.take_event(place, &bytes).await?;
    Ok(StatusCode::ACCEPTED.into_response())
}

/// Answer a service that tries the address of a subscription
#[utoipa::path(get, path = "/api/v1/trigger-events/{tenant_id}/{trigger_id}/{secret}",
    operation_id = "api_triggers.echo", tag = "api-connectors", params(EventPath, EchoQuery),
    security(()),
    responses((status = 200, body = String, content_type = "text/plain"), Failures))]
async fn echo(
    State(app): State<App>,
    Path(path): Path<EventPath>,
    Query(query): Query<EchoQuery>,
) -> Result<Response, Problem> {
    let place = (path.tenant_id, path.trigger_id, path.secret.as_str());
    app.api_connectors.check_event_address(place).await?;
    Ok(echoed(query.validation_token.as_deref().unwrap_or_default()))
}

fn echoed(token: &str) -> Response {
    let token: String = token.chars().filter(|c| !c.is_control()).take(ECHO_CHARACTERS).collect();
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, token).into_response()
}

const fn five_minutes() -> i64 {
    300
}

/// Bytes of one event.
const EVENT_BYTES: usize = 1 << 20;
/// Characters that a service may want to hear back.
const ECHO_CHARACTERS: usize = 1_000;
