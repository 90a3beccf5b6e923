//! From the schemas of a definition to JSON Schema as models read it: references written out, bounded in depth and
//! number, cycles cut.

use openapi::{Node, Parameter, Schema};
use serde_json::{Map, Value, json};

/// On which side of a call a schema stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// What callers give: as strict as the definition.
    Input,
    /// What an API answers: lenient, since clients hold answers against it and APIs are not exact.
    Output,
}

/// Writes schemas out.
#[derive(Debug)]
pub(crate) struct Writer {
    side: Side,
    left: usize,
}

impl Writer {
    pub(crate) const fn new(side: Side) -> Self {
        Self { side, left: MAX_NODES }
    }

    /// A schema, written out.
    pub(crate) fn schema(&mut self, schema: Schema<'_>) -> Value {
        self.write(schema, &mut Vec::new(), 0)
    }

    /// The schema of a parameter: a file is an object with its content in base 64.
    pub(crate) fn parameter(&mut self, parameter: &Parameter<'_>) -> Value {
        if parameter.is_file() {
            return json!({
                "type": "object",
                "properties": {
                    "filename": {"type": "string"},
                    "content_type": {"type": "string"},
                    "base64": {"type": "string", "contentEncoding": "base64"},
                },
                "required": ["base64"],
            });
        }
        self.schema(parameter.schema)
    }

    fn write(&mut self, schema: Schema<'_>, above: &mut Vec<*const ()>, depth: usize) -> Value {
        let own = std::ptr::from_ref(schema.object()).cast::<()>();
        if self.left == 0 || depth > MAX_DEPTH || above.contains(&own) {
            return describe(Map::new(), schema);
        }
        self.left -= 1;
        above.push(own);
        let written = self.inside(schema, above, depth);
        above.pop();
        describe(written, schema)
    }

    fn inside(
        &mut self,
        schema: Schema<'_>,
        above: &mut Vec<*const ()>,
        depth: usize,
    ) -> Map<String, Value> {
        let mut out = Map::new();
        let properties = schema.all_properties();
        let kind = match schema.kind() {
            Some("file") => Some("string"),
            None if !properties.is_empty() => Some("object"),
            kind => kind,
        };
        let of_schemas = |name: &str| {
            matches!(name, "string" | "number" | "integer" | "boolean" | "array" | "object")
        };
        if let Some(kind) = kind.filter(|kind| of_schemas(kind)) {
            let may_lack = self.side == Side::Output && depth > 0;
            let typed =
                if schema.nullable() || may_lack { json!([kind, "null"]) } else { json!(kind) };
            out.insert("type".to_owned(), typed);
        }
        if self.side == Side::Input {
            constraints(schema, &mut out);
        }
        if kind == Some("object") {
            self.object(schema, &properties, &mut out, (above, depth));
        }
        if kind == Some("array")
            && let Some(items) = schema.items()
        {
            out.insert("items".to_owned(), self.write(items, above, depth + 1));
        }
        if self.side == Side::Input {
            for (name, parts) in [
                ("oneOf", schema.one_of().collect::<Vec<_>>()),
                ("anyOf", schema.any_of().collect::<Vec<_>>()),
            ] {
                let parts: Vec<Value> =
                    parts.into_iter().map(|part| self.write(part, above, depth + 1)).collect();
                if !parts.is_empty() {
                    out.insert(name.to_owned(), parts.into());
                }
            }
        }
        out
    }

    fn object(
        &mut self,
        schema: Schema<'_>,
        properties: &[(&str, Schema<'_>)],
        out: &mut Map<String, Value>,
        (above, depth): (&mut Vec<*const ()>, usize),
    ) {
        let mut written = Map::new();
        let mut required = Vec::new();
        for (name, property) in properties {
            let hidden = property.extensions().is_internal() || property.read_only();
            if self.side == Side::Input && hidden {
                continue;
            }
            written.insert((*name).to_owned(), self.write(*property, above, depth + 1));
            if schema.requires_anywhere(name) {
                required.push(Value::from(*name));
            }
        }
        if !written.is_empty() {
            out.insert("properties".to_owned(), written.into());
        }
        if self.side == Side::Input {
            if !required.is_empty() {
                out.insert("required".to_owned(), required.into());
            }
            match schema.additional() {
                openapi::Additional::Schema(values) => {
                    let values = self.write(values, above, depth + 1);
                    out.insert("additionalProperties".to_owned(), values);
                }
                openapi::Additional::Allowed(false) => {
                    out.insert("additionalProperties".to_owned(), false.into());
                }
                openapi::Additional::Allowed(true) | openapi::Additional::Unsaid => {}
            }
        }
    }
}

/// Title and description, before what a schema holds.
fn describe(rest: Map<String, Value>, schema: Schema<'_>) -> Value {
    let mut out = Map::new();
    let title = schema.extensions().summary().or_else(|| schema.title());
    for (name, text) in [("title", title), ("description", schema.description())] {
        if let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) {
            out.insert(name.to_owned(), text.chars().take(MAX_TEXT).collect::<String>().into());
        }
    }
    out.extend(rest);
    Value::Object(out)
}

/// What limits a value, where the definition says it as JSON Schema does.
fn constraints(schema: Schema<'_>, out: &mut Map<String, Value>) {
    let object = schema.object();
    let values = schema.enum_values();
    if !values.is_empty() && values.len() <= MAX_ENUM {
        out.insert("enum".to_owned(), values.iter().map(Node::to_value).collect());
    }
    if let Some(format) = schema.format().filter(|format| FORMATS.contains(format)) {
        out.insert("format".to_owned(), format.into());
    }
    if let Some(default) = schema.default() {
        out.insert("default".to_owned(), default.to_value());
    }
    for name in ["minimum", "maximum"] {
        let Some(limit) = object.get(name).filter(|node| node.as_f64().is_some()) else { continue };
        let exclusive = if name == "minimum" { "exclusiveMinimum" } else { "exclusiveMaximum" };
        let is_exclusive = object.get(exclusive).and_then(Node::as_bool_lenient) == Some(true);
        let name = if is_exclusive { exclusive } else { name };
        out.insert(name.to_owned(), limit.to_value());
    }
    for name in ["minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"]
    {
        if let Some(limit) = object.get(name).and_then(Node::as_i64).filter(|limit| *limit >= 0) {
            out.insert(name.to_owned(), limit.into());
        }
    }
}

/// The formats that JSON Schema knows as well; others say nothing to clients.
const FORMATS: &[&str] = &["date", "date-time", "time", "email", "uri", "uuid", "ipv4", "ipv6"];

/// How deep a schema is written out; deeper parts take anything. Our own choice.
const MAX_DEPTH: usize = 12;
/// How many schemas one tool holds; our own choice.
const MAX_NODES: usize = 1500;
/// Longer enumerations are left out; our own choice.
const MAX_ENUM: usize = 200;
/// Most characters of a text in a schema; our own choice.
const MAX_TEXT: usize = 1000;
