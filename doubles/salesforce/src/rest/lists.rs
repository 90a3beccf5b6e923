//! `sobjects/…/listviews`: lists that people keep, run as whoever asks.

use std::fmt::Write as _;

use doubles_salesforce_schema::{Object, id};
use serde_json::{Value, json};

use super::{Call, Reply};
use crate::{
    fault::{Fault, Result},
    org::{List, Org},
    query,
    rights::Caller,
    write::object,
};

/// Rows of one answer unless told otherwise, and at most.
const ROWS: usize = 25;
const MOST: usize = 2000;
/// The furthest place, as for queries.
const OFFSET: usize = 2000;

/// Answers what stands behind `listviews`.
pub(super) fn answer(
    org: &mut Org,
    caller: &Caller,
    call: &Call,
    (name, rest): (&str, &[&str]),
) -> Result<Reply> {
    let object = object(org, caller, name)?;
    if rest.is_empty() {
        let all = org.lists.iter().filter(|list| list.object == object.name && list.is_for(caller));
        let all: Vec<Value> = all.map(|list| brief(list, call)).collect();
        let body = json!({ "done": true, "listviews": all, "nextRecordsUrl": null, "size": all.len(), "sobjectType": object.name });
        return Ok(Reply::json(200, body));
    }
    let [key, rest @ ..] = rest else { return Err(Fault::not_found()) };
    let key = id::full(key).ok_or_else(Fault::not_found)?;
    let found = org.lists.iter().find(|list| list.id == key && list.object == object.name);
    let list = found.filter(|list| list.is_for(caller)).cloned().ok_or_else(Fault::not_found)?;
    match rest {
        [] => Ok(Reply::json(200, brief(&list, call))),
        ["describe"] => {
            let columns = columns(caller, &object, &list);
            let body = json!({ "columns": columns, "id": list.id, "orderBy": [], "query": text(&list, caller, None), "scope": null, "sobjectType": object.name, "whereCondition": null });
            Ok(Reply::json(200, body))
        }
        ["results"] => results(org, caller, call, (&object, &list)),
        ["explain"] => {
            let plan = json!({ "cardinality": 1, "fields": [], "leadingOperationType": "TableScan", "notes": [], "relativeCost": 1.0, "sobjectCardinality": 1, "sobjectType": object.name });
            Ok(Reply::json(200, json!({ "plans": [plan] })))
        }
        _ => Err(Fault::not_found()),
    }
}

/// The query of a list by its id, for whoever asks how it is run.
pub(super) fn query_of(org: &Org, caller: &Caller, key: &str) -> Option<String> {
    let key = id::full(key)?;
    let list = org.lists.iter().find(|list| list.id == key && list.is_for(caller))?;
    Some(text(list, caller, None))
}

fn brief(list: &List, call: &Call) -> Value {
    let url = call.url(&format!("sobjects/{}/listviews/{}", list.object, list.id));
    json!({ "describeUrl": format!("{url}/describe"), "developerName": list.name, "id": list.id, "label": list.label, "resultsUrl": format!("{url}/results"), "soqlCompatible": true, "url": url })
}

/// The query of a list: what it shows, and what rows always bring along.
fn text(list: &List, caller: &Caller, page: Option<(usize, usize)>) -> String {
    let mut columns = list.columns.clone();
    for own in ["Id", "CreatedDate", "LastModifiedDate", "SystemModstamp"] {
        if !columns.iter().any(|known| known == own) {
            columns.push(own.to_owned());
        }
    }
    let mut text = format!("SELECT {} FROM {}", columns.join(", "), list.object);
    let mut conditions = Vec::new();
    if list.mine {
        conditions.push(format!("OwnerId = '{}'", caller.user));
    }
    if !list.filter.is_empty() {
        conditions.push(format!("({})", list.filter));
    }
    if !conditions.is_empty() {
        text.push_str(" WHERE ");
        text.push_str(&conditions.join(" AND "));
    }
    // writing into a text cannot fail
    let _ = write!(text, " ORDER BY {}, Id", list.order);
    if let Some((limit, offset)) = page {
        let _ = write!(text, " LIMIT {limit} OFFSET {offset}");
    }
    text
}

fn columns(caller: &Caller, object: &Object, list: &List) -> Vec<Value> {
    let shown = list.columns.iter().map(|path| (path.as_str(), false));
    let hidden = ["Id", "CreatedDate", "LastModifiedDate", "SystemModstamp"];
    let hidden = hidden.into_iter().filter(|own| !list.columns.iter().any(|known| known == own));
    let all = shown.chain(hidden.map(|path| (path, true)));
    let column = |(path, hidden): (&str, bool)| {
        let field = object.field(path);
        if field.is_some_and(|field| !caller.sees(object, field)) {
            return None;
        }
        let label = field.map_or_else(|| path.replace('.', " "), |field| field.label.clone());
        let kind = field.map_or("string", |field| field.kind.name());
        Some(
            json!({ "ascendingLabel": "A-Z", "descendingLabel": "Z-A", "fieldNameOrPath": path, "hidden": hidden, "label": label, "selectListItem": path, "sortDirection": null, "sortIndex": null, "sortable": true, "type": kind }),
        )
    };
    all.filter_map(column).collect()
}

fn results(
    org: &mut Org,
    caller: &Caller,
    call: &Call,
    (object, list): (&Object, &List),
) -> Result<Reply> {
    let number = |name: &str, or: usize| match call.parameter(name) {
        None => Ok(or),
        Some(text) => text.parse::<usize>().map_err(|_odd| {
            Fault::new("INVALID_QUERY_FILTER_OPERATOR", format!("{name} must be a number"))
        }),
    };
    let (limit, offset) = (number("limit", ROWS)?.min(MOST), number("offset", 0)?);
    if offset > OFFSET {
        let said = format!("Maximum SOQL offset allowed is {OFFSET}");
        return Err(Fault::new("NUMBER_OUTSIDE_VALID_RANGE", said));
    }
    let columns = columns(caller, object, list);
    let seen: Vec<String> = columns
        .iter()
        .filter_map(|column| column.get("fieldNameOrPath")?.as_str().map(str::to_owned))
        .collect();
    let visible = List { columns: seen.clone(), ..list.clone() };
    let text = text(&visible, caller, Some((limit, offset)));
    let found = query::all(org, caller, &text, call.ask(false))?;
    let row = |row: &Value| {
        let shown = |path: &String| {
            let value = path.split('.').try_fold(row, |at, part| at.get(part));
            let value = value.unwrap_or(&Value::Null);
            // the values of results are texts
            let value = match value {
                Value::Null | Value::String(_) => value.clone(),
                other => Value::from(other.to_string()),
            };
            json!({ "fieldNameOrPath": path, "value": value })
        };
        json!({ "columns": seen.iter().map(shown).collect::<Vec<_>>() })
    };
    let records: Vec<Value> = found.rows.iter().map(row).collect();
    let body = json!({ "columns": columns, "developerName": list.name, "done": true, "id": list.id, "label": list.label, "records": records, "size": records.len() });
    Ok(Reply::json(200, body))
}
