//! One thread of the pool: runs closures, commits them, and finds out what became of a lost COMMIT.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, PoisonError, RwLock},
    thread,
    time::{Duration, Instant},
};

use db::{
    Error, Notice, Result, Tx,
    driver::{Job, Verdict},
};
use kernel::Ids;
use tokio::runtime::Runtime;

use crate::{
    Publisher,
    connect::{self, Link},
    error::{is_lost, translate},
    options::Endpoint,
    outbox::Outbox,
    pool::{Queue, Task},
    session::{Loss, Mode, PgSession},
};

/// Lets a write that keeps losing have this node's writes to itself.
///
/// A SERIALIZABLE write loses against every commit that comes between its first look at a row and its lock
/// on it; where many append to one stream it would lose for ever. Ordinary writes share the road.
pub(crate) type Road = Arc<RwLock<()>>;

pub(crate) struct Worker {
    pub(crate) runtime: Runtime,
    pub(crate) road: Road,
    pub(crate) endpoint: Arc<Endpoint>,
    outbox: Arc<Outbox>,
    publisher: Publisher,
    pub(crate) link: Option<Link>,
    ids: Ids,
}

/// What one run of a closure came to.
pub(crate) enum End {
    Answer(Result<()>, Vec<Notice>),
    Again,
}

/// What became of a transaction whose COMMIT was not answered.
enum Fate {
    Committed,
    Aborted,
    Unknown,
}

impl Worker {
    pub(crate) fn new(
        endpoint: Arc<Endpoint>,
        outbox: Arc<Outbox>,
        publisher: &Publisher,
        road: &Road,
    ) -> io::Result<Self> {
        Ok(Self {
            runtime: connect::runtime()?,
            road: Arc::clone(road),
            endpoint,
            outbox,
            publisher: Arc::clone(publisher),
            link: None,
            ids: Ids::system(),
        })
    }

    pub(crate) fn run(mut self, queue: &Queue) {
        while let Some((task, kind)) = queue.next() {
            match task {
                Task::Read { job, snapshot } => {
                    self.read(job, if snapshot { Mode::Snapshot } else { Mode::Single });
                }
                Task::Write(job) => self.write(job, Mode::Write),
                Task::Append(jobs) => self.append(jobs),
                Task::Ping(sender) => drop(sender.send(self.ping())),
            }
            queue.done(kind);
        }
        if let Some(link) = self.link.take() {
            self.runtime.block_on(link.close());
        }
    }

    fn ping(&mut self) -> Result<()> {
        for _ in 0..2 {
            // The first attempt may meet a connection that died while nobody looked.
            match self.ask("SELECT 1")? {
                Ok(_) => return Ok(()),
                Err(error) if is_lost(&error) => self.link = None,
                Err(error) => return Err(translate(error)),
            }
        }
        Err(Error::Unavailable { source: None })
    }

    pub(crate) fn write(&mut self, mut job: Box<dyn Job>, mode: Mode) {
        for run in 0..=RERUNS {
            if run > 0 {
                thread::sleep(self.jitter(run));
            }
            if let Err(error) = self.connect() {
                return job.answer(Err(error));
            }
            match self.write_in_turn(&mut *job, mode, run) {
                End::Again => {}
                End::Answer(outcome, notices) => {
                    // Whoever changed something sees no cache that still holds the old.
                    self.tell(notices);
                    return job.answer(outcome);
                }
            }
        }
        tracing::warn!(db.runs = RERUNS + 1, "db.contended");
        job.answer(Err(Error::Unavailable { source: Some(Error::Serialization.into()) }));
    }

    fn write_in_turn(&mut self, job: &mut dyn Job, mode: Mode, run: u32) -> End {
        let road = Arc::clone(&self.road);
        if run < ALONE_FROM {
            let _shared = road.read().unwrap_or_else(PoisonError::into_inner);
            self.write_once(job, mode)
        } else {
            let _alone = road.write().unwrap_or_else(PoisonError::into_inner);
            self.write_once(job, mode)
        }
    }

    fn write_once(&mut self, job: &mut dyn Job, mode: Mode) -> End {
        let Some(link) = &self.link else { return End::Again };
        let scope = job.scope().clone();
        let session = PgSession::new(&self.runtime, link, self.endpoint.options(), mode);
        let tx = Tx::new(&session, &scope);
        let verdict = run(job, &tx);
        let (poisoned, notices) = (tx.is_poisoned(), tx.into_notices());
        let open = session.is_open();
        let end = match (session.loss(), verdict) {
            (_, Err(_panic)) => End::Answer(Err(Error::Panicked), Vec::new()),
            (Some(Loss::Rerun), _) => End::Again,
            // The closure's own error says more than the loss that it caused.
            (_, Ok(Verdict::Rollback)) => End::Answer(Ok(()), Vec::new()),
            (Some(Loss::Final), _) => {
                End::Answer(Err(Error::Unavailable { source: None }), Vec::new())
            }
            (None, Ok(Verdict::Commit)) if poisoned => {
                End::Answer(Err(Error::Poisoned), Vec::new())
            }
            (None, Ok(Verdict::Commit)) if !open => End::Answer(Ok(()), notices),
            (None, Ok(Verdict::Commit)) => {
                let (xid, pid) = (session.xid(), link.pid().to_owned());
                return self.commit(xid, &pid, notices);
            }
        };
        if open {
            self.roll_back();
        }
        end
    }

    pub(crate) fn commit(&mut self, xid: Option<String>, pid: &str, notices: Vec<Notice>) -> End {
        let Some(link) = &self.link else { return End::Again };
        let Err(error) = self.runtime.block_on(link.client().batch_execute("COMMIT")) else {
            return End::Answer(Ok(()), notices);
        };
        if !is_lost(&error) {
            let error = translate(error);
            self.roll_back();
            return match error {
                Error::Serialization => End::Again,
                error => End::Answer(Err(error), Vec::new()),
            };
        }
        self.link = None;
        let Some(xid) = xid else {
            // It wrote nothing: there is nothing that could be there twice.
            return End::Again;
        };
        let fate = self.fate(&xid, pid);
        tracing::warn!(
            error = &error as &dyn std::error::Error,
            db.known = !matches!(fate, Fate::Unknown),
            "db.commit_answer_lost"
        );
        match fate {
            Fate::Committed => End::Answer(Ok(()), notices),
            Fate::Aborted => End::Again,
            Fate::Unknown => End::Answer(Err(Error::UnknownOutcome), Vec::new()),
        }
    }

    /// Asks on a new connection what became of a transaction.
    fn fate(&mut self, xid: &str, pid: &str) -> Fate {
        let started = Instant::now();
        let question = format!("SELECT pg_xact_status('{xid}'::xid8)");
        // The connection is gone, so nobody can finish it any more: end it, lest it stays in doubt.
        let end = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE pid = {pid} AND backend_xid = '{xid}'::xid8::xid"
        );
        while started.elapsed() < self.endpoint.options().patience {
            let Ok(answer) = self.ask(&question) else { return Fate::Unknown };
            match answer.as_ref().map(Option::as_deref) {
                Ok(Some("committed")) => return Fate::Committed,
                Ok(Some("aborted")) => return Fate::Aborted,
                Ok(Some(_in_progress)) => {
                    if let Ok(Err(error)) = self.ask(&end) {
                        tracing::warn!(error = &error as &dyn std::error::Error, "db.end_failed");
                    }
                    thread::sleep(SETTLE_PAUSE);
                }
                Err(error) if is_lost(error) => self.link = None,
                // Too old to be remembered, or of another cluster.
                Ok(None) | Err(_) => return Fate::Unknown,
            }
        }
        Fate::Unknown
    }

    fn read(&mut self, mut job: Box<dyn Job>, mode: Mode) {
        for run in 0..=RERUNS {
            if run > 0 {
                thread::sleep(self.jitter(run));
            }
            if let Err(error) = self.connect() {
                return job.answer(Err(error));
            }
            let Some(link) = &self.link else { continue };
            let scope = job.scope().clone();
            let session = PgSession::new(&self.runtime, link, self.endpoint.options(), mode);
            let tx = Tx::new(&session, &scope);
            let verdict = catch_unwind(AssertUnwindSafe(|| job.run(&tx)));
            let open = session.is_open();
            let outcome = match (session.loss(), verdict) {
                (Some(Loss::Rerun), Ok(_)) => None,
                (_, Err(_panic)) => Some(Err(Error::Panicked)),
                (_, Ok(Verdict::Commit)) if tx.is_poisoned() => Some(Err(Error::Poisoned)),
                (_, Ok(Verdict::Commit | Verdict::Rollback)) => Some(Ok(())),
            };
            match outcome {
                Some(outcome) => {
                    // A read has nothing to commit: nobody waits for its end.
                    job.answer(outcome);
                    if open {
                        self.roll_back();
                    }
                    return;
                }
                None => self.roll_back(),
            }
        }
        job.answer(Err(Error::Unavailable { source: None }));
    }

    /// Ends the transaction; a connection that cannot is given up.
    pub(crate) fn roll_back(&mut self) {
        if let Some(link) = &self.link
            && (link.client().is_closed()
                || self.runtime.block_on(link.client().batch_execute("ROLLBACK")).is_err())
        {
            self.link = None;
        }
    }

    pub(crate) fn connect(&mut self) -> Result<()> {
        if self.link.as_ref().is_none_or(|link| link.client().is_closed()) {
            self.link = None;
            self.link = Some(connect::open_patiently(&self.runtime, &self.endpoint)?);
        }
        Ok(())
    }

    /// Asks one question outside of any closure; the outer error says that there is no connection.
    fn ask(&mut self, sql: &str) -> Result<Result<Option<String>, tokio_postgres::Error>> {
        self.connect()?;
        let link = self.link.as_ref().ok_or(Error::Unavailable { source: None })?;
        Ok(self.runtime.block_on(link.ask(sql)))
    }

    pub(crate) fn tell(&self, notices: Vec<Notice>) {
        let Some(notices) = db::merge(notices) else { return };
        self.outbox.post(&notices);
        if let Some(publish) = self.publisher.get() {
            publish(notices);
        }
    }

    /// A random pause that grows with the runs, so that two closures do not meet again.
    fn jitter(&self, run: u32) -> Duration {
        let longest = 1_000_u32 << run.min(6);
        let random = u32::from_le_bytes(self.ids.secret_bytes());
        Duration::from_micros(u64::from(random % longest))
    }
}

/// Runs a closure that writes; a panic is an answer like others.
pub(crate) fn run(job: &mut dyn Job, tx: &Tx<'_>) -> thread::Result<Verdict> {
    let started = Instant::now();
    let verdict = catch_unwind(AssertUnwindSafe(|| job.run(tx)));
    let took = started.elapsed();
    if took > SLOW {
        tracing::warn!(db.closure_ms = took.as_millis(), "db.slow_write");
    }
    verdict
}

/// A closure is run again at most so many times.
const RERUNS: u32 = 10;
/// From this rerun on a closure runs while no other writes on this node.
const ALONE_FROM: u32 = 3;
/// Between two questions about a lost COMMIT.
const SETTLE_PAUSE: Duration = Duration::from_millis(20);
/// A closure that takes longer is worth a line in the log.
const SLOW: Duration = Duration::from_millis(250);
