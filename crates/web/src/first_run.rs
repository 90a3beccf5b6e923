//! The first run in three steps (administrator, organisation, first webhook), and the page behind a link for a
//! new password.

mod steps;

use askama::Template;
use axum::{Router, extract::State, http::StatusCode, response::Response};
use edge::{Form, Problem, Query, get, get_and_post};
use identity::users::NewUser;
use kernel::{Coded as _, FieldError, Secret};
use serde::Deserialize;
use web_frame::{AnyVisit, App, Field, Frame, Section, answer};

use super::sign_in::{caller, signed_in};

/// The page that makes the first administrator.
#[derive(Debug, Template)]
#[template(path = "first_run.html")]
pub(crate) struct FirstRunPage {
    frame: Frame,
    link: String,
    fields: Vec<Field>,
    problem: Option<(String, String)>,
}

/// The page that takes a new password.
#[derive(Debug, Template)]
#[template(path = "password_link.html")]
pub(crate) struct PasswordLinkPage {
    frame: Frame,
    link: String,
    password: Field,
    problem: Option<(String, String)>,
}

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/first-run", get_and_post(first_run, make_administrator))
        .route(
            "/first-run/organisation",
            get_and_post(steps::organisation, steps::name_organisation),
        )
        .route("/first-run/webhook", get_and_post(steps::first_webhook, steps::make_webhook))
        .route("/first-run/webhook/{webhook}", get(steps::preview))
        .route("/password-link", get_and_post(password_link, set_password))
}

#[derive(Debug, Deserialize)]
struct Link {
    #[serde(default)]
    link: String,
}

async fn first_run(
    State(app): State<App>,
    visit: AnyVisit,
    Query(link): Query<Link>,
) -> Result<Response, Problem> {
    let tenant = app.identity.home(visit.context.host()).await?;
    if !app.identity.needs_first_run(tenant.id).await? {
        return Err(Problem::of(&identity::Error::Link));
    }
    let page = FirstRunPage::new(visit.frame, link.link, &Typed::default(), &[]);
    Ok(answer::page(&page))
}

#[derive(Debug, Default, Deserialize)]
struct Typed {
    #[serde(default)]
    link: String,
    display_name: String,
    user_name: String,
    address: String,
    password: String,
    #[serde(default)]
    time_zone: String,
}

async fn make_administrator(
    State(app): State<App>,
    visit: AnyVisit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let AnyVisit { frame, context, .. } = visit;
    if !context.may_sign_in() {
        return Err(Problem::unauthenticated());
    }
    context.count_sign_in()?;
    let tenant = app.identity.home(context.host()).await?.id;
    let filled = |text: &str| (!text.trim().is_empty()).then(|| text.trim().to_owned());
    let new = NewUser {
        user_name: typed.user_name.clone(),
        display_name: typed.display_name.clone(),
        addresses: filled(&typed.address).into_iter().collect(),
        language: None,
        time_zone: filled(&typed.time_zone),
        password: Some(Secret::new(typed.password.clone())),
        roles: Vec::new(),
    };
    match app.identity.redeem_first_run(&caller(&context), tenant, &typed.link, new).await {
        Ok(session) => Ok(signed_in(&context, &session, "/first-run/organisation")),
        Err(error) => {
            let problem = Problem::of(&error);
            if problem.status().is_server_error() {
                return Err(problem);
            }
            let code = error.code().name();
            let said = (frame.t.code(code), frame.t.code_detail(code));
            let mut page = FirstRunPage::new(frame, typed.link.clone(), &typed, error.fields());
            page.problem = Some(said);
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

async fn password_link(visit: AnyVisit, Query(link): Query<Link>) -> Response {
    answer::page(&PasswordLinkPage::new(visit.frame, link.link, &[]))
}

#[derive(Debug, Deserialize)]
struct NewPassword {
    link: String,
    password: String,
}

async fn set_password(
    State(app): State<App>,
    visit: AnyVisit,
    Form(typed): Form<NewPassword>,
) -> Result<Response, Problem> {
    let AnyVisit { frame, context, .. } = visit;
    if !context.may_sign_in() {
        return Err(Problem::unauthenticated());
    }
    context.count_sign_in()?;
    let tenant = app.identity.home(context.host()).await?.id;
    let password = Secret::new(typed.password);
    let caller = caller(&context);
    match app.identity.redeem_password_link(&caller, tenant, &typed.link, password).await {
        Ok(_user) => Ok(answer::back_with(&context, "/sign-in", "password-set")),
        Err(error) => {
            let problem = Problem::of(&error);
            if problem.status().is_server_error() {
                return Err(problem);
            }
            let code = error.code().name();
            let said = (frame.t.code(code), frame.t.code_detail(code));
            let mut page = PasswordLinkPage::new(frame, typed.link, error.fields());
            page.problem = Some(said);
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

impl FirstRunPage {
    fn new(frame: Frame, link: String, typed: &Typed, errors: &[FieldError]) -> Self {
        let title = frame.say("first-run");
        let frame = frame.at(Section::Nowhere, title);
        let fields = [
            Field::text("display_name", frame.say("first-run-your-name"))
                .value(&typed.display_name)
                .required()
                .max(100)
                .autocomplete("name")
                .autofocus(),
            Field::text("user_name", frame.say("first-run-user-name"))
                .value(&typed.user_name)
                .required()
                .max(64)
                .hint(frame.say("first-run-user-name-hint"))
                .autocomplete("username"),
            Field::input("email", "address", frame.say("first-run-address"))
                .value(&typed.address)
                .max(254)
                .autocomplete("email"),
            Field::input("password", "password", frame.say("first-run-password"))
                .required()
                .hint(frame.say("password-hint"))
                .autocomplete("new-password"),
        ];
        let fields = fields.into_iter().map(|field| field.checked(errors, frame.t)).collect();
        Self { frame, link, fields, problem: None }
    }

    /// The page in its states.
    #[cfg(test)]
    pub(crate) fn samples(frame: &Frame) -> Vec<(&'static str, Self)> {
        let frame = Frame { person: None, csrf: String::new(), ..frame.clone() };
        let short = FieldError::new("/password", "password.too_short", "at least 12 characters");
        let errors = [short.with_limit(12)];
        let typed = Typed { user_name: "ada".into(), ..Typed::default() };
        vec![
            ("plain", Self::new(frame.clone(), "link".into(), &Typed::default(), &[])),
            ("mistake", Self::new(frame, "link".into(), &typed, &errors)),
        ]
    }
}

impl PasswordLinkPage {
    fn new(frame: Frame, link: String, errors: &[FieldError]) -> Self {
        let title = frame.say("password-new");
        let frame = frame.at(Section::Nowhere, title);
        let password = Field::input("password", "password", frame.say("password-new"))
            .required()
            .hint(frame.say("password-hint"))
            .autocomplete("new-password")
            .autofocus()
            .checked(errors, frame.t);
        Self { frame, link, password, problem: None }
    }

    /// The page in its states.
    #[cfg(test)]
    pub(crate) fn samples(frame: &Frame) -> Vec<(&'static str, Self)> {
        let frame = Frame { person: None, csrf: String::new(), ..frame.clone() };
        vec![("plain", Self::new(frame, "link".into(), &[]))]
    }
}

#[cfg(test)]
mod tests {
    use web_proof::show;

    use super::*;

    #[test]
    fn the_first_page_asks_for_the_administrator() {
        show("first-run", FirstRunPage::samples);
    }

    #[test]
    fn a_password_link_asks_for_one_thing() {
        show("password-link", PasswordLinkPage::samples);
    }
}
