//! Documents made of a form and what differs: the forms are JSON files beside this one, read once.
//! Code that puts a hundred properties together one by one takes more room than the text.

use std::sync::LazyLock;

use serde_json::{Map, Value};

type Form = LazyLock<Map<String, Value>>;

/// `EntityMetadata`.
pub(super) static TABLE: Form = LazyLock::new(|| form(include_str!("table.json")));
/// `AttributeMetadata`.
pub(super) static COLUMN: Form = LazyLock::new(|| form(include_str!("column.json")));
/// `OneToManyRelationshipMetadata`.
pub(super) static ONE_TO_MANY: Form = LazyLock::new(|| form(include_str!("one_to_many.json")));
/// `ManyToManyRelationshipMetadata`.
pub(super) static MANY_TO_MANY: Form = LazyLock::new(|| form(include_str!("many_to_many.json")));

fn form(text: &str) -> Map<String, Value> {
    // a test writes every document: the forms are JSON
    serde_json::from_str(text).unwrap_or_default()
}

/// A document under way.
pub(super) struct Document(Map<String, Value>);

impl Document {
    pub(super) fn new(form: &Map<String, Value>) -> Self {
        Self(form.clone())
    }

    fn put(&mut self, name: &str, value: Value) {
        match self.0.get_mut(name) {
            Some(place) => *place = value,
            None => drop(self.0.insert(name.to_owned(), value)),
        }
    }

    pub(super) fn texts(&mut self, texts: &[(&str, &str)]) {
        for (name, text) in texts {
            self.put(name, Value::String((*text).to_owned()));
        }
    }

    pub(super) fn flags(&mut self, flags: &[(&str, bool)]) {
        for (name, flag) in flags {
            self.put(name, Value::Bool(*flag));
        }
    }

    /// Values of properties that say as well whether they can be changed.
    pub(super) fn locked(&mut self, flags: &[(&str, bool)]) {
        for (name, flag) in flags {
            if let Some(place) = self.0.get_mut(*name).and_then(|one| one.get_mut("Value")) {
                *place = Value::Bool(*flag);
            }
        }
    }

    pub(super) fn values<const N: usize>(&mut self, values: [(&str, Value); N]) {
        for (name, value) in values {
            self.put(name, value);
        }
    }

    pub(super) fn extend(&mut self, more: Value) {
        if let Value::Object(more) = more {
            self.0.extend(more);
        }
    }

    pub(super) fn finish(self) -> Value {
        Value::Object(self.0)
    }
}
