//! That what a tab shows has changed elsewhere, as server-sent events.
//!
//! An event carries no content: the page fetches what changed under the reader's own rights, when it can take it
//! without losing what is being typed.

use std::{convert::Infallible, pin::pin, time::Duration};

use axum::{
    extract::State,
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
use linking::{LinkId, Subject};
use serde::Deserialize;
use tokio::{sync::watch, time::timeout};
use uuid::Uuid;
use web_frame::{App, Visit};
use web_records::inside::{self, Looked, View};

use super::Place;

/// Proxies drop silent connections after a minute; our own choice.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// Other nodes write too, and they do not wake this one.
const SWEEP: Duration = Duration::from_secs(20);

/// Many changes in a row are looked at once.
const PAUSE: Duration = Duration::from_millis(400);

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Since {
    /// What the page shows.
    stamp: String,
    q: String,
    sort: String,
    after: String,
}

/// What is watched.
struct Watched {
    app: App,
    visit: Visit,
    subject: Subject,
    looked: Looked,
    stamp: String,
    written: watch::Receiver<u64>,
    over: bool,
}

pub(super) async fn live(
    State(app): State<App>,
    visit: Visit,
    Path(link): Path<LinkId>,
    Query(since): Query<Since>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, link).await?;
    if place.link.subject.system().is_some() {
        // a CRM elsewhere counts its calls, and a look every few seconds would use them up
        return Err(linking::Error::Unknown.into());
    }
    Ok(watch(app, visit, place.link.subject, since))
}

/// The same for a row of a view.
pub(super) async fn row(
    State(app): State<App>,
    visit: Visit,
    Path((link, row)): Path<(LinkId, Uuid)>,
    Query(since): Query<Since>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, link).await?;
    let subject = place.link.subject;
    if subject.system().is_some() {
        return Err(linking::Error::Unknown.into());
    }
    let record = Subject::record(subject.environment(), subject.table(), row);
    Ok(watch(app, visit, record, since))
}

fn watch(app: App, visit: Visit, subject: Subject, since: Since) -> Response {
    let stopping = visit.context.stopping().clone();
    let mut presence = app.identity.presence(&visit.scope);
    let written = app.records.written();
    let looked = Looked { q: since.q, sort: since.sort, after: since.after };
    let over = false;
    let watched = Watched { app, visit, subject, looked, stamp: since.stamp, written, over };
    let events = stream::unfold(watched, async |watched| watched.next().await);
    // who is signed out, locked or may do other things than before asks anew
    let end = async move {
        future::select(pin!(stopping.cancelled()), pin!(presence.over())).await;
    };
    let events = events.take_until(Box::pin(end));
    let first = stream::once(async { Ok(Event::default().comment("hello")) });
    let alive = KeepAlive::new().interval(KEEP_ALIVE).text("alive");
    Sse::new(first.chain(events)).keep_alive(alive).into_response()
}

impl Watched {
    /// The next event, and what is watched from then on; nothing more after the end.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        if self.over {
            return None;
        }
        loop {
            // what came between the page and this is seen at once; then whatever is written wakes it
            match self.stamp().await {
                Ok(Some(stamp)) if stamp == self.stamp => {}
                Ok(Some(stamp)) => {
                    self.stamp.clone_from(&stamp);
                    return Some((Ok(Event::default().event("changed").data(stamp)), self));
                }
                // gone, or no longer the reader's to see: the page says which
                Ok(None) => {
                    self.over = true;
                    return Some((Ok(Event::default().event("closed").data("-")), self));
                }
                // a failing store: the browser asks again
                Err(_problem) => return None,
            }
            if matches!(timeout(SWEEP, self.written.changed()).await, Ok(Err(_))) {
                return None;
            }
            let _ = timeout(PAUSE, future::pending::<()>()).await;
            self.written.mark_unchanged();
        }
    }

    async fn stamp(&self) -> Result<Option<String>, Problem> {
        match &self.subject {
            Subject::Record { environment, table, record } => {
                let row = (*environment, table.as_str(), *record);
                inside::stamp(&self.app, &self.visit.scope, row).await
            }
            Subject::View { environment, table, view, .. } => {
                let view = View { environment: *environment, table, view: *view, address: "" };
                let list = inside::list(&self.app, &self.visit, view, &self.looked).await?;
                Ok(list.map(|list| list.stamp))
            }
            Subject::Crm { .. } | Subject::CrmView { .. } => Ok(None),
        }
    }
}
