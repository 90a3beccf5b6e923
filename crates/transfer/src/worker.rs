//! The background: imports step by step, each a transaction with the rows, what was counted and what was found.
//!
//! Steps of one import are the same however often it is begun: [`SLICE`] rows from a multiple of it on. A step that
//! was taken has a row, written with its rows, so that none is taken twice, on whichever node.

mod slice;
mod undo;

use std::{collections::HashSet, sync::Arc, time::Duration};

use db::Tx;
use futures_util::{StreamExt as _, stream, stream::FuturesUnordered};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use kernel::{Coded as _, Kind, Scope, TenantId};
use records::Session;
use tables::Value;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::{
    Error, Import, PlanProblem, Result, Transfer,
    block::{self, Block},
    convert::{Draft, Reading},
    model::State,
    plan::CURRENCY,
    resolve::Lookups,
    service::importable,
    store::{self, CHANGED},
};

/// What it takes to work on one import.
pub(crate) struct Job<'a> {
    pub(crate) import: &'a Import,
    pub(crate) root: Scope,
    /// The person who began it, with what holds now.
    pub(crate) session: Session,
    /// What every new row gets besides.
    pub(crate) also: Vec<(String, Value)>,
}

/// Why an import does not go on now.
pub(crate) enum Halt {
    /// It was stopped, or another node has it; or this node stops.
    Stopped,
    /// It cannot go on.
    Failed(Error),
}

impl<E: Into<Error>> From<E> for Halt {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

impl Transfer {
    /// Works until `stop`; run once a node. A step that is under way is waited for.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut listener = self.db.listen();
        let mut at_work: HashSet<Uuid> = HashSet::new();
        let mut running = FuturesUnordered::new();
        let mut sweep_at = Instant::now();
        let mut retain_at = Instant::now() + FIRST_RETENTION;
        loop {
            if Instant::now() >= sweep_at {
                sweep_at = Instant::now() + SWEEP;
                match self.waiting().await {
                    Ok(waiting) => {
                        for (tenant, id) in waiting {
                            let most = self.settings.imports_at_once.max(1);
                            if at_work.len() < most && at_work.insert(id) {
                                let (hub, stop) = (&self, &stop);
                                running.push(async move {
                                    hub.serve(tenant, id, stop).await;
                                    id
                                });
                            }
                        }
                    }
                    Err(error) => {
                        let error: &dyn std::error::Error = &error;
                        tracing::warn!(error, "transfer.sweep_failed");
                    }
                }
            }
            if Instant::now() >= retain_at {
                retain_at = Instant::now() + RETENTION;
                if let Err(error) = self.retain().await {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, "transfer.retention_failed");
                }
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(id) = running.next(), if !running.is_empty() => {
                    at_work.remove(&id);
                    sweep_at = sweep_at.min(Instant::now() + Duration::from_millis(200));
                }
                notices = listener.next() => {
                    let news = notices.is_none_or(|all| all.iter().any(|one| one.topic == CHANGED));
                    if news {
                        sweep_at = Instant::now();
                    }
                }
                () = sleep_until(sweep_at) => {}
            }
        }
        while running.next().await.is_some() {}
    }

    /// Works off everything that waits; for tests.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn drain(&self) -> Result<()> {
        let stop = CancellationToken::new();
        loop {
            let waiting = self.waiting().await?;
            if waiting.is_empty() {
                return Ok(());
            }
            for (tenant, id) in waiting {
                self.serve(tenant, id, &stop).await;
            }
        }
    }

    async fn waiting(&self) -> Result<Vec<(TenantId, Uuid)>> {
        let mut all = Vec::new();
        for tenant in self.scopes.tenants().await? {
            let root = self.scopes.scope(tenant.id, JOB);
            match self.db.read_one(&root, store::busy).await {
                Ok(found) => all.extend(found.into_iter().map(|id| (tenant.id, id))),
                // what one tenant stumbles over keeps no other waiting
                Err(error) => {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, tenant.id = %tenant.id, "transfer.look_failed");
                }
            }
        }
        Ok(all)
    }

    /// Works on one import until it ends, is stopped or fails.
    async fn serve(&self, tenant: TenantId, id: Uuid, stop: &CancellationToken) {
        let root = self.scopes.scope(tenant, JOB);
        if let Err(error) = self.turn(&root, id, stop).await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, import.id = %id, "transfer.turn_failed");
        }
        let node = self.node;
        let released = self.db.write(&root, move |tx| store::release(tx, id, node)).await;
        if let Err(error) = released {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, import.id = %id, "transfer.release_failed");
        }
    }

    async fn turn(&self, root: &Scope, id: Uuid, stop: &CancellationToken) -> Result<()> {
        let lease = (self.node, self.clock.now(), self.lease());
        if !self.db.write(root, move |tx| store::take(tx, id, lease)).await? {
            return Ok(());
        }
        let Some(import) = self.db.read_one(root, move |tx| store::lookup(tx, id)).await? else {
            return Ok(());
        };
        let done = match import.state {
            State::Checking | State::Running => self.rows(root, &import, stop).await,
            State::Undoing => self.undo_all(root, &import, stop).await,
            _ => return Ok(()),
        };
        let now = self.clock.now();
        let (to, problem) = match done {
            Ok(()) => match import.state {
                State::Checking => (State::Checked, None),
                State::Running => (State::Done, None),
                _ => (State::Undone, None),
            },
            Err(Halt::Stopped) => return Ok(()),
            Err(Halt::Failed(error)) => {
                let code = error.code();
                if matches!(code.kind(), Kind::Unavailable | Kind::Throttled) {
                    // it goes on with the next sweep
                    return Err(error);
                }
                let shown: &dyn std::error::Error = &error;
                tracing::warn!(error = shown, import.id = %id, "transfer.failed");
                (State::Failed, Some(code.name()))
            }
        };
        let from = import.state;
        let end = move |tx: &Tx<'_>| store::go(tx, id, (from, to), (now, problem));
        if self.db.write(root, end).await? && matches!(to, State::Done | State::Undone) {
            while self.db.write(root, move |tx| store::shrink(tx, id, false)).await? {}
        }
        Ok(())
    }

    /// Until when a node has an import that it works on.
    pub(crate) fn lease(&self) -> Timestamp {
        self.clock.now().checked_add(LEASE).unwrap_or(Timestamp::MAX)
    }

    /// An import with the person who began it, as that person stands now.
    pub(crate) async fn job<'a>(&self, root: &Scope, import: &'a Import) -> Result<Job<'a>, Halt> {
        let person = self.scopes.person(root.tenant(), import.user).await?.ok_or(Error::Gone)?;
        let session = self.session(&person, import.environment).await?;
        let also = self.also(&session, import).await?;
        Ok(Job { import, root: root.clone(), session, also })
    }

    /// The owner and the currency that the plan names, where no column says them.
    async fn also(&self, session: &Session, import: &Import) -> Result<Vec<(String, Value)>> {
        let table = importable(session, &import.table)?;
        let plan = &import.plan;
        let mut draft = Draft::default();
        for (column, text) in [("ownerid", &plan.owner), (CURRENCY, &plan.currency)] {
            let filled = plan.columns.iter().flatten().any(|name| name == column);
            if !filled && !text.trim().is_empty() && table.column(column).is_some() {
                draft.lookups.push((column.to_owned(), text.trim().to_owned()));
            }
        }
        let mut drafts = [draft];
        Lookups::default().resolve(session, table, &mut drafts).await?;
        let [draft] = drafts;
        match draft.findings.into_iter().next() {
            Some(finding) => {
                let pointer = if finding.column == "ownerid" { "/owner" } else { "/currency" };
                let text = if pointer == "/owner" { &plan.owner } else { &plan.currency };
                let problem = PlanProblem::NotFound(text.trim().to_owned());
                Err(Error::Plan { pointer, problem })
            }
            None => Ok(draft.values),
        }
    }

    async fn rows(
        &self,
        root: &Scope,
        import: &Import,
        stop: &CancellationToken,
    ) -> Result<(), Halt> {
        let id = import.id;
        if import.state == State::Checking {
            // a check that was cut off begins anew
            self.db.write(root, move |tx| store::count_anew(tx, id)).await?;
        }
        let (mut from, mut lookups) = (0, Lookups::default());
        loop {
            let found = self.db.read_one(root, move |tx| store::block(tx, id, from)).await?;
            let Some(found) = found else { return Ok(()) };
            let range = (found.first, found.first + found.rows);
            from = range.1;
            let taken: HashSet<u64> = if import.state == State::Running {
                let taken = self.db.read_one(root, move |tx| store::taken(tx, id, range)).await?;
                taken.into_iter().collect()
            } else {
                HashSet::new()
            };
            if taken.len() >= usize::try_from(found.rows).unwrap_or(0).div_ceil(SLICE) {
                continue;
            }
            let job = self.job(root, import).await?;
            self.block(&job, (found, &taken, &mut lookups), stop).await?;
        }
    }

    /// The steps of one block: side by side where no row can mean another.
    async fn block(
        &self,
        job: &Job<'_>,
        (block, taken, lookups): (Block, &HashSet<u64>, &mut Lookups),
        stop: &CancellationToken,
    ) -> Result<(), Halt> {
        let table = importable(&job.session, &job.import.table)?;
        let inconsistent =
            || db::Error::Inconsistent { column: 2, expected: "a block of packed rows" };
        let rows = block::unpack(&block.bytes).ok_or_else(inconsistent)?;
        let reading = Reading {
            model: job.session.model(),
            table,
            plan: &job.import.plan,
            zone: TimeZone::get(&job.import.plan.zone).unwrap_or(TimeZone::UTC),
            width: job.import.heading.len(),
            kind: job.import.kind,
        };
        let mut steps = Vec::new();
        for (at, rows) in rows.chunks(SLICE).enumerate() {
            let first = block.first + u64::try_from(at * SLICE).unwrap_or_default();
            if !taken.contains(&first) {
                steps.push((first, rows));
            }
        }
        if !job.import.plan.is_free(table) {
            for (first, rows) in steps {
                if stop.is_cancelled() {
                    return Err(Halt::Stopped);
                }
                let mut drafts: Vec<Draft> = rows.iter().map(|row| reading.draft(row)).collect();
                lookups.forget(&table.logical);
                lookups.resolve(&job.session, table, &mut drafts).await?;
                self.slice(job, table, (first, drafts)).await?;
                tokio::task::yield_now().await;
            }
            return Ok(());
        }
        let mut ready = Vec::with_capacity(steps.len());
        for (first, rows) in steps {
            let mut drafts: Vec<Draft> = rows.iter().map(|row| reading.draft(row)).collect();
            lookups.resolve(&job.session, table, &mut drafts).await?;
            ready.push((first, drafts));
            tokio::task::yield_now().await;
        }
        let each = |step| async move {
            if stop.is_cancelled() {
                Err(Halt::Stopped)
            } else {
                self.slice(job, table, step).await
            }
        };
        let mut side_by_side = stream::iter(ready).map(each).buffer_unordered(AT_ONCE);
        let mut outcome = Ok(());
        while let Some(done) = side_by_side.next().await {
            // those that are under way are waited for, so that what is stored is what was counted
            if outcome.is_ok() {
                outcome = done;
            }
        }
        outcome
    }

    /// Forgets imports that are older than the settings say, and files that never became whole.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn retain(&self) -> Result<()> {
        let ago = |hours| self.clock.now().checked_sub(SignedDuration::from_hours(hours));
        let before = ago(24 * i64::from(self.settings.keep_days)).unwrap_or(Timestamp::MIN);
        let unfinished = ago(24).unwrap_or(Timestamp::MIN);
        let mut done = Ok(());
        for tenant in self.scopes.tenants().await? {
            let root = self.scopes.scope(tenant.id, JOB);
            // what one tenant stumbles over keeps no other waiting
            done = done.and(self.retain_of(&root, (before, unfinished)).await);
        }
        done
    }

    async fn retain_of(&self, root: &Scope, ages: (Timestamp, Timestamp)) -> Result<()> {
        for id in self.db.read_one(root, move |tx| store::old(tx, ages)).await? {
            while self.db.write(root, move |tx| store::shrink(tx, id, true)).await? {}
        }
        Ok(())
    }
}

/// Rows of one step: about three milliseconds of the one writer.
pub(crate) const SLICE: usize = 64;
/// Steps that are under way at once, so that they share flushes.
const AT_ONCE: usize = 8;
/// How often everything is looked through.
const SWEEP: Duration = Duration::from_secs(5);
/// How long a node keeps an import that it does not go on with.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How often old imports are forgotten.
const RETENTION: Duration = Duration::from_hours(6);
/// The first time after a start.
const FIRST_RETENTION: Duration = Duration::from_mins(5);
/// As the room's work shows in the audit.
const JOB: &str = "transfer";
