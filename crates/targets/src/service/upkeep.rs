//! Retention.

use db::Tx;
use jiff::{SignedDuration, Timestamp};

use super::Targets;
use crate::{Result, store::attempts};

impl Targets {
    /// Forgets rows of the log that are older than their time, in slices; how many went. Dead letters go with those
    /// of the hub.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub async fn retain(&self) -> Result<u64> {
        let days = SignedDuration::from_hours(i64::from(self.settings.attempts_days) * 24);
        let before = self.clock.now().checked_sub(days).unwrap_or(Timestamp::MIN);
        let (mut gone, mut done) = (0, Ok(()));
        for tenant in self.scopes.tenants().await? {
            let scope = self.scopes.scope(tenant.id, "retention");
            loop {
                let slice = move |tx: &Tx<'_>| attempts::prune(tx, before, SLICE);
                match self.db.write::<_, db::Error, _>(&scope, slice).await {
                    Ok(went) => {
                        gone += went;
                        if went < u64::from(SLICE) {
                            break;
                        }
                    }
                    // what one tenant stumbles over keeps no other waiting
                    Err(error) => {
                        done = done.and(Err(error));
                        break;
                    }
                }
            }
        }
        done?;
        Ok(gone)
    }
}

/// Rows of one transaction.
const SLICE: u32 = 500;
