//! What a driver implements.

use std::{fmt, path::Path, time::Duration};

use kernel::Scope;
use tokio::sync::oneshot;

use crate::{Consistency, Dialect, Error, Notices, Result, Row, Tx, Value};

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

pub(crate) struct Closure<T, E, F> {
    scope: Scope,
    run: F,
    answer: Option<Result<T, E>>,
    waiting: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> Closure<T, E, F> {
    pub(crate) fn new(scope: Scope, run: F, waiting: oneshot::Sender<Result<T, E>>) -> Self {
        Self { scope, run, answer: None, waiting }
    }
}

impl<T, E, F> Job for Closure<T, E, F>
where
    T: Send,
    E: From<Error> + Send,
    F: Fn(&Tx<'_>) -> Result<T, E> + Send,
{
    fn scope(&self) -> &Scope {
        &self.scope
    }

    fn run(&mut self, tx: &Tx<'_>) -> Verdict {
        let answer = (self.run)(tx);
        let verdict = if answer.is_ok() { Verdict::Commit } else { Verdict::Rollback };
        self.answer = Some(answer);
        verdict
    }

    fn answer(self: Box<Self>, outcome: Result<()>) {
        let answer = match outcome {
            Ok(()) => self.answer.unwrap_or_else(|| Err(Error::Closed.into())),
            Err(error) => Err(error.into()),
        };
        // The caller may have gone away; its work stands all the same.
        drop(self.waiting.send(answer));
    }
}
