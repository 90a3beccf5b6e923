//! The words of rows follow behind their writes: found by their versions, made outside of every closure, kept in slices.

use std::{
    collections::BTreeSet,
    mem,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use db::Tx;
use kernel::{EnvironmentId, Scope, TenantId};
use record_tables::{
    index::{self, Batch, Document},
    registry::{self, State},
    words,
};
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::{Records, Result, service::JOB, snapshot::Snapshot};

/// Environments that were written to on this node since their words were looked at.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    all: Mutex<BTreeSet<(TenantId, EnvironmentId)>>,
    bell: Notify,
    written: watch::Sender<u64>,
}

impl Touched {
    /// Something was written.
    pub(crate) fn add(&self, tenant: TenantId, environment: EnvironmentId) {
        let new =
            self.all.lock().unwrap_or_else(PoisonError::into_inner).insert((tenant, environment));
        if new {
            self.bell.notify_one();
        }
        self.written.send_modify(|times| *times = times.wrapping_add(1));
    }

    /// Changes with every write.
    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.written.subscribe()
    }

    fn take(&self) -> BTreeSet<(TenantId, EnvironmentId)> {
        mem::take(&mut *self.all.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What became of a slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// It was kept, and there is more.
    More,
    /// Nothing is left to keep.
    All,
    /// The environment is made anew, or its definitions are no longer those of the snapshot.
    Stale,
}

impl Records {
    /// Keeps the words of rows until `stop` is cancelled: a moment after writes of this node, and now and then those
    /// that another node left behind.
    pub(crate) async fn keep_words(&self, stop: &CancellationToken) {
        let mut sweep = tokio::time::interval(SWEEP);
        loop {
            let all = tokio::select! {
                () = stop.cancelled() => return,
                _tick = sweep.tick() => self.everywhere().await,
                () = self.0.touched.bell.notified() => {
                    tokio::select! {
                        () = stop.cancelled() => return,
                        () = tokio::time::sleep(GATHER) => {}
                    }
                    Ok(self.0.touched.take())
                }
            };
            let done = match all {
                Ok(all) => self.follow(&all, stop).await,
                Err(error) => Err(error),
            };
            if let Err(error) = done {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "keeping words for searches failed"
                );
            }
        }
    }

    async fn follow(
        &self,
        all: &BTreeSet<(TenantId, EnvironmentId)>,
        stop: &CancellationToken,
    ) -> Result<()> {
        for (tenant, environment) in all {
            let root = self.0.scopes.scope(*tenant, JOB);
            let snapshot = match self.snapshot(&root, *environment).await {
                Ok(snapshot) => snapshot,
                Err(crate::Error::NoEnvironment { .. }) => continue,
                Err(error) => return Err(error),
            };
            while !stop.is_cancelled() && self.index_slice(&root, &snapshot).await? == Kept::More {}
        }
        Ok(())
    }

    /// Every environment that is open.
    async fn everywhere(&self) -> Result<BTreeSet<(TenantId, EnvironmentId)>> {
        let mut all = BTreeSet::new();
        for tenant in self.0.scopes.tenants().await? {
            let root = self.0.scopes.scope(tenant.id, JOB);
            let here = self.0.db.read(&root, registry::all).await?;
            let open = here.into_iter().filter(|one| one.state == State::Ready);
            all.extend(open.map(|one| (tenant.id, one.environment)));
        }
        Ok(all)
    }

    /// Keeps what is left to keep, as far as a search waits for it; false when the snapshot holds no longer, so that
    /// nothing was kept.
    pub(crate) async fn catch_up(&self, scope: &Scope, snapshot: &Arc<Snapshot>) -> Result<bool> {
        for _ in 0..CATCH_UP {
            match self.index_slice(scope, snapshot).await? {
                Kept::More => {}
                Kept::All => return Ok(true),
                Kept::Stale => return Ok(false),
            }
        }
        self.0.touched.add(scope.tenant(), snapshot.environment.id);
        Ok(true)
    }

    /// Keeps the next rows. Nothing while the environment is made anew, or when its definitions
    /// are no longer those of the snapshot.
    async fn index_slice(&self, scope: &Scope, snapshot: &Arc<Snapshot>) -> Result<Kept> {
        let (number, environment) = (snapshot.number(), snapshot.environment.id);
        let held = Arc::clone(snapshot);
        let next = move |tx: &Tx<'_>| -> Result<Option<Option<Batch>>> {
            if !index::is_open(tx, &held.registered)? {
                return Ok(None);
            }
            if !index::stands(tx, number)? {
                return Ok(Some(None));
            }
            Ok(Some(Some(index::next(tx, &held.model, &held.registered, SLICE)?)))
        };
        let db = &self.0.db;
        let Some(next) = db.read(scope, next).await? else { return Ok(Kept::Stale) };
        let Some(batch) = next else {
            let held = Arc::clone(snapshot);
            let create = move |tx: &Tx<'_>| -> Result<()> {
                index::create(tx, environment)?;
                for table in held.model.tables() {
                    if !index::columns(table).is_empty() {
                        index::ensure_order(tx, number, table)?;
                    }
                }
                Ok(())
            };
            db.append(scope, environment.uuid(), create).await?;
            return Ok(Kept::More);
        };
        if batch.is_empty() {
            return Ok(Kept::All);
        }
        let dialect = db.read_one(scope, |tx| Ok::<_, db::Error>(tx.dialect())).await?;
        let document = |(code, row, title, body): &(i64, uuid::Uuid, String, String)| -> Document {
            (*code, *row, words::document(dialect, title, body))
        };
        let documents: Vec<Document> = batch.rows.iter().map(document).collect();
        let more = batch.more;
        // another stream than the environment's: writes of rows do not wait for words
        let stream = record_tables::names::derived(environment.uuid(), "words");
        let kept = move |tx: &Tx<'_>| index::keep(tx, number, &batch, &documents);
        let kept = db.append(scope, stream, kept).await?;
        Ok(if more || !kept { Kept::More } else { Kept::All })
    }
}

/// Between two looks at what other nodes left behind.
const SWEEP: Duration = Duration::from_mins(1);
/// How long writes are gathered.
const GATHER: Duration = Duration::from_millis(200);
/// Rows of a slice: a few milliseconds of the one writer.
const SLICE: usize = 100;
/// Slices that a search waits for.
const CATCH_UP: usize = 20;
