//! What senders are answered, byte for byte.

use std::{fmt::Write as _, time::Duration};

use axum::{body::Body, response::Response};
use channel_connectors::Error;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use kernel::{Code, Coded as _, Kind};

/// Taken: the one answer that every client takes as success.
pub(crate) fn taken() -> Response {
    let mut response = Response::new(Body::from("1"));
    response.headers_mut().insert(header::CONTENT_TYPE, TEXT);
    response.headers_mut().insert(header::CONTENT_LENGTH, ONE);
    response
}

/// How a sender wants to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// Plain text.
    Text,
    /// `{"error":{"code":…,"message":…}}`, which Grafana reads from Workflows addresses.
    Json,
}

impl Form {
    pub(crate) fn of(path: &str, headers: &HeaderMap) -> Self {
        let workflow = path.starts_with("/workflows/") || path.starts_with("/powerautomate/");
        let asks = || {
            let wanted = headers.get_all(header::ACCEPT).iter();
            wanted.filter_map(|value| value.to_str().ok()).any(|value| {
                value.split(',').any(|kind| {
                    let kind = kind.split(';').next().unwrap_or_default().trim();
                    kind.eq_ignore_ascii_case("application/json")
                })
            })
        };
        if workflow && asks() { Self::Json } else { Self::Text }
    }
}

/// A refusal on its way to the sender.
#[derive(Debug)]
pub(crate) struct Refused {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) text: String,
    pub(crate) retry_after: Option<Duration>,
    /// The body was not read to its end.
    pub(crate) close: bool,
}

impl Refused {
    pub(crate) fn new(status: StatusCode, code: &'static str, text: impl Into<String>) -> Self {
        Self { status, code, text: text.into(), retry_after: None, close: false }
    }

    /// Malformed or never given out; which one stays unsaid.
    pub(crate) fn invalid_address() -> Self {
        Self::new(StatusCode::NOT_FOUND, "webhook.not_found", "Invalid webhook URL")
    }

    pub(crate) fn unknown_provider(provider: &str) -> Self {
        let text = format!("Unknown Connector provider {provider}");
        Self::new(StatusCode::NOT_FOUND, "webhook.unknown_provider", text)
    }

    pub(crate) fn method(method: &http::Method) -> Self {
        let text = format!("Invalid webhook request - {method} not supported");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "webhook.method", text)
    }

    pub(crate) fn broken() -> Self {
        Self { close: true, ..Self::new(StatusCode::BAD_REQUEST, "body.broken", BAD_PAYLOAD) }
    }

    /// What the room refused.
    pub(crate) fn of(error: &Error) -> Self {
        let code = error.code();
        let status = status(code);
        let text = match error {
            Error::Card(refusal) => refusal.answer.text().to_owned(),
            Error::Unknown { .. } => return Self::invalid_address(),
            Error::Removed { .. } => "This incoming webhook was removed.".to_owned(),
            Error::Replaced { .. } => "The URL of this incoming webhook was replaced.".to_owned(),
            Error::Expired { .. } => "This incoming webhook has expired.".to_owned(),
            Error::Disabled { .. } => "This incoming webhook is disabled.".to_owned(),
            Error::Suspended { .. } => {
                "The app of this connector was blocked or uninstalled.".to_owned()
            }
            Error::SwitchedOff { switch } => {
                format!("Connectors are switched off: {switch} is off.")
            }
            Error::ChannelArchived { .. } => {
                "The channel of this incoming webhook is archived.".to_owned()
            }
            Error::ChannelGone { .. } => {
                "The channel of this incoming webhook was deleted.".to_owned()
            }
            Error::TooLarge { .. } => failed(413),
            // The phrase that senders look for names 429 whatever the status is.
            Error::Throttled { .. } => failed(429),
            _ => failed(status.as_u16()),
        };
        let retry_after = match code.kind() {
            Kind::Internal => Some(Duration::from_secs(5)),
            _ => error.retry_after(),
        };
        Self { status, code: code.name(), text, retry_after, close: false }
    }

    pub(crate) fn into_response(self, form: Form) -> Response {
        let (kind, body) = match form {
            Form::Text => (TEXT, self.text),
            Form::Json => {
                let error = serde_json::json!({ "code": self.code, "message": self.text });
                (JSON, serde_json::json!({ "error": error }).to_string())
            }
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, kind);
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            headers.insert(header::ALLOW, POST);
        }
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            headers.insert(header::RETRY_AFTER, seconds.max(1).into());
        }
        if self.close {
            headers.insert(header::CONNECTION, CLOSE);
        }
        response
    }
}

fn status(code: Code) -> StatusCode {
    match code.kind() {
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated | Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Gone => StatusCode::GONE,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::Throttled => StatusCode::TOO_MANY_REQUESTS,
        Kind::Upstream => StatusCode::BAD_GATEWAY,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// The phrase that senders look for in a failure.
fn failed(status: u16) -> String {
    let mut text = String::from(PHRASE);
    // Writing to a String does not fail.
    let _ = write!(text, "{status}");
    text
}

const PHRASE: &str =
    "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error ";
const BAD_PAYLOAD: &str = "Bad payload received by generic incoming webhook.";
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const JSON: HeaderValue = HeaderValue::from_static("application/json; charset=utf-8");
const ONE: HeaderValue = HeaderValue::from_static("1");
const POST: HeaderValue = HeaderValue::from_static("POST");
const CLOSE: HeaderValue = HeaderValue::from_static("close");
