//! Checkpoints on a connection of their own, so that the writer does not wait for them.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, SyncSender},
    },
    thread::{self, JoinHandle},
};

use rusqlite::Connection;

/// The thread that copies the log into the database.
pub(crate) struct Checkpointer {
    trigger: Trigger,
    thread: JoinHandle<()>,
}

impl Checkpointer {
    pub(crate) fn start(connection: Connection) -> io::Result<Self> {
        let (ask, wanted) = mpsc::sync_channel::<()>(1);
        let trigger = Trigger { ask, done: Arc::default() };
        let done = Arc::clone(&trigger.done);
        let thread = thread::Builder::new().name("db-checkpoint".to_owned()).spawn(move || {
            while wanted.recv().is_ok() {
                run(&connection);
                done.store(true, Ordering::Release);
            }
            run(&connection);
        })?;
        Ok(Self { trigger, thread })
    }

    /// What the writer pulls when its log has grown.
    pub(crate) fn trigger(&self) -> Trigger {
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

/// The writer's end of it.
#[derive(Clone)]
pub(crate) struct Trigger {
    ask: SyncSender<()>,
    done: Arc<AtomicBool>,
}

impl Trigger {
    /// Asks for a checkpoint.
    pub(crate) fn pull(&self) {
        // A full channel means that one is running already.
        let _ = self.ask.try_send(());
    }

    /// Whether one was finished since this was last asked.
    pub(crate) fn was_done(&self) -> bool {
        self.done.load(Ordering::Relaxed) && self.done.swap(false, Ordering::AcqRel)
    }
}

/// Copies what is in the log and was not copied yet. The log starts over when nothing was left.
pub(crate) fn run(connection: &Connection) {
    let done = connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_row| Ok(()));
    if let Err(error) = done {
        tracing::warn!(error = &error as &dyn std::error::Error, "db.checkpoint_failed");
    }
}
