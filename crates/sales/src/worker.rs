//! What goes on in the background: forgetting.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use kernel::Scope;
use tokio_util::sync::CancellationToken;

use crate::{Result, Sales, store};

impl Sales {
    /// Works until `stop` is cancelled.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut sweep = tokio::time::interval(SWEEP);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _tick = sweep.tick() => {}
            }
            if let Err(error) = self.sweep().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the sweep of sales extensions failed"
                );
            }
        }
    }

    /// Forgets what has outlived its time or stands over the number, in every tenant.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub async fn sweep(&self) -> Result<()> {
        let days = i64::from(self.settings.diagnostics_days);
        let before = self.clock.now() - SignedDuration::from_hours(24 * days);
        let kept = i64::from(self.settings.max_diagnostics.max(1));
        let mut done = Ok(());
        for tenant in self.scopes.tenants().await? {
            let scope = self.scopes.scope(tenant.id, JOB);
            // what one tenant stumbles over keeps no other waiting
            done = done.and(self.sweep_of(&scope, (before, kept)).await);
        }
        done
    }

    async fn sweep_of(&self, scope: &Scope, (before, kept): (Timestamp, i64)) -> Result<()> {
        let over = self.db.read_one(scope, move |tx| store::oldest_kept(tx, kept)).await?;
        let before = over.map_or(before, |over| over.max(before));
        loop {
            let prune = move |tx: &db::Tx<'_>| store::prune(tx, before, SLICE);
            if self.db.write(scope, prune).await? < SLICE.unsigned_abs() {
                return Ok(());
            }
        }
    }
}

const JOB: &str = "sales-extensions";
/// How often the sweep goes round.
const SWEEP: Duration = Duration::from_mins(10);
/// Calls that are forgotten at once.
const SLICE: i64 = 1_000;
