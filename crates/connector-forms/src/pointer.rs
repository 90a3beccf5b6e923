//! Pointers into inputs: the name of an input first, then down (RFC 6901).

use std::borrow::Cow;

use serde_json::{Map, Value};

/// A name as one segment of a pointer.
pub fn escape(name: &str) -> Cow<'_, str> {
    if name.contains(['~', '/']) {
        Cow::Owned(name.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(name)
    }
}

/// The segments of a pointer, escapes resolved.
pub fn segments(pointer: &str) -> impl Iterator<Item = String> + '_ {
    let plain = |segment: &str| segment.replace("~1", "/").replace("~0", "~");
    pointer.strip_prefix('/').into_iter().flat_map(move |rest| rest.split('/').map(plain))
}

/// The value at a pointer.
pub(crate) fn find<'v>(inputs: &'v Map<String, Value>, pointer: &str) -> Option<&'v Value> {
    let mut segments = segments(pointer);
    let mut at = inputs.get(&segments.next()?)?;
    for segment in segments {
        at = step(at, &segment)?;
    }
    Some(at)
}

/// The value at a pointer, to change it.
pub(crate) fn find_mut<'v>(
    inputs: &'v mut Map<String, Value>,
    pointer: &str,
) -> Option<&'v mut Value> {
    let mut segments = segments(pointer);
    let mut at = inputs.get_mut(&segments.next()?)?;
    for segment in segments {
        at = match at {
            Value::Object(object) => object.get_mut(&segment)?,
            Value::Array(items) => items.get_mut(segment.parse::<usize>().ok()?)?,
            _ => return None,
        };
    }
    Some(at)
}

/// Puts a value where a pointer leads, objects on the way made as needed; elements of lists have to be there.
pub(crate) fn put(inputs: &mut Map<String, Value>, pointer: &str, value: Value) {
    let mut segments = segments(pointer).peekable();
    let Some(first) = segments.next() else { return };
    let mut at = inputs.entry(first).or_insert(Value::Null);
    for segment in segments {
        if let Value::Array(items) = at {
            let Some(item) = segment.parse::<usize>().ok().and_then(|index| items.get_mut(index))
            else {
                return;
            };
            at = item;
            continue;
        }
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        let Value::Object(object) = at else { return };
        at = object.entry(segment).or_insert(Value::Null);
    }
    *at = value;
}

fn step<'v>(value: &'v Value, segment: &str) -> Option<&'v Value> {
    match value {
        Value::Object(object) => object.get(segment),
        Value::Array(items) => items.get(segment.parse::<usize>().ok()?),
        _ => None,
    }
}
