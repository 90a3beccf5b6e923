//! The pool of readers.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use db::{
    Error, Result, Tx,
    driver::{Job, Verdict},
};
use rusqlite::Connection;

use crate::{
    OpenError, Options, connection,
    session::{SqliteSession, translate},
};

/// What the readers' queue holds.
pub(crate) enum Request {
    Read { job: Box<dyn Job>, snapshot: bool },
    Stop,
}

impl Request {
    /// Answers that the database is closed.
    pub(crate) fn refuse(self) {
        match self {
            Self::Read { job, .. } => job.answer(Err(Error::Closed)),
            Self::Stop => {}
        }
    }
}

/// What waits for a reader. Whoever has nothing to do sleeps; the one that went to sleep last is woken first, because its
/// pages are the warmest, and nobody else is.
pub(crate) struct Queue {
    state: Mutex<State>,
    bells: Vec<Condvar>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Request>,
    asleep: Vec<usize>,
    closed: bool,
}

impl Queue {
    fn new(readers: usize) -> Self {
        Self { state: Mutex::default(), bells: (0..readers).map(|_| Condvar::new()).collect() }
    }

    /// Puts a request behind the others; once the queue is closed it is refused.
    pub(crate) fn send(&self, request: Request) {
        let mut state = self.state();
        if state.closed {
            drop(state);
            return request.refuse();
        }
        state.waiting.push_back(request);
        let woken = state.asleep.pop();
        drop(state);
        if let Some(bell) = woken.and_then(|reader| self.bells.get(reader)) {
            bell.notify_one();
        }
    }

    fn next(&self, reader: usize) -> Request {
        let mut state = self.state();
        loop {
            if let Some(request) = state.waiting.pop_front() {
                return request;
            }
            let Some(bell) = self.bells.get(reader) else { return Request::Stop };
            state.asleep.push(reader);
            state = bell.wait(state).unwrap_or_else(PoisonError::into_inner);
            // who woke by itself is still in the list
            state.asleep.retain(|one| *one != reader);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The readers' threads.
pub(crate) struct Readers(Vec<JoinHandle<()>>);

impl Readers {
    pub(crate) fn start(options: &Options) -> Result<(Arc<Queue>, Self), OpenError> {
        let queue = Arc::new(Queue::new(options.readers.max(1)));
        let mut threads = Vec::new();
        for number in 0..options.readers.max(1) {
            let reader = Reader::open(options)?;
            let queue = Arc::clone(&queue);
            let thread = thread::Builder::new()
                .name(format!("db-reader-{number}"))
                .spawn(move || reader.run(number, &queue))
                .map_err(OpenError::Thread)?;
            threads.push(thread);
        }
        Ok((queue, Self(threads)))
    }

    /// Waits for what was asked before; what comes later is refused.
    pub(crate) fn stop(self, queue: &Queue) {
        for _ in &self.0 {
            queue.send(Request::Stop);
        }
        queue.state().closed = true;
        for thread in self.0 {
            if thread.join().is_err() {
                tracing::error!("a database reader panicked");
            }
        }
        let left = std::mem::take(&mut queue.state().waiting);
        left.into_iter().for_each(Request::refuse);
    }
}

/// Connections for reads that are over before another thread would have woken: they run where they are asked for.
pub(crate) struct Glances(Mutex<Option<Vec<Reader>>>);

impl Glances {
    pub(crate) fn open(options: &Options) -> Result<Self, OpenError> {
        let readers = (0..GLANCES).map(|_| Reader::open(options)).collect::<Result<_, _>>()?;
        Ok(Self(Mutex::new(Some(readers))))
    }

    /// Runs the job here, or gives it back when every connection is in use or closed.
    pub(crate) fn run(&self, job: Box<dyn Job>) -> Result<(), Box<dyn Job>> {
        let reader = self.readers().as_mut().and_then(Vec::pop);
        let Some(reader) = reader else { return Err(job) };
        reader.read(job, true);
        // closed meanwhile, it goes with the others
        if let Some(readers) = self.readers().as_mut() {
            readers.push(reader);
        }
        Ok(())
    }

    pub(crate) fn close(&self) {
        *self.readers() = None;
    }

    fn readers(&self) -> MutexGuard<'_, Option<Vec<Reader>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Reader {
    connection: Connection,
    limit: Duration,
    born: Instant,
    /// When the running read is to be interrupted, in milliseconds after `born`.
    deadline: Arc<AtomicU64>,
}

impl Reader {
    fn open(options: &Options) -> Result<Self, OpenError> {
        let file = |source| OpenError::File { path: options.path.clone(), source };
        let connection = connection::open_reader(options).map_err(file)?;
        Self::new(connection, options.read_limit).map_err(file)
    }

    fn new(mut connection: Connection, limit: Duration) -> Result<Self> {
        let (born, deadline) = (Instant::now(), Arc::new(AtomicU64::new(u64::MAX)));
        let shared = Arc::clone(&deadline);
        let late = move || millis(born.elapsed()) > shared.load(Ordering::Relaxed);
        connection.progress_handler(PROGRESS_OPS, Some(late)).map_err(translate)?;
        Ok(Self { connection, limit, born, deadline })
    }

    fn run(self, number: usize, queue: &Queue) {
        while let Request::Read { job, snapshot } = queue.next(number) {
            self.read(job, snapshot);
        }
    }

    fn read(&self, mut job: Box<dyn Job>, snapshot: bool) {
        if snapshot && let Err(error) = self.plain("BEGIN DEFERRED") {
            return job.answer(Err(error));
        }
        self.deadline.store(millis(self.born.elapsed() + self.limit), Ordering::Relaxed);
        let scope = job.scope().clone();
        let session = SqliteSession::new(&self.connection);
        let tx = Tx::new(&session, &scope);
        let outcome = match catch_unwind(AssertUnwindSafe(|| job.run(&tx))) {
            Ok(Verdict::Commit) if tx.is_poisoned() => Err(Error::Poisoned),
            Ok(Verdict::Commit | Verdict::Rollback) => Ok(()),
            Err(_panic) => Err(Error::Panicked),
        };
        self.deadline.store(u64::MAX, Ordering::Relaxed);
        if !self.connection.is_autocommit()
            && let Err(error) = self.plain("ROLLBACK")
        {
            tracing::error!(error = &error as &dyn std::error::Error, "db.read_end_failed");
        }
        job.answer(outcome);
    }

    fn plain(&self, sql: &str) -> Result<()> {
        let mut statement = self.connection.prepare_cached(sql).map_err(translate)?;
        statement.raw_execute().map_err(translate)?;
        Ok(())
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// The deadline is looked at every so many steps of the engine, some tens of microseconds.
const PROGRESS_OPS: i32 = 2_000;
/// As many as there are threads that ask at the same time on small machines; where there are more, the readers answer.
const GLANCES: usize = 2;
