//! What a driver implements.

use std::{any::Any, fmt, path::Path, time::Duration};

use kernel::Scope;
use tokio::sync::oneshot;

use crate::{Consistency, Dialect, Notices, Result, Row, Tx, Value};

/// Runs statements inside one transaction.
pub trait Session {
    /// Which dialect the statements are in.
    fn dialect(&self) -> Dialect;

    /// Runs a statement; the number of changed rows.
    ///
    /// # Errors
    /// Any of [`Error`].
    fn execute(&self, sql: &str, params: &[Value<'_>]) -> Result<u64>;

    /// Runs a statement once for each row of parameters.
    ///
    /// # Errors
    /// Any of [`Error`].
    fn execute_many(&self, sql: &str, rows: &[Vec<Value<'_>>]) -> Result<u64> {
        rows.iter().try_fold(0, |sum, params| Ok(sum + self.execute(sql, params)?))
    }

    /// Runs a statement; all its rows.
    ///
    /// # Errors
    /// Any of [`Error`].
    fn query(&self, sql: &str, params: &[Value<'_>]) -> Result<Vec<Row>>;

    /// Starts a nested savepoint.
    ///
    /// # Errors
    /// Any of [`Error`].
    fn savepoint(&self) -> Result<()>;

    /// Keeps what happened since the innermost savepoint.
    ///
    /// # Errors
    /// Any of [`Error`].
    fn release(&self) -> Result<()>;

    /// Undoes what happened since the innermost savepoint, and ends it.
    ///
    /// # Errors
    /// Any of [`Error`].
    fn rollback_to(&self) -> Result<()>;
}

/// What a closure decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Keep its work.
    Commit,
    /// Undo its work; it answered an error.
    Rollback,
}

/// A closure with its types taken off. It may run several times; it is answered once.
pub trait Job: Send {
    /// For whom it runs.
    fn scope(&self) -> &Scope;

    /// Runs the closure and keeps its answer.
    fn run(&mut self, tx: &Tx<'_>) -> Verdict;

    /// Ends the job: `Ok` hands out the kept answer, `Err` replaces it.
    fn answer(self: Box<Self>, outcome: Result<()>);
}

/// One engine.
pub trait Driver: Send + Sync + fmt::Debug {
    /// Runs a job that only reads. `snapshot` says whether it needs one view over several statements.
    fn read(&self, job: Box<dyn Job>, snapshot: bool);

    /// Runs a job that reads a row or two by their keys. An engine whose data lies on this machine may run it on the
    /// caller's own thread: waking another one costs more than the job.
    fn glance(&self, job: Box<dyn Job>) {
        self.read(job, true);
    }

    /// Runs a job that writes. Answers only once the work is durable.
    fn write(&self, job: Box<dyn Job>, consistency: Consistency);

    /// Where the driver sends the notices of its commits; called once.
    fn publish_to(&self, publish: Box<dyn Fn(Notices) + Send + Sync>);

    /// Whether the engine answers, within `limit`.
    ///
    /// # Errors
    /// [`Error::Unavailable`] and the like.
    fn ping(&self, limit: Duration) -> Result<()>;

    /// Writes a consistent copy of all data to `target` while work goes on. Blocks the calling thread.
    ///
    /// # Errors
    /// [`Error::Statement`] when the engine cannot.
    fn backup(&self, target: &Path) -> Result<()>;

    /// Finishes what is queued, then stops. Blocks the calling thread.
    fn close(&self);
}

/// A closure with its types taken off all but its answer, so that what carries it to a driver and back is compiled
/// once, not once for each of a thousand closures.
pub(crate) trait Work: Send {
    /// Runs the closure and keeps its answer.
    fn run(&mut self, tx: &Tx<'_>) -> Verdict;

    /// The kept answer: an `Option<Result<T, E>>`.
    fn kept(&mut self) -> &mut dyn Any;
}

/// A closure and what it answered the last time it ran.
pub(crate) struct Closure<T, E, F> {
    run: F,
    kept: Option<Result<T, E>>,
}

impl<T, E, F> Closure<T, E, F> {
    pub(crate) fn new(run: F) -> Self {
        Self { run, kept: None }
    }
}

impl<T, E, F> Work for Closure<T, E, F>
where
    T: Send + 'static,
    E: Send + 'static,
    F: Fn(&Tx<'_>) -> Result<T, E> + Send,
{
    fn run(&mut self, tx: &Tx<'_>) -> Verdict {
        let answer = (self.run)(tx);
        let verdict = if answer.is_ok() { Verdict::Commit } else { Verdict::Rollback };
        self.kept = Some(answer);
        verdict
    }

    fn kept(&mut self) -> &mut dyn Any {
        &mut self.kept
    }
}

/// What came of a job: the work with its answer in it, or why there is none.
pub(crate) type Done = Result<Box<dyn Work>>;

/// The job of every closure: it sends the work back to who asked.
pub(crate) struct Errand {
    scope: Scope,
    work: Box<dyn Work>,
    waiting: oneshot::Sender<Done>,
}

impl Errand {
    pub(crate) fn job(
        scope: Scope,
        work: Box<dyn Work>,
        waiting: oneshot::Sender<Done>,
    ) -> Box<dyn Job> {
        Box::new(Self { scope, work, waiting })
    }
}

impl Job for Errand {
    fn scope(&self) -> &Scope {
        &self.scope
    }

    fn run(&mut self, tx: &Tx<'_>) -> Verdict {
        self.work.run(tx)
    }

    fn answer(self: Box<Self>, outcome: Result<()>) {
        let Self { work, waiting, .. } = *self;
        // The caller may have gone away; its work stands all the same.
        drop(waiting.send(outcome.map(|()| work)));
    }
}
