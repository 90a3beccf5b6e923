//! What goes on in the background: the log of calls, what has outlived its time, environments that were deleted.

use std::{sync::Arc, time::Duration};

use jiff::SignedDuration;
use kernel::{EnvironmentId, Scope};
use tokio_util::sync::CancellationToken;

use crate::{Connectors, Error, Result, store};

impl Connectors {
    /// Works until `stop` is cancelled, and writes then what still waits for the log.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut sweep = tokio::time::interval(SWEEP);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.calls_to_write() => {
                    if let Err(error) = self.gather_calls().await {
                        tracing::error!(
                            error = &error as &dyn std::error::Error,
                            "the log of calls cannot be written"
                        );
                    }
                }
                _tick = sweep.tick() => {
                    if let Err(error) = self.sweep().await {
                        tracing::error!(
                            error = &error as &dyn std::error::Error,
                            "the sweep of connectors failed"
                        );
                    }
                }
            }
        }
        self.refreshing.close();
        self.refreshing.wait().await;
        if let Err(error) = self.flush_calls().await {
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "the log of calls cannot be written"
            );
        }
    }

    /// Polls triggers until `stop` is cancelled; a poll that is under way is finished.
    pub async fn watch(self: Arc<Self>, stop: CancellationToken) {
        let mut tick = tokio::time::interval(LOOK);
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _tick = tick.tick() => {}
            }
            if let Err(error) = Box::pin(self.poll_all(&stop)).await {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "polling triggers failed"
                );
            }
        }
    }

    async fn poll_all(&self, stop: &CancellationToken) -> Result<()> {
        for tenant in self.scopes.tenants().await? {
            if stop.is_cancelled() {
                break;
            }
            self.poll(&self.scopes.scope(tenant.id, TRIGGERS)).await?;
        }
        Ok(())
    }

    /// Forgets what has outlived its time, and what was in environments that are gone; in every tenant.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn sweep(&self) -> Result<()> {
        for tenant in self.scopes.tenants().await? {
            let scope = self.scopes.scope(tenant.id, JOB);
            self.sweep_tenant(&scope).await?;
        }
        Ok(())
    }

    async fn sweep_tenant(&self, scope: &Scope) -> Result<()> {
        let now = self.clock.now();
        let days = i64::from(self.settings.call_log_days);
        let before = now - SignedDuration::from_hours(24 * days);
        self.db
            .write(scope, move |tx| {
                store::connections::prune_attempts(tx, now)?;
                Ok::<_, Error>(())
            })
            .await?;
        loop {
            let prune = move |tx: &db::Tx<'_>| store::calls::prune(tx, before, SLICE);
            if self.db.write(scope, prune).await? < SLICE.unsigned_abs() {
                break;
            }
        }
        self.follow_environments(scope).await
    }

    /// Deletes the connectors of environments that were deleted.
    async fn follow_environments(&self, scope: &Scope) -> Result<()> {
        let stream = scope.tenant().uuid();
        loop {
            let done = self
                .db
                .write(scope, move |tx| {
                    let topic = identity::environments::DELETED;
                    let after = event_log::cursor(tx, CONSUMER, topic, stream)?;
                    let events = event_log::read_after(tx, topic, stream, after, 1)?;
                    let Some(event) = events.first() else { return Ok(true) };
                    let meta: serde_json::Value =
                        serde_json::from_str(&event.meta).unwrap_or_default();
                    let environment = meta.get("environment").and_then(|id| id.as_str());
                    if let Some(environment) = environment.and_then(|id| id.parse().ok()) {
                        empty(tx, environment)?;
                    }
                    let place = event_log::Place { stream, position: event.position };
                    event_log::advance(tx, CONSUMER, topic, place)?;
                    Ok::<_, Error>(false)
                })
                .await?;
            if done {
                return Ok(());
            }
        }
    }
}

fn empty(tx: &db::Tx<'_>, environment: EnvironmentId) -> db::Result<()> {
    for connector in store::list(tx, environment)? {
        store::delete(tx, connector.id)?;
        tx.notify(crate::cache::CONNECTORS, connector.id.uuid(), 0);
    }
    Ok(())
}

const JOB: &str = "connectors";
const TRIGGERS: &str = "triggers";
const CONSUMER: &str = "connectors";
/// How often triggers that are due are looked for.
const LOOK: Duration = Duration::from_secs(5);
/// How often the sweep goes round.
const SWEEP: Duration = Duration::from_mins(1);
/// Lines of the log that are forgotten at once.
const SLICE: i64 = 1_000;
