//! Policies that compute one property from another.

use serde_json::{Map, Value};

use super::{
    Change, Conversion,
    body::{Room, too_large},
};
use crate::{
    encode,
    expression::{Path, Place, Root, to_text},
    limits::weight,
    problem::Result,
};

/// Computes the property wherever its source is: once, or for every element when the parent is a
/// list. What is missing or of another kind stays as it is.
///
/// # Errors
/// `InputTooLarge` before anything is made that is larger than anybody would send.
pub(super) fn apply(conversion: &Conversion, body: &mut Value, room: &mut Room) -> Result<()> {
    let Conversion { parent, property, target, change } = conversion;
    let Some(found) = parent.path.find_mut(body) else { return Ok(()) };
    let for_body = match property {
        Some(property) => match found {
            Value::Array(items) => {
                let mut last = None;
                for item in items {
                    last = one(item, property, (target, change), room)?.or(last);
                }
                last
            }
            single => one(single, property, (target, change), room)?,
        },
        // no sub path: the parent itself is what is converted, or each of its elements
        None => match (change.of(found, room.most())?, found) {
            (Some(new), found) => place(found, target, new, room)?,
            (None, Value::Array(items)) if target.root == Root::Item => {
                for item in items {
                    if let Some(new) = change.of(item, room.most())? {
                        place(item, target, new, room)?;
                    }
                }
                None
            }
            (None, _) => None,
        },
    };
    if let Some(new) = for_body {
        room.take(weight(&new), &target.path, body)?;
        target.path.put(body, new);
    }
    Ok(())
}

/// Converts the property of one object; gives back what belongs somewhere else in the body.
fn one(
    item: &mut Value,
    property: &Path,
    (target, change): (&Place, &Change),
    room: &mut Room,
) -> Result<Option<Value>> {
    let Some(found) = property.find(item) else { return Ok(None) };
    match change.of(found, room.most())? {
        Some(new) => place(item, target, new, room),
        None => Ok(None),
    }
}

fn place(item: &mut Value, target: &Place, new: Value, room: &mut Room) -> Result<Option<Value>> {
    Ok(match target.root {
        Root::Item => {
            room.take(weight(&new), &target.path, item)?;
            target.path.put(item, new);
            None
        }
        Root::Body | Root::TriggerBody => Some(new),
    })
}

impl Change {
    /// The new value, when the old one is of the kind that this changes. Nothing is made that would
    /// weigh more than `most`.
    fn of(&self, value: &Value, most: usize) -> Result<Option<Value>> {
        if self.makes(value) > most { Err(too_large()) } else { Ok(self.made(value)) }
    }

    /// What the new value will weigh, for those changes whose own texts can make it many times larger.
    fn makes(&self, value: &Value) -> usize {
        match (self, value) {
            (Self::ToList { key, value: content }, Value::Object(object)) => {
                let each = key.len().saturating_add(content.len()).saturating_add(9);
                object.len().saturating_mul(each).saturating_add(weight(value))
            }
            (Self::Split { delimiters, property }, Value::String(text)) => {
                let pieces =
                    text.split(|c| delimiters.contains(c)).filter(|piece| !piece.is_empty());
                let each = property.len().saturating_add(9);
                pieces.count().saturating_mul(each).saturating_add(text.len())
            }
            (Self::Replace { from, to }, Value::String(text)) => {
                let found = text.matches(from.as_str()).count();
                let without = text.len().saturating_sub(found.saturating_mul(from.len()));
                found.saturating_mul(to.len()).saturating_add(without)
            }
            _ => 0,
        }
    }

    fn made(&self, value: &Value) -> Option<Value> {
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
