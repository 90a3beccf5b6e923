//! The tables of an environment.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem, Query};
use kernel::EnvironmentId;
use serde::Deserialize;
use tables::{Ownership, Table};
use web_frame::{App, Frame, Html, Visit, answer};

use crate::{
    grid::{Cell, Grid, nothing},
    parts::Page,
    place::Place,
};

/// What is asked of the list.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asking {
    #[serde(default)]
    q: String,
    /// `standard`, `custom`, `activity` or all.
    #[serde(default)]
    kind: String,
}

/// A form that searches.
#[derive(Debug, Template)]
#[template(path = "search.html")]
struct Search {
    frame: Frame,
    action: String,
    q: String,
    label: String,
    name: String,
    kinds: Vec<(String, String, bool)>,
}

/// A form that searches the list at an address; `key` names its text.
pub(crate) fn search(place: &Place, to: &str, q: &str, key: &str) -> Html {
    Html::of(&Search {
        frame: place.frame.clone(),
        action: place.href(to),
        q: q.to_owned(),
        label: place.say(key),
        name: String::new(),
        kinds: Vec::new(),
    })
}

/// The badges of a table.
pub(crate) fn badges(place: &Place, table: &Table) -> Vec<(String, &'static str)> {
    let mut badges = Vec::new();
    if table.custom {
        badges.push((place.say("custom"), "brand"));
    }
    if table.activity {
        badges.push((place.say("activity"), ""));
    }
    if table.is_union() {
        badges.push((place.say("union"), ""));
    }
    badges
}

/// Who owns the rows of a table, in words.
pub(crate) fn owned(place: &Place, table: &Table) -> String {
    place.say(match table.ownership {
        Ownership::User => "owned-user",
        Ownership::Organisation => "owned-organisation",
        Ownership::BusinessUnit => "owned-unit",
        Ownership::None => "owned-none",
    })
}

pub(crate) async fn page(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    Query(asking): Query<Asking>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_definitions(&app, visit, environment).await?;
    let words = asking.q.trim().to_lowercase();
    let fits = |table: &&Table| {
        let kind = match &*asking.kind {
            "standard" => !table.custom,
            "custom" => table.custom,
            "activity" => table.activity,
            _ => true,
        };
        kind && !table.intersect
            && (words.is_empty()
                || table.logical.contains(&words)
                || place.plural(table).to_lowercase().contains(&words)
                || place.singular(table).to_lowercase().contains(&words))
    };
    let model = place.session.model();
    let mut tables: Vec<&Table> = model.tables().iter().map(AsRef::as_ref).filter(fits).collect();
    // what is one's own comes first
    kernel::sort_by_key(&mut tables, |table| (!table.custom, place.plural(table).to_lowercase()));
    let mut grid = Grid::new(&place, "tables", &["table", "columns", "schema-name", "ownership"]);
    for table in &tables {
        let href = place.href(&format!("/tables/{}", table.logical));
        let mut cell = Cell::link(place.plural(table), href);
        table.description.text(place.language).clone_into(&mut cell.sub);
        cell.badges = badges(&place, table);
        let columns = i64::try_from(table.columns().len()).unwrap_or(i64::MAX);
        grid.line(vec![
            cell,
            Cell::text(place.frame.t.number(columns)),
            Cell::code(&table.schema),
            Cell::text(owned(&place, table)),
        ]);
    }
    let kinds = ["", "custom", "standard", "activity"].into_iter().map(|kind| {
        let key = if kind.is_empty() { "all" } else { kind };
        (kind.to_owned(), place.say(&format!("kind-{key}")), kind == asking.kind)
    });
    let search = Html::of(&Search {
        frame: place.frame.clone(),
        action: place.href("/tables"),
        q: asking.q.clone(),
        label: place.say("tables-filter"),
        name: "kind".to_owned(),
        kinds: kinds.collect(),
    });
    let page = Page::new(&place, "tables", place.say("part-tables"))
        .intro(place.count("tables-count", tables.len()))
        .primary(place.href("/tables/new"), place.say("table-new"))
        .block(search)
        .block(grid.html(nothing(&place, "search", "tables")));
    Ok(answer::page(&page))
}
