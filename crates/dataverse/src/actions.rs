//! Actions that stand alone: `POST GrantAccess`, `POST BulkDelete`, `POST CreateEntities` …

use http::StatusCode;
use records::{Delete, Operation, Reference};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    blocks, call::Call, closing, definitions, fault::Fault, functions::complex, keys, merging,
    plugged, reply::Reply, search, sharing,
};

/// Answers an unbound action.
pub(crate) async fn answer(call: &Call<'_>, name: &str) -> Result<Reply, Fault> {
    match name {
        "GrantAccess" => sharing::grant(call, false).await,
        "ModifyAccess" => sharing::grant(call, true).await,
        "RevokeAccess" => sharing::revoke(call).await,
        "BulkDelete" => bulk_delete(call).await,
        "Merge" => merging::merge(call).await,
        // everything is published as soon as it is written
        "PublishXml" | "PublishAllXml" => Ok(Reply::done()),
        "CreateEntities" | "CreateCustomerRelationships" | "CreatePolymorphicLookupAttribute" => {
            definitions::create_by(call, name).await
        }
        name if table_metadata::read::changes_entries(name) => {
            definitions::change_entries(call, name).await
        }
        "WhoAmI" | "RetrieveVersion" | "RetrieveTotalRecordCount" => Err(Fault::method()),
        _ => {
            if let Some(operation) = search::Operation::of_action(name) {
                return search::action(call, operation).await;
            }
            if let Some(ended) = closing::answer(call, name).await {
                return ended;
            }
            if let Some(answered) = blocks::answer(call, name).await {
                return answered;
            }
            plugged::answer(call, name).await.unwrap_or_else(|| Err(Fault::segment(name)))
        }
    }
}

/// `BulkDelete`: the rows that a query names. They go at once, in slices, and the job is over when it is answered.
async fn bulk_delete(call: &Call<'_>) -> Result<Reply, Fault> {
    let body = call.object()?;
    let queries = body.get("QuerySet").and_then(Value::as_array);
    let queries = queries
        .ok_or_else(|| Fault::argument("The parameter 'QuerySet' is missing, or no list."))?;
    for query in queries.iter().take(QUERIES) {
        let name = query.get("EntityName").and_then(Value::as_str).unwrap_or_default();
        let table = call.model().table(name).cloned();
        let table =
            table.ok_or_else(|| Fault::argument(format!("The entity '{name}' does not exist.")))?;
        let ids = ids(&table, query)?;
        for slice in ids.chunks(SLICE) {
            let operations = slice
                .iter()
                .map(|id| {
                    let row = Reference::id(table.logical.clone(), *id);
                    Operation::Delete(Delete { row, condition: records::Condition::None })
                })
                .collect();
            match call.session.run(operations).await {
                Ok(_) => {}
                Err(_failure) => each(call, &table.logical, slice).await?,
            }
        }
    }
    let job = call.inner.ids.fresh::<Uuid>();
    Ok(complex(call, "BulkDeleteResponse", json!({ "JobId": job })))
}

/// Row by row, where a slice did not go as a whole: a row that is gone already, or that others need, stays out.
async fn each(call: &Call<'_>, table: &str, ids: &[Uuid]) -> Result<(), Fault> {
    for id in ids {
        let row = Reference::id(table.to_owned(), *id);
        let operation = Operation::Delete(Delete { row, condition: records::Condition::None });
        if let Err(failure) = call.session.run(vec![operation]).await {
            let fault = Fault::from(failure.error);
            if fault.status() == StatusCode::FORBIDDEN {
                return Err(fault);
            }
        }
    }
    Ok(())
}

/// The rows that a `QueryExpression` names by their key.
fn ids(table: &tables::Table, query: &Value) -> Result<Vec<Uuid>, Fault> {
    let conditions = query.pointer("/Criteria/Conditions").and_then(Value::as_array);
    let [condition] = conditions.map(Vec::as_slice).unwrap_or_default() else {
        return Err(Fault::not_implemented(
            "BulkDelete takes one condition on the key: Operator In.",
        ));
    };
    let attribute = condition.get("AttributeName").and_then(Value::as_str).unwrap_or_default();
    let operator = condition.get("Operator").and_then(Value::as_str).unwrap_or_default();
    if attribute != table.primary_id || !matches!(operator, "In" | "Equal") {
        return Err(Fault::not_implemented(
            "BulkDelete takes one condition on the key: Operator In.",
        ));
    }
    let values =
        condition.get("Values").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if values.len() > ROWS {
        return Err(Fault::argument(format!("A condition holds at most {ROWS} values.")));
    }
    values
        .iter()
        .map(|value| {
            let text = value.get("Value").unwrap_or(value).as_str();
            text.and_then(keys::guid)
                .ok_or_else(|| Fault::argument("A value of the condition is no GUID."))
        })
        .collect()
}

/// Queries of one job; our own choice.
const QUERIES: usize = 50;

/// Rows that go in one transaction: short enough for others to write between.
const SLICE: usize = 100;

/// Rows that one condition names; our own choice.
const ROWS: usize = 50_000;
