use std::{fmt, sync::Arc};

use axum::{Router, routing::get};
use http::Request;
use http_body_util::BodyExt as _;
use kernel::{Ids, SystemClock};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use super::*;
use crate::{Gate, Settings, attach, method_not_allowed, unknown_route};

#[derive(Debug)]
struct Broken {
    code: Code,
    fields: Vec<FieldError>,
    wait: Option<Duration>,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the store burned down at 10.0.0.7")
    }
}

impl StdError for Broken {}

impl Coded for Broken {
    fn code(&self) -> Code {
        self.code
    }

    fn fields(&self) -> &[FieldError] {
        &self.fields
    }

    fn retry_after(&self) -> Option<Duration> {
        self.wait
    }
}

fn broken(code: Code) -> Broken {
    Broken { code, fields: Vec::new(), wait: None }
}

async fn internal() -> Result<(), Problem> {
    Err(broken(Code::INTERNAL).into())
}

async fn slow_down() -> Result<(), Problem> {
    let code = Code::new("request.throttled", Kind::Throttled);
    Err(Broken { wait: Some(Duration::from_millis(2500)), ..broken(code) }.into())
}

async fn wrong() -> Result<(), Problem> {
    let fields = vec![FieldError::new("/limit", "page.limit_invalid", "limit is 1 to 200")];
    Err(Broken { fields, ..broken(Code::new("request.invalid", Kind::Invalid)) }.into())
}

async fn panicking() -> &'static str {
    panic!("a mistake of ours")
}

fn app() -> Router {
    let router = Router::new()
        .route("/internal", get(internal))
        .route("/slow-down", get(slow_down))
        .route("/wrong", get(wrong))
        .route("/panicking", get(panicking))
        .fallback(unknown_route)
        .method_not_allowed_fallback(method_not_allowed);
    let nobody = Box::new(|_, _| -> futures_util::future::BoxFuture<'static, _> {
        Box::pin(async { Err(Problem::unauthenticated()) })
    });
    let gate = Gate::new(
        Settings::default(),
        nobody,
        Arc::new(SystemClock),
        Ids::seeded(1),
        CancellationToken::new(),
    );
    attach(router, Arc::new(gate))
}

async fn ask(method: &str, path: &str, language: &str) -> (Response, serde_json::Value) {
    let request = Request::builder().method(method).uri(path).header("accept-language", language);
    let response = app().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    (Response::from_parts(parts, Body::empty()), serde_json::from_slice(&bytes).unwrap())
}

#[tokio::test]
async fn problems_read_well_in_both_languages() {
    let mut all = Vec::new();
    for path in ["/internal", "/slow-down", "/wrong", "/nowhere"] {
        for language in ["en", "fr"] {
            all.push(ask("GET", path, language).await.1);
        }
    }
    all.push(ask("POST", "/wrong", "en").await.1);
    insta::assert_json_snapshot!(all);
}

#[tokio::test]
async fn our_own_failure_says_nothing_of_its_cause() {
    let (response, document) = ask("GET", "/internal", "en").await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(!document.to_string().contains("burned"));
    let id = response.headers().get("x-request-id").unwrap();
    assert_eq!(document.get("instance").unwrap(), id.to_str().unwrap());
}

#[tokio::test]
async fn a_wait_is_told_in_whole_seconds() {
    let (response, _) = ask("GET", "/slow-down", "en").await;
    assert_eq!(response.headers().get(header::RETRY_AFTER).unwrap(), "3");
    assert_eq!(
        response.headers().get(header::CONTENT_TYPE).unwrap(),
        "application/problem+json; charset=utf-8"
    );
}

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let (response, _) = ask("GET", "/nowhere", "en").await;
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    assert_eq!(response.headers().get("x-content-type-options").unwrap(), "nosniff");
    assert!(response.headers().contains_key(header::CONTENT_SECURITY_POLICY));
    assert!(!response.headers().contains_key(header::STRICT_TRANSPORT_SECURITY));
}

#[tokio::test]
async fn a_wrong_method_names_the_right_ones() {
    let (response, _) = ask("POST", "/wrong", "en").await;
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(response.headers().get(header::ALLOW).unwrap(), "GET,HEAD");
}

#[tokio::test]
async fn a_handler_that_panics_is_a_failure_of_ours() {
    let (response, document) = ask("GET", "/panicking", "en").await;
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(document.get("code").unwrap(), "internal");
}
