//! Coming back from the identity provider of a connection.

use axum::{Router, extract::State, response::Response, routing::get};
use connectors::BroughtBack;
use edge::{Problem, Query};
use kernel::Secret;
use serde::Deserialize;
use web_frame::{App, Visit, answer};

pub(crate) fn routes() -> Router<App> {
    Router::new().route("/connections/sign-in", get(back))
}

/// What the provider wrote into the address (RFC 6749 §4.1.2, RFC 9207).
#[derive(Deserialize)]
struct Answer {
    #[serde(default)]
    state: String,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// Takes the person back; the connection can be used from now on. The redirect leaves the code behind.
async fn back(
    State(app): State<App>,
    visit: Visit,
    Query(answer): Query<Answer>,
) -> Result<Response, Problem> {
    let brought = BroughtBack {
        state: answer.state,
        code: answer.code.map(Secret::new),
        error: answer.error,
        description: answer.error_description,
        issuer: answer.iss,
    };
    Box::pin(app.api_connectors.return_from_sign_in(&visit.scope, brought)).await?;
    Ok(answer::back_with(&visit.context, "/teams", "oauth.connection-signed-in"))
}
