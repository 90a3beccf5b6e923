//! What people are asked before a link is made.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem, Query};
use http::StatusCode;
use kernel::EnvironmentId;
use rest::{Failures, routes};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    App, Routes,
    shapes::links::{
        AccessAnswer, AccessItem, AccessPath, AccessRequest, CollaborateItem, LinkPath,
        MyAccessItem, SubjectKind,
    },
};

pub(crate) fn routes() -> Routes {
    routes!(collaborate, collaborate_on_view, ask, asked, answer, mine)
}

/// The record of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct RecordPath {
    /// The environment.
    #[param(value_type = String, format = Uuid)]
    environment_id: EnvironmentId,
    /// The logical name of the table.
    table: String,
    /// The key of the record.
    record: Uuid,
}

/// The view of a path.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct ViewPath {
    /// The environment.
    #[param(value_type = String, format = Uuid)]
    environment_id: EnvironmentId,
    /// The logical name of the table that it lists.
    table: String,
    /// The key of the view.
    view: Uuid,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Whose {
    /// Whether it is a view of one's own.
    #[serde(default)]
    personal: bool,
}

/// Look before a record is linked
///
/// The links that it has, whether the caller may make another and why not, and what is suggested for it: names that are
/// legal and free, and persons of the workspace whom the record concerns.
#[utoipa::path(get, operation_id = "links.collaborate", tag = "linking", params(RecordPath),
    path = "/api/v1/environments/{environment_id}/tables/{table}/records/{record}/collaborate",
    responses((status = 200, body = CollaborateItem), Failures))]
async fn collaborate(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<RecordPath>,
) -> Result<Json<CollaborateItem>, Problem> {
    let of = SubjectKind::Record.of(path.environment_id, (path.table, path.record));
    let found = app.linking.collaborate(&scope, &of).await?;
    Ok(Json(CollaborateItem::of(&scope, found)))
}

/// Look before a view is linked
///
/// As for a record; nobody is recommended for a view.
#[utoipa::path(get, operation_id = "links.collaborate_on_view", tag = "linking",
    path = "/api/v1/environments/{environment_id}/tables/{table}/views/{view}/collaborate",
    params(ViewPath, Whose), responses((status = 200, body = CollaborateItem), Failures))]
async fn collaborate_on_view(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ViewPath>,
    Query(whose): Query<Whose>,
) -> Result<Json<CollaborateItem>, Problem> {
    let kind = if whose.personal { SubjectKind::PersonalView } else { SubjectKind::View };
    let of = kind.of(path.environment_id, (path.table, path.view));
    let found = app.linking.collaborate(&scope, &of).await?;
    Ok(Json(CollaborateItem::of(&scope, found)))
}

/// Ask for access to the record of a link
///
/// Whoever is in the channel and may not open the record asks its owner. Asking again changes the message.
#[utoipa::path(post, path = "/api/v1/links/{link_id}/access-requests",
    operation_id = "links.request_access", tag = "linking", params(LinkPath),
    request_body = AccessRequest, responses((status = 204), Failures))]
async fn ask(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LinkPath>,
    Json(body): Json<AccessRequest>,
) -> Result<StatusCode, Problem> {
    app.linking.request_access(&scope, path.link_id.into(), &body.message).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List who asks for access to the record of a link
///
/// Those who wait for an answer; for who may share the record.
#[utoipa::path(get, path = "/api/v1/links/{link_id}/access-requests",
    operation_id = "links.access_requests", tag = "linking", params(LinkPath),
    responses((status = 200, body = Vec<AccessItem>), Failures))]
async fn asked(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<LinkPath>,
) -> Result<Json<Vec<AccessItem>>, Problem> {
    let asked = app.linking.access_requests(&scope, path.link_id.into()).await?;
    Ok(Json(asked.into_iter().map(AccessItem::from).collect()))
}

/// List who asks for access to one's own records
///
/// Of all links, newest first, at most 50: what the caller was told of and may answer.
#[utoipa::path(get, path = "/api/v1/my-access-requests", operation_id = "links.my_access_requests",
    tag = "linking", responses((status = 200, body = Vec<MyAccessItem>), Failures))]
async fn mine(
    State(app): State<App>,
    Authed(scope): Authed,
) -> Result<Json<Vec<MyAccessItem>>, Problem> {
    let asked = app.sync.asked_of_me(&scope).await?;
    Ok(Json(asked.into_iter().map(MyAccessItem::from).collect()))
}

/// Answer who asks for access to the record of a link
///
/// Granting shares the record for reading.
#[utoipa::path(post, path = "/api/v1/links/{link_id}/access-requests/{request_id}",
    operation_id = "links.answer_request", tag = "linking", params(AccessPath),
    request_body = AccessAnswer, responses((status = 204), Failures))]
async fn answer(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<AccessPath>,
    Json(body): Json<AccessAnswer>,
) -> Result<StatusCode, Problem> {
    let which = (path.link_id.into(), path.request_id);
    app.linking.answer_request(&scope, which, body.grant).await?;
    Ok(StatusCode::NO_CONTENT)
}
