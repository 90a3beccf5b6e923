//! Values as texts of addresses and forms, and as JSON.

use crm::{Field, FieldKind, RecordId, RecordRef, Value};
use serde_json::{Value as Json, json};

/// A value out of its canonical text: digits with a point, `2026-03-31`, an instant with its zone, `true`, the value of an
/// entry, `table:id` or an id. Nothing where it is none of the field's kind; an empty text is [`Value::Null`].
pub fn from_text(field: &Field, text: &str) -> Option<Value> {
    let one = text.trim();
    if one.is_empty() {
        return Some(Value::Null);
    }
    Some(match &field.kind {
        FieldKind::Text(_) => Value::Text(text.to_owned()),
        FieldKind::Id => Value::Id(RecordId(one.to_owned())),
        FieldKind::Whole => Value::Whole(one.parse().ok()?),
        FieldKind::Number | FieldKind::Money => {
            let number: f64 = one.parse().ok()?;
            Value::Number(Some(number).filter(|number| number.is_finite())?)
        }
        FieldKind::Boolean => Value::Boolean(one.parse().ok()?),
        FieldKind::Date => Value::Date(one.parse().ok()?),
        FieldKind::Instant => Value::Instant(one.parse().ok()?),
        FieldKind::Choice(_) => Value::Choice(one.to_owned()),
        FieldKind::Choices(_) => {
            Value::Choices(one.split(';').map(|entry| entry.trim().to_owned()).collect())
        }
        FieldKind::Row(tables) => match one.split_once(':') {
            Some((table, id)) => Value::Row(RecordRef::new(table, id)),
            None => match tables.as_slice() {
                [table] => Value::Row(RecordRef::new(table, one)),
                _ => Value::Row(RecordRef::new("", one)),
            },
        },
        FieldKind::Other(_) => return None,
    })
}

/// A value as [`from_text`] takes it.
pub fn to_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Text(text) | Value::Choice(text) => text.clone(),
        Value::Whole(number) => number.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Boolean(is) => is.to_string(),
        Value::Date(day) => day.to_string(),
        Value::Instant(at) => at.to_string(),
        Value::Choices(entries) => entries.join(";"),
        Value::Id(id) => id.0.clone(),
        Value::Row(to) if to.table.is_empty() => to.id.0.clone(),
        Value::Row(to) => format!("{}:{}", to.table, to.id),
    }
}

/// A value out of JSON: numbers and texts of numbers, a list for several entries, `{"table": …, "id": …}` or an id for a
/// lookup. Nothing where it is none of the field's kind.
pub fn from_json(field: &Field, json: &Json) -> Option<Value> {
    match (&field.kind, json) {
        (_, Json::Null) => Some(Value::Null),
        (FieldKind::Row(_), Json::Object(to)) => {
            let text = |name: &str| to.get(name).and_then(Json::as_str);
            Some(Value::Row(RecordRef::new(text("table").unwrap_or_default(), text("id")?)))
        }
        (FieldKind::Choices(_), Json::Array(entries)) => {
            let entries = entries.iter().map(|entry| match entry {
                Json::String(text) => Some(text.clone()),
                Json::Number(number) => Some(number.to_string()),
                _ => None,
            });
            Some(Value::Choices(entries.collect::<Option<_>>()?))
        }
        (FieldKind::Text(_), Json::String(text)) => Some(Value::Text(text.clone())),
        (_, Json::String(text)) => from_text(field, text),
        (
            FieldKind::Whole | FieldKind::Number | FieldKind::Money | FieldKind::Choice(_),
            Json::Number(number),
        ) => from_text(field, &number.to_string()),
        (FieldKind::Boolean, Json::Bool(is)) => Some(Value::Boolean(*is)),
        _ => None,
    }
}

/// A value as [`from_json`] takes it.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Whole(number) => json!(number),
        Value::Number(number) => json!(number),
        Value::Boolean(is) => json!(is),
        Value::Choices(entries) => json!(entries),
        Value::Row(to) => json!({ "table": to.table, "id": to.id.0 }),
        other => Json::from(to_text(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(kind: FieldKind) -> Field {
        let (name, label) = ("x".to_owned(), "X".to_owned());
        Field { name, label, kind, required: false, createable: true, updateable: true }
    }

    #[test]
    fn a_value_comes_back_from_its_text_and_its_json() {
        let several = FieldKind::Choices(Vec::new());
        let rows = FieldKind::Row(vec!["account".to_owned(), "contact".to_owned()]);
        let all = [
            (FieldKind::Text(None), Value::Text(" with blanks ".to_owned())),
            (FieldKind::Whole, Value::Whole(-7)),
            (FieldKind::Money, Value::Number(1234.5)),
            (FieldKind::Boolean, Value::Boolean(true)),
            (FieldKind::Date, Value::Date("2026-03-31".parse().unwrap())),
            (FieldKind::Instant, Value::Instant("2026-03-31T10:00:00Z".parse().unwrap())),
            (FieldKind::Choice(Vec::new()), Value::Choice("Closed Won".to_owned())),
            (several, Value::Choices(vec!["a".to_owned(), "b".to_owned()])),
            (rows, Value::Row(RecordRef::new("contact", "003x"))),
            (FieldKind::Text(None), Value::Null),
        ];
        for (kind, value) in all {
            let field = field(kind);
            assert_eq!(from_text(&field, &to_text(&value)).as_ref(), Some(&value), "{field:?}");
            assert_eq!(from_json(&field, &to_json(&value)).as_ref(), Some(&value), "{field:?}");
        }
    }

    #[test]
    fn what_is_not_of_the_kind_is_no_value() {
        let odd = [
            (FieldKind::Whole, "1.5"),
            (FieldKind::Number, "NaN"),
            (FieldKind::Number, "1e999"),
            (FieldKind::Boolean, "yes"),
            (FieldKind::Date, "31.3.2026"),
            (FieldKind::Instant, "2026-03-31"),
            (FieldKind::Other("file".to_owned()), "x"),
        ];
        for (kind, text) in odd {
            assert_eq!(from_text(&field(kind.clone()), text), None, "{kind:?} {text}");
        }
        assert_eq!(from_json(&field(FieldKind::Whole), &json!({ "a": 1 })), None);
        assert_eq!(from_json(&field(FieldKind::Choices(Vec::new())), &json!([[]])), None);
    }
}
