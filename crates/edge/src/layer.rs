//! The one layer around every router.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Instant};

use axum::{
    Router,
    extract::{MatchedPath, Request, State},
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse, Response},
};
use futures_util::FutureExt as _;
use http::{HeaderName, HeaderValue, Method};
use kernel::{Kind, Scope};

use crate::{Context, Gate, Peer, Problem, headers, problem::Pending};

/// Puts the layer around a finished router (state given, fallbacks set).
pub fn attach(router: Router, gate: Arc<Gate>) -> Router {
    router.layer(from_fn_with_state(gate, run))
}

/// The answer for an address that is nobody's.
pub async fn unknown_route() -> Problem {
    Problem::new("route.unknown", Kind::NotFound, "there is nothing at this address")
}

/// The answer for a method that an address does not know.
pub async fn method_not_allowed() -> Problem {
    Problem::new("route.method_not_allowed", Kind::Invalid, "this address does not take the method")
        .with_status(http::StatusCode::METHOD_NOT_ALLOWED)
}

async fn run(State(gate): State<Arc<Gate>>, mut request: Request, next: Next) -> Response {
    let started = Instant::now();
    let in_flight = gate.metrics.enter();
    let peer = request.extensions().get::<Peer>().copied().unwrap_or_default();
    let context = Context::new(Arc::clone(&gate), peer, request.uri(), request.headers());
    // The template, never the path: the path of a webhook is its secret.
    let route = request.extensions().get::<MatchedPath>().cloned();
    let method = request.method().clone();
    request.extensions_mut().insert(context.clone());
    // A panic is our failure, not the connection's; its place is in the log already.
    let answered = AssertUnwindSafe(next.run(request)).catch_unwind().await;
    let mut response = answered.unwrap_or_else(|_panic| {
        Problem::new("internal", Kind::Internal, "a handler panicked").into_response()
    });
    let problem = response.extensions_mut().remove::<Pending>();
    if let Some(Pending(problem)) = &problem {
        let allow = response.headers().get(http::header::ALLOW).cloned();
        response = problem.render(context.language(), context.request());
        if let Some(allow) = allow {
            response.headers_mut().insert(http::header::ALLOW, allow);
        }
    }
    headers::secure(response.headers_mut(), context.is_secure());
    if let Ok(id) = HeaderValue::from_str(&context.request().to_string()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    drop(in_flight);
    let route = route.as_ref().map_or("unmatched", MatchedPath::as_str);
    let took = started.elapsed();
    let status = response.status().as_u16();
    gate.metrics.answered(route, method_name(&method), status, took);
    let line = Line { context: &context, method: &method, route, status };
    line.log(took, problem.as_ref().map(|Pending(problem)| problem));
    response
}

/// The one line of a request.
struct Line<'a> {
    context: &'a Context,
    method: &'a Method,
    route: &'a str,
    status: u16,
}

impl Line<'_> {
    fn log(&self, took: std::time::Duration, problem: Option<&Problem>) {
        let scope = self.context.scope();
        let tenant = scope.map(Scope::tenant);
        let actor = scope.map(Scope::actor);
        let code = problem.map(|problem| problem.code().name());
        let duration_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if let Some(chain) = problem.and_then(Problem::chain) {
            tracing::error!(
                http.method = method_name(self.method),
                http.route = self.route,
                http.status = self.status,
                duration_us,
                request.id = %self.context.request(),
                tenant.id = tenant.map(tracing::field::display),
                actor = actor.map(tracing::field::display),
                code,
                error = chain,
                "request failed"
            );
        } else {
            tracing::info!(
                http.method = method_name(self.method),
                http.route = self.route,
                http.status = self.status,
                duration_us,
                request.id = %self.context.request(),
                tenant.id = tenant.map(tracing::field::display),
                actor = actor.map(tracing::field::display),
                code,
                "request answered"
            );
        }
    }
}

/// A method of the standard, or `OTHER`: what callers invent fills no registry and no log.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

impl IntoResponse for crate::Document {
    fn into_response(self) -> Response {
        crate::Json(self).into_response()
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
