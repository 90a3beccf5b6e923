//! Sessions of signed-in browsers.

use axum::extract::State;
use edge::{Authed, Json, Path, Problem};
use http::StatusCode;
use identity::credentials::Credential;
use rest::{Failures, routes};
use serde::Serialize;
use utoipa::ToSchema;

use super::{SessionPath, UserPath, instant};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, end_all, end)
}

/// A signed-in browser.
#[derive(Debug, Serialize, ToSchema)]
struct Session {
    #[schema(format = Uuid)]
    id: String,
    /// What the browser calls itself.
    client: String,
    /// The address it signed in from.
    origin: Option<String>,
    /// How it signed in: `single`, `totp`, `recovery`, `provider` or `passkey`.
    #[schema(value_type = String)]
    factor: kernel::Factor,
    /// Whether this request came with it.
    current: bool,
    #[schema(format = DateTime)]
    created_at: String,
    /// Written with some delay.
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    #[schema(format = DateTime)]
    expires_at: Option<String>,
}

/// How many sessions were ended.
#[derive(Debug, Serialize, ToSchema)]
struct Ended {
    sessions: u64,
}

/// List the sessions of a user
///
/// One's own, or anybody's with `users:manage`; newest first.
#[utoipa::path(get, path = "/api/v1/users/{user_id}/sessions", operation_id = "sessions.list",
    tag = "identity", params(UserPath), responses((status = 200, body = Vec<Session>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<UserPath>,
) -> Result<Json<Vec<Session>>, Problem> {
    let sessions = app.identity.sessions(&scope, path.user_id).await?;
    let shape = |session: Credential| Session {
        id: session.id.to_string(),
        client: session.label,
        origin: session.origin,
        factor: session.factor,
        current: scope.credential() == Some(session.id),
        created_at: instant(session.created_at),
        last_used_at: session.last_used_at.map(instant),
        expires_at: session.expires_at.map(instant),
    };
    Ok(Json(sessions.into_iter().map(shape).collect()))
}

/// Sign a user out everywhere
#[utoipa::path(delete, path = "/api/v1/users/{user_id}/sessions", operation_id = "sessions.end_all",
    tag = "identity", params(UserPath), responses((status = 200, body = Ended), Failures))]
async fn end_all(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<UserPath>,
) -> Result<Json<Ended>, Problem> {
    let sessions = app.identity.sign_out_everywhere(&scope, path.user_id).await?;
    Ok(Json(Ended { sessions }))
}

/// End a session
#[utoipa::path(delete, path = "/api/v1/sessions/{session_id}", operation_id = "sessions.end",
    tag = "identity", params(SessionPath), responses((status = 204), Failures))]
async fn end(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<SessionPath>,
) -> Result<StatusCode, Problem> {
    app.identity.end_session(&scope, path.session_id).await?;
    Ok(StatusCode::NO_CONTENT)
}
