//! `RetrieveMetadataChanges`: definitions by a query of their own kind.

use serde_json::{Map, Value, json};

use crate::{call::Call, definitions, fault::Fault, functions::complex, reply::Reply};

/// Answers an `EntityQueryExpression`. `since` is the stamp of an earlier answer: when nothing has changed from then on,
/// there are no definitions; else there are all that fulfil the query, changed or not (our own choice).
pub(crate) fn answer(call: &Call<'_>, query: &Value, since: Option<&str>) -> Result<Reply, Fault> {
    let stamp = format!("{}!{}", call.model().version(), call.session.environment().id);
    let parsed;
    let query = match query {
        Value::String(text) => {
            parsed = serde_json::from_str(text)
                .map_err(|_json| Fault::argument("The parameter 'Query' is no JSON."))?;
            &parsed
        }
        other => other,
    };
    let asked = query;
    let names = names(query);
    let columns = query.get("AttributeQuery").filter(|query| !query.is_null());
    let mut found = Vec::new();
    let unchanged = since == Some(stamp.as_str());
    for table in call.model().tables().iter().filter(|_| !unchanged) {
        let whole = table_metadata::write::table(call.model(), table, crate::read::language(call));
        if !fulfils(query.get("Criteria"), &whole, 0)? {
            continue;
        }
        let mut shown = cut(whole, names.as_deref());
        if columns.is_some()
            || names.as_ref().is_none_or(|names| names.iter().any(|name| name == "Attributes"))
        {
            let wanted = columns.and_then(self::names);
            let mut list = Vec::new();
            for column in table.columns() {
                let whole = definitions::shown_column(call, table, column);
                if fulfils(columns.and_then(|query| query.get("Criteria")), &whole, 0)? {
                    list.push(Value::Object(cut(whole, wanted.as_deref())));
                }
            }
            shown.insert("Attributes".into(), Value::Array(list));
        }
        let wants = |name: &str, query: &Value| {
            !query.is_null()
                || names.as_ref().is_none_or(|names| names.iter().any(|wanted| wanted == name))
        };
        for (name, query) in [
            ("OneToManyRelationships", "RelationshipQuery"),
            ("ManyToOneRelationships", "RelationshipQuery"),
            ("ManyToManyRelationships", "RelationshipQuery"),
            ("Keys", "KeyQuery"),
        ] {
            let query = asked.get(query).unwrap_or(&Value::Null);
            if wants(name, query) {
                let wanted = self::names(query);
                let mut list = Vec::new();
                for whole in definitions::beside(call, table, name) {
                    if fulfils(query.get("Criteria"), &whole, 0)? {
                        list.push(Value::Object(cut(whole, wanted.as_deref())));
                    }
                }
                shown.insert(name.into(), Value::Array(list));
            }
        }
        found.push(Value::Object(shown));
    }
    let body = json!({
        "EntityMetadata": found,
        "ServerVersionStamp": stamp,
        "DeletedMetadata": null,
    });
    Ok(complex(call, "RetrieveMetadataChangesResponse", body))
}

/// The properties that a query asks for; none for all.
fn names(query: &Value) -> Option<Vec<String>> {
    let properties = query.get("Properties")?;
    if properties.get("AllProperties").and_then(Value::as_bool) == Some(true) {
        return None;
    }
    let names = properties.get("PropertyNames")?.as_array()?;
    Some(names.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

/// The id, the type and what was asked for.
fn cut(whole: Value, names: Option<&[String]>) -> Map<String, Value> {
    let Value::Object(members) = whole else { return Map::new() };
    let stays = |name: &str| {
        name.starts_with('@')
            || name == "MetadataId"
            || names.is_none_or(|names| names.iter().any(|wanted| wanted == name))
    };
    members.into_iter().filter(|(name, _)| stays(name)).collect()
}

/// Whether a definition fulfils a `MetadataFilterExpression`.
fn fulfils(criteria: Option<&Value>, definition: &Value, depth: usize) -> Result<bool, Fault> {
    let Some(criteria) = criteria.filter(|criteria| !criteria.is_null()) else { return Ok(true) };
    if depth > DEPTH {
        return Err(Fault::argument(format!("Criteria are nested deeper than {DEPTH} levels.")));
    }
    let any = matches!(criteria.get("FilterOperator").and_then(Value::as_str), Some("Or"));
    let mut results = Vec::new();
    for condition in criteria.get("Conditions").and_then(Value::as_array).into_iter().flatten() {
        results.push(holds(condition, definition)?);
    }
    for inner in criteria.get("Filters").and_then(Value::as_array).into_iter().flatten() {
        results.push(fulfils(Some(inner), definition, depth + 1)?);
    }
    Ok(if any && !results.is_empty() { results.contains(&true) } else { !results.contains(&false) })
}

fn holds(condition: &Value, definition: &Value) -> Result<bool, Fault> {
    let property = condition.get("PropertyName").and_then(Value::as_str).unwrap_or_default();
    let operator = condition.get("ConditionOperator").and_then(Value::as_str).unwrap_or("Equals");
    let value =
        condition.get("Value").map_or(&Value::Null, |value| value.get("Value").unwrap_or(value));
    let found = definition.get(property).unwrap_or(&Value::Null);
    // managed properties hold their value inside
    let found = found.get("Value").unwrap_or(found);
    let equal = |value: &Value| match (found, value) {
        (Value::Bool(flag), Value::String(text)) => text.eq_ignore_ascii_case(&flag.to_string()),
        (Value::Number(number), Value::String(text)) => *text == number.to_string(),
        (found, value) => found == value,
    };
    match operator {
        "Equals" => Ok(equal(value)),
        "NotEquals" => Ok(!equal(value)),
        "In" => Ok(listed(value).iter().any(equal)),
        "NotIn" => Ok(!listed(value).iter().any(equal)),
        other => Err(Fault::unsupported(format!(
            "The operator '{other}' of metadata conditions is not supported."
        ))),
    }
}

/// Several values: as a list, as the text of one, or with commas between them.
fn listed(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(list) => list.clone(),
        Value::String(text) => {
            let read = serde_json::from_str::<Vec<Value>>(&text.replace('\'', "\""));
            let split = |_json| text.split(',').map(|one| Value::from(one.trim())).collect();
            read.unwrap_or_else(split)
        }
        _ => Vec::new(),
    }
}

/// Levels of criteria; our own choice.
const DEPTH: usize = 16;
