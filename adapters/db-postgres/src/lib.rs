//! PostgreSQL behind `db`: a bounded pool of threads, each with a connection of its own.
//!
//! A closure runs on one of the threads in one transaction: a write SERIALIZABLE (an append READ
//! COMMITTED), a read REPEATABLE READ READ ONLY or, for a single statement, without BEGIN. A write that
//! loses against another is run again, at most ten times; so is one whose connection broke before its
//! COMMIT. When the answer to the COMMIT itself is lost, the server is asked what became of it.
//!
//! Appends that wait at the same time share a transaction, each in a savepoint of its own: one flush for
//! all of them. When that transaction is lost, each is run again in one of its own.
//!
//! Commits are told to this node at once, and to the others by NOTIFY on one separate connection, many
//! commits in one message.
//!
//! The BEGIN travels together with the first statement, so that a closure pays one round trip for each
//! statement and one for its COMMIT.

mod backup;
mod connect;
mod error;
mod group;
mod made;
mod migrate;
mod options;
mod outbox;
mod pool;
mod restore;
mod session;
mod tls;
mod value;
mod wire;
mod worker;

use std::{
    fmt, io,
    path::Path,
    sync::{Arc, Mutex, OnceLock, PoisonError, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use db::{
    Consistency, Error, Notices, Result,
    driver::{Driver, Job},
};

pub use migrate::migrations;
pub use options::{Options, UrlError};
pub use restore::{RestoreError, restore};

use crate::{
    options::Endpoint,
    outbox::Outbox,
    pool::{Queue, Wish},
    worker::{Road, Worker},
};

/// How the driver tells the facade about commits.
pub(crate) type Publisher = Arc<OnceLock<Box<dyn Fn(Notices) + Send + Sync>>>;

/// Why a database cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address of the server is not understood.
    #[error("the database URL is not usable")]
    Url(#[from] UrlError),
    /// The server cannot be reached or refuses the sign-in.
    #[error("the database server does not let us in")]
    Connect(#[source] Error),
    /// The schema cannot be brought up to date.
    #[error("the database cannot be migrated")]
    Migration(#[from] db::MigrationError),
    /// A thread cannot be started.
    #[error("a database thread cannot be started")]
    Thread(#[source] io::Error),
}

/// PostgreSQL as a [`db::driver::Driver`].
pub struct PostgresDriver {
    endpoint: Arc<Endpoint>,
    queue: Arc<Queue>,
    workers: Mutex<Vec<JoinHandle<()>>>,
    outbox: Arc<Outbox>,
    postman: Mutex<Option<JoinHandle<()>>>,
    publisher: Publisher,
}

impl fmt::Debug for PostgresDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresDriver").field("endpoint", &self.endpoint).finish_non_exhaustive()
    }
}

impl PostgresDriver {
    /// Connects and brings the schema up to date. Blocks the calling thread.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(options: Options) -> Result<Arc<Self>, OpenError> {
        let endpoint = Arc::new(Endpoint::new(options)?);
        let migrated = Arc::clone(&endpoint);
        // On a thread of its own: the caller may be inside another runtime.
        aside(move || migrate::bring_up_to_date(&migrated))??;
        let publisher = Publisher::default();
        let outbox = Arc::new(Outbox::new());
        let postman =
            outbox::start(Arc::clone(&endpoint), Arc::clone(&outbox), Arc::clone(&publisher))?;
        let threads = endpoint.options().connections.max(1);
        let queue = Arc::new(Queue::new(threads));
        let road = Road::default();
        let mut workers = Vec::with_capacity(threads);
        for number in 0..threads {
            let worker = Worker::new(Arc::clone(&endpoint), Arc::clone(&outbox), &publisher, &road)
                .map_err(OpenError::Thread)?;
            let queue = Arc::clone(&queue);
            let thread = thread::Builder::new()
                .name(format!("db-worker-{number}"))
                .spawn(move || worker.run(&queue))
                .map_err(OpenError::Thread)?;
            workers.push(thread);
        }
        Ok(Arc::new(Self {
            endpoint,
            queue,
            workers: Mutex::new(workers),
            outbox,
            postman: Mutex::new(Some(postman)),
            publisher,
        }))
    }
}

impl Driver for PostgresDriver {
    fn read(&self, job: Box<dyn Job>, snapshot: bool) {
        self.queue.push(Wish::Read { job, snapshot });
    }

    fn write(&self, job: Box<dyn Job>, consistency: Consistency) {
        self.queue.push(match consistency {
            Consistency::Serializable => Wish::Write(job),
            Consistency::Append { stream } => Wish::Append { job, stream },
        });
    }

    fn publish_to(&self, publish: Box<dyn Fn(Notices) + Send + Sync>) {
        // A second facade over the same driver would steal the notices: the first one keeps them.
        drop(self.publisher.set(publish));
    }

    fn ping(&self, limit: Duration) -> Result<()> {
        let (sender, receiver) = mpsc::channel();
        self.queue.push(Wish::Ping(sender));
        receiver.recv_timeout(limit).map_err(|_late| Error::Unavailable { source: None })?
    }

    fn backup(&self, target: &Path) -> Result<()> {
        let (endpoint, target) = (Arc::clone(&self.endpoint), target.to_owned());
        aside(move || backup::write(&endpoint, &target)).map_err(failed)?
    }

    fn close(&self) {
        self.queue.close();
        let workers =
            std::mem::take(&mut *self.workers.lock().unwrap_or_else(PoisonError::into_inner));
        for worker in workers {
            if worker.join().is_err() {
                tracing::error!("a database worker panicked");
            }
        }
        self.outbox.close();
        let postman = self.postman.lock().unwrap_or_else(PoisonError::into_inner).take();
        if postman.is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the database listener panicked");
        }
    }
}

impl Drop for PostgresDriver {
    fn drop(&mut self) {
        self.close();
    }
}

/// Runs `work` on a thread of its own and waits for it.
fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, OpenError> {
    let thread = thread::Builder::new().name("db-aside".to_owned()).spawn(work);
    let panicked = |_panic| OpenError::Thread(io::Error::other("the thread panicked"));
    thread.map_err(OpenError::Thread)?.join().map_err(panicked)
}

/// Any failure outside a statement, as the facade's error.
fn failed(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Statement { source: source.into() }
}
