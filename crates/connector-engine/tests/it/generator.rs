//! Inputs made from a definition, so that every operation can be built.

use liaison_connector_engine::Connection;
use openapi::{Location, Operation, Package, Parameter, ParameterKind, Schema};
use serde_json::{Map, Value, json};

/// Deepest object that is made up.
const DEPTH: usize = 6;

/// Which inputs are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Which {
    /// Those that have to be.
    Required,
    /// All of them.
    Every,
}

pub(crate) fn inputs(operation: &Operation<'_>, which: Which, text: &str) -> Map<String, Value> {
    let mut inputs = Map::new();
    for parameter in &operation.parameters {
        if !parameter.required && which == Which::Required {
            continue;
        }
        let name = if parameter.location == Location::Body { "body" } else { parameter.name };
        inputs.insert(name.to_owned(), input(parameter, which, text));
    }
    inputs
}

fn input(parameter: &Parameter<'_>, which: Which, text: &str) -> Value {
    if parameter.is_file() {
        return json!({"filename": "a b.txt", "content_type": "text/plain", "base64": "aGk="});
    }
    value(parameter.schema, (which, text), DEPTH)
}

/// A value of a schema.
pub(crate) fn value(schema: Schema<'_>, (which, text): (Which, &str), depth: usize) -> Value {
    if let Some(first) = schema.enum_values().first() {
        return first.to_value();
    }
    let object = || {
        let mut object = Map::new();
        for (name, property) in schema.all_properties() {
            if depth > 0 && (which == Which::Every || schema.requires_anywhere(name)) {
                object.insert(name.to_owned(), value(property, (which, text), depth - 1));
            }
        }
        Value::Object(object)
    };
    match schema.kind() {
        Some("integer") => json!(5),
        Some("number") => json!(1.5),
        Some("boolean") => json!(true),
        Some("array") => match schema.items().filter(|_| depth > 0) {
            Some(items) => json!([value(items, (which, text), depth - 1)]),
            None => json!([]),
        },
        Some("object") => object(),
        None if schema.properties().len() > 0 || schema.all_of().next().is_some() => object(),
        _ => match schema.format() {
            Some("date-time") => json!("2026-01-02T03:04:05Z"),
            Some("date") => json!("2026-01-02"),
            Some("byte") => json!("aGk="),
            Some("uri") => json!("https://example.com/a?b=c"),
            _ => json!(text),
        },
    }
}

/// A connection with a value for every parameter.
pub(crate) fn connection<'t>(package: &'t Package<'t>, set: Option<&str>) -> Connection {
    let mut parameters = Map::new();
    for parameter in package.properties.parameters_of_set(set).unwrap_or_default() {
        if matches!(parameter.kind, ParameterKind::OAuth | ParameterKind::Gateway) {
            continue;
        }
        let chosen = parameter.allowed_values().first().map(|allowed| allowed.value.to_value());
        let chosen = chosen.or_else(|| parameter.default().map(openapi::Node::to_value));
        let host = json!("tenant1");
        parameters.insert(parameter.name.to_owned(), chosen.unwrap_or(host));
    }
    Connection {
        set: set.map(str::to_owned),
        parameters,
        access_token: Some("token".to_owned()),
        ..Connection::default()
    }
}
