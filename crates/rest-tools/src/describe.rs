//! What a description of REST says about one operation, as a tool.

use std::collections::BTreeSet;

use actions::{Annotations, Tool};
use http::Method;
use kernel::Permission;
use serde_json::{Map, Value, json};

/// An operation that agents may call.
#[derive(Debug, Clone, Copy)]
pub struct Offered {
    /// Its `operationId`, such as `links.create`; the tool is called `liaison_links_create`.
    pub operation: &'static str,
    /// Who holds it sees the tool. What a call needs is for the operation to say.
    pub seen_with: Permission,
}

/// One operation: how it is called, and its tool.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) tool: Tool,
    pub(crate) seen_with: Permission,
    pub(crate) method: Method,
    /// The template, such as `/api/v1/links/{link_id}`.
    pub(crate) path: String,
    /// Names of parameters of the query.
    pub(crate) query: Vec<String>,
    pub(crate) has_body: bool,
}

/// The operation of a description in OpenAPI 3.1; none when it has no such operation.
pub(crate) fn operation(document: &Value, offered: Offered) -> Option<Operation> {
    let (path, method, found) = find(document, offered.operation)?;
    let mut schema = Schema { document, properties: Map::new(), required: BTreeSet::new() };
    let mut query = Vec::new();
    for parameter in found.get("parameters").and_then(Value::as_array).into_iter().flatten() {
        let name = parameter.get("name").and_then(Value::as_str)?;
        if parameter.get("in").and_then(Value::as_str) == Some("query") {
            query.push(name.to_owned());
        }
        schema.parameter(name, parameter);
    }
    let body = found.pointer("/requestBody/content/application~1json/schema");
    if let Some(body) = body {
        schema.body(body);
    }
    let text = |key: &str| found.get(key).and_then(Value::as_str).map(str::to_owned);
    let is_read = method == Method::GET;
    let tool = Tool {
        name: format!("liaison_{}", offered.operation.replace('.', "_")),
        title: text("summary"),
        description: text("description").or_else(|| text("summary")),
        input: schema.written(),
        output: None,
        annotations: Some(Annotations {
            read_only_hint: is_read,
            destructive_hint: method == Method::DELETE,
            idempotent_hint: is_read || method == Method::PUT || method == Method::DELETE,
            open_world_hint: false,
        }),
    };
    let (seen_with, has_body) = (offered.seen_with, body.is_some());
    Some(Operation { tool, seen_with, method, path, query, has_body })
}

fn find<'d>(document: &'d Value, id: &str) -> Option<(String, Method, &'d Value)> {
    let paths = document.get("paths")?.as_object()?;
    paths.iter().find_map(|(path, item)| {
        let operations = item.as_object()?;
        operations.iter().find_map(|(method, operation)| {
            let is_it = operation.get("operationId").and_then(Value::as_str) == Some(id);
            let method = Method::from_bytes(method.to_ascii_uppercase().as_bytes()).ok()?;
            is_it.then(|| (path.clone(), method, operation))
        })
    })
}

/// The inputs of a tool: parameters and fields of the body beside each other.
struct Schema<'d> {
    document: &'d Value,
    properties: Map<String, Value>,
    required: BTreeSet<String>,
}

impl Schema<'_> {
    fn parameter(&mut self, name: &str, parameter: &Value) {
        let mut schema = parameter.get("schema").cloned().unwrap_or_else(|| json!({}));
        if let (Some(schema), Some(text)) = (schema.as_object_mut(), parameter.get("description")) {
            schema.insert("description".to_owned(), text.clone());
        }
        self.properties.insert(name.to_owned(), schema);
        if parameter.get("required").and_then(Value::as_bool) == Some(true) {
            self.required.insert(name.to_owned());
        }
    }

    fn body(&mut self, body: &Value) {
        let Some(body) = self.resolved(body) else { return };
        let fields = body.get("properties").and_then(Value::as_object);
        for (name, field) in fields.into_iter().flatten() {
            // an identifier of the path and a field of the body never have one name: a test of the hub says so
            self.properties.entry(name.clone()).or_insert_with(|| field.clone());
        }
        let required = body.get("required").and_then(Value::as_array);
        let required = required.into_iter().flatten().filter_map(Value::as_str);
        self.required.extend(required.map(str::to_owned));
    }

    fn resolved(&self, schema: &Value) -> Option<Value> {
        match schema.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.component(reference.strip_prefix(COMPONENTS)?).cloned(),
            None => Some(schema.clone()),
        }
    }

    fn component(&self, name: &str) -> Option<&Value> {
        self.document.get("components")?.get("schemas")?.get(name)
    }

    /// A schema that stands alone: components that it names come along.
    fn written(self) -> Value {
        let mut properties = Value::Object(self.properties.clone());
        let mut named = BTreeSet::new();
        relocate(&mut properties, &mut named);
        let mut definitions = Map::new();
        while let Some(name) = named.pop_first() {
            if definitions.contains_key(&name) {
                continue;
            }
            let mut component = self.component(&name).cloned().unwrap_or_else(|| json!({}));
            relocate(&mut component, &mut named);
            definitions.insert(name, component);
        }
        let mut schema = json!({
            "type": "object", "properties": properties, "required": self.required,
            "additionalProperties": false,
        });
        if let (Some(schema), false) = (schema.as_object_mut(), definitions.is_empty()) {
            schema.insert("$defs".to_owned(), Value::Object(definitions));
        }
        schema
    }
}

/// Leads references to where the components stand in the schema of a tool, and notes their names.
fn relocate(schema: &mut Value, named: &mut BTreeSet<String>) {
    match schema {
        Value::Array(all) => all.iter_mut().for_each(|one| relocate(one, named)),
        Value::Object(fields) => {
            for (key, value) in fields {
                let target = value.as_str().filter(|_| key == "$ref");
                match target.and_then(|target| target.strip_prefix(COMPONENTS)) {
                    Some(name) => {
                        named.insert(name.to_owned());
                        *value = Value::from(format!("#/$defs/{name}"));
                    }
                    None => relocate(value, named),
                }
            }
        }
        _ => {}
    }
}

const COMPONENTS: &str = "#/components/schemas/";
