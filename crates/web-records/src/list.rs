//! The rows of a table in one of its views: sorted, filtered, searched, page by page, with sums and a chart.

pub(crate) mod inside;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Path, Problem, Query};
use fetchxml::fetch::Fetch;
use kernel::EnvironmentId;
use queries::{Cursor, Paging, Verb};
use tables::{ColumnKind, Table, Value};
use uuid::Uuid;
use web_frame::{App, Field, Frame, Visit, answer};

use crate::{
    asking::Asking,
    bulk,
    cell::Editable,
    channels,
    chart::{Definition, Drawn, Material},
    files,
    filter::{self, Filter, Needs},
    form, lookup,
    place::{Place, may},
    shown::{Cell, Reader, is_number},
    totals,
    views::{self, Chosen, Views},
};

/// Columns after the name that a narrow screen tells below it.
const TOLD: usize = 4;

/// How many rows stand on a page.
const ROWS: u32 = 50;

#[derive(Debug)]
struct Head {
    name: String,
    href: Option<String>,
    /// Sorts behind the columns that sort already.
    also: String,
    /// `ascending` or `descending`.
    sorted: Option<&'static str>,
    filter: Option<String>,
    filtered: bool,
    wide: bool,
    number: bool,
    total: Option<String>,
}

#[derive(Debug)]
struct Line {
    href: String,
    key: String,
    name: String,
    /// Its thumbnail.
    picture: Option<String>,
    edit: Option<String>,
    cells: Vec<Shown>,
}

/// A cell of a list, and where it is edited.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) cell: Cell,
    edit: Option<String>,
    label: String,
    /// Whether a narrow screen leaves it out of its row of columns.
    pub(crate) wide: bool,
    /// Whether a narrow screen tells it below the name instead.
    told: bool,
}

impl Shown {
    pub(crate) fn is_told(&self) -> bool {
        self.told && !self.cell.text.is_empty()
    }

    /// Where a telephone number leads.
    pub(crate) fn tel(&self) -> Option<&String> {
        self.cell.href.as_ref().filter(|href| href.starts_with("tel:"))
    }
}

/// What narrows a list, and how it is taken away.
#[derive(Debug)]
struct Chip {
    text: String,
    gone: String,
}

/// A column in the panel that chooses them.
#[derive(Debug)]
struct Column {
    name: String,
    label: String,
    /// Whether it can move and go: the name of a row stays where it is.
    moves: bool,
    up: Option<String>,
    down: Option<String>,
}

/// The panel that makes a filter.
#[derive(Debug)]
struct Making {
    columns: Vec<(String, String, bool)>,
    column: String,
    operators: Vec<(&'static str, String)>,
    value: Option<Field>,
    /// The address that finds rows for a value.
    suggest: Option<String>,
    label: String,
    kept: Vec<(String, String)>,
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "list.html")]
#[expect(clippy::struct_excessive_bools, reason = "each belongs to another part of the page")]
struct List {
    frame: Frame,
    home: String,
    address: String,
    views: Vec<(String, String, bool)>,
    view: String,
    view_name: String,
    personal: bool,
    search: String,
    heads: Vec<Head>,
    name_label: String,
    lines: Vec<Line>,
    /// The icon of rows without a picture, where others have one.
    unpictured: Option<&'static str>,
    totals: bool,
    next: Option<String>,
    count: String,
    new: Option<String>,
    narrowed: bool,
    chips: Vec<Chip>,
    cleared: String,
    kept_search: Vec<(String, String)>,
    kept_chart: Vec<(String, String)>,
    making: Making,
    filter_open: bool,
    columns: Vec<Column>,
    others: Vec<(String, String)>,
    columns_open: bool,
    changed: bool,
    may_keep: bool,
    state: String,
    chart: Option<Drawn>,
    chart_href: String,
    bulk: Vec<(&'static str, String)>,
    /// The address of Collaborate.
    collaborate: Option<String>,
}

pub(crate) async fn page(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    Query(asking): Query<Asking>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    if let Some(to) = made(&place, table, &asking).await? {
        return Ok(Redirect::to(&to).into_response());
    }
    let listing = Listing::of(&place, &visit.frame, table, asking).await?;
    let mut list = listing.page(visit.frame.clone()).await?;
    let of = (&*table.logical, &listing.view);
    list.collaborate = channels::of_view(&app, &visit.scope, &place, of).await?;
    Ok(answer::page(&list))
}

/// Where a filter or a chart that a form has made stands in the address.
async fn made(place: &Place, table: &Table, asking: &Asking) -> Result<Option<String>, Problem> {
    if !asking.ck.is_empty() {
        let chart = Definition::chosen(asking);
        return Ok(Some(asking.with(place, table, |asking| asking.chart = chart)));
    }
    if asking.fc.is_empty() || asking.fo.is_empty() {
        return Ok(None);
    }
    let mut value = asking.fv.trim().to_owned();
    let column = table.column(&asking.fc);
    if let Some(column) = column.filter(|column| column.kind.is_reference())
        && !value.is_empty()
    {
        // a name becomes the row that has it
        match lookup::resolve(place, column, (&value, "")).await {
            Ok(Value::Row(row)) => value = row.id.to_string(),
            Err(lookup::Unclear::Broken(problem)) => return Err(problem),
            Err(lookup::Unclear::Several(hits)) => {
                value = hits.first().map(|hit| hit.row.id.to_string()).unwrap_or_default();
            }
            _ => {}
        }
    }
    let filter = Filter::new(table, &asking.fc, &asking.fo, &value);
    let Some(filter) = filter else { return Ok(None) };
    Ok(Some(asking.with(place, table, |asking| {
        asking.panel.clear();
        asking.f.push(filter.text());
        asking.f.dedup();
    })))
}

/// A few rows of a list.
#[derive(Debug)]
pub(crate) struct Rows {
    /// Name, whether it is left out on a phone, whether numbers stand below it.
    pub(crate) heads: Vec<(String, bool, bool)>,
    /// Address, name, cells.
    pub(crate) lines: Vec<(String, String, Vec<Shown>)>,
    pub(crate) more: bool,
    pub(crate) count: String,
}

/// Rows on the page of another record.
const FEW: u32 = 25;

/// What a list is made of.
pub(crate) struct Listing<'a> {
    place: &'a Place,
    table: &'a Table,
    pub(crate) asking: Asking,
    views: Views,
    pub(crate) view: Chosen,
    /// The columns that are shown, the name first.
    pub(crate) columns: Vec<String>,
    pub(crate) fetch: Fetch,
}

impl<'a> Listing<'a> {
    pub(crate) async fn of(
        place: &'a Place,
        frame: &Frame,
        table: &'a Table,
        asking: Asking,
    ) -> Result<Self, Problem> {
        Self::with(place, frame, table, asking, None).await
    }

    /// The same with a view of somebody else that is shared with the reader.
    async fn with(
        place: &'a Place,
        frame: &Frame,
        table: &'a Table,
        mut asking: Asking,
        shared: Option<Uuid>,
    ) -> Result<Self, Problem> {
        let mut views = Views::of(place, table).await?;
        if let Some(shared) = shared {
            views.take_in(place, table, shared).await?;
        }
        let view = views.choose(place, table, &asking.view);
        views.remember(&view, &mut asking);
        let mut columns = views::shown(table, &view, &asking);
        let mut fetch = view.fetch(table, &asking, &columns);
        if views::query(place, frame, &fetch).is_err() {
            // a filter whose value does not fit its column filters nothing
            asking.f.clear();
            fetch = view.fetch(table, &asking, &columns);
        }
        columns.retain(|name| name.contains('.') || table.column(name).is_some());
        Ok(Self { place, table, asking, views, view, columns, fetch })
    }

    async fn page(&self, frame: Frame) -> Result<List, Problem> {
        let (place, table, asking) = (self.place, self.table, &self.asking);
        let query = views::query(place, &frame, &self.fetch)?;
        let after = Some(&asking.after).filter(|text| !text.is_empty());
        let after = after.and_then(|text| Cursor::decode(text).ok());
        let is_first = after.is_none();
        let paging = Paging { after, ..Paging::first(ROWS) };
        let found = place.session.query(&query, &paging).await?;
        let currencies = place.session.currencies().await?;
        let reader = Reader::new(place, &frame, &currencies, &found);
        let lines = self.lines(&frame, &reader, &found)?;
        let totals = if is_first && !lines.is_empty() {
            totals::of((place, &frame), table, &self.fetch, &self.columns).await?
        } else {
            vec![None; self.columns.len()]
        };
        let chart = if is_first { self.chart(&frame).await? } else { None };
        let mut chips = Vec::new();
        for filter in asking.filters(table) {
            let text = filter.words(place, &frame, table).await;
            let own = filter.text();
            let gone = asking.with(place, table, |asking| asking.f.retain(|text| *text != own));
            chips.push(Chip { text, gone });
        }
        chips.extend(self.parent(&frame).await);
        let words = asking.q.trim();
        if !words.is_empty() {
            let text = frame.say1("web-records.searched", "words", words);
            let gone = asking.with(place, table, |asking| asking.q.clear());
            chips.insert(0, Chip { text, gone });
        }
        let next = found.next.as_ref().filter(|_| found.more);
        let next = next.map(|at| {
            let mut asking = asking.clone();
            asking.after = at.encode();
            asking.href(place, table)
        });
        let count = match found.count {
            Some(count) if count > 5000 => frame.say("web-records.count-many"),
            Some(count) => frame.say1("web-records.count", "count", count),
            None => String::new(),
        };
        let new = may(&place.session, table, Verb::Create).then(|| {
            let by = match asking.parent() {
                Some((by, of)) => format!("?by={by}&of={of}"),
                None => String::new(),
            };
            place.href(&format!("/{}/new{by}", table.logical))
        });
        let heads: Vec<Head> = self
            .columns
            .iter()
            .zip(totals)
            .enumerate()
            .map(|(at, (name, total))| self.head(name, at, total))
            .collect();
        let (columns, others) = self.chooser();
        Ok(List {
            home: place.href(""),
            address: place.href(&format!("/{}", table.logical)),
            views: self.views.list(place),
            view: self.view.id.map(|id| id.to_string()).unwrap_or_default(),
            view_name: self.view.name.clone(),
            personal: self.view.personal,
            search: asking.q.clone(),
            narrowed: !chips.is_empty(),
            totals: heads.iter().any(|head| head.total.is_some()),
            name_label: heads.first().map(|head| head.name.clone()).unwrap_or_default(),
            heads,
            unpictured: lines
                .iter()
                .any(|line| line.picture.is_some())
                .then(|| crate::place::icon(table)),
            lines,
            next,
            count,
            new,
            chips,
            cleared: asking.with(place, table, |asking| {
                asking.f.clear();
                asking.by.clear();
                asking.of.clear();
                asking.q.clear();
            }),
            kept_search: asking.kept(&["q", "view", "panel", "fc"]),
            kept_chart: asking.kept(&["chart", "panel", "fc"]),
            making: self.making(&frame),
            filter_open: asking.panel == "filter",
            columns,
            others,
            columns_open: asking.panel == "columns",
            changed: self.views.is_changed(&self.view) || !asking.cols.is_empty(),
            may_keep: views::may_keep(place),
            state: asking.query(),
            chart_href: asking.with(place, table, |asking| {
                let word = if chart.is_some() { "off" } else { "on" };
                word.clone_into(&mut asking.chart);
            }),
            chart,
            bulk: bulk::offered(place, &frame, table),
            collaborate: None,
            frame: place.at(frame, &table.logical, place.plural(table)),
        })
    }

    /// The chart of the list, where one is asked for.
    pub(crate) async fn chart(&self, frame: &Frame) -> Result<Option<Drawn>, Problem> {
        let (place, table, fetch, asking) = (self.place, self.table, &self.fetch, &self.asking);
        let Some(definition) = Definition::of(place, table, &self.columns, &asking.chart) else {
            return Ok(None);
        };
        let material = Material { place, frame, table, fetch, asking };
        material.draw(&definition).await.map(Some)
    }

    /// A few rows of the list, for the page of another record.
    pub(crate) async fn rows(&self, frame: &Frame) -> Result<Rows, Problem> {
        self.few(frame, FEW).await
    }

    /// So many rows of it.
    pub(crate) async fn few(&self, frame: &Frame, most: u32) -> Result<Rows, Problem> {
        let (place, table) = (self.place, self.table);
        let query = views::query(place, frame, &self.fetch)?;
        let found = place.session.query(&query, &Paging::first(most)).await?;
        let currencies = place.session.currencies().await?;
        let reader = Reader::new(place, frame, &currencies, &found);
        let heads = self.columns.iter().enumerate().map(|(at, name)| {
            let head = self.head(name, at, None);
            (head.name, head.wide, head.number)
        });
        let lines = self.lines(frame, &reader, &found)?.into_iter();
        let lines = lines.map(|line| (line.href, line.name, line.cells));
        let count = match found.count {
            Some(count) if count > 5000 => frame.say("web-records.count-many"),
            Some(count) => frame.say1("web-records.count", "count", count),
            None => table.set.clone(),
        };
        Ok(Rows { heads: heads.collect(), lines: lines.collect(), more: found.more, count })
    }

    /// That only rows of another row are shown.
    async fn parent(&self, frame: &Frame) -> Option<Chip> {
        let (by, of) = self.asking.parent()?;
        let column = self.table.column(by)?;
        let name = lookup::name_of(self.place, column, of).await;
        let name = name.unwrap_or_else(|| frame.say("web-records.no-name"));
        let gone = self.asking.with(self.place, self.table, |asking| {
            asking.by.clear();
            asking.of.clear();
        });
        let is = frame.say("web-records.op-eq");
        Some(Chip { text: format!("{} {is} {name}", self.place.label(column)), gone })
    }

    fn lines(
        &self,
        frame: &Frame,
        reader: &Reader<'_>,
        found: &records::Rows,
    ) -> Result<Vec<Line>, Problem> {
        let (place, table) = (self.place, self.table);
        let name_of = table.primary_name.as_deref().unwrap_or_default();
        let own = reader.property(name_of);
        let others: Vec<&str> =
            self.columns.iter().map(String::as_str).filter(|name| *name != name_of).collect();
        let editable = Editable::of(place, table);
        let figure = self.figure();
        let of_columns: Vec<_> = others
            .iter()
            .enumerate()
            .map(|(at, name)| {
                let column = table.column(name);
                let label = column.map(|it| place.label(it)).unwrap_or_default();
                let fit = (figure == Some(*name), at < TOLD);
                (reader.property(name), *name, label, editable.takes(name), fit)
            })
            .collect();
        let broken = |error: db::Error| Problem::from(records::Error::from(error));
        let back = web_frame::html::query_value(&self.asking.query());
        let pictures = files::since(table).map(|(column, since)| (column, reader.property(&since)));
        let mut lines = Vec::with_capacity(found.rows.len());
        for row in &found.rows {
            let name = reader.cell(own, row).map_err(broken)?.text;
            let key = reader.key(row).unwrap_or_default();
            let href = place.href(&format!("/{}/{key}", table.logical));
            let since = match &pictures {
                Some((_, Some(since))) => since.value(row).map_err(broken)?,
                _ => Value::Null,
            };
            let picture = pictures.as_ref().and_then(|(column, _)| match since {
                Value::Whole(since) => Some(format!("{href}/files/{}?at={since}", column.logical)),
                _ => None,
            });
            let edit = |name: &str| format!("{href}/cell/{name}?back={back}");
            let mut cells = Vec::with_capacity(of_columns.len());
            for (property, name, label, takes, (is_figure, is_early)) in &of_columns {
                let cell = reader.cell(*property, row).map_err(broken)?;
                let edit = takes.then(|| edit(name));
                let (wide, told) = (!is_figure, !is_figure && *is_early);
                cells.push(Shown { cell, edit, label: label.clone(), wide, told });
            }
            lines.push(Line {
                key: key.to_string(),
                edit: editable.takes(name_of).then(|| edit(name_of)),
                name: if name.is_empty() { frame.say("web-records.nameless") } else { name },
                href,
                picture,
                cells,
            });
        }
        Ok(lines)
    }

    /// The one figure that stands beside the name on a narrow screen: the first column of numbers.
    fn figure(&self) -> Option<&str> {
        let mut names = self.columns.iter().map(String::as_str);
        names.find(|name| self.table.column(name).is_some_and(|it| is_number(&it.kind)))
    }

    fn head(&self, name: &str, at: usize, total: Option<String>) -> Head {
        let (place, table, asking) = (self.place, self.table, &self.asking);
        let column = table.column(name);
        let label = column.map(|column| place.label(column));
        let now = asking.sorts().into_iter().find(|(column, _)| *column == name);
        let (sorted, other) = match now {
            Some((_, false)) => (Some("ascending"), format!("-{name}")),
            Some((_, true)) => (Some("descending"), name.to_owned()),
            None => (None, name.to_owned()),
        };
        let href = column.map(|_| asking.with(place, table, |it| it.sort.clone_from(&other)));
        let also = asking.with(place, table, |asking| {
            let sorts = asking.sorts();
            let rest = sorts.into_iter().filter(|(column, _)| *column != name);
            let mut all: Vec<String> = rest
                .map(|(column, down)| if down { format!("-{column}") } else { column.to_owned() })
                .collect();
            all.push(other.clone());
            asking.sort = all.join(",");
        });
        let filters = column.is_some_and(|column| !filter::operators(column).is_empty());
        Head {
            name: label.unwrap_or_else(|| linked(name)),
            href,
            also,
            sorted,
            filter: filters.then(|| {
                asking.with(place, table, |asking| {
                    "filter".clone_into(&mut asking.panel);
                    name.clone_into(&mut asking.fc);
                })
            }),
            filtered: asking.filters(table).iter().any(|filter| filter.column == name),
            wide: at > 0 && self.figure() != Some(name),
            number: column.is_some_and(|column| is_number(&column.kind)),
            total,
        }
    }

    fn making(&self, frame: &Frame) -> Making {
        let (place, table, asking) = (self.place, self.table, &self.asking);
        let all = filter::columns(place, table);
        let column = all.iter().find(|column| column.logical == asking.fc);
        let columns = all.iter().filter(|column| !filter::operators(column).is_empty());
        let columns = columns.map(|column| {
            (column.logical.clone(), place.label(column), column.logical == asking.fc)
        });
        let offered = column.map(|column| filter::operators(column)).unwrap_or_default();
        let label = frame.say("web-records.filter-value");
        let value = column.filter(|_| offered.iter().any(|one| one.value != Needs::Nothing));
        let value = value.map(|column| match &column.kind {
            ColumnKind::DateTime { .. } => Field::text("fv", label.as_str())
                .hint(frame.say("web-records.filter-day"))
                .placeholder(frame.now.to_zoned(frame.zone.clone()).date().to_string()),
            kind if kind.is_reference() => Field::text("fv", label.as_str()),
            _ => {
                let options = form::options(place, column);
                if options.is_empty() {
                    Field::text("fv", label.as_str())
                } else {
                    Field::select("fv", label.as_str(), options)
                }
            }
        });
        let suggest = column.filter(|column| column.kind.is_reference()).map(|column| {
            place.href(&format!("/lookup?table={}&column={}", table.logical, column.logical))
        });
        Making {
            columns: columns.collect(),
            column: column.map(|column| column.logical.clone()).unwrap_or_default(),
            operators: offered
                .iter()
                .map(|one| (one.name, filter::operator_words(frame, one)))
                .collect(),
            value,
            suggest,
            label: column.map(|column| place.label(column)).unwrap_or_default(),
            kept: asking.kept(&["panel", "fc"]),
        }
    }

    /// The columns that are shown, and those that could be.
    fn chooser(&self) -> (Vec<Column>, Vec<(String, String)>) {
        let (place, table) = (self.place, self.table);
        let shown = self.columns.iter().map(|name| {
            let column = table.column(name);
            let sort = |way: String| {
                let asking = &self.asking;
                column.map(|_| asking.with(place, table, |it| it.sort.clone_from(&way)))
            };
            Column {
                label: column.map_or_else(|| linked(name), |column| place.label(column)),
                moves: Some(name) != table.primary_name.as_ref(),
                up: sort(name.clone()),
                down: sort(format!("-{name}")),
                name: name.clone(),
            }
        });
        let others = filter::columns(place, table).into_iter();
        let others = others.filter(|column| !self.columns.contains(&column.logical));
        let others = others.map(|column| (column.logical.clone(), place.label(column)));
        (shown.collect(), others.collect())
    }
}

/// The name of a column of a linked table, as far as the table's own labels do not say it.
fn linked(name: &str) -> String {
    name.rsplit('.').next().unwrap_or(name).to_owned()
}
