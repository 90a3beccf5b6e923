//! Constants that publishers hide in body schemas: required, internal, with a default.

use openapi::{Schema, Visibility};
use serde_json::{Map, Value};

use crate::limits::{MAX_DEPTH, MAX_VISITS};

/// Adds every required internal property with a default, at any depth, wherever its parent object
/// exists or is itself required (connector-format §7, step 2).
pub(super) fn fill(schema: Schema<'_>, value: Option<Value>, required: bool) -> Option<Value> {
    let mut visits = MAX_VISITS;
    walk(schema, value, required, (MAX_DEPTH, &mut visits))
}

fn walk(
    schema: Schema<'_>,
    value: Option<Value>,
    required: bool,
    (depth, visits): (usize, &mut usize),
) -> Option<Value> {
    let Some(depth) = depth.checked_sub(1) else { return value };
    let Some(left) = visits.checked_sub(1) else { return value };
    *visits = left;
    match value {
        None if required => match object(schema, Map::new(), (depth, visits)) {
            built if built.is_empty() => None,
            built => Some(Value::Object(built)),
        },
        Some(Value::Object(given)) => Some(Value::Object(object(schema, given, (depth, visits)))),
        Some(Value::Array(items)) => Some(Value::Array(match schema.items() {
            Some(schema) => items
                .into_iter()
                .map(|item| walk(schema, Some(item), false, (depth, visits)).unwrap_or_default())
                .collect(),
            None => items,
        })),
        other => other,
    }
}

fn object(
    schema: Schema<'_>,
    mut object: Map<String, Value>,
    (depth, visits): (usize, &mut usize),
) -> Map<String, Value> {
    for (name, property) in schema.all_properties() {
        let required = schema.requires_anywhere(name);
        let given = object.get_mut(name).map(Value::take);
        let constant = required && is_internal(property);
        let default = property.default().filter(|default| constant && !default.is_null());
        let value = match (given, default) {
            (None, Some(default)) => Some(default.to_value()),
            (given, _) => walk(property, given, required, (depth, visits)),
        };
        if let Some(value) = value {
            object.insert(name.to_owned(), value);
        }
    }
    object
}

/// Whether a property is hidden from people.
pub(super) fn is_internal(schema: Schema<'_>) -> bool {
    schema.extensions().visibility() == Visibility::Internal
}

/// Puts a text below an object; parents that are missing, or are no objects, are made.
pub(super) fn put(body: &mut Value, path: &[&str], text: &str) {
    let mut at = body;
    for name in path {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        let Value::Object(object) = at else { return };
        at = object.entry((*name).to_owned()).or_insert(Value::Null);
    }
    *at = Value::from(text);
}
