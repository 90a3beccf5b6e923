//! Polls.

use jiff::SignedDuration;
use kernel::{Coded as _, Scope};

use super::{Kept, Trigger, TriggerState};
use crate::{Connectors, Error, Result, calls::Via, invoke::Call, store};

impl Connectors {
    /// Polls every trigger of a tenant that is due; how many.
    ///
    /// # Errors
    /// [`Error::Store`], [`Error::Seal`].
    pub async fn poll(&self, scope: &Scope) -> Result<usize> {
        let mut polled = 0;
        loop {
            let now = self.clock.now();
            let due =
                self.db.read_one(scope, move |tx| store::triggers::due(tx, now, GROUP)).await?;
            if due.is_empty() {
                return Ok(polled);
            }
            for trigger in due {
                polled += 1;
                Box::pin(self.poll_one(scope, trigger)).await?;
            }
        }
    }

    async fn poll_one(&self, scope: &Scope, trigger: Trigger) -> Result<()> {
        let now = self.clock.now();
        let next = now + SignedDuration::from_secs(trigger.interval_seconds);
        let (id, seen) = (trigger.id, trigger.due_at);
        // Ahead of the call, so that a second node, or a call that brings the process down, does not repeat it.
        let take = move |tx: &db::Tx<'_>| store::triggers::take(tx, id, (seen, next));
        if !self.db.write(scope, take).await? {
            return Ok(());
        }
        let (_, kept) = self.trigger_with(scope, id).await?;
        let call = Call {
            inputs: trigger.inputs.clone(),
            connection: trigger.connection,
            version: Some(trigger.version),
            via: Via::Trigger,
            subject: Some(id.uuid()),
            memory: kept.memory.clone(),
            ..Call::new(trigger.connector, trigger.operation.clone())
        };
        let (after, kept, events) = match Box::pin(self.invoke(scope, call)).await {
            Ok(answer) if answer.is_success() => {
                let found = answer.events.unwrap_or_default();
                let count = i64::try_from(found.len()).unwrap_or(i64::MAX);
                let events: Vec<_> = found.iter().map(|it| it.to_string().into_bytes()).collect();
                let wait = answer.retry_after.map_or(0, |wait| wait.as_secs());
                let wait =
                    i64::try_from(wait).unwrap_or(0).clamp(trigger.interval_seconds, LONGEST);
                let after = Trigger {
                    state: TriggerState::Active,
                    reason: None,
                    due_at: Some(now + SignedDuration::from_secs(wait)),
                    fired: trigger.fired + count,
                    fired_at: if count > 0 { Some(now) } else { trigger.fired_at },
                    failures: 0,
                    ..trigger
                };
                (after, Kept { memory: answer.memory, ..kept }, events)
            }
            Ok(_) => (failed(trigger, now, "api_call.answered_failure"), kept, Vec::new()),
            Err(error @ (Error::Store(_) | Error::Seal(_))) => return Err(error),
            Err(error) => (failed(trigger, now, error.code().name()), kept, Vec::new()),
        };
        self.fire(scope, after, (&kept, events)).await
    }
}

/// A trigger after one more failure: it waits longer each time, and is given up in the end.
fn failed(trigger: Trigger, now: jiff::Timestamp, code: &str) -> Trigger {
    let failures = trigger.failures + 1;
    let doublings = u32::try_from(failures.min(10)).unwrap_or(10);
    let wait = trigger.interval_seconds.saturating_mul(1_i64 << doublings).min(LONGEST);
    let over = failures >= MOST_FAILURES;
    Trigger {
        state: if over { TriggerState::Failed } else { TriggerState::Active },
        reason: Some(code.to_owned()),
        due_at: (!over).then(|| now + SignedDuration::from_secs(wait)),
        failures,
        ..trigger
    }
}

/// Triggers that are looked for at once.
const GROUP: i64 = 50;
/// The longest wait between two polls, after failures or when the service asks for it.
const LONGEST: i64 = 24 * 3600;
/// Failures in a row after which a trigger is given up; about a week with the longest waits.
const MOST_FAILURES: i64 = 15;
