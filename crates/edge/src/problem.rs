//! Problem documents (RFC 9457) out of any coded error.

use std::{borrow::Cow, error::Error as StdError, fmt, time::Duration};

use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use i18n::{Arg, Texts};
use kernel::{Code, Coded, Denied, FieldError, Kind, Language, RequestId};
use serde::Serialize;

/// An error on its way out. It waits in the answer's extensions until the layer, which knows the
/// request id and the language, writes it.
#[derive(Clone)]
pub struct Problem(Box<Inner>);

#[derive(Clone)]
struct Inner {
    code: Code,
    status: StatusCode,
    fields: Vec<FieldError>,
    retry_after: Option<Duration>,
    said: String,
    chain: Option<String>,
    header: Option<(header::HeaderName, HeaderValue)>,
}

impl Problem {
    /// A problem of an edge itself; `said` is the English sentence for logs and for codes without a text.
    pub fn new(name: &'static str, kind: Kind, said: impl Into<String>) -> Self {
        let code = Code::new(name, kind);
        Self(Box::new(Inner {
            code,
            status: status_of(kind),
            fields: Vec::new(),
            retry_after: None,
            said: said.into(),
            chain: None,
            header: None,
        }))
    }

    /// The problem of a coded error. (`?` does the same.)
    pub fn of(error: &dyn Coded) -> Self {
        let mut problem = Self::new("internal", Kind::Internal, error.to_string());
        problem.0.code = error.code();
        problem.0.status = status_of(problem.0.code.kind());
        problem.0.fields = error.fields().to_vec();
        problem.0.retry_after = error.retry_after();
        if problem.0.status.is_server_error() {
            problem.0.chain = Some(chain(error));
        }
        problem
    }

    /// The same with another status than that of its kind.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.0.status = status;
        self
    }

    /// The same with what is wrong where.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldError>) -> Self {
        self.0.fields = fields;
        self
    }

    /// The same with the time after which another attempt makes sense.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        self.0.retry_after = Some(wait);
        self
    }

    /// The same with one more header, such as `Allow`.
    #[must_use]
    pub fn with_header(mut self, name: header::HeaderName, value: HeaderValue) -> Self {
        self.0.header = Some((name, value));
        self
    }

    /// Nobody is signed in.
    pub fn unauthenticated() -> Self {
        Self::new("request.unauthenticated", Kind::Unauthenticated, "no valid credential was sent")
            .with_header(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
    }

    /// A right is missing; for handlers that check before they call a room.
    pub fn denied(denied: Denied) -> Self {
        Self::new("permission.missing", Kind::Forbidden, denied.to_string())
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// What is wrong where.
    pub fn fields(&self) -> &[FieldError] {
        &self.0.fields
    }

    /// After how many whole seconds another attempt makes sense.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        let wait = self.0.retry_after?;
        Some(wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0)).max(1))
    }

    /// The English sentence of the error itself; nothing for our own failures.
    pub fn said(&self) -> &str {
        if self.0.code.kind() == Kind::Internal { "" } else { &self.0.said }
    }

    /// The error with its causes, for the log; only for failures of ours.
    pub fn chain(&self) -> Option<&str> {
        self.0.chain.as_deref()
    }

    /// Takes the problem out of an answer that was made of one, so that an edge can show it in its own shape.
    pub fn take(response: &mut Response) -> Option<Self> {
        response.extensions_mut().remove::<Pending>().map(|Pending(problem)| problem)
    }

    /// The document in a language.
    pub fn document(&self, language: Language, request: RequestId) -> Document {
        let texts = Texts::global();
        let name = self.0.code.name();
        let wait = self.retry_after_seconds().unwrap_or(1);
        let args = [("seconds", Arg::from(wait))];
        let kind = kind_key(self.0.code.kind());
        let title = texts
            .title_of_code(language, name)
            .unwrap_or_else(|| texts.text(language, &format!("edge.kind-{kind}"), &[]));
        let detail = texts.detail_of_code(language, name, &args).unwrap_or_else(|| {
            let general = texts.text(language, &format!("edge.kind-{kind}.detail"), &args);
            let said = self.said();
            if said.is_empty() { general } else { format!("{general} ({said})") }
        });
        let errors = self.0.fields.iter().map(|field| Finding::of(field, language)).collect();
        Document {
            r#type: format!("urn:liaison:problem:{name}"),
            title,
            status: self.0.status.as_u16(),
            detail,
            instance: request.to_string(),
            code: Cow::Borrowed(name),
            errors,
        }
    }

    /// The answer, written out.
    pub(crate) fn render(&self, language: Language, request: RequestId) -> Response {
        let document = self.document(language, request);
        let body = serde_json::to_vec(&document).unwrap_or_default();
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.0.status;
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json; charset=utf-8"),
        );
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(language.tag()));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_seconds() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some((name, value)) = &self.0.header {
            headers.insert(name, value.clone());
        }
        response
    }
}

impl fmt::Debug for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Problem")
            .field("code", &self.0.code.name())
            .field("status", &self.0.status)
            .finish_non_exhaustive()
    }
}

impl<E: Coded> From<E> for Problem {
    fn from(error: E) -> Self {
        Self::of(&error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.0.status.into_response();
        response.extensions_mut().insert(Pending(self));
        response
    }
}

/// A problem that is not written yet.
#[derive(Debug, Clone)]
pub(crate) struct Pending(pub(crate) Problem);

/// An RFC 9457 document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    /// A name of the kind of problem; not an address.
    pub r#type: String,
    /// What happened.
    pub title: String,
    /// The status of the answer.
    pub status: u16,
    /// What to do next.
    pub detail: String,
    /// The request id, also in the hub's log.
    pub instance: String,
    /// The stable code.
    pub code: Cow<'static, str>,
    /// What is wrong where.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Finding>,
}

/// One thing that is wrong with an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// RFC 6901 JSON pointer.
    pub pointer: String,
    /// The stable code of the rule.
    pub code: Cow<'static, str>,
    /// What to do.
    pub detail: String,
}

impl Finding {
    fn of(field: &FieldError, language: Language) -> Self {
        let texts = Texts::global();
        let limit = field.limit.map(|limit| ("limit", limit.into()));
        let detail = texts
            .detail_of_code(language, field.code, limit.as_slice())
            .or_else(|| texts.title_of_rule(language, field.code, field.limit))
            .unwrap_or_else(|| field.detail.clone());
        Self {
            pointer: field.pointer.clone().into_owned(),
            code: Cow::Borrowed(field.code),
            detail,
        }
    }
}

/// The status of a kind.
pub const fn status_of(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Gone => StatusCode::GONE,
        Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Kind::Throttled => StatusCode::TOO_MANY_REQUESTS,
        Kind::Upstream => StatusCode::BAD_GATEWAY,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

const fn kind_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Invalid => "invalid",
        Kind::Unauthenticated => "unauthenticated",
        Kind::Forbidden => "forbidden",
        Kind::NotFound => "not-found",
        Kind::Conflict => "conflict",
        Kind::Gone => "gone",
        Kind::TooLarge => "too-large",
        Kind::Throttled => "throttled",
        Kind::Upstream => "upstream",
        Kind::Unavailable => "unavailable",
        Kind::Internal => "internal",
    }
}

fn chain(error: &(impl StdError + ?Sized)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}

#[cfg(test)]
mod tests;
