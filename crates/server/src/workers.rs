//! The hub's background jobs, started again when they die.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Runs background jobs until the stop.
#[derive(Clone)]
pub struct Workers {
    tracker: TaskTracker,
    stop: CancellationToken,
    states: Arc<Mutex<Vec<Arc<State>>>>,
    first_pause: Duration,
}

type Running = Pin<Box<dyn Future<Output = ()> + Send>>;

#[derive(Debug)]
struct State {
    name: &'static str,
    up: AtomicBool,
}

impl fmt::Debug for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Workers").field("down", &self.down()).finish_non_exhaustive()
    }
}

impl Workers {
    /// No workers yet.
    pub fn new(stop: CancellationToken) -> Self {
        Self { tracker: TaskTracker::new(), stop, states: Arc::default(), first_pause: FIRST_PAUSE }
    }

    /// Starts a job. `make` is called again, after a pause that doubles up to 30 seconds, whenever the
    /// job ends or panics before the stop.
    pub fn spawn<F, Job>(&self, name: &'static str, make: F)
    where
        F: Fn(CancellationToken) -> Job + Send + Sync + 'static,
        Job: Future<Output = ()> + Send + 'static,
    {
        // Behind a pointer, so that what runs a job is compiled once, not once for each of them.
        self.keep_up(name, Box::new(move |stop| Box::pin(make(stop))));
    }

    fn keep_up(&self, name: &'static str, make: Box<dyn Fn(CancellationToken) -> Running + Send>) {
        let state = Arc::new(State { name, up: AtomicBool::new(true) });
        self.states.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&state));
        let (tracker, stop) = (self.tracker.clone(), self.stop.clone());
        let first_pause = self.first_pause;
        self.tracker.spawn(async move {
            let mut pause = first_pause;
            loop {
                let started = Instant::now();
                let ended = tracker.spawn(make(stop.clone())).await;
                if stop.is_cancelled() {
                    return;
                }
                state.up.store(false, Ordering::Relaxed);
                if started.elapsed() > HEALTHY {
                    pause = first_pause;
                }
                let cause = ended.err().map(|error| error.to_string());
                let retry_in_ms = pause.as_millis();
                tracing::error!(
                    worker = name,
                    cause,
                    retry_in_ms,
                    "a worker died and will be started again"
                );
                if stop.run_until_cancelled(tokio::time::sleep(pause)).await.is_none() {
                    return;
                }
                pause = (pause * 2).min(LONGEST_PAUSE);
                state.up.store(true, Ordering::Relaxed);
            }
        });
    }

    /// The names of the jobs that are down at the moment.
    pub fn down(&self) -> Vec<&'static str> {
        let states = self.states.lock().unwrap_or_else(PoisonError::into_inner);
        states.iter().filter(|s| !s.up.load(Ordering::Relaxed)).map(|s| s.name).collect()
    }

    /// Waits until every job has ended, at most `limit`; call it after the stop was cancelled.
    pub async fn finish(&self, limit: Duration) {
        self.tracker.close();
        if tokio::time::timeout(limit, self.tracker.wait()).await.is_err() {
            tracing::warn!(workers = self.tracker.len(), "workers did not end in time");
        }
    }
}

/// The pause before a dead job is started again, at first.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
/// And at most.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// A job that ran this long starts with the first pause again.
const HEALTHY: Duration = Duration::from_mins(1);

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    #[tokio::test]
    async fn a_worker_that_dies_is_started_again_and_told() {
        let stop = CancellationToken::new();
        let workers = Workers { first_pause: Duration::ZERO, ..Workers::new(stop.clone()) };
        let starts = Arc::new(AtomicU32::new(0));
        let (counted, well) = (Arc::clone(&starts), Arc::new(tokio::sync::Notify::new()));
        let told = Arc::clone(&well);
        workers.spawn("fragile", move |stop| {
            let start = counted.fetch_add(1, Ordering::Relaxed);
            let told = Arc::clone(&told);
            async move {
                assert!(start > 1, "the first two starts fail");
                told.notify_one();
                stop.cancelled().await;
            }
        });
        well.notified().await;
        assert_eq!((workers.down(), starts.load(Ordering::Relaxed)), (Vec::new(), 3));
        stop.cancel();
        workers.finish(Duration::from_secs(5)).await;
        assert_eq!(workers.tracker.len(), 0);
    }

    #[tokio::test]
    async fn a_dead_worker_is_named_while_it_pauses() {
        let stop = CancellationToken::new();
        let workers = Workers { first_pause: LONGEST_PAUSE, ..Workers::new(stop.clone()) };
        workers.spawn("dead", |_stop| async {});
        while workers.down().is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(workers.down(), ["dead"]);
        stop.cancel();
        workers.finish(Duration::from_secs(5)).await;
    }
}
