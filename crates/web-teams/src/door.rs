//! The door of the bot: who is signed in to the hub says so to Teams. A window that Teams opens shows it; what the person
//! gives goes back to Teams with a code, through the SDK.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue},
    response::Response,
};
use edge::{Form, Problem};
use web_frame::{App, Frame, Section, Visit, answer, parts::Nothing};

/// The page.
#[derive(Debug, Template)]
#[template(path = "door.html")]
pub(crate) struct Page {
    frame: Frame,
    name: String,
    /// What goes to Teams, once the person has said yes.
    code: Option<String>,
}

/// Asks.
pub(crate) async fn ask(visit: Visit) -> Response {
    opened(answer::page(&Page::new(visit.frame, None)))
}

/// The person said yes.
pub(crate) async fn give(
    State(app): State<App>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let code = app.deployment.teams().code(&visit.scope).await?;
    Ok(opened(answer::page(&Page::new(visit.frame, Some(code.expose().clone())))))
}

/// A window that Teams opened still knows Teams.
pub(crate) fn opened(mut response: Response) -> Response {
    let name = HeaderName::from_static("cross-origin-opener-policy");
    response.headers_mut().insert(name, HeaderValue::from_static("unsafe-none"));
    response
}

impl Page {
    pub(crate) fn new(frame: Frame, code: Option<String>) -> Self {
        let title = frame.say("web-teams.door");
        let name = frame.person.as_ref().map(|person| person.name.clone()).unwrap_or_default();
        // nothing but the question stands in the window
        let frame = Frame { hosted: true, ..frame.at(Section::Nowhere, title) };
        Self { frame, name, code }
    }
}
