//! Creating, changing and deleting rows.

mod check;
mod derive;
mod duplicates;
mod remove;

use doubles_salesforce_schema::{Object, id};
use serde_json::{Map, Value};

pub(crate) use check::members;
pub(crate) use duplicates::Rule;
pub(crate) use remove::{delete, erase};

use crate::{
    fault::{Fault, Result},
    org::{Org, Row},
    rights::Caller,
};
use check::{Purpose, Setting};

/// What a client sends for a row.
pub(crate) type Body = Map<String, Value>;

/// Where an upsert ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Upserted {
    pub(crate) id: String,
    pub(crate) created: bool,
}

/// The object of a name, if the caller may read it.
pub(crate) fn object(org: &Org, caller: &Caller, name: &str) -> Result<Object> {
    let object = org.schema.object(name).filter(|object| caller.on(object).read);
    object.cloned().ok_or_else(Fault::not_found)
}

/// Makes a row and tells its id.
pub(crate) fn create(
    org: &mut Org,
    caller: &Caller,
    object: &Object,
    body: &Body,
) -> Result<String> {
    if !caller.on(object).create {
        return Err(Fault::new(
            "INSUFFICIENT_ACCESS_OR_READONLY",
            format!(
                "insufficient access rights on object id: no permission to create {}",
                object.name
            ),
        ));
    }
    let given = check::body(org, caller, object, body, Purpose::Create)?;
    let stamp = org.stamp();
    let mut row = Row::new();
    for field in &object.fields {
        if let Some(default) = field.default {
            row.insert(field.name.clone(), check::default(field, default));
        }
    }
    if object.field("OwnerId").is_some() {
        row.insert("OwnerId".to_owned(), caller.user.as_str().into());
    }
    apply(&mut row, given);
    check::required(object, &row)?;
    check::unique(org, object, &row, None)?;
    check::free(org, object, &row, None)?;
    duplicates::check(org, caller, object, &row, None)?;
    let id = org.next_id(object.prefix);
    for (name, value) in
        [("Id", id.as_str()), ("CreatedDate", &stamp), ("CreatedById", &caller.user)]
    {
        row.insert(name.to_owned(), value.into());
    }
    row.insert("IsDeleted".to_owned(), false.into());
    touch(&mut row, caller, &stamp);
    derive::derive(org, object, &mut row, None)?;
    check::lengths(object, &row)?;
    org.put(object.name, &id, Some(row));
    derive::beside(org, object, &id);
    seen(org, caller, &id);
    Ok(id)
}

/// Changes a row.
pub(crate) fn update(
    org: &mut Org,
    caller: &Caller,
    object: &Object,
    key: &str,
    body: &Body,
) -> Result<()> {
    let id = find(org, caller, object, key)?;
    let before = org.row(object.name, &id).cloned().unwrap_or_default();
    if !caller.edits_row(org, object, &before) {
        return Err(no_rights());
    }
    let given = check::body(org, caller, object, body, Purpose::Update)?;
    check::free(org, object, &before, Some(&id))?;
    let mut row = before.clone();
    apply(&mut row, given);
    check::required(object, &row)?;
    check::unique(org, object, &row, Some((&id, &before)))?;
    duplicates::check(org, caller, object, &row, Some((&id, &before)))?;
    let stamp = org.stamp();
    touch(&mut row, caller, &stamp);
    derive::derive(org, object, &mut row, Some(&before))?;
    check::lengths(object, &row)?;
    org.put(object.name, &id, Some(row));
    seen(org, caller, &id);
    Ok(())
}

/// Creates or changes the row that has a value in an external id.
pub(crate) fn upsert(
    org: &mut Org,
    caller: &Caller,
    object: &Object,
    key: (&str, &str),
    body: &Body,
) -> Result<Upserted> {
    let (name, value) = key;
    let mut body = body.clone();
    body.retain(|own, _| !own.eq_ignore_ascii_case(name));
    if name.eq_ignore_ascii_case("Id") {
        if value.is_empty() {
            return create(org, caller, object, &body).map(|id| Upserted { id, created: true });
        }
        let id = find(org, caller, object, value)?;
        update(org, caller, object, &id, &body)?;
        return Ok(Upserted { id, created: false });
    }
    if value.is_empty() {
        return Err(Fault::new("MISSING_ARGUMENT", format!("{name} not specified")));
    }
    let found = by_external_id(org, caller, object, name, value)?;
    match found.as_slice() {
        [] => {
            let field = object.field(name).map_or(name, |field| field.name.as_str());
            body.insert(field.to_owned(), value.into());
            create(org, caller, object, &body).map(|id| Upserted { id, created: true })
        }
        [id] => {
            update(org, caller, object, id, &body)?;
            Ok(Upserted { id: id.clone(), created: false })
        }
        all => Err(Fault {
            status: 300,
            ..Fault::new(
                "DUPLICATE_EXTERNAL_ID",
                format!(
                    "{name}: more than one record found for external id field: [{}]",
                    all.join(", ")
                ),
            )
        }),
    }
}

/// The ids of the living rows that have a value in an external id; case is ignored.
pub(crate) fn by_external_id(
    org: &Org,
    caller: &Caller,
    object: &Object,
    name: &str,
    value: &str,
) -> Result<Vec<String>> {
    let field = object.field(name).filter(|field| field.external && caller.sees(object, field));
    let field = field.ok_or_else(|| {
        Fault::new(
            "NOT_FOUND",
            format!("Provided external ID field does not exist or is not accessible: {name}"),
        )
    })?;
    let wanted = value.to_lowercase();
    let is = |row: &Row| {
        let own = row.get(&field.name).and_then(Value::as_str);
        own.is_some_and(|own| own.to_lowercase() == wanted)
    };
    let rows = org.rows(object.name).filter(|(_, row)| {
        !crate::org::is_deleted(row) && is(row) && caller.sees_row(org, object, row)
    });
    Ok(rows.map(|(id, _)| id.clone()).collect())
}

/// The id of a living row that the caller sees.
pub(crate) fn find(org: &Org, caller: &Caller, object: &Object, key: &str) -> Result<String> {
    let id = id::full(key).ok_or_else(|| malformed(key))?;
    if !id.starts_with(object.prefix) {
        return Err(Fault::not_found());
    }
    let row = org.row(object.name, &id).ok_or_else(Fault::not_found)?;
    if !caller.sees_row(org, object, row) {
        return Err(Fault::not_found());
    }
    if crate::org::is_deleted(row) {
        return Err(Fault::new("ENTITY_IS_DELETED", "entity is deleted"));
    }
    Ok(id)
}

pub(crate) fn malformed(key: &str) -> Fault {
    Fault::new("MALFORMED_ID", format!("Id: id value of incorrect type: {key}")).of(&["Id"])
}

pub(crate) fn no_rights() -> Fault {
    Fault::new("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
}

fn apply(row: &mut Row, given: Vec<Setting>) {
    for (name, value) in given {
        if value.is_null() {
            row.remove(&name);
        } else {
            row.insert(name, value);
        }
    }
}

fn touch(row: &mut Row, caller: &Caller, stamp: &str) {
    for name in ["LastModifiedDate", "SystemModstamp"] {
        row.insert(name.to_owned(), stamp.into());
    }
    row.insert("LastModifiedById".to_owned(), caller.user.as_str().into());
}

/// Notes what a user looked at.
pub(crate) fn seen(org: &mut Org, caller: &Caller, id: &str) {
    let recent = org.recent.entry(caller.user.clone()).or_default();
    recent.retain(|own| own != id);
    recent.insert(0, id.to_owned());
    recent.truncate(200);
}
