//! A channel as server-sent events.

use std::{convert::Infallible, time::Duration};

use axum::{
    body::Body,
    extract::{FromRequestParts, State},
    response::Response,
};
use bytes::Bytes;
use edge::{Authed, Context, PageQuery, Path, Problem};
use futures_util::stream;
use http::{HeaderValue, header, request::Parts};
use identity::Presence;
use kernel::Cursor;
use rest::{Failures, routes};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use workspace::{Item, live::Subscription};

use super::{ChannelPath, messages::Message};
use crate::{App, Routes};

pub(super) fn routes() -> Routes {
    routes!(events)
}

/// Watch a channel
///
/// Server-sent events. A new message is an event without a name whose data is the message, in the shape of
/// the list. `changed` is a message that was edited, deleted or replied to, `reply` a new reply. The
/// `id` of the last event, sent back as `Last-Event-ID` (or as `after`), resumes without a gap or a
/// repeat; without it the stream starts with what comes next. Lines with a colon keep the connection alive.
#[utoipa::path(get, path = "/api/v1/channels/{channel_id}/events", operation_id = "messages.events",
    tag = "workspace",
    params(ChannelPath,
        ("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event that was seen"),
        ("after" = Option<String>, Query, description = "The same, for clients that cannot send the header")),
    responses((status = 200, body = String, content_type = "text/event-stream"), Failures))]
async fn events(
    State(app): State<App>,
    Authed(scope): Authed,
    Path(path): Path<ChannelPath>,
    context: Context,
    Resume(after): Resume,
) -> Result<Response, Problem> {
    let subscription = app.workspace.subscribe(&scope, path.channel_id, after).await?;
    let stopping = context.stopping().clone();
    let presence = app.identity.presence(&scope);
    let end = Instant::now() + LONGEST;
    let feed = Feed { subscription, presence, stopping, greeted: false, end };
    let body = stream::unfold(feed, |mut feed| async move {
        feed.next().await.map(|chunk| (Ok::<_, Infallible>(chunk), feed))
    });
    let mut response = Response::new(Body::from_stream(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}

/// Where a client stopped: the header `Last-Event-ID`, or `after` in the query.
struct Resume(Option<Cursor>);

impl<S: Send + Sync> FromRequestParts<S> for Resume {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let last = parts.headers.get("last-event-id").and_then(|value| value.to_str().ok());
        match last.filter(|value| !value.is_empty()) {
            Some(last) => Ok(Self(Some(Cursor::from(last.to_owned())))),
            None => Ok(Self(PageQuery::parse(parts.uri.query().unwrap_or_default())?.after)),
        }
    }
}

struct Feed {
    subscription: Subscription,
    presence: Presence,
    stopping: CancellationToken,
    greeted: bool,
    end: Instant,
}

impl Feed {
    /// The next piece of the stream; `None` ends it, and the client comes back with its last id.
    async fn next(&mut self) -> Option<Bytes> {
        if !self.greeted {
            self.greeted = true;
            // An id without data is remembered and shown to nobody: even a stream that said nothing resumes.
            let here = Cursor::new(&self.subscription.position().to_string());
            return Some(Bytes::from(format!("retry: 1000\nid: {here}\n\n")));
        }
        tokio::select! {
            biased;
            () = self.stopping.cancelled() => None,
            () = tokio::time::sleep_until(self.end) => None,
            // Who is out, or may do other things than before, asks anew and is told.
            () = self.presence.over() => None,
            news = self.subscription.next() => {
                // Who lost access, or met a failure, asks anew and is told why.
                let items = news.ok()?;
                Some(items.iter().fold(Vec::new(), |chunk, item| event(chunk, item)).into())
            }
            () = tokio::time::sleep(KEEP_ALIVE) => Some(Bytes::from_static(b": still here\n\n")),
        }
    }
}

/// Writes an item as an event; JSON has no line breaks of its own.
fn event(mut chunk: Vec<u8>, item: &Item) -> Vec<u8> {
    chunk.extend_from_slice(b"id: ");
    chunk.extend_from_slice(item.event().as_str().as_bytes());
    let name: &[u8] = match (item.is_new(), item.parent) {
        (true, None) => b"",
        (true, Some(_)) => b"\nevent: reply",
        (false, _) => b"\nevent: changed",
    };
    chunk.extend_from_slice(name);
    chunk.extend_from_slice(b"\ndata: ");
    // A message that cannot be written is none: the shape has only texts and numbers.
    drop(serde_json::to_writer(&mut chunk, &Message::of(item)));
    chunk.extend_from_slice(b"\n\n");
    chunk
}

/// Shorter than the usual patience of proxies.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A stream ends after this time, so that no connection outlives what stands between: our own choice.
const LONGEST: Duration = Duration::from_mins(30);
