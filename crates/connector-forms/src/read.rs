//! From what was typed to inputs.

use jiff::{Timestamp, civil, tz::TimeZone};
use serde_json::{Map, Value};

use crate::{
    field::{Control, Field, Form, Kind},
    pointer::segments,
    typed::Typed,
};

/// What a form holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Read {
    /// The inputs. What does not fit its field is in them as the text that it is, so that nothing typed is lost.
    pub inputs: Map<String, Value>,
    /// What does not fit.
    pub mistakes: Vec<Mistake>,
}

/// Something that does not fit its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The field.
    pub pointer: String,
    /// What is wrong: `form.number`, `form.whole`, `form.instant`, `form.json`, `form.required`, or a code of others.
    pub code: String,
}

impl Form {
    /// The inputs that the form holds, above the base that it does not show.
    pub fn inputs(&self, typed: &Typed, zone: &TimeZone) -> Read {
        let mut read = Read { inputs: typed.base().clone(), mistakes: Vec::new() };
        for field in &self.fields {
            let Some(name) = segments(&field.pointer).next() else { continue };
            let before = read.inputs.remove(&name);
            if let Some(value) = value(field, before, (typed, zone), &mut read.mistakes) {
                read.inputs.insert(name, value);
            }
        }
        read
    }
}

fn value(
    field: &Field,
    before: Option<Value>,
    around: (&Typed, &TimeZone),
    mistakes: &mut Vec<Mistake>,
) -> Option<Value> {
    match &field.control {
        Control::Group(fields) => group(field, fields, (before, around), mistakes),
        Control::List { items, .. } => list(field, items, (before, around), mistakes),
        Control::File if is_file(before.as_ref()) => before,
        _ => {
            let (typed, zone) = around;
            let Some(text) = typed.text(&field.pointer) else {
                // not shown as it stands, so not changed
                let known = before.filter(|value| !value.is_null());
                ask(field, known.is_some(), mistakes);
                return known;
            };
            let outcome = convert(field.kind, text, zone);
            let found = outcome.unwrap_or_else(|code| {
                mistakes.push(Mistake { pointer: field.pointer.clone(), code: code.to_owned() });
                Some(Value::from(text))
            });
            ask(field, found.is_some(), mistakes);
            found
        }
    }
}

/// Notes that something is missing. What has a default is filled in by the call itself.
fn ask(field: &Field, is_there: bool, mistakes: &mut Vec<Mistake>) {
    if field.required && !is_there && field.placeholder.is_empty() {
        let code = "form.required".to_owned();
        mistakes.push(Mistake { pointer: field.pointer.clone(), code });
    }
}

fn group(
    field: &Field,
    fields: &[Field],
    (before, around): (Option<Value>, (&Typed, &TimeZone)),
    mistakes: &mut Vec<Mistake>,
) -> Option<Value> {
    let mut object = match before {
        Some(Value::Object(object)) => object,
        _ => Map::new(),
    };
    // What is missing inside of something that is not there itself is no mistake.
    let mut inside = Vec::new();
    for each in fields {
        let Some(name) = segments(&each.pointer).last() else { continue };
        let before = object.shift_remove(&name);
        if let Some(value) = value(each, before, around, &mut inside) {
            object.insert(name, value);
        }
    }
    if object.is_empty() && !field.required {
        return None;
    }
    mistakes.append(&mut inside);
    Some(Value::Object(object))
}

fn list(
    field: &Field,
    items: &[Field],
    (before, around): (Option<Value>, (&Typed, &TimeZone)),
    mistakes: &mut Vec<Mistake>,
) -> Option<Value> {
    let was_there = before.is_some();
    let mut old = match before {
        Some(Value::Array(old)) => old,
        _ => Vec::new(),
    };
    old.resize(items.len(), Value::Null);
    let mut values = Vec::new();
    for (item, before) in items.iter().zip(old) {
        let before = Some(before).filter(|value| !value.is_null());
        values.extend(value(item, before, around, mistakes));
    }
    let is_there = !values.is_empty() || field.required || (was_there && items.is_empty());
    is_there.then_some(Value::Array(values))
}

fn convert(kind: Kind, text: &str, zone: &TimeZone) -> Result<Option<Value>, &'static str> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(None);
    }
    let whole = || trimmed.parse::<i64>().map(Value::from).ok();
    let value = match kind {
        Kind::Text => Value::from(text),
        Kind::Whole => whole().ok_or("form.whole")?,
        Kind::Number => {
            let number = || trimmed.parse::<f64>().ok().and_then(serde_json::Number::from_f64);
            whole().or_else(|| number().map(Value::Number)).ok_or("form.number")?
        }
        Kind::Truth => Value::from(trimmed.parse::<bool>().map_err(|_source| "form.truth")?),
        Kind::Instant => Value::from(instant(trimmed, zone).ok_or("form.instant")?),
        Kind::Any => match serde_json::from_str::<Value>(trimmed) {
            Ok(value @ (Value::Object(_) | Value::Array(_))) => value,
            _ => Value::from(text),
        },
        Kind::File | Kind::Json | Kind::Group | Kind::List => {
            serde_json::from_str::<Value>(trimmed).map_err(|_source| "form.json")?
        }
    };
    Ok(Some(value))
}

/// An instant, in the reader's zone where none is written (RFC 3339).
fn instant(text: &str, zone: &TimeZone) -> Option<String> {
    if text.parse::<Timestamp>().is_ok() {
        return Some(text.to_owned());
    }
    let local: civil::DateTime = text.parse().ok()?;
    Some(local.to_zoned(zone.clone()).ok()?.timestamp().to_string())
}

fn is_file(value: Option<&Value>) -> bool {
    value.is_some_and(|value| value.get("base64").is_some_and(Value::is_string))
}
