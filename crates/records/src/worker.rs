//! What goes on in the background: what has outlived its time, environments that have ended.

use std::time::Duration;

use jiff::SignedDuration;
use kernel::{EnvironmentId, Scope};
use record_tables::{
    changes, ddl, definitions, index, names,
    registry::{self, Registered, State},
};
use tokio_util::sync::CancellationToken;

use crate::{Records, Result, define::REMEMBERED_DAYS, service::JOB, statistics};

impl Records {
    /// Works until `stop` is cancelled.
    pub async fn run(self, stop: CancellationToken) {
        tokio::join!(self.keep_words(&stop), self.sweep_often(&stop));
    }

    async fn sweep_often(&self, stop: &CancellationToken) {
        let mut sweep = tokio::time::interval(SWEEP);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _tick = sweep.tick() => {
                    if let Err(error) = self.sweep().await {
                        tracing::error!(
                            error = &error as &dyn std::error::Error,
                            "the sweep of records failed"
                        );
                    }
                }
            }
        }
    }

    /// One round over all tenants: environments that are gone lose their tables, what is older than the settings say is
    /// forgotten, files that were begun and abandoned go, and tables that have grown are counted anew.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub async fn sweep(&self) -> Result<()> {
        let until = tokio::time::Instant::now() + statistics::BUDGET;
        let mut done = Ok(());
        for tenant in self.0.scopes.tenants().await? {
            let root = self.0.scopes.scope(tenant.id, JOB);
            // what one tenant stumbles over keeps no other waiting
            done = done.and(self.sweep_of(&root, until).await);
        }
        done
    }

    async fn sweep_of(&self, root: &Scope, until: tokio::time::Instant) -> Result<()> {
        for registered in self.0.db.read(root, registry::all).await? {
            let id = registered.environment;
            if self.is_gone(root, id).await? {
                self.drop_tables(root, &registered).await?;
            } else {
                self.forget_old(root, &registered).await?;
                self.forget_uploads(root, &registered).await?;
                self.forget_definitions(root, &registered).await?;
                if matches!(registered.state, State::Ready | State::Administration) {
                    self.count_anew(root, &registered, until).await?;
                }
            }
        }
        Ok(())
    }

    async fn is_gone(&self, root: &Scope, id: EnvironmentId) -> Result<bool> {
        let found =
            self.0.db.read_one(root, move |tx| identity::environments::lookup_any(tx, id)).await?;
        Ok(found.is_none())
    }

    /// Drops the tables of an environment, one transaction each.
    async fn drop_tables(&self, root: &Scope, registered: &Registered) -> Result<()> {
        let (id, number) = (registered.environment, registered.number);
        let held = registered.clone();
        let model = self.0.db.read(root, move |tx| definitions::model(tx, &held)).await?;
        let tables = model.tables().iter().map(|table| names::table(number, &table.logical));
        let sides = ddl::SIDES.iter().map(|name| names::side(number, name));
        let tables = tables.chain(sides).map(|table| format!("DROP TABLE IF EXISTS {table}"));
        for sql in tables.chain(index::drop_all(number)) {
            self.0.db.append(root, id.uuid(), move |tx| tx.execute(&sql, &[])).await?;
        }
        self.0.db.append(root, id.uuid(), move |tx| registry::forget(tx, id)).await?;
        Ok(())
    }

    /// Forgets what changed in definitions once nobody may ask for it any more, and no history needs it.
    async fn forget_definitions(&self, root: &Scope, registered: &Registered) -> Result<()> {
        let days = i64::from(self.0.settings.history_days).max(REMEMBERED_DAYS);
        let age = SignedDuration::from_hours(24 * days);
        let before = self.0.clock.now().checked_sub(age).unwrap_or(jiff::Timestamp::MIN);
        let id = registered.environment;
        let old = move |tx: &db::Tx<'_>| changes::forget_before(tx, id, before).map(drop);
        Ok(self.0.db.append(root, id.uuid(), old).await?)
    }

    /// Forgets deletions and history that are older than the settings say, a slice at a time. The last deletion of a
    /// table that would go stays: it tells which tokens are too old.
    async fn forget_old(&self, root: &Scope, registered: &Registered) -> Result<()> {
        let (number, id) = (registered.number, registered.environment);
        let settings = &self.0.settings;
        for (side, key, days, stays) in [
            (
                "tombstones",
                "table_code, position",
                settings.tombstone_days,
                "position <> (SELECT MAX(last.position) FROM {on} last \
                 WHERE last.table_code = old.table_code AND last.at < $1)",
            ),
            ("history", "table_code, row_id, position", settings.history_days, "TRUE"),
        ] {
            let age = SignedDuration::from_hours(24 * i64::from(days));
            let before = self.0.clock.now().checked_sub(age).unwrap_or(jiff::Timestamp::MIN);
            let on = names::side(number, side);
            let sql = format!(
                "DELETE FROM {on} WHERE ({key}) IN \
                 (SELECT {key} FROM {on} old WHERE at < $1 AND {} LIMIT {SLICE})",
                stays.replace("{on}", &on)
            );
            loop {
                let sql = sql.clone();
                let slice = move |tx: &db::Tx<'_>| tx.execute(&sql, &[before.into()]);
                if self.0.db.append(root, id.uuid(), slice).await? < SLICE {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// Between two rounds.
const SWEEP: Duration = Duration::from_hours(1);
/// Rows that are forgotten at once.
const SLICE: u64 = 500;
