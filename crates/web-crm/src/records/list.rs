//! The records of a table: searched, filtered, sorted, page by page.

use askama::Template;
use axum::{
    extract::State as Shelf,
    response::{IntoResponse as _, Redirect, Response},
};
use crm::{Cursor, Field as Described, FieldKind, Table};
use crm_connections::records::{
    Asked, Condition, Listed, MAX_CONDITIONS, Operator, Sort, name_of, to_text,
};
use edge::{Path, Problem, Query};
use serde::Deserialize;
use web_frame::{App, Field, Frame, Visit, answer, html::query_value};

use super::{
    HOME, Known, Place, address,
    cell::{Cell, cell, day, instant, is_number},
    form::{Form, is_silent},
    opened, table_address,
};

/// How many records stand on a page.
const ROWS: u32 = 50;

/// What the address of a list holds; a wrong value is as if it were not there.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Asking {
    /// Words that the CRM's search finds.
    pub(crate) q: String,
    /// The field that sorts, `-` before it for the other way round.
    pub(crate) sort: String,
    /// Where the page begins.
    pub(crate) after: String,
    /// The columns behind the name, with commas between.
    pub(crate) cols: String,
    /// What filters: `field:operator:value`.
    pub(crate) f: Vec<String>,
    /// Which panel is open: `filter`, `columns`.
    pub(crate) panel: String,
    /// A filter in the making: its field, operator and value.
    pub(crate) fc: String,
    pub(crate) fo: String,
    pub(crate) fv: String,
    /// A column to add.
    pub(crate) add: String,
}

impl Asking {
    fn asked(&self, table: &Table) -> Asked {
        let conditions = self.f.iter().filter_map(|text| Condition::read(text));
        let fits = |condition: &Condition| {
            let field = table.field(&condition.field);
            field.is_some_and(|field| Operator::of(&field.kind).contains(&condition.operator))
        };
        Asked {
            search: self.q.clone(),
            columns: self.columns(),
            conditions: conditions.filter(fits).take(MAX_CONDITIONS).collect(),
            sort: Sort::read(&self.sort).filter(|sort| table.field(&sort.field).is_some()),
            size: ROWS,
            after: (!self.after.is_empty()).then(|| Cursor(self.after.clone())),
        }
    }

    fn columns(&self) -> Vec<String> {
        self.cols.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect()
    }

    /// What an address keeps, as pairs.
    fn kept(&self) -> Vec<(&'static str, String)> {
        let mut all = vec![("q", self.q.clone()), ("sort", self.sort.clone())];
        all.push(("cols", self.cols.clone()));
        all.extend(self.f.iter().map(|text| ("f", text.clone())));
        all.push(("after", self.after.clone()));
        all.push(("panel", self.panel.clone()));
        all.retain(|(_, value)| !value.is_empty());
        all
    }

    /// The address with something else in it, at its first page.
    fn with(&self, table: &str, change: impl FnOnce(&mut Self)) -> String {
        let mut other = Self { after: String::new(), panel: String::new(), ..self.clone() };
        change(&mut other);
        let pairs = other.kept().into_iter();
        let pairs = pairs.map(|(name, value)| format!("{name}={}", query_value(&value)));
        let pairs = pairs.collect::<Vec<_>>().join("&");
        let list = table_address(table);
        if pairs.is_empty() { list } else { format!("{list}?{pairs}") }
    }
}

#[derive(Debug)]
struct Head {
    name: String,
    href: String,
    /// `ascending` or `descending`.
    sorted: Option<&'static str>,
    number: bool,
    /// Whether it is left out on a phone.
    wide: bool,
    /// The address without this column; the name stays.
    gone: Option<String>,
}

#[derive(Debug)]
struct Line {
    href: String,
    name: String,
    cells: Vec<Cell>,
}

/// The panel that makes a filter.
#[derive(Debug, Default)]
struct Making {
    fields: Vec<(String, String, bool)>,
    field: String,
    operators: Vec<(&'static str, String)>,
    value: Option<Field>,
    /// The address that finds records for a value.
    suggest: Option<String>,
    label: String,
}

/// The list.
#[derive(Debug, Template)]
#[template(path = "records/list.html")]
pub(crate) struct Page {
    frame: Frame,
    address: String,
    search: String,
    heads: Vec<Head>,
    lines: Vec<Line>,
    next: Option<String>,
    new: Option<String>,
    /// The views that people of the CRM keep, where it is one elsewhere.
    views: Option<String>,
    /// Where the CRM itself makes one.
    new_there: Option<String>,
    /// What filters, in words, and the address without it.
    chips: Vec<(String, String)>,
    cleared: String,
    narrowed: bool,
    /// What the forms keep.
    kept: Vec<(&'static str, String)>,
    making: Making,
    filter_open: bool,
    columns_open: bool,
    others: Vec<(String, String)>,
}

pub(crate) async fn page(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(table): Path<String>,
    Query(asking): Query<Asking>,
) -> Result<Response, Problem> {
    let frame = visit.frame;
    let place = match opened(&app, &visit.scope).await {
        Ok(place) => place,
        Err(stopped) => return stopped.page(frame),
    };
    let known = match place.crm.table(&table).await {
        Ok(known) => known,
        Err(error) => return place.stopped(error).page(frame),
    };
    match made(&place, &frame, &known.0, &asking).await {
        Ok(Some(to)) => return Ok(Redirect::to(&to).into_response()),
        Ok(None) => {}
        Err(error) => return place.stopped(error).page(frame),
    }
    let listed = match place.crm.list(&known.0, &asking.asked(&known.0)).await {
        Ok(listed) => listed,
        Err(error) => return place.stopped(error).page(frame),
    };
    // what the CRM does not say now is not offered
    let new_there = place.crm.made_in_crm(&known.0).await.unwrap_or_default();
    let page = Page::of(&place, frame, &known, (&asking, &listed));
    Ok(answer::page(&Page { new_there, ..page }))
}

/// Where a filter or a column that a form has made stands in the address.
async fn made(
    place: &Place,
    frame: &Frame,
    table: &Table,
    asking: &Asking,
) -> Result<Option<String>, crm_connections::Error> {
    if let Some(field) = table.field(&asking.add) {
        let mut columns: Vec<String> = asking.asked(table).shown(table);
        columns.push(field.name.clone());
        let columns = columns.into_iter().skip(1).collect::<Vec<_>>().join(",");
        return Ok(Some(asking.with(&table.name, |asking| asking.cols = columns)));
    }
    let operator = Operator::ALL.into_iter().find(|one| one.as_str() == asking.fo);
    let (Some(field), Some(operator)) = (table.field(&asking.fc), operator) else {
        return Ok(None);
    };
    let typed = asking.fv.trim();
    let form = Form::new(frame, table, false);
    let value = match &field.kind {
        _ if !operator.has_value() => String::new(),
        // a name becomes the record that has it
        FieldKind::Row(targets) => {
            let hits = place.crm.suggest(targets, typed, true).await?;
            let hit = hits.into_iter().next();
            hit.map(|hit| format!("{}:{}", hit.at.table, hit.at.id)).unwrap_or_default()
        }
        FieldKind::Text(_) => typed.to_owned(),
        _ => form.typed(field, typed).map(|value| to_text(&value)).unwrap_or_default(),
    };
    let condition = Condition { field: field.name.clone(), operator, value };
    let fits = !condition.value.is_empty() || !operator.has_value();
    Ok(Some(asking.with(&table.name, |asking| {
        if fits {
            asking.f.push(condition.text());
            asking.f.dedup();
        } else {
            "filter".clone_into(&mut asking.panel);
        }
    })))
}

impl Page {
    pub(crate) fn of(
        place: &Place,
        frame: Frame,
        (table, may): &Known,
        (asking, listed): (&Asking, &Listed),
    ) -> Self {
        let name = &*table.name;
        let fields: Vec<&Described> =
            listed.columns.iter().filter_map(|name| table.field(name)).collect();
        let has_name = table.name_field.is_some();
        let beside = usize::from(has_name);
        let lines = listed.records.iter().map(|record| {
            let called = name_of(table, record);
            let called = if called.is_empty() {
                frame.say("web-records.nameless")
            } else {
                called.to_owned()
            };
            let cells = fields.iter().skip(beside).map(|field| cell(&frame, field, record));
            let href = address(&record.at.table, &record.at.id.0);
            Line { href, name: called, cells: cells.collect() }
        });
        let lines: Vec<Line> = lines.collect();
        let asked = asking.asked(table);
        let heads = heads(&frame, (table, asking, &asked), &fields);
        let chips: Vec<(String, String)> = asked
            .conditions
            .iter()
            .filter_map(|condition| {
                let field = table.field(&condition.field)?;
                let own = condition.text();
                let gone = asking.with(name, |asking| asking.f.retain(|text| *text != own));
                Some((words(&frame, field, condition), gone))
            })
            .collect();
        let next = listed
            .next
            .as_ref()
            .map(|next| asking.with(name, |asking| asking.after.clone_from(&next.0)));
        let others = table.fields.iter().filter(|field| {
            !matches!(field.kind, FieldKind::Other(_))
                && !is_silent(&field.name)
                && !listed.columns.contains(&field.name)
        });
        let mut others: Vec<(String, String)> =
            others.map(|field| (field.name.clone(), field.label.clone())).collect();
        kernel::sort_by_key(&mut others, |(_, label)| label.to_lowercase());
        let mut kept = asking.kept();
        kept.retain(|(name, _)| !matches!(*name, "after" | "panel"));
        Self {
            address: table_address(name),
            search: asking.q.clone(),
            heads,
            lines,
            next,
            new: may.create.then(|| format!("{}/new", table_address(name))),
            new_there: None,
            views: place
                .crm
                .system()
                .environment
                .is_none()
                .then(|| format!("{}/views", table_address(name))),
            narrowed: !asking.q.trim().is_empty() || !chips.is_empty(),
            chips,
            cleared: asking.with(name, |asking| {
                asking.f.clear();
                asking.q.clear();
            }),
            kept,
            making: making(&frame, table, asking),
            filter_open: asking.panel == "filter",
            columns_open: asking.panel == "columns",
            others,
            frame: place.at(frame, name, place.plural(table)),
        }
    }
}

fn heads(
    frame: &Frame,
    (table, asking, asked): (&Table, &Asking, &Asked),
    fields: &[&Described],
) -> Vec<Head> {
    let is_first = |place: usize| place == 0 && table.name_field.is_some();
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let head = |(place, field): (usize, &&Described)| {
        let sort = asked.sort.as_ref().filter(|sort| sort.field.eq_ignore_ascii_case(&field.name));
        let by_name = asked.sort.is_none() && is_first(place);
        let sorted = match sort {
            Some(sort) if sort.descending => Some("descending"),
            Some(_) => Some("ascending"),
            None => by_name.then_some("ascending"),
        };
        let other = Sort { field: field.name.clone(), descending: sorted == Some("ascending") };
        let left = names.iter().skip(1).filter(|name| **name != field.name).copied();
        let left = left.collect::<Vec<_>>().join(",");
        let gone = (!is_first(place) && !left.is_empty())
            .then(|| asking.with(&table.name, |asking| asking.cols = left));
        Head {
            name: field.label.clone(),
            href: asking.with(&table.name, |asking| asking.sort = other.text()),
            sorted,
            number: is_number(&field.kind),
            wide: place > 1,
            gone,
        }
    };
    let mut all: Vec<Head> = fields.iter().enumerate().map(head).collect();
    if table.name_field.is_none() {
        let name = frame.say("web-crm.record");
        let (href, sorted, gone) = (table_address(&table.name), None, None);
        all.insert(0, Head { name, href, sorted, number: false, wide: false, gone });
    }
    all
}

/// A filter in words.
fn words(frame: &Frame, field: &Described, condition: &Condition) -> String {
    let operator = frame.say(&format!("web-crm.operator-{}", condition.operator.as_str()));
    let value = match &field.kind {
        FieldKind::Choice(entries) => {
            let known = entries.iter().find(|entry| entry.value == condition.value);
            known.map_or_else(|| condition.value.clone(), |entry| entry.label.clone())
        }
        FieldKind::Boolean => {
            frame.say(if condition.value == "true" { "web-crm.yes" } else { "web-crm.no" })
        }
        FieldKind::Row(_) => frame.say("web-crm.that-record"),
        FieldKind::Date => {
            condition.value.parse().map_or_else(|_| condition.value.clone(), |it| day(frame, it))
        }
        FieldKind::Instant => condition
            .value
            .parse()
            .map_or_else(|_| condition.value.clone(), |it| instant(frame, it)),
        _ => condition.value.clone(),
    };
    format!("{} {operator} {value}", field.label).trim().to_owned()
}

/// The panel that makes a filter: the field first, then what fits it.
fn making(frame: &Frame, table: &Table, asking: &Asking) -> Making {
    let offered = table
        .fields
        .iter()
        .filter(|field| !Operator::of(&field.kind).is_empty() && !is_silent(&field.name));
    let here = |field: &Described| field.name.eq_ignore_ascii_case(&asking.fc);
    let mut fields: Vec<(String, String, bool)> =
        offered.map(|field| (field.name.clone(), field.label.clone(), here(field))).collect();
    kernel::sort_by_key(&mut fields, |(_, label, _)| label.to_lowercase());
    let Some(field) = table.field(&asking.fc) else {
        return Making { fields, ..Making::default() };
    };
    let operators = Operator::of(&field.kind).iter().map(|operator| {
        let name = operator.as_str();
        (name, frame.say(&format!("web-crm.operator-{name}")))
    });
    let label = frame.say("web-crm.value");
    let value = match &field.kind {
        FieldKind::Choice(entries) => {
            let entries = entries.iter().map(|entry| (entry.value.clone(), entry.label.clone()));
            Some(Field::select("fv", label.as_str(), entries))
        }
        FieldKind::Boolean => {
            let word = |is: bool| frame.say(if is { "web-crm.yes" } else { "web-crm.no" });
            Some(Field::select(
                "fv",
                label.as_str(),
                [("true", word(true)), ("false", word(false))],
            ))
        }
        FieldKind::Date => Some(Field::input("date", "fv", label.as_str())),
        FieldKind::Instant => Some(Field::input("datetime-local", "fv", label.as_str())),
        FieldKind::Row(_) => None,
        _ => Some(Field::text("fv", label.as_str())),
    };
    let suggest = matches!(field.kind, FieldKind::Row(_))
        .then(|| format!("{HOME}/lookup?table={}&field={}", table.name, field.name));
    Making {
        operators: operators.collect(),
        field: field.name.clone(),
        fields,
        value,
        suggest,
        label,
    }
}
