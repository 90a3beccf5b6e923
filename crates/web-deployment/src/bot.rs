//! The bot behind the message extension of Teams: what it is registered with, and what the registration needs of the hub.

use askama::Template;
use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, Problem};
use kernel::Coded as _;
use serde::Deserialize;
use teams_app::{Bot, NewBot};
use web_frame::{App, Field, Frame, Visit, answer, parts::Nothing};

use crate::at;

/// What was typed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Typed {
    application_id: String,
    directory_id: String,
    issuer: String,
    metadata_url: String,
}

impl Typed {
    pub(crate) fn of(bot: &Bot) -> Self {
        Self {
            application_id: bot.application.to_string(),
            directory_id: bot.directory.map(|id| id.to_string()).unwrap_or_default(),
            issuer: bot.issuer.clone(),
            metadata_url: bot.metadata.clone(),
        }
    }

    fn bot(&self) -> NewBot {
        NewBot {
            application: self.application_id.clone(),
            directory: self.directory_id.clone(),
            issuer: self.issuer.clone(),
            metadata: self.metadata_url.clone(),
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
}

pub(crate) async fn page(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let bot = app.deployment.teams().bot(&visit.scope).await?;
    let typed = bot.as_ref().map(Typed::of).unwrap_or_default();
    let page = Page::new(visit.frame, (&typed, bot.is_some()), &[], &visit.context.base_url());
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
            let is_set = teams.bot(&visit.scope).await?.is_some();
            let base = visit.context.base_url();
            let page = Page::new(visit.frame, (&typed, is_set), error.fields(), &base);
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

impl Page {
    pub(crate) fn new(
        frame: Frame,
        (typed, is_set): (&Typed, bool),
        wrong: &[kernel::FieldError],
        base: &str,
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
        ];
        let clouds =
            vec![field("issuer", &typed.issuer), field("metadata_url", &typed.metadata_url)];
        let title = frame.say("web-deployment.teams");
        let endpoint = format!("{base}/teams/bot/messages");
        Self { fields, clouds, endpoint, is_set, frame: at(frame, "teams", title) }
    }
}
