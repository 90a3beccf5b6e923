//! Dataverse search: `POST /api/search/v1.0/query|suggest|autocomplete`, the same at `v2.0`, and the actions
//! `searchquery`, `searchsuggest` and `searchautocomplete`.
//!
//! Our own choices: every column that is marked as searched is looked into whatever `searchcolumns` says, words are
//! never matched fuzzily, and there are facets of `@search.entityname` only.

use edge::Context;
use odata::tree::options::QueryOptions;
use queries::{Caller, Moment, Query};
use records::{Found, Hit, Search, Session, Syntax};
use serde_json::{Map, Value, json};
use tables::Table;

use crate::{fault::Fault, reply::Reply, root::Root, syntax};

mod asked;

use asked::{Asked, Entity};

/// An address of the search service.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    version: Version,
    operation: Operation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Version {
    One,
    Two,
    /// An action of the Web API, which answers as the second version does, with a context.
    Action,
}

/// What is asked of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operation {
    /// Rows.
    Query,
    /// Rows whose name begins so.
    Suggest,
    /// The rest of a word.
    Autocomplete,
}

impl Operation {
    fn named(name: &str) -> Option<Self> {
        match name {
            "query" => Some(Self::Query),
            "suggest" => Some(Self::Suggest),
            "autocomplete" => Some(Self::Autocomplete),
            _ => None,
        }
    }

    /// The operation behind the name of an action.
    pub(crate) fn of_action(name: &str) -> Option<Self> {
        Self::named(name.strip_prefix("search")?)
    }
}

impl Address {
    /// The service root and what is asked, out of a path of the search service.
    pub(crate) fn of(context: &Context, path: &str) -> Option<(Root, Self)> {
        let (head, rest) = path.split_once("/api/search/")?;
        let (version, operation) = rest.trim_end_matches('/').split_once('/')?;
        let version = match version {
            "v1.0" => Version::One,
            "v2.0" => Version::Two,
            _ => return None,
        };
        let operation = Operation::named(operation)?;
        let (root, _) = Root::of(context, &format!("{head}/api/data/v9.2/"))?;
        Some((root, Self { version, operation }))
    }
}

/// Answers a request to the search service.
pub(crate) async fn answer(
    session: &Session,
    address: &Address,
    body: &[u8],
) -> Result<Reply, Fault> {
    let body = serde_json::from_slice(body).map_err(|error| {
        Fault::malformed(format!("The body must be a JSON object with 'search': {error}."))
    })?;
    let answer = service(session, (address.version, address.operation), body).await?;
    Ok(Reply::json(http::StatusCode::OK, answer.to_string()))
}

/// Answers an action.
pub(crate) async fn action(
    call: &crate::call::Call<'_>,
    operation: Operation,
) -> Result<Reply, Fault> {
    let body = call.object()?;
    let answer = service(call.session, (Version::Action, operation), body).await?;
    let name = match operation {
        Operation::Query => "searchqueryResponse",
        Operation::Suggest => "searchsuggestResponse",
        Operation::Autocomplete => "searchautocompleteResponse",
    };
    Ok(crate::functions::complex(call, name, answer))
}

async fn service(
    session: &Session,
    (version, operation): (Version, Operation),
    body: Map<String, Value>,
) -> Result<Value, Fault> {
    let asked = Asked::read(body, operation)?;
    let moment = session.moment();
    let tables = tables(session, &asked, &moment)?;
    let typed = operation != Operation::Query;
    let search = Search {
        text: asked.text.clone(),
        syntax: match (typed, asked.all) {
            (true, _) => Syntax::Typed,
            (false, true) => Syntax::All,
            (false, false) => Syntax::Any,
        },
        tables,
        skip: asked.skip,
        most: asked.most,
        count: asked.count || asked.facets,
    };
    let found = session.search(search).await?;
    let v1 = version == Version::One;
    Ok(match operation {
        Operation::Query if v1 => {
            let value: Result<Vec<Value>, Fault> =
                found.hits.iter().map(|hit| document(&found, hit, true)).collect();
            json!({
                "value": value?,
                "facets": facets(&found, &asked),
                "totalrecordcount": total(&found, &asked),
                "querycontext": null,
            })
        }
        Operation::Query => {
            let value: Result<Vec<Value>, Fault> =
                found.hits.iter().map(|hit| result(&found, hit)).collect();
            folded(&json!({
                "Error": null,
                "Value": value?,
                "Facets": facets(&found, &asked),
                "QueryContext": null,
                "Count": total(&found, &asked),
            }))
        }
        Operation::Suggest => {
            let value: Result<Vec<Value>, Fault> =
                found.hits.iter().map(|hit| suggestion(&found, hit, v1)).collect();
            if v1 {
                json!({ "value": value?, "querycontext": null })
            } else {
                folded(&json!({ "Error": null, "Value": value?, "QueryContext": null }))
            }
        }
        Operation::Autocomplete => {
            let value = completion(&found, &asked.text)?;
            if v1 {
                json!({ "value": value, "querycontext": null })
            } else {
                folded(&json!({ "Error": null, "Value": value, "QueryContext": null }))
            }
        }
    })
}

/// The second version carries its answer as a text.
fn folded(answer: &Value) -> Value {
    json!({ "response": answer.to_string() })
}

/// The queries of the tables that are asked for; of all where none is named.
fn tables(session: &Session, asked: &Asked, moment: &Moment) -> Result<Vec<Query>, Fault> {
    let all = session.searchable();
    let named: Vec<Entity> = if asked.entities.is_empty() {
        all.iter().map(|table| Entity::of(&table.logical)).collect()
    } else {
        asked.entities.clone()
    };
    let caller = Caller { access: session.access(), moment, names: false };
    let (mut queries, mut refused) = (Vec::new(), None);
    for entity in &named {
        let unknown =
            || Fault::argument(format!("The entity '{}' is not enabled for search.", entity.name));
        let known = session.model().table(&entity.name).ok_or_else(unknown)?;
        let Some(table) = all.iter().find(|table| table.logical == entity.name) else {
            if Session::searched(known).is_empty() {
                return Err(unknown());
            }
            continue; // nothing of it may be read
        };
        let mut options = QueryOptions::default();
        let filters = [asked.filter.as_deref(), entity.filter.as_deref()];
        let filters: Vec<&str> = filters.into_iter().flatten().collect();
        if !filters.is_empty() {
            let text =
                filters.iter().map(|one| format!("({one})")).collect::<Vec<_>>().join(" and ");
            let filter = odata::parse::expression(&text);
            options.filter = Some(filter.map_err(|error| syntax::fault(&error, &text))?);
        }
        let query = queries::from_odata(session.model(), table, &options, &caller);
        let mut query = match query {
            Ok(query) => query,
            // a filter on all tables lets through those that have its columns
            Err(error) if entity.filter.is_none() => {
                refused = Some(error);
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        query.shape = queries::query::Shape::default();
        queries.push(query.select(shown(table, entity)?)?);
    }
    match (queries.is_empty(), refused) {
        (true, Some(error)) => Err(error.into()),
        _ => Ok(queries),
    }
}

/// The columns of a hit: those asked for, else those that are searched and the common ones.
fn shown<'t>(table: &'t Table, entity: &'t Entity) -> Result<Vec<&'t str>, Fault> {
    let mut columns = Session::searched(table);
    for one in &entity.columns {
        let found = table.column(one).filter(|column| column.for_read);
        let missing =
            || Fault::argument(format!("The entity '{}' has no column '{one}'.", table.logical));
        columns.push(&found.ok_or_else(missing)?.logical);
    }
    if entity.columns.is_empty() {
        let common = ["ownerid", "createdon", "modifiedon", "statecode", "statuscode"];
        let common = common.into_iter().filter_map(|one| table.column(one));
        columns.extend(common.map(|column| column.logical.as_str()));
    }
    let mut seen = std::collections::HashSet::new();
    columns.retain(|column| seen.insert(*column));
    Ok(columns)
}

/// The columns of a hit as JSON.
fn attributes(found: &Found, hit: &Hit) -> Result<Map<String, Value>, Fault> {
    let mut all = Map::new();
    let Some((rows, row)) = found.row(hit) else { return Ok(all) };
    for property in &rows.plan.shown.properties {
        let Some(column) = property.column() else { continue };
        let value = property.value(row).map_err(|error| Fault::internal(error.to_string()))?;
        let mut text = Vec::new();
        value.write_json(&mut text);
        let value = serde_json::from_slice(&text).unwrap_or_default();
        all.insert(column.logical.clone(), value);
    }
    Ok(all)
}

/// Where the words stand: by column.
fn highlights(found: &Found, hit: &Hit, attributes: &Map<String, Value>) -> Map<String, Value> {
    let mark = |column: &str| {
        let text = found.marked(attributes.get(column)?.as_str()?, MARKS)?;
        Some((column.to_owned(), json!([text])))
    };
    Session::searched(&hit.table).into_iter().filter_map(mark).collect()
}

/// A hit as the first version shows it.
fn document(found: &Found, hit: &Hit, scored: bool) -> Result<Value, Fault> {
    let attributes = attributes(found, hit)?;
    let mut all = Map::new();
    if scored {
        all.insert("@search.score".into(), hit.score.into());
        all.insert("@search.highlights".into(), highlights(found, hit, &attributes).into());
    }
    all.insert("@search.entityname".into(), hit.table.logical.clone().into());
    all.insert("@search.objectid".into(), hit.id.to_string().into());
    all.insert("@search.objecttypecode".into(), hit.table.code.into());
    all.extend(attributes);
    Ok(all.into())
}

/// A hit as the second version shows it.
fn result(found: &Found, hit: &Hit) -> Result<Value, Fault> {
    let attributes = attributes(found, hit)?;
    let highlights = highlights(found, hit, &attributes);
    Ok(json!({
        "Id": hit.id.to_string(),
        "EntityName": hit.table.logical,
        "ObjectTypeCode": hit.table.code,
        "Attributes": attributes,
        "Highlights": highlights,
        "Score": hit.score,
    }))
}

fn suggestion(found: &Found, hit: &Hit, v1: bool) -> Result<Value, Fault> {
    let attributes = attributes(found, hit)?;
    let marked = Session::searched(&hit.table)
        .into_iter()
        .find_map(|column| found.marked(attributes.get(column)?.as_str()?, MARKS));
    let text = marked.unwrap_or_default();
    let document = document(found, hit, false)?;
    Ok(if v1 {
        json!({ "text": text, "document": document })
    } else {
        json!({ "Text": text, "Document": document })
    })
}

/// What was typed with the rest of its last word, out of the best row that has one.
fn completion(found: &Found, typed: &str) -> Result<Option<String>, Fault> {
    let head = typed.trim_end().rsplit_once(char::is_whitespace).map(|(head, _)| head);
    for hit in &found.hits {
        let attributes = attributes(found, hit)?;
        for column in Session::searched(&hit.table) {
            let text = attributes.get(column).and_then(Value::as_str).unwrap_or_default();
            if let Some(word) = found.completed(text) {
                let (open, close) = MARKS;
                let word = format!("{open}{}{close}", word.to_lowercase());
                return Ok(Some(head.map_or(word.clone(), |head| format!("{head} {word}"))));
            }
        }
    }
    Ok(None)
}

fn total(found: &Found, asked: &Asked) -> i64 {
    if asked.count { found.counts.iter().map(|(_, count)| count).sum() } else { -1 }
}

fn facets(found: &Found, asked: &Asked) -> Value {
    if !asked.facets {
        return json!({});
    }
    let mut counts = found.counts.clone();
    kernel::sort_by_key(&mut counts, |(_, count)| std::cmp::Reverse(*count));
    let one = |(name, count): &(String, i64)| json!({ "Type": "Value", "Value": name, "OptionalValue": null, "Count": count });
    json!({ ENTITY_FACET: counts.iter().map(one).collect::<Vec<_>>() })
}

/// The facet that there is.
const ENTITY_FACET: &str = "@search.entityname";
/// What stands around a word that was searched for.
const MARKS: (&str, &str) = ("{crmhit}", "{/crmhit}");
