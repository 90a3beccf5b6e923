//! Calling operations of actions, and how they do.

use std::time::Duration;

use ::actions::Invocation;
use axum::{body::Body, extract::State, response::Response};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use connectors::{Manner, Via};
use edge::{Authed, Json, Path, Problem, Query};
use futures_util::stream;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::ConnectionId;
use rest::{Failures, Items, routes};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::{IntoParams, ToSchema};

use super::ActionPath;
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(invoke, health)
}

/// A call.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Calling {
    /// The operationId, or the name of the tool; needed where the action has several operations.
    #[serde(default, alias = "operation_id", alias = "operationId")]
    operation: Option<String>,
    /// By name of the parameter; `body` for the body, a file as `{"filename", "content_type", "base64"}`.
    #[serde(default, alias = "arguments")]
    #[schema(value_type = Object)]
    inputs: Map<String, Value>,
    /// The caller's own connection, or a shared one, unless given.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Uuid)]
    connection_id: Option<ConnectionId>,
    /// At most the time that the settings allow.
    #[serde(default)]
    timeout_ms: Option<u64>,
}

/// What the API answered. Its failures are answers as well: look at `status`.
#[derive(Debug, Serialize, ToSchema)]
struct Called {
    /// The status of the API's answer.
    status: u16,
    content_type: Option<String>,
    /// JSON as it came; text as text; anything else is in `base64`.
    #[schema(value_type = Object)]
    body: Value,
    /// What is neither JSON nor text.
    base64: Option<String>,
    duration_ms: f64,
}

/// How far back.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Window {
    /// 1 to 744, 24 unless given.
    #[param(minimum = 1, maximum = 744, default = 24)]
    hours: Option<u16>,
}

/// How an operation did.
#[derive(Debug, Serialize, ToSchema)]
struct HealthItem {
    /// The operationId.
    operation: String,
    calls: i64,
    /// Failures that the API answered included.
    failed: i64,
    /// No answer came in time.
    timeouts: i64,
    /// One call in twenty takes longer.
    p95_ms: f64,
    #[schema(format = DateTime)]
    last_at: String,
    /// The code of the last failure.
    last_error: Option<String>,
    /// The API's status at the last failure.
    last_error_status: Option<i64>,
    #[schema(format = DateTime)]
    last_error_at: Option<String>,
}

/// Call an operation of an action
///
/// With the caller's rights and connection, the same way as an agent or a sales surface. Makers may call what is not
/// enabled, to try it.
///
/// With `Accept: application/octet-stream` an answer of success comes as the API sends it, in its own type and piece by
/// piece, so that it may be larger than what is held whole; a failure of the API is answered with 502 and the document
/// that is answered otherwise.
#[utoipa::path(post, path = "/api/v1/actions/{action_id}/invoke", operation_id = "actions.invoke",
    tag = "actions", params(ActionPath), request_body = Calling,
    responses((status = 200, body = Called), Failures))]
async fn invoke(
    State(app): State<App>,
    Authed(scope): Authed,
    headers: HeaderMap,
    Path(path): Path<ActionPath>,
    Json(call): Json<Calling>,
) -> Result<Response, Problem> {
    let invocation = Invocation {
        action: path.action_id,
        operation: call.operation,
        inputs: call.inputs,
        connection: call.connection_id,
        via: Via::Rest,
        deadline: call.timeout_ms.map(Duration::from_millis),
    };
    let raw = wants_bytes(&headers);
    let manner = Manner { stream: raw, ..Manner::default() };
    let invoked = app.published.invoke_with(&scope, invocation, (manner, false)).await?;
    if raw && invoked.answer.is_success() {
        return Ok(passed_on(invoked.answer));
    }
    let mut response = Response::new(Body::from(written(&invoked.answer)));
    if raw {
        *response.status_mut() = StatusCode::BAD_GATEWAY;
    }
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// Whether the caller wants the API's own answer.
fn wants_bytes(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok());
    accepted.unwrap_or_default().split(',').any(|range| {
        let range = range.split(';').next().unwrap_or_default().trim();
        range.eq_ignore_ascii_case("application/octet-stream")
    })
}

/// The API's own answer, as a file that no browser shows at our address: it may be a page with scripts.
fn passed_on(answer: connectors::Answer) -> Response {
    let named = |name: &str| {
        let found = answer.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.and_then(|(_, value)| HeaderValue::from_str(value).ok())
    };
    let kind = named("content-type");
    let announced = answer.rest.as_ref().and_then(connectors::Rest::announced);
    let body = match (answer.rest, answer.body) {
        (Some(rest), _) => Body::from_stream(stream::try_unfold(rest, |mut rest| async move {
            Ok::<_, connectors::Error>(rest.next().await?.map(|piece| (piece, rest)))
        })),
        (None, connectors::Body::Empty) => Body::empty(),
        (None, connectors::Body::Json(bytes) | connectors::Body::Bytes { bytes, .. }) => {
            Body::from(bytes)
        }
    };
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    let bytes = HeaderValue::from_static("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, kind.unwrap_or(bytes));
    if let Some(length) = announced {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    for (name, value) in [
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_DISPOSITION, "attachment"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The answer around the API's own: JSON goes through as it came.
fn written(answer: &connectors::Answer) -> Vec<u8> {
    let named = |name: &str| {
        let headers = answer.headers.iter();
        headers.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    };
    let mut text = Vec::with_capacity(answer.body.bytes().len() + 160);
    text.extend_from_slice(format!(r#"{{"status":{}"#, answer.status).as_bytes());
    let content_type = json!(named("content-type"));
    text.extend_from_slice(format!(r#","content_type":{content_type}"#).as_bytes());
    let micros = u32::try_from(answer.duration.as_micros()).unwrap_or(u32::MAX);
    text.extend_from_slice(format!(r#","duration_ms":{}"#, f64::from(micros) / 1000.0).as_bytes());
    text.extend_from_slice(br#","body":"#);
    match &answer.body {
        connectors::Body::Json(bytes) if answer.json.is_some() => text.extend_from_slice(bytes),
        connectors::Body::Empty => text.extend_from_slice(b"null"),
        connectors::Body::Json(bytes) | connectors::Body::Bytes { bytes, .. } => {
            if let Ok(said) = std::str::from_utf8(bytes) {
                text.extend_from_slice(json!(said).to_string().as_bytes());
            } else {
                let coded = json!(STANDARD.encode(bytes));
                text.extend_from_slice(format!(r#"null,"base64":{coded}"#).as_bytes());
            }
        }
    }
    text.push(b'}');
    text
}

/// See how an action does
///
/// For each operation that was called: how often, how long, what failed last.
#[utoipa::path(get, path = "/api/v1/actions/{action_id}/health", operation_id = "actions.health",
    tag = "actions", params(ActionPath, Window),
    responses((status = 200, body = Items<HealthItem>), Failures))]
async fn health(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ActionPath>,
    Query(window): Query<Window>,
) -> Result<Json<Items<HealthItem>>, Problem> {
    let within = Duration::from_hours(window.hours.unwrap_or(24).clamp(1, 744).into());
    let found = app.published.health(&scope, path.action_id, within).await?;
    let items = found.into_iter().map(|health| {
        let (last_error, last_error_status, last_error_at) = match health.last_error {
            Some((code, status, at)) => (Some(code), status, Some(at.to_string())),
            None => (None, None, None),
        };
        HealthItem {
            operation: health.operation,
            calls: health.calls,
            failed: health.failed,
            timeouts: health.late,
            p95_ms: f64::from(u32::try_from(health.p95_us).unwrap_or(u32::MAX)) / 1000.0,
            last_at: health.last_at.to_string(),
            last_error,
            last_error_status,
            last_error_at,
        }
    });
    Ok(Json(Items { items: items.collect(), next: None }))
}
