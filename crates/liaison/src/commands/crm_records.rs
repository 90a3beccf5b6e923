//! `crm records …`

use http::Method;
use serde_json::{Map, Value, json};
use url::Url;

use super::text;
use crate::{
    api::Api,
    cli::{Place, Records},
    exit::{Exit, Failure, Result},
    out,
};

const TABLES: [&str; 3] = ["name", "label", "plural"];
const ROWS: [&str; 2] = ["id", "name"];
const MADE: [&str; 3] = ["id", "table", "address"];
const FIELDS: [&str; 2] = ["field", "value"];

pub(super) fn run(place: &Place, command: &Records) -> Result {
    match command {
        Records::Tables(hub) => {
            let api = Api::connect(place, hub)?;
            let Value::Array(rows) = api.get("/api/v1/crm/tables")? else { return Ok(()) };
            super::list(&rows, &TABLES, hub.output);
            api.finish();
        }
        Records::List { hub, table, search, filter, sort, columns, limit } => {
            let api = Api::connect(place, hub)?;
            let limit = limit.to_string();
            let mut pairs = vec![("limit", limit.as_str())];
            pairs.extend(
                [("search", search), ("sort", sort), ("columns", columns)]
                    .map(|(name, value)| (name, value.as_str())),
            );
            pairs.extend(filter.iter().map(|condition| ("filter", condition.as_str())));
            pairs.retain(|(_, value)| !value.is_empty());
            let page = api.get(&address(&[table], &pairs)?)?;
            let rows = page.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            let shown: Vec<String> = columns_of(&rows);
            let mut names = ROWS.to_vec();
            names.extend(shown.iter().map(String::as_str));
            if hub.output.json {
                out::json(&Value::Array(rows));
            } else {
                let flat: Vec<Value> = rows.iter().map(flat).collect();
                super::list(&flat, &names, hub.output);
            }
            api.finish();
        }
        Records::Show { hub, table, id } => {
            let api = Api::connect(place, hub)?;
            let found = api.get(&address(&[table, id], &[])?)?;
            if hub.output.json {
                out::json(&found);
            } else {
                let Value::Object(all) = flat(&found) else { return Ok(()) };
                let all = all.into_iter().filter(|(_, value)| value.as_str() != Some(""));
                let rows: Vec<Value> =
                    all.map(|(field, value)| json!({ "field": field, "value": value })).collect();
                super::list(&rows, &FIELDS, hub.output);
            }
            api.finish();
        }
        Records::Create { hub, table, values } => {
            let api = Api::connect(place, hub)?;
            let made = api.post(&address(&[table], &[])?, &json!({ "values": typed(values)? }))?;
            super::one(&made, &MADE, hub.output);
            api.finish();
        }
        Records::Set { hub, table, id, values, seen } => {
            let api = Api::connect(place, hub)?;
            let body = json!({ "values": typed(values)?, "version": seen });
            api.send(&Method::PATCH, &address(&[table, id], &[])?, Some(&body))?;
            api.finish();
        }
        Records::Delete { hub, table, id, seen } => {
            let api = Api::connect(place, hub)?;
            let seen = seen.as_deref().map(|seen| ("version", seen));
            api.send(&Method::DELETE, &address(&[table, id], seen.as_slice())?, None)?;
            api.finish();
        }
    }
    Ok(())
}

/// An address below that of records, each part escaped.
fn address(parts: &[&String], pairs: &[(&str, &str)]) -> Result<String> {
    let broken = || Failure::new(Exit::Usage, "this makes no address");
    let mut url = Url::parse("http://hub/api/v1/crm/records").map_err(|_odd| broken())?;
    url.path_segments_mut().map_err(|()| broken())?.extend(parts);
    if !pairs.is_empty() {
        url.query_pairs_mut().extend_pairs(pairs);
    }
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    Ok(format!("{}{query}", url.path()))
}

/// The fields that a list came with, those of its first record.
fn columns_of(rows: &[Value]) -> Vec<String> {
    let values = rows.first().and_then(|row| row.get("values")).and_then(Value::as_object);
    let names = values.into_iter().flatten().map(|(name, _)| name.clone());
    // id and name stand first already
    names.filter(|name| !ROWS.iter().any(|row| name.eq_ignore_ascii_case(row))).collect()
}

/// A record as one level: what people read where it is said, else the value.
fn flat(row: &Value) -> Value {
    let mut all = Map::new();
    for name in ROWS {
        all.insert(name.to_owned(), text(row, name).into());
    }
    let told = |name: &str| row.get("texts")?.get(name)?.as_str().map(str::to_owned);
    let values = row.get("values").and_then(Value::as_object);
    for (name, value) in values.into_iter().flatten() {
        let said = match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let shown = if value.is_null() { said } else { told(name).unwrap_or(said) };
        all.insert(name.clone(), shown.into());
    }
    Value::Object(all)
}

/// `Name=Contoso` as values; nothing behind the sign empties a field.
fn typed(values: &[String]) -> Result<Value> {
    let mut all = Map::new();
    for text in values {
        let Some((name, value)) = text.split_once('=') else {
            let text = format!("{:?} is not FIELD=VALUE", out::printable(text));
            return Err(Failure::new(Exit::Usage, text));
        };
        let value = if value.is_empty() { Value::Null } else { Value::from(value) };
        all.insert(name.trim().to_owned(), value);
    }
    Ok(Value::Object(all))
}
