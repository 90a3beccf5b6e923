//! A seller's own CRM: which there are, which is used, what is wrong with it, and the way there and back.

use askama::Template;
use axum::{
    extract::State as Shelf,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::{IntoResponse as _, Redirect, Response},
};
use crm_connections::{BroughtBack, Overview, State, SystemKind};
use edge::{Form, Path, Problem, Query};
use identity::environments::Environment;
use kernel::{Coded as _, Permission, Secret};
use serde::Deserialize;
use url::Url;
use uuid::Uuid;
use web_frame::{App, Frame, Visit, answer, parts::Nothing, section};

use crate::{badge, kind_name, may_manage, state_name, told};

/// The page.
#[derive(Debug, Template)]
#[template(path = "mine.html")]
pub(crate) struct Page {
    frame: Frame,
    cards: Vec<Card>,
    /// What a sign-in came to that did not go well: the code, title and remedy.
    failed: Option<(String, String, String)>,
    may_manage: bool,
    /// The CRM that was signed in to for the first time just now: then the page says what that is good for.
    welcome: Option<String>,
    /// Where sellers ask each other; empty where the roll-out names no such place.
    community: String,
}

/// One CRM.
#[derive(Debug)]
struct Card {
    overview: Overview,
    kind: String,
    /// Where it is.
    place: String,
    badge: &'static str,
    icon: &'static str,
    state: String,
    /// Title and remedy of what is wrong.
    trouble: Option<(String, String)>,
    /// The policy in the way, for those who may change it.
    policy: Option<String>,
}

impl Card {
    fn new(frame: &Frame, overview: Overview, environments: &[Environment]) -> Self {
        let system = &overview.system;
        let named = |id| {
            let known = environments.iter().find(|known| known.id == id);
            known.map(|known| known.name.clone()).unwrap_or_default()
        };
        let is_embedded = system.kind == SystemKind::Embedded;
        let state = overview.connection.as_ref().map(|one| one.state);
        let (badge, icon, state_word) = match (state, &overview.blocked) {
            _ if is_embedded => ("good", "check-circle", frame.say("web-crm.state-ready")),
            (_, Some(_)) => ("bad", "error", frame.say("web-crm.state-blocked")),
            (Some(state), None) => {
                let (class, icon) = badge(state);
                (class, icon, state_name(frame, state))
            }
            (None, None) => ("", "plug-off", frame.say("web-crm.state-none")),
        };
        let policy = overview.blocked.as_ref().filter(|_| frame.may(Permission::DataPolicyManage));
        let policy = policy.map(|blocked| {
            let environment = named(blocked.environment);
            let args = [
                ("policy", blocked.policy.as_str().into()),
                ("environment", environment.as_str().into()),
            ];
            frame.say_with("web-crm.blocked-by", &args)
        });
        let reason = overview.connection.as_ref().filter(|one| one.state != State::Connected);
        let reason = reason.and_then(|one| one.reason.as_deref());
        let trouble = if overview.blocked.is_some() {
            let title = frame.say("web-crm.blocked");
            Some((title, frame.say("web-crm.blocked-what")))
        } else {
            reason.and_then(|code| told(frame, code))
        };
        let place = match (system.environment, &system.address) {
            (Some(id), _) => named(id),
            (None, Some(url)) => url.host_str().unwrap_or_default().to_owned(),
            (None, None) => String::new(),
        };
        let kind = kind_name(frame, system.kind);
        Self { kind, place, badge, icon, state: state_word, trouble, policy, overview }
    }

    fn is_embedded(&self) -> bool {
        self.overview.system.kind == SystemKind::Embedded
    }

    fn is_connected(&self) -> bool {
        self.overview.connection.as_ref().is_some_and(|one| one.state == State::Connected)
    }

    /// Whether there is a connection that can be ended.
    fn can_disconnect(&self) -> bool {
        self.overview.connection.is_some() && !self.is_embedded()
    }

    fn dialog(&self) -> String {
        format!("disconnect-{}", self.overview.system.id)
    }

    fn can_use(&self) -> bool {
        !self.overview.chosen && (self.is_embedded() || self.is_connected())
    }

    /// Whether its records can be worked on now.
    fn is_used(&self) -> bool {
        self.overview.chosen
            && self.trouble.is_none()
            && (self.is_embedded() || self.is_connected())
    }

    fn path(&self, rest: &str) -> String {
        format!("/crm/{}{rest}", self.overview.system.id)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    failed: String,
    welcome: Option<Uuid>,
}

pub(crate) async fn page(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let all = app.crm.mine(&visit.scope).await?;
    let environments = app.identity.environments(&visit.scope).await?;
    let welcome = asked.welcome.and_then(|id| greeted(&all, id));
    let page = Page::new(visit.frame, all, &environments, &asked.failed);
    let community = app.deployment.community(&visit.scope).await?;
    Ok(answer::page(&page.greeting(welcome).asking(community)))
}

/// The name of a CRM that the seller is connected to.
fn greeted(all: &[Overview], id: Uuid) -> Option<String> {
    let found = all.iter().find(|one| one.system.id == id)?;
    let is_connected = found.connection.as_ref()?.state == State::Connected;
    is_connected.then(|| found.system.name.clone())
}

impl Page {
    pub(crate) fn new(
        frame: Frame,
        all: Vec<Overview>,
        environments: &[Environment],
        failed: &str,
    ) -> Self {
        let title = frame.say("web-crm.title");
        let failed = told(&frame, failed)
            .map(|(title, detail)| (protocol(failed).to_owned(), title, detail));
        let cards = all.into_iter().map(|one| Card::new(&frame, one, environments)).collect();
        Self {
            cards,
            failed,
            may_manage: may_manage(&frame),
            welcome: None,
            community: String::new(),
            frame: section::connectors(frame, "crm", title),
        }
    }

    /// The same with a welcome to a CRM.
    pub(crate) fn greeting(self, welcome: Option<String>) -> Self {
        Self { welcome, ..self }
    }

    /// The same with a place where sellers ask each other.
    pub(crate) fn asking(self, community: String) -> Self {
        Self { community, ..self }
    }
}

/// The code that the documentation of a CRM knows, else ours.
fn protocol(code: &str) -> &str {
    match code {
        "crm_sign_in.app_blocked" => "OAUTH_APP_BLOCKED",
        "crm_sign_in.app_access_denied" => "OAUTH_APP_ACCESS_DENIED",
        "crm_sign_in.wrong_domain" => "invalid_grant",
        "data_policy.violation" => "ConnectionApiPolicyViolation",
        other => other,
    }
}

/// The page between the hub and the CRM. It goes on by itself: an answer that redirects after a form may lead nowhere
/// but to the hub (`form-action`).
#[derive(Debug, Template)]
#[template(path = "going.html")]
pub(crate) struct Going {
    frame: Frame,
    url: String,
    host: String,
}

impl Going {
    pub(crate) fn new(frame: Frame, url: &Url) -> Self {
        let host = url.host_str().unwrap_or_default().to_owned();
        let title = frame.say1("web-crm.going", "host", host.as_str());
        Self {
            frame: section::connectors(frame, "crm", title).back_to("/crm"),
            url: url.to_string(),
            host,
        }
    }
}

pub(crate) async fn there(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    match app.crm.begin_sign_in(&visit.scope, id).await {
        Ok(url) => Ok(answer::page(&Going::new(visit.frame, &url))),
        Err(error @ crm_connections::Error::SystemNotFound) => Err(error.into()),
        Err(error) => Ok(failed(error.code().name())),
    }
}

/// What the CRM wrote into the address (RFC 6749 §4.1.2, RFC 9207).
#[derive(Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    state: String,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
    error_description: Option<String>,
}

/// Takes the seller back, with what came of it. The redirect leaves the code behind.
pub(crate) async fn back(
    Shelf(app): Shelf<App>,
    visit: Visit,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Result<Response, Problem> {
    let brought = BroughtBack {
        state: answer.state,
        code: answer.code.map(Secret::new),
        error: answer.error,
        description: answer.error_description,
        issuer: answer.iss,
    };
    let came = Box::pin(app.crm.return_from_sign_in(&visit.scope, brought)).await;
    if edge::cookie(&headers, TEAMS).is_some() {
        return Ok(to_teams(came.err().as_ref()));
    }
    match came {
        // the first time the page says what it is good for
        Ok(made) if made.connected_at == Some(made.created_at) => {
            let to = format!("/crm?welcome={}", made.system);
            Ok(answer::back_with(&visit.context, &to, "web-crm.signed-in"))
        }
        Ok(_) => Ok(answer::back_with(&visit.context, "/crm", "web-crm.signed-in")),
        Err(error) => Ok(failed(error.code().name())),
    }
}

/// To the window that a tab in Microsoft Teams opened, which still knows who opened it.
fn to_teams(error: Option<&crm_connections::Error>) -> Response {
    let failed = error.map(|error| format!("?failed={}", error.code().name()));
    let to = format!("/teams/crm/done{}", failed.unwrap_or_default());
    let gone = format!("{TEAMS}=; Path=/crm/sign-in; Max-Age=0; HttpOnly; SameSite=Lax");
    let opener = HeaderName::from_static("cross-origin-opener-policy");
    let mut response = Redirect::to(&to).into_response();
    response.headers_mut().insert(opener, HeaderValue::from_static("unsafe-none"));
    if let Ok(value) = HeaderValue::from_str(&gone) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// The cookie of a sign-in that began in a window of Microsoft Teams.
const TEAMS: &str = "liaison-crm-back";

/// To the page, which says what the code means.
fn failed(code: &str) -> Response {
    Redirect::to(&format!("/crm?failed={code}")).into_response()
}

pub(crate) async fn choose(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.crm.choose(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/crm", "web-crm.chosen"))
}

pub(crate) async fn disconnect(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(id): Path<Uuid>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.crm.disconnect(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/crm", "web-crm.disconnected"))
}
