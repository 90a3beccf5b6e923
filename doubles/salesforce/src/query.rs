//! Queries: a text in, pages of rows out.

mod access;
mod bind;
mod compare;
mod field;
mod group;
mod run;
mod shape;

use std::collections::HashMap;

use doubles_salesforce_schema::Object;
use doubles_soql::{self as soql, Expression, Query, Select};
use serde_json::{Map, Value, json};

pub(crate) use bind::said;
pub(crate) use field::{present, record};

use crate::{
    fault::{Fault, Result},
    org::{Org, Row},
    rights::Caller,
};

/// How a query is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ask<'a> {
    /// `59.0`
    pub(crate) version: &'a str,
    /// Deleted rows too.
    pub(crate) all: bool,
    /// Rows of a page.
    pub(crate) batch: usize,
}

/// Rows of a page unless told otherwise.
pub(crate) const PAGE: usize = 2000;
/// Locators that are kept.
const MAX_CURSORS: usize = 1000;

/// Results that clients have not read to their end.
#[derive(Debug, Default)]
pub(crate) struct Cursors {
    open: HashMap<String, Cursor>,
    order: Vec<String>,
}

#[derive(Debug)]
struct Cursor {
    user: String,
    rows: Vec<Value>,
    batch: usize,
}

impl Cursors {
    fn keep(&mut self, id: String, cursor: Cursor) {
        if self.order.len() >= MAX_CURSORS {
            let oldest = self.order.remove(0);
            self.open.remove(&oldest);
        }
        self.order.push(id.clone());
        self.open.insert(id, cursor);
    }
}

/// What a query came to.
pub(crate) struct Found {
    pub(crate) total: usize,
    pub(crate) rows: Vec<Value>,
}

/// All rows of a query, in the form in which they are sent.
pub(crate) fn all(org: &mut Org, caller: &Caller, text: &str, ask: Ask<'_>) -> Result<Found> {
    let query = soql::parse(text).map_err(|error| said(text, "MALFORMED_QUERY", &error))?;
    if access::is_asked(&query) {
        return access::answer(org, caller, &query);
    }
    // children of children came with Summer '23 (REST reference, "Relationship Queries")
    if bind::is_deep(&query) && ask.version.parse::<f64>().is_ok_and(|number| number < 58.0) {
        let error = soql::Error::new(0, "only root queries support subqueries");
        return Err(said(text, "MALFORMED_QUERY", &error));
    }
    let query = bind::bind(org, caller, text, query)?;
    run::run(org, caller, &query, ask)
}

/// The object that a query is about.
pub(crate) fn planned(org: &Org, caller: &Caller, text: &str) -> Result<String> {
    let query = soql::parse(text).map_err(|error| said(text, "MALFORMED_QUERY", &error))?;
    let query = bind::bind(org, caller, text, query)?;
    Ok(query.from.field().to_owned())
}

/// The object of a query and the columns that its rows have in a file.
pub(crate) fn columns(org: &Org, caller: &Caller, text: &str) -> Result<(String, Vec<String>)> {
    let query = soql::parse(text).map_err(|error| said(text, "MALFORMED_QUERY", &error))?;
    let query = bind::bind(org, caller, text, query)?;
    let refused = || {
        Fault::new(
            "INVALIDJOB",
            "Entity query with subqueries, TYPEOF, COUNT() or GROUP BY is not supported by the Bulk API",
        )
    };
    if !query.group.is_empty() || query.offset > 0 {
        return Err(refused());
    }
    let column = |select: &Select| match select {
        Select::Value { expression: Expression::Field(path), alias: None } => Ok(path.text()),
        Select::Value { expression: expression @ Expression::Call(_), alias }
            if !expression.is_aggregate() =>
        {
            let path = expression.path().map(|path| path.field().to_owned());
            alias.clone().or(path).ok_or_else(refused)
        }
        _ => Err(refused()),
    };
    let columns = query.select.iter().map(column).collect::<Result<_>>()?;
    Ok((query.from.field().to_owned(), columns))
}

/// What of a search an object answers: rows that also hold for `matches`.
pub(crate) fn search(
    org: &mut Org,
    caller: &Caller,
    query: Query,
    ask: Ask<'_>,
    matches: &dyn Fn(&Object, &Row) -> bool,
) -> Result<Vec<Value>> {
    let query = bind::bind(org, caller, "", query)?;
    run::search(org, caller, &query, ask, matches)
}

/// The first page of a query.
pub(crate) fn first(org: &mut Org, caller: &Caller, text: &str, ask: Ask<'_>) -> Result<Value> {
    let found = all(org, caller, text, ask)?;
    Ok(page_of(org, caller, found, ask))
}

/// What was found as a page, with a locator when there is more.
pub(crate) fn page_of(org: &mut Org, caller: &Caller, found: Found, ask: Ask<'_>) -> Value {
    let Found { total, rows } = found;
    if rows.len() <= ask.batch {
        return json!({ "totalSize": total, "done": true, "records": rows });
    }
    let id = org.next_id("01g");
    let cursor = Cursor { user: caller.user.clone(), rows, batch: ask.batch };
    let page = page(&id, &cursor, 0, ask.version);
    org.cursors.keep(id, cursor);
    page
}

/// The page that a locator leads to.
pub(crate) fn more(org: &Org, caller: &Caller, locator: &str, version: &str) -> Result<Value> {
    let lost = || Fault::new("INVALID_QUERY_LOCATOR", "invalid query locator");
    let (id, from) = locator.rsplit_once('-').ok_or_else(lost)?;
    let from: usize = from.parse().map_err(|_no_number| lost())?;
    let cursor = org.cursors.open.get(id).filter(|cursor| cursor.user == caller.user);
    let cursor = cursor.filter(|cursor| from < cursor.rows.len()).ok_or_else(lost)?;
    Ok(page(id, cursor, from, version))
}

fn page(id: &str, cursor: &Cursor, from: usize, version: &str) -> Value {
    let rows: Vec<Value> = cursor.rows.iter().skip(from).take(cursor.batch).cloned().collect();
    let end = from + rows.len();
    let mut page = Map::new();
    page.insert("totalSize".to_owned(), cursor.rows.len().into());
    page.insert("done".to_owned(), (end >= cursor.rows.len()).into());
    if end < cursor.rows.len() {
        let next = format!("/services/data/v{version}/query/{id}-{end}");
        page.insert("nextRecordsUrl".to_owned(), next.into());
    }
    page.insert("records".to_owned(), rows.into());
    Value::Object(page)
}
