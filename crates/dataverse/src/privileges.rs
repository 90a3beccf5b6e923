//! Privileges of roles and of users.

use records::{Reference, RolePrivilege, RowKey};
use serde_json::{Value, json};
use tables::baseline::Depth;
use uuid::Uuid;

use crate::{call::Call, fault::Fault, functions::complex, keys, reply::Reply};

/// `RetrieveUserPrivileges`.
pub(crate) async fn of_user(call: &Call<'_>, user: &Reference) -> Result<Reply, Fault> {
    let found = call.session.user_privileges(id(user)?).await?;
    Ok(complex(call, "RetrieveUserPrivilegesResponse", json!({ "RolePrivileges": list(&found) })))
}

/// `RetrievePrincipalAttributePrivileges`: what profiles open of secured columns. A person asks it of themselves; what
/// others may is looked up where profiles are.
pub(crate) fn of_columns(call: &Call<'_>, user: &Reference) -> Result<Reply, Fault> {
    if id(user)? != call.session.user() {
        return Err(Fault::argument("Secured columns are asked for by the person themselves."));
    }
    let access = call.session.access();
    let mut found = Vec::new();
    for table in call.model().tables() {
        for column in table.columns().iter().filter(|column| column.secured) {
            let (read, write) = (access.reads(table, column), access.writes(table, column));
            let create = access.creates(table, column);
            if read || create || write {
                // 4 is allowed and 0 is not (AttributePrivilege)
                let word = |open: bool| if open { 4 } else { 0 };
                found.push(json!({
                    "AttributeId": column.id,
                    "CanCreate": word(create),
                    "CanRead": word(read),
                    "CanUpdate": word(write),
                }));
            }
        }
    }
    let body = json!({ "AttributePrivileges": found });
    Ok(complex(call, "RetrievePrincipalAttributePrivilegesResponse", body))
}

/// `RetrieveRolePrivilegesRole`.
pub(crate) async fn of_role(call: &Call<'_>, role: &Reference) -> Result<Reply, Fault> {
    let found = call.session.role_privileges(id(role)?).await?;
    Ok(complex(
        call,
        "RetrieveRolePrivilegesRoleResponse",
        json!({ "RolePrivileges": list(&found) }),
    ))
}

/// `AddPrivilegesRole` and `ReplacePrivilegesRole`.
pub(crate) async fn change(
    call: &Call<'_>,
    role: &Reference,
    replace: bool,
) -> Result<Reply, Fault> {
    let body = call.object()?;
    let listed = body.get("Privileges").and_then(Value::as_array);
    let listed = listed
        .ok_or_else(|| Fault::argument("The parameter 'Privileges' is missing, or no list."))?;
    let mut privileges = Vec::with_capacity(listed.len().min(MOST));
    for one in listed.iter().take(MOST) {
        let privilege = one.get("PrivilegeId").and_then(Value::as_str).and_then(keys::guid);
        let privilege =
            privilege.ok_or_else(|| Fault::argument("A privilege lacks its PrivilegeId."))?;
        privileges.push((privilege, depth(one.get("Depth").unwrap_or(&Value::Null))?));
    }
    let role = id(role)?;
    if replace {
        call.session.replace_privileges(role, privileges).await?;
    } else {
        call.session.add_privileges(role, privileges).await?;
    }
    Ok(Reply::done())
}

fn list(privileges: &[RolePrivilege]) -> Vec<Value> {
    let one = |privilege: &RolePrivilege| {
        json!({
            "Depth": words(privilege.depth),
            "PrivilegeId": privilege.privilege,
            "BusinessUnitId": privilege.business_unit,
            "PrivilegeName": privilege.name,
        })
    };
    privileges.iter().map(one).collect()
}

fn depth(value: &Value) -> Result<Depth, Fault> {
    let number = value.as_u64();
    match (value.as_str(), number) {
        (Some("Basic" | "0"), _) | (_, Some(0)) => Ok(Depth::User),
        (Some("Local" | "1"), _) | (_, Some(1)) => Ok(Depth::BusinessUnit),
        (Some("Deep" | "2"), _) | (_, Some(2)) => Ok(Depth::Parent),
        (Some("Global" | "3"), _) | (_, Some(3)) => Ok(Depth::Organisation),
        _ => Err(Fault::argument("The Depth of a privilege is Basic, Local, Deep or Global.")),
    }
}

const fn words(depth: Depth) -> &'static str {
    match depth {
        Depth::User => "Basic",
        Depth::BusinessUnit => "Local",
        Depth::Parent => "Deep",
        Depth::Organisation => "Global",
    }
}

fn id(row: &Reference) -> Result<Uuid, Fault> {
    match row.key {
        RowKey::Id(id) => Ok(id),
        _ => Err(Fault::argument("The row is named by its id.")),
    }
}

/// Privileges of one message; our own choice.
const MOST: usize = 20_000;
