//! The address of the bot (messaging endpoint). What it is answered is JSON, whatever happens.

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use edge::{Context, Json};
use kernel::Kind;
use meetings::Meetings;
use serde_json::{Value, json};
use teams_app::{Reply, TeamsApp, Turn};
use web_frame::App;

use crate::Room;

/// Takes an activity: for the tenant of the host that was asked.
pub(crate) async fn receive(
    State(app): State<App>,
    Extension(room): Room,
    context: Context,
    headers: HeaderMap,
    Json(activity): Json<Value>,
) -> Response {
    let tenant = match app.identity.home(context.host()).await {
        Ok(tenant) => tenant.id,
        Err(error) => return refused(&context, &error),
    };
    let authorization = headers.get(header::AUTHORIZATION);
    let authorization = authorization.and_then(|value| value.to_str().ok());
    let teams = app.deployment.teams();
    match Box::pin(teams.receive(tenant, authorization, &activity)).await {
        Ok(Reply::Answer(body)) => Json(body).into_response(),
        Ok(Reply::Noted) => StatusCode::OK.into_response(),
        Ok(Reply::Turn(turn)) => {
            // the answer goes another way
            teams.aside(Box::pin(answer(teams.clone(), room, *turn))).await;
            Json(json!({})).into_response()
        }
        Ok(Reply::Unsupported) => StatusCode::NOT_IMPLEMENTED.into_response(),
        Err(error) => refused(&context, &error),
    }
}

/// Answers what was said, with the person's meetings where they ask for those.
async fn answer(teams: TeamsApp, room: Arc<Meetings>, turn: Turn) {
    let meetings = match turn.wants_meetings() {
        Some(scope) => Box::pin(room.for_chat(scope)).await.map(Some),
        None => Ok(None),
    };
    let meetings = meetings.unwrap_or_else(|error| {
        tracing::info!(%error, "meetings cannot be told of");
        None
    });
    if let Err(error) = Box::pin(teams.answer(turn, meetings)).await {
        let error: &(dyn std::error::Error + 'static) = &error;
        tracing::warn!(error, "the bot could not answer");
    }
}

/// The connector reads no pages: a status, and for people who look at it, which refusal it is.
fn refused(context: &Context, error: &dyn kernel::Coded) -> Response {
    let code = error.code();
    let status = match code.kind() {
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Upstream | Kind::Unavailable | Kind::Throttled => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    if status.is_server_error() {
        tracing::error!(code = code.name(), request.id = %context.request(), error = %error, "an activity failed");
    }
    (status, Json(json!({ "error": { "code": code.name() } }))).into_response()
}
