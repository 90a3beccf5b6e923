//! What happens in a channel, as server-sent events of rendered messages.
//!
//! The id of an event is the place in the channel's feed, so that a browser that lost the connection asks for
//! exactly what it missed (`Last-Event-ID`). A script that starts anew says it in the address (`?after=`).

use std::{convert::Infallible, pin::pin, time::Duration};

use axum::{
    extract::State,
    http::HeaderMap,
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use edge::{Path, Problem, Query};
use futures_util::{
    future,
    stream::{self, StreamExt as _},
};
use kernel::{ChannelId, Cursor};
use serde::Deserialize;
use web_frame::{App, Frame, Visit};

use super::{card::Buttons, eye, message::fragment, view::Eye};

/// Proxies drop silent connections after a minute; our own choice.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// A browser that lost us comes back after this time.
const RETRY: Duration = Duration::from_secs(1);

#[derive(Debug, Deserialize)]
pub(crate) struct Since {
    after: Option<Cursor>,
}

/// The stream.
pub(crate) async fn live(
    State(app): State<App>,
    visit: Visit,
    Path(channel): Path<ChannelId>,
    Query(since): Query<Since>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let resumed = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let after = resumed.map(|id| Cursor::from(id.to_owned())).or(since.after);
    let after = after.filter(|cursor| !cursor.as_str().is_empty());
    let access = app.workspace.channel(&visit.scope, channel).await?;
    let feed = app.workspace.subscribe(&visit.scope, channel, after).await?;
    let stopping = visit.context.stopping().clone();
    let mut presence = app.identity.presence(&visit.scope);
    let base_url = visit.context.base_url();
    let state = (feed, app, visit, access, base_url);
    let events =
        stream::unfold(state, move |(mut feed, app, visit, access, base_url)| async move {
            // an error is that the reader may no longer read, or a failing store: the browser asks again
            let items = feed.next().await.ok()?;
            let shown = items.iter().map(AsRef::as_ref);
            let buttons = Buttons::of_items(&app, &visit, channel, shown).await.ok()?;
            let batch: Vec<Result<Event, Infallible>> = {
                let now = app.clock.now();
                let frame = Frame { now, ..visit.frame.clone() };
                let eye = Eye { frame: &frame, ..eye(&app, &visit, &access, &base_url, &buttons) };
                let events = items.iter().map(|item| {
                    let html = fragment(&frame, eye.bubble(item)).into_string();
                    let kind = if item.is_new() { "message" } else { "change" };
                    Ok(Event::default().event(kind).id(item.event().to_string()).data(html))
                });
                events.collect()
            };
            Some((stream::iter(batch), (feed, app, visit, access, base_url)))
        });
    // Who is signed out, locked or may do other things than before asks anew.
    let end = async move {
        future::select(pin!(stopping.cancelled()), pin!(presence.over())).await;
    };
    let events = events.flatten().take_until(Box::pin(end));
    let first = stream::once(async { Ok(Event::default().retry(RETRY).comment("hello")) });
    let alive = KeepAlive::new().interval(KEEP_ALIVE).text("alive");
    Ok(Sse::new(first.chain(events)).keep_alive(alive).into_response())
}
