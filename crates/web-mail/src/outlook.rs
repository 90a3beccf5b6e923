//! The pane in Outlook: without a mail it is a page whose script asks Outlook for the one that is open, brings it, and
//! goes on to the pane of it; when the reader opens another mail, the same again.

use askama::Template;
use axum::{
    Extension,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse as _, Response},
};
use edge::{Problem, Query};
use language_features::LanguageFeatures;
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Frame, HOSTED_SECURITY_POLICY, Section, Visit, answer};

use crate::{
    assist,
    pane::{Alone, ask},
};

/// The page that waits for Outlook.
#[derive(Debug, Template)]
#[template(path = "waiting.html")]
pub(crate) struct Waiting {
    frame: Frame,
}

impl Waiting {
    pub(crate) fn new(frame: Frame) -> Self {
        let title = frame.say("web-mail.pane");
        Self { frame: frame.at(Section::Mail, title) }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    mail: Option<Uuid>,
}

/// The pane of a mail, or the page that asks Outlook for one.
pub(crate) async fn pane(
    State(app): State<App>,
    Extension(language): Extension<LanguageFeatures>,
    visit: Visit,
    Query(which): Query<Which>,
) -> Result<Response, Problem> {
    let response = match which.mail {
        None => answer::page(&Waiting::new(visit.frame)),
        Some(mail) => {
            let opened = app.mailbox.open(&visit.scope, mail).await?;
            let mut shown = ask(&app, &visit, &opened).await?;
            shown.helps = assist::offered((&app, &language), &visit, &opened).await;
            answer::page(&Alone::new(visit.frame, &opened, shown))
        }
    };
    Ok(with_library(response))
}

/// Lets a page load the library of Outlook.
pub(crate) fn with_library(mut response: Response) -> Response {
    if let Ok(policy) = HeaderValue::try_from(policy()) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// What hosts may frame, with the library of Outlook, which has to come from Microsoft (Office add-ins: "reference the
/// Office JavaScript API library from its content delivery network").
fn policy() -> String {
    HOSTED_SECURITY_POLICY.replacen("script-src 'self'", &format!("script-src 'self' {OFFICE}"), 1)
}

const OFFICE: &str = "https://appsforoffice.microsoft.com";

/// Keeps the mail that Outlook handed over, and says where its pane is. The script sends the token of the page along.
pub(crate) async fn bring(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
    file: Bytes,
) -> Result<Response, Problem> {
    let token = headers.get("x-csrf-token").and_then(|token| token.to_str().ok());
    edge::verify_csrf(&visit.context, token)?;
    let kept = app.mailbox.keep(&visit.scope, file.into()).await?;
    let place = format!("/outlook/pane?mail={}&host=outlook", kept.mail.id);
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], place).into_response())
}
