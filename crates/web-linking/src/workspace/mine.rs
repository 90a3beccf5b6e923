//! A person's own sign-in to the organisation's Teams, and the way there and back.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Form, Problem, Query};
use kernel::{Coded as _, Secret};
use linking_setup::{Account, BroughtBack, Purpose, SignInState};
use serde::Deserialize;
use url::Url;
use web_frame::{App, Frame, Section, Visit, answer, html::query_value, parts::Nothing};

use crate::pages::Told;

/// The page.
#[derive(Debug, Template)]
#[template(path = "workspace/mine.html")]
pub(crate) struct Page {
    frame: Frame,
    account: Option<Account>,
    /// Where to go on to.
    next: String,
    /// What a sign-in came to that did not go well.
    told: Option<Told>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    next: String,
    failed: String,
}

/// The address of the page, from where one comes back to a page of the hub.
pub(crate) fn at(next: &str) -> String {
    format!("/workspace/sign-in?next={}", query_value(next))
}

pub(crate) async fn page(
    State(app): State<App>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let teams = app.linking_setup.teams()?;
    if !teams.is_in_use(&visit.scope).await? {
        return Err(linking_setup::Error::TeamsNotSet.into());
    }
    let account = teams.account(&visit.scope).await?;
    Ok(answer::page(&Page::new(visit.frame, account, &asked)))
}

impl Page {
    pub(crate) fn new(frame: Frame, account: Option<Account>, asked: &Asked) -> Self {
        let told = (!asked.failed.is_empty()).then(|| Told::of(&frame, &asked.failed));
        let title = frame.say("workspace-elsewhere.mine");
        let frame = frame.at(Section::Profile, title);
        Self { frame, account, next: asked.next.clone(), told }
    }

    #[cfg(test)]
    pub(crate) fn failed(frame: Frame, code: &str) -> Self {
        let asked = Asked { next: "/records".to_owned(), failed: code.to_owned() };
        Self::new(frame, None, &asked)
    }

    #[cfg(test)]
    pub(crate) fn signed_in(frame: Frame, account: Account) -> Self {
        Self::new(frame, Some(account), &Asked::default())
    }

    fn is_open(&self) -> bool {
        self.account.as_ref().is_some_and(|account| account.state == SignInState::Open)
    }
}

/// The page between the hub and the directory. It goes on by itself: an answer that redirects after a form may lead
/// nowhere but to the hub (`form-action`).
#[derive(Debug, Template)]
#[template(path = "workspace/going.html")]
pub(crate) struct Going {
    frame: Frame,
    url: String,
    host: String,
    cancel: String,
}

impl Going {
    pub(crate) fn new(frame: Frame, url: &Url, cancel: &str) -> Self {
        let host = url.host_str().unwrap_or_default().to_owned();
        let title = frame.say1("workspace-elsewhere.going", "host", host.as_str());
        Self {
            frame: frame.at(Section::Profile, title),
            url: url.to_string(),
            host,
            cancel: cancel.to_owned(),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    next: String,
}

pub(crate) async fn there(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let next = Some(typed.next.as_str()).filter(|next| !next.is_empty());
    // who comes from the page of mailboxes lets the hub read mails as well
    let also = match next {
        Some("/mail/sources") => app.mailbox.graph_scopes(&visit.scope).await?,
        _ => &[],
    };
    match app.linking_setup.teams()?.begin_sign_in_for(&visit.scope, also, next).await {
        Ok(url) => Ok(answer::page(&Going::new(visit.frame, &url, "/workspace/sign-in"))),
        Err(error @ linking_setup::Error::TeamsNotSet) => Err(error.into()),
        Err(error) => Ok(failed(error.code().name())),
    }
}

/// What the directory wrote into the address.
#[derive(Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    state: String,
    code: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
    admin_consent: Option<String>,
    tenant: Option<String>,
}

/// Takes somebody back, with what came of it. The redirect leaves the code behind.
pub(crate) async fn back(
    State(app): State<App>,
    visit: Visit,
    Query(answer): Query<Answer>,
) -> Result<Response, Problem> {
    let brought = BroughtBack {
        state: answer.state,
        code: answer.code.map(Secret::new),
        error: answer.error,
        description: answer.error_description,
        admin_consent: answer.admin_consent,
        tenant: answer.tenant,
    };
    match Box::pin(app.linking_setup.came_back(&visit.scope, brought)).await {
        Ok(came) => {
            let to = came.next.as_deref().unwrap_or("/workspace/sign-in");
            let toast = match came.purpose {
                Purpose::SignIn => "workspace-elsewhere.signed-in",
                Purpose::Consent(_) => "linking-setup.accepted",
            };
            Ok(answer::back_with(&visit.context, to, toast))
        }
        Err(error) => Ok(failed(error.code().name())),
    }
}

/// To the page, which says what the code means.
fn failed(code: &str) -> Response {
    Redirect::to(&format!("/workspace/sign-in?failed={code}")).into_response()
}

pub(crate) async fn sign_out(
    State(app): State<App>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.linking_setup.teams()?.sign_out(&visit.scope).await?;
    Ok(answer::back_with(&visit.context, "/workspace/sign-in", "workspace-elsewhere.signed-out"))
}
