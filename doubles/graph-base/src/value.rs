//! Rows are JSON objects: hands for them.

use serde_json::{Map, Value};

static NULL: Value = Value::Null;

/// Members of a row.
pub trait Fields {
    /// A member; null where it is missing.
    fn field(&self, name: &str) -> &Value;
    /// A text; empty where it is none.
    fn text(&self, name: &str) -> &str;
    /// A switch; off where it is none.
    fn flag(&self, name: &str) -> bool;
    /// A list; empty where it is none.
    fn list(&self, name: &str) -> &[Value];
    /// A whole number; 0 where it is none.
    fn number(&self, name: &str) -> u64;
    /// Sets a member.
    fn put(&mut self, name: &str, value: impl Into<Value>);
}

impl Fields for Value {
    fn field(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&NULL)
    }

    fn text(&self, name: &str) -> &str {
        self.field(name).as_str().unwrap_or_default()
    }

    fn flag(&self, name: &str) -> bool {
        match self.field(name) {
            Self::Bool(on) => *on,
            Self::String(text) => text.eq_ignore_ascii_case("true"),
            _ => false,
        }
    }

    fn list(&self, name: &str) -> &[Value] {
        self.field(name).as_array().map_or(&[], Vec::as_slice)
    }

    fn number(&self, name: &str) -> u64 {
        self.field(name).as_u64().unwrap_or_default()
    }

    fn put(&mut self, name: &str, value: impl Into<Value>) {
        if let Self::Object(map) = self {
            map.insert(name.to_owned(), value.into());
        }
    }
}

/// A row as clients see it: without the members that begin with `_`.
pub fn shown(value: &Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(
            map.iter()
                .filter(|(name, _)| !name.starts_with('_'))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect::<Map<_, _>>(),
        ),
        other => other.clone(),
    }
}

/// Takes over what `patch` has of the members in `allowed`.
pub fn merge(row: &mut Value, patch: &Value, allowed: &[&str]) {
    for name in allowed {
        if let Some(value) = patch.get(*name) {
            match (row.get_mut(*name), value) {
                (Some(Value::Object(old)), Value::Object(new)) => {
                    for (name, value) in new {
                        old.insert(name.clone(), value.clone());
                    }
                }
                _ => row.put(name, value.clone()),
            }
        }
    }
}

/// The last key of an address such as `…/users('x')` or `…/users/x`.
pub fn bound_key(address: &str) -> String {
    let tail = address.trim_end_matches('/').rsplit('/').next().unwrap_or(address);
    let inner = tail
        .split_once("('")
        .and_then(|(_, rest)| rest.strip_suffix("')"))
        .or_else(|| tail.split_once('(').and_then(|(_, rest)| rest.strip_suffix(')')));
    doubles_http::decode(inner.unwrap_or(tail))
}
