//! Rows as they are sent.

use doubles_salesforce_schema::Object;
use doubles_soql::{Expression, Path, Query, Select, Typeof};
use serde_json::{Map, Value};

use super::{
    Ask, Found,
    compare::{Moment, holds},
    field::{evaluate, names_kind, parent, present, record},
    page_of,
    run::{cut, sorted},
};
use crate::{
    org::{Org, Row, is_deleted, text},
    rights::Caller,
};

/// One row with what is selected of it.
pub(super) fn row(
    org: &mut Org,
    caller: &Caller,
    (object, row): (&Object, &Row),
    query: &Query,
    ask: Ask<'_>,
) -> Value {
    let mut out = record(object, row, ask.version);
    for select in &query.select {
        match select {
            Select::Value { expression: Expression::Field(path), alias: None } => {
                put(org, caller, (object, row), (&mut out, ask.version), &path.parts);
            }
            Select::Value { expression, alias } => {
                let path = expression.path().map(Path::field).unwrap_or_default();
                let name = alias.as_deref().unwrap_or(path).to_owned();
                out.insert(name, evaluate(org, caller, (object, row), expression));
            }
            Select::Children(inner) => {
                let found = children(org, caller, (object, row), inner, ask);
                let found = found.map_or(Value::Null, |found| page_of(org, caller, found, ask));
                out.insert(inner.from.field().to_owned(), found);
            }
            Select::Typeof(kinds) => {
                let value = of_kind(org, caller, (object, row), kinds, ask.version);
                out.insert(kinds.path.field().to_owned(), value);
            }
            Select::Count | Select::Fields { .. } => {}
        }
    }
    Value::Object(out)
}

/// Puts the value of a path where it belongs: parents are objects inside.
fn put(
    org: &Org,
    caller: &Caller,
    (object, row): (&Object, &Row),
    (out, version): (&mut Map<String, Value>, &str),
    parts: &[String],
) {
    match parts {
        [] => {}
        [name] => {
            let value = match object.field(name) {
                Some(field) => present(object, field, row, version),
                None if name == "Type" => object.name.into(),
                None => Value::Null,
            };
            out.insert(name.clone(), value);
        }
        [relationship, rest @ ..] => {
            let Some(above) = parent(org, caller, (object, row), relationship) else {
                out.insert(relationship.clone(), Value::Null);
                return;
            };
            let entry = out.entry(relationship.clone());
            let inner = entry.or_insert_with(|| {
                let mut record = record(above.0, above.1, version);
                let several = object.parent(relationship).is_some_and(|field| field.to.len() > 1);
                if several && let Some(Value::Object(attributes)) = record.get_mut("attributes") {
                    attributes.insert("type".to_owned(), "Name".into());
                }
                Value::Object(record)
            });
            let Value::Object(inner) = inner else { return };
            match rest {
                [name] if names_kind(object, relationship, name) => {
                    inner.insert(name.clone(), above.0.name.into());
                }
                _ => put(org, caller, above, (inner, version), rest),
            }
        }
    }
}

fn children(
    org: &mut Org,
    caller: &Caller,
    (object, row): (&Object, &Row),
    inner: &Query,
    ask: Ask<'_>,
) -> Option<Found> {
    let (child, field) = org.schema.child(object.name, inner.from.field())?;
    let (child, field) = (child.clone(), field.name.clone());
    let id = text(row, "Id")?.to_owned();
    let moment = Moment::of(org, caller);
    let rows = org.rows(child.name).filter(|(_, row)| {
        text(row, &field) == Some(&id)
            && (ask.all || !is_deleted(row))
            && caller.sees_row(org, &child, row)
            && inner
                .condition
                .as_ref()
                .is_none_or(|c| holds(org, caller, (&child, row), (c, &moment)))
    });
    let rows = sorted(org, caller, &child, inner, rows.collect());
    let rows: Vec<Row> = cut(inner, rows).into_iter().map(|(_, row)| row.clone()).collect();
    if rows.is_empty() {
        return None;
    }
    let rows: Vec<Value> =
        rows.iter().map(|row| self::row(org, caller, (&child, row), inner, ask)).collect();
    Some(Found { total: rows.len(), rows })
}

fn of_kind(
    org: &Org,
    caller: &Caller,
    place: (&Object, &Row),
    kinds: &Typeof,
    version: &str,
) -> Value {
    let Some(above) = parent(org, caller, place, kinds.path.field()) else { return Value::Null };
    let when = kinds.when.iter().find(|(object, _)| object.field() == above.0.name);
    let paths = when.map_or(&kinds.otherwise, |(_, paths)| paths);
    let mut out = record(above.0, above.1, version);
    for path in paths {
        put(org, caller, above, (&mut out, version), &path.parts);
    }
    Value::Object(out)
}
