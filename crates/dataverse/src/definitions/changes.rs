//! `RetrieveMetadataChanges`: definitions by a query of their own kind.

use std::sync::Arc;

use http::StatusCode;
use records::DefinitionChanges;
use serde_json::{Map, Value, json};
use tables::{Column, ColumnKind, Options, Table};
use uuid::Uuid;

use crate::{call::Call, definitions, fault::Fault, functions::complex, reply::Reply};

/// What is asked for, beside the query.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Since<'a> {
    /// The stamp of an earlier answer.
    pub(crate) stamp: Option<&'a str>,
    /// Which deleted definitions are told (`DeletedMetadataFilters`).
    pub(crate) deleted: Option<&'a str>,
}

/// Answers an `EntityQueryExpression`. With the stamp of an earlier answer only what changed since is told: what
/// changed itself has `HasChanged`, what holds it has not (Dataverse, "Cache schema data").
pub(crate) async fn answer(
    call: &Call<'_>,
    query: &Value,
    since: Since<'_>,
) -> Result<Reply, Fault> {
    let stamp = call.session.definitions_stamp();
    let changes = match since.stamp {
        Some(old) => Some(call.session.definition_changes(old).await.map_err(expired)?),
        None => None,
    };
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
    let touched = |table: &&Arc<Table>| {
        changes.as_ref().is_none_or(|changes| is_touched(call, table, changes))
    };
    for table in call.model().tables().iter().filter(touched) {
        let whole = table_metadata::write::table(call.model(), table, crate::read::language(call));
        if !fulfils(query.get("Criteria"), &whole, 0)? {
            continue;
        }
        let mut shown = cut(whole, names.as_deref());
        if let Some(changes) = &changes {
            shown.insert("HasChanged".into(), changes.changed.contains(&table.id).into());
        }
        if columns.is_some()
            || names.as_ref().is_none_or(|names| names.iter().any(|name| name == "Attributes"))
        {
            let wanted = columns.and_then(self::names);
            let mut list = Vec::new();
            let told = |column: &&Column| {
                changes.as_ref().is_none_or(|changes| has_changed(call, column, changes))
            };
            for column in table.columns().iter().filter(told) {
                let whole = definitions::shown_column(call, table, column);
                if fulfils(columns.and_then(|query| query.get("Criteria")), &whole, 0)? {
                    let mut one = cut(whole, wanted.as_deref());
                    if let Some(changes) = &changes {
                        let itself = changes.changed.contains(&column.id);
                        one.insert("HasChanged".into(), itself.into());
                    }
                    list.push(Value::Object(one));
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
                    let told = changes.as_ref().is_none_or(|changes| {
                        let id = whole.get("MetadataId").and_then(Value::as_str);
                        id.and_then(|id| id.parse().ok())
                            .is_some_and(|id| changes.changed.contains(&id))
                    });
                    if told && fulfils(query.get("Criteria"), &whole, 0)? {
                        let mut one = cut(whole, wanted.as_deref());
                        if changes.is_some() {
                            one.insert("HasChanged".into(), true.into());
                        }
                        list.push(Value::Object(one));
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
        "DeletedMetadata": deleted(changes.as_ref(), since.deleted)?,
    });
    Ok(complex(call, "RetrieveMetadataChangesResponse", body))
}

fn expired(error: records::Error) -> Fault {
    match error {
        records::Error::Expired => {
            let message =
                "Version stamp associated with the client has expired. Please perform a full sync.";
            Fault::new(StatusCode::BAD_REQUEST, "0x80044352", message)
        }
        other => other.into(),
    }
}

/// Whether a column changed, or the global choice that it shows.
fn has_changed(call: &Call<'_>, column: &Column, changes: &DefinitionChanges) -> bool {
    let choice = match &column.kind {
        ColumnKind::Choice { options: Options::Global(name), .. }
        | ColumnKind::Choices { options: Options::Global(name) } => call.model().choice(name),
        _ => None,
    };
    changes.changed.contains(&column.id)
        || choice.is_some_and(|choice| changes.changed.contains(&choice.id))
}

/// Whether a table changed, or something of it.
fn is_touched(call: &Call<'_>, table: &Table, changes: &DefinitionChanges) -> bool {
    let is_new = |id: &Uuid| changes.changed.contains(id);
    let navigations = call.model().navigations(&table.logical);
    is_new(&table.id)
        || table.columns().iter().any(|column| has_changed(call, column, changes))
        || table.keys.iter().any(|key| is_new(&key.id))
        || navigations.iter().any(|one| is_new(&one.relationship.id()))
}

/// A `DeletedMetadataCollection`: of each kind that is asked for, the ids of what went.
fn deleted(changes: Option<&DefinitionChanges>, filters: Option<&str>) -> Result<Value, Fault> {
    let (mut keys, mut values) = (Vec::new(), Vec::new());
    let wanted: Vec<&str> =
        filters.into_iter().flat_map(|all| all.split(',')).map(str::trim).collect();
    for one in &wanted {
        if *one != ALL && *one != "Label" && !FILTERS.iter().any(|(name, _)| name == one) {
            return Err(Fault::argument(format!("'{one}' is not one of DeletedMetadataFilters.")));
        }
    }
    for (name, kind) in FILTERS {
        if !wanted.iter().any(|one| *one == ALL || *one == name) {
            continue;
        }
        let gone = changes.into_iter().flat_map(|changes| &changes.gone);
        let ids: Vec<Value> =
            gone.filter(|(of, _)| of == kind).map(|(_, id)| id.to_string().into()).collect();
        if !ids.is_empty() {
            keys.push(name);
            values.extend(ids);
        }
    }
    Ok(json!({ "Count": keys.len(), "IsReadOnly": false, "Keys": keys, "Values": values }))
}

/// `DeletedMetadataFilters` (Dataverse Web API: tables are `Default`) and what is meant.
const FILTERS: [(&str, &str); 4] = [
    ("Default", "table"),
    ("Attribute", "column"),
    ("Relationship", "relationship"),
    ("OptionSet", "choice"),
];
const ALL: &str = "All";

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
