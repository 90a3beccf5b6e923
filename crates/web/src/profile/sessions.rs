//! Where one is signed in.

use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Form, Path, Problem};
use identity::credentials::Credential;
use jiff::Timestamp;
use kernel::CredentialId;
use web_frame::{App, Frame, Visit, answer, parts::Nothing};

use super::{at, myself};

/// The page of sessions.
#[derive(Debug, Template)]
#[template(path = "profile/sessions.html")]
pub(crate) struct Sessions {
    frame: Frame,
    tab: &'static str,
    rows: Vec<Row>,
}

/// A session.
#[derive(Debug)]
struct Row {
    id: CredentialId,
    device: String,
    origin: String,
    created_at: Timestamp,
    last_used_at: Option<Timestamp>,
    factor: bool,
    here: bool,
}

impl Row {
    fn of(session: &Credential, here: Option<CredentialId>) -> Self {
        Self {
            id: session.id,
            device: device(&session.label),
            origin: session.origin.clone().unwrap_or_default(),
            created_at: session.created_at,
            last_used_at: session.last_used_at,
            factor: session.factor.is_second(),
            here: here == Some(session.id),
        }
    }

    fn end(&self) -> String {
        format!("/profile/sessions/{}/end", self.id)
    }
}

pub(super) async fn page(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let all = app.identity.sessions(&visit.scope, myself(&visit)?).await?;
    let here = visit.scope.credential();
    let rows = all.iter().map(|session| Row::of(session, here)).collect();
    Ok(answer::page(&Sessions::new(visit.frame, rows)))
}

pub(super) async fn end(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<CredentialId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.identity.end_session(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, "/profile/sessions", "session-ended"))
}

pub(super) async fn end_all(
    State(app): State<App>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.identity.sign_out_everywhere(&visit.scope, myself(&visit)?).await?;
    let mut response = Redirect::to("/sign-in").into_response();
    response.headers_mut().append(header::SET_COOKIE, edge::clear_session_cookie(&visit.context));
    Ok(response)
}

impl Sessions {
    fn new(frame: Frame, rows: Vec<Row>) -> Self {
        Self { frame: at(frame, "profile-tab-sessions"), tab: "sessions", rows }
    }
}

/// Browser and system of a `User-Agent`; what is neither is told as it is, shortened.
pub(crate) fn device(agent: &str) -> String {
    const BROWSERS: [(&str, &str); 7] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("HeadlessChrome/", "Chrome"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("Windows", "Windows"),
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("Android", "Android"),
        ("Mac OS", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let named = |list: &[(&str, &'static str)]| {
        list.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} · {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) if agent.is_empty() => "–".to_owned(),
        (None, None) => agent.chars().take(60).collect(),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;
    use web_proof::show;

    use super::*;

    #[test]
    fn a_session_is_known_by_browser_and_system() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
        let edge = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126 Safari/537 Edg/126";
        assert_eq!(device(firefox), "Firefox · Linux");
        assert_eq!(device(edge), "Edge · Windows");
        assert_eq!(device("curl/8.5.0"), "curl");
        assert_eq!(device("robot <x>"), "robot <x>");
        assert_eq!(device(""), "–");
    }

    #[test]
    fn sessions_are_listed_and_can_be_ended() {
        show("profile-sessions", |frame| {
            let row = |n, here| Row {
                id: Uuid::from_u128(n).into(),
                device: "Firefox · Linux".into(),
                origin: "192.0.2.7".into(),
                created_at: frame.now,
                last_used_at: Some(frame.now),
                factor: here,
                here,
            };
            vec![("plain", Sessions::new(frame.clone(), vec![row(1, true), row(2, false)]))]
        });
    }
}
