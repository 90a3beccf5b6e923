//! Changing a webhook.

use std::time::Duration;

use axum::{extract::State, http::StatusCode, response::Response};
use channel_connectors::{Busy, Rate, WebhookChange, sample};
use edge::{Form, PageQuery, Path, Problem};
use jiff::civil::Date;
use kernel::{Coded as _, FieldError, Kind, WebhookId};
use serde::Deserialize;
use web_frame::{App, Visit, answer, parts::Nothing};

use super::{
    page::{Asking, Page, Wanted},
    to_page,
};

#[derive(Debug, Deserialize)]
pub(super) struct Typed {
    name: String,
    #[serde(default)]
    second_owner: String,
    #[serde(default)]
    rate: String,
    #[serde(default)]
    per_second: String,
    #[serde(default)]
    per_hour: String,
    #[serde(default)]
    busy: String,
    #[serde(default)]
    expires_at: String,
}

pub(super) async fn update(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<WebhookId>,
    page: PageQuery,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let errors = match wished(&app, &visit, &typed).await? {
        Ok(change) => match app.connectors.update(&visit.scope, id, change).await {
            Ok(_) => {
                let to = format!("/webhooks/{id}");
                return Ok(answer::back_with(&visit.context, &to, "saved"));
            }
            Err(error) if !error.fields().is_empty() => error.fields().to_vec(),
            Err(error) => return Err(error.into()),
        },
        Err(errors) => errors,
    };
    let asking = Asking { wanted: Wanted::default(), page, errors: &errors };
    let page = Page::read(&app, &visit, id, asking).await?;
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// What the form asks for, or what is wrong with it.
async fn wished(
    app: &App,
    visit: &Visit,
    typed: &Typed,
) -> Result<Result<WebhookChange, Vec<FieldError>>, Problem> {
    let wrong = |pointer, code, said: &str| Ok(Err(vec![FieldError::new(pointer, code, said)]));
    let rate = match typed.rate.as_str() {
        "microsoft" => Rate::Microsoft,
        "unlimited" => Rate::Unlimited,
        "custom" => match (typed.per_second.parse(), typed.per_hour.parse()) {
            (Ok(per_second), Ok(per_hour)) => Rate::Custom { per_second, per_hour },
            (Err(_), _) => return wrong("/per_second", "input.number", "a number is expected"),
            (_, Err(_)) => return wrong("/per_hour", "input.number", "a number is expected"),
        },
        _ => Rate::Standard,
    };
    let second_owner = match typed.second_owner.trim() {
        "" => None,
        "-" => Some(None),
        name => match app.find_person(&visit.scope, name).await? {
            Some(user) => Some(Some(user)),
            None => return wrong("/second_owner", "user.not_found", "nobody has this name"),
        },
    };
    let expires_at = match typed.expires_at.trim() {
        "" => None,
        day => {
            let zone = visit.frame.zone.clone();
            let end = day.parse::<Date>().ok().and_then(|day| day.tomorrow().ok());
            match end.and_then(|day| day.to_zoned(zone).ok()) {
                Some(end) => Some(end.timestamp()),
                None => return wrong("/expires_at", "input.date", "a day is expected"),
            }
        }
    };
    let busy = if typed.busy == "503" { Busy::Unavailable } else { Busy::TooManyRequests };
    Ok(Ok(WebhookChange {
        name: Some(typed.name.clone()),
        second_owner,
        rate: Some(rate),
        busy: Some(busy),
        expires_at: Some(expires_at),
        ..WebhookChange::default()
    }))
}

pub(super) async fn enable(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<WebhookId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.connectors.set_enabled(&visit.scope, id, true).await?;
    Ok(answer::back_with(&visit.context, &format!("/webhooks/{id}"), "webhook-enabled"))
}

pub(super) async fn disable(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<WebhookId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.connectors.set_enabled(&visit.scope, id, false).await?;
    let (to, undo) = (format!("/webhooks/{id}"), format!("/webhooks/{id}/enable"));
    Ok(answer::back_with_undo(&visit.context, &to, "webhook-disabled", &undo))
}

#[derive(Debug, Deserialize)]
pub(super) struct Rotation {
    /// `now` ends the old address at once.
    #[serde(default)]
    old: String,
}

pub(super) async fn rotate(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<WebhookId>,
    Form(wish): Form<Rotation>,
) -> Result<Response, Problem> {
    let overlap = (wish.old == "now").then_some(Duration::ZERO);
    app.connectors.rotate(&visit.scope, id, overlap).await?;
    Ok(answer::back_with(&visit.context, &format!("/webhooks/{id}"), "webhook-rotated"))
}

#[derive(Debug, Deserialize)]
pub(super) struct Heir {
    to: String,
}

pub(super) async fn hand_over(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<WebhookId>,
    Form(heir): Form<Heir>,
) -> Result<Response, Problem> {
    let Some(to) = app.find_person(&visit.scope, &heir.to).await? else {
        return Err(Problem::new("user.not_found", Kind::NotFound, "nobody has this name"));
    };
    app.connectors.hand_over(&visit.scope, id, to).await?;
    Ok(answer::back_with(&visit.context, "/webhooks", "webhook-handed-over"))
}

pub(super) async fn delete(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<WebhookId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let configured = app.connectors.lookup(&visit.scope, id).await?.configured;
    app.connectors.delete(&visit.scope, id).await?;
    // what a connector's page set up went with it
    if configured.is_some() {
        return Ok(answer::back_with(&visit.context, "/webhooks", "webhook-deleted"));
    }
    let undo = format!("/webhooks/{id}/restore");
    Ok(answer::back_with_undo(&visit.context, "/webhooks", "webhook-deleted", &undo))
}

pub(super) async fn restore(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<WebhookId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.connectors.restore(&visit.scope, id).await?;
    Ok(answer::back_with(&visit.context, &format!("/webhooks/{id}"), "webhook-restored"))
}

#[derive(Debug, Deserialize)]
pub(super) struct Chosen {
    sample: String,
}

/// Posts a sample card; a refusal is what the sample may be for, and shows in the log.
pub(super) async fn test(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<WebhookId>,
    Form(chosen): Form<Chosen>,
) -> Result<Response, Problem> {
    let Some(sample) = sample(&chosen.sample) else { return Ok(to_page(id)) };
    let key = match app.connectors.test(&visit.scope, id, sample).await {
        Ok(_) => "webhook-tested",
        Err(error) if matches!(error.code().kind(), Kind::Invalid | Kind::Throttled) => {
            "webhook-test-refused"
        }
        Err(error) => return Err(error.into()),
    };
    Ok(answer::back_with(&visit.context, &format!("/webhooks/{id}#log"), key))
}
