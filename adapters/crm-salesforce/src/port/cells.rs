//! Values of the port and what stands in records.

use crm::{Error, FieldKind, RecordRef, Result, Value, Values};
use kernel::FieldError;
use serde_json::Value as Json;

use super::kind;
use crate::{Field, Object, Record, RecordId, records::instant, soql};

/// What ids of objects begin with that fields with several targets lead to; the same in every organisation.
const PREFIXES: &[(&str, &str)] = &[
    ("001", "Account"),
    ("003", "Contact"),
    ("005", "User"),
    ("006", "Opportunity"),
    ("00G", "Group"),
    ("00Q", "Lead"),
    ("01t", "Product2"),
    ("500", "Case"),
    ("701", "Campaign"),
    ("801", "Order"),
];

/// What a field of a record holds, in the port's words; nothing where it is not of the field's kind.
pub(super) fn value(field: &Field, cell: &Json) -> Value {
    read(field, cell).unwrap_or(Value::Null)
}

fn read(field: &Field, cell: &Json) -> Option<Value> {
    let text = || cell.as_str().map(str::to_owned);
    Some(match kind(field) {
        FieldKind::Id => Value::Id(crm::RecordId(text()?)),
        FieldKind::Text(_) | FieldKind::Other(_) => Value::Text(text()?),
        FieldKind::Whole => Value::Whole(whole(cell)?),
        FieldKind::Number | FieldKind::Money => Value::Number(cell.as_f64()?),
        FieldKind::Boolean => Value::Boolean(cell.as_bool()?),
        FieldKind::Date => Value::Date(cell.as_str()?.parse().ok()?),
        FieldKind::Instant => Value::Instant(instant(Some(cell))?),
        FieldKind::Choice(_) => Value::Choice(text()?),
        FieldKind::Choices(_) => {
            Value::Choices(cell.as_str()?.split(';').map(str::to_owned).collect())
        }
        FieldKind::Row(tables) => {
            let id = text()?;
            let told = PREFIXES.iter().find(|(prefix, _)| id.starts_with(prefix));
            let told = told.and_then(|(_, name)| tables.iter().find(|table| table == name));
            let table = match tables.as_slice() {
                [one] => Some(one),
                _ => told,
            };
            Value::Row(RecordRef::new(table.cloned().unwrap_or_default(), id))
        }
    })
}

/// A whole number, which some answers write with a point.
fn whole(cell: &Json) -> Option<i64> {
    cell.as_i64().or_else(|| {
        let number = cell.as_f64()?;
        format!("{number:.0}").parse().ok().filter(|_| number.fract() == 0.0)
    })
}

/// What is to be written, each value held against the kind of its field.
pub(super) fn row(object: &Object, values: &Values) -> Result<Record> {
    let (mut row, mut findings) = (Record::new(), Vec::new());
    for (name, value) in values {
        let Some(field) = object.field(name) else { continue };
        match cell(field, value) {
            Some(cell) => {
                row.insert(field.name.to_string(), cell);
            }
            None => findings.push(FieldError::new(
                format!("/{name}"),
                "crm.record_refused",
                format!("the field holds {}", field.kind),
            )),
        }
    }
    if findings.is_empty() {
        return Ok(row);
    }
    Err(Error::Refused { code: "INVALID_TYPE_ON_FIELD_IN_RECORD".to_owned(), findings })
}

fn cell(field: &Field, value: &Value) -> Option<Json> {
    Some(match (kind(field), value) {
        (_, Value::Null) => Json::Null,
        (FieldKind::Text(_) | FieldKind::Other(_), Value::Text(text))
        | (FieldKind::Choice(_), Value::Choice(text)) => Json::from(text.as_str()),
        (FieldKind::Whole | FieldKind::Number | FieldKind::Money, Value::Whole(number)) => {
            Json::from(*number)
        }
        (FieldKind::Number | FieldKind::Money, Value::Number(number)) => Json::from(*number),
        (FieldKind::Boolean, Value::Boolean(yes)) => Json::from(*yes),
        (FieldKind::Date, Value::Date(date)) => Json::from(date.to_string()),
        (FieldKind::Instant, Value::Instant(at)) => Json::from(at.to_string()),
        (FieldKind::Choices(_), Value::Choices(several)) => Json::from(several.join(";")),
        (FieldKind::Id | FieldKind::Row(_), Value::Id(id)) => {
            Json::from(RecordId::parse(&id.0)?.as_str())
        }
        (FieldKind::Row(tables), Value::Row(to)) if known(&tables, to) => {
            Json::from(RecordId::parse(&to.id.0)?.as_str())
        }
        _ => return None,
    })
}

/// A value as it stands in a query.
pub(super) fn literal(field: &Field, value: &Value) -> Result<soql::Value> {
    use soql::Value as Literal;
    let id = |id: &crm::RecordId| RecordId::parse(&id.0).map(Literal::Id);
    let found = match (kind(field), value) {
        (FieldKind::Text(_), Value::Text(text)) | (FieldKind::Choice(_), Value::Choice(text)) => {
            Some(Literal::Text(text.clone()))
        }
        (FieldKind::Whole | FieldKind::Number | FieldKind::Money, Value::Whole(number)) => {
            number.to_string().parse().ok().map(Literal::Number)
        }
        (FieldKind::Whole | FieldKind::Number | FieldKind::Money, Value::Number(number)) => {
            number.is_finite().then_some(Literal::Number(*number))
        }
        (FieldKind::Boolean, Value::Boolean(yes)) => Some(Literal::Boolean(*yes)),
        (FieldKind::Date, Value::Date(date)) => Some(Literal::Date(*date)),
        (FieldKind::Instant, Value::Instant(at)) => Some(Literal::Instant(*at)),
        (FieldKind::Id | FieldKind::Row(_), Value::Id(given)) => id(given),
        (FieldKind::Row(tables), Value::Row(to)) if known(&tables, to) => id(&to.id),
        _ => None,
    };
    found.ok_or_else(|| Error::Query {
        reason: format!("{} is compared with what it cannot hold", field.name),
    })
}

fn known(tables: &[String], to: &RecordRef) -> bool {
    to.table.is_empty() || tables.iter().any(|table| table.eq_ignore_ascii_case(&to.table))
}
