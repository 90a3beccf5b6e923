//! What administrators do: the whole catalogue, and every decision.

use apps::Filter;
use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use edge::{Form, PageQuery, Path, Problem, Query};
use kernel::{AppId, Permission};
use serde::Deserialize;
use web_frame::{App, Frame, Visit, answer, parts::Nothing};

use super::shapes::Card;
use crate::at;

/// The list.
#[derive(Debug, Template)]
#[template(path = "apps/manage.html")]
struct List {
    frame: Frame,
    search: String,
    cards: Vec<Card>,
    next: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Wanted {
    #[serde(default)]
    q: String,
}

pub(super) async fn list(
    State(app): State<App>,
    visit: Visit,
    page: PageQuery,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    visit.scope.require(Permission::AppManage).map_err(Problem::denied)?;
    let filter = Filter { search: wanted.q.trim().to_owned(), capability: None, all: true };
    let found = app.apps.catalogue(&visit.scope, filter, page.after.as_ref(), page.limit).await?;
    let frame = visit.frame;
    let next = found.next.as_ref().map(|cursor| {
        let query = [("q", wanted.q.as_str()), ("after", cursor.as_str())];
        let query =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish();
        format!("/apps/manage?{query}")
    });
    let mut cards: Vec<Card> = found.items.iter().map(|it| Card::of(&frame, it)).collect();
    // What waits comes first.
    kernel::sort_by_key(&mut cards, |card| card.waiting.is_none());
    let title = frame.say("apps.manage-title");
    let frame = at(frame, "apps", title).back_to("/apps");
    Ok(answer::page(&List { frame, search: wanted.q, cards, next }))
}

pub(super) async fn approve(
    State(app): State<App>,
    visit: Visit,
    Path((id, number)): Path<(AppId, i64)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.apps.approve(&visit.scope, id, number).await?;
    Ok(done(&visit, id, "apps.approved"))
}

#[derive(Debug, Deserialize)]
pub(super) struct Rejection {
    #[serde(default)]
    reason: String,
}

pub(super) async fn reject(
    State(app): State<App>,
    visit: Visit,
    Path((id, number)): Path<(AppId, i64)>,
    Form(rejection): Form<Rejection>,
) -> Result<Response, Problem> {
    app.apps.reject(&visit.scope, id, number, &rejection.reason).await?;
    Ok(done(&visit, id, "apps.rejected"))
}

pub(super) async fn publish(
    State(app): State<App>,
    visit: Visit,
    Path((id, number)): Path<(AppId, i64)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.apps.publish(&visit.scope, id, number).await?;
    Ok(done(&visit, id, "apps.published"))
}

pub(super) async fn block(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<AppId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.apps.set_blocked(&visit.scope, id, true).await?;
    Ok(done(&visit, id, "apps.blocked"))
}

pub(super) async fn unblock(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<AppId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.apps.set_blocked(&visit.scope, id, false).await?;
    Ok(done(&visit, id, "apps.unblocked"))
}

/// The dialog named what goes with it, so this takes all of it.
pub(super) async fn remove(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<AppId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.apps.remove(&visit.scope, id, true).await?;
    Ok(answer::back_with(&visit.context, "/apps", "apps.removed"))
}

/// The package of a version as it came.
pub(super) async fn package(
    State(app): State<App>,
    visit: Visit,
    Path((id, number)): Path<(AppId, i64)>,
) -> Result<Response, Problem> {
    let zip = app.apps.package(&visit.scope, id, number).await?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/zip")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"app.zip\"")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    Ok((headers, zip).into_response())
}

fn done(visit: &Visit, id: AppId, toast: &str) -> Response {
    answer::back_with(&visit.context, &format!("/apps/{id}"), toast)
}
