//! From this tree to owned text and to the JSON values of others.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{Entry, Node, Number, Object};

impl Node<'_> {
    /// The same tree with text of its own, borrowed from nobody.
    pub fn into_owned(self) -> Node<'static> {
        match self {
            Self::Null => Node::Null,
            Self::Bool(value) => Node::Bool(value),
            Self::Number(Number(text)) => Node::Number(Number(own(text))),
            Self::Text(text) => Node::Text(own(text)),
            Self::List(items) => Node::List(items.into_iter().map(Node::into_owned).collect()),
            Self::Object(object) => Node::Object(object.into_owned()),
        }
    }

    /// The value as `serde_json` has it. Numbers that no 64 bits hold become doubles, infinite ones
    /// `null`.
    pub fn to_value(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            Self::Number(number) => number.to_value(),
            Self::Text(text) => Value::String(text.to_string()),
            Self::List(items) => Value::Array(items.iter().map(Node::to_value).collect()),
            Self::Object(object) => Value::Object(object.to_map()),
        }
    }
}

impl Number<'_> {
    fn to_value(&self) -> Value {
        if let Some(number) = self.as_u64() {
            return number.into();
        }
        // minus zero is a double: an integer would lose the sign
        match self.as_i64() {
            Some(number) if number != 0 => number.into(),
            _ => self.as_f64().into(),
        }
    }
}

impl Object<'_> {
    /// The same object with text of its own.
    pub fn into_owned(self) -> Object<'static> {
        let own_entry =
            |entry: Entry<'_>| Entry { key: own(entry.key), value: entry.value.into_owned() };
        Object::collect(self.into_entries().into_iter().map(own_entry).collect(), |_| {})
    }

    /// The object as `serde_json` has it.
    pub fn to_map(&self) -> Map<String, Value> {
        self.iter().map(|(key, value)| (key.to_owned(), value.to_value())).collect()
    }
}

fn own(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

impl From<&Value> for Node<'static> {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) => Self::Number(Number(Cow::Owned(number.to_string()))),
            Value::String(text) => Self::text(text.clone()),
            Value::Array(items) => Self::List(items.iter().map(Node::from).collect()),
            Value::Object(map) => Self::Object(Object::collect(
                map.iter()
                    .map(|(key, value)| Entry {
                        key: Cow::Owned(key.clone()),
                        value: Node::from(value),
                    })
                    .collect(),
                |_| {},
            )),
        }
    }
}
