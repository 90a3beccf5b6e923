//! `/healthz`, `/readyz` and `/metrics`.

use std::{fmt, sync::Arc};

use axum::{
    Router,
    extract::State,
    response::{IntoResponse as _, Response},
    routing::get,
};
use edge::{Context, Json, Metrics, Problem, Visitor};
use futures_util::future::BoxFuture;
use http::{HeaderMap, StatusCode, header};
use kernel::Permission;
use serde_json::{Map, Value};

use crate::Workers;

/// Something that must be well before traffic is taken; `Err` says in a word what is not.
pub type Check = Box<dyn Fn() -> BoxFuture<'static, Result<(), &'static str>> + Send + Sync>;

/// What `/readyz` looks at.
#[derive(Clone)]
pub struct Readiness {
    checks: Arc<Vec<(&'static str, Check)>>,
    workers: Workers,
}

impl fmt::Debug for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readiness").field("workers", &self.workers).finish_non_exhaustive()
    }
}

impl Readiness {
    /// Readiness from named checks and the workers.
    pub fn new(checks: Vec<(&'static str, Check)>, workers: Workers) -> Self {
        Self { checks: Arc::new(checks), workers }
    }
}

#[derive(Debug, Clone)]
struct Operations {
    readiness: Readiness,
    metrics: Arc<Metrics>,
}

/// The routes of operation.
pub fn operations(readiness: Readiness, metrics: Arc<Metrics>) -> Router {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(metrics_text))
        .with_state(Operations { readiness, metrics })
}

async fn healthz() -> &'static str {
    "ok\n"
}

async fn readyz(context: Context, State(operations): State<Operations>) -> Response {
    let mut report = Map::new();
    let mut ready = !context.stopping().is_cancelled();
    if !ready {
        report.insert("server".to_owned(), "stopping".into());
    }
    for (name, check) in operations.readiness.checks.iter() {
        let outcome = check().await;
        ready &= outcome.is_ok();
        report.insert((*name).to_owned(), outcome.err().unwrap_or("ok").into());
    }
    let down = operations.readiness.workers.down();
    ready &= down.is_empty();
    report.insert(
        "workers".to_owned(),
        if down.is_empty() { "ok".into() } else { format!("down: {}", down.join(", ")).into() },
    );
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let word = if ready { "ready" } else { "not ready" };
    let body = serde_json::json!({ "status": word, "checks": Value::Object(report) });
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// For the machine itself, and for tokens that may read operations.
async fn metrics_text(
    context: Context,
    Visitor(scope): Visitor,
    headers: HeaderMap,
    State(operations): State<Operations>,
) -> Result<Response, Problem> {
    // A proxy on this machine makes everyone look local: whoever was forwarded needs the token.
    let forwarded =
        ["x-forwarded-for", "forwarded", "via"].iter().any(|h| headers.contains_key(*h));
    match scope {
        Some(scope) => scope.require(Permission::OperationsRead).map_err(Problem::denied)?,
        None if context.client().is_loopback() && !forwarded => {}
        None => return Err(Problem::unauthenticated()),
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], operations.metrics.text()).into_response())
}
