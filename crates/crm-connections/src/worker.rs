//! What goes on in the background: connections follow data policies, sign-ins that nobody finished are forgotten.

use std::time::Duration;

use kernel::Scope;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{CrmConnections, Error, Result, policy::JOB, service::Audited, store};

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

    /// Takes out of use what data policies forbid by now, and forgets sign-ins that nobody finished and people who left.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn sweep(&self) -> Result<()> {
        let mut done = self.follow_policies().await.map(|_count| ());
        for tenant in self.0.scopes.tenants().await? {
            let scope = self.0.scopes.scope(tenant.id, JOB);
            // what one tenant stumbles over keeps no other waiting
            done = done.and(self.sweep_of(&scope).await);
        }
        done
    }

    async fn sweep_of(&self, scope: &Scope) -> Result<()> {
        let now = self.0.clock.now();
        let prune = move |tx: &db::Tx<'_>| store::prune_attempts(tx, now).map_err(Error::Store);
        self.0.db.write(scope, prune).await?;
        self.end_leavers(scope).await
    }

    /// Forgets the connections of people who were deleted.
    async fn end_leavers(&self, scope: &Scope) -> Result<()> {
        let owners = self.0.db.read_one(scope, store::owners).await?;
        for group in owners.chunks(GROUP) {
            let (group, now) = (group.to_vec(), self.0.clock.now());
            let end = move |tx: &db::Tx<'_>| {
                for owner in &group {
                    if !identity::users::is_gone(tx, *owner)? {
                        continue;
                    }
                    for connection in store::of_person(tx, *owner)? {
                        store::delete_connection(tx, *owner, connection.system)?;
                        let subject = ("crm_connection", connection.id);
                        let after = Some(json!({ "reason": "crm_connection.owner_left" }));
                        let action = "crm_connection.disconnect";
                        Audited { action, subject, before: None, after, at: now }.write(tx)?;
                    }
                }
                Ok::<_, Error>(())
            };
            self.0.db.write(scope, end).await?;
        }
        Ok(())
    }
}

/// People that are looked at in one transaction.
const GROUP: usize = 200;

const SWEEP: Duration = Duration::from_mins(10);
