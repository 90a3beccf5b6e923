//! Views that people of a CRM elsewhere keep: which there are, and the rows of one, on a page of its own and inside a tab
//! of a channel.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use askama::Template;
use axum::{extract::State as Shelf, response::Response};
use crm::{Cursor, FieldKind, ViewRef};
use crm_connections::records::{OpenedView, name_of, view_key, view_of};
use edge::{Path, Problem, Query};
use serde::Deserialize;
use web_frame::{App, Frame, Html, Visit, answer, html::query_value};

use super::{
    Place, address,
    cell::{Cell, cell, is_number},
    channels, icon,
    inside::Inside,
    opened, table_address,
};

/// The views of a table.
#[derive(Debug, Template)]
#[template(path = "records/views.html")]
pub(crate) struct Views {
    frame: Frame,
    /// Address, name, whether a person keeps it.
    views: Vec<(String, String, bool)>,
}

/// Where a page of rows begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct From {
    after: String,
}

/// A view on a page of its own.
#[derive(Debug, Template)]
#[template(path = "records/view.html")]
pub(crate) struct Page {
    frame: Frame,
    kind: String,
    views: String,
    collaborate: Option<String>,
    /// Where the CRM itself shows it.
    outside: Option<String>,
    rows: Html,
}

/// A view inside another page.
#[derive(Debug, Template)]
#[template(path = "records/inside_view.html")]
struct Within<'a> {
    frame: &'a Frame,
    title: &'a str,
    kind: &'a str,
    icon: &'static str,
    rows: Html,
}

/// The rows.
#[derive(Debug, Template)]
#[template(path = "records/rows.html")]
struct Rows<'a> {
    frame: &'a Frame,
    /// Name, whether it holds numbers, whether it is left out on a phone.
    heads: Vec<(String, bool, bool)>,
    lines: Vec<Line>,
    next: Option<String>,
}

#[derive(Debug)]
struct Line {
    href: String,
    name: String,
    cells: Vec<Cell>,
}

/// Which view is shown, and where.
#[derive(Debug, Clone, Copy)]
pub struct View<'a> {
    /// The view.
    pub view: &'a ViewRef,
    /// The address of the page around; a row opens at `rows/` and its key below it.
    pub address: &'a str,
    /// Where the page begins; at the first row where it is empty.
    pub after: &'a str,
}

/// The address of a view.
pub(crate) fn view_address(view: &ViewRef) -> String {
    format!("{}/views/{}", table_address(&view.table), view_key(view))
}

/// Which views a table has.
pub(crate) async fn list(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(table): Path<String>,
) -> Result<Response, Problem> {
    let frame = visit.frame;
    let place = match opened(&app, &visit.scope).await {
        Ok(place) => place,
        Err(stopped) => return stopped.page(frame),
    };
    let (known, views) = match (place.crm.table(&table).await, place.crm.views(&table).await) {
        (Ok((known, _)), Ok(views)) => (known, views),
        (Err(error), _) | (_, Err(error)) => return place.stopped(error).page(frame),
    };
    let views = views.into_iter().map(|one| (view_address(&one.at), one.name, one.at.personal));
    let kind = place.plural(&known);
    Ok(answer::page(&Views::of(&place, frame, (&known.name, kind), views.collect())))
}

impl Views {
    pub(crate) fn of(
        place: &Place,
        frame: Frame,
        (table, kind): (&str, String),
        views: Vec<(String, String, bool)>,
    ) -> Self {
        let title = frame.say1("web-crm.views-of", "table", kind.as_str());
        let frame = place.at(frame, table, title).back_to(table_address(table));
        Self { frame, views }
    }
}

/// The rows of a view.
pub(crate) async fn page(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path((table, key)): Path<(String, String)>,
    Query(from): Query<From>,
) -> Result<Response, Problem> {
    let (frame, asked) = (visit.frame, view_of(&table, &key));
    let place = match opened(&app, &visit.scope).await {
        Ok(place) => place,
        Err(stopped) => return stopped.page(frame),
    };
    let after = Some(Cursor(from.after)).filter(|after| !after.0.is_empty());
    let found = match place.crm.open_view(&asked, after.as_ref()).await {
        Ok(found) => found,
        Err(error) => return place.stopped(error).page(frame),
    };
    let collaborate = channels::on_view(&app, &visit.scope, (&place, &found.view.at)).await;
    Ok(answer::page(&Page::of(&place, frame, &found, collaborate)))
}

impl Page {
    pub(crate) fn of(
        place: &Place,
        frame: Frame,
        found: &OpenedView,
        collaborate: Option<String>,
    ) -> Self {
        let table = &*found.table.name;
        let views = format!("{}/views", table_address(table));
        let here = view_address(&found.view.at);
        let rows = Html::of(&rows(&frame, found, (&here, &|id| address(table, id))));
        let frame = place.at(frame, table, found.view.name.clone()).back_to(views.clone());
        Self {
            kind: place.plural(&found.table),
            views,
            collaborate,
            outside: place.crm.view_address(&found.view.at),
            rows,
            frame,
        }
    }
}

/// The rows of a view that the reader may see.
///
/// # Errors
/// As the CRM says; a view that is not the reader's to use is not found.
pub async fn view(app: &App, visit: &Visit, at: View<'_>) -> Result<Inside, Problem> {
    let place = Place::of(app, &visit.scope).await?;
    let after = Some(Cursor(at.after.to_owned())).filter(|after| !after.0.is_empty());
    let found = place.crm.open_view(at.view, after.as_ref()).await?;
    let frame = &visit.frame;
    let opens = |id: &str| format!("{}/rows/{id}", at.address);
    let rows = rows(frame, &found, (at.address, &opens));
    let stamp = stamp(&rows, &found.page.records);
    let kind = format!("{} · {}", found.table.label, place.crm.system().name);
    let body = Html::of(&Within {
        frame,
        title: &found.view.name,
        kind: &kind,
        icon: icon(&found.table.name),
        rows: Html::of(&rows),
    });
    Ok(Inside {
        website: view_address(&found.view.at),
        outside: place.crm.view_address(&found.view.at),
        title: found.view.name,
        body,
        stamp,
    })
}

fn rows<'a>(
    frame: &'a Frame,
    found: &OpenedView,
    (here, opens): (&str, &dyn Fn(&str) -> String),
) -> Rows<'a> {
    let OpenedView { table, page, .. } = found;
    let is_name = |name: &str| table.name_field.as_deref() == Some(name);
    let shown = page.columns.iter().filter(|one| {
        !is_name(&one.name) && !matches!(one.kind, FieldKind::Id | FieldKind::Other(_))
    });
    let shown: Vec<_> = shown.collect();
    let named = table.name_field.as_deref().and_then(|name| table.field(name));
    let named = named.map_or_else(|| frame.say("web-crm.record"), |field| field.label.clone());
    let mut heads = vec![(named, false, false)];
    heads.extend(
        shown
            .iter()
            .enumerate()
            .map(|(place, field)| (field.label.clone(), is_number(&field.kind), place > 0)),
    );
    let line = |record: &crm::Record| {
        let name = name_of(table, record);
        let nameless = || frame.say("web-records.nameless");
        Line {
            href: opens(&record.at.id.0),
            name: if name.is_empty() { nameless() } else { name.to_owned() },
            cells: shown.iter().map(|field| cell(frame, field, record)).collect(),
        }
    };
    let next = page.next.as_ref().map(|next| format!("{here}?after={}", query_value(&next.0)));
    Rows { frame, heads, lines: page.records.iter().map(line).collect(), next }
}

/// Changes when a cell or the order changes, wherever the rows are shown.
fn stamp(rows: &Rows<'_>, records: &[crm::Record]) -> String {
    let mut hasher = DefaultHasher::new();
    for (line, record) in rows.lines.iter().zip(records) {
        (&record.at.id.0, &line.name).hash(&mut hasher);
        line.cells.iter().for_each(|cell| cell.text.hash(&mut hasher));
    }
    format!("{:016x}", hasher.finish())
}
