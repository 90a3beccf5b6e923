//! What a person may put into a tab: environments, tables, records, views.

use std::sync::Arc;

use edge::Problem;
use kernel::{Coded as _, EnvironmentId};
use queries::{
    Paging, Query, Verb,
    query::{Order, OrderBy},
};
use records::{Rows, Search, Syntax};
use tables::{Table, Value};
use uuid::Uuid;
use web_frame::{App, Frame, Visit};

use crate::{
    place::{Place, icon, may},
    start::shut,
    views::Views,
};

/// An environment, a table or a view to choose.
#[derive(Debug, Clone)]
pub struct Choice {
    /// What forms send.
    pub value: String,
    /// What people read.
    pub name: String,
    /// Of a view whether it is the reader's own, of an environment whether it has sales tables.
    pub own: bool,
}

/// A record to choose.
#[derive(Debug, Clone)]
pub struct Hit {
    /// The logical name of its table.
    pub table: String,
    /// Its key, as whoever keeps it writes it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What kind of record it is.
    pub kind: String,
    /// The icon of its table.
    pub icon: &'static str,
}

/// Records of one table among the recent ones.
const FEW: u32 = 6;

/// Records that are offered at once.
const MOST: usize = 30;

/// The environments that the reader may work in, those of sales first.
///
/// # Errors
/// As the store says.
pub async fn environments(app: &App, visit: &Visit) -> Result<Vec<Choice>, Problem> {
    let mut all = app.identity.environments(&visit.scope).await?;
    kernel::sort_by_key(&mut all, |environment| !environment.crm_enabled);
    let mut open = Vec::new();
    for one in all {
        if shut(app, visit, &one).await?.is_none() {
            let own = one.crm_enabled;
            open.push(Choice { value: one.id.to_string(), name: one.name, own });
        }
    }
    Ok(open)
}

/// The tables of an environment that the reader may open, those of daily work first.
///
/// # Errors
/// As the store says.
pub async fn tables(
    app: &App,
    visit: &Visit,
    environment: EnvironmentId,
) -> Result<Vec<Choice>, Problem> {
    let place = Place::of(app, visit, environment).await?;
    let choice = |table: &Table| Choice {
        value: table.logical.clone(),
        name: place.plural(table),
        own: false,
    };
    Ok(place.tables().into_iter().map(choice).collect())
}

/// What the reader makes most often in an environment: the address of its form and what it is.
///
/// # Errors
/// As the store says.
pub async fn makes(
    app: &App,
    visit: &Visit,
    environment: EnvironmentId,
) -> Result<Vec<Choice>, Problem> {
    let place = Place::of(app, visit, environment).await?;
    let made = ["account", "contact", "lead", "opportunity", "task", "phonecall", "appointment"];
    let made = made.into_iter().filter_map(|name| place.table(name).ok());
    let made = made.filter(|table| may(&place.session, table, Verb::Create));
    let choice = |table: &Table| Choice {
        value: place.href(&format!("/{}/new", table.logical)),
        name: place.singular(table),
        own: true,
    };
    Ok(made.map(choice).collect())
}

/// The views of a table, those of the reader marked.
///
/// # Errors
/// As the store says; a table that may not be opened is not found.
pub async fn views(
    app: &App,
    visit: &Visit,
    (environment, table): (EnvironmentId, &str),
) -> Result<Vec<Choice>, Problem> {
    let place = Place::of(app, visit, environment).await?;
    let table = place.table(table)?;
    let all = Views::of(&place, table).await?.list(&place);
    Ok(all.into_iter().map(|(value, name, own)| Choice { value, name, own }).collect())
}

/// Records whose words were typed, or those that were changed last; of one table, or of those of daily work.
///
/// # Errors
/// As the store says.
pub async fn records(
    app: &App,
    visit: &Visit,
    (environment, table): (EnvironmentId, &str),
    words: &str,
) -> Result<Vec<Hit>, Problem> {
    let place = Place::of(app, visit, environment).await?;
    let model = place.session.model();
    let wanted: Vec<Arc<Table>> = if table.is_empty() {
        daily(&place)
    } else {
        let one = place.table(table)?;
        model.table(&one.logical).cloned().into_iter().collect()
    };
    let words = words.trim();
    if words.is_empty() {
        return recent(&place, &visit.frame, &wanted).await;
    }
    let queries = wanted.iter().filter_map(|table| {
        let name = table.primary_name.as_deref()?;
        Query::of(table).select([name]).ok()
    });
    let search = Search {
        text: words.chars().take(200).collect(),
        syntax: Syntax::Typed,
        tables: queries.collect(),
        skip: 0,
        most: u32::try_from(MOST).unwrap_or(u32::MAX),
        count: false,
    };
    let found = match place.session.search(search).await {
        Ok(found) => found,
        // what cannot be searched for finds nothing
        Err(error) if error.code().kind() == kernel::Kind::Invalid => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let hit = |hit: &records::Hit| {
        let (rows, row) = found.row(hit)?;
        let table = &hit.table;
        Some(told(&place, &visit.frame, table, (hit.id, named(rows, row, table))))
    };
    Ok(found.hits.iter().filter_map(hit).collect())
}

fn daily(place: &Place) -> Vec<Arc<Table>> {
    let model = place.session.model();
    let daily = place.tables().into_iter().filter(|table| Place::is_daily(table));
    daily.filter_map(|table| model.table(&table.logical).cloned()).collect()
}

/// The records of daily work that were changed last.
pub(crate) async fn changed(place: &Place, frame: &Frame) -> Result<Vec<Hit>, Problem> {
    recent(place, frame, &daily(place)).await
}

async fn recent(place: &Place, frame: &Frame, tables: &[Arc<Table>]) -> Result<Vec<Hit>, Problem> {
    let few = if tables.len() == 1 { 20 } else { FEW };
    let mut all: Vec<(jiff::Timestamp, Hit)> = Vec::new();
    for table in tables {
        let Some(name) = table.primary_name.as_deref() else { continue };
        if table.column("modifiedon").is_none() {
            continue;
        }
        let broken = records::Error::from;
        let mut query = Query::of(table).select([name, "modifiedon"]).map_err(broken)?;
        let by = OrderBy::Field(query.field("modifiedon").map_err(broken)?);
        query.order = vec![Order { by, descending: true }];
        let found = place.session.query(&query, &Paging::first(few)).await?;
        let Some(key) = found.plan.shown.key else { continue };
        for row in &found.rows {
            let id: Uuid = row.get(key).map_err(records::Error::from)?;
            let at = match value(&found, row, "modifiedon") {
                Value::Instant(at) => at,
                _ => jiff::Timestamp::UNIX_EPOCH,
            };
            all.push((at, told(place, frame, table, (id, named(&found, row, table)))));
        }
    }
    kernel::sort_by_key(&mut all, |(at, _)| std::cmp::Reverse(*at));
    all.truncate(MOST);
    Ok(all.into_iter().map(|(_, hit)| hit).collect())
}

fn told(place: &Place, frame: &Frame, table: &Table, (id, name): (Uuid, String)) -> Hit {
    let nameless = || frame.say("web-records.nameless");
    Hit {
        table: table.logical.clone(),
        id: id.to_string(),
        name: if name.is_empty() { nameless() } else { name },
        kind: place.singular(table),
        icon: icon(table),
    }
}

fn value(rows: &Rows, row: &db::Row, column: &str) -> Value {
    let mut all = rows.plan.shown.properties.iter();
    let property = all.find(|it| it.column().is_some_and(|it| it.logical == column));
    property.and_then(|it| it.value(row).ok()).unwrap_or_default()
}

fn named(rows: &Rows, row: &db::Row, table: &Table) -> String {
    match value(rows, row, table.primary_name.as_deref().unwrap_or_default()) {
        Value::Text(name) => name,
        _ => String::new(),
    }
}
