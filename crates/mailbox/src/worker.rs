//! What goes on in the background: mails go when their time is over.

use std::{sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use kernel::Scope;
use tokio_util::sync::CancellationToken;

use crate::{Mailbox, Result, store};

impl Mailbox {
    /// Works until `stop` is cancelled.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut sweep = tokio::time::interval(SWEEP);
        let mut close = tokio::time::interval(CLOSE);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _tick = close.tick() => {
                    self.open.close_idle(self.clock.now());
                    continue;
                }
                _tick = sweep.tick() => {}
            }
            if let Err(error) = self.sweep().await {
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, "the sweep of sellers' mails failed");
            }
        }
    }

    /// Removes mails whose time is over, in every tenant, a slice at a time. What one tenant stumbles over keeps no other
    /// waiting.
    ///
    /// # Errors
    /// [`crate::Error::Store`], [`crate::Error::Files`]: the first trouble, after every tenant had its turn.
    pub async fn sweep(&self) -> Result<()> {
        let before =
            self.clock.now() - SignedDuration::from_hours(24 * i64::from(self.settings.keep_days));
        let mut done = Ok(());
        for tenant in self.scopes.tenants().await? {
            let scope = self.scopes.scope(tenant.id, JOB);
            done = done.and(self.sweep_of(&scope, before).await);
        }
        done
    }

    async fn sweep_of(&self, scope: &Scope, before: Timestamp) -> Result<()> {
        let forget = move |tx: &db::Tx<'_>| store::forget_decisions(tx, before);
        self.db.write(scope, forget).await?;
        loop {
            let write = move |tx: &db::Tx<'_>| -> db::Result<Vec<crate::Mail>> {
                let old = store::older(tx, before, SLICE)?;
                for mail in &old {
                    store::delete(tx, mail.id)?;
                }
                Ok(old)
            };
            let old = self.db.write(scope, write).await?;
            for mail in &old {
                self.forget_file(scope, mail.sha256).await?;
            }
            if old.len() < usize::try_from(SLICE).unwrap_or_default() {
                return Ok(());
            }
        }
    }
}

const JOB: &str = "seller-mails";
/// How often the sweep goes round.
const SWEEP: Duration = Duration::from_hours(1);
/// How often connections that nobody uses are looked for.
const CLOSE: Duration = Duration::from_mins(1);
/// Mails that go at once.
const SLICE: i64 = 200;
