//! Subscriptions: an address of ours that a service calls.

mod expiry;

use std::time::Duration;

use aws_lc_rs::constant_time;
use connector_engine::{Options, Step, Subscription};
use futures_util::{StreamExt as _, stream};
use jiff::Timestamp;
use kernel::{Coded as _, ConnectionId, Scope, TenantId, TriggerId};

use super::{Kept, Trigger, TriggerState, Watch};
use crate::{Connectors, Error, Result, calls::Via, invoke::Call};

/// What came of a subscription.
struct Registered {
    /// The address that ends it.
    location: Option<String>,
    connection: Option<ConnectionId>,
    /// When it has to be made anew, where the service says that it ends.
    renew_at: Option<Timestamp>,
}

impl Connectors {
    /// Subscribes a new trigger at its service and keeps the address that ends the subscription.
    pub(super) async fn subscribe(
        &self,
        scope: &Scope,
        trigger: &Trigger,
        kept: Kept,
    ) -> Result<Trigger> {
        let made = self.register(scope, trigger, &kept).await?;
        let kept = Kept { subscription: made.location, ..kept };
        // What it was made with is what ends it, whichever connection would be chosen by then.
        let (connection, due_at) = (made.connection, made.renew_at);
        let change = move |before| Trigger { connection, due_at, ..before };
        let stored = self.settle(scope, (trigger.id, None), change, (Some(&kept), Vec::new()));
        match stored.await {
            Ok(Some(after)) => Ok(after),
            // Nobody would ever end it.
            outcome => {
                let made = Trigger { connection, ..trigger.clone() };
                self.unsubscribe(scope, &made, &kept).await;
                outcome?.ok_or(Error::TriggerNotFound { trigger: trigger.id })
            }
        }
    }

    /// Subscribes a trigger anew before its subscription ends, under the same address, and ends the old one then, so
    /// that no event is missed in between. A service that takes no second subscription gets the end first.
    pub(super) async fn renew(
        &self,
        scope: &Scope,
        (trigger, lease): (Trigger, Timestamp),
        kept: Kept,
    ) -> Result<()> {
        let mut old = kept.subscription.clone();
        let mut made = self.register(scope, &trigger, &kept).await;
        if matches!(made, Err(Error::Invalid { .. })) && old.is_some() {
            self.unsubscribe(scope, &trigger, &kept).await;
            old = None;
            made = self.register(scope, &trigger, &kept).await;
        }
        let made = match made {
            Ok(made) => made,
            Err(error @ (Error::Store(_) | Error::Seal(_))) => return Err(error),
            Err(error) => {
                let code = error.code().name();
                return self.note_failure(scope, (trigger.id, lease), code).await;
            }
        };
        let (connection, due_at) = (made.connection, made.renew_at);
        let change = move |before| Trigger {
            connection,
            due_at,
            state: TriggerState::Active,
            reason: None,
            failures: 0,
            ..before
        };
        let after = Kept { subscription: made.location.or_else(|| old.clone()), ..kept };
        let stored =
            self.settle(scope, (trigger.id, Some(lease)), change, (Some(&after), Vec::new()));
        let over = match stored.await? {
            Some(_) => old.filter(|old| Some(old) != after.subscription.as_ref()),
            // It was deleted meanwhile: what was just made is nobody's.
            None => after.subscription,
        };
        let over = Kept { subscription: over, ..Kept::default() };
        self.unsubscribe(scope, &Trigger { connection, ..trigger }, &over).await;
        Ok(())
    }

    /// Has a service call the address of a trigger.
    async fn register(&self, scope: &Scope, trigger: &Trigger, kept: &Kept) -> Result<Registered> {
        let secret = kept.secret.as_deref().unwrap_or_default();
        let path = format!("api/v1/trigger-events/{}/{}/{secret}", scope.tenant(), trigger.id);
        let wrong =
            |_source| Error::invalid("", "trigger.no_address", "the hub has no web address");
        let address = self.public_url.join(&path).map_err(wrong)?;
        let call = Call {
            inputs: trigger.inputs.clone(),
            connection: trigger.connection,
            version: Some(trigger.version),
            via: Via::Trigger,
            subject: Some(trigger.id.uuid()),
            callback_url: Some(address.into()),
            ..Call::new(trigger.connector, trigger.operation.clone())
        };
        let answer = Box::pin(self.invoke(scope, call)).await?;
        if !answer.is_success() {
            let detail = format!("the service answered {}", answer.status);
            return Err(Error::invalid("", "trigger.not_subscribed", detail));
        }
        let now = self.clock.now();
        let ends_at = answer.json.as_ref().and_then(|said| expiry::of(said, now));
        Ok(Registered {
            location: answer.subscription,
            connection: answer.connection,
            renew_at: ends_at.map(|ends_at| expiry::renewal(ends_at, now)),
        })
    }

    /// Ends a subscription; what goes wrong with that is logged, and keeps nothing from going on.
    pub(super) async fn unsubscribe(&self, scope: &Scope, trigger: &Trigger, kept: &Kept) {
        let Some(location) = &kept.subscription else { return };
        if let Err(error) = Box::pin(self.end(scope, trigger, location)).await {
            tracing::warn!(
                trigger.id = %trigger.id,
                error = &error as &dyn std::error::Error,
                "the subscription could not be ended at the service"
            );
        }
    }

    /// Ends the subscriptions of triggers whose connector goes, as far as their services answer in time. Those that do
    /// not end are told in the log: their services call an address that is nobody's from now on.
    pub(crate) async fn end_subscriptions(&self, scope: &Scope, triggers: Vec<Trigger>) {
        let webhooks = triggers.into_iter().filter(|trigger| trigger.watch == Watch::Webhook);
        let all = stream::iter(webhooks).for_each_concurrent(AT_ONCE, |trigger| async move {
            match self.trigger_with(scope, trigger.id).await {
                Ok((trigger, kept)) => self.unsubscribe(scope, &trigger, &kept).await,
                Err(error) => tracing::warn!(
                    trigger.id = %trigger.id,
                    error = &error as &dyn std::error::Error,
                    "the subscription could not be ended at the service"
                ),
            }
        });
        if tokio::time::timeout(ENDING, all).await.is_err() {
            tracing::warn!("some services did not end their subscriptions in time");
        }
    }

    async fn end(&self, scope: &Scope, trigger: &Trigger, location: &str) -> Result<()> {
        let live = self.load_live(scope, trigger.connector, true).await?;
        let compiled = self.compiled_version(scope, trigger.connector, trigger.version).await?;
        let system = self.scopes.scope(scope.tenant(), JOB);
        let opened = match trigger.connection {
            Some(connection) => Some(self.open_connection(&system, connection).await?),
            None => None,
        };
        let token = match &opened {
            Some(opened) => self.access_token(&system, (&live, &compiled), opened, None).await?,
            None => None,
        };
        let connection = crate::invoke::engine_connection(opened.as_deref(), token.as_ref());
        let subscription =
            Subscription { operation_id: &trigger.operation, inputs: &trigger.inputs, location };
        let package = compiled.package();
        let mut call = connector_engine::Call::unsubscribe(
            package,
            subscription,
            &connection,
            Options::default(),
        )
        .map_err(|problem| crate::invoke::refused(&problem))?;
        loop {
            match call.step() {
                Step::Send(request) => {
                    let response = self.send_alone(&system, &live, (trigger, &request)).await?;
                    call.answer(response).map_err(|problem| crate::invoke::refused(&problem))?;
                }
                Step::Renew => call.decline(),
                Step::Done(_) => return Ok(()),
            }
        }
    }

    /// Whether an address is one that a service was given.
    ///
    /// # Errors
    /// [`Error::TriggerNotFound`] when it is not, [`Error::Store`].
    pub async fn check_event_address(&self, place: (TenantId, TriggerId, &str)) -> Result<()> {
        self.subscribed(place).await.map(drop)
    }

    /// Takes an event that a service posts to the address of a subscription.
    ///
    /// # Errors
    /// [`Error::TriggerNotFound`] for every address that is not one of ours, [`Error::Invalid`] for a body that is
    /// too large, [`Error::Store`].
    pub async fn take_event(&self, place: (TenantId, TriggerId, &str), body: &[u8]) -> Result<()> {
        let (trigger, _) = self.subscribed(place).await?;
        if body.len() > MAX_EVENT {
            return Err(Error::invalid("", "trigger.event_too_large", "at most 1 MB"));
        }
        let scope = self.scopes.scope(place.0, JOB);
        let change = |before| Trigger { failures: 0, ..before };
        let stored = self.settle(&scope, (trigger.id, None), change, (None, vec![body.to_vec()]));
        stored.await?.map(drop).ok_or(Error::TriggerNotFound { trigger: trigger.id })
    }

    /// The trigger whose service knows the secret of the address.
    async fn subscribed(
        &self,
        (tenant, id, secret): (TenantId, TriggerId, &str),
    ) -> Result<(Trigger, Kept)> {
        let scope = self.scopes.scope(tenant, JOB);
        let (trigger, kept) = self.trigger_with(&scope, id).await?;
        let environment = trigger.environment;
        let look = move |tx: &db::Tx<'_>| identity::environments::lookup(tx, environment);
        if self.db.read_one(&scope, look).await?.is_none() {
            return Err(Error::TriggerNotFound { trigger: id });
        }
        let right = kept.secret.as_deref().filter(|_| trigger.watch == Watch::Webhook);
        let same = right.is_some_and(|right| {
            constant_time::verify_slices_are_equal(right.as_bytes(), secret.as_bytes()).is_ok()
        });
        if same { Ok((trigger, kept)) } else { Err(Error::TriggerNotFound { trigger: id }) }
    }
}

/// Services that are told at once; our own choice.
const AT_ONCE: usize = 8;
/// How long ending the subscriptions of a connector may take in all; our own choice.
const ENDING: Duration = Duration::from_secs(30);
/// The name under which events come in.
const JOB: &str = "triggers";
/// Bytes of one event; our own choice.
const MAX_EVENT: usize = 1 << 20;
