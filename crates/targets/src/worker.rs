//! Serving the targets: which is due when, each on its own, none beside itself.

mod open;
mod progress;
mod turn;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use db::{Notice, Tx};
use delivery::{Key, Schedule, outside::Pace};
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use jiff::Timestamp;
use kernel::{Scope, TargetId, TenantId};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    Result,
    service::Targets,
    store::{self, CHANGED, Outline, course},
};

pub use progress::{GROUP_MESSAGES, GROUP_TIME};

/// What a worker remembers of a target between its turns.
#[derive(Debug, Default)]
struct Lane {
    pace: Pace,
    /// Nothing is sent before: the place asked for it after a success.
    pause_until: Option<Timestamp>,
    /// Until when this node has the lease.
    lease_until: Option<Timestamp>,
}

/// How a turn ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// Nothing waits.
    Idle,
    /// More waits; others get their turn first.
    More,
    /// Nothing may be sent before this instant.
    Wait(Timestamp),
    /// The target is not served: switched off, removed, its channel gone.
    Off,
}

/// Which targets follow which stream.
#[derive(Debug, Default)]
struct Roster {
    streams: HashMap<(TenantId, Uuid), Vec<Key>>,
    keys: HashSet<Key>,
}

impl Targets {
    /// Serves the targets until `stop`; run once a node. Messages that are on their way are waited for.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut listener = self.db.listen();
        let mut schedule = Schedule::default();
        let mut roster = Roster::default();
        let mut lanes: HashMap<Key, Lane> = HashMap::new();
        let mut running = FuturesUnordered::new();
        let every = Duration::from_secs(self.settings.sweep_seconds.max(1));
        let mut sweep_at = Instant::now();
        let mut retain_at = Instant::now() + FIRST_RETENTION;
        loop {
            let now = Instant::now();
            if now >= sweep_at {
                self.sweep(&mut roster, &mut schedule, now).await;
                schedule.forget(now.checked_sub(every).unwrap_or(now));
                lanes.retain(|key, _| roster.keys.contains(key));
                sweep_at = Instant::now() + every;
            }
            if now >= retain_at {
                if let Err(error) = self.retain().await {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, "target.retention_failed");
                }
                retain_at = Instant::now() + RETENTION;
            }
            while running.len() < self.settings.targets_at_once.max(1) {
                let Some((key, failures)) = schedule.take(Instant::now()) else { break };
                let lane = lanes.remove(&key).unwrap_or_default();
                running.push(self.serve(key, (lane, failures), &stop));
            }
            let full = running.len() >= self.settings.targets_at_once.max(1);
            let next = if full { None } else { schedule.next() };
            let wake = next.unwrap_or(sweep_at).min(sweep_at);
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some((key, lane, end)) = running.next(), if !running.is_empty() => {
                    lanes.insert(key, lane);
                    self.settle(&mut schedule, key, end);
                }
                notices = listener.next() => match notices {
                    Some(notices) => {
                        let now = Instant::now();
                        for notice in notices.iter() {
                            if notice.topic == CHANGED {
                                schedule.hurry((notice.tenant, notice.stream), now);
                                sweep_at = now;
                            } else {
                                roster.wake(notice, &mut schedule, now);
                            }
                        }
                    }
                    None => sweep_at = Instant::now(),
                },
                () = sleep_until(wake) => {}
            }
        }
        while let Some((key, lane, _end)) = running.next().await {
            lanes.insert(key, lane);
        }
        self.release(&lanes).await;
    }

    /// Serves every target that is due by the clock, until nothing more can be sent now. For tests and for a last
    /// turn before a stop.
    ///
    /// # Errors
    /// [`crate::Error::Store`], when something cannot be read or written.
    pub async fn drain(&self) -> Result<()> {
        let stop = CancellationToken::new();
        for tenant in self.scopes.tenants().await? {
            for outline in self.outlines(tenant.id).await? {
                let mut lane = Lane::default();
                let key = (tenant.id, outline.id.uuid());
                while self.turn(key, &mut lane, &stop).await? == End::More {}
            }
        }
        Ok(())
    }

    async fn serve(
        &self,
        key: Key,
        (mut lane, failures): (Lane, u32),
        stop: &CancellationToken,
    ) -> (Key, Lane, Result<End, u32>) {
        let end = self.turn(key, &mut lane, stop).await.map_err(|error| {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(target.id = %key.1, error, "target.turn_failed");
            failures
        });
        (key, lane, end)
    }

    fn settle(&self, schedule: &mut Schedule, key: Key, end: Result<End, u32>) {
        let now = Instant::now();
        match end {
            Ok(End::Idle | End::Off) => schedule.done(key, now, LINGER, false),
            Ok(End::More) => schedule.done(key, now, LINGER, true),
            Ok(End::Wait(until)) => {
                let wait = until.duration_since(self.clock.now());
                let wait = Duration::try_from(wait).unwrap_or_default().max(SHORTEST);
                schedule.failed(key, now + wait.min(LONGEST), false);
            }
            // The hub's own storage failed: try again, less and less often.
            Err(failures) => {
                let pause = self.settings.policy().backoff.pause(failures + 1, u32::MAX);
                schedule.failed(key, now + pause, true);
            }
        }
    }

    /// Looks for what no notice told of, and who is there.
    async fn sweep(&self, roster: &mut Roster, schedule: &mut Schedule, now: Instant) {
        match self.look().await {
            Ok((found, behind)) => {
                *roster = found;
                for key in behind {
                    schedule.mark(key, now, Duration::ZERO);
                }
            }
            Err(error) => {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "target.sweep_failed");
            }
        }
    }

    async fn look(&self) -> Result<(Roster, Vec<Key>)> {
        let (mut roster, mut behind) = (Roster::default(), Vec::new());
        for tenant in self.scopes.tenants().await? {
            let outlines = self.outlines(tenant.id).await?;
            for some in outlines.chunks(HEADS) {
                let some = some.to_vec();
                let scope = self.scope(tenant.id);
                let heads = move |tx: &Tx<'_>| {
                    let head = |outline: &Outline| {
                        let (topic, stream) = outline.source.stream();
                        event_log::head(tx, topic, stream)
                    };
                    let heads = some.iter().map(head).collect::<db::Result<Vec<i64>>>()?;
                    Ok::<_, db::Error>(some.iter().copied().zip(heads).collect::<Vec<_>>())
                };
                for (outline, head) in self.db.read(&scope, heads).await? {
                    let key = (tenant.id, outline.id.uuid());
                    roster.add(key, outline.source.stream().1);
                    if head > outline.position || outline.replays {
                        behind.push(key);
                    }
                }
            }
        }
        Ok((roster, behind))
    }

    async fn outlines(&self, tenant: TenantId) -> Result<Vec<Outline>> {
        let scope = self.scope(tenant);
        let (mut all, mut after) = (Vec::new(), TargetId::from(Uuid::nil()));
        loop {
            let read = move |tx: &Tx<'_>| store::outlines(tx, after, OUTLINES);
            let mut page = self.db.read_one::<_, db::Error, _>(&scope, read).await?;
            let Some(last) = page.last() else { return Ok(all) };
            after = last.id;
            all.append(&mut page);
        }
    }

    /// Lets other nodes go on at once.
    async fn release(&self, lanes: &HashMap<Key, Lane>) {
        if !self.shared {
            return;
        }
        let node = self.node;
        for ((tenant, target), lane) in lanes {
            if lane.lease_until.is_none() {
                continue;
            }
            let target = TargetId::from(*target);
            let write = move |tx: &Tx<'_>| course::release(tx, target, node);
            if let Err(error) = self.db.write::<_, db::Error, _>(&self.scope(*tenant), write).await
            {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, "target.release_failed");
            }
        }
    }

    fn scope(&self, tenant: TenantId) -> Scope {
        self.scopes.scope(tenant, "targets")
    }
}

impl Roster {
    fn add(&mut self, key: Key, stream: Uuid) {
        self.streams.entry((key.0, stream)).or_default().push(key);
        self.keys.insert(key);
    }

    fn wake(&self, notice: &Notice, schedule: &mut Schedule, now: Instant) {
        if self.streams.is_empty()
            || (notice.topic != workspace::MESSAGES_TOPIC && notice.topic != workspace::CARD_TOPIC)
        {
            return;
        }
        for key in self.streams.get(&(notice.tenant, notice.stream)).into_iter().flatten() {
            schedule.mark(*key, now, LINGER);
        }
    }
}

/// Pause between turns of a busy target, so that each opens the target and stores what was done once for several messages;
/// a quiet one is served at once.
const LINGER: Duration = Duration::from_millis(4);
/// The shortest pause, so that clocks that disagree cannot make the worker spin.
const SHORTEST: Duration = Duration::from_millis(1);
/// The longest pause before a target is looked at again.
const LONGEST: Duration = Duration::from_hours(1);
/// Targets whose heads are read at once.
const HEADS: usize = 200;
/// Targets of one page of the roster.
const OUTLINES: i64 = 1_000;
/// How often retention runs.
const RETENTION: Duration = Duration::from_hours(1);
/// The first run is not part of the start.
const FIRST_RETENTION: Duration = Duration::from_mins(2);
