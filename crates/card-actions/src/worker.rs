//! Presses outlive the request that made them: who closes the page half-way does not undo what the target did.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use db::Tx;
use jiff::SignedDuration;
use kernel::Scope;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinSet,
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use crate::{CardActions, Result, Run, begin::Begun, store};

/// A press on its way to the worker.
struct Job {
    scope: Scope,
    begun: Begun,
    answer: oneshot::Sender<Result<Run>>,
}

/// Hands presses to the worker, where one is at work.
pub(crate) struct Queue {
    sender: mpsc::Sender<Job>,
    receiver: Mutex<Option<mpsc::Receiver<Job>>>,
    works: AtomicBool,
}

impl Queue {
    pub(crate) fn new() -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        let receiver = Mutex::new(Some(receiver));
        Self { sender, receiver, works: AtomicBool::new(false) }
    }
}

impl CardActions {
    /// Runs a press at the worker's, or here where none is at work.
    pub(crate) async fn perform(&self, scope: &Scope, begun: Begun) -> Result<Run> {
        if !self.queue.works.load(Ordering::Acquire) {
            return Box::pin(self.call(scope, begun)).await;
        }
        let (answer, heard) = oneshot::channel();
        let job = Job { scope: scope.clone(), begun, answer };
        match self.queue.sender.try_send(job) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(job) | mpsc::error::TrySendError::Closed(job)) => {
                return Box::pin(self.call(&job.scope, job.begun)).await;
            }
        }
        heard.await.unwrap_or_else(|_gone| Err(db::Error::Closed.into()))
    }

    /// Performs presses until `stop`, and then those that are at work; forgets old ones. Run once a node.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let taken = self.queue.receiver.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(mut receiver) = taken else { return };
        self.queue.works.store(true, Ordering::Release);
        let mut calls = JoinSet::new();
        let mut retain_at = Instant::now() + FIRST_RETENTION;
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(_done) = calls.join_next(), if !calls.is_empty() => {}
                Some(job) = receiver.recv(), if calls.len() < AT_ONCE => {
                    calls.spawn(Arc::clone(&self).work(job));
                }
                () = sleep_until(retain_at) => {
                    if let Err(error) = self.retain().await {
                        let error: &dyn std::error::Error = &error;
                        tracing::warn!(error, "card_action.retention_failed");
                    }
                    retain_at = Instant::now() + RETENTION;
                }
            }
        }
        self.queue.works.store(false, Ordering::Release);
        receiver.close();
        while let Some(job) = receiver.recv().await {
            calls.spawn(Arc::clone(&self).work(job));
        }
        while calls.join_next().await.is_some() {}
    }

    async fn work(self: Arc<Self>, job: Job) {
        let Job { scope, begun, answer } = job;
        // who asked may be gone
        drop(answer.send(self.call(&scope, begun).await));
    }

    /// Gives runs up that never heard an answer, and deletes what is older than its time; how many rows went.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub async fn retain(&self) -> Result<u64> {
        let now = self.clock.now();
        let old = now - SignedDuration::from_hours(24 * i64::from(self.settings.kept_days));
        let stale = now - SignedDuration::from_hours(VIEW_HOURS);
        let lost = now - SignedDuration::from_mins(LOST_MINUTES);
        let (mut gone, mut done) = (0, Ok(()));
        for tenant in self.scopes.tenants().await? {
            let scope = self.scopes.scope(tenant.id, "retention");
            loop {
                let slice = move |tx: &Tx<'_>| {
                    store::give_up(tx, lost)?;
                    let views = store::views::prune(tx, stale, SLICE)?;
                    Ok::<_, db::Error>(views + store::prune(tx, old, SLICE)?)
                };
                match self.db.write(&scope, slice).await {
                    Ok(0) => break,
                    Ok(slice) => gone += slice,
                    // what one tenant stumbles over keeps no other waiting
                    Err(error) => {
                        done = done.and(Err(error));
                        break;
                    }
                }
            }
        }
        done?;
        Ok(gone)
    }
}

/// Presses that wait for the worker.
const WAITING: usize = 256;

/// Targets that are called at once by one node.
const AT_ONCE: usize = 64;

/// A run without an answer counts as lost after this: far more than any target may take.
const LOST_MINUTES: i64 = 10;

/// How long a card that was made for one reader is kept: our own choice, whoever looks asks for it again.
const VIEW_HOURS: i64 = 24;

/// How often retention runs.
const RETENTION: Duration = Duration::from_hours(1);

/// The first run is not part of the start.
const FIRST_RETENTION: Duration = Duration::from_mins(2);

/// Rows of one transaction.
const SLICE: i64 = 200;
