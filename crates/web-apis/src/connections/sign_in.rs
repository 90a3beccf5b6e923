//! There and back: a browser goes to the provider of a connection and lands on the connection again.

use askama::Template;
use axum::{
    extract::State as Shelf,
    response::{IntoResponse as _, Redirect, Response},
};
use connectors::BroughtBack;
use edge::{Form, Path, Problem, Query};
use kernel::{Coded as _, ConnectionId, Secret};
use serde::Deserialize;
use url::Url;
use web_frame::{App, Frame, Visit, answer, parts::Nothing};

use super::at;

/// The page between the hub and the provider. It goes on by itself: an answer that redirects after a form may lead
/// nowhere but to the hub (`form-action`), and providers redirect further in their turn.
#[derive(Debug, Template)]
#[template(path = "connections/going.html")]
pub(super) struct Going {
    frame: Frame,
    url: String,
    host: String,
    back: String,
}

pub(super) async fn there(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<ConnectionId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    // who may not know of it learns nothing of it
    app.api_connectors.connection(&visit.scope, id).await?;
    Ok(begin(&app, &visit, id).await)
}

/// Sends the browser to the provider; what stands in the way is told on the connection's own page.
pub(super) async fn begin(app: &App, visit: &Visit, id: ConnectionId) -> Response {
    match app.api_connectors.begin_sign_in(&visit.scope, id).await {
        Ok(url) => answer::page(&Going::new(visit.frame.clone(), &url, id)),
        Err(error) => told_at(id, error.code().name()),
    }
}

impl Going {
    pub(super) fn new(frame: Frame, url: &Url, id: ConnectionId) -> Self {
        let host = url.host_str().unwrap_or_default().to_owned();
        let back = format!("/connections/{id}");
        let title = frame.say1("connections.going", "host", host.as_str());
        Self { frame: at(frame, title).back_to(back.clone()), url: url.to_string(), host, back }
    }
}

/// What the provider wrote into the address (RFC 6749 §4.1.2, RFC 9207).
#[derive(Deserialize)]
pub(super) struct Answer {
    #[serde(default)]
    state: String,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// Takes the person back to their connection, with what came of it. The redirect leaves the code behind.
pub(super) async fn back(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Query(answer): Query<Answer>,
) -> Result<Response, Problem> {
    let (hub, scope) = (&app.api_connectors, &visit.scope);
    let connection = hub.connection_of_sign_in(scope, &answer.state).await?;
    let brought = BroughtBack {
        state: answer.state,
        code: answer.code.map(Secret::new),
        error: answer.error,
        description: answer.error_description,
        issuer: answer.iss,
    };
    match (Box::pin(hub.return_from_sign_in(scope, brought)).await, connection) {
        (Ok(signed_in), _) => {
            let to = format!("/connections/{}", signed_in.id);
            Ok(answer::back_with(&visit.context, &to, "connections.signed-in"))
        }
        (Err(error), Some(id)) => Ok(told_at(id, error.code().name())),
        (Err(error), None) => Err(error.into()),
    }
}

/// To the connection, which says what the code means.
fn told_at(id: ConnectionId, code: &str) -> Response {
    Redirect::to(&format!("/connections/{id}?failed={code}")).into_response()
}
