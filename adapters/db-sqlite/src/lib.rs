//! SQLite behind `db`: one file, one writer thread, a pool of readers, checkpoints aside.
//!
//! Writes are committed in groups: the writer thread takes what is queued, runs each closure in a
//! savepoint of its own, commits once for all of them with `synchronous=FULL`, and only then answers.
//! When the whole transaction is lost (disk full, I/O) or the COMMIT fails, nobody was answered yet and
//! every closure is run again in a transaction of its own.

mod checkpoint;
mod connection;
mod line;
mod migrate;
mod readers;
mod session;
mod writer;

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        mpsc::{self, Sender},
    },
    time::Duration,
};

use db::{
    Consistency, Error, Notices, Result,
    driver::{Driver, Job},
};

pub use connection::Options;
pub use migrate::migrations;

use crate::{
    checkpoint::Checkpointer,
    readers::{Glances, Queue, Readers, Request},
    writer::{Asked, Message, Writer},
};

/// How the driver tells the facade about commits.
pub(crate) type Publisher = Arc<OnceLock<Box<dyn Fn(Notices) + Send + Sync>>>;

/// Why a database file cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file cannot be opened or is no database.
    #[error("the database {} cannot be opened", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Error,
    },
    /// The schema cannot be brought up to date.
    #[error("the database {} cannot be migrated", path.display())]
    Migration {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: db::MigrationError,
    },
    /// A thread cannot be started.
    #[error("a database thread cannot be started")]
    Thread(#[source] std::io::Error),
}

/// SQLite as a [`db::driver::Driver`].
pub struct SqliteDriver {
    options: Options,
    writer: Mutex<Option<Writer>>,
    queue: Sender<Message>,
    readers: Mutex<Option<Readers>>,
    requests: Arc<Queue>,
    glances: Glances,
    checkpointer: Mutex<Option<Checkpointer>>,
    publisher: Publisher,
}

impl fmt::Debug for SqliteDriver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteDriver").field("path", &self.options.path).finish_non_exhaustive()
    }
}

impl SqliteDriver {
    /// Opens the file, creates it when it is missing, and brings its schema up to date.
    ///
    /// # Errors
    /// [`OpenError`].
    pub fn open(options: Options) -> Result<Arc<Self>, OpenError> {
        let file = |source| OpenError::File { path: options.path.clone(), source };
        let mut connection = connection::open_writer(&options).map_err(file)?;
        migrate::apply(&mut connection)
            .map_err(|source| OpenError::Migration { path: options.path.clone(), source })?;
        let publisher = Publisher::default();
        let aside = connection::open_writer(&options).map_err(file)?;
        let checkpointer = Checkpointer::start(aside).map_err(OpenError::Thread)?;
        let (queue, jobs) = mpsc::channel();
        let writer =
            Writer::start(connection, jobs, checkpointer.trigger(), Arc::clone(&publisher))
                .map_err(OpenError::Thread)?;
        let (requests, readers) = Readers::start(&options)?;
        let glances = Glances::open(&options)?;
        Ok(Arc::new(Self {
            writer: Mutex::new(Some(writer)),
            queue,
            readers: Mutex::new(Some(readers)),
            requests,
            glances,
            checkpointer: Mutex::new(Some(checkpointer)),
            publisher,
            options,
        }))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.options.path
    }
}

impl Driver for SqliteDriver {
    fn read(&self, job: Box<dyn Job>, snapshot: bool) {
        self.requests.send(Request::Read { job, snapshot });
    }

    fn glance(&self, job: Box<dyn Job>) {
        if let Err(job) = self.glances.run(job) {
            self.read(job, true);
        }
    }

    fn write(&self, job: Box<dyn Job>, consistency: Consistency) {
        let stream = match consistency {
            Consistency::Append { stream } => Some(stream),
            Consistency::Serializable => None,
        };
        let message = Message::Job(Asked { job, stream });
        if let Err(mpsc::SendError(message)) = self.queue.send(message) {
            message.refuse();
        }
    }

    fn publish_to(&self, publish: Box<dyn Fn(Notices) + Send + Sync>) {
        // A second facade over the same driver would steal the notices: the first one keeps them.
        drop(self.publisher.set(publish));
    }

    fn ping(&self, limit: Duration) -> Result<()> {
        let (sender, receiver) = mpsc::channel();
        self.queue.send(Message::Ping(sender)).map_err(|_gone| Error::Closed)?;
        receiver.recv_timeout(limit).map_err(|_late| Error::Unavailable { source: None })?
    }

    fn backup(&self, target: &Path) -> Result<()> {
        connection::backup(&self.options, target)
    }

    fn close(&self) {
        drop(self.queue.send(Message::Close));
        if let Some(writer) = take(&self.writer) {
            writer.join();
        }
        if let Some(readers) = take(&self.readers) {
            readers.stop(&self.requests);
        }
        self.glances.close();
        if let Some(checkpointer) = take(&self.checkpointer) {
            checkpointer.stop();
        }
    }
}

fn take<T>(slot: &Mutex<Option<T>>) -> Option<T> {
    slot.lock().unwrap_or_else(PoisonError::into_inner).take()
}
