//! The bot behind the message extension of Teams, which people can talk with: what it is registered with, and what the registration needs of the hub.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, Problem};
use jiff::Timestamp;
use kernel::{Coded as _, Secret};
use serde::Deserialize;
use teams_app::{Bot, NewBot};
use web_frame::{App, Field, Frame, Visit, answer, parts::Nothing};

use crate::at;

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    pub(crate) application_id: String,
    pub(crate) directory_id: String,
    pub(crate) issuer: String,
    pub(crate) metadata_url: String,
    pub(crate) login_url: String,
    pub(crate) client_secret: String,
    pub(crate) secret_expires_on: String,
}

impl Typed {
    pub(crate) fn of(bot: &Bot) -> Self {
        Self {
            application_id: bot.application.to_string(),
            directory_id: bot.directory.map(|id| id.to_string()).unwrap_or_default(),
            issuer: bot.issuer.clone(),
            metadata_url: bot.metadata.clone(),
            login_url: bot.secret.as_ref().map(|one| one.login.clone()).unwrap_or_default(),
            client_secret: String::new(),
            secret_expires_on: bot
                .secret
                .as_ref()
                .and_then(|one| one.expires_at)
                .map(|at| at.strftime("%F").to_string())
                .unwrap_or_default(),
        }
    }

    fn bot(&self) -> NewBot {
        NewBot {
            application: self.application_id.clone(),
            directory: self.directory_id.clone(),
            issuer: self.issuer.clone(),
            metadata: self.metadata_url.clone(),
            secret: Some(Secret::new(self.client_secret.clone())),
            login: self.login_url.clone(),
            expires_on: Some(self.secret_expires_on.clone()),
        }
    }
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "bot.html")]
pub(crate) struct Page {
    frame: Frame,
    fields: Vec<Field>,
    clouds: Vec<Field>,
    /// Where the registration sends activities.
    endpoint: String,
    is_set: bool,
    /// Since when it has a secret, as people read it.
    secret: Option<String>,
}

/// What is known of the bot beside what was typed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) is_set: bool,
    pub(crate) secret_at: Option<Timestamp>,
    pub(crate) base: &'a str,
}

impl<'a> Known<'a> {
    fn of(bot: Option<&Bot>, base: &'a str) -> Self {
        let secret_at = bot.and_then(|bot| bot.secret.as_ref()).map(|secret| secret.set_at);
        Self { is_set: bot.is_some(), secret_at, base }
    }
}

pub(crate) async fn page(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let bot = app.deployment.teams().bot(&visit.scope).await?;
    let typed = bot.as_ref().map(Typed::of).unwrap_or_default();
    let base = visit.context.base_url();
    let page = Page::new(visit.frame, &typed, &[], Known::of(bot.as_ref(), &base));
    Ok(answer::page(&page))
}

pub(crate) async fn save(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let teams = app.deployment.teams();
    match teams.set_bot(&visit.scope, Some(typed.bot())).await {
        Ok(_) => Ok(answer::back_with(&visit.context, "/admin/deployment/teams", "saved")),
        Err(error @ teams_app::Error::Invalid { .. }) => {
            let (bot, base) = (teams.bot(&visit.scope).await?, visit.context.base_url());
            let known = Known::of(bot.as_ref(), &base);
            let page = Page::new(visit.frame, &typed, error.fields(), known);
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn delete(
    State(app): State<App>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.deployment.teams().set_bot(&visit.scope, None).await?;
    Ok(answer::back_with(&visit.context, "/admin/deployment/teams", "web-deployment.bot-deleted"))
}

/// Has the directory asked for a token.
pub(crate) async fn check(
    State(app): State<App>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.deployment.teams().try_bot(&visit.scope).await?;
    Ok(answer::back_with(&visit.context, "/admin/deployment/teams", "web-deployment.bot-checked"))
}

impl Page {
    pub(crate) fn new(
        frame: Frame,
        typed: &Typed,
        wrong: &[kernel::FieldError],
        known: Known<'_>,
    ) -> Self {
        let field = |name: &'static str, value: &str| {
            let key = name.replace('_', "-");
            let label = frame.say(&format!("web-deployment.bot-{key}"));
            let hint = frame.say(&format!("web-deployment.bot-{key}-hint"));
            Field::text(name, label).hint(hint).value(value).max(500).checked(wrong, frame.t)
        };
        let fields = vec![
            field("application_id", &typed.application_id).required(),
            field("directory_id", &typed.directory_id),
            // a kept secret is never shown; what is left empty stays
            Field::input(
                "password",
                "client_secret",
                frame.say("web-deployment.bot-client-secret"),
            )
            .hint(frame.say(if known.secret_at.is_some() {
                "web-deployment.bot-client-secret-kept"
            } else {
                "web-deployment.bot-client-secret-hint"
            }))
            .autocomplete("off")
            .max(16_384)
            .checked(wrong, frame.t),
            Field::input(
                "date",
                "secret_expires_on",
                frame.say("web-deployment.bot-secret-expires-on"),
            )
            .hint(frame.say("web-deployment.bot-secret-expires-on-hint"))
            .value(&typed.secret_expires_on)
            .checked(wrong, frame.t),
        ];
        let clouds = vec![
            field("issuer", &typed.issuer),
            field("metadata_url", &typed.metadata_url),
            field("login_url", &typed.login_url),
        ];
        let title = frame.say("web-deployment.teams");
        let endpoint = format!("{}/teams/bot/messages", known.base);
        let secret = known.secret_at.map(|at| frame.exact(&at));
        let (is_set, frame) = (known.is_set, at(frame, "teams", title));
        Self { frame, fields, clouds, endpoint, is_set, secret }
    }
}
