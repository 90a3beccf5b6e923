//! Signing in inside a frame of a host: a tab in Microsoft Teams, the pane in Outlook.
//!
//! The page in the frame asks the host for a token of the person, and takes the session that the token stands for. Where
//! the host has none to give, the person presses a button: a window of the hub opens, in which they are or become signed
//! in as everywhere, and hands the frame a code. It gives it to a frame of the hub's own origin alone; where the host
//! opened the window, and so stands between the two, the person is asked first, and the code goes to a known host.

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Context, Form, Json, Problem, Query, get, get_and_post, post};
use serde::{Deserialize, Serialize};
use web_frame::{AnyVisit, App, Frame, Section, Visit, answer};

use super::sign_in::{Wanted, caller, own};

pub(crate) fn routes() -> Router<App> {
    let inside = Router::new().route("/framed/sign-in", get(door));
    Router::new()
        .route("/framed/session", post(take))
        .route("/framed/window", get_and_post(window, hand))
        .merge(web_frame::framed(inside))
}

/// The page in the frame.
#[derive(Debug, Template)]
#[template(path = "framed/door.html")]
pub(crate) struct Door {
    frame: Frame,
    next: String,
    /// Whether a session may be given here at all.
    safe: bool,
}

/// The window beside it.
#[derive(Debug, Template)]
#[template(path = "framed/window.html")]
pub(crate) struct Window {
    frame: Frame,
    name: String,
    challenge: String,
}

async fn door(visit: AnyVisit, Query(wanted): Query<Wanted>) -> Response {
    let next = own(&wanted.next);
    if visit.scope.is_some() {
        return Redirect::to(&next).into_response();
    }
    answer::page(&Door::new(visit.frame, next, visit.context.is_secure()))
}

/// What the frame has got: a token of the host, or a code of the window and what proves that the frame asked for it.
#[derive(Debug, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum Got {
    Token { token: String },
    Code { code: String, verifier: String },
}

/// Gives the frame its session.
async fn take(
    State(app): State<App>,
    context: Context,
    headers: HeaderMap,
    Json(got): Json<Got>,
) -> Result<Response, Problem> {
    // nobody is signed in as somebody else by a foreign page
    edge::same_origin(&context, &Method::POST, &headers)?;
    if !context.is_secure() {
        return Err(Problem::unauthenticated());
    }
    context.count_sign_in()?;
    let tenant = app.identity.home(context.host()).await?.id;
    let caller = caller(&context);
    let session = match got {
        Got::Token { token } => {
            app.identity.sign_in_at_host(&caller, tenant, context.host(), &token).await
        }
        Got::Code { code, verifier } => {
            app.identity.take_over(&caller, tenant, &code, &verifier).await
        }
    }?;
    let lives = std::time::Duration::try_from(session.expires_at.duration_since(context.at())).ok();
    let cookie = edge::framed_session_cookie(session.secret.expose(), lives);
    let headers = [(header::SET_COOKIE, cookie)];
    Ok((StatusCode::NO_CONTENT, headers).into_response())
}

#[derive(Debug, Deserialize)]
struct Asked {
    #[serde(default)]
    challenge: String,
}

/// The window: whoever is not signed in does so first.
async fn window(visit: Visit, Query(asked): Query<Asked>) -> Response {
    answer::page(&Window::new(visit.frame, asked.challenge))
}

/// What the window's script gives on.
#[derive(Debug, Serialize)]
struct Handed {
    code: String,
}

/// Makes the code: once the script of the window knows that a frame of ours waits, or the person has said so.
async fn hand(
    State(app): State<App>,
    visit: Visit,
    Form(asked): Form<Asked>,
) -> Result<Json<Handed>, Problem> {
    let code = app.identity.hand_over(&visit.scope, &asked.challenge).await?;
    Ok(Json(Handed { code: code.expose().clone() }))
}

impl Door {
    fn new(frame: Frame, next: String, safe: bool) -> Self {
        let title = frame.say("sign-in");
        Self { frame: frame.at(Section::Nowhere, title), next, safe }
    }

    /// The page in its states.
    #[cfg(test)]
    pub(crate) fn samples(frame: &Frame) -> Vec<(&'static str, Self)> {
        let of = |safe| {
            let frame = Frame { person: None, csrf: String::new(), hosted: true, ..frame.clone() };
            Self::new(frame, "/linked/1".into(), safe)
        };
        vec![("asks", of(true)), ("unsafe", of(false))]
    }
}

impl Window {
    fn new(frame: Frame, challenge: String) -> Self {
        let title = frame.say("framed-window");
        let name = frame.person.as_ref().map(|person| person.name.clone()).unwrap_or_default();
        // nothing but the question stands in it
        let frame = Frame { hosted: true, ..frame.at(Section::Nowhere, title) };
        Self { frame, name, challenge }
    }

    /// The page in its states.
    #[cfg(test)]
    pub(crate) fn samples(frame: &Frame) -> Vec<(&'static str, Self)> {
        vec![("asks", Self::new(frame.clone(), "a-challenge".into()))]
    }
}

#[cfg(test)]
mod tests {
    use web_proof::show;

    use super::*;

    #[test]
    fn a_frame_asks_for_a_window_and_the_window_says_for_whom() {
        show("framed-door", Door::samples);
        show("framed-window", Window::samples);
    }
}
