//! What a tool is made of, when an action is published.

use openapi::{Location, Method, Operation as Described};
use serde_json::{Map, Value, json};

use crate::{
    Annotations,
    model::{Action, Operation, Prepared},
    schema::{Side, Writer},
};

/// Makes the tool of one operation.
pub(crate) fn prepare(
    action: &Action,
    operation: &Operation,
    described: &Described<'_>,
) -> Prepared {
    let (output, wrapped) = output(described);
    let title = operation.title.clone().or_else(|| described.summary().map(str::to_owned));
    let said = operation.instructions.as_deref().or(operation.description.as_deref());
    let said = said.or_else(|| described.description()).or_else(|| described.summary());
    let mut description = said.unwrap_or(&operation.id).trim().to_owned();
    if !action.instructions.trim().is_empty() {
        description = format!("{}\n\n{description}", action.instructions.trim());
    }
    Prepared {
        title: title.unwrap_or_else(|| operation.id.clone()),
        description: description.chars().take(MAX_DESCRIPTION).collect(),
        input: input(operation, described),
        output,
        wrapped,
        annotations: annotations(described),
    }
}

fn input(operation: &Operation, described: &Described<'_>) -> Value {
    let mut writer = Writer::new(Side::Input);
    let mut properties = Map::new();
    let mut required = Vec::new();
    for parameter in &described.parameters {
        let key = if parameter.location == Location::Body { BODY } else { parameter.name };
        let set = operation.overrides.get(key);
        let internal = parameter.extensions().is_internal();
        if set.is_some_and(|set| set.fixed.is_some()) || internal || properties.contains_key(key) {
            continue;
        }
        let mut schema = writer.parameter(parameter);
        let title = parameter.extensions().summary();
        if let Some(object) = schema.as_object_mut() {
            let mut say = |name: &str, value: Option<Value>| {
                if let Some(value) = value {
                    object.insert(name.to_owned(), value);
                }
            };
            say("title", title.map(Value::from));
            let described = parameter.description().map(str::to_owned);
            let said = set.and_then(|set| set.description.clone()).or(described);
            say("description", said.map(Value::from));
            say("default", set.and_then(|set| set.default.clone()));
        }
        let has_default = schema.get("default").is_some();
        if set.is_some_and(|set| set.required) || (parameter.required && !has_default) {
            required.push(Value::from(key));
        }
        properties.insert(key.to_owned(), schema);
    }
    let mut input =
        json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if let (false, Some(object)) = (required.is_empty(), input.as_object_mut()) {
        object.insert("required".to_owned(), required.into());
    }
    input
}

/// The schema of the answer; what is no object is given under `result`.
fn output(described: &Described<'_>) -> (Option<Value>, bool) {
    let Some(schema) = described.expected_response().and_then(|answer| answer.schema) else {
        return (None, false);
    };
    if schema.is_binary() || schema.kind() == Some("file") {
        return (None, false);
    }
    let written = Writer::new(Side::Output).schema(schema);
    if written.get("type").and_then(Value::as_str) == Some("object") {
        return (Some(written), false);
    }
    (Some(json!({ "type": "object", "properties": { "result": written } })), true)
}

fn annotations(described: &Described<'_>) -> Annotations {
    let reads = matches!(described.method, Method::Get | Method::Head | Method::Options)
        || described.extensions().is_safe();
    Annotations {
        read_only_hint: reads,
        destructive_hint: !reads && described.method != Method::Post,
        idempotent_hint: reads || matches!(described.method, Method::Put | Method::Delete),
        open_world_hint: true,
    }
}

/// The name under which a body is given.
pub(crate) const BODY: &str = "body";

/// Most characters of what a model reads of a tool (model description, 4,000 in the contract for sales
/// extensions).
const MAX_DESCRIPTION: usize = 4000;
