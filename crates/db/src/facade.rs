//! The facade that rooms hold.

use std::{io, path::Path, sync::Arc, time::Duration};

use kernel::Scope;
use uuid::Uuid;

use crate::{
    Answer, Error, Listener, Result, Tx,
    answer::Way,
    bus::Bus,
    driver::{Closure, Driver},
    engine::Engine,
};

/// How strictly a write is kept apart from its neighbours. SQLite has one writer and is always strict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Consistency {
    /// SERIALIZABLE, rerun when it loses.
    #[default]
    Serializable,
    /// READ COMMITTED, for the append path: it locks the head row of its stream and nothing else, so that
    /// neighbours may share its transaction.
    Append {
        /// The stream; appends to it run in the order in which they came.
        stream: Uuid,
    },
}

/// The database of the hub; cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    engine: Engine,
    bus: Bus,
}

impl Db {
    /// A facade over a driver.
    pub fn new(driver: Arc<dyn Driver>) -> Self {
        let bus = Bus::new();
        let publisher = bus.clone();
        driver.publish_to(Box::new(move |notices| publisher.publish(notices)));
        Self { engine: Engine::new(driver), bus }
    }

    /// Has answers wake tasks through the poll for input and output of the runtime that this runs in, until it is dropped:
    /// that costs less where one small answer comes after another. Without it tasks are woken directly.
    ///
    /// # Errors
    /// When the system has no such way, or no room for one more.
    pub async fn answer_here(&self) -> io::Result<()> {
        self.engine.answer_here().await
    }

    /// Reads with one view over all statements of the closure.
    ///
    /// # Errors
    /// What the closure answers, or the database's own failure.
    pub fn read<T, E, F>(&self, scope: &Scope, f: F) -> Answer<'_, T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: Fn(&Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        Answer::new(&self.engine, scope, Way::Read { snapshot: true }, Box::new(Closure::new(f)))
    }

    /// Reads with a single statement, which spares the transaction.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn read_one<T, E, F>(&self, scope: &Scope, f: F) -> Answer<'_, T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: Fn(&Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        Answer::new(&self.engine, scope, Way::Read { snapshot: false }, Box::new(Closure::new(f)))
    }

    /// Reads a row or two by their keys: as [`Db::read`], perhaps on the caller's own thread. For nothing that may take
    /// longer than a look at a few pages.
    ///
    /// # Errors
    /// As [`Db::read`].
    pub fn glance<T, E, F>(&self, scope: &Scope, f: F) -> Answer<'_, T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: Fn(&Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        Answer::new(&self.engine, scope, Way::Glance, Box::new(Closure::new(f)))
    }

    /// Writes; when it answers `Ok`, the work is durable.
    ///
    /// # Errors
    /// What the closure answers (its work is then undone), or the database's own failure.
    pub fn write<T, E, F>(&self, scope: &Scope, f: F) -> Answer<'_, T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: Fn(&Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let way = Way::Write(Consistency::Serializable);
        Answer::new(&self.engine, scope, way, Box::new(Closure::new(f)))
    }

    /// Appends to `stream`: as [`Db::write`], with [`Consistency::Append`].
    ///
    /// What the closure writes must hang on that stream alone: appends of many callers share a transaction,
    /// on every engine, and on all nodes they take the heads of their streams in the same order.
    ///
    /// # Errors
    /// As [`Db::write`].
    pub fn append<T, E, F>(&self, scope: &Scope, stream: Uuid, f: F) -> Answer<'_, T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
        F: Fn(&Tx<'_>) -> Result<T, E> + Send + 'static,
    {
        let way = Way::Write(Consistency::Append { stream });
        Answer::new(&self.engine, scope, way, Box::new(Closure::new(f)))
    }

    /// Listens to the notices of commits, on this node and on others, from now on.
    pub fn listen(&self) -> Listener {
        self.bus.listen()
    }

    /// Whether the engine answers within `limit`. Blocks; call it from a blocking thread.
    ///
    /// # Errors
    /// [`Error::Unavailable`] and the like.
    pub fn ping(&self, limit: Duration) -> Result<()> {
        self.engine.driver.ping(limit)
    }

    /// Writes a consistent copy of all data to `target` while work goes on. Blocks; call it from a blocking thread.
    ///
    /// # Errors
    /// [`Error::Statement`] when the engine cannot.
    pub fn backup(&self, target: &Path) -> Result<()> {
        self.engine.driver.backup(target)
    }

    /// Finishes what is queued, then stops. Blocks; call it from a blocking thread.
    pub fn close(&self) {
        self.engine.driver.close();
    }
}
