//! Values of the port and what stands in rows.

use crm::{Error, Field, FieldKind, RecordId, RecordRef, Result, Value};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use odata::tree::expr::{Expr, Literal};
use serde_json::{Map, Value as Json};

use crate::describe::About;

/// The table that a reference leads to, where it may be one of several.
pub(crate) const LOOKUP: &str = "Microsoft.Dynamics.CRM.lookuplogicalname";
/// What people read of a value.
pub(crate) const FORMATTED: &str = "OData.Community.Display.V1.FormattedValue";

/// What people read of a field, where that is not its value.
pub(crate) fn text(field: &Field, row: &Map<String, Json>) -> Option<String> {
    let property = About::property(field);
    row.get(&format!("{property}@{FORMATTED}"))?.as_str().map(str::to_owned)
}

/// What a field of a row holds; nothing where it is not of the field's kind.
pub(crate) fn value(field: &Field, row: &Map<String, Json>) -> Value {
    read(field, row).unwrap_or(Value::Null)
}

fn read(field: &Field, row: &Map<String, Json>) -> Option<Value> {
    let property = About::property(field);
    let cell = row.get(&property)?;
    let text = || cell.as_str().map(str::to_owned);
    Some(match &field.kind {
        FieldKind::Id => Value::Id(RecordId(text()?)),
        FieldKind::Text(_) | FieldKind::Other(_) => Value::Text(text()?),
        FieldKind::Whole => Value::Whole(whole(cell)?),
        FieldKind::Number | FieldKind::Money => {
            Value::Number(cell.as_f64().or_else(|| cell.as_str()?.parse().ok())?)
        }
        FieldKind::Boolean => Value::Boolean(cell.as_bool()?),
        FieldKind::Date => Value::Date(day(cell.as_str()?)?),
        FieldKind::Instant => Value::Instant(instant(cell.as_str()?)?),
        FieldKind::Choice(_) => Value::Choice(whole(cell)?.to_string()),
        FieldKind::Choices(_) => {
            Value::Choices(cell.as_str()?.split(',').map(|one| one.trim().to_owned()).collect())
        }
        FieldKind::Row(tables) => {
            let told = row.get(&format!("{property}@{LOOKUP}")).and_then(Json::as_str);
            let table = match (told, tables.as_slice()) {
                (Some(told), _) => told,
                (None, [one]) => one,
                (None, _) => "",
            };
            Value::Row(RecordRef::new(table, text()?))
        }
    })
}

/// A whole number, which some answers write as a text or with a point.
fn whole(cell: &Json) -> Option<i64> {
    cell.as_i64().or_else(|| cell.as_str()?.parse().ok()).or_else(|| {
        let number = cell.as_f64().filter(|number| number.fract() == 0.0)?;
        format!("{number:.0}").parse().ok()
    })
}

fn day(text: &str) -> Option<Date> {
    text.split('T').next()?.parse().ok()
}

/// An instant; a day alone is its beginning.
fn instant(text: &str) -> Option<Timestamp> {
    let begin = || Some(day(text)?.to_zoned(TimeZone::UTC).ok()?.timestamp());
    text.parse().ok().or_else(begin)
}

/// A value as it is written into a row; references are written otherwise.
pub(crate) fn cell(field: &Field, value: &Value) -> Option<Json> {
    Some(match (&field.kind, value) {
        (FieldKind::Row(_), _) => return None,
        (_, Value::Null) => Json::Null,
        (FieldKind::Text(_) | FieldKind::Other(_), Value::Text(text)) => Json::from(text.as_str()),
        (FieldKind::Whole | FieldKind::Number | FieldKind::Money, Value::Whole(number)) => {
            Json::from(*number)
        }
        (FieldKind::Number | FieldKind::Money, Value::Number(number)) => {
            Json::Number(serde_json::Number::from_f64(*number)?)
        }
        (FieldKind::Boolean, Value::Boolean(yes)) => Json::from(*yes),
        (FieldKind::Date, Value::Date(date)) => Json::from(date.to_string()),
        (FieldKind::Instant, Value::Instant(at)) => Json::from(at.to_string()),
        (FieldKind::Choice(_), Value::Choice(entry)) => Json::from(entry.parse::<i32>().ok()?),
        (FieldKind::Choices(_), Value::Choices(entries)) => {
            let numbers = entries.iter().all(|entry| entry.parse::<i32>().is_ok());
            numbers.then(|| Json::from(entries.join(",")))?
        }
        (FieldKind::Id, Value::Id(id)) => {
            Json::from(id.0.parse::<odata::value::Guid>().ok()?.to_string())
        }
        _ => return None,
    })
}

/// A value as it stands in a condition.
pub(crate) fn literal(field: &Field, value: &Value) -> Result<Expr> {
    let found = match (&field.kind, value) {
        (FieldKind::Text(_), Value::Text(text)) => Some(Literal::String(text.clone())),
        (FieldKind::Whole | FieldKind::Number | FieldKind::Money, Value::Whole(number)) => {
            Some(Literal::Integer(*number))
        }
        (FieldKind::Whole | FieldKind::Number | FieldKind::Money, Value::Number(number)) => {
            number_of(*number)
        }
        (FieldKind::Boolean, Value::Boolean(yes)) => Some(Literal::Boolean(*yes)),
        (FieldKind::Date, Value::Date(date)) => date.to_string().parse().ok().map(Literal::Date),
        (FieldKind::Instant, Value::Instant(at)) => {
            at.to_string().parse().ok().map(Literal::DateTimeOffset)
        }
        (FieldKind::Choice(_), Value::Choice(entry)) => {
            entry.parse::<i32>().ok().map(|entry| Literal::Integer(entry.into()))
        }
        (FieldKind::Id | FieldKind::Row(_), Value::Id(id)) => id.0.parse().ok().map(Literal::Guid),
        (FieldKind::Row(tables), Value::Row(to)) if leads(tables, to) => {
            to.id.0.parse().ok().map(Literal::Guid)
        }
        _ => None,
    };
    found.map(Expr::Literal).ok_or_else(|| Error::Query {
        reason: format!("{} is compared with what it cannot hold", field.name),
    })
}

/// A number with its shortest digits.
fn number_of(number: f64) -> Option<Literal> {
    if !number.is_finite() {
        return None;
    }
    let text = number.to_string();
    match text.parse() {
        Ok(whole) => Some(Literal::Integer(whole)),
        Err(_fraction) => format!("{number:e}").parse().ok().map(Literal::Decimal),
    }
}

/// Whether a reference to this row may stand in a field with these targets.
pub(crate) fn leads(tables: &[String], to: &RecordRef) -> bool {
    to.table.is_empty() || tables.contains(&to.table)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field(kind: FieldKind) -> Field {
        let (name, label) = ("x".to_owned(), "X".to_owned());
        Field { name, label, kind, required: false, createable: true, updateable: true }
    }

    fn seen(kind: FieldKind, row: &Json) -> Value {
        value(&field(kind), row.as_object().unwrap())
    }

    #[test]
    fn what_comes_is_read_by_its_kind_and_nothing_else() {
        assert_eq!(seen(FieldKind::Whole, &json!({ "x": 3.0 })), Value::Whole(3));
        assert_eq!(seen(FieldKind::Whole, &json!({ "x": "4" })), Value::Whole(4));
        assert_eq!(seen(FieldKind::Whole, &json!({ "x": 3.5 })), Value::Null);
        assert_eq!(seen(FieldKind::Text(None), &json!({ "x": 3 })), Value::Null);
        assert_eq!(seen(FieldKind::Money, &json!({ "x": 1.25 })), Value::Number(1.25));
        let day = Value::Date("2026-03-31".parse().unwrap());
        assert_eq!(seen(FieldKind::Date, &json!({ "x": "2026-03-31" })), day);
        assert_eq!(seen(FieldKind::Date, &json!({ "x": "2026-03-31T00:00:00Z" })), day);
        let at = Value::Instant("2026-03-31T00:00:00Z".parse().unwrap());
        assert_eq!(seen(FieldKind::Instant, &json!({ "x": "2026-03-31" })), at);
        let several = Value::Choices(vec!["1".to_owned(), "2".to_owned()]);
        assert_eq!(seen(FieldKind::Choices(vec![]), &json!({ "x": "1,2" })), several);
    }

    #[test]
    fn a_reference_says_its_table_where_it_is_told() {
        let kind = || FieldKind::Row(vec!["account".to_owned(), "contact".to_owned()]);
        let id = "5a0b1c2d-0000-4000-8000-0000000000ff";
        let told = json!({ "_x_value": id, "_x_value@Microsoft.Dynamics.CRM.lookuplogicalname": "contact" });
        assert_eq!(seen(kind(), &told), Value::Row(RecordRef::new("contact", id)));
        assert_eq!(seen(kind(), &json!({ "_x_value": id })), Value::Row(RecordRef::new("", id)));
        assert_eq!(seen(kind(), &json!({ "_x_value": null })), Value::Null);
    }

    #[test]
    fn numbers_keep_their_digits() {
        let text = |number| Expr::Literal(number_of(number).unwrap()).to_string();
        assert_eq!(text(10.5), "10.5");
        assert_eq!(text(-0.1), "-0.1");
        assert_eq!(text(1e6), "1000000");
        assert_eq!(text(1.0e-7), "0.0000001");
        assert!(number_of(f64::NAN).is_none() && number_of(f64::INFINITY).is_none());
    }
}
