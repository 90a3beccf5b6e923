//! Requests of those who may use an action by now are granted, in slices that keep nobody waiting.

use std::{sync::Arc, time::Duration};

use kernel::{ActionId, ActionRequestId, Scope};
use tokio_util::sync::CancellationToken;

use crate::{
    Actions, Result,
    model::{Action, Request, RequestState, State},
    published::Usable,
    store,
};

impl Actions {
    /// Keeps what has time in step, until `stop`: writes down what surfaces loaded, and grants requests of those who
    /// may use an action by now, because many waited when it was enabled, or because they were given a group, role
    /// or licence since then.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut settled = None;
        loop {
            let now = self.clock.now();
            if settled.is_none_or(|at| now.duration_since(at).unsigned_abs() >= EVERY) {
                settled = Some(now);
                if let Err(error) = self.reconcile_offers().await {
                    tracing::warn!(%error, "offers of actions could not be told to every tenant");
                }
                if let Err(error) = self.settle_all().await {
                    tracing::warn!(%error, "requests for actions could not be settled");
                }
            }
            if let Err(error) = self.flush_loads().await {
                tracing::warn!(%error, "loads of actions could not be written down");
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.unsettled.notified() => settled = None,
                () = tokio::time::sleep(FLUSH) => {}
            }
        }
        // what was noted since the last time
        if let Err(error) = self.flush_loads().await {
            tracing::warn!(%error, "loads of actions could not be written down");
        }
    }

    /// Grants every request in the hub whose person may use the action by now.
    ///
    /// # Errors
    /// [`crate::Error::Store`], [`crate::Error::Identity`].
    pub async fn settle_all(&self) -> Result<()> {
        let mut done = Ok(());
        for tenant in self.scopes.tenants().await? {
            let scope = self.scopes.scope(tenant.id, JOB);
            // what one tenant stumbles over keeps no other waiting
            done = done.and(self.settle_of(&scope).await);
        }
        done
    }

    async fn settle_of(&self, scope: &Scope) -> Result<()> {
        for id in self.db.read_one(scope, store::requested).await? {
            let found = self.db.read_one(scope, move |tx| store::lookup(tx, id)).await?;
            let Some(action) = found.filter(|action| action.state == State::Enabled) else {
                continue;
            };
            let mut place = None;
            loop {
                place = self.settle(scope, &action, place).await?;
                if place.is_none() {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Grants one slice of the requests on an action; where the next one begins.
    pub(super) async fn settle(
        &self,
        scope: &Scope,
        action: &Action,
        after: Option<ActionRequestId>,
    ) -> Result<Option<ActionRequestId>> {
        let id: ActionId = action.id;
        let read = move |tx: &db::Tx<'_>| store::open_requests(tx, id, after, SLICE);
        let open = self.db.read_one(scope, read).await?;
        let next = open.last().map(|request| request.id);
        let is_last = i64::try_from(open.len()).is_ok_and(|found| found < SLICE);
        let mut granted = Vec::new();
        for request in open {
            let member = self.member_of(scope.tenant(), request.user).await;
            // whoever is gone may use nothing
            if member.is_ok_and(|member| action.usable_by(&member) == Usable::Fully) {
                granted.push(request);
            }
        }
        if !granted.is_empty() {
            let (now, action) = (self.clock.now(), action.clone());
            let grant = move |tx: &db::Tx<'_>| {
                let still = store::lookup(tx, action.id)?;
                if still.is_none_or(|still| still.updated_at != action.updated_at) {
                    return Ok::<_, crate::Error>(());
                }
                for request in &granted {
                    let open = store::find_request(tx, request.id)?;
                    if open.is_some_and(|open| open.state == RequestState::Open) {
                        let granted = Request {
                            state: RequestState::Granted,
                            answer: action.decision.clone(),
                            decided: Some((action.acknowledged.and_then(|(by, _)| by), now)),
                            ..request.clone()
                        };
                        store::decide(tx, &granted)?;
                    }
                }
                Ok(())
            };
            self.db.write(scope, grant).await?;
        }
        Ok(next.filter(|_| !is_last))
    }
}

/// What the audit shows as the actor.
const JOB: &str = "action-requests";
/// Requests that one transaction decides.
const SLICE: i64 = 100;
/// How often all requests are looked at again.
const EVERY: Duration = Duration::from_mins(10);
/// How long what surfaces loaded waits in memory.
const FLUSH: Duration = Duration::from_secs(30);
