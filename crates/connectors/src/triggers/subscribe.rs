//! Subscriptions: an address of ours that a service calls.

use aws_lc_rs::constant_time;
use connector_engine::{Options, Step, Subscription};
use kernel::{Scope, TenantId, TriggerId};

use super::{Kept, Trigger, TriggerState, Watch};
use crate::{Connectors, Error, Result, calls::Via, invoke::Call};

impl Connectors {
    /// Subscribes a trigger at its service and keeps the address that ends the subscription.
    pub(super) async fn subscribe(
        &self,
        scope: &Scope,
        trigger: &Trigger,
        kept: Kept,
    ) -> Result<Trigger> {
        let secret = kept.secret.clone().unwrap_or_default();
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
        let kept = Kept { subscription: answer.subscription, ..kept };
        // What it was made with is what ends it, whichever connection would be chosen by then.
        let after = Trigger { connection: answer.connection, ..trigger.clone() };
        self.fire(scope, after.clone(), (&kept, Vec::new())).await?;
        Ok(after)
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

    async fn end(&self, scope: &Scope, trigger: &Trigger, location: &str) -> Result<()> {
        let live = self.live(scope, trigger.connector).await?;
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
        let (trigger, kept) = self.subscribed(place).await?;
        if body.len() > MAX_EVENT {
            return Err(Error::invalid("", "trigger.event_too_large", "at most 1 MB"));
        }
        let now = self.clock.now();
        let after = Trigger {
            state: TriggerState::Active,
            fired: trigger.fired + 1,
            fired_at: Some(now),
            failures: 0,
            ..trigger
        };
        let scope = self.scopes.scope(place.0, JOB);
        self.fire(&scope, after, (&kept, vec![body.to_vec()])).await
    }

    /// The trigger whose service knows the secret of the address.
    async fn subscribed(
        &self,
        (tenant, id, secret): (TenantId, TriggerId, &str),
    ) -> Result<(Trigger, Kept)> {
        let scope = self.scopes.scope(tenant, JOB);
        let (trigger, kept) = self.trigger_with(&scope, id).await?;
        let right = kept.secret.as_deref().filter(|_| trigger.watch == Watch::Webhook);
        let same = right.is_some_and(|right| {
            constant_time::verify_slices_are_equal(right.as_bytes(), secret.as_bytes()).is_ok()
        });
        if same { Ok((trigger, kept)) } else { Err(Error::TriggerNotFound { trigger: id }) }
    }
}

/// The name under which events come in.
const JOB: &str = "triggers";
/// Bytes of one event; our own choice.
const MAX_EVENT: usize = 1 << 20;
