//! The one writer: group commit.

use std::{
    cell::Cell,
    io,
    ops::RangeInclusive,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, Sender, SyncSender},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use db::{
    Error, Notice, Result, Tx,
    driver::{Job, Verdict},
};
use rusqlite::{Connection, hooks::Wal};

use crate::{
    Publisher,
    session::{SqliteSession, translate},
};

/// What the writer's queue holds.
pub(crate) enum Message {
    Job(Box<dyn Job>),
    Ping(Sender<Result<()>>),
    Close,
}

impl Message {
    /// Answers that the database is closed.
    pub(crate) fn refuse(self) {
        match self {
            Self::Job(job) => job.answer(Err(Error::Closed)),
            Self::Ping(sender) => drop(sender.send(Err(Error::Closed))),
            Self::Close => {}
        }
    }
}

/// The writer's thread.
pub(crate) struct Writer(JoinHandle<()>);

impl Writer {
    pub(crate) fn start(
        connection: Connection,
        queue: Receiver<Message>,
        checkpoint: SyncSender<()>,
        publisher: Publisher,
    ) -> io::Result<Self> {
        let group =
            Group { connection, queue, checkpoint, publisher, closing: false, last_jobs: 0 };
        thread::Builder::new().name("db-writer".to_owned()).spawn(move || group.run()).map(Self)
    }

    pub(crate) fn join(self) {
        if self.0.join().is_err() {
            tracing::error!("the database writer panicked");
        }
    }
}

/// A closure that ran in the open transaction and waits for its COMMIT.
struct Ran {
    job: Box<dyn Job>,
    outcome: Result<()>,
    /// Whether the closure itself answered an error, which says more than the loss it caused.
    own_error: bool,
    notices: Vec<Notice>,
}

struct Group {
    connection: Connection,
    queue: Receiver<Message>,
    checkpoint: SyncSender<()>,
    publisher: Publisher,
    closing: bool,
    /// Closures of the group before.
    last_jobs: usize,
}

impl Group {
    fn run(mut self) {
        // The hook that was there before is none of ours.
        let _ = self.connection.wal_hook(Some(count_pages));
        while !self.closing
            && let Ok(message) = self.queue.recv()
        {
            if let Some(job) = self.take(message) {
                if GATHER_AFTER.contains(&self.last_jobs) {
                    thread::sleep(GATHER);
                }
                self.commit_group(job);
                self.checkpoint_when_due();
            }
        }
        // What came after the close is refused, not lost: its senders were not answered.
        while let Ok(message) = self.queue.try_recv() {
            message.refuse();
        }
    }

    fn take(&mut self, message: Message) -> Option<Box<dyn Job>> {
        match message {
            Message::Job(job) => Some(job),
            Message::Ping(sender) => {
                let answer = self.connection.execute_batch("SELECT 1").map_err(translate);
                drop(sender.send(answer));
                None
            }
            Message::Close => {
                self.closing = true;
                None
            }
        }
    }

    /// Runs `first` and what is queued behind it in one transaction.
    fn commit_group(&mut self, first: Box<dyn Job>) {
        if let Err(error) = self.statement("BEGIN IMMEDIATE") {
            return first.answer(Err(error));
        }
        let started = Instant::now();
        let mut ran = Vec::new();
        let mut next = Some(first);
        while let Some(job) = next.take() {
            let done = run_in_savepoint(&self.connection, job);
            ran.push(done);
            if self.connection.is_autocommit() {
                // The engine has rolled everything back.
                return self.rerun(ran);
            }
            while next.is_none()
                && !self.closing
                && ran.len() < GROUP_JOBS
                && started.elapsed() < GROUP_TIME
                && let Ok(message) = self.queue.try_recv()
            {
                next = self.take(message);
            }
        }
        self.last_jobs = ran.len();
        match self.statement("COMMIT") {
            Ok(()) => self.answer(ran),
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    jobs = ran.len(),
                    "db.commit_failed"
                );
                self.rerun(ran);
            }
        }
    }

    /// Runs each closure of a lost transaction again, alone.
    fn rerun(&mut self, lost: Vec<Ran>) {
        for Ran { job, .. } in lost {
            self.make_clean();
            if let Err(error) = self.statement("BEGIN IMMEDIATE") {
                job.answer(Err(error));
                continue;
            }
            let done = run_in_savepoint(&self.connection, job);
            let committed = if self.connection.is_autocommit() {
                Err(Error::Unavailable { source: None })
            } else {
                self.statement("COMMIT")
            };
            match committed {
                Err(error) if !done.own_error => done.job.answer(Err(error)),
                Ok(()) | Err(_) => self.answer(vec![done]),
            }
        }
        self.make_clean();
    }

    fn make_clean(&self) {
        if !self.connection.is_autocommit()
            && let Err(error) = self.statement("ROLLBACK")
        {
            tracing::error!(error = &error as &dyn std::error::Error, "db.rollback_failed");
        }
    }

    /// Publishes before it answers, so that whoever changed something sees no cache that still holds the old.
    fn answer(&self, mut ran: Vec<Ran>) {
        let notices = ran.iter_mut().flat_map(|done| std::mem::take(&mut done.notices)).collect();
        if let (Some(publish), Some(merged)) = (self.publisher.get(), db::merge(notices)) {
            publish(merged);
        }
        for Ran { job, outcome, .. } in ran {
            job.answer(outcome);
        }
    }

    /// Asks the other connection for a checkpoint when the log has grown; when it has grown far, the writer
    /// finishes the rest itself between two transactions, so that the log starts over.
    fn checkpoint_when_due(&self) {
        let pages = WAL_PAGES.get();
        if pages >= CHECKPOINT_PAGES {
            // A full channel means that one is running already.
            let _ = self.checkpoint.try_send(());
        }
        if pages >= RESTART_PAGES
            && let Err(error) =
                self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_row| Ok(()))
        {
            tracing::warn!(error = &error as &dyn std::error::Error, "db.checkpoint_failed");
        }
    }

    fn statement(&self, sql: &str) -> Result<()> {
        let mut statement = self.connection.prepare_cached(sql).map_err(translate)?;
        statement.raw_execute().map_err(translate)?;
        Ok(())
    }
}

/// Runs one closure so that its own failure undoes only its own work.
fn run_in_savepoint(connection: &Connection, mut job: Box<dyn Job>) -> Ran {
    let scope = job.scope().clone();
    let session = SqliteSession::new(connection);
    let failed =
        |job, error| Ran { job, outcome: Err(error), own_error: false, notices: Vec::new() };
    if let Err(error) = plain(connection, "SAVEPOINT closure") {
        return failed(job, error);
    }
    let started = Instant::now();
    let tx = Tx::new(&session, &scope);
    let verdict = catch_unwind(AssertUnwindSafe(|| job.run(&tx)));
    let took = started.elapsed();
    if took > SLOW {
        tracing::warn!(db.closure_ms = took.as_millis(), "db.slow_write");
    }
    let own_error = matches!(verdict, Ok(Verdict::Rollback));
    if connection.is_autocommit() {
        // The engine has rolled everything back, neighbours included.
        let outcome = if own_error { Ok(()) } else { Err(Error::Unavailable { source: None }) };
        return Ran { job, outcome, own_error, notices: Vec::new() };
    }
    let outcome = match verdict {
        Ok(Verdict::Commit) if tx.is_poisoned() => Err(Error::Poisoned),
        Ok(Verdict::Commit) => {
            let notices = tx.into_notices();
            return match plain(connection, "RELEASE closure") {
                Ok(()) => Ran { job, outcome: Ok(()), own_error, notices },
                Err(error) => failed(job, error),
            };
        }
        Ok(Verdict::Rollback) => Ok(()),
        Err(_panic) => Err(Error::Panicked),
    };
    let undone = plain(connection, "ROLLBACK TO closure")
        .and_then(|()| plain(connection, "RELEASE closure"));
    Ran { job, outcome: undone.and(outcome), own_error, notices: Vec::new() }
}

fn plain(connection: &Connection, sql: &str) -> Result<()> {
    let mut statement = connection.prepare_cached(sql).map_err(translate)?;
    statement.raw_execute().map_err(translate)?;
    Ok(())
}

thread_local! {
    static WAL_PAGES: Cell<i32> = const { Cell::new(0) };
}

#[expect(clippy::unnecessary_wraps, reason = "the engine's interface")]
fn count_pages(_wal: &mut Wal, pages: i32) -> rusqlite::Result<()> {
    WAL_PAGES.set(pages);
    Ok(())
}

/// At most so many closures share a transaction.
const GROUP_JOBS: usize = 1024;
/// After so long a transaction takes no further closure.
const GROUP_TIME: Duration = Duration::from_millis(8);
/// Where callers came together but few, the next group waits a moment for more of them: half the flushes, a sixth less
/// processor time a message at some thousand a second. A lone caller never waits, and large groups form by themselves.
const GATHER: Duration = Duration::from_micros(200);
const GATHER_AFTER: RangeInclusive<usize> = 2..=24;
/// A closure that takes longer is worth a line in the log.
const SLOW: Duration = Duration::from_millis(50);
/// From 16 MiB of log on, the other connection copies it into the database.
const CHECKPOINT_PAGES: i32 = 4_096;
/// From 128 MiB of log on, the writer finishes the copying.
const RESTART_PAGES: i32 = 32_768;
