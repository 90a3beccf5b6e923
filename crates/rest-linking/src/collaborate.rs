//! What people are asked before a link is made.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem, Query};
use http::StatusCode;
use rest::{EnvironmentPath, Failures, routes};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    App, Routes,
    shapes::{
        AccessAnswer, AccessItem, AccessPath, AccessRequest, CollaborateItem, LinkPath, subject,
    },
};

pub(crate) fn routes() -> Routes {
    routes!(collaborate, ask, asked, answer)
}

/// What is to be linked.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Of {
    /// `record` (unless given), `view` or `personal_view`.
    kind: Option<String>,
    /// The logical name of the table.
    table: String,
    /// The key of the record or view.
    id: Uuid,
}

/// Look before a link is made
///
/// The links that a record or a view has, whether the caller may make another and why not, and what is suggested for
/// it: names that are legal and free, and persons of the workspace whom the record concerns.
#[utoipa::path(get, path = "/api/v1/environments/{environment_id}/collaborate",
    operation_id = "links.collaborate", tag = "linking", params(EnvironmentPath, Of),
    responses((status = 200, body = CollaborateItem), Failures))]
async fn collaborate(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EnvironmentPath>,
    Query(of): Query<Of>,
) -> Result<Json<CollaborateItem>, Problem> {
    let of = subject(path.environment_id, of.kind.as_deref(), (of.table, of.id))?;
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
