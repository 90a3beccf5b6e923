//! Answers against their schemas: departures are told, never refused.

use openapi::Schema;
use serde_json::Value;

use crate::{
    inputs::kind_of,
    limits::{MAX_DEPTH, MAX_NOTES, MAX_VISITS},
    problem::{Problem, below},
};

/// What there is to say about an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Remark {
    /// A value is of another kind than declared.
    Kind,
    /// A property that is declared as always there is not.
    Missing,
    /// The next page lies on another origin and was not fetched.
    LinkForeign,
    /// A policy for answers could not be applied.
    Policy,
    /// A header was not sent, because its name is none.
    HeaderName,
}

impl Remark {
    /// Every remark, for those who list or translate them.
    pub const ALL: [Self; 5] =
        [Self::Kind, Self::Missing, Self::LinkForeign, Self::Policy, Self::HeaderName];

    /// The code that callers compare.
    pub fn code(self) -> &'static str {
        match self {
            Self::Kind => "answer.kind",
            Self::Missing => "answer.missing",
            Self::LinkForeign => "answer.link_foreign",
            Self::Policy => "answer.policy",
            Self::HeaderName => "request.header_name",
        }
    }

    /// The key of the text for people, in `connector-engine.ftl`; its argument is `subject`.
    pub fn text_key(self) -> String {
        format!("connector-engine.{}", self.code().replace(['.', '_'], "-"))
    }
}

/// A remark with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What.
    pub remark: Remark,
    /// JSON pointer into the answer, or of the policy.
    pub pointer: String,
    /// The kind that was declared, the policy, or the address.
    pub subject: String,
}

impl Note {
    pub(crate) fn new(remark: Remark, pointer: &str, subject: &str) -> Self {
        Self { remark, pointer: pointer.to_owned(), subject: subject.to_owned() }
    }

    pub(super) fn of(problem: &Problem) -> Self {
        Self::new(Remark::Policy, &problem.pointer, problem.reason.code())
    }
}

/// Notes where an answer departs from its schema: at most a handful, each kind of place once.
pub(super) fn compare(answer: &Value, schema: Schema<'_>, notes: &mut Vec<Note>) {
    let mut walk = Walk { notes, visits: MAX_VISITS };
    walk.value(answer, schema, "", 0);
}

struct Walk<'n> {
    notes: &'n mut Vec<Note>,
    visits: usize,
}

impl Walk<'_> {
    fn value(&mut self, value: &Value, schema: Schema<'_>, pointer: &str, depth: usize) {
        let full = self.notes.len() >= MAX_NOTES;
        // null relaxes everything: published schemas do not say which values may be
        if full || depth >= MAX_DEPTH || self.visits == 0 || value.is_null() {
            return;
        }
        self.visits -= 1;
        let types: Vec<&str> = schema.types().collect();
        if !types.is_empty() && !types.iter().any(|word| kind_of(value, word)) {
            let declared = types.first().copied().unwrap_or_default();
            self.notes.push(Note::new(Remark::Kind, pointer, declared));
            return;
        }
        match value {
            Value::Object(object) => {
                for (name, property) in schema.all_properties() {
                    match object.get(name) {
                        Some(value) => {
                            self.value(value, property, &below(pointer, name), depth + 1);
                        }
                        None if schema.requires_anywhere(name) => {
                            let pointer = below(pointer, name);
                            self.notes.push(Note::new(Remark::Missing, &pointer, name));
                        }
                        None => {}
                    }
                }
            }
            Value::Array(items) => {
                let Some(schema) = schema.items() else { return };
                for (at, item) in items.iter().enumerate() {
                    let before = self.notes.len();
                    self.value(item, schema, &format!("{pointer}/{at}"), depth + 1);
                    // the other elements would say the same
                    if self.notes.len() > before {
                        break;
                    }
                }
            }
            _ => {}
        }
    }
}
