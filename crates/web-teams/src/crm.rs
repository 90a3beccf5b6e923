//! The CRM of who looks at the tab: the window in which they sign in to it, and choosing and leaving one.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
};
use crm_connections::{Overview, SystemKind};
use edge::{Form, Path, Problem, Query};
use kernel::Coded as _;
use serde::Deserialize;
use url::Url;
use uuid::Uuid;
use web_frame::{App, Frame, Section, Visit, answer, parts::Nothing};

use crate::door::opened;

/// The window before and after the CRM's own pages.
#[derive(Debug, Template)]
#[template(path = "crm.html")]
pub(crate) struct Page {
    frame: Frame,
    name: String,
    step: Step,
}

/// How far the sign-in is.
#[derive(Debug)]
pub(crate) enum Step {
    /// Asks whether to go there.
    Ask(Uuid),
    /// On the way there.
    Going(String),
    /// Back again: what went wrong, if anything did.
    Done(Option<(String, String)>),
}

impl Page {
    pub(crate) fn new(frame: Frame, name: String, step: Step) -> Self {
        let title = frame.say1("web-teams.crm", "name", name.as_str());
        let frame = Frame { hosted: true, ..frame.at(Section::Nowhere, title) };
        Self { frame, name, step }
    }
}

async fn offered(app: &App, visit: &Visit, id: Uuid) -> Result<Overview, Problem> {
    let all = app.crm.mine(&visit.scope).await?;
    let found = all.into_iter().find(|one| one.system.id == id);
    let elsewhere = found.filter(|one| one.system.kind != SystemKind::Embedded);
    elsewhere.ok_or_else(|| crm_connections::Error::SystemNotFound.into())
}

pub(crate) async fn ask(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
) -> Result<Response, Problem> {
    let one = offered(&app, &visit, id).await?;
    Ok(opened(answer::page(&Page::new(visit.frame, one.system.name, Step::Ask(id)))))
}

/// Sends the window to the CRM; the cookie brings it back here and not to the hub's own page.
pub(crate) async fn go(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let one = offered(&app, &visit, id).await?;
    let url: Url = match app.crm.begin_sign_in(&visit.scope, id).await {
        Ok(url) => url,
        Err(error) => {
            let to = format!("/teams/crm/done?failed={}", error.code().name());
            return Ok(opened(Redirect::to(&to).into_response()));
        }
    };
    let page = Page::new(visit.frame, one.system.name, Step::Going(url.to_string()));
    let mut response = opened(answer::page(&page));
    let secure = if visit.context.is_secure() { "; Secure" } else { "" };
    let line =
        format!("{BACK}=teams; Path=/crm/sign-in; Max-Age=900; HttpOnly; SameSite=Lax{secure}");
    if let Ok(value) = HeaderValue::from_str(&line) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Came {
    failed: String,
}

/// Back from the CRM.
pub(crate) async fn done(visit: Visit, Query(came): Query<Came>) -> Response {
    let frame = visit.frame;
    let known = came.failed.split('.').next().is_some_and(|root| ROOTS.contains(&root));
    let failed = known.then(|| (frame.t.code(&came.failed), frame.t.code_detail(&came.failed)));
    opened(answer::page(&Page::new(frame, String::new(), Step::Done(failed))))
}

pub(crate) async fn choose(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.crm.choose(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/teams/home", "web-teams.chosen"))
}

pub(crate) async fn disconnect(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.crm.disconnect(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/teams/home", "web-teams.disconnected"))
}

/// The cookie that says whence a sign-in began; `web-crm` reads it.
const BACK: &str = "liaison-crm-back";
/// What codes of refusals begin with.
const ROOTS: [&str; 7] = [
    "crm",
    "crm_connection",
    "crm_sign_in",
    "authorization",
    "provider",
    "data_policy",
    "outbound",
];
