//! One post of the delivery log, and posting it again.

use askama::Template;
use axum::{extract::State, response::Response};
use channel_connectors::{EntryId, LogEntry};
use edge::{Form, PageQuery, Path, Problem};
use kernel::{Kind, WebhookId};
use web_frame::{
    App, Asked, Frame, Html, Visit, answer,
    parts::{Nothing, reason},
};

use crate::runs;

use super::page::{Asking, Page, Wanted};

/// The side sheet with a request as it was received.
#[derive(Debug, Template)]
#[template(path = "webhook/entry.html")]
pub(super) struct Sheet {
    frame: Frame,
    close: String,
    replay: String,
    facts: Vec<(String, String)>,
    remedy: String,
    headers: Vec<(String, String)>,
    body: String,
    replayable: bool,
    runs: Html,
}

impl Sheet {
    fn of(frame: &Frame, id: WebhookId, entry: &LogEntry) -> Self {
        let mut facts = vec![
            (frame.say("request-received"), frame.exact(&entry.at)),
            (
                frame.say("request-verdict"),
                frame.say(&format!("webhook-verdict-{}", entry.verdict.as_str())),
            ),
            (frame.say("webhook-answer"), entry.status.to_string()),
            (
                frame.say("request-size"),
                frame.t.number(i64::try_from(entry.bytes).unwrap_or(i64::MAX)),
            ),
            (
                frame.say("request-type"),
                entry.meta.content_type.clone().unwrap_or_else(|| "–".to_owned()),
            ),
        ];
        if let Some(from) = entry.meta.from {
            facts.push((frame.say("admin.request-from"), from.to_string()));
        }
        let mut remedy = String::new();
        if let Some(code) = &entry.code {
            facts.push((frame.say("webhook-reason"), reason(frame, code)));
            remedy = frame.t.code_detail(code);
        }
        if let Some(place) = entry.position() {
            let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
            let (line, column) = (("line", count(place.line)), ("column", count(place.column)));
            facts.push((
                frame.say("webhook-place"),
                frame.t.with2("cards.at-position", line, column),
            ));
        }
        if !entry.pointer.is_empty() {
            facts.push((frame.say("webhook-pointer"), entry.pointer.clone()));
        }
        Self {
            frame: frame.clone(),
            close: format!("/webhooks/{id}"),
            replay: format!("/webhooks/{id}/log/{}/replay", entry.id),
            facts,
            remedy,
            headers: entry.meta.headers.clone(),
            body: pretty(&entry.body_text()),
            replayable: entry.replayable,
            runs: Html::trusted(String::new()),
        }
    }
}

pub(super) async fn entry(
    State(app): State<App>,
    visit: Visit,
    Path((id, entry)): Path<(WebhookId, String)>,
    page: PageQuery,
) -> Result<Response, Problem> {
    let entry = app.connectors.log_entry(&visit.scope, id, named(&entry)?).await?;
    let runs = runs::of_entry(&app, &visit, id, entry.id).await?;
    let sheet = Html::of(&Sheet { runs, ..Sheet::of(&visit.frame, id, &entry) });
    if visit.asked == Asked::Sheet {
        return Ok(answer::part(sheet));
    }
    let asking = Asking { wanted: Wanted::default(), page, errors: &[] };
    let mut page = Page::read(&app, &visit, id, asking).await?;
    page.frame = page.frame.with_sheet(sheet);
    Ok(answer::page(&page))
}

pub(super) async fn replay(
    State(app): State<App>,
    visit: Visit,
    Path((id, entry)): Path<(WebhookId, String)>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Problem> {
    app.connectors.replay(&visit.scope, id, named(&entry)?).await?;
    Ok(answer::back_with(&visit.context, &format!("/webhooks/{id}#log"), "message-replayed"))
}

fn named(entry: &str) -> Result<EntryId, Problem> {
    let unknown =
        |source| Problem::new("webhook.unknown_entry", Kind::NotFound, format!("{source}"));
    entry.parse().map_err(|source: channel_connectors::EntryIdError| unknown(source))
}

/// JSON on several lines; anything else as it came.
fn pretty(body: &str) -> String {
    let read: Option<serde_json::Value> = serde_json::from_str(body).ok();
    read.and_then(|json| serde_json::to_string_pretty(&json).ok())
        .unwrap_or_else(|| body.to_owned())
}
