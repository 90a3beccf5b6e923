//! What runs beside the requests: last uses are written, old rows go.

use std::{sync::Arc, time::Duration};

use db::{Result as StoreResult, Tx};
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{Identity, Result, credentials, tenants, throttle, users};

impl Identity {
    /// Works until `stop` is cancelled, then writes what is left.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut round = 0_u32;
        let mut listener = self.db.listen();
        let mut next = Instant::now() + self.settings.last_use();
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => {}
                () = tokio::time::sleep_until(next) => {}
                notices = listener.next() => {
                    // Whoever waits for a change hears of it here, whether or not anybody asks.
                    let ours = |topic: &str| TOPICS.contains(&topic);
                    if notices.is_none_or(|all| all.iter().any(|notice| ours(&notice.topic))) {
                        self.cache.look();
                    }
                    continue;
                }
            }
            next = Instant::now() + self.settings.last_use();
            if let Err(error) = self.write_last_uses().await {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "last uses were not written"
                );
            }
            if stop.is_cancelled() {
                self.asking.close();
                self.asking.wait().await;
                return;
            }
            if round.is_multiple_of(PRUNE_EVERY)
                && let Err(error) = self.prune().await
            {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "old rows were not deleted"
                );
            }
            round = round.wrapping_add(1);
        }
    }

    /// Deletes credentials, attempts and failures that are over and what of the audit is too old, a slice at a
    /// time; how many went.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub async fn prune(&self) -> Result<u64> {
        let now = self.clock.now();
        let kept = SignedDuration::try_from(self.settings.retention());
        let over = now - kept.unwrap_or(SignedDuration::from_hours(24));
        let kept = self.settings.audit_retention().map(SignedDuration::try_from);
        let told = kept.and_then(|kept| now.checked_sub(kept.ok()?).ok());
        let mut gone = 0;
        for tenant in self.all_tenants().await? {
            let scope = self.system(tenant.id, "retention");
            loop {
                let some = self.db.write(&scope, move |tx| slice(tx, over, now)).await?;
                gone += some;
                if some < SLICE {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            while let Some(told) = told {
                let limit = u32::try_from(SLICE).unwrap_or(u32::MAX);
                let prune = move |tx: &Tx<'_>| event_log::prune_audit(tx, told, limit);
                let some = self.db.write(&scope, prune).await?;
                gone += some;
                if some < SLICE {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
        Ok(gone)
    }
}

fn slice(tx: &Tx<'_>, over: Timestamp, now: Timestamp) -> StoreResult<u64> {
    const CREDENTIALS: &str = "DELETE FROM credentials WHERE tenant_id = $1 AND id IN \
                               (SELECT id FROM credentials WHERE tenant_id = $1 \
                                AND (expires_at < $2 OR revoked_at < $2) LIMIT 500)";
    const ATTEMPTS: &str = "DELETE FROM sign_in_attempts WHERE tenant_id = $1 AND secret_hash IN \
                            (SELECT secret_hash FROM sign_in_attempts WHERE tenant_id = $1 \
                             AND expires_at < $2 LIMIT 500)";
    let credentials = tx.execute(CREDENTIALS, &[tx.tenant().into(), over.into()])?;
    let attempts = tx.execute(ATTEMPTS, &[tx.tenant().into(), now.into()])?;
    throttle::prune(tx, now)?;
    Ok(credentials.max(attempts))
}

/// What changes what a credential allows.
const TOPICS: [&str; 3] = [credentials::TOPIC, users::TOPIC, tenants::TOPIC];
/// Rows of one kind that go in one transaction.
const SLICE: u64 = 500;
/// Rounds between two prunings.
const PRUNE_EVERY: u32 = 120;
