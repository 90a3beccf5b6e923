//! Incoming webhooks: the list, and making one.

mod change;
mod log;
mod page;

use askama::Template;
use axum::{
    Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse as _, Redirect, Response},
};
use channel_connectors::{Listed, NewWebhook, Webhook};
use edge::{Form, PageQuery, Problem, Query, get, get_and_post, post};
use jiff::Timestamp;
use kernel::{ChannelId, Coded as _, FieldError, Permission, WebhookId};
use serde::Deserialize;
use web_frame::{App, Field, Frame, Section, Visit, answer};

use super::channel::branches;
use crate::teams::Make;

/// The addresses of webhooks.
pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/webhooks", get_and_post(list, create))
        .route("/webhooks/new", get(new))
        .route("/webhooks/{webhook}", get_and_post(page::page, change::update))
        .route("/webhooks/{webhook}/icon", get(page::icon))
        .route("/webhooks/{webhook}/enable", post(change::enable))
        .route("/webhooks/{webhook}/disable", post(change::disable))
        .route("/webhooks/{webhook}/rotate", post(change::rotate))
        .route("/webhooks/{webhook}/hand-over", post(change::hand_over))
        .route("/webhooks/{webhook}/delete", post(change::delete))
        .route("/webhooks/{webhook}/restore", post(change::restore))
        .route("/webhooks/{webhook}/test", post(change::test))
        .route("/webhooks/{webhook}/log/{entry}", get(log::entry))
        .route("/webhooks/{webhook}/log/{entry}/replay", post(log::replay))
}

/// The list of webhooks.
#[derive(Debug, Template)]
#[template(path = "webhook/list.html")]
pub(crate) struct List {
    frame: Frame,
    rows: Vec<Line>,
    next: Option<String>,
    /// Whether the reader may see everybody's.
    may_all: bool,
    all: bool,
}

/// A webhook of the list.
#[derive(Debug)]
pub(crate) struct Line {
    id: WebhookId,
    name: String,
    place: String,
    state: &'static str,
    accepted: String,
    refused: i64,
    last_used_at: Option<Timestamp>,
}

impl Line {
    fn of(webhook: &Webhook, frame: &Frame, places: &Places) -> Self {
        Self {
            id: webhook.id,
            name: webhook.name.clone(),
            place: places.name(webhook.channel),
            state: webhook.state.as_str(),
            accepted: frame.t.number(webhook.totals.accepted),
            refused: webhook.totals.refused + webhook.totals.throttled,
            last_used_at: webhook.totals.last_used_at,
        }
    }

    fn state_key(&self) -> String {
        format!("webhook-state-{}", self.state)
    }
}

/// Names of the channels that the reader sees.
#[derive(Debug, Default)]
pub(crate) struct Places(Vec<(ChannelId, String)>);

impl Places {
    /// Team and channel of everything the reader may open.
    pub(crate) async fn read(app: &App, visit: &Visit) -> Result<Self, Problem> {
        let name = |branch: &workspace::Branch| {
            let (team, channel) = (&branch.access.team.name, &branch.access.channel);
            (channel.id, format!("{team} › {}", channel.name))
        };
        Ok(Self(branches(app, visit).await?.iter().map(name).collect()))
    }

    pub(crate) fn name(&self, channel: ChannelId) -> String {
        let found = self.0.iter().find(|(id, _)| *id == channel);
        found.map_or_else(|| "–".to_owned(), |(_, name)| name.clone())
    }
}

#[derive(Debug, Default, Deserialize)]
struct Which {
    #[serde(default)]
    show: String,
}

async fn list(
    State(app): State<App>,
    visit: Visit,
    Query(which): Query<Which>,
    page: PageQuery,
) -> Result<Response, Problem> {
    let may_all = visit.frame.may(Permission::WebhookManageAll);
    let all = may_all && which.show == "all";
    let listed = if all { Listed::All } else { Listed::Mine };
    let found = app.connectors.list(&visit.scope, listed, page.limit, page.after.as_ref()).await?;
    let places = Places::read(&app, &visit).await?;
    let show = if all { "all" } else { "mine" };
    let next = found.next.map(|cursor| format!("/webhooks?show={show}&after={cursor}"));
    let rows = found.items.iter().map(|w| Line::of(w, &visit.frame, &places)).collect();
    let title = visit.frame.say("webhooks");
    let frame = visit.frame.at(Section::Webhooks, title);
    Ok(answer::page(&List { frame, rows, next, may_all, all }))
}

#[derive(Debug, Default, Deserialize)]
struct Typed {
    #[serde(default)]
    channel: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    adopt: String,
}

async fn new(
    State(app): State<App>,
    visit: Visit,
    Query(typed): Query<Typed>,
) -> Result<Response, Problem> {
    let places = Places::read(&app, &visit).await?;
    Ok(answer::page(&make(visit.frame, &places, &typed, &[])))
}

async fn create(
    State(app): State<App>,
    visit: Visit,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let channel: Option<ChannelId> = typed.channel.parse().ok();
    let Some(channel) = channel else {
        let places = Places::read(&app, &visit).await?;
        let errors = [FieldError::new("/channel", "input.required", "choose a channel")];
        let page = make(visit.frame, &places, &typed, &errors);
        return Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page));
    };
    let adopt = (!typed.adopt.trim().is_empty()).then(|| typed.adopt.trim().to_owned());
    let new = NewWebhook { name: typed.name.clone(), adopt, ..NewWebhook::default() };
    match app.connectors.create(&visit.scope, channel, new).await {
        Ok((webhook, _addresses)) => {
            let to = format!("/webhooks/{}", webhook.id);
            Ok(answer::back_with(&visit.context, &to, "webhook-created"))
        }
        Err(error) if !error.fields().is_empty() => {
            let places = Places::read(&app, &visit).await?;
            let page = make(visit.frame, &places, &typed, error.fields());
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
        Err(error) => Err(error.into()),
    }
}

fn make(frame: Frame, places: &Places, typed: &Typed, errors: &[FieldError]) -> Make {
    let channels = places.0.iter().map(|(id, name)| (id.to_string(), name.clone()));
    let fields = [
        Field::text("name", frame.say("webhook-name"))
            .value(&typed.name)
            .required()
            .max(100)
            .placeholder(frame.say("webhook-name-placeholder"))
            .autofocus(),
        Field::select("channel", frame.say("webhook-channel"), channels).value(&typed.channel),
        Field::text("adopt", frame.say("webhook-adopt"))
            .value(&typed.adopt)
            .hint(frame.say("webhook-adopt-hint"))
            .autocomplete("off"),
    ];
    let fields = fields.into_iter().map(|field| field.checked(errors, frame.t)).collect();
    let cancel = match typed.channel.parse::<ChannelId>() {
        Ok(channel) => format!("/channels/{channel}"),
        Err(_) => "/webhooks".to_owned(),
    };
    let title = frame.say("webhook-new");
    Make { frame: frame.at(Section::Webhooks, title), action: "/webhooks".into(), cancel, fields }
}

fn to_page(id: WebhookId) -> Response {
    Redirect::to(&format!("/webhooks/{id}")).into_response()
}

#[cfg(test)]
mod tests {
    use web_proof::show;

    use super::*;

    fn samples(frame: &Frame) -> Vec<(&'static str, List)> {
        let list = |rows| List {
            frame: Frame { section: Section::Webhooks, ..frame.clone() },
            rows,
            next: None,
            may_all: true,
            all: false,
        };
        let id: WebhookId = uuid::Uuid::from_u128(7).into();
        let line = Line {
            id,
            name: "Alertmanager".into(),
            place: "Operations › alerts".into(),
            state: "enabled",
            accepted: "1,204".into(),
            refused: 3,
            last_used_at: Some(frame.now),
        };
        vec![("empty", list(Vec::new())), ("rows", list(vec![line]))]
    }

    #[test]
    fn the_list_teaches_the_first_step_and_shows_what_is_there() {
        show("webhooks", samples);
    }
}
