//! Telling a client that the tools have changed: the GET stream of the handshake generation, and
//! `subscriptions/listen` of the stateless one.

use std::{sync::Arc, time::Duration};

use axum::response::Response;
use bytes::Bytes;
use edge::Context;
use futures_util::{
    StreamExt as _,
    future::BoxFuture,
    stream::{self, BoxStream},
};
use http::{HeaderValue, StatusCode, header};
use kernel::Scope;
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    app::Inner,
    message::{Fault, Id, Params, REFUSED},
    places::{MOST, Place},
    reply, stateless,
};

/// The parameters of `subscriptions/listen`.
#[derive(Debug, Deserialize)]
pub(crate) struct Listening {
    notifications: Filter,
}

#[derive(Debug, Deserialize)]
struct Filter {
    #[serde(default, rename = "toolsListChanged")]
    tools: Option<bool>,
}

impl Listening {
    pub(crate) fn read(params: Params<'_>) -> Result<Self, Fault> {
        params.read()
    }
}

struct Feed {
    _place: Place,
    /// What is said at first.
    greeting: Option<Bytes>,
    /// Nothing when the client did not ask for it.
    changes: Option<BoxStream<'static, ()>>,
    change: Bytes,
    /// What is said at the end, when the hub stops or the time is over.
    farewell: Option<Bytes>,
    over: BoxFuture<'static, ()>,
    stopping: CancellationToken,
    end: Instant,
    ended: bool,
}

impl Feed {
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(greeting) = self.greeting.take() {
            return Some(greeting);
        }
        if self.ended {
            return None;
        }
        let changed = async {
            match &mut self.changes {
                Some(changes) => changes.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.stopping.cancelled() => {}
            () = tokio::time::sleep_until(self.end) => {}
            // who is out, or may do other things than before, asks anew and is told
            () = &mut self.over => {}
            Some(()) = changed => return Some(self.change.clone()),
            () = tokio::time::sleep(KEEP_ALIVE) => return Some(reply::STILL_HERE),
            // nobody tells of changes any more
            else => {}
        }
        self.ended = true;
        self.farewell.take()
    }
}

impl Inner {
    /// The GET stream.
    pub(crate) fn watch(self: &Arc<Self>, context: &Context, scope: &Scope) -> Response {
        let Some(place) = self.places.take(scope) else { return crowded(None) };
        let change = reply::notification(CHANGED, &json!({}));
        let feed = self.feed(context, (scope, place), true);
        respond(Feed { greeting: Some(reply::STILL_HERE), change: reply::event(&change), ..feed })
    }

    /// `subscriptions/listen`.
    pub(crate) fn listen(
        self: &Arc<Self>,
        context: &Context,
        scope: &Scope,
        id: Id<'_>,
        listening: &Listening,
    ) -> Response {
        let Some(place) = self.places.take(scope) else { return crowded(Some(id)) };
        let wants_tools = listening.notifications.tools == Some(true);
        let meta = json!({ SUBSCRIPTION: raw(id) });
        let granted = if wants_tools { json!({ "toolsListChanged": true }) } else { json!({}) };
        let greeting = reply::notification(
            "notifications/subscriptions/acknowledged",
            &json!({ "_meta": meta, "notifications": granted }),
        );
        let change = reply::notification(CHANGED, &json!({ "_meta": meta }));
        let farewell = reply::result_text(id, |text| {
            reply::member(text, "resultType", br#""complete""#);
            let meta =
                json!({ SUBSCRIPTION: raw(id), stateless::SERVER_INFO: stateless::server_info() });
            reply::member(text, "_meta", meta.to_string().as_bytes());
        });
        let feed = self.feed(context, (scope, place), wants_tools);
        respond(Feed {
            greeting: Some(reply::event(&greeting)),
            change: reply::event(&change),
            farewell: Some(reply::event(&farewell)),
            ..feed
        })
    }

    fn feed(&self, context: &Context, (scope, place): (&Scope, Place), wants_tools: bool) -> Feed {
        let changes = || match &self.diagnostic {
            None => self.tools.changes(scope),
            Some(diagnostic) => {
                stream::select(self.tools.changes(scope), diagnostic.changes()).boxed()
            }
        };
        Feed {
            _place: place,
            greeting: None,
            changes: wants_tools.then(changes),
            change: Bytes::new(),
            farewell: None,
            over: (self.stays)(scope),
            stopping: context.stopping().clone(),
            end: Instant::now() + LONGEST,
            ended: false,
        }
    }
}

/// All places of the credential are taken.
fn crowded(id: Option<Id<'_>>) -> Response {
    let said = format!("{MOST} streams of this token are open: close one first");
    let mut response = reply::fault(StatusCode::TOO_MANY_REQUESTS, id, &Fault::new(REFUSED, said));
    // a stream whose reader is gone is noticed within this time
    let soon = HeaderValue::from(KEEP_ALIVE.as_secs());
    response.headers_mut().insert(header::RETRY_AFTER, soon);
    response
}

fn respond(feed: Feed) -> Response {
    reply::stream(stream::unfold(feed, |mut feed| async move {
        feed.next().await.map(|event| (event, feed))
    }))
}

/// An identifier as a value; it was checked to be a text or a whole number.
fn raw(id: &RawValue) -> Value {
    serde_json::from_str(id.get()).unwrap_or_default()
}

const CHANGED: &str = "notifications/tools/list_changed";
const SUBSCRIPTION: &str = "io.modelcontextprotocol/subscriptionId";

/// Shorter than the usual patience of proxies.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A stream ends after this time, so that no connection outlives what stands between: our own choice.
const LONGEST: Duration = Duration::from_mins(30);
