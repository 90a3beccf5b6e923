//! `Merge`: two rows that are one.

use records::{Merge, Operation, RowKey};
use serde_json::{Map, Value};
use tables::Table;

use crate::{call::Call, entry, fault::Fault, keys, reply::Reply, write};

/// `POST Merge` with `Target`, `Subordinate`, `UpdateContent` and `PerformParentingChecks`.
pub(crate) async fn merge(call: &Call<'_>) -> Result<Reply, Fault> {
    let mut body = call.object()?;
    let target = row(&mut body, "Target")?;
    let subordinate = row(&mut body, "Subordinate")?;
    let kind = |row: &Map<String, Value>| {
        row.get("@odata.type").and_then(Value::as_str).map(entry::type_name).map(str::to_owned)
    };
    let named = kind(&target).ok_or_else(|| {
        Fault::argument("The parameter 'Target' does not name its type (@odata.type).")
    })?;
    if kind(&subordinate).is_some_and(|other| other != named) {
        return Err(Fault::argument("The rows to merge must be of the same type."));
    }
    let table = call.model().table(&named).cloned();
    let table =
        table.ok_or_else(|| Fault::argument(format!("The entity '{named}' does not exist.")))?;
    let content = match body.remove("UpdateContent") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(mut content)) => {
            if kind(&content).is_some_and(|other| other != named) {
                return Err(Fault::argument(
                    "The parameter 'UpdateContent' must be of the type of the rows to merge.",
                ));
            }
            // clients send an empty key along; which row is meant says the target
            content.remove(&table.primary_id);
            content.remove("@odata.type");
            content
        }
        Some(_) => return Err(Fault::argument("The parameter 'UpdateContent' is no row.")),
    };
    let check_parents = match body.get("PerformParentingChecks") {
        None | Some(Value::Null) => false,
        Some(value) => value.as_bool().ok_or_else(|| {
            Fault::argument("The parameter 'PerformParentingChecks' must be true or false.")
        })?,
    };
    let merge = Merge {
        target: key(call, (&table, "Target"), &target)?,
        subordinate: key(call, (&table, "Subordinate"), &subordinate)?,
        content: write::reader(call).entry(&table, content)?,
        check_parents,
    };
    call.session.one(Operation::Merge(merge)).await?;
    Ok(Reply::done())
}

fn row(body: &mut Map<String, Value>, name: &str) -> Result<Map<String, Value>, Fault> {
    match body.remove(name) {
        Some(Value::Object(row)) => Ok(row),
        _ => Err(Fault::argument(format!("The parameter '{name}' is missing, or no row."))),
    }
}

/// The row that a parameter names, by its key or its `@odata.id`.
fn key(
    call: &Call<'_>,
    (table, name): (&Table, &str),
    row: &Map<String, Value>,
) -> Result<RowKey, Fault> {
    let wrong =
        || Fault::argument(format!("The parameter '{name}' names no row of '{}'.", table.set));
    if let Some(id) = row.get(&table.primary_id).and_then(Value::as_str) {
        return keys::guid(id).map(RowKey::Id).ok_or_else(wrong);
    }
    let address = row.get("@odata.id").and_then(Value::as_str).ok_or_else(wrong)?;
    let found = keys::reference(call.model(), call.root, &[], address)?;
    if found.table == table.logical { Ok(found.key) } else { Err(wrong()) }
}
