//! What is expected of an answer, and what differs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Answer, Error, Result};

/// What is expected of an answer.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// The status.
    pub status: u16,
    /// The shape of a JSON answer: a word (`string`, `number`, `boolean`, `any`), an array with the shape of every
    /// element or nothing, or an object with the shapes of the members that have to be there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shape: Option<Value>,
    /// The values that matter, by JSON pointer into the answer.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Value>,
    /// Where the answer departed from its schema already when the example was made, as pointer and code.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drift: Vec<(String, String)>,
}

/// Something that is not as expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// JSON pointer into the answer, or into the inputs where the call itself was refused.
    pub pointer: String,
    /// What: `example.status`, `example.missing`, `example.kind`, `example.value`, `example.drift`, `example.failed`,
    /// `example.not_run`.
    pub code: String,
    /// What was expected.
    pub expected: String,
    /// What came.
    pub found: String,
}

impl Expected {
    /// What there is to expect of an answer like this one: its status, its shape, and the drift that is known.
    pub fn of(answer: &Answer) -> Self {
        let mut budget = MAX_NODES;
        let shape = answer.json.as_ref().map(|json| learn(json, 0, &mut budget));
        let drift = answer.drift.iter();
        Self {
            status: answer.status,
            shape,
            values: BTreeMap::new(),
            drift: drift.map(|it| (it.pointer.to_string(), it.code.to_owned())).collect(),
        }
    }

    /// Short values of an answer that somebody may want to insist on, outermost first.
    pub fn candidates(answer: &Answer) -> Vec<(String, Value)> {
        let mut found = Vec::new();
        let mut waiting: Vec<(String, &Value)> =
            answer.json.iter().map(|json| (String::new(), json)).collect();
        let mut visits = MAX_NODES;
        while let Some((pointer, value)) = waiting.first().cloned() {
            waiting.remove(0);
            visits = visits.saturating_sub(1);
            if found.len() >= MAX_CANDIDATES || visits == 0 {
                break;
            }
            match value {
                Value::Object(object) if waiting.len() < MAX_CANDIDATES * 4 => {
                    let members = object.iter().take(MAX_CANDIDATES * 2);
                    waiting.extend(members.map(|(name, value)| (below(&pointer, name), value)));
                }
                Value::Array(items) if waiting.len() < MAX_CANDIDATES * 4 => {
                    waiting.extend(items.first().map(|first| (below(&pointer, "0"), first)));
                }
                Value::Bool(_) | Value::Number(_) => found.push((pointer, value.clone())),
                Value::String(text) if text.chars().count() <= MAX_CANDIDATE => {
                    found.push((pointer, value.clone()));
                }
                _ => {}
            }
        }
        found
    }

    /// Whether it can be kept.
    pub(crate) fn check(&self) -> Result<()> {
        if !(100..=999).contains(&self.status) {
            return Err(Error::invalid("/expected/status", "field.invalid", "not a status"));
        }
        let text = serde_json::to_string(self).unwrap_or_default();
        if text.len() > MAX_EXPECTED {
            let detail = format!("at most {MAX_EXPECTED} bytes");
            return Err(Error::invalid("/expected", "example.too_large", detail));
        }
        if !self.shape.as_ref().is_none_or(|shape| is_shape(shape, 0)) {
            return Err(Error::invalid("/expected/shape", "field.invalid", "not a shape"));
        }
        Ok(())
    }

    /// What of an answer is not as expected.
    pub(crate) fn compare(&self, answer: &Answer) -> Vec<Difference> {
        let mut differences = Vec::new();
        if answer.status != self.status {
            let (expected, found) = (self.status.to_string(), answer.status.to_string());
            differences.push(Difference::new("", "example.status", expected, found));
        }
        if let Some(shape) = &self.shape {
            match &answer.json {
                Some(json) => compare(shape, json, "", &mut differences),
                None => differences.push(Difference::new("", "example.kind", "JSON", "other")),
            }
        }
        for (pointer, expected) in &self.values {
            let found = answer.json.as_ref().and_then(|json| json.pointer(pointer));
            if found != Some(expected) {
                let code = if found.is_some() { "example.value" } else { "example.missing" };
                let found = found.map(shown).unwrap_or_default();
                let known = |it: &Difference| it.pointer == *pointer && it.code == code;
                if !differences.iter().any(known) {
                    differences.push(Difference::new(pointer, code, shown(expected), found));
                }
            }
        }
        for note in &answer.drift {
            let is_known =
                |(pointer, code): &(String, String)| *pointer == note.pointer && code == note.code;
            if !self.drift.iter().any(is_known) {
                let place = note.pointer.to_string();
                differences.push(Difference::new(&place, "example.drift", &note.detail, note.code));
            }
        }
        differences.truncate(MAX_DIFFERENCES);
        differences
    }
}

impl Difference {
    pub(crate) fn new(
        pointer: &str,
        code: &str,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Self {
        let (code, pointer) = (code.to_owned(), pointer.to_owned());
        Self { pointer, code, expected: expected.into(), found: found.into() }
    }
}

/// The shape of a value. What is `null` may be anything, and elements of a list have in common what all of them have.
fn learn(value: &Value, depth: usize, budget: &mut usize) -> Value {
    *budget = budget.saturating_sub(1);
    if depth >= MAX_DEPTH || *budget == 0 {
        return Value::from(ANY);
    }
    match value {
        Value::Null => Value::from(ANY),
        Value::Array(items) => {
            let mut shapes =
                items.iter().take(MAX_ELEMENTS).map(|item| learn(item, depth + 1, budget));
            let first = shapes.next();
            Value::Array(first.map(|first| shapes.fold(first, merge)).into_iter().collect())
        }
        Value::Object(object) => {
            let members = object.iter().take(MAX_MEMBERS);
            let shapes = members.map(|(name, it)| (name.clone(), learn(it, depth + 1, budget)));
            Value::Object(shapes.collect())
        }
        scalar => Value::from(kind(scalar)),
    }
}

/// What two shapes have in common.
fn merge(one: Value, other: Value) -> Value {
    match (one, other) {
        (Value::Object(one), Value::Object(mut other)) => {
            let mut both = Map::new();
            for (name, shape) in one {
                if let Some(its) = other.remove(&name) {
                    both.insert(name, merge(shape, its));
                }
            }
            Value::Object(both)
        }
        (Value::Array(one), Value::Array(other)) => {
            let mut shapes = one.into_iter().chain(other);
            let first = shapes.next();
            Value::Array(first.map(|first| shapes.fold(first, merge)).into_iter().collect())
        }
        (one, other) if one == other || other == ANY => one,
        (one, other) if one == ANY => other,
        _ => Value::from(ANY),
    }
}

/// What of a value does not have its shape; `null` fits everywhere, as it does for answers and schemas.
fn compare(shape: &Value, value: &Value, pointer: &str, differences: &mut Vec<Difference>) {
    if value.is_null() || differences.len() >= MAX_DIFFERENCES {
        return;
    }
    let mut wrong = |expected: &str| {
        differences.push(Difference::new(pointer, "example.kind", expected, kind(value)));
    };
    match (shape, value) {
        (Value::Object(members), Value::Object(object)) => {
            for (name, shape) in members {
                let pointer = below(pointer, name);
                if let Some(value) = object.get(name) {
                    compare(shape, value, &pointer, differences);
                } else {
                    let expected = word(shape);
                    let missing = Difference::new(&pointer, "example.missing", expected, "");
                    differences.push(missing);
                }
            }
        }
        (Value::Array(shapes), Value::Array(items)) => {
            let Some(shape) = shapes.first() else { return };
            for (at, item) in items.iter().take(MAX_COMPARED).enumerate() {
                let before = differences.len();
                compare(shape, item, &format!("{pointer}/{at}"), differences);
                // the other elements would say the same
                if differences.len() > before {
                    break;
                }
            }
        }
        (Value::String(expected), _) if expected == ANY || expected == kind(value) => {}
        (expected, _) => wrong(word(expected)),
    }
}

fn is_shape(shape: &Value, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    match shape {
        Value::String(word) => [ANY, "string", "number", "boolean"].contains(&word.as_str()),
        Value::Array(shapes) => {
            shapes.len() <= 1 && shapes.iter().all(|shape| is_shape(shape, depth + 1))
        }
        Value::Object(members) => members.values().all(|shape| is_shape(shape, depth + 1)),
        _ => false,
    }
}

fn word(shape: &Value) -> &str {
    match shape {
        Value::String(word) => word,
        other => kind(other),
    }
}

const fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// A value in a report, cut.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().nth(MAX_CANDIDATE).is_none() {
        return text;
    }
    text.chars().take(MAX_CANDIDATE).chain("…".chars()).collect()
}

fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// The shape of what may be anything.
const ANY: &str = "any";
/// Deepest shape.
const MAX_DEPTH: usize = 24;
/// Places of an answer that its shape is learned from.
const MAX_NODES: usize = 4_000;
/// Members of one object that are learned.
const MAX_MEMBERS: usize = 500;
/// Elements of a list that its shape is learned from.
const MAX_ELEMENTS: usize = 20;
/// Elements of a list that are compared.
const MAX_COMPARED: usize = 1_000;
/// Differences that are told.
const MAX_DIFFERENCES: usize = 50;
/// Values that are offered to insist on.
const MAX_CANDIDATES: usize = 24;
/// Longest value that is offered or told, in characters.
const MAX_CANDIDATE: usize = 120;
/// Bytes of what is expected at most, as JSON.
const MAX_EXPECTED: usize = 128 * 1024;

#[cfg(test)]
mod tests;
