//! That what a tab shows has changed elsewhere, as server-sent events.
//!
//! An event carries no content: the page fetches what changed under the reader's own rights, when it can take it
//! without losing what is being typed. Of a CRM elsewhere nothing is told: it is looked at now and then, as the reader
//! (`live/pace.rs`).

mod pace;

use std::{convert::Infallible, pin::pin, time::Duration};

use axum::{
    extract::State,
    response::{
        IntoResponse as _, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use crm::{RecordRef, ViewRef};
use edge::{Path, Problem, Query};
use futures_util::{
    future,
    stream::{self, StreamExt as _},
};
use kernel::Kind;
use linking::{LinkId, Subject};
use serde::Deserialize;
use tokio::{sync::watch, time::timeout};
use uuid::Uuid;
use web_crm::inside as there;
use web_frame::{App, Visit};
use web_records::inside::{self, Looked, View};

use self::pace::Pace;
use super::{Place, page};

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
    wakes: Wakes,
    over: bool,
}

/// What has it looked at again.
enum Wakes {
    /// Whatever this node writes to records of the hub.
    Written(watch::Receiver<u64>),
    /// A CRM elsewhere.
    Now(Pace),
}

pub(super) async fn live(
    State(app): State<App>,
    visit: Visit,
    Path(link): Path<LinkId>,
    Query(since): Query<Since>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, link).await?;
    Ok(watch(app, visit, place.link.subject, since))
}

/// The same for a row of a view.
pub(super) async fn row(
    State(app): State<App>,
    visit: Visit,
    Path((link, row)): Path<(LinkId, String)>,
    Query(since): Query<Since>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, link).await?;
    let record = match place.link.subject {
        Subject::CrmView { system, table, .. } => Subject::crm(system, &table, &row),
        Subject::View { environment, table, .. } => {
            Subject::record(environment, &table, page::own_key(&row)?)
        }
        _ => return Err(linking::Error::Unknown.into()),
    };
    Ok(watch(app, visit, record, since))
}

fn watch(app: App, visit: Visit, subject: Subject, since: Since) -> Response {
    let stopping = visit.context.stopping().clone();
    let mut presence = app.identity.presence(&visit.scope);
    let wakes = match subject.system() {
        Some(system) => Wakes::Now(Pace::of(app.crm.written(), (system, subject.table()))),
        None => Wakes::Written(app.records.written()),
    };
    let looked = Looked { q: since.q, sort: since.sort, after: since.after };
    let over = false;
    let watched = Watched { app, visit, subject, looked, stamp: since.stamp, wakes, over };
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
                    if let Wakes::Now(pace) = &mut self.wakes {
                        pace.busy();
                    }
                    return Some((Ok(Event::default().event("changed").data(stamp)), self));
                }
                // gone, or no longer the reader's to see: the page says which
                Ok(None) => return Some(self.closed()),
                Err(problem) => match &mut self.wakes {
                    // a failing store: the browser asks again
                    Wakes::Written(_) => return None,
                    Wakes::Now(pace) if passes(problem.code().kind()) => pace.failed(),
                    // a sign-in that is over, a data policy: the page says what helps
                    Wakes::Now(_) => return Some(self.closed()),
                },
            }
            match &mut self.wakes {
                Wakes::Written(written) => {
                    if matches!(timeout(SWEEP, written.changed()).await, Ok(Err(_))) {
                        return None;
                    }
                    let _ = timeout(PAUSE, future::pending::<()>()).await;
                    written.mark_unchanged();
                }
                Wakes::Now(pace) => {
                    if !pace.wait().await {
                        return None;
                    }
                }
            }
        }
    }

    /// The page is loaded again, and says why.
    fn closed(mut self) -> (Result<Event, Infallible>, Self) {
        self.over = true;
        (Ok(Event::default().event("closed").data("-")), self)
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
            Subject::Crm { system, table, record } => {
                if !self.is_chosen(*system).await? {
                    return Ok(None);
                }
                let at = RecordRef::new(table, record);
                there::stamp(&self.app, &self.visit.scope, &at).await
            }
            Subject::CrmView { system, table, view, personal } => {
                if !self.is_chosen(*system).await? {
                    return Ok(None);
                }
                let view = &ViewRef::new(table, view, *personal);
                let view = there::View { view, address: "", after: &self.looked.after };
                match there::view(&self.app, &self.visit, view).await {
                    Ok(inside) => Ok(Some(inside.stamp)),
                    Err(problem) if problem.code().kind() == Kind::NotFound => Ok(None),
                    Err(problem) => Err(problem),
                }
            }
        }
    }

    /// Whether the reader works with this CRM: the page shows no other.
    async fn is_chosen(&self, system: Uuid) -> Result<bool, Problem> {
        Ok(self.app.crm.chosen(&self.visit.scope).await?.id == system)
    }
}

/// Whether it is over by itself: the CRM does not answer, or was asked too often.
const fn passes(kind: Kind) -> bool {
    matches!(kind, Kind::Throttled | Kind::Upstream | Kind::Unavailable | Kind::Internal)
}
