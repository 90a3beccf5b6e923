//! The fields of an operation from the schema that its callers see: one for each input, JSON where it has parts.

use actions::Operation;
use kernel::FieldError;
use serde_json::{Map, Value};
use web_frame::{Field, Frame};

use crate::shapes::{kind, written};

/// The fields with what was typed, or with the defaults.
pub(super) fn of(
    frame: &Frame,
    operation: &Operation,
    typed: Option<&Vec<(String, String)>>,
    errors: &[FieldError],
) -> Vec<Field> {
    let one = |(name, schema): (&String, &Value)| {
        let text = |key: &str| schema.get(key).and_then(Value::as_str).filter(|it| !it.is_empty());
        let label = text("title").unwrap_or(name).to_owned();
        let posted = format!("in:{name}");
        let field = match way(schema) {
            Way::Choice(choices) => {
                let choices = choices.into_iter().map(|value| (value.clone(), value));
                let none = (String::new(), "–".to_owned());
                Field::select(&posted, label, [none].into_iter().chain(choices))
            }
            Way::Boolean => {
                let say = |key: &str| frame.say(&format!("web-actions.{key}"));
                let choices =
                    [("", "–".to_owned()), ("true", say("true")), ("false", say("false"))];
                Field::select(&posted, label, choices)
            }
            Way::Number | Way::Text => Field::text(&posted, label),
            Way::Json => Field::area(&posted, label),
        };
        let field = if is_required(operation, name) { field.required() } else { field };
        let given = typed.map(|typed| {
            let found = typed.iter().find(|(known, _)| *known == posted);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        });
        let begin = || match schema.get("default") {
            Some(default) => written(default),
            None if matches!(way(schema), Way::Json) && is_required(operation, name) => {
                serde_json::to_string_pretty(&sample(schema, 0)).unwrap_or_default()
            }
            None => String::new(),
        };
        let hint = [Some(kind(frame, schema)), text("description").map(str::to_owned)];
        let hint: Vec<String> = hint.into_iter().flatten().collect();
        let field = field.value(given.unwrap_or_else(begin)).hint(hint.join(" · "));
        let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        let mine = |error: &&FieldError| {
            error.pointer == pointer || error.pointer.starts_with(&format!("{pointer}/"))
        };
        match errors.iter().find(mine) {
            Some(error) => field.error(frame.t.rule(error.code, error.limit)),
            None => field,
        }
    };
    properties(operation).map(|all| all.iter().map(one).collect()).unwrap_or_default()
}

/// The inputs as they were typed. What is empty is not given.
pub(super) fn read(
    operation: &Operation,
    typed: &[(String, String)],
) -> Result<Map<String, Value>, Vec<FieldError>> {
    let (mut inputs, mut errors) = (Map::new(), Vec::new());
    for (name, schema) in properties(operation).into_iter().flatten() {
        let posted = format!("in:{name}");
        let given = typed.iter().find(|(known, _)| *known == posted);
        let Some(text) = given.map(|(_, text)| text.as_str()).filter(|text| !text.is_empty())
        else {
            continue;
        };
        let value = match way(schema) {
            Way::Text => Some(Value::from(text)),
            Way::Choice(_) if is_text(schema) => Some(Value::from(text)),
            Way::Number => serde_json::from_str(text.trim()).ok().filter(Value::is_number),
            Way::Boolean | Way::Choice(_) | Way::Json => serde_json::from_str(text).ok(),
        };
        if let Some(value) = value {
            inputs.insert(name.clone(), value);
        } else {
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            let said = "the value does not fit the input";
            errors.push(FieldError::new(pointer, "api_action.value_unfit", said));
        }
    }
    if errors.is_empty() { Ok(inputs) } else { Err(errors) }
}

/// How an input is typed.
enum Way {
    Choice(Vec<String>),
    Boolean,
    Number,
    Text,
    Json,
}

fn way(schema: &Value) -> Way {
    if let Some(all) = schema.get("enum").and_then(Value::as_array) {
        return Way::Choice(all.iter().map(written).collect());
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("string") => Way::Text,
        Some("integer" | "number") => Way::Number,
        Some("boolean") => Way::Boolean,
        _ => Way::Json,
    }
}

fn is_text(schema: &Value) -> bool {
    schema.get("type").and_then(Value::as_str).is_none_or(|kind| kind == "string")
}

fn properties(operation: &Operation) -> Option<&Map<String, Value>> {
    operation.prepared.as_ref()?.input.get("properties")?.as_object()
}

fn is_required(operation: &Operation, name: &str) -> bool {
    let schema = operation.prepared.as_ref().map(|made| &made.input);
    let all = schema.and_then(|schema| schema.get("required")).and_then(Value::as_array);
    all.is_some_and(|all| all.iter().any(|it| it.as_str() == Some(name)))
}

/// A value that shows the shape of a schema: what must be given, empty.
fn sample(schema: &Value, depth: usize) -> Value {
    if let Some(value) = schema.get("default").or_else(|| schema.get("example")) {
        return value.clone();
    }
    if let Some(first) = schema.get("enum").and_then(Value::as_array).and_then(|all| all.first()) {
        return first.clone();
    }
    match schema.get("type").and_then(Value::as_str) {
        Some("object") if depth < MAX_DEPTH => {
            let properties = schema.get("properties").and_then(Value::as_object);
            let required = schema.get("required").and_then(Value::as_array);
            let needed = |name: &str| {
                required.is_none_or(|all| all.iter().any(|it| it.as_str() == Some(name)))
            };
            let shown = properties.into_iter().flatten().filter(|(name, _)| needed(name));
            let shown =
                shown.take(MAX_SAMPLE).map(|(name, it)| (name.clone(), sample(it, depth + 1)));
            Value::Object(shown.collect())
        }
        Some("object") => Value::Object(Map::new()),
        Some("array") => Value::Array(Vec::new()),
        Some("integer" | "number") => Value::from(0),
        Some("boolean") => Value::from(false),
        Some("string") => Value::from(""),
        _ => Value::Null,
    }
}

/// How deep a sample goes; our own choice.
const MAX_DEPTH: usize = 4;
/// Most members of a sample; our own choice.
const MAX_SAMPLE: usize = 20;

#[cfg(test)]
mod tests {
    use actions::{Annotations, Prepared};
    use serde_json::json;

    use super::*;

    fn operation(input: Value) -> Operation {
        let annotations = Annotations {
            read_only_hint: true,
            destructive_hint: false,
            idempotent_hint: true,
            open_world_hint: true,
        };
        Operation {
            id: "Find".to_owned(),
            tool: "find".to_owned(),
            title: None,
            description: None,
            instructions: None,
            overrides: std::collections::BTreeMap::new(),
            active: true,
            audience: None,
            prepared: Some(Prepared {
                title: "Find".to_owned(),
                description: String::new(),
                input,
                output: None,
                wrapped: false,
                annotations,
            }),
        }
    }

    fn typed(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| (format!("in:{name}"), (*value).to_owned())).collect()
    }

    #[test]
    fn what_is_typed_becomes_what_the_schema_wants() {
        let operation = operation(json!({"type": "object", "properties": {
            "q": {"type": "string"}, "top": {"type": "integer"}, "deep": {"type": "boolean"},
            "kind": {"type": "string", "enum": ["1", "2"]}, "level": {"enum": [1, 2], "type": "integer"},
            "body": {"type": "object"}, "left": {"type": "string"},
        }}));
        let given = typed(&[
            ("q", "007"),
            ("top", " 5 "),
            ("deep", "false"),
            ("kind", "2"),
            ("level", "2"),
            ("body", "{\"a\":[1]}"),
            ("left", ""),
            ("unknown", "x"),
        ]);
        let read = read(&operation, &given).unwrap();
        let expected = json!({"q": "007", "top": 5, "deep": false, "kind": "2", "level": 2,
            "body": {"a": [1]}});
        assert_eq!(Value::Object(read), expected);
    }

    #[test]
    fn what_does_not_fit_is_named_by_its_input() {
        let operation = operation(json!({"properties": {
            "a/b": {"type": "integer"}, "c": {"type": "array"}, "d": {"type": "string"} }}));
        let faults = read(&operation, &typed(&[("a/b", "five"), ("c", "[1"), ("d", "[")]));
        let faults = faults.unwrap_err();
        let places: Vec<_> = faults.iter().map(|it| it.pointer.as_ref()).collect();
        assert_eq!(places, ["/a~1b", "/c"]);
    }

    #[test]
    fn a_sample_shows_what_must_be_given_and_ends() {
        let schema = json!({"type": "object", "required": ["name", "lines"], "properties": {
            "name": {"type": "string"}, "note": {"type": "string"},
            "lines": {"type": "array", "items": {"type": "object"}} }});
        assert_eq!(sample(&schema, 0), json!({"name": "", "lines": []}));
        assert_eq!(sample(&schema, MAX_DEPTH), json!({}));
    }
}
