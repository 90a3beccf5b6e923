//! `$ref`: links between rows.

use std::sync::Arc;

use http::StatusCode;
use records::{Associate, Disassociate, Link, LinkTo, Operation, Reference, RowKey};
use serde_json::{Value, json};
use tables::{Navigation, Table};

use crate::{
    call::Call,
    fault::Fault,
    read,
    reply::Reply,
    rows,
    write::{self, Answer, Prepared},
};

/// `POST …/{collection}/$ref` and `PUT …/{single}/$ref` with `{"@odata.id": …}`.
pub(crate) fn link(call: &Call<'_>, from: Reference, navigation: &str) -> Result<Prepared, Fault> {
    let body = call.object()?;
    let address = body.get("@odata.id").or_else(|| body.get("@id")).and_then(Value::as_str);
    let address = address
        .ok_or_else(|| Fault::malformed("The property '@odata.id' of the body is missing."))?;
    let to = write::reader(call).reference(address)?;
    let operation = Operation::Associate(Associate { from, navigation: navigation.to_owned(), to });
    Ok(Prepared { operation, answer: Answer::Done })
}

/// `DELETE …/$ref`.
pub(crate) fn unlink(from: Reference, navigation: &str, to: Option<Reference>) -> Prepared {
    let operation =
        Operation::Disassociate(Disassociate { from, navigation: navigation.to_owned(), to });
    Prepared { operation, answer: Answer::Done }
}

/// `POST …/{collection}`: a row that is linked as it is made.
pub(crate) fn create(
    call: &Call<'_>,
    from: Reference,
    navigation: &Navigation,
    target: &Arc<Table>,
) -> Result<Prepared, Fault> {
    let mut entry = write::reader(call).entry(target, call.object()?)?;
    let inverse = call.model().navigations(&target.logical).iter().find(|other| {
        other.relationship.schema() == navigation.relationship.schema()
            && other.side != navigation.side
    });
    let inverse = inverse.ok_or_else(|| Fault::segment(&navigation.name))?;
    let to = if inverse.collection() { LinkTo::Rows(vec![from]) } else { LinkTo::Row(from) };
    entry.links.push(Link { navigation: inverse.name.clone(), to });
    Ok(Prepared { operation: Operation::Create(entry), answer: Answer::Row })
}

/// `GET …/$ref`.
pub(crate) async fn show(
    call: &Call<'_>,
    (table, key): (&Arc<Table>, RowKey),
    navigation: &Navigation,
    target: &Arc<Table>,
) -> Result<Reply, Fault> {
    let address = |table: &Table, id| rows::address(call.root, &table.set, id);
    if !navigation.collection() {
        let Some((target, id)) = read::target(call, (table, key), navigation).await? else {
            return Ok(Reply::done());
        };
        let body = json!({
            "@odata.context": format!("{}$metadata#$ref", call.root.url),
            "@odata.id": address(&target, id),
        });
        return Ok(Reply::json(StatusCode::OK, body.to_string()));
    }
    let id = read::id(call, (table, key)).await?;
    let ids = read::ids(call, target, (table, &navigation.name, id)).await?;
    let list: Vec<Value> =
        ids.into_iter().map(|id| json!({ "@odata.id": address(target, id) })).collect();
    let body = json!({ "@odata.context": format!("{}$metadata#Collection($ref)", call.root.url), "value": list });
    Ok(Reply::json(StatusCode::OK, body.to_string()))
}
