//! Which environment, and which of its tables.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse as _, Redirect, Response},
};
use edge::{Path, Problem};
use identity::environments::Environment;
use kernel::EnvironmentId;
use queries::Verb;
use web_frame::{App, Frame, Section, Visit, answer};

use crate::place::{Place, icon};

/// The environments.
#[derive(Debug, Template)]
#[template(path = "environments.html")]
struct Environments {
    frame: Frame,
    rows: Vec<(String, String, String)>,
}

/// The environments with sales tables; of one alone, its tables at once.
pub(crate) async fn choose(State(app): State<App>, visit: Visit) -> Result<Response, Problem> {
    let mut all = app.identity.environments(&visit.scope).await?;
    all.sort_by_key(|environment| !environment.crm_enabled);
    let sales: Vec<&Environment> = all.iter().filter(|one| one.crm_enabled).collect();
    if let [only] = sales.as_slice() {
        return Ok(Redirect::to(&format!("/records/{}", only.id)).into_response());
    }
    let frame = visit.frame;
    let row = |one: &Environment| {
        let kind = frame.say(&format!("web-records.kind-{}", one.kind.as_str()));
        (format!("/records/{}", one.id), one.name.clone(), kind)
    };
    let rows = all.iter().map(row).collect();
    let title = frame.say("web-records.title");
    Ok(answer::page(&Environments { rows, frame: frame.at(Section::Records, title) }))
}

/// One table.
#[derive(Debug)]
struct Tile {
    href: String,
    icon: &'static str,
    name: String,
    what: String,
}

/// The tables of an environment.
#[derive(Debug, Template)]
#[template(path = "tables.html")]
struct Tables {
    frame: Frame,
    /// Those of daily work, and the others.
    groups: Vec<(String, Vec<Tile>)>,
    address: String,
    /// Where definitions and rights are changed, for those who may.
    setup: Option<String>,
}

/// The tables of an environment.
pub(crate) async fn tables(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let tile = |table: &tables::Table| Tile {
        href: place.href(&format!("/{}", table.logical)),
        icon: icon(table),
        name: place.plural(table),
        what: table.description.text(place.language).to_owned(),
    };
    let (daily, others): (Vec<_>, Vec<_>) =
        place.tables().into_iter().partition(|table| Place::is_daily(table));
    let group = |key: &str, all: Vec<&tables::Table>| {
        let tiles: Vec<Tile> = all.into_iter().map(tile).collect();
        (visit.frame.say(&format!("web-records.group-{key}")), tiles)
    };
    let mut groups = vec![group("daily", daily), group("others", others)];
    groups.retain(|(_, tiles)| !tiles.is_empty());
    let name = place.session.environment().name.clone();
    let address = format!("/environments/{name}/api/data/v9.2/");
    let setup = may_set_up(&place).then(|| format!("/setup/{environment}"));
    Ok(answer::page(&Tables { frame: place.at(visit.frame, "", name), groups, address, setup }))
}

/// Whether the reader changes definitions or rights.
fn may_set_up(place: &Place) -> bool {
    let roles = place.session.model().table("role");
    place.session.standing().has("prvWriteEntity")
        || roles.is_some_and(|roles| crate::place::may(&place.session, roles, Verb::Write))
}
