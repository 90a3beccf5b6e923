//! The rows of a table in one of its views: sorted, searched, page by page.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem, Query};
use kernel::EnvironmentId;
use queries::{
    Caller, Condition, Cursor, Moment, Paging, Verb,
    query::{Comparison, Order, OrderBy},
};
use serde::Deserialize;
use tables::{Table, View, ViewKind};
use uuid::Uuid;
use web_frame::{App, Frame, Visit, answer, html};

use crate::{
    place::{Place, may},
    shown::{Cell, Reader, is_number},
};

/// How many rows stand on a page.
const ROWS: u32 = 50;

/// What is asked of a list; a wrong value is as if it were not there.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asking {
    /// The view.
    #[serde(default)]
    view: String,
    /// Words that the name or another searched column holds.
    #[serde(default)]
    q: String,
    /// The column that sorts, `-` before it for the other way round.
    #[serde(default)]
    sort: String,
    /// Where the page begins.
    #[serde(default)]
    after: String,
    /// Only rows whose lookup of this name …
    #[serde(default)]
    by: String,
    /// … refers to this row.
    #[serde(default)]
    of: String,
}

#[derive(Debug)]
struct Head {
    name: String,
    href: Option<String>,
    /// `ascending` or `descending`.
    sorted: Option<&'static str>,
    wide: bool,
    number: bool,
}

#[derive(Debug)]
struct Line {
    href: String,
    name: String,
    cells: Vec<Cell>,
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "list.html")]
struct List {
    frame: Frame,
    address: String,
    views: Vec<(String, String, bool)>,
    view: String,
    search: String,
    heads: Vec<Head>,
    lines: Vec<Line>,
    next: Option<String>,
    count: String,
    new: Option<String>,
    narrowed: bool,
}

pub(crate) async fn page(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    Query(asking): Query<Asking>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    let view = Chosen::of(&place, table, &asking.view);
    let moment = Moment { zone: visit.frame.zone.clone(), ..Moment::utc(visit.frame.now) };
    let mut query = view.query(&place, table, &moment)?;
    let condition = narrowed(&query, table, &asking);
    query = query.and(condition);
    let (sort, descending) = match asking.sort.strip_prefix('-') {
        Some(column) => (column, true),
        None => (&*asking.sort, false),
    };
    if let Ok(field) = query.field(sort) {
        query.order = vec![Order { by: OrderBy::Field(field), descending }];
    }
    query.count = true;
    let after = Some(&asking.after).filter(|text| !text.is_empty());
    let after = after.and_then(|text| Cursor::decode(text).ok());
    let found = place.session.query(&query, &Paging { after, ..Paging::first(ROWS) }).await?;
    let currencies = place.session.currencies().await?;
    let seen = Seen { place: &place, table, view: &view, asking: &asking };
    let list = List::new(visit.frame, &seen, &found, &currencies)?;
    Ok(answer::page(&list))
}

/// The view that is shown, or the columns that stand in for one.
struct Chosen {
    id: Option<Uuid>,
    view: Option<Arc<View>>,
    columns: Vec<String>,
}

impl Chosen {
    /// The view that was asked for, else the one that opens first.
    fn of(place: &Place, table: &Table, asked: &str) -> Self {
        let asked = asked.parse::<Uuid>().ok();
        let views = public(place, table);
        let found = views.iter().find(|view| Some(view.id) == asked);
        let found = found.or_else(|| views.iter().find(|view| view.default));
        let view = found.or_else(|| views.first()).map(Arc::clone);
        let columns = match &view {
            Some(view) => view.columns.iter().map(|column| column.name.clone()).collect(),
            None => stand_in(table),
        };
        Self { id: view.as_ref().map(|view| view.id), view, columns }
    }

    fn query(
        &self,
        place: &Place,
        table: &Table,
        moment: &Moment,
    ) -> Result<queries::Query, Problem> {
        let (model, access) = (place.session.model(), place.session.access());
        if let Some(view) = &self.view {
            let fetch = fetchxml::fetch::parse(&view.fetch).map_err(|_broken| unreadable())?;
            let caller = Caller { access, moment, names: true };
            return queries::from_fetch(model, &fetch, &caller)
                .map(|fetched| fetched.query)
                .map_err(|error| records::Error::from(error).into());
        }
        let of = model.table(&table.logical).ok_or_else(unreadable)?;
        let query = queries::Query::of(of).select(self.columns.iter().map(String::as_str));
        let mut query = query.map_err(records::Error::from)?;
        query.names = true;
        Ok(query)
    }
}

/// A view of the environment that cannot be read any more.
fn unreadable() -> Problem {
    let message = "the view cannot be read".to_owned();
    records::Error::Refused { code: "0x80040203", message }.into()
}

/// The views in lists.
fn public(place: &Place, table: &Table) -> Vec<Arc<View>> {
    let all = place.session.model().views_of(&table.logical);
    all.into_iter().filter(|view| view.kind == ViewKind::Public).map(Arc::clone).collect()
}

/// The columns of a table without a view.
fn stand_in(table: &Table) -> Vec<String> {
    let wanted = [table.primary_name.as_deref(), Some("ownerid"), Some("createdon")];
    let known = wanted.into_iter().flatten().filter(|name| table.column(name).is_some());
    known.map(ToOwned::to_owned).collect()
}

/// What narrows the view: words, and the row that a lookup refers to.
fn narrowed(query: &queries::Query, table: &Table, asking: &Asking) -> Condition {
    let mut all = Vec::new();
    let words = asking.q.trim();
    if !words.is_empty() {
        let pattern = format!("%{words}%");
        let texts = table.columns().iter().filter(|column| {
            column.searched || Some(&column.logical) == table.primary_name.as_ref()
        });
        let fields = texts.filter_map(|column| query.field(&column.logical).ok());
        all.push(Condition::Any(
            fields.map(|field| Condition::Like(field, pattern.clone())).collect(),
        ));
    }
    if let Some(of) = Some(&asking.of).filter(|_| !asking.by.is_empty()) {
        let (field, of) = (query.field(&asking.by), of.parse::<Uuid>());
        let reference = table.column(&asking.by).is_some_and(|it| it.kind.is_reference());
        all.push(match (field, of) {
            (Ok(field), Ok(of)) if reference => {
                Condition::Compare(field, Comparison::Equal, db::Value::Uuid(of))
            }
            _ => Condition::never(),
        });
    }
    Condition::All(all)
}

/// What a list is made of.
struct Seen<'a> {
    place: &'a Place,
    table: &'a Table,
    view: &'a Chosen,
    asking: &'a Asking,
}

impl Seen<'_> {
    /// The address of the same list with something else.
    fn href(&self, view: Option<Uuid>, sort: &str, after: &str) -> String {
        let mut href = self.place.href(&format!("/{}?", self.table.logical));
        let view = view.map(|id| id.to_string()).unwrap_or_default();
        let asking = self.asking;
        let all = [
            ("view", &*view),
            ("q", asking.q.trim()),
            ("sort", sort),
            ("by", &*asking.by),
            ("of", &*asking.of),
            ("after", after),
        ];
        for (name, value) in all.into_iter().filter(|(_, value)| !value.is_empty()) {
            if !href.ends_with('?') {
                href.push('&');
            }
            href.push_str(name);
            href.push('=');
            href.push_str(&html::query_value(value));
        }
        href
    }

    fn head(&self, name: &str, place: usize) -> Head {
        let column = self.table.column(name);
        let label = column.map(|column| column.labels.text(self.place.language).to_owned());
        let sort = &self.asking.sort;
        let (sorted, other) = if sort == name {
            (Some("ascending"), format!("-{name}"))
        } else if sort.strip_prefix('-') == Some(name) {
            (Some("descending"), name.to_owned())
        } else {
            (None, name.to_owned())
        };
        let href = column.map(|_| self.href(self.view.id, &other, ""));
        let text = label.filter(|label| !label.is_empty());
        let number = column.is_some_and(|column| is_number(&column.kind));
        Head { name: text.unwrap_or_else(|| linked(name)), href, sorted, wide: place > 1, number }
    }
}

/// The name of a column of a linked table, as far as the table's own labels do not say it.
fn linked(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).to_owned()
}

impl List {
    fn new(
        frame: Frame,
        seen: &Seen<'_>,
        found: &records::Rows,
        currencies: &records::Currencies,
    ) -> Result<Self, Problem> {
        let (place, table) = (seen.place, seen.table);
        let reader = Reader::new(place, &frame, currencies, found);
        let name_of = table.primary_name.as_deref().unwrap_or_default();
        let others: Vec<&str> =
            seen.view.columns.iter().map(String::as_str).filter(|name| *name != name_of).collect();
        let others_of: Vec<_> = others.iter().map(|name| reader.property(name)).collect();
        let own = reader.property(name_of);
        let mut lines = Vec::with_capacity(found.rows.len());
        for row in &found.rows {
            let broken = |error: db::Error| Problem::from(records::Error::from(error));
            let name = reader.cell(own, row).map_err(broken)?.text;
            let cells: Result<Vec<Cell>, _> =
                others_of.iter().map(|property| reader.cell(*property, row)).collect();
            let key = reader.key(row).unwrap_or_default();
            lines.push(Line {
                href: place.href(&format!("/{}/{key}", table.logical)),
                name: if name.is_empty() { frame.say("web-records.nameless") } else { name },
                cells: cells.map_err(broken)?,
            });
        }
        let names = std::iter::once(name_of).chain(others.iter().copied());
        let heads = names.enumerate().map(|(at, name)| seen.head(name, at)).collect();
        let views = public(place, table);
        let views = views.iter().map(|view| {
            let name = view.labels.text(place.language).to_owned();
            (view.id.to_string(), name, Some(view.id) == seen.view.id)
        });
        let next = found.next.as_ref().filter(|_| found.more);
        let next = next.map(|at| seen.href(seen.view.id, &seen.asking.sort, &at.encode()));
        let new = may(&place.session, table, Verb::Create)
            .then(|| place.href(&format!("/{}/new", table.logical)));
        let count = match found.count {
            Some(count) if count > 5000 => frame.say("web-records.count-many"),
            Some(count) => frame.say1("web-records.count", "count", count),
            None => String::new(),
        };
        Ok(Self {
            address: place.href(&format!("/{}", table.logical)),
            views: views.collect(),
            view: seen.view.id.map(|id| id.to_string()).unwrap_or_default(),
            search: seen.asking.q.clone(),
            narrowed: !seen.asking.q.trim().is_empty() || !seen.asking.by.is_empty(),
            heads,
            lines,
            next,
            count,
            new,
            frame: place.at(frame, &table.logical, place.plural(table)),
        })
    }
}
