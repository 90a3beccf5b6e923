//! One write closure for what is no operation on rows.

use std::sync::Arc;

use db::Tx;

use crate::{
    Error, Result, Session,
    read::TRIES,
    write::{Run, Work},
};

impl Session {
    /// Runs a write closure over snapshots that hold; makes them anew when they do not.
    pub(crate) async fn administer<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Work<'_>) -> Result<T> + Send + Sync + 'static,
    ) -> Result<T> {
        let f = Arc::new(f);
        let mut session = self.clone();
        for _ in 0..TRIES {
            let f = Arc::clone(&f);
            match session.administer_once(move |work| f(work)).await {
                Err(Error::Stale) => session = session.renewed().await?,
                other => return other,
            }
        }
        Err(Error::Stale)
    }

    /// The same, where the caller makes its snapshots anew.
    pub(crate) async fn administer_once<T: Send + 'static>(
        &self,
        f: impl Fn(&mut Work<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let inner = &self.records.0;
        let run = Run::empty(inner.clock.now(), inner.ids.fresh());
        let (held, environment) = (self.clone(), self.snapshot.environment.id);
        let write = move |tx: &Tx<'_>| {
            let mut work = Work::begin(tx, &held, &run)?;
            let done = f(&mut work)?;
            work.end()?;
            Ok::<T, Error>(done)
        };
        inner.db.append(&self.scope, environment.uuid(), write).await
    }
}
