//! The people of a tenant as rows of an environment.

use db::{Result, Tx};
use jiff::Timestamp;
use kernel::UserId;
use tables::{Model, RowRef, Table, Value};
use uuid::Uuid;

use crate::{names, registry::Registered, rows, rows::Draft};

/// The row of a person, made where there is none: in the root unit, with the name and address that identity knows.
/// Whether it was made.
///
/// # Errors
/// Any of [`db::Error`].
pub fn ensure(
    tx: &Tx<'_>,
    model: &Model,
    registered: &Registered,
    user: UserId,
    now: Timestamp,
) -> Result<bool> {
    let (Some(table), Some(units)) = (model.table("systemuser"), model.table("businessunit"))
    else {
        return Ok(false);
    };
    if rows::exists(tx, registered.number, table, user.uuid())? {
        return Ok(false);
    }
    let known = identity::users::people(tx, &[user])?.into_iter().next();
    let name =
        known.as_ref().map_or_else(|| user.to_string(), |person| person.display_name.clone());
    let (first, last) = name.rsplit_once(' ').map_or(("", name.as_str()), |(f, l)| (f, l));
    let mut draft = Draft::new(table, user.uuid(), now, registered.position)
        .text("fullname", name.as_str())
        .text("lastname", last)
        .with("azureactivedirectoryobjectid", Value::Guid(user.uuid()))
        .with("isdisabled", Value::Boolean(false))
        .refer("businessunitid", units, registered.root_unit);
    if !first.is_empty() {
        draft.set("firstname", Value::Text(first.to_owned()));
    }
    if let Some(address) = known.and_then(|person| person.address) {
        draft.set("internalemailaddress", Value::Text(address.clone()));
        draft.set("domainname", Value::Text(address));
    }
    draft.insert(tx, registered.number)?;
    Ok(true)
}

/// Gives or takes the role that comes with a right in the tenant; roles given by hand stay as they are. Whether
/// something changed.
///
/// # Errors
/// Any of [`db::Error`].
pub fn follow_tenant_role(
    tx: &Tx<'_>,
    model: &Model,
    registered: &Registered,
    user: Uuid,
    held: (Uuid, bool),
) -> Result<bool> {
    let (role, has) = held;
    let Some(table) = model.table("systemuserroles") else { return Ok(false) };
    let on = names::table(registered.number, &table.logical);
    let key = names::column(&table.primary_id);
    // The link that follows the tenant's role has an identifier of its own, so that it can be told from others.
    let id = names::derived(user, &format!("tenant role {role}"));
    let linked = "SELECT 1 FROM ".to_owned() + &on + " WHERE systemuserid = $1 AND roleid = $2";
    let there = tx.first(&linked, &[user.into(), role.into()])?.is_some();
    if has && !there {
        return Ok(link(
            tx,
            registered.number,
            table,
            id,
            [("systemuserid", user), ("roleid", role)],
        )? > 0);
    }
    if !has && there {
        return Ok(tx.execute(&format!("DELETE FROM {on} WHERE {key} = $1"), &[id.into()])? > 0);
    }
    Ok(false)
}

/// Writes a row of an intersect table.
///
/// # Errors
/// Any of [`db::Error`].
pub fn link(
    tx: &Tx<'_>,
    number: i64,
    table: &Table,
    id: Uuid,
    ends: [(&str, Uuid); 2],
) -> Result<u64> {
    let mut draft = Draft::new(table, id, Timestamp::UNIX_EPOCH, 0);
    for (column, end) in ends {
        draft.set(column, Value::Guid(end));
    }
    draft.insert(tx, number)
}

/// To act on behalf of somebody else.
pub const IMPERSONATE: &str = "prvActOnBehalfOfAnotherUser";

/// Privileges that belong to no table, as roles hold them.
pub const MISCELLANEOUS: [&str; 6] = [
    IMPERSONATE,
    "prvPublishCustomization",
    "prvBulkDelete",
    "prvCreateEntity",
    "prvWriteEntity",
    "prvDeleteEntity",
];

/// A reference to a person.
pub fn reference(model: &Model, user: Uuid) -> Value {
    model.table("systemuser").map_or(Value::Null, |t| Value::Row(RowRef { code: t.code, id: user }))
}
