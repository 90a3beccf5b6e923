//! Signing in and out: name and password, a second factor, a passkey.

use std::time::Duration;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Context, Form, Problem, Query, get_and_post, post};
use identity::{Answer, Caller, Method, NewSession, Pending, SignIn, SignedIn};
use kernel::{Coded as _, ProviderId, Secret, TenantId};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use web_frame::{AnyVisit, App, Field, Frame, Section, answer, is_own, parts::Nothing};

/// The page with the form.
#[derive(Debug, Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignInPage {
    frame: Frame,
    organisation: String,
    next: String,
    name: Field,
    password: Field,
    /// What went wrong: title and what to do.
    problem: Option<(String, String)>,
    /// Whether a password may be typed here at all.
    safe: bool,
    secure_url: Option<String>,
    providers: Vec<Provider>,
}

/// A button that leads to an OpenID Connect provider.
#[derive(Debug)]
pub(crate) struct Provider {
    pub(crate) href: String,
    pub(crate) name: String,
}

/// The page that asks for the second factor.
#[derive(Debug, Template)]
#[template(path = "second_factor.html")]
pub(crate) struct SecondFactorPage {
    frame: Frame,
    attempt: String,
    methods: Methods,
    /// Options for the browser's passkey dialog, as JSON.
    passkey: String,
    next: String,
    code: Field,
    recovery: Field,
    problem: Option<(String, String)>,
}

/// What can be given; carried in the form so that a mistyped code does not lose it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Methods {
    totp: bool,
    recovery: bool,
    passkey: bool,
}

impl Methods {
    fn of(list: &[Method]) -> Self {
        Self {
            totp: list.contains(&Method::Totp),
            recovery: list.contains(&Method::Recovery),
            passkey: list.contains(&Method::Passkey),
        }
    }

    fn read(text: &str) -> Self {
        let has = |word| text.split(' ').any(|w| w == word);
        Self { totp: has("totp"), recovery: has("recovery"), passkey: has("passkey") }
    }

    fn words(self) -> String {
        let all = [(self.totp, "totp"), (self.recovery, "recovery"), (self.passkey, "passkey")];
        all.into_iter().filter(|(on, _)| *on).map(|(_, word)| word).collect::<Vec<_>>().join(" ")
    }
}

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/sign-in", get_and_post(form, sign_in))
        .route("/sign-in/second", post(second))
        .route("/sign-in/passkey/options", post(passkey_options))
        .route("/sign-in/passkey", post(passkey))
        .route("/sign-out", post(sign_out))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    pub(crate) next: String,
}

async fn form(
    State(app): State<App>,
    visit: AnyVisit,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Problem> {
    if visit.scope.is_some() {
        return Ok(Redirect::to(&own(&wanted.next)).into_response());
    }
    let page = SignInPage::new(&app, &visit.context, visit.frame, own(&wanted.next)).await?;
    Ok(answer::page(&page))
}

#[derive(Debug, Deserialize)]
struct Typed {
    name: String,
    password: String,
    #[serde(default)]
    next: String,
}

async fn sign_in(
    State(app): State<App>,
    visit: AnyVisit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let AnyVisit { frame, context, .. } = visit;
    let next = own(&typed.next);
    if !context.may_sign_in() {
        let page = SignInPage::new(&app, &context, frame, next).await?;
        return Ok(answer::page_with(StatusCode::FORBIDDEN, &page));
    }
    context.count_sign_in()?;
    let tenant = app.identity.home(context.host()).await?.id;
    let who = SignIn { name: typed.name.clone(), password: Secret::new(typed.password) };
    match app.identity.sign_in(&caller(&context), tenant, who).await {
        Ok(SignedIn::Done(session)) => Ok(signed_in(&context, &session, &next)),
        Ok(SignedIn::SecondFactor(pending)) => {
            Ok(answer::page(&SecondFactorPage::new(frame, &pending, next)))
        }
        Err(error) => {
            let mut page = SignInPage::new(&app, &context, frame, next).await?;
            page.problem = Some(told(&page.frame, &error)?);
            page.name = page.name.value(typed.name);
            Ok(answer::page_with(Problem::of(&error).status(), &page))
        }
    }
}

#[derive(Debug, Deserialize)]
struct Second {
    attempt: String,
    #[serde(default)]
    methods: String,
    #[serde(default)]
    options: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    recovery: String,
    #[serde(default)]
    assertion: String,
    #[serde(default)]
    next: String,
}

async fn second(
    State(app): State<App>,
    visit: AnyVisit,
    Form(given): Form<Second>,
) -> Result<Response, Problem> {
    let AnyVisit { frame, context, .. } = visit;
    let next = own(&given.next);
    context.count_sign_in()?;
    let tenant = app.identity.home(context.host()).await?.id;
    let answer = if !given.assertion.is_empty() {
        Answer::Passkey(assertion(&given.assertion)?)
    } else if given.recovery.is_empty() {
        Answer::Totp(given.code.clone())
    } else {
        Answer::Recovery(given.recovery.clone())
    };
    match app.identity.second_factor(&caller(&context), tenant, &given.attempt, answer).await {
        Ok(session) => Ok(signed_in(&context, &session, &next)),
        Err(error @ identity::Error::Attempt) => {
            let mut page = SignInPage::new(&app, &context, frame, next).await?;
            page.problem = Some(told(&page.frame, &error)?);
            Ok(answer::page_with(StatusCode::UNAUTHORIZED, &page))
        }
        Err(error) => {
            let problem = Some(told(&frame, &error)?);
            let methods = Methods::read(&given.methods);
            let page = SecondFactorPage {
                problem,
                ..SecondFactorPage::blank(frame, given.attempt, methods, given.options, next)
            };
            Ok(answer::page_with(Problem::of(&error).status(), &page))
        }
    }
}

/// Begins a sign-in with a passkey alone; a script asks for it.
async fn passkey_options(State(app): State<App>, visit: AnyVisit) -> Result<Response, Problem> {
    let context = visit.context;
    if !context.may_sign_in() {
        return Err(Problem::unauthenticated());
    }
    let tenant = app.identity.home(context.host()).await?.id;
    let (attempt, options) = app.identity.begin_passkey_sign_in(&caller(&context), tenant).await?;
    let body = serde_json::json!({ "attempt": attempt.expose(), "options": options });
    Ok(([(header::CACHE_CONTROL, "no-store")], edge::Json(body)).into_response())
}

async fn passkey(
    State(app): State<App>,
    visit: AnyVisit,
    Form(given): Form<Second>,
) -> Result<Response, Problem> {
    let AnyVisit { frame, context, .. } = visit;
    context.count_sign_in()?;
    let next = own(&given.next);
    let tenant = app.identity.home(context.host()).await?.id;
    let assertion = assertion(&given.assertion)?;
    let caller = caller(&context);
    match app.identity.passkey_sign_in(&caller, tenant, &given.attempt, &assertion).await {
        Ok(session) => Ok(signed_in(&context, &session, &next)),
        Err(error) => {
            let mut page = SignInPage::new(&app, &context, frame, next).await?;
            page.problem = Some(told(&page.frame, &error)?);
            Ok(answer::page_with(Problem::of(&error).status(), &page))
        }
    }
}

async fn sign_out(
    State(app): State<App>,
    visit: AnyVisit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    if let Some(scope) = &visit.scope {
        app.identity.sign_out(scope).await?;
    }
    let mut response = Redirect::to("/sign-in").into_response();
    response.headers_mut().append(header::SET_COOKIE, edge::clear_session_cookie(&visit.context));
    Ok(response)
}

impl SignInPage {
    async fn new(
        app: &App,
        context: &Context,
        frame: Frame,
        next: String,
    ) -> Result<Self, Problem> {
        let tenant = app.identity.home(context.host()).await?;
        let safe = context.may_sign_in();
        let host = context.host().split(':').next().unwrap_or_default();
        let providers = providers(app, context, tenant.id, &next).await?;
        Ok(Self {
            organisation: tenant.name,
            secure_url: (!safe).then(|| format!("https://{host}/")),
            providers,
            ..Self::blank(frame, next, safe)
        })
    }

    fn blank(frame: Frame, next: String, safe: bool) -> Self {
        let title = frame.say("sign-in");
        let frame = frame.at(Section::Nowhere, title);
        let name = Field::text("name", frame.say("sign-in-name")).required().max(320).autofocus();
        let password =
            Field::input("password", "password", frame.say("sign-in-password")).required();
        Self {
            name: name.autocomplete("username"),
            password: password.autocomplete("current-password"),
            organisation: String::new(),
            next,
            problem: None,
            safe,
            secure_url: None,
            providers: Vec::new(),
            frame,
        }
    }

    /// The page in its states.
    #[cfg(test)]
    pub(crate) fn samples(frame: &Frame) -> Vec<(&'static str, Self)> {
        let blank = |safe| {
            let frame = Frame { person: None, csrf: String::new(), ..frame.clone() };
            Self { organisation: "Contoso".into(), ..Self::blank(frame, "/teams".into(), safe) }
        };
        let provider = Provider { href: "/sign-in/provider/1".into(), name: "Contoso ID".into() };
        let refused =
            Some((frame.t.code("sign_in.refused"), frame.t.code_detail("sign_in.refused")));
        vec![
            ("plain", blank(true)),
            ("provider", Self { providers: vec![provider], ..blank(true) }),
            ("refused", Self { problem: refused, ..blank(true) }),
            (
                "unsafe",
                Self { secure_url: Some("https://hub.example.org/".into()), ..blank(false) },
            ),
        ]
    }
}

impl SecondFactorPage {
    fn new(frame: Frame, pending: &Pending, next: String) -> Self {
        let options = pending.passkey.as_ref().map(ToString::to_string).unwrap_or_default();
        let attempt = pending.attempt.expose().clone();
        Self::blank(frame, attempt, Methods::of(&pending.methods), options, next)
    }

    fn blank(
        frame: Frame,
        attempt: String,
        methods: Methods,
        passkey: String,
        next: String,
    ) -> Self {
        let title = frame.say("second-factor");
        let frame = frame.at(Section::Nowhere, title);
        let code = Field::text("code", frame.say("second-factor-code")).max(10);
        let recovery = Field::text("recovery", frame.say("second-factor-recovery")).max(40);
        Self {
            code: code.autocomplete("one-time-code").autofocus(),
            recovery: recovery.autocomplete("off"),
            frame,
            attempt,
            methods,
            passkey,
            next,
            problem: None,
        }
    }

    /// The page in its states.
    #[cfg(test)]
    pub(crate) fn samples(frame: &Frame) -> Vec<(&'static str, Self)> {
        let blank = |words| {
            let frame = Frame { person: None, csrf: String::new(), ..frame.clone() };
            let methods = Methods::read(words);
            Self::blank(frame, "attempt".into(), methods, "{}".into(), "/teams".into())
        };
        let code = "second_factor.refused";
        let refused = Some((frame.t.code(code), frame.t.code_detail(code)));
        vec![
            ("all", blank("totp recovery passkey")),
            ("refused", Self { problem: refused, ..blank("totp recovery") }),
        ]
    }
}

/// What the hub knows of a caller who is not signed in.
pub(crate) fn caller(context: &Context) -> Caller {
    Caller {
        request: context.request(),
        origin: Some(context.client()),
        language: Some(context.language()),
        client: context.agent().to_owned(),
    }
}

/// To where the person wanted, with the session's cookie.
pub(crate) fn signed_in(context: &Context, session: &NewSession, next: &str) -> Response {
    let lives = Duration::try_from(session.expires_at.duration_since(context.at())).ok();
    let cookie = edge::session_cookie(context, session.secret.expose(), lives);
    let mut response = Redirect::to(next).into_response();
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, cookie);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Title and remedy of what a person can mend; our own failures stay problems.
fn told(frame: &Frame, error: &identity::Error) -> Result<(String, String), Problem> {
    let problem = Problem::of(error);
    if problem.status().is_server_error() {
        return Err(problem);
    }
    let code = error.code().name();
    Ok((frame.t.code(code), frame.t.code_detail(code)))
}

fn assertion<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|_source| Problem::of(&identity::Error::SecondFactor))
}

/// A way on that stays on this hub.
pub(crate) fn own(next: &str) -> String {
    if is_own(next) { next.to_owned() } else { "/".to_owned() }
}

async fn providers(
    app: &App,
    context: &Context,
    tenant: TenantId,
    next: &str,
) -> Result<Vec<Provider>, Problem> {
    let offered = app.identity.offered_providers(&caller(context), tenant).await?;
    let button = |(id, name): (ProviderId, String)| {
        let next = utf8_percent_encode(next, NON_ALPHANUMERIC);
        Provider { href: format!("/sign-in/provider/{id}?next={next}"), name }
    };
    Ok(offered.into_iter().map(button).collect())
}

#[cfg(test)]
mod tests {
    use web_proof::show;

    use super::*;

    #[test]
    fn the_form_says_what_went_wrong_and_never_asks_for_a_password_in_the_clear() {
        show("sign-in", SignInPage::samples);
    }

    #[test]
    fn the_second_factor_offers_what_the_person_has() {
        show("second-factor", SecondFactorPage::samples);
    }

    #[test]
    fn methods_survive_the_form() {
        let methods = Methods { totp: true, recovery: false, passkey: true };
        assert_eq!(Methods::read(&methods.words()), methods);
    }
}
