//! Making, changing, testing and removing targets.

use axum::{extract::State, http::StatusCode, response::Response};
use edge::{Form, PageQuery, Path, Problem};
use kernel::{ChannelId, Coded as _, FieldError, TargetId, WebhookId};
use serde::Deserialize;
use targets::{Kind, NewTarget, Replay, TargetChange};
use web_frame::{
    App, Visit, answer,
    parts::{Nothing, Once},
};

use super::{
    Place, list,
    page::{Page, Wanted},
    typed::Typed,
};

pub(super) async fn create_of_channel(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let place = Place::of_channel(&app, &visit, channel).await?;
    create(&app, &visit, &place, &typed).await
}

pub(super) async fn create_of_webhook(
    State(app): State<App>,
    visit: Visit,
    Path(webhook): Path<WebhookId>,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let place = Place::of_webhook(&app, &visit, webhook).await?;
    create(&app, &visit, &place, &typed).await
}

async fn create(
    app: &App,
    visit: &Visit,
    place: &Place,
    typed: &Typed,
) -> Result<Response, Problem> {
    let kind: Kind = typed.kind.parse().unwrap_or(Kind::Slack);
    let faults = match (typed.details(), typed.rate()) {
        (Ok(details), Ok(per_minute)) => {
            let new = NewTarget { kind, name: typed.name.clone(), details, per_minute };
            match app.targets.create(&visit.scope, place.source, new).await {
                Ok((target, secret)) => {
                    let to = format!("/targets/{}", target.id);
                    return Ok(match secret {
                        Some(secret) => once(visit, secret.expose(), to),
                        None => answer::back_with(&visit.context, &to, "targets.created"),
                    });
                }
                Err(error) if !error.fields().is_empty() => error.fields().to_vec(),
                Err(error) => return Err(error.into()),
            }
        }
        (details, rate) => [details.err(), rate.err()].into_iter().flatten().collect(),
    };
    let form = list::form(app, visit, place, (kind, typed, &faults)).await?;
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &form))
}

/// The secret, this once.
fn once(visit: &Visit, secret: &str, done: String) -> Response {
    let frame = visit.frame.clone();
    let title = frame.say("targets.secret");
    answer::page(&Once {
        what: frame.say("targets.secret-what"),
        lines: vec![secret.to_owned()],
        file: None,
        example: None,
        frame: frame.at(web_frame::Section::Teams, title).back_to(done.clone()),
        done,
    })
}

pub(super) async fn update(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<TargetId>,
    page: PageQuery,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let kind = app.targets.lookup(&visit.scope, id).await?.kind;
    let faults: Vec<FieldError> = match (typed.details(), typed.rate()) {
        (Ok(details), Ok(per_minute)) => {
            let change = TargetChange {
                name: Some(typed.name.clone()),
                details: typed.has_address().then_some(details),
                per_minute: Some(per_minute),
            };
            match app.targets.update(&visit.scope, id, change).await {
                Ok(_) => {
                    let to = format!("/targets/{id}");
                    return Ok(answer::back_with(&visit.context, &to, "saved"));
                }
                Err(error) if !error.fields().is_empty() => error.fields().to_vec(),
                Err(error) => return Err(error.into()),
            }
        }
        (details, rate) => [details.err(), rate.err()].into_iter().flatten().collect(),
    };
    let page = Page::read(&app, &visit, id, (Wanted::default(), page)).await?;
    let page = page.with_faults(kind, &typed, &faults);
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

pub(super) async fn enable(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<TargetId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.targets.set_enabled(&visit.scope, id, true).await?;
    Ok(answer::back_with(&visit.context, &format!("/targets/{id}"), "targets.enabled"))
}

pub(super) async fn disable(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<TargetId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.targets.set_enabled(&visit.scope, id, false).await?;
    let (to, undo) = (format!("/targets/{id}"), format!("/targets/{id}/enable"));
    Ok(answer::back_with_undo(&visit.context, &to, "targets.disabled", &undo))
}

/// Sends a sample card; how it went stands on top of the log.
pub(super) async fn test(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<TargetId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let sent = app.targets.test(&visit.scope, id).await?;
    let key = if sent.taken { "targets.tested" } else { "targets.test-failed" };
    Ok(answer::back_with(&visit.context, &format!("/targets/{id}#log"), key))
}

/// The dead letters that were ticked, or a button that means all or a range.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Ticked {
    #[serde(default)]
    position: Vec<i64>,
    #[serde(default)]
    what: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

pub(super) async fn replay(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<TargetId>,
    Form(ticked): Form<Ticked>,
) -> Result<Response, Problem> {
    let replay = match (ticked.what.as_str(), ticked.from.parse(), ticked.to.parse()) {
        ("all", _, _) => Replay::All,
        ("range", Ok(from), Ok(to)) => Replay::Range(from, to),
        _ => Replay::Positions(ticked.position),
    };
    app.targets.replay(&visit.scope, id, replay).await?;
    Ok(answer::back_with(&visit.context, &format!("/targets/{id}#letters"), "targets.replayed"))
}

pub(super) async fn rotate_secret(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<TargetId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let secret = app.targets.rotate_secret(&visit.scope, id).await?;
    Ok(once(&visit, secret.expose(), format!("/targets/{id}")))
}

pub(super) async fn delete(
    State(app): State<App>,
    visit: Visit,
    Path(id): Path<TargetId>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    let source = app.targets.lookup(&visit.scope, id).await?.source;
    app.targets.delete(&visit.scope, id).await?;
    let place = Place::of(&app, &visit, source).await?;
    Ok(answer::back_with(&visit.context, &place.list, "targets.removed"))
}
