//! What a batch does.

use serde_json::Value;

use super::{Load, Outcome};

use crate::{
    fault::Fault,
    jobs::table,
    loading::{self, Format},
    org::Org,
    query,
    rest::Call,
    rights::Caller,
    write::{self, Body, object},
};

pub(super) fn run(
    org: &mut Org,
    caller: &Caller,
    (load, call): (&Load, &Call),
    body: &[u8],
) -> Outcome {
    let failed = |fault: Fault| Outcome::Failed(format!("InvalidBatch : {}", fault.message));
    if load.operation.is_query() {
        return select(org, caller, (load, call), body).unwrap_or_else(failed);
    }
    let rows = match rows(load, body) {
        Ok(rows) => rows,
        Err(fault) => return failed(fault),
    };
    let object = match object(org, caller, &load.object) {
        Ok(object) => object,
        Err(fault) => return failed(fault),
    };
    let external = load.external.clone().unwrap_or_else(|| "Id".to_owned());
    let one = |body: Body| {
        let done = loading::apply(org, caller, &object, (load.operation, &external), body);
        done.map(|done| (done.id, done.created))
    };
    Outcome::Rows(rows.into_iter().map(one).collect())
}

fn rows(load: &Load, body: &[u8]) -> Result<Vec<Body>, Fault> {
    if load.json {
        let list: Value = serde_json::from_slice(body)
            .map_err(|error| Fault::new("InvalidBatch", error.to_string()))?;
        let list = list.as_array().cloned();
        let list = list.ok_or_else(|| Fault::new("InvalidBatch", "rows must be an array"))?;
        return list.iter().map(write::members).collect();
    }
    let (header, rows) = Format::PLAIN.read(body)?;
    Ok(rows.iter().map(|row| loading::body(&header, row)).collect())
}

fn select(
    org: &mut Org,
    caller: &Caller,
    (load, call): (&Load, &Call),
    body: &[u8],
) -> Result<Outcome, Fault> {
    let soql = String::from_utf8_lossy(body).into_owned();
    let id = org.next_id("752");
    if load.json {
        let all = load.operation == loading::Operation::QueryAll;
        let found = query::all(org, caller, &soql, call.ask(all))?;
        let count = found.rows.len();
        return Ok(Outcome::File {
            id,
            content: Value::from(found.rows).to_string().into_bytes(),
            count,
        });
    }
    let (_, header, rows) = table(org, caller, call, (&soql, load.operation))?;
    let count = rows.len();
    let all: Vec<Vec<String>> = std::iter::once(header).chain(rows).collect();
    Ok(Outcome::File { id, content: Format::PLAIN.write(&all), count })
}
