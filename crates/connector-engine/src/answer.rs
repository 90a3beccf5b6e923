//! From answers to a result: policies, pages joined, the schema held against it.

mod drift;
#[cfg(test)]
mod tests;

use openapi::Schema;
use serde_json::Value;

pub use drift::{Note, Remark};

use crate::{
    call::Plan,
    expression::{Context, Missing, Path},
    follow::Link,
    headers::{Headers, Source},
    message::{Mask, Response},
    policy::{Kind, Section, body},
    polling::Memory,
    trace::{self, Applied},
};

/// What came of a call.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// The status of the answer; of several pages, that of the first.
    pub status: u16,
    /// Its headers, as policies left them.
    pub headers: Headers,
    /// The body: exactly as it came unless policies or further pages changed it.
    pub body: Vec<u8>,
    /// The body as JSON, when it is.
    pub json: Option<Value>,
    /// Where the answer departs from its schema, and what could not be done to it.
    pub notes: Vec<Note>,
    /// Where more of it is.
    pub next_link: Option<String>,
    /// The connection needs a new sign-in.
    pub sign_in_needed: bool,
    /// The service asks to wait this long.
    pub retry_after_seconds: Option<u64>,
    /// What a polling trigger found; nothing for everything else.
    pub events: Option<Vec<Value>>,
    /// What the next poll needs.
    pub memory: Option<Memory>,
    /// The address that ends a webhook's subscription.
    pub subscription: Option<String>,
}

impl Outcome {
    /// Whether the status says success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Makes one result of the pages that came.
pub(crate) fn outcome(
    plan: &Plan<'_>,
    pages: Vec<Response>,
    (link, sent_url): (Option<Link>, &str),
    trail: Option<(&Mask, &mut Vec<Applied>)>,
) -> Outcome {
    let mut notes = Vec::new();
    let several = pages.len() > 1;
    let mut pages = pages.into_iter();
    let first = pages.next().unwrap_or_default();
    let mut outcome = Outcome {
        status: first.status,
        sign_in_needed: sign_in_needed(plan, first.status),
        retry_after_seconds: retry_after(&first.headers),
        ..Outcome::default()
    };
    let schema = schema(plan, first.status);
    let bytes_wanted = schema.is_some_and(|schema| schema.is_binary());
    let mut json = if bytes_wanted { None } else { first.json() };
    let mut headers = first.headers;
    let mut changed = shape(plan, &mut headers, (json.as_mut(), first.status), (&mut notes, trail));
    for page in pages {
        let mut next = page.json();
        let mut headers = page.headers.clone();
        shape(plan, &mut headers, (next.as_mut(), page.status), (&mut notes, None));
        if let (Some(all), Some(next)) = (json.as_mut(), next)
            && (200..300).contains(&page.status)
        {
            join(all, next);
        }
    }
    if several {
        changed = true;
        if let Some(all) = json.as_mut() {
            settle_link(plan, all, link.as_ref());
        }
    }
    if let (Some(json), Some(schema)) = (&json, schema) {
        drift::compare(json, schema, &mut notes);
    }
    if let Some(link) = link {
        if link.foreign {
            notes.push(Note::new(Remark::LinkForeign, "", sent_url));
        }
        outcome.next_link = Some(link.url);
    }
    outcome.body = match &json {
        Some(json) if changed => json.to_string().into_bytes(),
        _ => first.body,
    };
    outcome.headers = headers;
    outcome.json = json;
    outcome.notes = notes;
    outcome
}

fn schema<'p>(plan: &Plan<'p>, status: u16) -> Option<Schema<'p>> {
    plan.operation.response_for(status)?.schema
}

/// A sign-in that is refused even when renewed, or a status that a policy names.
fn sign_in_needed(plan: &Plan<'_>, status: u16) -> bool {
    let named = |kind: &Kind| matches!(kind, Kind::SignInNeeded(wanted) if *wanted == status);
    plan.policies.iter().any(|policy| named(&policy.kind))
        || (status == 401 && plan.values.has_sign_in())
}

/// `Retry-After` in seconds (RFC 9110 §10.2.3); a date is left to those who have a clock.
fn retry_after(headers: &Headers) -> Option<u64> {
    headers.value("Retry-After")?.trim().parse().ok()
}

/// Applies the policies for answers, in their order. One that cannot be evaluated leaves the answer
/// as it is: the call has been made, and its result is worth more than a refusal.
fn shape(
    plan: &Plan<'_>,
    headers: &mut Headers,
    (mut json, status): (Option<&mut Value>, u16),
    (notes, mut trail): (&mut Vec<Note>, Option<(&Mask, &mut Vec<Applied>)>),
) -> bool {
    let section = if (200..300).contains(&status) { Section::Response } else { Section::Failure };
    let mut changed = false;
    let all = plan.policies.iter().enumerate();
    for (index, policy) in all.filter(|(_, policy)| policy.section == section) {
        let seen = headers.clone();
        let old = trail.is_some().then(|| json.as_deref().cloned());
        let context = Context {
            connection: Some(&plan.values),
            headers: Some(&seen),
            method: plan.operation.method.word(),
            ..Context::default()
        };
        if let Kind::Header { name, value, exists } = &policy.kind {
            let before = json.as_deref();
            match value.plain(&Context { body: before, ..context }, Missing::Empty) {
                Ok(value) => headers.put(name, value.trim(), Source::Policy, *exists),
                Err(problem) => notes.push(Note::of(&problem)),
            }
        } else if let Some(json) = json.as_deref_mut() {
            match body::apply(&policy.kind, json, &context) {
                Ok(did) => changed |= did,
                Err(problem) => notes.push(Note::of(&problem)),
            }
        }
        if let (Some((mask, applied)), Some(old)) = (&mut trail, old) {
            let sides = ((&seen, old.as_ref()), (&*headers, json.as_deref()));
            applied.push(trace::of_answer(index, sides, mask));
        }
    }
    changed
}

/// Adds the lists of a further page to those of the first.
fn join(all: &mut Value, next: Value) {
    match (all, next) {
        (Value::Array(all), Value::Array(next)) => all.extend(next),
        (Value::Object(all), Value::Object(next)) => {
            for (name, value) in next {
                match (all.get_mut(&name), value) {
                    (Some(Value::Array(all)), Value::Array(next)) => all.extend(next),
                    (None, value) => {
                        all.insert(name, value);
                    }
                    (Some(_), _) => {}
                }
            }
        }
        _ => {}
    }
}

/// The link in joined pages is that of the last one, or none.
fn settle_link(plan: &Plan<'_>, all: &mut Value, link: Option<&Link>) {
    let mut paths: Vec<Path> = Vec::new();
    for policy in &plan.policies {
        if let Kind::NextLink(path) = &policy.kind {
            paths.push(path.clone());
        }
    }
    paths.extend(plan.operation.extensions().next_link().map(Path::property));
    for path in paths {
        match (path.find_mut(all), link) {
            (Some(old), Some(link)) => *old = Value::from(link.url.as_str()),
            (Some(_), None) => {
                path.take(all);
            }
            (None, _) => {}
        }
    }
}
