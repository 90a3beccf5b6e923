//! Triggers: what a poll sends and remembers, and when it fires (connector-format §9).

use openapi::{Package, TriggerKind};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    answer::Outcome,
    call::Plan,
    draft::Draft,
    expression::{Context, Missing},
    follow,
    headers::Source,
    problem::{Reason, Result},
};

/// What a trigger remembers between two polls. Keep it, and give it to the next one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// The last answer that had data, or the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Value>,
    /// Where the service wants to be asked next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_url: Option<String>,
}

/// The prefix of trigger paths that is not part of the backend's path.
const PREFIX: &str = "/trigger";

/// The path that the backend has. The prefix goes when a policy polls, and without one when the
/// definition holds the same path without it.
pub(crate) fn backend_path<'p>(plan: &Plan<'p>, package: &Package<'_>) -> &'p str {
    let path = plan.operation.path;
    let Some(rest) = path.strip_prefix(PREFIX).filter(|rest| rest.starts_with('/')) else {
        return path;
    };
    let twin = || {
        let paths = package.definition.root().get("paths");
        plan.operation.trigger().is_some() && paths.is_some_and(|paths| paths.get(rest).is_some())
    };
    if plan.polling().is_some() || twin() { rest } else { path }
}

/// Sets what a poll adds to the declared request: constants always, everything else once there was
/// an answer. What cannot be evaluated on it stays out.
///
/// # Errors
/// [`Reason::ExpressionUnknown`]
pub(crate) fn prepare(plan: &Plan<'_>, draft: &mut Draft) -> Result<()> {
    let memory = plan.options.memory.as_ref();
    if let Some(polling) = plan.polling() {
        for (name, template) in &polling.config {
            let context = Context {
                connection: Some(&plan.values),
                trigger_body: memory.and_then(|memory| memory.last.as_ref()),
                method: &draft.declared_method,
                ..Context::default()
            };
            match template.plain(&context, Missing::Fails) {
                Ok(value) => draft.query.set(name, &value, Source::Operation),
                Err(problem) if problem.reason == Reason::ExpressionUnknown => return Err(problem),
                Err(_) => {}
            }
        }
    }
    draft.override_url = memory.and_then(|memory| memory.next_url.clone());
    Ok(())
}

/// Reads the answer of a trigger: events, what to remember, what to unsubscribe with.
pub(crate) fn fire(plan: &Plan<'_>, outcome: &mut Outcome, sent_url: &str) {
    let mut memory = plan.options.memory.clone().unwrap_or_default();
    let location = outcome.headers.value("Location").map(str::to_owned);
    let location = location.and_then(|location| follow::resolve(&location, sent_url));
    if let Some(polling) = plan.polling() {
        let first = memory.last.is_none();
        let answer = outcome.json.clone().filter(|_| outcome.is_success());
        let data = answer.as_ref().and_then(|answer| polling.data.path.find(answer));
        let events = match data {
            Some(Value::Array(items)) => items.clone(),
            None | Some(Value::Null) => Vec::new(),
            Some(single) => vec![single.clone()],
        };
        if answer.is_some() && (first || !events.is_empty()) {
            memory.last = answer;
        }
        outcome.events = Some(if first { Vec::new() } else { events });
        outcome.memory = Some(memory);
        return;
    }
    if plan.operation.trigger_kind() == Some(TriggerKind::Webhook) {
        // the address may lie elsewhere: what deletes it decides what goes along
        outcome.subscription = location.filter(|_| outcome.is_success()).map(|link| link.url);
        return;
    }
    let fires = outcome.status == 200;
    outcome.events = Some(match (&outcome.json, fires) {
        (Some(Value::Array(items)), true) if plan.is_batch() => items.clone(),
        (Some(value), true) => vec![value.clone()],
        _ => Vec::new(),
    });
    if outcome.is_success() {
        // elsewhere our credentials do not go: the same call is repeated
        memory.next_url = location.filter(|link| !link.foreign).map(|link| link.url);
    }
    outcome.memory = Some(memory);
}
