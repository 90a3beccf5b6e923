//! Inputs against schemas, as strictly as the platform: kinds count, formats and ranges do not.

use openapi::Schema;
use serde_json::{Map, Value};

use crate::{
    limits::MAX_DEPTH,
    problem::{Problem, Reason, Result, below},
};

/// Whether a value is of a declared kind, all the way down.
///
/// # Errors
/// [`Reason::InputKind`] with the pointer of the first that is not.
pub(super) fn value(value: &Value, schema: Schema<'_>, pointer: &str) -> Result<()> {
    walk(value, schema, pointer, 0)
}

/// The same for what is no body: it becomes text, so text will do for lists and objects too.
///
/// # Errors
/// As [`value`].
pub(super) fn parameter(given: &Value, schema: Schema<'_>, pointer: &str) -> Result<()> {
    let structured = schema.is("array") || schema.is("object");
    if structured && !given.is_array() && !given.is_object() {
        return Ok(());
    }
    value(given, schema, pointer)
}

fn walk(value: &Value, schema: Schema<'_>, pointer: &str, depth: usize) -> Result<()> {
    if depth >= MAX_DEPTH || value.is_null() || is_file(value) {
        return Ok(());
    }
    let mut types = schema.types().peekable();
    if types.peek().is_some() && !types.any(|word| fits(value, word)) {
        let subject = pointer.rsplit('/').next().unwrap_or_default();
        return Err(Problem::new(Reason::InputKind, subject).at(pointer));
    }
    match value {
        Value::Object(object) => {
            for (name, property) in schema.all_properties() {
                if let Some(value) = object.get(name) {
                    walk(value, property, &below(pointer, name), depth + 1)?;
                }
            }
            Ok(())
        }
        Value::Array(items) => {
            let Some(schema) = schema.items() else { return Ok(()) };
            for (at, item) in items.iter().enumerate() {
                walk(item, schema, &format!("{pointer}/{at}"), depth + 1)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Whether a value may stand where a type of this name is declared. Numbers and booleans may come as
/// text, and anything may be written as text; words that name no type say nothing.
fn fits(value: &Value, word: &str) -> bool {
    let text = value.as_str().map(str::trim);
    match word {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "integer" | "number" => {
            value.is_number() || text.is_some_and(|text| text.parse::<f64>().is_ok())
        }
        "boolean" => {
            let word = |text: &str| {
                text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")
            };
            value.is_boolean() || text.is_some_and(word)
        }
        _ => true,
    }
}

/// Whether the declared kind of an answer's value fits; stricter than inputs.
pub(crate) fn kind_of(value: &Value, word: &str) -> bool {
    match word {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "null" => value.is_null(),
        _ => true,
    }
}

/// Whether this is a file as callers give one.
fn is_file(value: &Value) -> bool {
    value.get("base64").is_some_and(Value::is_string)
}

/// Whether nothing but an object is declared, so that an empty one is a value.
pub(super) fn is_open_object(schema: Schema<'_>) -> bool {
    schema.is("object") || schema.properties().len() > 0 || schema.all_of().next().is_some()
}

/// Whether the properties that a body requires are there. Deeper ones are the service's to ask for:
/// published schemas require there what nobody sends.
///
/// # Errors
/// [`Reason::InputMissing`] with the pointer of the first that is not.
pub(super) fn required(
    object: &Map<String, Value>,
    schema: Schema<'_>,
    pointer: &str,
) -> Result<()> {
    for (name, property) in schema.all_properties() {
        let hidden = super::constants::is_internal(property) || property.read_only();
        let callback = property.extensions().is_notification_url();
        let excused = hidden || callback || property.default().is_some();
        if schema.requires_anywhere(name) && !object.contains_key(name) && !excused {
            let pointer = below(pointer, name);
            return Err(Problem::new(Reason::InputMissing, name).at(pointer));
        }
    }
    Ok(())
}
