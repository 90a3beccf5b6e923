//! JSON documents of a package: UTF-8, bounded, no member twice.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};

/// Why a document cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unreadable {
    /// Not JSON, with line and column.
    Syntax(String),
    /// A member stands twice in its object.
    Repeated(String),
}

/// Reads a document. A byte order mark in front is left out, as the package's own tools do.
pub(crate) fn parse(bytes: &[u8]) -> Result<Value, Unreadable> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let Unique(value) = serde_json::from_slice(bytes).map_err(|error| {
        let text = error.to_string();
        match text.strip_prefix(REPEATED) {
            Some(place) => Unreadable::Repeated(place.to_owned()),
            None => Unreadable::Syntax(text),
        }
    })?;
    Ok(value)
}

/// A value in whose objects every member stands once.
struct Unique(Value);

impl<'de> Deserialize<'de> for Unique {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Unique(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(name) = members.next_key::<String>()? {
            if object.contains_key(&name) {
                return Err(de::Error::custom(format_args!("{REPEATED}{name}")));
            }
            let Unique(value) = members.next_value()?;
            object.insert(name, value);
        }
        Ok(Value::Object(object))
    }
}

const REPEATED: &str = "repeated member ";

/// A pointer with one more token (RFC 6901 §3).
pub(crate) fn child(pointer: &str, token: impl fmt::Display) -> String {
    let token = token.to_string().replace('~', "~0").replace('/', "~1");
    format!("{pointer}/{token}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_member_that_stands_twice_is_told_with_its_place() {
        let twice = parse(b"{\"a\":1,\n\"b\":{\"c\":1,\"c\":2}}").unwrap_err();
        assert_eq!(twice, Unreadable::Repeated("c at line 2 column 14".to_owned()));
        assert!(matches!(parse(b"{\"a\":}"), Err(Unreadable::Syntax(_))));
    }

    #[test]
    fn documents_are_read_as_they_stand() {
        let text = "\u{feff}{\"z\": [1, -2, 1.5, true, null, \"é\"], \"a\": {}}";
        assert_eq!(
            parse(text.as_bytes()).unwrap(),
            json!({"z": [1, -2, 1.5, true, null, "é"], "a": {}})
        );
    }

    #[test]
    fn depth_is_bounded() {
        let deep = [b"[".repeat(10_000), b"]".repeat(10_000)].concat();
        assert!(matches!(parse(&deep), Err(Unreadable::Syntax(_))));
    }

    #[test]
    fn a_pointer_escapes_its_tokens() {
        assert_eq!(child("/a", "b/c~d"), "/a/b~1c~0d");
    }
}
