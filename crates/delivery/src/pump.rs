//! The pump: one consumer of one topic, each stream in its order.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use db::{Db, Tx};
use event_log::{EventRef, Place, Topic};
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use identity::SystemScopes;
use jiff::Timestamp;
use kernel::{Clock, Ids, Scope, TenantId};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    Backoff, DeadLetter, Error, Rejected, Settings, Stage,
    letters::{Letters, Reason},
    schedule::{Key, Schedule},
};

/// The consumer's function: takes events of one stream, in order, inside the transaction that will also
/// move the cursor. It answers the events it cannot take, now or ever. It may run more than once.
pub type Delivery =
    dyn Fn(&Tx<'_>, Uuid, &[EventRef]) -> db::Result<Vec<Rejected>> + Send + Sync + 'static;

/// Who takes what.
#[derive(Clone)]
pub struct Consumer {
    name: &'static str,
    topic: Topic,
    deliver: Arc<Delivery>,
}

impl Consumer {
    /// A consumer. `name` is stored with its cursors: it never changes once released.
    pub fn new(
        name: &'static str,
        topic: Topic,
        deliver: impl Fn(&Tx<'_>, Uuid, &[EventRef]) -> db::Result<Vec<Rejected>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self { name, topic, deliver: Arc::new(deliver) }
    }

    const fn box_of_letters(&self) -> Letters {
        Letters { consumer: self.name, topic: self.topic }
    }

    /// How far it has come on a stream; what lies behind is delivered or a dead letter.
    ///
    /// # Errors
    /// Any of [`db::Error`].
    pub fn position(&self, tx: &Tx<'_>, stream: Uuid) -> db::Result<i64> {
        event_log::cursor(tx, self.name, self.topic, stream)
    }

    /// Its dead letters of a stream at positions `from..=to`, oldest first, at most 1,000.
    ///
    /// # Errors
    /// Any of [`db::Error`].
    pub fn letters(
        &self,
        tx: &Tx<'_>,
        stream: Uuid,
        range: (i64, i64),
    ) -> db::Result<Vec<DeadLetter>> {
        self.box_of_letters().between(tx, stream, range)
    }

    /// Hands a dead letter's event to its function once more. Whoever calls has checked the rights; a
    /// letter that was replayed already stays as it is.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::RejectedAgain`], [`Error::Store`].
    pub fn replay(&self, tx: &Tx<'_>, place: Place, at: Timestamp) -> Result<(), Error> {
        let unknown = Error::Unknown { position: place.position };
        let Some(letter) = self.box_of_letters().find(tx, place)? else { return Err(unknown) };
        if letter.replayed_at.is_some() {
            return Ok(());
        }
        let before = place.position - 1;
        let event = event_log::read_after(tx, self.topic, place.stream, before, 1)?
            .pop()
            .filter(|event| event.position == place.position)
            .ok_or(unknown)?;
        if let Some(why) = (self.deliver)(tx, place.stream, &[event])?.first() {
            return Err(Error::RejectedAgain { code: why.code });
        }
        self.box_of_letters().mark_replayed(tx, place, at)?;
        Ok(())
    }
}

impl fmt::Debug for Consumer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Consumer")
            .field("name", &self.name)
            .field("topic", &self.topic)
            .finish_non_exhaustive()
    }
}

/// What a pump has done since the start of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Events taken by the consumer.
    pub delivered: u64,
    /// Transactions that took events.
    pub batches: u64,
    /// Failures that were tried again.
    pub retried: u64,
    /// Events given up.
    pub dead: u64,
}

/// One consumer of one topic, each stream in its order, streams beside each other.
#[derive(Debug)]
pub struct Pump {
    db: Db,
    scopes: SystemScopes,
    clock: Arc<dyn Clock>,
    consumer: Consumer,
    settings: Settings,
    counts: Counts,
}

#[derive(Debug, Default)]
struct Counts {
    delivered: AtomicU64,
    batches: AtomicU64,
    retried: AtomicU64,
    dead: AtomicU64,
}

/// What one transaction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Batch {
    delivered: u64,
    dead: u64,
    more: bool,
}

impl Pump {
    /// A pump; nothing happens until [`Pump::run`] or [`Pump::drain`].
    pub fn new(
        db: Db,
        scopes: SystemScopes,
        clock: Arc<dyn Clock>,
        consumer: Consumer,
        settings: Settings,
    ) -> Self {
        Self { db, scopes, clock, consumer, settings, counts: Counts::default() }
    }

    /// What it has done since the start of the process.
    pub fn figures(&self) -> Figures {
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Figures {
            delivered: get(&self.counts.delivered),
            batches: get(&self.counts.batches),
            retried: get(&self.counts.retried),
            dead: get(&self.counts.dead),
        }
    }

    /// Works until `stop`; batches that have begun are finished.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut listener = self.db.listen();
        let mut schedule = Schedule::default();
        let mut running = FuturesUnordered::new();
        let linger = Duration::from_millis(self.settings.linger_ms);
        let every = Duration::from_secs(self.settings.sweep_seconds.max(1));
        let mut sweep_at = Instant::now();
        loop {
            let now = Instant::now();
            if now >= sweep_at {
                schedule.forget(now.checked_sub(every).unwrap_or(now));
                for key in self.sweep().await {
                    schedule.mark(key, now, Duration::ZERO);
                }
                sweep_at = Instant::now() + every;
            }
            while running.len() < self.settings.streams_at_once.max(1) {
                let Some((key, failures)) = schedule.take(Instant::now()) else { break };
                running.push(self.serve(key, failures));
            }
            let full = running.len() >= self.settings.streams_at_once.max(1);
            let wake = if full { sweep_at } else { schedule.next().unwrap_or(sweep_at) };
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some((key, outcome)) = running.next(), if !running.is_empty() => {
                    self.settle(&mut schedule, key, outcome, linger);
                }
                notices = listener.next() => match notices {
                    Some(notices) => {
                        let now = Instant::now();
                        for notice in notices.iter().filter(|n| n.topic == self.consumer.topic) {
                            schedule.mark((notice.tenant, notice.stream), now, linger);
                        }
                    }
                    None => sweep_at = Instant::now(),
                },
                () = sleep_until(wake.min(sweep_at)) => {}
            }
        }
        while running.next().await.is_some() {}
    }

    /// Delivers whatever is there now, of every tenant, and returns when nothing is left; how many events
    /// went through. For tests and for a last turn before a stop.
    ///
    /// # Errors
    /// [`Error::Store`], when a batch fails.
    pub async fn drain(&self) -> Result<u64, Error> {
        let mut delivered = 0;
        loop {
            let keys = self.behind().await?;
            if keys.is_empty() {
                return Ok(delivered);
            }
            for key in keys {
                delivered += self.batch(key, self.settings.batch_events).await?.delivered;
            }
        }
    }

    /// One stream's turn. After a failure its first event goes alone, so that one bad event is found.
    async fn serve(&self, key: Key, failures: u32) -> (Key, Result<Batch, (db::Error, u32)>) {
        let size = if failures == 0 { self.settings.batch_events } else { 1 };
        let outcome = match self.batch(key, size).await {
            Err(error)
                if Stage::of(&error) == Stage::Attempt
                    && failures + 1 >= self.settings.attempts.max(1)
                    && size == 1 =>
            {
                tracing::warn!(
                    delivery.consumer = self.consumer.name,
                    delivery.attempt = failures + 1,
                    error = &error as &dyn std::error::Error,
                    "delivery.given_up"
                );
                self.bury(key, failures + 1).await
            }
            other => other,
        };
        (key, outcome.map_err(|error| (error, failures)))
    }

    fn settle(
        &self,
        schedule: &mut Schedule,
        key: Key,
        outcome: Result<Batch, (db::Error, u32)>,
        linger: Duration,
    ) {
        let now = Instant::now();
        match outcome {
            Ok(batch) => schedule.done(key, now, linger, batch.more),
            Err((error, failures)) => {
                let counted = Stage::of(&error) == Stage::Attempt;
                let backoff = Backoff {
                    first: Duration::from_millis(self.settings.first_pause_ms),
                    longest: Duration::from_millis(self.settings.longest_pause_ms),
                };
                let chance = u32::from_le_bytes(Ids::system().secret_bytes());
                let pause = backoff.pause(failures + 1, chance);
                self.counts.retried.fetch_add(1, Ordering::Relaxed);
                tracing::warn!(
                    delivery.consumer = self.consumer.name,
                    delivery.stream = %key.1,
                    delivery.attempt = failures + 1,
                    retry_in_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX),
                    error = &error as &dyn std::error::Error,
                    "delivery.failed"
                );
                schedule.failed(key, now + pause, counted);
            }
        }
    }

    /// One transaction: read after the cursor, deliver, keep what was rejected, advance.
    async fn batch(&self, (tenant, stream): Key, size: u32) -> db::Result<Batch> {
        let (consumer, at) = (self.consumer.clone(), self.clock.now());
        let batch = self
            .db
            .write(&self.scope(tenant), move |tx| {
                let after = event_log::cursor(tx, consumer.name, consumer.topic, stream)?;
                let events = event_log::read_after(tx, consumer.topic, stream, after, size)?;
                let Some(last) = events.last() else { return Ok(Batch::default()) };
                let rejected = (consumer.deliver)(tx, stream, &events)?;
                for why in &rejected {
                    let Some(event) = events.iter().find(|e| e.position == why.position) else {
                        continue;
                    };
                    let reason = Reason { code: why.code, detail: why.detail, attempts: 1, at };
                    let place = Place { stream, position: event.position };
                    consumer.box_of_letters().put(tx, place, event.id, reason)?;
                }
                let to = Place { stream, position: last.position };
                event_log::advance(tx, consumer.name, consumer.topic, to)?;
                let (taken, dead) = (events.len() as u64, rejected.len() as u64);
                let more = events.len() >= size as usize;
                Ok(Batch { delivered: taken.saturating_sub(dead), dead, more })
            })
            .await?;
        self.count(batch);
        Ok(batch)
    }

    /// Gives up the stream's next event.
    async fn bury(&self, (tenant, stream): Key, attempts: u32) -> db::Result<Batch> {
        let (consumer, at) = (self.consumer.clone(), self.clock.now());
        let batch = self
            .db
            .write(&self.scope(tenant), move |tx| {
                let after = event_log::cursor(tx, consumer.name, consumer.topic, stream)?;
                let event = event_log::read_after(tx, consumer.topic, stream, after, 1)?.pop();
                let Some(event) = event else { return Ok(Batch::default()) };
                let detail = "the event failed at every attempt; see the log of the hub";
                let reason = Reason { code: "delivery.failed", detail, attempts, at };
                let to = Place { stream, position: event.position };
                consumer.box_of_letters().put(tx, to, event.id, reason)?;
                event_log::advance(tx, consumer.name, consumer.topic, to)?;
                Ok(Batch { delivered: 0, dead: 1, more: true })
            })
            .await?;
        self.count(batch);
        Ok(batch)
    }

    fn count(&self, batch: Batch) {
        self.counts.delivered.fetch_add(batch.delivered, Ordering::Relaxed);
        self.counts.dead.fetch_add(batch.dead, Ordering::Relaxed);
        self.counts.batches.fetch_add(u64::from(batch != Batch::default()), Ordering::Relaxed);
    }

    async fn sweep(&self) -> Vec<Key> {
        self.behind().await.unwrap_or_else(|error| {
            tracing::warn!(
                delivery.consumer = self.consumer.name,
                error = &error as &dyn std::error::Error,
                "delivery.sweep_failed"
            );
            Vec::new()
        })
    }

    /// Streams that have events after the cursor, of every tenant.
    async fn behind(&self) -> Result<Vec<Key>, Error> {
        let (name, topic) = (self.consumer.name, self.consumer.topic);
        let mut keys = Vec::new();
        for tenant in self.scopes.tenants().await? {
            let tenant = tenant.id;
            let streams = self
                .db
                .read_one(&self.scope(tenant), move |tx| {
                    event_log::behind(tx, name, topic, STREAMS_A_SWEEP)
                })
                .await?;
            keys.extend(streams.into_iter().map(|stream| (tenant, stream)));
        }
        Ok(keys)
    }

    fn scope(&self, tenant: TenantId) -> Scope {
        self.scopes.scope(tenant, self.consumer.name)
    }
}

/// How many streams of a tenant one sweep takes up; the next one takes the rest.
const STREAMS_A_SWEEP: u32 = 1_000;
