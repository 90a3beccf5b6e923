//! The delivery log, replay and the test box.

use axum::extract::State;
use channel_connectors::{
    ChannelConnectors, EntryId, LogEntry, LogFilter, Sample, Verdict, sample,
};
use edge::{Authed, Json, PageQuery, Path, Problem, Query};
use http::StatusCode;
use jiff::Timestamp;
use kernel::{Kind, Page};
use rest::{Failures, Items, PageParams, routes};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    EntryPath, WebhookPath,
    shapes::{Taken, instant},
    unknown_word,
};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(list, read, replay, samples, test)
}

/// A post in the delivery log.
#[derive(Debug, Serialize, ToSchema)]
struct EntryItem {
    /// `a` or `r` and a number.
    id: String,
    /// The message in the channel, of an accepted post.
    #[schema(format = Uuid)]
    message_id: Option<String>,
    #[schema(format = DateTime)]
    at: String,
    /// `accepted`, `delivered`, `undelivered`, `refused` or `throttled`.
    verdict: &'static str,
    /// The stable code of the reason, unless all went well.
    code: Option<String>,
    /// JSON pointer to the place that is wrong; empty is the whole body.
    pointer: String,
    /// Line of a mistake of syntax, from 1.
    line: Option<usize>,
    /// Column of a mistake of syntax, from 1.
    column: Option<usize>,
    /// The status of the answer.
    status: u16,
    /// Bytes of the body as sent.
    bytes: u64,
    /// The beginning of the body.
    excerpt: String,
    /// Whether it can be posted again.
    replayable: bool,
    /// Whether it came from the test box.
    test: bool,
    /// The entry that it replays.
    replay_of: Option<String>,
    /// How many refused posts before it were counted and not kept.
    left_out: u64,
}

impl From<&LogEntry> for EntryItem {
    fn from(entry: &LogEntry) -> Self {
        let refusal = entry.meta.refusal.as_ref();
        let place = refusal.and_then(|refusal| refusal.place);
        let replayed = entry.meta.replay_of.map(EntryId::Accepted);
        let retried = entry.meta.retry_of.map(EntryId::Refused);
        Self {
            id: entry.id.to_string(),
            message_id: entry.verdict.is_success().then(|| entry.event.to_string()),
            at: instant(entry.at),
            verdict: entry.verdict.as_str(),
            code: entry.code.clone(),
            pointer: entry.pointer.clone(),
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
            status: entry.status,
            bytes: entry.bytes,
            excerpt: entry.excerpt(EXCERPT_CHARS),
            replayable: entry.replayable,
            test: entry.meta.test,
            replay_of: replayed.or(retried).map(|id| id.to_string()),
            left_out: refusal.map_or(0, |refusal| refusal.left_out),
        }
    }
}

/// A post in the delivery log with its request.
#[derive(Debug, Serialize, ToSchema)]
struct EntryWithRequest {
    #[serde(flatten)]
    entry: EntryItem,
    /// `connector` or `workflow`: the shape of the address that was used.
    shape: String,
    /// The address that it came from, behind the proxies that are trusted.
    from: Option<String>,
    /// Headers in their order; values of those that hold secrets are `***`.
    headers: Vec<HeaderItem>,
    /// The body as sent, or its beginning.
    body: String,
}

/// A header.
#[derive(Debug, Serialize, ToSchema)]
struct HeaderItem {
    name: String,
    value: String,
}

impl From<LogEntry> for EntryWithRequest {
    fn from(entry: LogEntry) -> Self {
        let headers = entry.meta.headers.iter();
        Self {
            entry: EntryItem::from(&entry),
            shape: entry.meta.shape.clone(),
            from: entry.meta.from.map(|from| from.to_string()),
            headers: headers
                .map(|(name, value)| HeaderItem { name: name.clone(), value: value.clone() })
                .collect(),
            body: entry.body_text(),
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Filter {
    /// `accepted` (whatever came after), `delivered`, `undelivered`, `refused` or `throttled`.
    verdict: Option<String>,
    /// A part of the body or of the reason's code, whatever the case.
    text: Option<String>,
    /// Not before.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Before.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Timestamp>,
}

/// A card to try a webhook with.
#[derive(Debug, Serialize, ToSchema)]
struct SampleItem {
    name: &'static str,
    /// The JSON that is posted.
    body: &'static str,
}

/// Which card to post.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SampleName {
    /// The name of a sample.
    sample: String,
}

/// Read the delivery log
///
/// Accepted and refused posts, newest first; for owners and administrators. A page with a filter may hold
/// fewer rows than asked for and still have a next one.
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook_id}/log", operation_id = "webhooks.log",
    tag = "webhooks", params(WebhookPath, PageParams, Filter),
    responses((status = 200, body = Items<EntryItem>), Failures))]
async fn list(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<WebhookPath>,
    page: PageQuery,
    Query(filter): Query<Filter>,
) -> Result<Json<Items<EntryItem>>, Problem> {
    let verdict = filter.verdict.as_deref().map(|word| {
        word.parse::<Verdict>().map_err(|()| {
            unknown_word("/verdict", "accepted, delivered, undelivered, refused, throttled")
        })
    });
    let filter = LogFilter {
        verdict: verdict.transpose()?,
        text: filter.text,
        from: filter.from,
        to: filter.to,
    };
    let after = page.after.as_ref();
    let found = app.connectors.log(&scope, path.webhook_id, filter, page.limit, after).await?;
    Ok(Json(Items::of(found, |entry| EntryItem::from(&entry))))
}

/// Read an entry of the delivery log
///
/// With the request as it came.
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook_id}/log/{entry_id}",
    operation_id = "webhooks.log_entry", tag = "webhooks", params(EntryPath),
    responses((status = 200, body = EntryWithRequest), Failures))]
async fn read(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EntryPath>,
) -> Result<Json<EntryWithRequest>, Problem> {
    let entry = entry_id(&path.entry_id)?;
    Ok(Json(app.connectors.log_entry(&scope, path.webhook_id, entry).await?.into()))
}

/// Replay an entry of the delivery log
///
/// What could not be delivered is delivered as it is; what was delivered becomes a new message, marked as a
/// replay; what was refused goes through the intake once more, by the rules of now.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook_id}/log/{entry_id}/replay",
    operation_id = "webhooks.replay", tag = "webhooks", params(EntryPath),
    responses((status = 202, body = Taken), Failures))]
async fn replay(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<EntryPath>,
) -> Result<(StatusCode, Json<Taken>), Problem> {
    let entry = entry_id(&path.entry_id)?;
    let receipt = app.connectors.replay(&scope, path.webhook_id, entry).await?;
    Ok((StatusCode::ACCEPTED, Json(receipt.into())))
}

/// List sample cards
#[utoipa::path(get, path = "/api/v1/webhook-samples", operation_id = "webhooks.samples",
    tag = "webhooks", responses((status = 200, body = Items<SampleItem>), Failures))]
async fn samples(Authed(_scope): Authed) -> Json<Items<SampleItem>> {
    let items = ChannelConnectors::samples().to_vec();
    let shape = |Sample { name, body }| SampleItem { name, body };
    Json(Items::of(Page { items, next: None }, shape))
}

/// Post a sample card
///
/// Through the same rules as a sender's post.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook_id}/test", operation_id = "webhooks.test",
    tag = "webhooks", params(WebhookPath), request_body = SampleName,
    responses((status = 202, body = Taken), Failures))]
async fn test(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<WebhookPath>,
    Json(wanted): Json<SampleName>,
) -> Result<(StatusCode, Json<Taken>), Problem> {
    let Some(sample) = sample(&wanted.sample) else {
        return Err(unknown_word("/sample", "the names that webhook-samples lists"));
    };
    let receipt = app.connectors.test(&scope, path.webhook_id, sample).await?;
    Ok((StatusCode::ACCEPTED, Json(receipt.into())))
}

fn entry_id(text: &str) -> Result<EntryId, Problem> {
    let unknown = || Problem::new("log.not_found", Kind::NotFound, "the log has no such entry");
    text.parse().map_err(|_source| unknown())
}

/// Characters of a body that a list shows.
const EXCERPT_CHARS: usize = 160;
