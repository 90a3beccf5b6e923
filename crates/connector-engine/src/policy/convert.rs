//! Policies that compute one property from another.

use serde_json::{Map, Value};

use super::{Change, Conversion};
use crate::{
    encode,
    expression::{Path, Place, Root, to_text},
};

/// Computes the property wherever its source is: once, or for every element when the parent is a
/// list. What is missing or of another kind stays as it is.
pub(super) fn apply(conversion: &Conversion, body: &mut Value) {
    let Conversion { parent, property, target, change } = conversion;
    let Some(found) = parent.path.find_mut(body) else { return };
    let for_body = match property {
        Some(property) => match found {
            Value::Array(items) => {
                let mut last = None;
                for item in items {
                    last = one(item, property, target, change).or(last);
                }
                last
            }
            single => one(single, property, target, change),
        },
        // no sub path: the parent itself is what is converted, or each of its elements
        None => match (change.of(found), found) {
            (Some(new), found) => place(found, target, new),
            (None, Value::Array(items)) if target.root == Root::Item => {
                for item in items {
                    if let Some(new) = change.of(item) {
                        target.path.put(item, new);
                    }
                }
                None
            }
            (None, _) => None,
        },
    };
    if let Some(new) = for_body {
        target.path.put(body, new);
    }
}

/// Converts the property of one object; gives back what belongs somewhere else in the body.
fn one(item: &mut Value, property: &Path, target: &Place, change: &Change) -> Option<Value> {
    let new = change.of(property.find(item)?)?;
    place(item, target, new)
}

fn place(item: &mut Value, target: &Place, new: Value) -> Option<Value> {
    match target.root {
        Root::Item => {
            target.path.put(item, new);
            None
        }
        Root::Body | Root::TriggerBody => Some(new),
    }
}

impl Change {
    /// The new value, when the old one is of the kind that this changes.
    fn of(&self, value: &Value) -> Option<Value> {
        match (self, value) {
            (Self::ToObject { key, retain }, Value::Array(items)) => {
                let mut object = Map::new();
                for item in items {
                    let Some(name) = key.find(item).filter(|name| !name.is_null()) else {
                        continue;
                    };
                    let name = to_text(name).into_owned();
                    let mut item = item.clone();
                    if !retain {
                        key.take(&mut item);
                    }
                    object.insert(name, item);
                }
                Some(Value::Object(object))
            }
            (Self::ToList { key, value }, Value::Object(object)) => {
                let entry = |(name, content): (&String, &Value)| {
                    let mut entry = Map::new();
                    entry.insert(key.clone(), Value::String(name.clone()));
                    entry.insert(value.clone(), content.clone());
                    Value::Object(entry)
                };
                Some(Value::Array(object.iter().map(entry).collect()))
            }
            (Self::Split { delimiters, property }, Value::String(text)) => {
                let pieces =
                    text.split(|c| delimiters.contains(c)).filter(|piece| !piece.is_empty());
                let object = |piece: &str| {
                    let mut object = Map::new();
                    object.insert(property.clone(), Value::from(piece));
                    Value::Object(object)
                };
                Some(Value::Array(pieces.map(object).collect()))
            }
            (Self::Replace { from, to }, Value::String(text)) => {
                Some(Value::String(text.replace(from.as_str(), to)))
            }
            (Self::Encode, Value::String(text)) => Some(Value::String(encode::component(text))),
            _ => None,
        }
    }
}
