//! The pool of readers.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
        mpsc::{self, Receiver, Sender},
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

/// The readers' threads.
pub(crate) struct Readers(Vec<JoinHandle<()>>);

impl Readers {
    pub(crate) fn start(options: &Options) -> Result<(Sender<Request>, Self), OpenError> {
        let (sender, receiver) = mpsc::channel();
        let queue = Arc::new(Mutex::new(receiver));
        let mut threads = Vec::new();
        for number in 0..options.readers.max(1) {
            let connection = connection::open_reader(options)
                .map_err(|source| OpenError::File { path: options.path.clone(), source })?;
            let reader = Reader::new(connection, options.read_limit)
                .map_err(|source| OpenError::File { path: options.path.clone(), source })?;
            let queue = Arc::clone(&queue);
            let thread = thread::Builder::new()
                .name(format!("db-reader-{number}"))
                .spawn(move || reader.run(&queue))
                .map_err(OpenError::Thread)?;
            threads.push(thread);
        }
        Ok((sender, Self(threads)))
    }

    pub(crate) fn stop(self, queue: &Sender<Request>) {
        for _ in &self.0 {
            drop(queue.send(Request::Stop));
        }
        for thread in self.0 {
            if thread.join().is_err() {
                tracing::error!("a database reader panicked");
            }
        }
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
    fn new(mut connection: Connection, limit: Duration) -> Result<Self> {
        let (born, deadline) = (Instant::now(), Arc::new(AtomicU64::new(u64::MAX)));
        let shared = Arc::clone(&deadline);
        let late = move || millis(born.elapsed()) > shared.load(Ordering::Relaxed);
        connection.progress_handler(PROGRESS_OPS, Some(late)).map_err(translate)?;
        Ok(Self { connection, limit, born, deadline })
    }

    fn run(self, queue: &Mutex<Receiver<Request>>) {
        loop {
            let request = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
            match request {
                Ok(Request::Read { job, snapshot }) => self.read(job, snapshot),
                Ok(Request::Stop) | Err(_) => return,
            }
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
