//! Rows that a lookup may refer to: found while somebody types, and from the name that a form without script sends.

use axum::{extract::State, response::Response};
use edge::{Path, Problem, Query};
use kernel::EnvironmentId;
use queries::{
    Condition, Paging,
    query::{Order, OrderBy},
};
use serde::Deserialize;
use tables::{Column, RowRef, Table, Value};
use uuid::Uuid;
use web_frame::{App, Html, Visit, answer, html};

use crate::place::Place;

/// A row that was found.
#[derive(Debug, Clone)]
pub(crate) struct Hit {
    pub(crate) row: RowRef,
    /// The logical name of its table.
    pub(crate) table: String,
    pub(crate) name: String,
    /// What kind of row it is.
    pub(crate) kind: String,
}

impl Hit {
    /// The row as forms send it.
    pub(crate) fn key(&self) -> String {
        format!("{}:{}", self.table, self.row.id)
    }
}

/// What a page asks while somebody types.
#[derive(Debug, Deserialize)]
#[serde(default)]
#[derive(Default)]
pub(crate) struct Typed {
    /// The table that has the lookup.
    table: String,
    /// The lookup.
    column: String,
    /// What was typed.
    q: String,
}

/// The entries of the list below a field.
pub(crate) async fn suggest(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    Query(typed): Query<Typed>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let column = place.table(&typed.table).ok().and_then(|table| table.column(&typed.column));
    let Some(column) = column.filter(|it| it.kind.is_reference()) else {
        return Ok(answer::part(Html::default()));
    };
    let hits = search(&place, column, typed.q.trim(), false).await?;
    let several = column.kind.is_polymorphic();
    let mut list = String::new();
    for hit in hits {
        let label = if several { hit.kind.as_str() } else { "" };
        let (key, name, label) = (hit.key(), html::escape(&hit.name), html::escape(label));
        list.push_str("<option value=\"");
        list.push_str(&name);
        list.push_str("\" data-row=\"");
        list.push_str(&html::escape(&key));
        list.push_str("\">");
        list.push_str(&label);
        list.push_str("</option>");
    }
    Ok(answer::part(Html::trusted(list)))
}

/// The tables that a lookup refers to, as far as the reader may read them.
fn targets<'a>(place: &'a Place, column: &Column) -> Vec<&'a Table> {
    let model = place.session.model();
    let all = column.kind.targets();
    let all = all.into_iter().filter_map(|name| model.table(name)).map(AsRef::as_ref);
    all.filter(|table| place.reads(table) && table.primary_name.is_some()).collect()
}

/// Rows whose name holds some words, or is exactly these.
pub(crate) async fn search(
    place: &Place,
    column: &Column,
    words: &str,
    exactly: bool,
) -> Result<Vec<Hit>, Problem> {
    let mut hits = Vec::new();
    for table in targets(place, column) {
        let Some(of) = place.session.model().table(&table.logical) else { continue };
        let Some(name) = table.primary_name.as_deref() else { continue };
        let broken = records::Error::from;
        let mut query = queries::Query::of(of).select([name]).map_err(broken)?;
        let field = query.field(name).map_err(broken)?;
        if !words.is_empty() {
            let plain: String = words.chars().take(100).filter(|c| *c != '%').collect();
            let pattern = if exactly { plain } else { format!("%{plain}%") };
            query = query.and(Condition::Like(field, pattern));
        }
        query.order = vec![Order { by: OrderBy::Field(field), descending: false }];
        let found = place.session.query(&query, &Paging::first(MOST)).await?;
        let kind = place.singular(table);
        let Some(key) = found.plan.shown.key else { continue };
        let shown = found.plan.shown.properties.iter();
        let named = shown.clone().find(|it| it.column().is_some_and(|it| it.logical == name));
        for row in &found.rows {
            let id: Uuid = row.get(key).map_err(records::Error::from)?;
            let Some(Ok(Value::Text(text))) = named.map(|it| it.value(row)) else { continue };
            let row = RowRef { code: table.code, id };
            let (table, kind) = (table.logical.clone(), kind.clone());
            hits.push(Hit { row, table, name: text, kind });
        }
    }
    Ok(hits)
}

/// The name of a row that a lookup refers to; nothing when the reader may not see it.
pub(crate) async fn name_of(place: &Place, column: &Column, id: Uuid) -> Option<String> {
    for table in targets(place, column) {
        if let Some(name) = row_name(place, table, id).await {
            return Some(name);
        }
    }
    None
}

/// The name of a row.
pub(crate) async fn row_name(place: &Place, table: &Table, id: Uuid) -> Option<String> {
    let name = table.primary_name.as_deref()?;
    let query = queries::Query::of(place.session.model().table(&table.logical)?).select([name]);
    let key = records::RowKey::Id(id);
    let found = place.session.read(&table.logical, &key, &query.ok()?).await.ok()??;
    let row = found.rows.first()?;
    let mut all = found.plan.shown.properties.iter();
    let named = all.find(|it| it.column().is_some_and(|it| it.logical == name))?;
    match named.value(row).ok()? {
        Value::Text(text) => Some(text),
        _ => Some(String::new()),
    }
}

/// Why no row was found for what a form sent.
#[derive(Debug)]
pub(crate) enum Unclear {
    /// None has this name.
    Nobody,
    /// These have it.
    Several(Vec<Hit>),
    /// The rows could not be read.
    Broken(Problem),
}

/// The row that a form names: `key` is what a script or a choice among several sent, `table:id`.
pub(crate) async fn resolve(
    place: &Place,
    column: &Column,
    (text, key): (&str, &str),
) -> Result<Value, Unclear> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Value::Null);
    }
    if let Some((table, id)) = key.split_once(':')
        && column.kind.targets().contains(&table)
        && let Ok(id) = id.parse::<Uuid>()
        && let Some(table) = place.session.model().table(table)
        && row_name(place, table, id).await.is_some_and(|name| name.trim() == text)
    {
        return Ok(Value::Row(RowRef { code: table.code, id }));
    }
    let hits = search(place, column, text, true).await.map_err(Unclear::Broken)?;
    match hits.as_slice() {
        [] => Err(Unclear::Nobody),
        [one] => Ok(Value::Row(one.row)),
        _ => Err(Unclear::Several(hits)),
    }
}

/// How many rows of each table are offered.
const MOST: u32 = 12;
