//! Polls, and subscriptions whose time has come.

use futures_util::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};
use kernel::{Coded as _, Scope};

use super::{Kept, Trigger, TriggerState, Watch};
use crate::{Connectors, Error, Result, calls::Via, invoke::Call, store};

impl Connectors {
    /// Polls every trigger of a tenant that is due, and renews subscriptions that are about to end; how many.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Seal`].
    pub async fn poll(&self, scope: &Scope) -> Result<usize> {
        let mut polled = 0;
        loop {
            let group = self.poll_group(scope).await?;
            polled += group;
            if group == 0 {
                return Ok(polled);
            }
        }
    }

    /// Polls the triggers of a tenant that have waited longest, a few at once; how many.
    pub(crate) async fn poll_group(&self, scope: &Scope) -> Result<usize> {
        let now = self.clock.now();
        let due = self.db.read_one(scope, move |tx| store::triggers::due(tx, now, GROUP)).await?;
        let count = due.len();
        let polls = due.into_iter().map(|trigger| Box::pin(self.poll_one(scope, trigger)));
        let mut polls = stream::iter(polls).buffer_unordered(count.max(1));
        let mut outcome = Ok(count);
        while let Some(polled) = polls.next().await {
            if let Err(error) = polled {
                outcome = Err(error);
            }
        }
        outcome
    }

    async fn poll_one(&self, scope: &Scope, seen: Trigger) -> Result<()> {
        let now = self.clock.now();
        let (id, due) = (seen.id, seen.due_at);
        // Ahead of the call, so that a second node, or a call that brings the process down, does not repeat it at once.
        // What is read here is what was true when it was taken, and nothing is written unless it is still ours then.
        let lease = now + self.lease(seen.interval_seconds);
        let take = move |tx: &db::Tx<'_>| {
            if !store::triggers::take(tx, id, (due, lease))? {
                return Ok(None);
            }
            let Some(trigger) = store::triggers::lookup(tx, id)? else { return Ok(None) };
            // It rests where background work does, and where everything waits for its end; the lease is its pause.
            let environment = identity::environments::lookup(tx, trigger.environment)?;
            if environment.is_none_or(|environment| environment.background_off) {
                return Ok(None);
            }
            Ok::<_, Error>(store::triggers::sealed(tx, id)?.map(|sealed| (trigger, sealed)))
        };
        let Some((trigger, sealed)) = self.db.write(scope, take).await? else { return Ok(()) };
        let kept = self.open_kept(scope.tenant(), id, &sealed)?;
        match trigger.watch {
            Watch::Polling => Box::pin(self.ask_what_is_new(scope, (trigger, lease), kept)).await,
            Watch::Webhook => Box::pin(self.renew(scope, (trigger, lease), kept)).await,
        }
    }

    /// Longer than a call may take.
    fn lease(&self, interval_seconds: i64) -> SignedDuration {
        let call = SignedDuration::try_from(self.settings.call_timeout() * 2);
        let call = call.unwrap_or(SignedDuration::from_secs(LONGEST));
        SignedDuration::from_secs(interval_seconds).max(call)
    }

    async fn ask_what_is_new(
        &self,
        scope: &Scope,
        (trigger, lease): (Trigger, Timestamp),
        kept: Kept,
    ) -> Result<()> {
        let now = self.clock.now();
        let id = trigger.id;
        let call = Call {
            inputs: trigger.inputs.clone(),
            connection: trigger.connection,
            version: Some(trigger.version),
            via: Via::Trigger,
            subject: Some(id.uuid()),
            memory: kept.memory.clone(),
            ..Call::new(trigger.connector, trigger.operation.clone())
        };
        let code = match Box::pin(self.invoke(scope, call)).await {
            Ok(answer) if answer.is_success() => {
                let found = answer.events.unwrap_or_default();
                let events: Vec<_> = found.iter().map(|it| it.to_string().into_bytes()).collect();
                let wait = answer.retry_after.map_or(0, |wait| wait.as_secs());
                let wait =
                    i64::try_from(wait).unwrap_or(0).clamp(trigger.interval_seconds, LONGEST);
                let change = move |before| Trigger {
                    state: TriggerState::Active,
                    reason: None,
                    due_at: Some(now + SignedDuration::from_secs(wait)),
                    failures: 0,
                    ..before
                };
                let kept = Kept { memory: answer.memory, ..kept };
                self.settle(scope, (id, Some(lease)), change, (Some(&kept), events)).await?;
                return Ok(());
            }
            Ok(_) => "api_call.answered_failure",
            Err(error @ (Error::Store(_) | Error::Seal(_))) => return Err(error),
            Err(Error::Busy) => {
                // Nobody's failure but ours: soon again.
                let soon = now + SignedDuration::from_secs(SOON);
                let change = move |before| Trigger { due_at: Some(soon), ..before };
                self.settle(scope, (id, Some(lease)), change, (None, Vec::new())).await?;
                return Ok(());
            }
            Err(error) => error.code().name(),
        };
        self.note_failure(scope, (id, lease), code).await
    }

    /// One more failure: the trigger waits longer each time, and is given up in the end.
    pub(super) async fn note_failure(
        &self,
        scope: &Scope,
        (id, lease): (kernel::TriggerId, Timestamp),
        code: &'static str,
    ) -> Result<()> {
        let now = self.clock.now();
        let change = move |before| failed(before, now, code);
        self.settle(scope, (id, Some(lease)), change, (None, Vec::new())).await?;
        Ok(())
    }
}

fn failed(before: Trigger, now: Timestamp, code: &str) -> Trigger {
    let failures = before.failures + 1;
    let doublings = u32::try_from(failures.min(10)).unwrap_or(10);
    let wait = before.interval_seconds.saturating_mul(1_i64 << doublings).min(LONGEST);
    let over = failures >= MOST_FAILURES;
    Trigger {
        state: if over { TriggerState::Failed } else { TriggerState::Active },
        reason: Some(code.to_owned()),
        due_at: (!over).then(|| now + SignedDuration::from_secs(wait)),
        failures,
        ..before
    }
}

/// Triggers of one tenant that are polled at once; our own choice.
const GROUP: i64 = 4;
/// The wait after a poll that found no place among the calls.
const SOON: i64 = 15;
/// The longest wait between two polls, after failures or when the service asks for it.
const LONGEST: i64 = 24 * 3600;
/// Failures in a row after which a trigger is given up; about a week with the longest waits.
const MOST_FAILURES: i64 = 15;
