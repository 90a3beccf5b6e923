//! What goes on in the background: operations that take longer than a request, and the sweep.
//!
//! Whoever takes an operation holds a lease on it and renews it with every slice, in the transaction of the slice. A
//! node that dies leaves the lease to run out; the next one goes on from the place that the last slice noted. What
//! fails again and again is given up, and what it had begun undone.

mod copy;

use std::{sync::Arc, time::Duration};

use db::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{Coded as _, Scope};
use record_tables::registry::{self, State};
use serde_json::Value as Json;
use tokio_util::sync::CancellationToken;

pub(crate) use copy::Place;

use crate::{
    Environments, Error, Result,
    operation::{Operation, OperationKind, OperationState},
    service::JOB,
    store::{self, Held},
};

impl Environments {
    /// Works until `stop` is cancelled; the slice that is under way is finished.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut look = tokio::time::interval(LOOK);
        let mut sweep = tokio::time::interval(SWEEP);
        loop {
            let outcome = tokio::select! {
                () = stop.cancelled() => return,
                () = self.wake.notified() => self.work(&stop).await,
                _tick = look.tick() => self.work(&stop).await,
                _tick = sweep.tick() => self.sweep().await,
            };
            if let Err(error) = outcome {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "operations on environments cannot go on"
                );
            }
        }
    }

    /// Goes on with everything that is to be done and that nobody else works on.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn work(&self, stop: &CancellationToken) -> Result<()> {
        let mut done = Ok(());
        for tenant in self.scopes.tenants().await? {
            let root = self.scopes.scope(tenant.id, JOB);
            // what one tenant stumbles over keeps no other waiting
            done = done.and(self.work_of(&root, stop).await);
            if stop.is_cancelled() {
                break;
            }
        }
        done
    }

    async fn work_of(&self, root: &Scope, stop: &CancellationToken) -> Result<()> {
        while let Some(held) = self.claim(root).await? {
            self.carry(root, held, stop).await?;
            if stop.is_cancelled() {
                break;
            }
        }
        Ok(())
    }

    /// Takes one operation and does one slice of it, as a node does that dies after that; whether there was one.
    ///
    /// # Errors
    /// [`Error::Store`].
    #[doc(hidden)]
    pub async fn work_once(&self, scope: &Scope) -> Result<bool> {
        let root = self.scopes.scope(scope.tenant(), JOB);
        let Some(held) = self.claim(&root).await? else { return Ok(false) };
        self.slice(&root, &held, &mut None).await.map(|_| true)
    }

    /// Takes the operation that has waited longest.
    async fn claim(&self, root: &Scope) -> Result<Option<Held>> {
        let (now, until) = (self.clock.now(), self.clock.now() + LEASE);
        let free = move |held: &Held| held.lease_until.is_none_or(|until| until <= now);
        if !self.db.read_one(root, store::running).await?.iter().any(free) {
            return Ok(None);
        }
        let take = move |tx: &Tx<'_>| {
            for held in store::running(tx)?.into_iter().filter(free) {
                if store::hold(tx, (held.operation.id, held.lease_until), Some(until))? {
                    return Ok(Some(Held { lease_until: Some(until), ..held }));
                }
            }
            Ok::<_, db::Error>(None)
        };
        Ok(self.db.write(root, take).await?)
    }

    /// Goes on with an operation until it is done, given up or somebody else's.
    async fn carry(&self, root: &Scope, mut held: Held, stop: &CancellationToken) -> Result<()> {
        let mut prepared = None;
        loop {
            match self.slice(root, &held, &mut prepared).await {
                Ok(Some(next)) => held = next,
                Ok(None) => break,
                Err(error) => return self.note_failure(root, &held, &error).await,
            }
            if stop.is_cancelled() {
                // The next start need not wait for the lease.
                let seen = (held.operation.id, held.lease_until);
                return Ok(self
                    .db
                    .write(root, move |tx| store::hold(tx, seen, None))
                    .await
                    .map(drop)?);
            }
        }
        let id = held.operation.environment;
        if let Err(error) = self.measured(root, id).await {
            tracing::warn!(
                environment.id = %id,
                error = &error as &dyn std::error::Error,
                "what an environment holds could not be measured"
            );
        }
        Ok(())
    }

    /// One slice; the operation as it goes on, nothing when it is over or somebody else's.
    async fn slice(
        &self,
        root: &Scope,
        held: &Held,
        prepared: &mut Option<copy::Prepared>,
    ) -> Result<Option<Held>> {
        match held.operation.kind {
            OperationKind::Copy => self.copy_slice(root, held, prepared).await,
            OperationKind::Reset | OperationKind::SalesTables => {
                self.records.prepare(root, held.operation.environment).await?;
                self.open(root, held).await.map(|()| None)
            }
            _ => self.open(root, held).await.map(|()| None),
        }
    }

    /// Ends an operation that has made what was missing.
    async fn open(&self, root: &Scope, held: &Held) -> Result<()> {
        let (now, operation) = (self.clock.now(), held.operation.clone());
        let lease = held.lease_until;
        self.db
            .append(root, operation.environment.uuid(), move |tx| {
                if !store::hold(tx, (operation.id, lease), None)? {
                    return Ok(());
                }
                let id = operation.environment;
                if operation.kind == OperationKind::Reset {
                    registry::set_state(tx, id, State::Ready, now)?;
                    registry::model_moved(tx, id)?;
                    registry::access_moved(tx, id)?;
                }
                Ok::<_, Error>(store::end(
                    tx,
                    operation.id,
                    (OperationState::Succeeded, None),
                    now,
                )?)
            })
            .await
    }

    /// Waits a while before the next try, or gives up.
    async fn note_failure(&self, root: &Scope, held: &Held, error: &Error) -> Result<()> {
        let operation = held.operation.clone();
        let (now, grave) = (self.clock.now(), self.ids.fresh());
        let (code, lease) = (error.code().name(), held.lease_until);
        let over = held.failures + 1 >= MOST_FAILURES;
        tracing::error!(
            operation.id = %operation.id,
            environment.id = %operation.environment,
            failures = held.failures + 1,
            error = error as &dyn std::error::Error,
            "an operation on an environment failed"
        );
        let place = held.place.clone();
        self.db
            .append(root, operation.environment.uuid(), move |tx| {
                let later = (!over).then(|| now + PAUSE);
                if !store::hold(tx, (operation.id, lease), later)? {
                    return Ok(());
                }
                store::failed(tx, operation.id, code)?;
                if over {
                    undo(tx, (&operation, &place), grave, now)?;
                    store::end(tx, operation.id, (OperationState::Failed, Some(code)), now)?;
                }
                Ok::<_, Error>(())
            })
            .await
    }
}

/// Undoes what an operation that is given up had begun: a copied environment can be written in again, and the one
/// that was to be a copy, or was emptied, begins anew.
fn undo(
    tx: &Tx<'_>,
    (operation, place): (&Operation, &Json),
    grave: uuid::Uuid,
    now: Timestamp,
) -> Result<()> {
    let id = operation.environment;
    match operation.kind {
        OperationKind::Copy => copy::undo(tx, (operation, &Place::read(place)), grave, now),
        OperationKind::Reset => {
            registry::set_state(tx, id, State::Ready, now)?;
            registry::model_moved(tx, id)?;
            Ok(registry::access_moved(tx, id)?)
        }
        _ => Ok(()),
    }
}

/// The lease as it is held on in the transaction of a slice; nothing when somebody else has it by now.
fn hold_on(
    tx: &Tx<'_>,
    held: &Held,
    (place, done, total): (&Json, i64, i64),
    now: Timestamp,
) -> Result<Option<Held>> {
    let until = Some(now + LEASE);
    if !store::hold(tx, (held.operation.id, held.lease_until), until)? {
        return Ok(None);
    }
    store::advance(tx, held.operation.id, place, (done, total))?;
    let operation = Operation { done, total, ..held.operation.clone() };
    Ok(Some(Held { operation, place: place.clone(), failures: 0, lease_until: until }))
}

/// How often it is looked for operations that another node left.
const LOOK: Duration = Duration::from_secs(5);
/// How often the sweep goes round.
const SWEEP: Duration = Duration::from_hours(1);
/// How long a slice may take at most.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// Between two tries.
const PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// Tries in a row after which an operation is given up.
const MOST_FAILURES: i64 = 5;
