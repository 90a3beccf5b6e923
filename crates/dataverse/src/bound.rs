//! Functions and actions that are bound to a set or a row.

use std::sync::Arc;

use http::{Method, StatusCode};
use odata::tree::expr::Arguments;
use records::{Operation, Reference, RowKey, Update};
use serde_json::{Map, Value, json};
use tables::Table;

use crate::{
    aside::aside, call::Call, closing, entry, fault::Fault, functions::Parameters, privileges,
    reply::Reply, sharing, write,
};

/// `POST {set}/Microsoft.Dynamics.CRM.{name}`.
pub(crate) async fn of_set(
    call: &Call<'_>,
    table: &Arc<Table>,
    name: &str,
) -> Result<Reply, Fault> {
    let make = match name {
        "CreateMultiple" => create,
        "UpdateMultiple" => update,
        "UpsertMultiple" => upsert,
        "DeleteMultiple" => {
            return Err(Fault::not_implemented("DeleteMultiple is for elastic tables only."));
        }
        _ => return Err(Fault::segment(name)),
    };
    let operations = aside(call.body.len(), || targets(call, table, make))?;
    let creates = name == "CreateMultiple";
    let outcomes =
        call.session.run(operations).await.map_err(|failure| Fault::from(failure.error))?;
    if !creates {
        return Ok(Reply::done());
    }
    let ids: Vec<_> = outcomes.iter().map(|outcome| outcome.id).collect();
    let body = json!({
        "@odata.context": format!("{}$metadata#Microsoft.Dynamics.CRM.CreateMultipleResponse", call.root.url),
        "Ids": ids,
    });
    Ok(Reply::json(StatusCode::OK, body.to_string()))
}

type Make = fn(&Call<'_>, &Arc<Table>, Map<String, Value>) -> Result<Operation, Fault>;

/// One operation for each target of the body.
fn targets(call: &Call<'_>, table: &Arc<Table>, make: Make) -> Result<Vec<Operation>, Fault> {
    let mut body = call.object()?;
    let Some(Value::Array(targets)) = body.remove("Targets") else {
        return Err(Fault::argument("The parameter 'Targets' is missing, or no list."));
    };
    if targets.is_empty() || targets.len() > TARGETS {
        return Err(Fault::argument(format!(
            "The parameter 'Targets' must hold between 1 and {TARGETS} rows."
        )));
    }
    targets
        .into_iter()
        .map(|target| {
            let Value::Object(target) = target else {
                return Err(Fault::argument("Each of the 'Targets' must be a row."));
            };
            let named = target.get("@odata.type").and_then(Value::as_str).map(entry::type_name);
            match named {
                Some(named) if named == table.logical => make(call, table, target),
                Some(named) => Err(Fault::argument(format!(
                    "A target is of type '{named}', not '{}'.",
                    table.logical
                ))),
                None => Err(Fault::argument("A target does not name its type (@odata.type).")),
            }
        })
        .collect()
}

fn create(
    call: &Call<'_>,
    table: &Arc<Table>,
    target: Map<String, Value>,
) -> Result<Operation, Fault> {
    Ok(Operation::Create(write::reader(call).entry(table, target)?))
}

fn update(
    call: &Call<'_>,
    table: &Arc<Table>,
    target: Map<String, Value>,
) -> Result<Operation, Fault> {
    let update = keyed(call, table, target)?;
    Ok(Operation::Update(Update { condition: records::Condition::Present, ..update }))
}

fn upsert(
    call: &Call<'_>,
    table: &Arc<Table>,
    target: Map<String, Value>,
) -> Result<Operation, Fault> {
    keyed(call, table, target).map(Operation::Upsert)
}

/// The key of a target: its key column, or `@odata.id`.
fn keyed(
    call: &Call<'_>,
    table: &Arc<Table>,
    mut target: Map<String, Value>,
) -> Result<Update, Fault> {
    let reader = write::reader(call);
    let key = if let Some(id) = target.remove(&table.primary_id) {
        let id = id.as_str().and_then(crate::keys::guid);
        RowKey::Id(id.ok_or_else(|| {
            Fault::argument(format!("'{}' of a target is no GUID.", table.primary_id))
        })?)
    } else if let Some(address) = target.get("@odata.id").and_then(Value::as_str) {
        let named = reader.reference(address)?;
        if named.table != table.logical {
            return Err(Fault::argument(format!("'{address}' is no row of '{}'.", table.set)));
        }
        named.key
    } else {
        return Err(Fault::argument(format!(
            "A target lacks its key '{}' or '@odata.id'.",
            table.primary_id
        )));
    };
    let mut entry = reader.entry(table, target)?;
    if let RowKey::Alternate(values) = &key {
        entry.values.retain(|(name, value)| {
            !values.iter().any(|(other, known)| other == name && known == value)
        });
    }
    Ok(Update { key, entry, condition: records::Condition::None })
}

/// A function or an action of a row.
pub(crate) async fn of_row(
    call: &Call<'_>,
    (table, row): (&Arc<Table>, Reference),
    name: &str,
    arguments: Option<&Arguments>,
) -> Result<Reply, Fault> {
    match (table.logical.as_str(), name, &call.method) {
        ("systemuser" | "team", "RetrievePrincipalAccess", &Method::GET) => {
            let parameters = Parameters::read(call, arguments)?;
            let target = parameters.row(call, "Target")?;
            sharing::access(call, &row, &target).await
        }
        ("systemuser", "RetrieveUserPrivileges", &Method::GET) => {
            privileges::of_user(call, &row).await
        }
        ("systemuser", "RetrievePrincipalAttributePrivileges", &Method::GET) => {
            privileges::of_columns(call, &row)
        }
        ("role", "RetrieveRolePrivilegesRole", &Method::GET) => {
            privileges::of_role(call, &row).await
        }
        ("lead", "QualifyLead", &Method::POST) => closing::qualify(call, (table, row.key)).await,
        ("role", "AddPrivilegesRole", &Method::POST) => privileges::change(call, &row, false).await,
        ("role", "ReplacePrivilegesRole", &Method::POST) => {
            privileges::change(call, &row, true).await
        }
        _ => Err(Fault::malformed(format!(
            "Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{}'.",
            table.logical
        ))),
    }
}

/// Rows of one message; our own choice, as many as a page.
const TARGETS: usize = 5000;
