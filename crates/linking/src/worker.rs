//! The background: links that wait, whoever began them and on whichever node.

use std::{sync::Arc, time::Duration};

use kernel::{Scope, TenantId};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use crate::{LinkId, Linking, Result, store};

impl Linking {
    /// Works until `stop`; run once a node. A step that is under way is waited for.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut listener = self.db.listen();
        let mut sweep_at = Instant::now();
        loop {
            if Instant::now() >= sweep_at {
                sweep_at = Instant::now() + SWEEP;
                if let Err(error) = self.sweep(&stop).await {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(error, "linking.sweep_failed");
                }
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                notices = listener.next() => {
                    let topic = store::CHANGED;
                    if notices.is_none_or(|all| all.iter().any(|one| one.topic == topic)) {
                        sweep_at = sweep_at.min(Instant::now() + SOON);
                    }
                }
                () = sleep_until(sweep_at) => {}
            }
        }
    }

    /// Works off everything that is due now; for tests.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub async fn drain(&self) -> Result<()> {
        self.sweep(&CancellationToken::new()).await
    }

    async fn sweep(&self, stop: &CancellationToken) -> Result<()> {
        let tenants = self.scopes.tenants().await?;
        let mut done = Ok(());
        for tenant in tenants.into_iter().map(|tenant| tenant.id) {
            // what one tenant stumbles over keeps no other waiting
            done = done.and(self.sweep_of(tenant, stop).await);
        }
        done
    }

    async fn sweep_of(&self, tenant: TenantId, stop: &CancellationToken) -> Result<()> {
        let root = self.scopes.scope(tenant, JOB);
        loop {
            let now = self.clock.now();
            let due = self.db.read_one(&root, move |tx| store::due(tx, now)).await?;
            let before = due.len();
            for id in due {
                if stop.is_cancelled() {
                    return Ok(());
                }
                self.one(&root, (tenant, id)).await;
            }
            if before < FULL {
                return Ok(());
            }
        }
    }

    async fn one(&self, root: &Scope, (tenant, id): (TenantId, LinkId)) {
        let token = self.ids.fresh();
        if let Err(error) = Box::pin(self.turn(root, (id, token), None)).await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, tenant.id = %tenant, link.id = %id, "linking.turn_failed");
        }
    }
}

/// The job's name in the audit.
const JOB: &str = "linking";
/// How often to look without having been told.
const SWEEP: Duration = Duration::from_secs(5);
/// How soon after having been told: whoever presses a button works on it by themselves.
const SOON: Duration = Duration::from_secs(1);
/// As many links as one look gives.
const FULL: usize = 100;
