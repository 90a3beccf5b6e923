//! What goes on in the background: the log of calls, what has outlived its time, environments that were deleted.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use jiff::SignedDuration;
use kernel::{EnvironmentId, Scope, TenantId};
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

    /// Polls triggers until `stop` is cancelled; polls that are under way are finished.
    ///
    /// Tenants take turns, several at once and none twice: a tenant whose services are slow holds up a place and
    /// nobody else.
    pub async fn watch(self: Arc<Self>, stop: CancellationToken) {
        let mut tick = tokio::time::interval(LOOK);
        let mut turns = Turns::default();
        let mut under_way = FuturesUnordered::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _tick = tick.tick() => match self.scopes.tenants().await {
                    Ok(all) => turns.add(all.into_iter().map(|tenant| tenant.id)),
                    Err(error) => tracing::error!(
                        error = &error as &dyn std::error::Error,
                        "triggers are not polled: who is there is not known"
                    ),
                },
                Some((tenant, more)) = under_way.next(), if !under_way.is_empty() => {
                    turns.end(tenant, more);
                }
            }
            while under_way.len() < AT_ONCE
                && let Some(tenant) = turns.next()
            {
                under_way.push(Box::pin(self.turn(tenant)));
            }
        }
        while under_way.next().await.is_some() {}
    }

    /// One turn of a tenant; whether there may be more to poll.
    async fn turn(&self, tenant: TenantId) -> (TenantId, bool) {
        match self.poll_group(&self.scopes.scope(tenant, TRIGGERS)).await {
            Ok(count) => (tenant, count > 0),
            Err(error) => {
                tracing::error!(
                    tenant.id = %tenant,
                    error = &error as &dyn std::error::Error,
                    "polling triggers failed"
                );
                (tenant, false)
            }
        }
    }

    /// Forgets what has outlived its time, and what was in environments that are gone; in every tenant.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn sweep(&self) -> Result<()> {
        let mut done = Ok(());
        for tenant in self.scopes.tenants().await? {
            let scope = self.scopes.scope(tenant.id, JOB);
            // what one tenant stumbles over keeps no other waiting
            done = done.and(self.sweep_tenant(&scope).await);
        }
        done
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
        self.prune_events(scope).await?;
        self.end_leavers(scope).await?;
        self.follow_environments(scope).await
    }

    /// Deletes the connectors of environments that have ended, after the subscriptions of their triggers at services.
    async fn follow_environments(&self, scope: &Scope) -> Result<()> {
        let stream = scope.tenant().uuid();
        let topic = identity::environments::DELETED;
        loop {
            let next = self
                .db
                .read(scope, move |tx| {
                    let after = event_log::cursor(tx, CONSUMER, topic, stream)?;
                    let events = event_log::read_after(tx, topic, stream, after, 1)?;
                    let Some(event) = events.into_iter().next() else { return Ok(None) };
                    let environment = environment_of(&event.meta);
                    let mut triggers = Vec::new();
                    if let Some(environment) = environment {
                        for connector in store::list(tx, environment)? {
                            triggers.extend(store::triggers::of_connector(tx, connector.id)?);
                        }
                    }
                    Ok::<_, Error>(Some((event.position, environment, triggers)))
                })
                .await?;
            let Some((position, environment, triggers)) = next else { return Ok(()) };
            // Before the rows go: they hold the addresses that end them. A second try after a crash ends what is left.
            Box::pin(self.end_subscriptions(scope, triggers)).await;
            self.db
                .write(scope, move |tx| {
                    if event_log::cursor(tx, CONSUMER, topic, stream)? >= position {
                        return Ok(());
                    }
                    if let Some(environment) = environment {
                        empty(tx, environment)?;
                    }
                    let place = event_log::Place { stream, position };
                    Ok::<_, Error>(event_log::advance(tx, CONSUMER, topic, place)?)
                })
                .await?;
        }
    }
}

/// The environment that an event is about.
fn environment_of(meta: &str) -> Option<EnvironmentId> {
    let meta: serde_json::Value = serde_json::from_str(meta).unwrap_or_default();
    meta.get("environment")?.as_str()?.parse().ok()
}

/// Whose turn it is: first come, first served, and everybody once.
#[derive(Debug, Default)]
struct Turns {
    waiting: VecDeque<TenantId>,
    /// Who waits or is polled.
    known: HashSet<TenantId>,
}

impl Turns {
    fn add(&mut self, tenants: impl Iterator<Item = TenantId>) {
        for tenant in tenants {
            if self.known.insert(tenant) {
                self.waiting.push_back(tenant);
            }
        }
    }

    fn next(&mut self) -> Option<TenantId> {
        self.waiting.pop_front()
    }

    /// A turn is over; who has more to do goes to the end of the queue.
    fn end(&mut self, tenant: TenantId, more: bool) {
        if more {
            self.waiting.push_back(tenant);
        } else {
            self.known.remove(&tenant);
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
/// Tenants that are polled at once on one node; our own choice.
const AT_ONCE: usize = 16;
/// How often the sweep goes round.
const SWEEP: Duration = Duration::from_mins(1);
/// Lines of the log that are forgotten at once.
const SLICE: i64 = 1_000;
