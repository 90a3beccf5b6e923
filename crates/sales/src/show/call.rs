//! One operation, called for a surface.

use std::time::{Duration, Instant};

use actions::{Invocation, Invoked};
use connectors::{Answer, Manner, Via};
use jiff::{SignedDuration, Timestamp};
use kernel::{Coded as _, EnvironmentId, Scope};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{Request, Section, Source};
use crate::{
    Diagnostic, Matched, Outcome, Sales, Shaped,
    input::{Carried, USER_AGENT},
    outcome::Told,
    shape::shape_answer,
};

/// What is known of a call when it is over.
#[derive(Debug, Default)]
struct Story {
    code: Option<String>,
    told: Told,
    status: Option<u16>,
    sent: Value,
    shaped: Shaped,
}

impl Sales {
    /// Calls one operation and says what came of it.
    pub(super) async fn call(
        &self,
        scope: &Scope,
        source: &Source,
        (request, environment): (&Request, EnvironmentId),
    ) -> (Option<Section>, Diagnostic) {
        let begun = Instant::now();
        let at = self.clock.now();
        let id: Uuid = self.ids.fresh();
        let connector = source.action.connector;
        let connector_name = self
            .connectors
            .connector(scope, connector)
            .await
            .map_or_else(|_| source.action.name.clone(), |connector| connector.name);
        let mut story = Story::default();
        let operation = source.matched().map(|matched| matched.operation.clone());
        let operation = operation.unwrap_or_default();
        let outcome = match source.matched() {
            Some(matched) => {
                let call = Under { source, matched, id, at };
                self.outcome(scope, &call, (request, &mut story)).await
            }
            None => Outcome::Internal,
        };
        let duration = begun.elapsed();
        let Story { code, told, status, sent, shaped } = story;
        let diagnostic = Diagnostic {
            id,
            at,
            point: request.point,
            environment,
            action: source.action.id,
            connector,
            connector_name: connector_name.clone(),
            operation: operation.clone(),
            actor: scope.actor().to_string(),
            request: scope.request(),
            outcome,
            code: told.code.or(code),
            message: told.message,
            activity: told.activity,
            status: status.map(i64::from),
            duration_us: i64::try_from(duration.as_micros()).unwrap_or(i64::MAX),
            received: i64::try_from(shaped.received).unwrap_or(i64::MAX),
            shown: i64::try_from(shaped.items.len()).unwrap_or(i64::MAX),
            sent,
            remarks: remarks(&shaped),
        };
        let section = (outcome == Outcome::Shown).then(|| Section {
            action: source.action.id,
            connector,
            connector_name,
            operation,
            call: id,
            next_skip: next_skip(request, &shaped),
            items: shaped.items,
        });
        (section, diagnostic)
    }

    async fn outcome(
        &self,
        scope: &Scope,
        call: &Under<'_>,
        (request, story): (&Request, &mut Story),
    ) -> Outcome {
        let key = (scope.tenant(), scope.actor().to_string(), call.source.action.connector.uuid());
        if self.waits.get(&key).is_some_and(|until| until > call.at) {
            return Outcome::Throttled;
        }
        let id = call.id.to_string();
        let language = scope.language().tag();
        let carried = Carried { language, request: &id };
        let inputs = match request.input.arguments(call.matched, carried) {
            Ok(inputs) => inputs,
            Err(name) => {
                story.code = Some(name.to_owned());
                return Outcome::InputMissing;
            }
        };
        story.sent = json!({ "inputs": outline(call.matched, &inputs) });
        let limit = self.settings.call_timeout();
        let invocation = Invocation {
            action: call.source.action.id,
            operation: Some(call.matched.operation.clone()),
            inputs,
            connection: None,
            via: Via::ExtensionPoint,
            deadline: Some(limit),
        };
        let manner = Manner { headers: headers(language, id), once: true, ..Manner::default() };
        // from the first step to the last byte: a connection that is made on the way counts as well
        let invoked = Box::pin(self.actions.invoke_with(scope, invocation, (manner, true)));
        let Ok(invoked) = tokio::time::timeout(limit, invoked).await else {
            return Outcome::Late;
        };
        match invoked {
            Err(error) => {
                story.code = Some(error.code().name().to_owned());
                Outcome::of(&error)
            }
            Ok(Invoked { answer, .. }) => {
                story.status = Some(answer.status);
                note_request(&answer, &mut story.sent);
                if answer.status == 429 {
                    let wait = answer.retry_after.unwrap_or(USUAL_WAIT).min(LONGEST_WAIT);
                    let wait = SignedDuration::try_from(wait).unwrap_or_default();
                    self.waits.insert(&key, call.at + wait);
                }
                judged(call.matched, &answer, (request, story))
            }
        }
    }
}

/// A call that is under way.
struct Under<'a> {
    source: &'a Source,
    matched: &'a Matched,
    id: Uuid,
    at: Timestamp,
}

fn headers(language: &str, id: String) -> Vec<(&'static str, String)> {
    vec![
        ("Accept-Language", language.to_owned()),
        ("x-ms-client-request-id", id),
        ("x-ms-user-agent", USER_AGENT.to_owned()),
    ]
}

fn judged(matched: &Matched, answer: &Answer, (request, story): (&Request, &mut Story)) -> Outcome {
    if answer.body.bytes().len() > MAX_ANSWER {
        return Outcome::TooLarge;
    }
    if !answer.is_success() {
        story.told = Told::of(answer.json.as_ref());
        if let Some(outcome) = Outcome::of_status(answer.status, &story.told) {
            return outcome;
        }
    }
    // nothing to say is nothing to show
    if answer.status == 204 {
        return Outcome::Empty;
    }
    let Some(json) = &answer.json else { return Outcome::Unreadable };
    let top = request.input.top.unwrap_or_else(|| request.point.usual_top());
    let top = usize::try_from(top).unwrap_or(usize::MAX);
    match shape_answer(matched, json, top) {
        Err(why) => why.into(),
        Ok(shaped) => {
            story.shaped = shaped;
            match (story.shaped.items.is_empty(), story.shaped.received) {
                (false, _) => Outcome::Shown,
                (true, 0) => Outcome::Empty,
                (true, _) => Outcome::NothingUsable,
            }
        }
    }
}

/// Where the next page begins, where the operation has more.
fn next_skip(request: &Request, shaped: &Shaped) -> Option<u32> {
    let received = u32::try_from(shaped.received).ok()?;
    let more = shaped.has_more && received > 0;
    more.then(|| request.input.skip.unwrap_or(0).saturating_add(received))
}

/// The method and the address without its query, as they were sent.
fn note_request(answer: &Answer, sent: &mut Value) {
    let (Some(first), Some(sent)) = (answer.exchanges.first(), sent.as_object_mut()) else {
        return;
    };
    let address = first.url.split(['?', '#']).next().unwrap_or_default();
    sent.insert("method".to_owned(), first.method.as_str().into());
    sent.insert("address".to_owned(), address.chars().take(MAX_SHOWN).collect::<String>().into());
}

/// The inputs as they may be kept: of what an email says its size alone.
fn outline(matched: &Matched, inputs: &Map<String, Value>) -> Value {
    let mut out = Map::new();
    let body = inputs.get("body").and_then(Value::as_object);
    for route in &matched.plan.inputs {
        let from = if route.in_body { body } else { Some(inputs) };
        let Some(value) = from.and_then(|from| from.get(&route.name)) else { continue };
        let shown = if PRIVATE.contains(&route.field) { sized(value, 0) } else { short(value, 0) };
        out.insert(route.name.clone(), shown);
    }
    Value::Object(out)
}

fn sized(value: &Value, depth: usize) -> Value {
    match value {
        Value::Object(object) if depth == 0 => {
            object.iter().map(|(name, value)| (name.clone(), sized(value, depth + 1))).collect()
        }
        Value::Array(list) => json!({ "items": list.len() }),
        Value::Object(object) => json!({ "members": object.len() }),
        Value::String(text) => json!({ "characters": text.chars().count() }),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn short(value: &Value, depth: usize) -> Value {
    match value {
        Value::String(text) => text.chars().take(MAX_SHOWN).collect::<String>().into(),
        Value::Array(list) if depth < 3 => {
            list.iter().take(20).map(|value| short(value, depth + 1)).collect()
        }
        Value::Object(object) if depth < 3 => {
            let members = object.iter().take(20);
            members.map(|(name, value)| (name.clone(), short(value, depth + 1))).collect()
        }
        Value::Array(_) | Value::Object(_) => sized(value, 1),
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
    }
}

fn remarks(shaped: &Shaped) -> Value {
    let one = |remark: &crate::Remark| json!({ "index": remark.index, "field": remark.field, "what": remark.what.as_str() });
    shaped.remarks.iter().map(one).collect()
}

/// Inputs that say what an email says, or who is in it.
const PRIVATE: [&str; 5] =
    ["resourceData", "emailContacts", "inputPrompt", "x-ms-message-id", "x-ms-conversation-id"];
/// Bytes of an answer that a surface reads; our own choice.
const MAX_ANSWER: usize = 1 << 20;
/// Characters of an input or an address that are kept.
const MAX_SHOWN: usize = 200;
/// How long a partner is left alone that asked to wait and did not say for how long; our own choice.
const USUAL_WAIT: Duration = Duration::from_mins(1);
/// The longest that one is left alone; our own choice.
const LONGEST_WAIT: Duration = Duration::from_mins(10);
