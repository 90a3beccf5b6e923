//! Teams: who is in them, which roles they hold.

use axum::{extract::State, response::Response};
use edge::{Path, Problem};
use http::StatusCode;
use kernel::EnvironmentId;
use records::{Associate, Condition, Disassociate, Entry, Operation, Reference, RowKey, Update};
use tables::Value;
use uuid::Uuid;
use web_frame::{App, Field, Html, Visit, answer};

use crate::{
    grid::{Cell, Grid, nothing},
    parts::{Dialog, Form, Page, Sent, boxes_of, value},
    people::{person_href, relink, role_boxes, roles_of, row_select},
    place::Place,
    roles::{described, remove},
    rows::{Ask, Row, refer},
    wrong,
};

const COLUMNS: [&str; 6] =
    ["name", "description", "businessunitid", "administratorid", "teamtype", "isdefault"];

pub(crate) async fn list(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_rights(&app, visit, environment).await?;
    let rows = Ask::of("team", &COLUMNS).all(&place.session).await?;
    let mut grid = Grid::new(&place, "teams", &["team", "unit", "roles", "administrator"])
        .filter(place.say("teams-filter"));
    for row in &rows {
        let mut name = Cell::link(row.text("name"), href(&place, row.id));
        name = name.sub(row.text("description"));
        if row.flag("isdefault") {
            name = name.badge(place.say("team-default"), "");
        }
        let roles = roles_of(&place, "team", row.id).await?;
        let roles: Vec<String> = roles.iter().map(|role| described(&place, role).0).collect();
        grid.line(vec![
            name,
            Cell::text(row.name_of("businessunitid")),
            Cell::text(roles.join(", ")),
            Cell::text(row.name_of("administratorid")),
        ]);
    }
    let page = Page::new(&place, "teams", place.say("part-teams"))
        .intro(place.say("part-teams-what"))
        .primary(place.href("/teams/new"), place.say("team-new"))
        .block(grid.html(nothing(&place, "team", "teams")));
    Ok(answer::page(&page))
}

fn href(place: &Place, id: Uuid) -> String {
    place.href(&format!("/teams/{id}"))
}

/// The fields of a team; `of` is what stands in them.
async fn fields(place: &Place, of: &Team) -> Result<Vec<Field>, Problem> {
    let unit = ("businessunit", "name");
    let unit = row_select(place, ("unit", "unit"), unit, of.unit, None).await?;
    let administrator = ("systemuser", "fullname");
    let name = ("administrator", "administrator");
    let administrator = row_select(place, name, administrator, of.administrator, None).await?;
    let name = Field::text("name", place.say("name")).value(&of.name).required().max(160);
    let name = if of.name_missing { name.error(place.say("wrong-missing")) } else { name };
    Ok(vec![
        name,
        unit.required(),
        administrator,
        Field::area("description", place.say("description")).value(&of.description).max(2000),
    ])
}

#[derive(Debug, Default)]
struct Team {
    name: String,
    name_missing: bool,
    description: String,
    unit: Option<Uuid>,
    administrator: Option<Uuid>,
}

impl Team {
    fn of(row: &Row) -> Self {
        Self {
            name: row.text("name").to_owned(),
            name_missing: false,
            description: row.text("description").to_owned(),
            unit: row.id_of("businessunitid"),
            administrator: row.id_of("administratorid"),
        }
    }

    fn sent(sent: &Sent) -> Self {
        Self {
            name: value(sent, "name").to_owned(),
            name_missing: value(sent, "name").is_empty(),
            description: value(sent, "description").to_owned(),
            unit: value(sent, "unit").parse().ok(),
            administrator: value(sent, "administrator").parse().ok(),
        }
    }

    fn entry(&self, place: &Place) -> Entry {
        let text = |text: &str| match text {
            "" => Value::Null,
            text => Value::Text(text.to_owned()),
        };
        let unit = self.unit.or(Some(place.session.business_unit()));
        Entry::of("team")
            .text("name", &*self.name)
            .with("description", text(&self.description))
            .with("businessunitid", refer(&place.session, "businessunit", unit))
            .with("administratorid", refer(&place.session, "systemuser", self.administrator))
    }
}

pub(crate) async fn blank(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_rights(&app, visit, environment).await?;
    let team = Team { unit: Some(place.session.root_unit()), ..Team::default() };
    Ok(answer::page(&new(&place, &team, None).await?))
}

async fn new(place: &Place, team: &Team, wrong: Option<(String, String)>) -> Result<Page, Problem> {
    let mut form = Form::new(place, place.href("/teams/new"))
        .wrong(wrong)
        .group(String::new(), fields(place, team).await?);
    form.button = place.say("create");
    form.cancel = Some(place.href("/teams"));
    Ok(Page::new(place, "teams", place.say("team-new"))
        .under(place.href("/teams"), place.say("part-teams"))
        .block(Html::of(&form)))
}

pub(crate) async fn create(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_rights(&app, visit, environment).await?;
    let team = Team::sent(&sent);
    let told = if team.name_missing {
        (place.say("wrong"), place.say("wrong-what"))
    } else {
        match place.session.run(vec![Operation::Create(team.entry(&place))]).await {
            Ok(made) => {
                let id = made.first().map(|made| made.id).unwrap_or_default();
                return Ok(answer::back_with(&context, &href(&place, id), "web-tables.made"));
            }
            Err(failure) => wrong::told(&place, failure.error)?,
        }
    };
    let page = new(&place, &team, Some(told)).await?;
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

async fn members(place: &Place, team: Uuid) -> Result<Vec<Row>, records::Error> {
    let people = Ask::of("systemuser", &["fullname", "internalemailaddress", "businessunitid"]);
    people.behind("team", "teammembership_association", team).all(&place.session).await
}

pub(crate) async fn page(
    State(app): State<App>,
    Path((environment, team)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_rights(&app, visit, environment).await?;
    Ok(answer::page(&shown(&place, team, None).await?))
}

async fn shown(
    place: &Place,
    team: Uuid,
    wrong: Option<(String, String)>,
) -> Result<Page, Problem> {
    let row = Ask::of("team", &COLUMNS).one(&place.session, team).await?;
    let to = href(place, team);
    let fixed = row.flag("isdefault");
    let roles = roles_of(place, "team", team).await?;
    let mut form = Form::new(place, to.clone()).wrong(wrong);
    form.hidden.push(("row-version".to_owned(), row.version.to_string()));
    if !fixed {
        form = form.group(String::new(), fields(place, &Team::of(&row)).await?);
    }
    let form = form.html(String::new(), role_boxes(place, &roles).await?);
    let people = members(place, team).await?;
    let add = Dialog {
        frame: place.frame.clone(),
        id: "add",
        title: place.say("member-add"),
        action: format!("{to}/members"),
        button: place.say("add"),
        danger: false,
        what: String::new(),
        lines: Vec::new(),
        fields: vec![
            row_select(place, ("person", "person"), ("systemuser", "fullname"), None, None)
                .await?
                .required(),
        ],
        seen: None,
    };
    let list = Members {
        frame: place.frame.clone(),
        fixed,
        rows: people
            .iter()
            .map(|person| Member {
                name: person.text("fullname").to_owned(),
                what: person.name_of("businessunitid").to_owned(),
                href: person_href(place, person.id),
                remove: format!("{to}/members/{}/remove", person.id),
            })
            .collect(),
    };
    let mut page = Page::new(place, "teams", row.text("name"))
        .under(place.href("/teams"), place.say("part-teams"))
        .intro(row.name_of("businessunitid").to_owned());
    if !fixed {
        page = page.asking(("add", place.say("member-add")), &add);
        let delete = Dialog::delete(place, row.text("name"), format!("{to}/delete"));
        let delete = delete.what(place.say("team-delete-what"));
        page = page.asking(("delete", place.say("delete")), &delete);
    }
    Ok(page.block(Html::of(&list)).block(Html::of(&form)))
}

#[derive(Debug)]
struct Member {
    name: String,
    what: String,
    href: String,
    remove: String,
}

#[derive(Debug, askama::Template)]
#[template(path = "members.html")]
struct Members {
    frame: web_frame::Frame,
    fixed: bool,
    rows: Vec<Member>,
}

/// Keeps a team and its roles as one change.
pub(crate) async fn save(
    State(app): State<App>,
    Path((environment, team)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_rights(&app, visit, environment).await?;
    let row = Ask::of("team", &COLUMNS).one(&place.session, team).await?;
    let mut operations = Vec::new();
    if !row.flag("isdefault") {
        let seen = value(&sent, "row-version").parse().ok();
        operations.push(Operation::Update(Update {
            key: RowKey::Id(team),
            entry: Team::sent(&sent).entry(&place),
            condition: seen.map_or(Condition::Present, Condition::Version),
        }));
    }
    let held: Vec<Uuid> =
        roles_of(&place, "team", team).await?.iter().map(|role| role.id).collect();
    let holder = Reference::id("team", team);
    let wanted = boxes_of(&sent, "role");
    operations.extend(relink(&holder, "teamroles_association", "role", (&held, &wanted)));
    match place.session.run(operations).await {
        Ok(_) => Ok(answer::back_with(&context, &href(&place, team), "saved")),
        Err(failure) => {
            let told = wrong::told(&place, failure.error)?;
            let page = shown(&place, team, Some(told)).await?;
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

pub(crate) async fn add(
    State(app): State<App>,
    Path((environment, team)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_rights(&app, visit, environment).await?;
    let person = value(&sent, "person").parse::<Uuid>().unwrap_or_default();
    let link = Operation::Associate(Associate {
        from: Reference::id("team", team),
        navigation: "teammembership_association".to_owned(),
        to: Reference::id("systemuser", person),
    });
    place.session.run(vec![link]).await.map_err(|failure| failure.error)?;
    Ok(answer::back_with(&context, &href(&place, team), "web-tables.added"))
}

pub(crate) async fn remove_member(
    place: &Place,
    team: Uuid,
    person: Uuid,
) -> Result<(), records::Error> {
    let link = Operation::Disassociate(Disassociate {
        from: Reference::id("team", team),
        navigation: "teammembership_association".to_owned(),
        to: Some(Reference::id("systemuser", person)),
    });
    place.session.run(vec![link]).await.map(drop).map_err(|failure| failure.error)
}

pub(crate) async fn take(
    State(app): State<App>,
    Path((environment, team, person)): Path<(EnvironmentId, Uuid, Uuid)>,
    visit: Visit,
    edge::Form(_): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_rights(&app, visit, environment).await?;
    remove_member(&place, team, person).await?;
    Ok(answer::back_with(&context, &href(&place, team), "web-tables.removed"))
}

pub(crate) async fn delete(
    State(app): State<App>,
    Path((environment, team)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
    edge::Form(_): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_rights(&app, visit, environment).await?;
    match remove(&place, "team", team).await {
        Ok(()) => Ok(answer::back_with(&context, &place.href("/teams"), "web-tables.deleted")),
        Err(error) => {
            let told = wrong::told(&place, error)?;
            let page = shown(&place, team, Some(told)).await?;
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}
