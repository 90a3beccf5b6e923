//! Rows that refer to a record, table by table, in the view of their own.

use askama::Template;
use edge::Problem;
use queries::Verb;
use tables::{Relationship, Side};
use uuid::Uuid;
use web_frame::{Frame, Html};

use crate::{
    asking::Asking,
    form::Form,
    list::{Listing, Rows},
    place::may,
};

/// The tab.
#[derive(Debug, Template)]
#[template(path = "related.html")]
struct Related<'a> {
    frame: &'a Frame,
    /// Address, name, whether it is shown.
    tables: Vec<(String, String, bool)>,
    title: String,
    rows: Option<Rows>,
    list: String,
    new: Option<String>,
}

/// One way in which rows refer to a record.
struct Way {
    name: String,
    table: String,
    column: String,
    /// How soon people look for it.
    rank: usize,
}

/// The tab of what refers to a record; `asked` is `table.column`.
pub(crate) async fn tab(
    form: &Form<'_>,
    (id, address): (Uuid, &str),
    asked: &str,
) -> Result<Html, Problem> {
    let (place, frame) = (form.place, form.frame);
    let ways = ways(form);
    let key = |way: &Way| format!("{}.{}", way.table, way.column);
    let here = ways.iter().find(|way| key(way) == asked).or_else(|| ways.first());
    let tables = ways.iter().map(|way| {
        let href = format!("{address}?tab=related&of={}", key(way));
        (href, way.name.clone(), here.is_some_and(|here| key(here) == key(way)))
    });
    let tables = tables.collect();
    let Some(way) = here else {
        let (title, list) = (String::new(), String::new());
        return Ok(Html::of(&Related { frame, tables, title, rows: None, list, new: None }));
    };
    let many = place.table(&way.table)?;
    let asking = Asking { by: way.column.clone(), of: id.to_string(), ..Asking::default() };
    let list = asking.href(place, many);
    let listing = Listing::of(place, frame, many, asking).await?;
    let rows = listing.rows(frame).await?;
    let new = may(&place.session, many, Verb::Create)
        .then(|| place.href(&format!("/{}/new?by={}&of={id}", many.logical, way.column)));
    let title = way.name.clone();
    Ok(Html::of(&Related { frame, tables, title, rows: Some(rows), list, new }))
}

/// What stands beside the form: of each kind that people look for first, a few rows.
#[derive(Debug, Template)]
#[template(path = "related_beside.html")]
struct Beside<'a> {
    frame: &'a Frame,
    kinds: Vec<Kind>,
}

/// One kind of rows beside a form.
#[derive(Debug)]
struct Kind {
    name: String,
    icon: &'static str,
    /// Address, name, and what is known of each beside the record itself.
    lines: Vec<(String, String, String)>,
    more: bool,
    /// Where all of them are.
    all: String,
    new: Option<String>,
}

/// The kinds that stand beside the form of a record: their tables and the columns that refer to it (our own choice: what
/// a sale is made of).
fn first(table: &str) -> &'static [(&'static str, &'static str)] {
    match table {
        "account" => &[
            ("contact", "parentcustomerid"),
            ("opportunity", "customerid"),
            ("incident", "customerid"),
        ],
        "contact" => &[("opportunity", "customerid"), ("incident", "customerid")],
        "opportunity" => &[("quote", "opportunityid"), ("salesorder", "opportunityid")],
        "quote" => &[("salesorder", "quoteid")],
        "salesorder" => &[("invoice", "salesorderid")],
        _ => &[],
    }
}

/// The panel beside the form; nothing where nothing refers to the record yet.
pub(crate) async fn beside(
    form: &Form<'_>,
    (id, address): (Uuid, &str),
) -> Result<Option<Html>, Problem> {
    let (place, frame) = (form.place, form.frame);
    let mut kinds = Vec::new();
    for (name, column) in first(&form.table.logical) {
        let Ok(table) = place.table(name) else { continue };
        if !place.reads(table) || table.column(column).is_none() {
            continue;
        }
        let asking = Asking { by: (*column).to_owned(), of: id.to_string(), ..Asking::default() };
        let listing = Listing::of(place, frame, table, asking).await?;
        let rows = listing.few(frame, SHOWN).await?;
        if rows.lines.is_empty() {
            continue;
        }
        let creates = may(&place.session, table, Verb::Create);
        let lines = rows.lines.into_iter().map(|(href, name, cells)| {
            let known = cells.iter().map(|shown| &shown.cell);
            let known = known.filter(|cell| cell.href.as_deref() != Some(address));
            let words: Vec<&str> = known.map(|cell| cell.text.as_str()).collect();
            let words: Vec<&str> = words.into_iter().filter(|it| !it.is_empty()).take(3).collect();
            (href, name, words.join(" · "))
        });
        kinds.push(Kind {
            lines: lines.collect(),
            more: rows.more,
            name: place.plural(table),
            icon: crate::place::icon(table),
            all: format!("{address}?tab=related&of={name}.{column}"),
            new: creates.then(|| place.href(&format!("/{name}/new?by={column}&of={id}"))),
        });
    }
    Ok((!kinds.is_empty()).then(|| Html::of(&Beside { frame, kinds })))
}

/// Rows of a kind beside a form.
const SHOWN: u32 = 4;

/// The ways in which rows refer to records of a table.
fn ways(form: &Form<'_>) -> Vec<Way> {
    let (place, table) = (form.place, form.table);
    let mut all = Vec::new();
    for navigation in place.session.model().navigations(&table.logical) {
        let (Side::Referenced, Relationship::OneToMany(link)) =
            (navigation.side, navigation.relationship.as_ref())
        else {
            continue;
        };
        let Ok(many) = place.table(&link.referencing) else { continue };
        let Some(column) = many.column(&link.referencing_column) else { continue };
        if !place.reads(many) || !column.for_update || many.is_union() {
            continue;
        }
        // rows of the same table come last among those of daily work
        let rank = soon(many, &form.table.logical);
        let (table, column_name) = (many.logical.clone(), column.logical.clone());
        let name = place.plural(many);
        let label = place.label(column);
        all.push((name, label, Way { name: String::new(), table, column: column_name, rank }));
    }
    let names: Vec<String> = all.iter().map(|(name, _, _)| name.clone()).collect();
    let mut ways: Vec<Way> = all
        .into_iter()
        .map(|(name, label, way)| {
            let several = names.iter().filter(|other| **other == name).count() > 1;
            let name = if several { format!("{name} ({label})") } else { name };
            Way { name, ..way }
        })
        .collect();
    kernel::sort_by_key(&mut ways, |way| (way.rank, way.name.to_lowercase(), way.column.clone()));
    ways.dedup_by(|a, b| a.table == b.table && a.column == b.column);
    ways
}

/// How soon people look for rows of a table beside a record of another.
fn soon(many: &tables::Table, own: &str) -> usize {
    let rank = crate::place::rank(many);
    if many.logical == own { rank + 100 } else { rank }
}
