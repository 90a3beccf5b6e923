//! The first page: the parts of an environment and how much is in each.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem};
use kernel::EnvironmentId;
use web_frame::{App, Frame, Html, Visit, answer};

use crate::{parts::Page, place::Place, rows::Ask};

#[derive(Debug)]
struct Tile {
    href: String,
    icon: &'static str,
    name: String,
    what: String,
    count: String,
}

#[derive(Debug, Template)]
#[template(path = "overview.html")]
struct Tiles {
    frame: Frame,
    groups: Vec<(String, Vec<Tile>)>,
}

pub(crate) async fn page(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::any(&app, visit, environment).await?;
    let tile = |key: &str, icon: &'static str, count: Option<usize>| Tile {
        href: place.href(&format!("/{key}")),
        icon,
        name: place.say(&format!("part-{key}")),
        what: place.say(&format!("part-{key}-what")),
        count: count.map(number).map(|count| place.frame.t.number(count)).unwrap_or_default(),
    };
    let model = place.session.model();
    let mut groups = Vec::new();
    if place.customises() {
        let tables = model.tables().iter().filter(|table| !table.intersect).count();
        let tiles = vec![
            tile("tables", "stack", Some(tables)),
            tile("choices", "log", Some(model.choices().len())),
        ];
        groups.push((place.say("group-definitions"), tiles));
    }
    if place.rules() {
        let mut counts = Vec::new();
        for (table, column) in [
            ("role", "name"),
            ("systemuser", "fullname"),
            ("team", "name"),
            ("businessunit", "name"),
        ] {
            let columns = [column];
            let all = Ask::of(table, &columns).page(5000, "").all(&place.session).await?;
            counts.push(all.len());
        }
        let count = |at: usize| counts.get(at).copied();
        let tiles = vec![
            tile("roles", "shield", count(0)),
            tile("people", "person", count(1)),
            tile("teams", "team", count(2)),
            tile("units", "building", count(3)),
            tile("column-security", "lock", None),
            tile("hierarchy", "people", None),
        ];
        groups.push((place.say("group-rights"), tiles));
    }
    let tiles = Tiles { frame: place.frame.clone(), groups };
    let mut page = Page::new(&place, "", place.name()).intro(place.say("overview-intro"));
    page.crumbs = vec![(place.records(""), place.say("part-rows"))];
    Ok(answer::page(&page.block(Html::of(&tiles))))
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
