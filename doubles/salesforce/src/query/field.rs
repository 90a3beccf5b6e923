//! What a row has under a name.

use doubles_salesforce_schema::{Field, Kind, Object};
use doubles_soql::{Call, Expression, instant};
use jiff::{civil::Date, tz::TimeZone};
use serde_json::{Map, Value, json};

use crate::{
    org::{Org, Row, text},
    rights::Caller,
};

/// The parent of a row by a relationship, if it is there for the caller.
pub(super) fn parent<'a>(
    org: &'a Org,
    caller: &Caller,
    (object, row): (&Object, &Row),
    relationship: &str,
) -> Option<(&'a Object, &'a Row)> {
    let field = object.parent(relationship)?;
    let id = text(row, &field.name)?;
    let target = org.schema.of_id(id)?;
    let parent = org.row(target.name, id)?;
    caller.sees_row(org, target, parent).then_some((target, parent))
}

/// The value at the end of a path.
pub(super) fn value(
    org: &Org,
    caller: &Caller,
    (object, row): (&Object, &Row),
    parts: &[String],
) -> Value {
    match parts {
        [] => Value::Null,
        [name] => own(object, row, name),
        [relationship, name] if names_kind(object, relationship, name) => {
            parent(org, caller, (object, row), relationship)
                .map_or(Value::Null, |(object, _)| object.name.into())
        }
        [relationship, rest @ ..] => parent(org, caller, (object, row), relationship)
            .map_or(Value::Null, |parent| value(org, caller, parent, rest)),
    }
}

/// Whether a path ends in the kind of a parent that may be of several objects: its `Type` is the name of its object, also
/// where that object has a field `Type` of its own, as accounts have.
pub(super) fn names_kind(object: &Object, relationship: &str, name: &str) -> bool {
    name == "Type" && object.parent(relationship).is_some_and(|field| field.to.len() > 1)
}

fn own(object: &Object, row: &Row, name: &str) -> Value {
    match object.field(name) {
        Some(field) => raw(field, row),
        // Of a parent that may be of several objects.
        None if name == "Type" => object.name.into(),
        None => Value::Null,
    }
}

fn raw(field: &Field, row: &Row) -> Value {
    if field.kind != Kind::Address {
        return row.get(&field.name).cloned().unwrap_or(Value::Null);
    }
    let prefix = field.name.strip_suffix("Address").unwrap_or_default();
    let mut address = Map::new();
    for (name, part) in [
        ("city", "City"),
        ("country", "Country"),
        ("geocodeAccuracy", "GeocodeAccuracy"),
        ("latitude", "Latitude"),
        ("longitude", "Longitude"),
        ("postalCode", "PostalCode"),
        ("state", "State"),
        ("street", "Street"),
    ] {
        let part = row.get(&format!("{prefix}{part}")).cloned().unwrap_or(Value::Null);
        address.insert(name.to_owned(), part);
    }
    if address.values().all(Value::is_null) { Value::Null } else { Value::Object(address) }
}

/// A value as it is sent: contents of files as the path to them, whole numbers with their point.
pub(crate) fn present(object: &Object, field: &Field, row: &Row, version: &str) -> Value {
    let value = raw(field, row);
    if field.kind == Kind::Base64 && !value.is_null() {
        let id = text(row, "Id").unwrap_or_default();
        let path =
            format!("/services/data/v{version}/sobjects/{}/{id}/{}", object.name, field.name);
        return path.into();
    }
    value
}

/// The beginning of every row that is sent.
pub(crate) fn record(object: &Object, row: &Row, version: &str) -> Map<String, Value> {
    let id = text(row, "Id").unwrap_or_default();
    let url = format!("/services/data/v{version}/sobjects/{}/{id}", object.name);
    let mut record = Map::new();
    record.insert("attributes".to_owned(), json!({ "type": object.name, "url": url }));
    record
}

/// What an expression comes to for one row; aggregates are none.
pub(super) fn evaluate(
    org: &Org,
    caller: &Caller,
    place: (&Object, &Row),
    expression: &Expression,
) -> Value {
    match expression {
        Expression::Field(path) => value(org, caller, place, &path.parts),
        Expression::Call(Call { name, argument, .. }) => {
            let Some(argument) = argument else { return Value::Null };
            let inner = evaluate(org, caller, place, argument);
            match name.as_str() {
                "FORMAT" => return formatted(inner, kind_of(place.0, argument), &caller.zone),
                "CONVERTTIMEZONE" => return inner,
                _ => {}
            }
            // parts of instants are those of UTC, unless they are moved (SOQL reference, "convertTimezone()")
            let moved =
                matches!(&**argument, Expression::Call(call) if call.name == "CONVERTTIMEZONE");
            let zone = if moved { caller.zone.clone() } else { TimeZone::UTC };
            call(name, inner, &zone)
        }
    }
}

/// The kind of the field at the end of an expression, where it is one of the object itself.
pub(super) fn kind_of(object: &Object, expression: &Expression) -> Option<Kind> {
    let path = expression.path()?;
    object.field(path.field()).filter(|_| path.parts.len() == 1).map(|field| field.kind)
}

/// A value as people in the organisation read it, which is American.
pub(super) fn formatted(value: Value, kind: Option<Kind>, zone: &TimeZone) -> Value {
    match &value {
        Value::String(text) => {
            if let Some(at) = instant::read(text) {
                let at = at.to_zoned(zone.clone());
                return at.strftime("%-m/%-d/%Y, %-I:%M %p").to_string().into();
            }
            match text.parse::<Date>() {
                Ok(day) => day.strftime("%-m/%-d/%Y").to_string().into(),
                Err(_no_day) => value,
            }
        }
        Value::Number(number) => {
            let number = number.as_f64().unwrap_or_default();
            match kind {
                Some(Kind::Currency) => format!("${}", grouped(&format!("{number:.2}"))).into(),
                Some(Kind::Percent) => format!("{}%", grouped(&number.to_string())).into(),
                _ => grouped(&number.to_string()).into(),
            }
        }
        _ => value,
    }
}

/// Digits in groups of three.
fn grouped(number: &str) -> String {
    let (whole, rest) = number.split_once('.').map_or((number, None), |(a, b)| (a, Some(b)));
    let (sign, digits) = whole.strip_prefix('-').map_or(("", whole), |digits| ("-", digits));
    let mut out = sign.to_owned();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    match rest {
        Some(rest) => format!("{out}.{rest}"),
        None => out,
    }
}

fn call(name: &str, value: Value, zone: &TimeZone) -> Value {
    if name == "TOLABEL" {
        return value;
    }
    let Some(text) = value.as_str() else { return Value::Null };
    let instant = instant::read(text);
    let zoned = instant.map(|at| at.to_zoned(zone.clone()));
    let day = zoned.as_ref().map(jiff::Zoned::date).or_else(|| text.parse::<Date>().ok());
    let Some(day) = day else { return Value::Null };
    let quarter = (day.month() - 1) / 3 + 1;
    let of_year = day.day_of_year();
    match name {
        "CALENDAR_YEAR" | "FISCAL_YEAR" => day.year().into(),
        "CALENDAR_QUARTER" | "FISCAL_QUARTER" => quarter.into(),
        "CALENDAR_MONTH" | "FISCAL_MONTH" => day.month().into(),
        "DAY_IN_MONTH" => day.day().into(),
        "DAY_IN_WEEK" => (day.weekday().to_sunday_zero_offset() + 1).into(),
        "DAY_IN_YEAR" => of_year.into(),
        "WEEK_IN_MONTH" => ((day.day() - 1) / 7 + 1).into(),
        "WEEK_IN_YEAR" => ((of_year - 1) / 7 + 1).into(),
        "HOUR_IN_DAY" => zoned.map_or(Value::Null, |zoned| zoned.hour().into()),
        "DAY_ONLY" => day.to_string().into(),
        _ => Value::Null,
    }
}
