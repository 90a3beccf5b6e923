//! The wishes of people that an action be enabled.

use ::actions::{Decision, RequestState};
use axum::extract::State;
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use http::StatusCode;
use rest::{Failures, Items, PageParams, routes};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::{ActionPath, RequestPath, shapes::RequestItem};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(request, list, decide)
}

/// Why the action is wanted.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct Wish {
    note: String,
}

/// Which requests are listed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Of {
    /// `open`, `granted` or `declined`.
    #[param(value_type = Option<String>)]
    state: Option<RequestState>,
}

/// What is decided.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct DecisionToMake {
    /// Whether the action was enabled for the person.
    grant: bool,
    /// For the person who asked.
    #[serde(default)]
    answer: String,
}

/// Ask for an action
///
/// An administrator gets the request. Whoever asked already gets the same request back.
#[utoipa::path(post, path = "/api/v1/actions/{action_id}/requests", operation_id = "actions.request",
    tag = "actions", params(ActionPath), request_body = Wish,
    responses((status = 201, body = RequestItem), Failures))]
async fn request(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ActionPath>,
    Json(wish): Json<Wish>,
) -> Result<(StatusCode, Json<RequestItem>), Problem> {
    let made = app.published.request(&scope, path.action_id, &wish.note).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// List requests
///
/// Administrators see everybody's, others their own; oldest first.
#[utoipa::path(get, path = "/api/v1/action-requests", operation_id = "action_requests.list",
    tag = "actions", params(Of, PageParams),
    responses((status = 200, body = Items<RequestItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Query(of): Query<Of>,
    page: PageQuery,
) -> Result<Json<Items<RequestItem>>, Problem> {
    let found = app.published.requests(&scope, of.state, page.limit, page.after.as_ref()).await?;
    Ok(Json(Items::of(found, RequestItem::from)))
}

/// Decide on a request
#[utoipa::path(post, path = "/api/v1/action-requests/{request_id}/decide",
    operation_id = "action_requests.decide", tag = "actions", params(RequestPath),
    request_body = DecisionToMake, responses((status = 200, body = RequestItem), Failures))]
async fn decide(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<RequestPath>,
    Json(to): Json<DecisionToMake>,
) -> Result<Json<RequestItem>, Problem> {
    let decision = if to.grant { Decision::Grant } else { Decision::Decline };
    let decided = app.published.decide(&scope, path.request_id, decision, &to.answer).await?;
    Ok(Json(decided.into()))
}
