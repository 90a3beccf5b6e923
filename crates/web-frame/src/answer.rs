//! Answers of pages: a page, a part of one, back to another, a problem as a page.

use askama::Template;
use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Context, Problem};
use kernel::Kind;

use crate::{
    App, Html, html, problem,
    visit::{self, TOAST},
};

/// A page.
pub fn page(template: &impl Template) -> Response {
    page_with(StatusCode::OK, template)
}

/// A page with a status: 422 for a form that comes back with its mistakes.
pub fn page_with(status: StatusCode, template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => (status, axum::response::Html(html)).into_response(),
        Err(error) => Problem::new("internal", Kind::Internal, error.to_string()).into_response(),
    }
}

/// A part of a page, for scripts.
pub fn part(html: Html) -> Response {
    axum::response::Html(html.into_string()).into_response()
}

/// To another page after a form was taken (303), with a toast: `key` is `toast-<key>` of `web.ftl`, `room.key`
/// `toast-<key>` of `room.ftl`.
pub fn back_with(context: &Context, to: &str, key: &str) -> Response {
    back(context, to, key)
}

/// The same with a button on the toast that sends a form to `undo` and so takes it back; the address holds nothing
/// but letters, digits, `/`, `-` and `_`.
pub fn back_with_undo(context: &Context, to: &str, key: &str, undo: &str) -> Response {
    back(context, to, &format!("{key}~{undo}"))
}

fn back(context: &Context, to: &str, toast: &str) -> Response {
    let mut response = Redirect::to(to).into_response();
    let reach = edge::cookie_reach(context);
    let line = format!("{TOAST}={toast}; Path=/; Max-Age=30; HttpOnly; {reach}");
    if let Ok(value) = HeaderValue::from_str(&line) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// Writes each problem as a page in the reader's language, or as one line where a script asked.
pub(crate) async fn problems(State(app): State<App>, request: Request, next: Next) -> Response {
    let headers = request.headers().clone();
    let context = request.extensions().get::<Context>().cloned();
    // what belongs to REST or to a sender's tool answers in its own shape, also where nothing is
    let machine = MACHINES.iter().any(|root| request.uri().path().starts_with(root));
    let mut response = next.run(request).await;
    if machine {
        return response;
    }
    let had_toast = edge::cookie(&headers, TOAST).is_some();
    if had_toast && response.status().is_success() && is_page(&response) {
        let reach = context.as_ref().map_or("SameSite=Lax", edge::cookie_reach);
        let gone = format!("{TOAST}=; Path=/; Max-Age=0; HttpOnly; {reach}");
        if let Ok(value) = HeaderValue::from_str(&gone) {
            response.headers_mut().append(header::SET_COOKIE, value);
        }
    }
    let Some(context) = context else { return response };
    let Some(problem) = Problem::take(&mut response) else { return response };
    if let Some(chain) = problem.chain() {
        tracing::error!(code = problem.code().name(), error = chain, request.id = %context.request(), "page failed");
    }
    let status = problem.status();
    let document = problem.document(context.language(), context.request());
    let mut answer = if headers.contains_key("hx-request") {
        let line =
            format!("<p>{} {}</p>", html::escape(&document.title), html::escape(&document.detail));
        (status, axum::response::Html(line)).into_response()
    } else {
        let scope = context.scope().cloned();
        let frame = visit::frame(&app, &context, &headers, scope.as_ref()).await;
        page_with(status, &problem::Problem::new(frame, problem.code(), &document))
    };
    if let Some(seconds) = problem.retry_after_seconds() {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    answer
}

/// Where programs ask, not people.
const MACHINES: [&str; 5] = ["/api/", "/webhook/", "/webhookb2/", "/workflows/", "/powerautomate/"];

fn is_page(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}
