//! A call without a network: the exact requests, answered from a list.

use openapi::{Package, TriggerKind};
use serde_json::{Map, Value};

use crate::{
    answer::Outcome,
    call::{Call, Options, Step},
    connection::Connection,
    message::{Request, Response},
    problem::Result,
    unsubscribe::Subscription,
};

/// What to rehearse.
#[derive(Debug, Default)]
pub struct Rehearsal {
    /// The operation.
    pub operation_id: String,
    /// The connection.
    pub connection: Connection,
    /// The inputs.
    pub inputs: Map<String, Value>,
    /// Where a webhook sends its events.
    pub callback_url: Option<String>,
    /// The answers, in turn.
    pub responses: Vec<Response>,
}

/// The requests that went out, and why it ended early.
#[derive(Debug, Default)]
pub struct Rehearsed {
    /// One for each exchange.
    pub requests: Vec<Request>,
    /// What came of it last.
    pub outcome: Option<Outcome>,
}

impl Rehearsal {
    /// Rehearses as many exchanges as there are answers, and one when there is none: a polling
    /// trigger polls again with its state, a webhook trigger subscribes and then unsubscribes, pages
    /// follow pages. Look-ups count. It ends earlier when nothing is left to do.
    ///
    /// # Errors
    /// Those of [`Call::new`] and [`Call::answer`]; what was sent before is in `done`.
    pub fn run<'p>(&self, package: &'p Package<'p>, done: &mut Rehearsed) -> Result<()> {
        let exchanges = self.responses.len().max(1);
        let options = Options {
            callback_url: self.callback_url.clone(),
            pages: exchanges,
            ..Options::default()
        };
        let call = Call::new(
            package,
            &self.operation_id,
            &self.connection,
            &self.inputs,
            options.clone(),
        )?;
        let kind = call.operation().trigger_kind();
        let mut outcome = self.drive(call, done)?;
        match kind {
            Some(TriggerKind::Polling) => {
                while let Some(ended) = outcome.take() {
                    let options = Options { memory: ended.memory, ..options.clone() };
                    let (id, inputs) = (&self.operation_id, &self.inputs);
                    let call = Call::new(package, id, &self.connection, inputs, options)?;
                    outcome = self.drive(call, done)?;
                }
            }
            Some(TriggerKind::Webhook) => {
                if let Some(location) = outcome.and_then(|outcome| outcome.subscription) {
                    let subscription = Subscription {
                        operation_id: &self.operation_id,
                        inputs: &self.inputs,
                        location: &location,
                    };
                    let call = Call::unsubscribe(package, subscription, &self.connection, options)?;
                    self.drive(call, done)?;
                }
            }
            None => {}
        }
        Ok(())
    }

    /// Drives one call; nothing when the exchanges are used up before it ends or with it.
    fn drive(&self, mut call: Call<'_>, done: &mut Rehearsed) -> Result<Option<Outcome>> {
        let exchanges = self.responses.len().max(1);
        loop {
            match call.step() {
                Step::Send(_) if done.requests.len() >= exchanges => return Ok(None),
                Step::Send(request) => {
                    let response = self.responses.get(done.requests.len()).cloned();
                    done.requests.push(request);
                    let Some(response) = response else { return Ok(None) };
                    call.answer(response)?;
                }
                // the sign-in of a rehearsal does not change
                Step::Renew => {
                    let token = self.connection.access_token.clone().unwrap_or_default();
                    call.renewed(token)?;
                }
                Step::Done(outcome) => {
                    done.outcome = Some((*outcome).clone());
                    let left = done.requests.len() < exchanges;
                    return Ok(Some(*outcome).filter(|_| left));
                }
            }
        }
    }
}
