//! One property of a row: `GET`, `PUT` and `DELETE` of `{set}({key})/{column}`.

use std::sync::Arc;

use http::{HeaderValue, Method, StatusCode};
use records::{Entry, Link, LinkTo, Operation, RowKey, Update};
use tables::{Column, Table, Value, json};

use crate::{
    call::Call,
    conditions::Condition,
    fault::Fault,
    read,
    reply::{JSON, Reply},
    write::{self, Answer, Prepared},
};

/// Answers whatever is asked of a property.
pub(crate) async fn answer(
    call: &Call<'_>,
    (table, key): (&Arc<Table>, RowKey),
    column: &Column,
    raw: bool,
) -> Result<Reply, Fault> {
    match call.method {
        Method::GET => show(call, (table, key), column, raw).await,
        Method::PUT | Method::PATCH | Method::DELETE if !raw => {
            write::answer(call, prepare(call, (table, key), column)?).await
        }
        _ => Err(Fault::method()),
    }
}

/// The operation that sets or clears it.
pub(crate) fn prepare(
    call: &Call<'_>,
    (table, key): (&Arc<Table>, RowKey),
    column: &Column,
) -> Result<Prepared, Fault> {
    let value = if call.method == Method::DELETE {
        Value::Null
    } else {
        let mut body = call.object()?;
        let value = body.remove("value").or_else(|| body.remove(&column.logical));
        let value = value.ok_or_else(|| {
            Fault::payload(
                &table.set,
                "Microsoft.OData.ODataException: The property 'value' of the body is missing.",
            )
        })?;
        Value::parse(call.model(), table, column, &value)
            .map_err(|error| Fault::value(&table.set, &error))?
    };
    let mut entry = Entry::of(table.logical.clone());
    if column.kind.is_reference() {
        let mut all = call.model().navigations_of_column(&table.logical, &column.logical);
        let navigation = all.next().filter(|_| value.is_null()).ok_or_else(|| {
            Fault::unsupported("CRM do not support direct update of Entity Reference properties, Use Navigation properties instead.")
        })?;
        entry.links.push(Link { navigation: navigation.name.clone(), to: LinkTo::Clear });
    } else {
        entry.values.push((column.logical.clone(), value));
    }
    let condition = match write::condition(call)? {
        records::Condition::None => records::Condition::Present,
        other => other,
    };
    let answer = if call.preferences.representation { Answer::Row } else { Answer::Done };
    Ok(Prepared { operation: Operation::Update(Update { key, entry, condition }), answer })
}

async fn show(
    call: &Call<'_>,
    (table, key): (&Arc<Table>, RowKey),
    column: &Column,
    raw: bool,
) -> Result<Reply, Fault> {
    let found = read::columns(call, (table, &key), &[&column.logical]).await?;
    let row = found.rows.first().ok_or_else(|| write::missing(table, &key))?;
    if let Condition::Other(known) = call.condition
        && read::version(&found) == Some(known)
    {
        return Ok(Reply::empty(StatusCode::NOT_MODIFIED));
    }
    let property = found
        .plan
        .shown
        .properties
        .iter()
        .find(|p| p.column().is_some_and(|c| c.logical == column.logical));
    let property =
        property.ok_or_else(|| Fault::internal("a column that was asked for is missing"))?;
    let value = property.value(row).map_err(|error| Fault::internal(error.to_string()))?;
    if value.is_null() {
        return Ok(Reply::done());
    }
    let mut body = Vec::with_capacity(256);
    let mut reply = if raw {
        match &value {
            Value::Text(text) => body.extend_from_slice(text.as_bytes()),
            other => {
                other.write_json(&mut body);
                body.retain(|byte| *byte != b'"');
            }
        }
        Reply::typed(StatusCode::OK, "text/plain;charset=utf-8", body)
    } else {
        let id = read::key(&found).unwrap_or_default();
        let context = format!("{}$metadata#{}({id})/{}", call.root.url, table.set, property.name());
        body.extend_from_slice(b"{\"@odata.context\":");
        json::write_text(&context, &mut body);
        body.extend_from_slice(b",\"value\":");
        value.write_json(&mut body);
        body.push(b'}');
        Reply::typed(StatusCode::OK, JSON, body)
    };
    if let Some(version) = read::version(&found)
        && let Ok(tag) = HeaderValue::from_str(&format!("W/\"{version}\""))
    {
        reply.header("etag", tag);
    }
    Ok(reply)
}
