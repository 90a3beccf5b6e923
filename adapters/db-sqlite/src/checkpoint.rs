//! Checkpoints on a connection of their own, so that the writer does not wait for them.

use std::{
    io,
    sync::mpsc::{self, SyncSender},
    thread::{self, JoinHandle},
};

use rusqlite::Connection;

/// The thread that copies the log into the database.
pub(crate) struct Checkpointer {
    trigger: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Checkpointer {
    pub(crate) fn start(connection: Connection) -> io::Result<Self> {
        let (trigger, wanted) = mpsc::sync_channel::<()>(1);
        let thread = thread::Builder::new().name("db-checkpoint".to_owned()).spawn(move || {
            while wanted.recv().is_ok() {
                run(&connection);
            }
            run(&connection);
        })?;
        Ok(Self { trigger, thread })
    }

    /// What the writer pulls when its log has grown.
    pub(crate) fn trigger(&self) -> SyncSender<()> {
        self.trigger.clone()
    }

    /// Ends the thread after a last checkpoint; every other trigger must be gone.
    pub(crate) fn stop(self) {
        drop(self.trigger);
        if self.thread.join().is_err() {
            tracing::error!("the checkpoint thread panicked");
        }
    }
}

fn run(connection: &Connection) {
    let done = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_row| Ok(()));
    if let Err(error) = done {
        tracing::warn!(error = &error as &dyn std::error::Error, "db.checkpoint_failed");
    }
}
