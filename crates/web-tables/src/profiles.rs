//! Column security profiles: who reads and writes secured columns.

use std::collections::BTreeMap;

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem};
use http::StatusCode;
use kernel::EnvironmentId;
use records::{Condition, Delete, Entry, Operation, Reference, RowKey, Update};
use tables::Value;
use uuid::Uuid;
use web_frame::{App, Field, Frame, Html, Visit, answer};

use crate::{
    grid::{Cell, Grid, nothing},
    parts::{Boxes, Dialog, Form, Note, Page, Sent, TickBox, boxes_of, value},
    people::relink,
    place::Place,
    roles::remove,
    rows::{Ask, Row, refer},
    wrong,
};

/// What `CanRead` and the others hold when it is allowed.
const ALLOWED: i64 = 4;
/// The columns of a permission and the ends of their texts.
const RIGHTS: [&str; 3] = ["canread", "cancreate", "canupdate"];

fn href(place: &Place, id: Uuid) -> String {
    place.href(&format!("/column-security/{id}"))
}

/// The secured columns of all tables.
fn secured(place: &Place) -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    for table in place.session.model().tables() {
        for column in table.columns().iter().filter(|column| column.secured) {
            let name = place.label(&column.labels, &column.logical);
            let label = format!("{} · {name}", place.plural(table));
            all.push((table.logical.clone(), column.logical.clone(), label));
        }
    }
    kernel::sort_by(&mut all, |one, other| one.2.cmp(&other.2));
    all
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
    let rows =
        Ask::of("fieldsecurityprofile", &["name", "description"]).all(&place.session).await?;
    let mut grid = Grid::new(place, "profiles", &["profile", "description"]);
    for row in &rows {
        let name = Cell::link(row.text("name"), href(place, row.id));
        grid.line(vec![name, Cell::text(row.text("description"))]);
    }
    let columns = secured(place);
    let new = Dialog {
        frame: place.frame.clone(),
        id: "new",
        title: place.say("profile-new"),
        action: place.href("/column-security"),
        button: place.say("create"),
        danger: false,
        what: String::new(),
        lines: Vec::new(),
        fields: vec![
            Field::text("name", place.say("name")).required().max(100),
            Field::area("description", place.say("description")).max(2000),
        ],
        seen: None,
    };
    let mut page = Page::new(place, "column-security", place.say("part-column-security"))
        .intro(place.say("part-column-security-what"))
        .asking(("add", place.say("profile-new")), &new);
    if let Some((title, what)) = wrong {
        page = page.block(Note::html(place, ("bad", "error"), title, what));
    }
    if columns.is_empty() {
        let (title, what) = (place.say("secured-none"), place.say("secured-none-what"));
        page = page.block(Note::html(place, ("", "info"), title, what));
    } else {
        let title = place.count("secured-count", columns.len());
        let names: Vec<String> = columns.into_iter().map(|(.., label)| label).take(12).collect();
        page = page.block(Note::html(place, ("", "lock"), title, names.join(" — ")));
    }
    Ok(page.block(grid.html(nothing(place, "lock", "profiles"))))
}

pub(crate) async fn create(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_rights(&app, visit, environment).await?;
    let name = value(&sent, "name");
    let told = if name.is_empty() {
        (place.say("wrong"), place.say("wrong-missing"))
    } else {
        let entry = Entry::of("fieldsecurityprofile")
            .text("name", name)
            .text("description", value(&sent, "description"));
        match place.session.run(vec![Operation::Create(entry)]).await {
            Ok(made) => {
                let id = made.first().map(|made| made.id).unwrap_or_default();
                return Ok(answer::back_with(&context, &href(&place, id), "web-tables.made"));
            }
            Err(failure) => wrong::told(&place, failure.error)?,
        }
    };
    let page = listed(&place, Some(told)).await?;
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// What stands beside each secured column: whether it may be read, given, changed.
#[derive(Debug)]
struct Line {
    key: String,
    label: String,
    rights: Vec<bool>,
}

#[derive(Debug, Template)]
#[template(path = "permissions.html")]
struct Permissions {
    frame: Frame,
    heads: Vec<String>,
    lines: Vec<Line>,
}

async fn permissions(place: &Place, profile: Uuid) -> Result<Vec<Row>, records::Error> {
    let columns = ["attributelogicalname", "entityname", "canread", "cancreate", "canupdate"];
    let rows = Ask::of("fieldpermission", &columns).refers("fieldsecurityprofileid", profile);
    rows.all(&place.session).await
}

async fn held(place: &Place, table: &str, profile: Uuid) -> Result<Vec<Uuid>, records::Error> {
    let (column, navigation) = ends(table);
    let columns = [column];
    let rows = Ask::of(table, &columns).behind("fieldsecurityprofile", navigation, profile);
    Ok(rows.all(&place.session).await?.iter().map(|row| row.id).collect())
}

fn ends(table: &str) -> (&'static str, &'static str) {
    if table == "team" {
        ("name", "teamprofiles_association")
    } else {
        ("fullname", "systemuserprofiles_association")
    }
}

async fn boxes(
    place: &Place,
    (table, name): (&str, &'static str),
    held: &[Uuid],
) -> Result<Html, Problem> {
    let (column, _) = ends(table);
    let columns = [column];
    let rows = Ask::of(table, &columns).all(&place.session).await?;
    let options = rows.iter().map(|row| TickBox {
        value: row.id.to_string(),
        label: row.text(column).to_owned(),
        hint: String::new(),
        on: held.contains(&row.id),
        fixed: false,
    });
    Ok(Html::of(&Boxes {
        legend: place.say(if table == "team" { "part-teams" } else { "part-people" }),
        hint: String::new(),
        name,
        options: options.collect(),
        filter: (rows.len() > 12).then(|| place.say("filter")),
    }))
}

pub(crate) async fn page(
    State(app): State<App>,
    Path((environment, profile)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_rights(&app, visit, environment).await?;
    Ok(answer::page(&shown(&place, profile, None).await?))
}

async fn shown(
    place: &Place,
    profile: Uuid,
    wrong: Option<(String, String)>,
) -> Result<Page, Problem> {
    let of = Ask::of("fieldsecurityprofile", &["name", "description"]);
    let row = of.one(&place.session, profile).await?;
    let given = permissions(place, profile).await?;
    let lines = secured(place).into_iter().map(|(table, column, label)| {
        let own = given.iter().find(|one| {
            one.text("entityname") == table && one.text("attributelogicalname") == column
        });
        let right = |name: &&str| {
            own.is_some_and(|own| own.number(name).is_some_and(|allowed| allowed > 0))
        };
        Line { key: format!("{table}.{column}"), label, rights: RIGHTS.iter().map(right).collect() }
    });
    let table = Permissions {
        frame: place.frame.clone(),
        heads: RIGHTS.iter().map(|name| place.say(name)).collect(),
        lines: lines.collect(),
    };
    let fields = vec![
        Field::text("name", place.say("name")).value(row.text("name")).required().max(100),
        Field::area("description", place.say("description"))
            .value(row.text("description"))
            .max(2000),
    ];
    let people = held(place, "systemuser", profile).await?;
    let teams = held(place, "team", profile).await?;
    let to = href(place, profile);
    let mut form = Form::new(place, to.clone())
        .wrong(wrong)
        .group(String::new(), fields)
        .html(place.say("profile-columns"), Html::of(&table))
        .html(String::new(), boxes(place, ("systemuser", "person"), &people).await?)
        .html(String::new(), boxes(place, ("team", "team"), &teams).await?);
    form.hidden.push(("row-version".to_owned(), row.version.to_string()));
    let delete = Dialog::delete(place, row.text("name"), format!("{to}/delete"));
    let delete = delete.what(place.say("profile-delete-what"));
    Ok(Page::new(place, "column-security", row.text("name"))
        .under(place.href("/column-security"), place.say("part-column-security"))
        .asking(("delete", place.say("delete")), &delete)
        .block(Html::of(&form)))
}

/// Keeps a profile with its columns and its members as one change.
pub(crate) async fn save(
    State(app): State<App>,
    Path((environment, profile)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_rights(&app, visit, environment).await?;
    let given = permissions(&place, profile).await?;
    let seen = value(&sent, "row-version").parse().ok();
    let entry = Entry::of("fieldsecurityprofile")
        .text("name", value(&sent, "name"))
        .text("description", value(&sent, "description"));
    let condition = seen.map_or(Condition::Present, Condition::Version);
    let mut operations =
        vec![Operation::Update(Update { key: RowKey::Id(profile), entry, condition })];
    for (table, column, _) in secured(&place) {
        let own = given.iter().find(|one| {
            one.text("entityname") == table && one.text("attributelogicalname") == column
        });
        let wanted: BTreeMap<&str, bool> = RIGHTS
            .iter()
            .map(|right| (*right, value(&sent, &format!("{table}.{column}.{right}")) == "on"))
            .collect();
        operations.extend(permission(&place, profile, (&table, &column), (own, &wanted)));
    }
    let holder = Reference::id("fieldsecurityprofile", profile);
    for (table, name) in [("systemuser", "person"), ("team", "team")] {
        let held = held(&place, table, profile).await?;
        let wanted = boxes_of(&sent, name);
        operations.extend(relink(&holder, ends(table).1, table, (&held, &wanted)));
    }
    match place.session.run(operations).await {
        Ok(_) => Ok(answer::back_with(&context, &href(&place, profile), "saved")),
        Err(failure) => {
            let told = wrong::told(&place, failure.error)?;
            let page = shown(&place, profile, Some(told)).await?;
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

/// What makes one permission what was ticked.
fn permission(
    place: &Place,
    profile: Uuid,
    (table, column): (&str, &str),
    (own, wanted): (Option<&Row>, &BTreeMap<&str, bool>),
) -> Option<Operation> {
    let mut entry = Entry::of("fieldpermission");
    for (right, allowed) in wanted {
        let number = if *allowed { ALLOWED } else { 0 };
        entry = entry.with(*right, Value::Whole(number));
    }
    let any = wanted.values().any(|allowed| *allowed);
    match own {
        None if any => {
            let profile = refer(&place.session, "fieldsecurityprofile", Some(profile));
            let entry = entry
                .text("entityname", table)
                .text("attributelogicalname", column)
                .with("fieldsecurityprofileid", profile);
            Some(Operation::Create(entry))
        }
        None => None,
        Some(own) if !any => Some(Operation::Delete(Delete {
            row: Reference::id("fieldpermission", own.id),
            condition: Condition::Present,
        })),
        Some(own) => Some(Operation::Update(Update {
            key: RowKey::Id(own.id),
            entry,
            condition: Condition::Present,
        })),
    }
}

pub(crate) async fn delete(
    State(app): State<App>,
    Path((environment, profile)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
    edge::Form(_): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_rights(&app, visit, environment).await?;
    remove(&place, "fieldsecurityprofile", profile).await?;
    let to = place.href("/column-security");
    Ok(answer::back_with(&context, &to, "web-tables.deleted"))
}

/// The column of a permission at a place.
fn right(at: usize) -> &'static str {
    RIGHTS.get(at).copied().unwrap_or_default()
}

impl Permissions {
    fn head(&self, at: usize) -> &str {
        self.heads.get(at).map_or("", String::as_str)
    }
}
