//! The one writer: group commit.

use std::{
    cell::Cell,
    io,
    ops::RangeInclusive,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{Receiver, Sender},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use db::{
    Error, Notice, Result, Tx,
    driver::{Job, Verdict},
};
use rusqlite::{Connection, hooks::Wal};
use uuid::Uuid;

use crate::{
    Publisher,
    checkpoint::{self, Trigger},
    line::Line,
    session::{SqliteSession, translate},
};

/// What the writer's queue holds.
pub(crate) enum Message {
    Job(Asked),
    Ping(Sender<Result<()>>),
    Close,
}

/// A closure that waits for its turn, and the stream that it appends to.
pub(crate) struct Asked {
    pub(crate) job: Box<dyn Job>,
    pub(crate) stream: Option<Uuid>,
}

impl Message {
    /// Answers that the database is closed.
    pub(crate) fn refuse(self) {
        match self {
            Self::Job(asked) => asked.job.answer(Err(Error::Closed)),
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
        checkpoint: Trigger,
        publisher: Publisher,
    ) -> io::Result<Self> {
        let group = Group {
            connection,
            queue,
            checkpoint,
            publisher,
            closing: false,
            last_jobs: 0,
            line: Line::default(),
            asked_at: Cell::new(0),
        };
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
    /// Whether its work is to be undone with the whole transaction: it ran without a savepoint.
    lost: bool,
    notices: Vec<Notice>,
}

struct Group {
    connection: Connection,
    queue: Receiver<Message>,
    line: Line,
    checkpoint: Trigger,
    publisher: Publisher,
    closing: bool,
    /// Closures of the group before.
    last_jobs: usize,
    /// The length of the log in pages when a checkpoint was last asked for.
    asked_at: Cell<i32>,
}

impl Group {
    fn run(mut self) {
        // The hook that was there before is none of ours.
        let _ = self.connection.wal_hook(Some(count_pages));
        while let Some(asked) = self.wait() {
            if GATHER_AFTER.contains(&self.last_jobs) {
                thread::sleep(GATHER);
            }
            self.commit_group(asked);
            self.checkpoint_when_due();
        }
        // What came after the close is refused, not lost: its senders were not answered.
        while let Ok(message) = self.queue.try_recv() {
            message.refuse();
        }
    }

    /// The next closure; nothing once all that came before the close is done.
    fn wait(&mut self) -> Option<Asked> {
        loop {
            self.gather();
            if let Some(asked) = self.line.first() {
                return Some(asked);
            }
            if self.closing {
                return None;
            }
            let message = self.queue.recv().ok()?;
            self.take(message);
        }
    }

    /// Puts what has come into the line.
    fn gather(&mut self) {
        while !self.closing
            && let Ok(message) = self.queue.try_recv()
        {
            self.take(message);
        }
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Job(asked) => self.line.push(asked),
            Message::Ping(sender) => {
                let answer = self.connection.execute_batch("SELECT 1").map_err(translate);
                drop(sender.send(answer));
            }
            Message::Close => self.closing = true,
        }
    }

    /// Runs `first` and what is queued behind it in one transaction.
    fn commit_group(&mut self, first: Asked) {
        if let Err(error) = self.statement("BEGIN IMMEDIATE") {
            return first.job.answer(Err(error));
        }
        let started = Instant::now();
        let mut ran = Vec::new();
        let mut next = Some(first);
        while let Some(Asked { job, stream }) = next.take() {
            let began = Instant::now();
            // The first has the transaction to itself so far: it needs no savepoint, which would keep a copy of every
            // page that it changes.
            let alone = ran.is_empty();
            let done = run(&self.connection, job, !alone);
            let failed = alone && done.lost;
            self.line.took(stream, began.elapsed());
            ran.push(done);
            if failed {
                self.make_clean();
                return self.answer(ran);
            }
            if self.connection.is_autocommit() {
                // The engine has rolled everything back.
                return self.rerun(ran);
            }
            if ran.len() < GROUP_JOBS && started.elapsed() < GROUP_TIME {
                self.gather();
                next = self.line.short();
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
            let done = run(&self.connection, job, true);
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

    /// Asks the other connection for a checkpoint when the log has grown. What came meanwhile the writer copies itself
    /// between two transactions, once the other is done: then nothing is left, and the log starts over. A log that is
    /// written over takes no room from the file system and is flushed faster than one that grows. Where much came
    /// meanwhile, the other takes that too, so that nobody waits for the writer to copy it.
    fn checkpoint_when_due(&self) {
        let pages = WAL_PAGES.get();
        if pages < self.asked_at.get() {
            self.asked_at.set(0);
        }
        match Due::of(self.checkpoint.was_done(), pages, self.asked_at.get()) {
            Due::Nothing => {}
            Due::Aside => {
                self.asked_at.set(pages);
                self.checkpoint.pull();
            }
            Due::Here => checkpoint::run(&self.connection),
        }
    }

    fn statement(&self, sql: &str) -> Result<()> {
        let mut statement = self.connection.prepare_cached(sql).map_err(translate)?;
        statement.raw_execute().map_err(translate)?;
        Ok(())
    }
}

/// What is to be done about the log.
#[derive(Debug, PartialEq, Eq)]
enum Due {
    Nothing,
    /// The other connection is to copy it.
    Aside,
    /// The writer is to copy the rest, so that it starts over.
    Here,
}

impl Due {
    /// With so many pages in the log, of which the other connection was asked for so many, and whether it is done.
    const fn of(is_done: bool, pages: i32, asked_at: i32) -> Self {
        let left = pages - asked_at;
        if pages >= RESTART_PAGES || (is_done && (left <= FEW_PAGES || pages >= LONG_PAGES)) {
            Self::Here
        } else if is_done || left >= CHECKPOINT_PAGES {
            Self::Aside
        } else {
            Self::Nothing
        }
    }
}

/// Runs one closure; in a savepoint its own failure undoes only its own work.
fn run(connection: &Connection, mut job: Box<dyn Job>, savepoint: bool) -> Ran {
    let scope = job.scope().clone();
    let session = SqliteSession::new(connection);
    let ran =
        |job, outcome, own_error| Ran { job, outcome, own_error, lost: false, notices: Vec::new() };
    if savepoint && let Err(error) = plain(connection, "SAVEPOINT closure") {
        return ran(job, Err(error), false);
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
        return ran(job, outcome, own_error);
    }
    let outcome = match verdict {
        Ok(Verdict::Commit) if tx.is_poisoned() => Err(Error::Poisoned),
        Ok(Verdict::Commit) => {
            let notices = tx.into_notices();
            let kept = if savepoint { plain(connection, "RELEASE closure") } else { Ok(()) };
            return match kept {
                Ok(()) => Ran { notices, ..ran(job, Ok(()), own_error) },
                Err(error) => ran(job, Err(error), false),
            };
        }
        Ok(Verdict::Rollback) => Ok(()),
        Err(_panic) => Err(Error::Panicked),
    };
    if !savepoint {
        return Ran { lost: true, ..ran(job, outcome, own_error) };
    }
    let undone = plain(connection, "ROLLBACK TO closure")
        .and_then(|()| plain(connection, "RELEASE closure"));
    ran(job, undone.and(outcome), own_error)
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
/// After each 16 MiB of log the other connection copies it into the database.
const CHECKPOINT_PAGES: i32 = 4_096;
/// So much the writer copies itself within a few milliseconds: 1 MiB.
const FEW_PAGES: i32 = 256;
/// From 48 MiB of log on it copies the rest itself however much that is.
const LONG_PAGES: i32 = 12_288;
/// From 128 MiB of log on, which a reader kept from starting over, the writer copies after each transaction.
const RESTART_PAGES: i32 = 32_768;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_writer_copies_what_is_left_only_when_that_is_little() {
        assert_eq!(Due::of(false, CHECKPOINT_PAGES - 1, 0), Due::Nothing);
        assert_eq!(Due::of(false, CHECKPOINT_PAGES, 0), Due::Aside);
        assert_eq!(Due::of(false, CHECKPOINT_PAGES + 900, CHECKPOINT_PAGES), Due::Nothing);
        assert_eq!(Due::of(true, CHECKPOINT_PAGES + 900, CHECKPOINT_PAGES), Due::Aside);
        assert_eq!(Due::of(true, CHECKPOINT_PAGES + 90, CHECKPOINT_PAGES), Due::Here);
    }

    #[test]
    fn a_log_that_never_gets_short_starts_over_all_the_same() {
        assert_eq!(Due::of(true, LONG_PAGES + 900, LONG_PAGES), Due::Here);
        assert_eq!(Due::of(false, RESTART_PAGES, RESTART_PAGES), Due::Here);
    }
}
