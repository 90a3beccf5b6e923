//! What goes on in the background: connections follow data policies, sign-ins that nobody finished are forgotten.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::{CrmConnections, Error, Result, policy::JOB, store};

impl CrmConnections {
    /// Works until `stop` is cancelled; refreshes that are under way are finished.
    pub async fn run(self, stop: CancellationToken) {
        let mut listener = self.0.db.listen();
        let mut sweep = tokio::time::interval(SWEEP);
        loop {
            let is_told = tokio::select! {
                () = stop.cancelled() => break,
                _tick = sweep.tick() => true,
                heard = listener.next() => match heard {
                    // An empty list says that some may have been missed.
                    Some(notices) => {
                        notices.is_empty()
                            || notices.iter().any(|one| one.topic == connectors::POLICIES)
                    }
                    None => break,
                },
            };
            if is_told && let Err(error) = self.sweep().await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "the sweep of CRM connections failed"
                );
            }
        }
        self.0.refreshing.close();
        self.0.refreshing.wait().await;
    }

    /// Takes out of use what data policies forbid by now, and forgets sign-ins that nobody finished.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn sweep(&self) -> Result<()> {
        self.follow_policies().await?;
        let now = self.0.clock.now();
        for tenant in self.0.scopes.tenants().await? {
            let scope = self.0.scopes.scope(tenant.id, JOB);
            let prune = move |tx: &db::Tx<'_>| store::prune_attempts(tx, now).map_err(Error::Store);
            self.0.db.write(&scope, prune).await?;
        }
        Ok(())
    }
}

const SWEEP: Duration = Duration::from_mins(10);
