//! Bodies of JSON and forms, bounded in size and depth, with errors that name the place.

use std::borrow::Cow;

use axum::{
    body::Body,
    extract::{FromRequest, Request, multipart::MultipartError},
    response::{IntoResponse, Response},
};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderName, HeaderValue, StatusCode, header};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use kernel::{FieldError, Kind};
use serde::{Serialize, de::DeserializeOwned};
use serde_path_to_error::Segment;

use crate::{Context, Problem, csrf::verify_csrf, same_origin};

/// A JSON body, or an answer in JSON.
///
/// `Content-Type` must say JSON, so that no form of another site can send one.
#[derive(Debug, Clone, Copy)]
pub struct Json<T>(pub T);

/// The fields of a form (`application/x-www-form-urlencoded`) whose token was checked.
#[derive(Debug, Clone, Copy)]
pub struct Form<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _state: &S) -> Result<Self, Problem> {
        parse(&json(request).await?).map(Self)
    }
}

/// The bytes of a JSON body; behind a pointer, so that reading is not part of every handler.
fn json(request: Request) -> BoxFuture<'static, Result<Bytes, Problem>> {
    Box::pin(async move {
        let context = context(&request)?;
        let kind = request.headers().get(header::CONTENT_TYPE);
        if !kind.and_then(|value| value.to_str().ok()).is_some_and(is_json) {
            return Err(Problem::new(
                "request.media_type",
                Kind::Invalid,
                "the header Content-Type must be application/json",
            )
            .with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        read_body(request.into_body(), context.gate().settings.max_body_bytes).await
    })
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(body) => {
                let json = HeaderValue::from_static("application/json; charset=utf-8");
                ([(header::CONTENT_TYPE, json)], body).into_response()
            }
            Err(error) => {
                Problem::new("internal", Kind::Internal, error.to_string()).into_response()
            }
        }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = FormError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, FormError> {
        let body = form(request).await?;
        let form =
            serde_html_form::from_bytes(&body).map_err(|error| malformed(&error.to_string()));
        Ok(Self(form?))
    }
}

/// The bytes of a form that our page sent; behind a pointer, so that reading is not part of every handler.
fn form(request: Request) -> BoxFuture<'static, Result<Bytes, Problem>> {
    Box::pin(async move {
        let context = context(&request)?;
        same_origin(&context, request.method(), request.headers())?;
        let token = request.headers().get(&CSRF).and_then(|value| value.to_str().ok());
        let token = token.map(str::to_owned);
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(Problem::new("request.media_type", Kind::Invalid, "a form is expected")
                .with_status(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let body = read_body(request.into_body(), context.gate().settings.max_body_bytes).await?;
        let pairs: Vec<(Cow<'_, str>, Cow<'_, str>)> =
            serde_html_form::from_bytes(&body).map_err(|error| malformed(&error.to_string()))?;
        let field = pairs.iter().find(|(key, _)| key == "csrf").map(|(_, value)| value.as_ref());
        verify_csrf(&context, field.or(token.as_deref()))?;
        Ok(body)
    })
}

/// A form that cannot be read.
#[derive(Debug)]
pub struct FormError(pub Problem);

impl From<Problem> for FormError {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl IntoResponse for FormError {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

/// What is wrong with a form of several parts.
#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err asks for")]
pub fn unreadable_form(error: MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Problem::new("request.too_large", Kind::TooLarge, error.body_text());
    }
    Problem::new("request.malformed", Kind::Invalid, error.body_text())
}

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// `request.too_large`, or `request.interrupted` when the caller went away or was too slow.
pub async fn read_body(body: Body, limit: usize) -> Result<Bytes, Problem> {
    match Limited::new(body, limit).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Problem::new(
            "request.too_large",
            Kind::TooLarge,
            format!("the body is larger than {limit} bytes"),
        )),
        Err(error) => Err(Problem::new("request.interrupted", Kind::Invalid, error.to_string())
            .with_status(StatusCode::REQUEST_TIMEOUT)),
    }
}

/// Reads JSON, at most [`DEPTH`] deep.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    if too_deep(body) {
        return Err(malformed(&format!("the JSON is nested deeper than {DEPTH} levels")));
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    let value: T = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        if inner.is_data() {
            let field = FieldError::new(pointer, "field.invalid", inner.to_string());
            invalid(vec![field])
        } else {
            malformed(&inner.to_string())
        }
    })?;
    reader.end().map_err(|error| malformed(&error.to_string()))?;
    Ok(value)
}

/// Whether brackets outside of texts nest too deep; one pass, no recursion.
fn too_deep(body: &[u8]) -> bool {
    let (mut depth, mut text, mut escaped) = (0_usize, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if text => escaped = true,
            b'"' => text = !text,
            b'{' | b'[' if !text => {
                depth += 1;
                if depth > DEPTH {
                    return true;
                }
            }
            b'}' | b']' if !text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => {
                pointer.push('/');
                pointer.push_str(&index.to_string());
            }
            Segment::Map { key } => {
                pointer.push('/');
                pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            }
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

fn malformed(said: &str) -> Problem {
    Problem::new("request.malformed", Kind::Invalid, said)
}

/// Fields that are wrong.
pub(crate) fn invalid(fields: Vec<FieldError>) -> Problem {
    Problem::new("request.invalid", Kind::Invalid, "some fields are not valid").with_fields(fields)
}

fn is_json(kind: &str) -> bool {
    let essence = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

fn context(request: &Request) -> Result<Context, Problem> {
    request.extensions().get::<Context>().cloned().ok_or_else(|| {
        Problem::new("internal", Kind::Internal, "a route stands outside the edge's layer")
    })
}

const CSRF: HeaderName = HeaderName::from_static("x-csrf-token");

/// How deep JSON of REST may nest; our own choice, half of what the parser would take.
const DEPTH: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Order {
        #[expect(dead_code, reason = "only its parsing matters")]
        lines: Vec<Line>,
    }

    #[derive(Debug, Deserialize)]
    struct Line {
        #[expect(dead_code, reason = "only its parsing matters")]
        amount: u8,
    }

    fn fields(body: &str) -> Vec<(String, String)> {
        let problem = parse::<Order>(body.as_bytes()).unwrap_err();
        let fields = problem.fields().iter();
        fields.map(|f| (f.pointer.clone().into_owned(), f.detail.clone())).collect()
    }

    #[test]
    fn a_wrong_value_is_named_by_its_pointer() {
        let found = fields(r#"{"lines":[{"amount":1},{"amount":"two"}]}"#);
        assert_eq!(found.first().unwrap().0, "/lines/1/amount");
        assert_eq!(fields(r#"{"lines":[],"a/b":1}"#).first().unwrap().0, "/a~1b");
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        for body in ["", "{", r#"{"lines":[]} x"#, "\u{feff}{}"] {
            let problem = parse::<Order>(body.as_bytes()).unwrap_err();
            assert_eq!(problem.code().name(), "request.malformed", "{body}");
        }
    }

    #[test]
    fn deep_json_is_refused_before_it_is_read() {
        let deep = "[".repeat(10_000);
        let problem = parse::<serde_json::Value>(deep.as_bytes()).unwrap_err();
        assert_eq!(problem.code().name(), "request.malformed");
        let shallow = format!(r#"{{"text":"{}"}}"#, r#"[[[[\""#.repeat(1000));
        assert!(parse::<serde_json::Value>(shallow.as_bytes()).is_ok());
    }

    #[test]
    fn only_json_says_json() {
        assert!(is_json("application/json; charset=utf-8"));
        assert!(is_json("application/merge-patch+json"));
        assert!(!is_json("text/plain") && !is_json("application/x-www-form-urlencoded"));
    }

    #[tokio::test]
    async fn a_body_over_the_limit_is_refused() {
        assert_eq!(read_body(Body::from("12345"), 5).await.unwrap(), "12345");
        let problem = read_body(Body::from("123456"), 5).await.unwrap_err();
        assert_eq!(problem.status(), StatusCode::PAYLOAD_TOO_LARGE);
    }
}
