//! What goes on beside the posts: hearing of changes, writing refusals, retention.

use std::{sync::Arc, time::Duration};

use db::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{Scope, WebhookId};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::ChannelConnectors;
use crate::{CARD_REFUSED, Result, store, store::Of};

impl ChannelConnectors {
    /// Keeps the service up until `stop`, and writes what is left then; run once a node.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut listener = self.db.listen();
        // Whatever changed before the listening began.
        self.hooks.forget_all();
        let mut flush = interval(FLUSH);
        flush.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut share = interval(SHARE);
        share.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut retain_at = Instant::now() + FIRST_RETENTION;
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                notices = listener.next() => match notices {
                    None => self.hooks.forget_all(),
                    Some(notices) => for notice in notices.iter() {
                        if notice.topic == store::CHANGED && notice.stream != notice.tenant.uuid() {
                            self.hooks.forget(notice.tenant, notice.stream.into());
                        } else if notice.topic == store::CHANGED
                            || notice.topic == workspace::ACCESS_TOPIC
                        {
                            self.hooks.forget_all();
                        }
                    },
                },
                _ = flush.tick() => self.flush().await,
                _ = share.tick() => self.share_rates().await,
                () = sleep_until(retain_at) => {
                    if let Err(error) = self.retain().await {
                        let error: &dyn std::error::Error = &error;
                        tracing::warn!(error, "webhook.retention_failed");
                    }
                    retain_at = Instant::now() + RETENTION;
                }
            }
        }
        self.settle().await;
    }

    /// Writes refused posts that wait in memory, and what was taken of the limits; the worker does it all the
    /// time.
    pub async fn settle(&self) {
        self.flush().await;
        self.share_rates().await;
    }

    /// Deletes what is older than its time, in slices; how many rows went.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub async fn retain(&self) -> Result<u64> {
        let now = self.clock.now();
        let days = |days: u32| ago(now, i64::from(days) * 24);
        let repeats = ago(now, self.settings.repeat_hours.into());
        let hours = store::hour(days(self.settings.hours_days));
        let letters = days(self.settings.dead_letter_days);
        let refused = days(self.settings.refused_days);
        let (mut gone, mut done) = (0, Ok(()));
        for tenant in self.scopes.tenants().await? {
            let scope = self.scopes.scope(tenant.id, "retention");
            loop {
                let slice = move |tx: &Tx<'_>| {
                    let pruned = store::prune(tx, repeats, hours)?;
                    Ok::<_, db::Error>(pruned + delivery::prune_letters(tx, letters, SLICE)?)
                };
                match self.db.write(&scope, slice).await {
                    Ok(0) => break,
                    Ok(slice) => gone += slice,
                    // what one tenant stumbles over keeps no other waiting
                    Err(error) => {
                        done = done.and(Err(error.into()));
                        break;
                    }
                }
            }
            match self.retain_refused(&scope, refused).await {
                Ok(went) => gone += went,
                Err(error) => done = done.and(Err(error)),
            }
        }
        done.map(|()| gone)
    }

    async fn retain_refused(&self, scope: &Scope, before: Timestamp) -> Result<u64> {
        let (mut gone, mut after) = (0, WebhookId::from(Uuid::nil()));
        let now = self.clock.now();
        loop {
            let some = self
                .db
                .read_one(scope, move |tx| store::list(tx, Of::Everyone, after, SLICE.into(), now))
                .await?;
            let Some(last) = some.last() else { return Ok(gone) };
            after = last.id;
            for webhook in some.iter().filter(|webhook| webhook.totals.last_refused_at.is_some()) {
                let stream = webhook.id.uuid();
                let prune = move |tx: &Tx<'_>| {
                    let old = event_log::read_after(tx, CARD_REFUSED, stream, 0, SLICE)?;
                    let through = old.iter().take_while(|event| event.at < before).last();
                    through.map_or(Ok(0), |event| {
                        event_log::prune(tx, CARD_REFUSED, stream, event.position)
                    })
                };
                gone += self.db.write::<_, db::Error, _>(scope, prune).await?;
            }
        }
    }
}

fn ago(now: Timestamp, hours: i64) -> Timestamp {
    now.checked_sub(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MIN)
}

/// How long a refused post waits in memory at most.
const FLUSH: Duration = Duration::from_millis(250);

/// How often nodes tell each other what was taken of the limits.
const SHARE: Duration = Duration::from_secs(1);

/// How often retention runs.
const RETENTION: Duration = Duration::from_hours(1);

/// The first run is not part of the start.
const FIRST_RETENTION: Duration = Duration::from_mins(1);

/// Rows of one transaction.
const SLICE: u32 = 200;
