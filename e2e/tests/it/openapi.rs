//! Reads the hub's own description: its operations, and for each a request that fits its schema.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// One operation of the description.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) public: bool,
    body: Option<(String, Value)>,
}

/// The description.
pub(crate) struct Description {
    document: Value,
}

impl Description {
    pub(crate) fn of(document: Value) -> Self {
        Self { document }
    }

    /// Every operation, sorted by path and method.
    pub(crate) fn operations(&self) -> Vec<Operation> {
        let mut operations = Vec::new();
        for (path, item) in self.document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                if !["get", "put", "post", "patch", "delete"].contains(&method.as_str()) {
                    continue;
                }
                let content = operation["requestBody"]["content"].as_object();
                let body = content
                    .and_then(|c| c.iter().next())
                    .map(|(kind, media)| (kind.clone(), media["schema"].clone()));
                let open = |s: &Value| {
                    s.as_array().is_some_and(|s| s.is_empty() || s.iter().any(|r| *r == json!({})))
                };
                operations.push(Operation {
                    method: method.to_uppercase(),
                    path: path.clone(),
                    public: operation.get("security").is_some_and(open),
                    body,
                });
            }
        }
        operations.sort_by(|a, b| (&a.path, &a.method).cmp(&(&b.path, &b.method)));
        operations
    }

    /// A body that fits the operation's schema, with its content type: required fields only.
    pub(crate) fn body_of(
        &self,
        operation: &Operation,
        ids: &BTreeMap<&str, String>,
    ) -> Option<(String, String)> {
        let (kind, schema) = operation.body.as_ref()?;
        let body = if kind.contains("json") {
            self.sample("", schema, ids).to_string()
        } else {
            "sample".to_owned()
        };
        Some((kind.clone(), body))
    }

    fn sample(&self, name: &str, schema: &Value, ids: &BTreeMap<&str, String>) -> Value {
        if let Some(reference) = schema["$ref"].as_str() {
            let schema = self.document.pointer(reference.trim_start_matches('#')).unwrap();
            return self.sample(name, schema, ids);
        }
        for word in ["const", "example", "default"] {
            if let Some(value) = schema.get(word).filter(|v| !v.is_null()) {
                return value.clone();
            }
        }
        if let Some(first) = schema["enum"].as_array().and_then(|e| e.first()) {
            return first.clone();
        }
        for word in ["oneOf", "anyOf"] {
            let choices = schema[word].as_array().into_iter().flatten();
            if let Some(choice) = choices.into_iter().find(|c| c["type"] != "null") {
                return self.sample(name, choice, ids);
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let mut whole = Map::new();
            for part in parts {
                if let Value::Object(fields) = self.sample(name, part, ids) {
                    whole.extend(fields);
                }
            }
            return Value::Object(whole);
        }
        let kind = match &schema["type"] {
            Value::Array(kinds) => kinds.iter().find(|k| *k != "null").cloned().unwrap_or_default(),
            kind => kind.clone(),
        };
        match kind.as_str() {
            Some("object") => {
                let required = schema["required"].as_array().into_iter().flatten();
                let fields = required.filter_map(Value::as_str).map(|field| {
                    (field.to_owned(), self.sample(field, &schema["properties"][field], ids))
                });
                Value::Object(fields.collect())
            }
            Some("array") => {
                let few = schema["minItems"].as_u64().unwrap_or(0);
                Value::Array((0..few).map(|_| self.sample(name, &schema["items"], ids)).collect())
            }
            Some("integer" | "number") => schema.get("minimum").cloned().unwrap_or(json!(1)),
            Some("boolean") => json!(false),
            _ => word(name, schema["format"].as_str(), ids),
        }
    }
}

fn word(name: &str, format: Option<&str>, ids: &BTreeMap<&str, String>) -> Value {
    if let Some(id) = ids.get(name) {
        return json!(id);
    }
    match format {
        Some("uuid") => json!("0198c0de-0000-7000-8000-000000000000"),
        Some("date-time") => json!("2035-01-01T00:00:00Z"),
        Some("uri") => json!("https://example.test/"),
        Some("email") => json!("sample@example.test"),
        _ => json!("sample"),
    }
}

/// The path with ids in place of its parameters.
pub(crate) fn filled(path: &str, ids: &BTreeMap<&str, String>) -> Result<String, String> {
    let parts = path.split('/').map(|part| {
        match part.strip_prefix('{').and_then(|p| p.strip_suffix('}')) {
            Some(name) => {
                let name = name.trim_start_matches('*');
                ids.get(name).cloned().ok_or_else(|| format!("{path}: no example for {name}"))
            }
            None => Ok(part.to_owned()),
        }
    });
    Ok(parts.collect::<Result<Vec<_>, _>>()?.join("/"))
}

#[test]
fn a_sample_fits_its_schema() {
    let description = Description::of(json!({
        "paths": { "/a/{team_id}": { "post": { "requestBody": { "content": { "application/json": { "schema": { "$ref": "#/components/schemas/New" } } } } } } },
        "components": { "schemas": { "New": {
            "type": "object", "required": ["name", "team_id", "kind", "count", "members"],
            "properties": {
                "name": { "type": "string" }, "team_id": { "type": "string", "format": "uuid" }, "more": { "type": "string" },
                "kind": { "oneOf": [{ "type": "null" }, { "type": "string", "enum": ["public"] }] },
                "count": { "type": "integer", "minimum": 3 }, "members": { "type": ["array", "null"], "items": { "type": "string" } },
            },
        } } },
    }));
    let ids = BTreeMap::from([("team_id", "T1".to_owned())]);
    let operations = description.operations();
    let (kind, body) = description.body_of(&operations[0], &ids).unwrap();
    assert_eq!(kind, "application/json");
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        body,
        json!({ "name": "sample", "team_id": "T1", "kind": "public", "count": 3, "members": [] })
    );
    assert_eq!(filled("/a/{team_id}", &ids).as_deref(), Ok("/a/T1"));
    assert!(filled("/a/{other}", &ids).is_err());
}
