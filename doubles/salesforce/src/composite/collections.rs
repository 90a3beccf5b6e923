//! `composite/sobjects`: up to two hundred rows, each for itself or all together.

use doubles_salesforce_schema::id;
use serde_json::{Map, Value, json};

use super::{MAX_ROWS, invalid, too_many};
use crate::{
    fault::{Fault, Result},
    org::Org,
    rest::{Call, Reply, fields},
    rights::Caller,
    write::{self, Body, object},
};

/// A row that went well: its id, and whether it is new where that is said.
struct Good {
    id: String,
    created: Option<bool>,
}

fn shown(result: &Result<Good>) -> Value {
    match result {
        Ok(good) => {
            let mut entry = Map::new();
            entry.insert("id".to_owned(), good.id.as_str().into());
            entry.insert("success".to_owned(), true.into());
            entry.insert("errors".to_owned(), json!([]));
            entry.extend(good.created.map(|created| ("created".to_owned(), created.into())));
            Value::Object(entry)
        }
        Err(fault) => json!({ "success": false, "errors": [fault.of_record()] }),
    }
}

/// Each entry is one transaction of its own; with `whole` they stand or fall together.
fn each<T>(
    org: &mut Org,
    entries: Vec<T>,
    whole: bool,
    act: impl Fn(&mut Org, T) -> Result<Good>,
) -> Reply {
    let start = org.mark();
    let mut results = Vec::new();
    for entry in entries {
        let mark = org.mark();
        let result = act(org, entry);
        if result.is_err() {
            org.take_back(mark);
        }
        results.push(result);
    }
    if whole && results.iter().any(Result::is_err) {
        org.take_back(start);
        let said = "Record rolled back because not all records were valid and the request was using AllOrNone header";
        for result in results.iter_mut().filter(|result| result.is_ok()) {
            *result = Err(Fault::new("ALL_OR_NONE_OPERATION_ROLLED_BACK", said));
        }
    }
    Reply::json(200, results.iter().map(shown).collect())
}

/// The rows of a body and whether they stand or fall together.
fn rows(call: &Call) -> Result<(Vec<Body>, bool)> {
    let body = call.json()?;
    let list = body.get("records").and_then(Value::as_array);
    let list = list.ok_or_else(|| invalid("records is required"))?;
    if list.len() > MAX_ROWS {
        return Err(too_many("records", MAX_ROWS));
    }
    let rows = list.iter().map(write::members).collect::<Result<_>>()?;
    Ok((rows, body.get("allOrNone") == Some(&Value::Bool(true))))
}

fn type_of(row: &Body) -> Result<String> {
    let kind = row.get("attributes").and_then(|attributes| attributes.get("type"));
    let kind = kind.and_then(Value::as_str).map(str::to_owned);
    kind.ok_or_else(|| Fault::new("INVALID_INPUT", "attributes.type is required in each record"))
}

/// Takes the id out of a row.
fn take_id(row: &mut Body) -> Option<String> {
    let name = row.keys().find(|name| name.eq_ignore_ascii_case("id"))?.clone();
    row.remove(&name)?.as_str().map(str::to_owned)
}

pub(super) fn create(org: &mut Org, caller: &Caller, call: &Call) -> Result<Reply> {
    let (rows, whole) = rows(call)?;
    Ok(each(org, rows, whole, |org, row| {
        let object = object(org, caller, &type_of(&row)?)?;
        let id = write::create(org, caller, &object, &row)?;
        Ok(Good { id, created: None })
    }))
}

pub(super) fn update(org: &mut Org, caller: &Caller, call: &Call) -> Result<Reply> {
    let (rows, whole) = rows(call)?;
    Ok(each(org, rows, whole, |org, mut row| {
        let missing = || Fault::new("MISSING_ARGUMENT", "Id not specified in an update call");
        let id = take_id(&mut row).ok_or_else(missing)?;
        let object = object(org, caller, &type_of(&row)?)?;
        write::update(org, caller, &object, &id, &row).map_err(of_row)?;
        Ok(Good { id: id::full(&id).unwrap_or(id), created: None })
    }))
}

/// What is a missing resource alone is a wrong reference among others.
fn of_row(fault: Fault) -> Fault {
    match fault.code.as_str() {
        "NOT_FOUND" => Fault::new("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"),
        _ => fault,
    }
}

pub(super) fn upsert(
    org: &mut Org,
    caller: &Caller,
    call: &Call,
    (name, field): (&str, &str),
) -> Result<Reply> {
    let object = object(org, caller, name)?;
    if !object.external(field) && !field.eq_ignore_ascii_case("Id") {
        return Err(Fault::new(
            "NOT_FOUND",
            format!("Provided external ID field does not exist or is not accessible: {field}"),
        ));
    }
    let (rows, whole) = rows(call)?;
    Ok(each(org, rows, whole, |org, row| {
        let key = row.iter().find(|(name, _)| name.eq_ignore_ascii_case(field));
        let key =
            key.map(|(_, value)| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
        let key = key.unwrap_or_default();
        let done = write::upsert(org, caller, &object, (field, &key), &row).map_err(of_row)?;
        Ok(Good { id: done.id, created: Some(done.created) })
    }))
}

pub(super) fn delete(org: &mut Org, caller: &Caller, call: &Call) -> Result<Reply> {
    let ids = call.parameter("ids").unwrap_or_default();
    let ids: Vec<String> =
        ids.split(',').filter(|id| !id.is_empty()).map(|id| id.trim().to_owned()).collect();
    if ids.is_empty() || ids.len() > MAX_ROWS {
        return Err(too_many("ids", MAX_ROWS));
    }
    let whole = call.parameter("allOrNone").is_some_and(|whole| whole.eq_ignore_ascii_case("true"));
    Ok(each(org, ids, whole, |org, key| {
        let id = id::full(&key).ok_or_else(|| write::malformed(&key))?;
        let object = org.schema.of_id(&id).cloned().ok_or_else(|| write::malformed(&key))?;
        let id = write::delete(org, caller, &object, &id).map_err(of_row)?;
        Ok(Good { id, created: None })
    }))
}

pub(super) fn retrieve(org: &Org, caller: &Caller, call: &Call, name: &str) -> Result<Reply> {
    let object = object(org, caller, name)?;
    let (ids, names) = if call.method == "GET" {
        let list = |name: &str| -> Vec<String> {
            let given = call.parameter(name).unwrap_or_default().split(',');
            given.filter(|part| !part.is_empty()).map(|part| part.trim().to_owned()).collect()
        };
        (list("ids"), list("fields"))
    } else {
        let body = call.json()?;
        let list = |name: &str| -> Result<Vec<String>> {
            let values = body.get(name).and_then(Value::as_array);
            let values = values.ok_or_else(|| invalid(&format!("{name} is required")))?;
            Ok(values.iter().filter_map(Value::as_str).map(str::to_owned).collect())
        };
        (list("ids")?, list("fields")?)
    };
    if ids.len() > 2000 {
        return Err(too_many("ids", 2000));
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut rows = Vec::new();
    for key in &ids {
        let id = id::full(key).ok_or_else(|| write::malformed(key))?;
        match write::find(org, caller, &object, &id) {
            Ok(id) => {
                rows.push(fields(org, caller, &object, (&id, Some(&names)), &call.version)?);
            }
            Err(_nothing_there) => rows.push(Value::Null),
        }
    }
    Ok(Reply::json(200, rows.into()))
}
