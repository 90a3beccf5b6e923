//! Security roles: the list, a new one, another name, a copy, an end.

use std::collections::HashMap;

use axum::{extract::State, response::Response};
use edge::{Path, Problem};
use http::StatusCode;
use kernel::EnvironmentId;
use records::{Condition, Delete, Entry, Operation, Reference, RoleChange, RowKey, Update};
use tables::baseline::{Baseline, Depth, Set};
use uuid::Uuid;
use web_frame::{App, Field, Visit, answer};

use crate::{
    grid::{Cell, Grid, nothing},
    parts::{Dialog, Note, Page, Sent, value},
    place::Place,
    rows::{Ask, Row},
    wrong,
};

/// Roles that the product brings, with their texts in the reader's language.
pub(crate) fn described(place: &Place, row: &Row) -> (String, String, bool) {
    let all = &Baseline::of(&Set::ALL).roles;
    match all.iter().find(|role| role.id == row.id) {
        Some(role) => {
            let what = role.description.text(place.language).to_owned();
            let name = if role.name == row.text("name") {
                role.labels.text(place.language).to_owned()
            } else {
                row.text("name").to_owned()
            };
            (name, what, true)
        }
        None => (row.text("name").to_owned(), row.text("description").to_owned(), false),
    }
}

/// How many hold each role.
async fn held(place: &Place, intersect: &str) -> Result<HashMap<Uuid, usize>, Problem> {
    let mut counts: HashMap<Uuid, usize> = HashMap::new();
    let links = Ask::of(intersect, &["roleid"]).page(5000, "").all(&place.session).await?;
    for link in links {
        if let Some(role) = link.id_of("roleid") {
            *counts.entry(role).or_default() += 1;
        }
    }
    Ok(counts)
}

pub(crate) async fn list(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_rights(&app, visit, environment).await?;
    Ok(answer::page(&listed(&place, None).await?))
}

async fn listed(place: &Place, wrong: Option<(String, String)>) -> Result<Page, Problem> {
    let columns = ["name", "description", "ismanaged"];
    let rows = Ask::of("role", &columns).all(&place.session).await?;
    let (people, teams) = (held(place, "systemuserroles").await?, held(place, "teamroles").await?);
    let mut grid = Grid::new(place, "roles", &["name", "held-people", "held-teams"])
        .filter(place.say("roles-filter"));
    for row in &rows {
        let (name, what, shipped) = described(place, row);
        let href = place.href(&format!("/roles/{}", row.id));
        let mut cell = Cell::link(name, href).sub(what);
        if shipped {
            cell = cell.badge(place.say("shipped"), "");
        }
        let number = |counts: &HashMap<Uuid, usize>| {
            let count = counts.get(&row.id).copied().unwrap_or(0);
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            Cell::text(place.frame.t.number(count))
        };
        grid.line(vec![cell, number(&people), number(&teams)]);
    }
    let mut page =
        Page::new(place, "roles", place.say("part-roles")).intro(place.say("roles-intro"));
    let new = Dialog {
        frame: place.frame.clone(),
        id: "new",
        title: place.say("role-new"),
        action: place.href("/roles"),
        button: place.say("create"),
        danger: false,
        what: place.say("role-new-what"),
        lines: Vec::new(),
        fields: vec![
            Field::text("name", place.say("name")).required().max(100),
            Field::area("description", place.say("description")).max(2000),
        ],
        seen: None,
    };
    page = page.asking(("add", place.say("role-new")), &new);
    if let Some((title, what)) = wrong {
        page = page.block(Note::html(place, ("bad", "error"), title, what));
    }
    Ok(page.block(grid.html(nothing(place, "shield", "roles"))))
}

/// Makes a role with nothing in it and opens it.
pub(crate) async fn create(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_rights(&app, visit, environment).await?;
    match make(&place, value(&sent, "name"), value(&sent, "description")).await {
        Ok(id) => {
            let to = place.href(&format!("/roles/{id}"));
            Ok(answer::back_with(&context, &to, "web-tables.role-made"))
        }
        Err(error) => {
            let told = wrong::told(&place, error)?;
            let page = listed(&place, Some(told)).await?;
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

async fn make(place: &Place, name: &str, what: &str) -> Result<Uuid, records::Error> {
    if name.is_empty() {
        let (table, column) = ("role".to_owned(), "name".to_owned());
        return Err(records::Error::Required { table, column });
    }
    let entry = Entry::of("role").text("name", name).text("description", what);
    let made = place.session.run(vec![Operation::Create(entry)]).await;
    let made = made.map_err(|failure| failure.error)?;
    Ok(made.first().map(|made| made.id).unwrap_or_default())
}

/// Another name.
pub(crate) async fn rename(
    State(app): State<App>,
    Path((environment, role)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_rights(&app, visit, environment).await?;
    let entry = Entry::of("role")
        .text("name", value(&sent, "name"))
        .text("description", value(&sent, "description"));
    let update = Update { key: RowKey::Id(role), entry, condition: Condition::Present };
    let done = place.session.run(vec![Operation::Update(update)]).await;
    done.map_err(|failure| failure.error)?;
    let to = place.href(&format!("/roles/{role}"));
    Ok(answer::back_with(&context, &to, "saved"))
}

/// Another role with the same in it.
pub(crate) async fn copy(
    State(app): State<App>,
    Path((environment, role)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_rights(&app, visit, environment).await?;
    let held = place.session.role_privileges(role).await?;
    let of = Ask::of("role", &["name", "description"]).one(&place.session, role).await?;
    let id = make(&place, value(&sent, "name"), of.text("description")).await?;
    let add: Vec<(Uuid, Depth)> = held.iter().map(|one| (one.privilege, one.depth)).collect();
    let change = RoleChange { add, ..RoleChange::default() };
    if let Err(error) = place.session.change_privileges(id, change).await {
        // what cannot be copied whole is not copied
        remove(&place, "role", id).await?;
        return Err(error.into());
    }
    let to = place.href(&format!("/roles/{id}"));
    Ok(answer::back_with(&context, &to, "web-tables.role-made"))
}

/// Takes a role away from everybody.
pub(crate) async fn delete(
    State(app): State<App>,
    Path((environment, role)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
    edge::Form(_): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_rights(&app, visit, environment).await?;
    remove(&place, "role", role).await?;
    Ok(answer::back_with(&context, &place.href("/roles"), "web-tables.deleted"))
}

/// Deletes one row.
pub(crate) async fn remove(place: &Place, table: &str, id: Uuid) -> Result<(), records::Error> {
    let row = Reference::id(table, id);
    let delete = Operation::Delete(Delete { row, condition: Condition::Present });
    let done = place.session.run(vec![delete]).await;
    done.map(drop).map_err(|failure| failure.error)
}
