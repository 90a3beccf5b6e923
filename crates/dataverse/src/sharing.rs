//! Who may do what with a row: sharing, and what comes of it.

use records::{Principal, Reference, rights_text};
use serde_json::{Map, Value, json};

use crate::{
    call::Call,
    entry,
    fault::Fault,
    functions::{self, complex},
    keys,
    reply::Reply,
};

/// `GrantAccess` and `ModifyAccess`.
pub(crate) async fn grant(call: &Call<'_>, modify: bool) -> Result<Reply, Fault> {
    let body = call.object()?;
    let target = row(call, &body, "Target")?;
    let access = body.get("PrincipalAccess").and_then(Value::as_object);
    let access =
        access.ok_or_else(|| Fault::argument("The parameter 'PrincipalAccess' is missing."))?;
    let principal = functions::principal(&row(call, access, "Principal")?)?;
    let mask = access.get("AccessMask").and_then(Value::as_str).unwrap_or_default();
    let rights = rights(mask)?;
    if modify {
        call.session.modify_access(&target, principal, rights).await?;
    } else {
        call.session.grant(&target, principal, rights).await?;
    }
    Ok(Reply::done())
}

/// `RevokeAccess`.
pub(crate) async fn revoke(call: &Call<'_>) -> Result<Reply, Fault> {
    let body = call.object()?;
    let target = row(call, &body, "Target")?;
    let principal = functions::principal(&row(call, &body, "Revokee")?)?;
    call.session.revoke(&target, principal).await?;
    Ok(Reply::done())
}

/// `RetrievePrincipalAccess`, bound to a user or a team.
pub(crate) async fn access(
    call: &Call<'_>,
    of: &Reference,
    target: &Reference,
) -> Result<Reply, Fault> {
    let principal = functions::principal(of)?;
    let rights = call.session.principal_access(principal, target).await?;
    Ok(complex(
        call,
        "RetrievePrincipalAccessResponse",
        json!({ "AccessRights": rights_text(rights) }),
    ))
}

/// `RetrieveSharedPrincipalsAndAccess`.
pub(crate) async fn principals(call: &Call<'_>, target: &Reference) -> Result<Reply, Fault> {
    let shared = call.session.shared_principals(target).await?;
    let list: Vec<Value> = shared
        .into_iter()
        .map(|(principal, rights)| {
            let (kind, key, id) = match principal {
                Principal::User(id) => ("systemuser", "systemuserid", id),
                Principal::Team(id) => ("team", "teamid", id),
            };
            json!({
                "AccessMask": rights_text(rights),
                "Principal": { "@odata.type": format!("#Microsoft.Dynamics.CRM.{kind}"), (key): id, "ownerid": id },
            })
        })
        .collect();
    Ok(complex(
        call,
        "RetrieveSharedPrincipalsAndAccessResponse",
        json!({ "PrincipalAccesses": list }),
    ))
}

/// A row in the body of an action: `{"@odata.type": "Microsoft.Dynamics.CRM.account", "accountid": "…"}`, or
/// `{"@odata.id": …}`.
pub(crate) fn row(
    call: &Call<'_>,
    body: &Map<String, Value>,
    name: &str,
) -> Result<Reference, Fault> {
    let value = body.get(name).and_then(Value::as_object);
    let value =
        value.ok_or_else(|| Fault::argument(format!("The parameter '{name}' is missing.")))?;
    if let Some(address) = value.get("@odata.id").and_then(Value::as_str) {
        return keys::reference(call.model(), call.root, &[], address);
    }
    let named = value.get("@odata.type").and_then(Value::as_str).map(entry::type_name);
    let table = match named {
        Some(named) => call.model().table(named),
        // without a type the key column says it
        None => value.keys().find_map(|key| {
            call.model().tables().iter().find(|table| table.primary_id == *key && !table.activity)
        }),
    };
    let table = table.ok_or_else(|| {
        Fault::argument(format!("The parameter '{name}' does not say its type (@odata.type)."))
    })?;
    let id = value.get(&table.primary_id).and_then(Value::as_str).and_then(keys::guid);
    let id = id.ok_or_else(|| {
        Fault::argument(format!("The parameter '{name}' lacks the key '{}'.", table.primary_id))
    })?;
    Ok(Reference::id(table.logical.clone(), id))
}

fn rights(mask: &str) -> Result<i64, Fault> {
    records::rights_mask(mask).ok_or_else(|| {
        Fault::argument(format!(
            "'{}' names no access rights.",
            mask.chars().take(200).collect::<String>()
        ))
    })
}
