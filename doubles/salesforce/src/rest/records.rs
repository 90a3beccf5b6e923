//! `sobjects/…`: rows one at a time.

mod changes;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use doubles_salesforce_schema::{Kind, Object, id};
use serde_json::{Map, Value, json};

use super::{Call, Content, Reply, conditional, describe, layouts, not_allowed};
use crate::{
    fault::{Fault, Result},
    org::{Org, text},
    query::{self, present, record},
    rights::Caller,
    write::{self, by_external_id, object},
};

pub(super) fn answer(org: &mut Org, caller: &Caller, call: &Call, rest: &[&str]) -> Result<Reply> {
    let method = call.method.as_str();
    match (rest, method) {
        ([], "GET") => Ok(describe::all(org, caller, call)),
        ([name], "GET") => {
            let object = object(org, caller, name)?;
            let recent = super::resources::recent_of(org, caller, Some(object.name), call);
            let object = describe::brief(caller, &object, call);
            Ok(Reply::json(200, json!({ "objectDescribe": object, "recentItems": recent })))
        }
        ([name], "POST") => create(org, caller, call, name),
        ([name, "describe"], "GET") => {
            let object = object(org, caller, name)?;
            Ok(describe::answer(org, caller, &object, call))
        }
        ([name, "describe", what @ ..], "GET" | "HEAD") => {
            layouts::answer(org, caller, call, (name, what))
        }
        ([name, "listviews", rest @ ..], "GET" | "HEAD") => {
            super::lists::answer(org, caller, call, (name, rest))
        }
        ([_, "quickActions"], "GET") => Ok(Reply::json(200, json!([]))),
        ([name, "Id"], "POST") => {
            let mut reply = create(org, caller, call, name)?;
            if let Content::Json(Value::Object(body)) = &mut reply.body {
                body.insert("created".to_owned(), true.into());
            }
            Ok(reply)
        }
        (["User", key, "password"], _) => password(org, caller, call, key),
        ([name, "deleted"], "GET") => changes::deleted(org, caller, call, name),
        ([name, "updated"], "GET") => changes::updated(org, caller, call, name),
        ([name, key], _) => one(org, caller, call, (name, key)),
        ([name, first, second], _) => two(org, caller, call, [name, first, second]),
        ([] | [_], _) => Err(not_allowed(call)),
        _ => Err(Fault::not_found()),
    }
}

fn create(org: &mut Org, caller: &Caller, call: &Call, name: &str) -> Result<Reply> {
    let object = object(org, caller, name)?;
    let multipart = call.header("content-type").filter(|kind| kind.starts_with("multipart/"));
    let body = match multipart {
        Some(kind) => multipart_body(kind, &call.body)?,
        None => call.members()?,
    };
    let id = write::create(org, caller, &object, &body)?;
    let location = call.url(&format!("sobjects/{}/{id}", object.name));
    let body = json!({ "id": id, "success": true, "errors": [] });
    Ok(Reply::json(201, body).with("Location", &location))
}

/// The part in JSON with the binary parts put into it under their names.
pub(crate) fn multipart_body(kind: &str, body: &[u8]) -> Result<Map<String, Value>> {
    let wrong =
        || Fault::new("INVALID_MULTIPART_REQUEST", "the parts of the request cannot be read");
    let boundary = kind.split("boundary=").nth(1).ok_or_else(wrong)?.trim().trim_matches('"');
    let boundary = boundary.split(';').next().unwrap_or(boundary);
    let mut fields = Map::new();
    for part in parts(body, format!("--{boundary}").as_bytes()) {
        let Some(at) = find(part, b"\r\n\r\n") else { continue };
        let (head, content) = part.split_at_checked(at).ok_or_else(wrong)?;
        let content = content.get(4..).unwrap_or_default();
        let content = content.strip_suffix(b"\r\n").unwrap_or(content);
        let head = String::from_utf8_lossy(head).to_lowercase();
        if head.contains("application/json") {
            let value: Value = serde_json::from_slice(content).map_err(|_no_json| wrong())?;
            fields.extend(write::members(&value)?);
            continue;
        }
        let head = String::from_utf8_lossy(part.get(..at).unwrap_or_default()).into_owned();
        let name = head.split("name=\"").nth(1).and_then(|rest| rest.split('"').next());
        let name = name.ok_or_else(wrong)?;
        fields.insert(name.to_owned(), STANDARD.encode(content).into());
    }
    Ok(fields)
}

fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    within.windows(what.len()).position(|window| window == what)
}

fn parts<'a>(mut body: &'a [u8], boundary: &[u8]) -> Vec<&'a [u8]> {
    let mut parts = Vec::new();
    if boundary.len() < 3 {
        return parts;
    }
    while let Some(at) = find(body, boundary) {
        let (before, rest) = body.split_at_checked(at).unwrap_or((body, &[]));
        if !before.is_empty() {
            parts.push(before);
        }
        body = rest.get(boundary.len()..).unwrap_or_default();
    }
    parts
}

fn one(org: &mut Org, caller: &Caller, call: &Call, (name, key): (&str, &str)) -> Result<Reply> {
    let object = object(org, caller, name)?;
    match call.method.as_str() {
        "GET" | "HEAD" => {
            let id = write::find(org, caller, &object, key)?;
            if let Some(reply) = conditional::judge(org, &object, &id, call)? {
                return Ok(reply);
            }
            write::seen(org, caller, &id);
            let row = row(org, caller, &object, (&id, call))?;
            Ok(conditional::told(org, &object, &id, Reply::json(200, row)))
        }
        "PATCH" => {
            let body = call.members()?;
            conditional::judge(org, &object, &write::find(org, caller, &object, key)?, call)?;
            write::update(org, caller, &object, key, &body)?;
            Ok(Reply::empty(204))
        }
        "DELETE" => {
            conditional::judge(org, &object, &write::find(org, caller, &object, key)?, call)?;
            write::delete(org, caller, &object, key)?;
            Ok(Reply::empty(204))
        }
        _ => Err(not_allowed(call)),
    }
}

fn two(org: &mut Org, caller: &Caller, call: &Call, path: [&str; 3]) -> Result<Reply> {
    let [name, first, second] = path;
    let object = object(org, caller, name)?;
    if id::full(first).is_some_and(|id| id.starts_with(object.prefix)) && !object.external(first) {
        return beside(org, caller, call, (&object, first, second));
    }
    match call.method.as_str() {
        "GET" | "HEAD" => {
            if first.eq_ignore_ascii_case("Id") {
                let id = write::find(org, caller, &object, second)?;
                return row(org, caller, &object, (&id, call)).map(|row| Reply::json(200, row));
            }
            let found = by_external_id(org, caller, &object, first, second)?;
            match found.as_slice() {
                [] => Err(Fault::not_found()),
                [id] => row(org, caller, &object, (id, call)).map(|row| Reply::json(200, row)),
                several => Ok(choices(&object, several, call)),
            }
        }
        "PATCH" | "POST" => {
            let body = call.members()?;
            // what finds the row stands in the address
            let given = body.iter().find(|(own, _)| own.eq_ignore_ascii_case(first));
            if given.is_some_and(|(_, value)| value.as_str().is_some_and(|own| own != second)) {
                let said =
                    format!("The {first} field should not be specified in the sobject data.");
                return Err(Fault::new("INVALID_FIELD", said));
            }
            let done = write::upsert(org, caller, &object, (first, second), &body);
            let done = match done {
                Err(fault) if fault.status == 300 => {
                    let found = by_external_id(org, caller, &object, first, second)?;
                    return Ok(choices(&object, &found, call));
                }
                done => done?,
            };
            if !done.created && call.number() < 46.0 {
                return Ok(Reply::empty(204));
            }
            let status = if done.created { 201 } else { 200 };
            let body =
                json!({ "id": done.id, "success": true, "errors": [], "created": done.created });
            let location = call.url(&format!("sobjects/{}/{}", object.name, done.id));
            Ok(Reply::json(status, body).with("Location", &location))
        }
        "DELETE" => {
            let found = by_external_id(org, caller, &object, first, second)?;
            match found.as_slice() {
                [] => Err(Fault::not_found()),
                [id] => {
                    write::delete(org, caller, &object, id)?;
                    Ok(Reply::empty(204))
                }
                several => Ok(choices(&object, several, call)),
            }
        }
        _ => Err(not_allowed(call)),
    }
}

/// `sobjects/User/{id}/password`: whether it has run out, and another one.
fn password(org: &mut Org, caller: &Caller, call: &Call, key: &str) -> Result<Reply> {
    let object = object(org, caller, "User")?;
    let id = write::find(org, caller, &object, key)?;
    match call.method.as_str() {
        "GET" | "HEAD" => Ok(Reply::json(200, json!({ "isExpired": false }))),
        "POST" if id == caller.user || caller.on(&object).modify_all => {
            let body = call.members()?;
            let new = body.get("NewPassword").and_then(Value::as_str).unwrap_or_default();
            let mixed = new.chars().any(char::is_alphabetic) && new.chars().any(char::is_numeric);
            if new.chars().count() < 8 || !mixed {
                let said =
                    "Your password must be at least 8 characters long and have letters and numbers";
                return Err(Fault::new("INVALID_NEW_PASSWORD", said));
            }
            crate::door::set_password(org, &id, new);
            Ok(Reply::empty(204))
        }
        "POST" => Err(write::no_rights()),
        _ => Err(not_allowed(call)),
    }
}

fn choices(object: &Object, ids: &[String], call: &Call) -> Reply {
    let path = |id: &String| call.url(&format!("sobjects/{}/{id}", object.name));
    Reply::json(300, ids.iter().map(path).collect())
}

/// What hangs on a row: the content of a file, its parent, its children.
fn beside(
    org: &mut Org,
    caller: &Caller,
    call: &Call,
    (object, key, name): (&Object, &str, &str),
) -> Result<Reply> {
    let id = write::find(org, caller, object, key)?;
    let own = org.row(object.name, &id).cloned().unwrap_or_default();
    if matches!(call.method.as_str(), "PATCH" | "DELETE") {
        // the parent itself, by what leads to it
        let field = object.parent(name).filter(|field| caller.sees(object, field));
        let parent =
            field.and_then(|field| text(&own, &field.name)).ok_or_else(Fault::not_found)?;
        let target = org.schema.of_id(parent).cloned().ok_or_else(Fault::not_found)?;
        return one(org, caller, call, (target.name, parent));
    }
    if !matches!(call.method.as_str(), "GET" | "HEAD") {
        return Err(not_allowed(call));
    }
    if let Some(field) = object.field(name).filter(|field| field.kind == Kind::Base64) {
        let data = text(&own, &field.name).ok_or_else(Fault::not_found)?;
        let bytes = STANDARD.decode(data).unwrap_or_default();
        return Ok(Reply {
            status: 200,
            body: Content::Bytes("application/octet-stream", bytes),
            headers: Vec::new(),
        });
    }
    if let Some(field) = object.parent(name).filter(|field| caller.sees(object, field)) {
        let parent = text(&own, &field.name).ok_or_else(Fault::not_found)?;
        let target = org.schema.of_id(parent).cloned().ok_or_else(Fault::not_found)?;
        let parent = write::find(org, caller, &target, parent)?;
        return row(org, caller, &target, (&parent, call)).map(|row| Reply::json(200, row));
    }
    let child =
        org.schema.child(object.name, name).map(|(child, field)| (child.clone(), field.clone()));
    let (child, field) = child
        .filter(|(c, f)| caller.on(c).read && caller.sees(c, f))
        .ok_or_else(Fault::not_found)?;
    let fields: Vec<String> = match call.parameter("fields") {
        Some(fields) => fields.split(',').map(|field| field.trim().to_owned()).collect(),
        None => {
            child.fields.iter().filter(|f| caller.sees(&child, f)).map(|f| f.name.clone()).collect()
        }
    };
    let soql =
        format!("SELECT {} FROM {} WHERE {} = '{id}'", fields.join(", "), child.name, field.name);
    query::first(org, caller, &soql, call.ask(false)).map(|page| Reply::json(200, page))
}

/// A row with the fields asked for, or with all that the caller sees.
pub(crate) fn row(
    org: &Org,
    caller: &Caller,
    object: &Object,
    (id, call): (&str, &Call),
) -> Result<Value> {
    let names = call.parameter("fields").filter(|names| !names.is_empty());
    let names: Option<Vec<&str>> = names.map(|names| names.split(',').map(str::trim).collect());
    fields(org, caller, object, (id, names.as_deref()), &call.version)
}

/// The same with the names in hand.
pub(crate) fn fields(
    org: &Org,
    caller: &Caller,
    object: &Object,
    (id, names): (&str, Option<&[&str]>),
    version: &str,
) -> Result<Value> {
    let row = org.row(object.name, id).ok_or_else(Fault::not_found)?;
    let mut out = record(object, row, version);
    let sees = |field: &&doubles_salesforce_schema::Field| caller.sees(object, field);
    match names {
        None => {
            for field in object.fields.iter().filter(sees) {
                out.insert(field.name.clone(), present(object, field, row, version));
            }
        }
        Some(names) => {
            for name in names {
                let field = object.field(name).filter(sees).ok_or_else(|| {
                    let said = format!("\n{name}\n^\nERROR at Row:1:Column:1\nNo such column '{name}' on entity '{}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.", object.name);
                    Fault::new("INVALID_FIELD", said)
                })?;
                out.insert(field.name.clone(), present(object, field, row, version));
            }
            let id = row.get("Id").cloned().unwrap_or(Value::Null);
            out.entry("Id").or_insert(id);
        }
    }
    Ok(Value::Object(out))
}
