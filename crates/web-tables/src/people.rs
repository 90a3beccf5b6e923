//! People of the environment: their roles, teams, unit and manager; and hierarchy security.

use axum::{extract::State, response::Response};
use edge::{Path, Problem, Query};
use http::StatusCode;
use kernel::EnvironmentId;
use records::{Associate, Condition, Disassociate, Entry, Operation, Reference, RowKey, Update};
use serde::Deserialize;
use tables::Value;
use uuid::Uuid;
use web_frame::{App, Field, Html, Visit, answer, html};

use crate::{
    grid::{Cell, Grid, nothing},
    parts::{Boxes, Form, Note, Page, Sent, TickBox, boxes_of, ticked, value},
    place::Place,
    roles::described,
    rows::{Ask, Row, refer},
    wrong,
};

/// What is asked of the list.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asking {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

const COLUMNS: [&str; 7] = [
    "fullname",
    "internalemailaddress",
    "businessunitid",
    "parentsystemuserid",
    "isdisabled",
    "title",
    "domainname",
];

/// How many people stand on a page.
const PEOPLE: u32 = 50;

pub(crate) async fn list(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    Query(asking): Query<Asking>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_rights(&app, visit, environment).await?;
    let ask = Ask::of("systemuser", &COLUMNS);
    let ask = ask.words(&["fullname", "internalemailaddress", "domainname"], &asking.q);
    let (rows, next) = ask.page(PEOPLE, &asking.after).rows(&place.session).await?;
    let next = next.map(|next| {
        let (q, next) = (html::query_value(&asking.q), html::query_value(&next));
        place.href(&format!("/people?q={q}&after={next}"))
    });
    let mut grid = Grid::new(&place, "people", &["person", "unit", "roles", "manager"]);
    for row in &rows {
        let mut person = Cell::link(row.text("fullname"), person_href(&place, row.id))
            .sub(row.text("internalemailaddress"));
        if row.flag("isdisabled") {
            person = person.badge(place.say("disabled"), "bad");
        }
        let roles = roles_of(&place, "systemuser", row.id).await?;
        let names: Vec<String> = roles.iter().map(|role| described(&place, role).0).collect();
        let roles = if names.is_empty() {
            Cell::default().badge(place.say("no-role"), "warning")
        } else {
            Cell::text(names.join(", "))
        };
        grid.line(vec![
            person,
            Cell::text(row.name_of("businessunitid")),
            roles,
            Cell::text(row.name_of("parentsystemuserid")),
        ]);
    }
    let page =
        Page::new(&place, "people", place.say("part-people")).intro(place.say("people-intro"));
    let search = crate::tables_list::search(&place, "/people", &asking.q, "people-filter");
    let grid = grid.next(next).html(nothing(&place, "person", "people"));
    Ok(answer::page(&page.block(search).block(grid)))
}

/// The address of a person.
pub(crate) fn person_href(place: &Place, id: Uuid) -> String {
    place.href(&format!("/people/{id}"))
}

/// The roles of a person or a team.
pub(crate) async fn roles_of(
    place: &Place,
    holder: &str,
    id: Uuid,
) -> Result<Vec<Row>, records::Error> {
    let navigation =
        if holder == "team" { "teamroles_association" } else { "systemuserroles_association" };
    let roles = Ask::of("role", &["name", "description"]);
    roles.behind(holder, navigation, id).all(&place.session).await
}

/// Boxes of every role, those ticked that are held.
pub(crate) async fn role_boxes(place: &Place, held: &[Row]) -> Result<Html, Problem> {
    let all = Ask::of("role", &["name", "description"]).all(&place.session).await?;
    let options = all.iter().map(|row| {
        let (label, hint, _) = described(place, row);
        let on = held.iter().any(|one| one.id == row.id);
        TickBox { value: row.id.to_string(), label, hint, on, fixed: false }
    });
    Ok(Html::of(&Boxes {
        legend: place.say("part-roles"),
        hint: place.say("roles-hint"),
        name: "role",
        options: options.collect(),
        filter: None,
    }))
}

/// A select of rows by name.
pub(crate) async fn row_select(
    place: &Place,
    (name, label): (&str, &str),
    (table, column): (&str, &str),
    chosen: Option<Uuid>,
    without: Option<Uuid>,
) -> Result<Field, Problem> {
    let columns = [column];
    let rows = Ask::of(table, &columns).all(&place.session).await?;
    let empty = (String::new(), "—".to_owned());
    let options = rows
        .iter()
        .filter(|row| Some(row.id) != without)
        .map(|row| (row.id.to_string(), row.text(column).to_owned()));
    let field = Field::select(name, place.say(label), std::iter::once(empty).chain(options));
    Ok(field.value(chosen.map(|id| id.to_string()).unwrap_or_default()))
}

/// What makes the links of a holder with others those that were ticked.
pub(crate) fn relink(
    holder: &Reference,
    navigation: &str,
    table: &str,
    (held, wanted): (&[Uuid], &[Uuid]),
) -> Vec<Operation> {
    let give = wanted.iter().filter(|id| !held.contains(id)).map(|id| {
        Operation::Associate(Associate {
            from: holder.clone(),
            navigation: navigation.to_owned(),
            to: Reference::id(table, *id),
        })
    });
    let take = held.iter().filter(|id| !wanted.contains(id)).map(|id| {
        Operation::Disassociate(Disassociate {
            from: holder.clone(),
            navigation: navigation.to_owned(),
            to: Some(Reference::id(table, *id)),
        })
    });
    give.chain(take).collect()
}

async fn teams_of(place: &Place, person: Uuid) -> Result<Vec<Row>, records::Error> {
    let teams = Ask::of("team", &["name", "isdefault", "businessunitid"]);
    teams.behind("systemuser", "teammembership_association", person).all(&place.session).await
}

pub(crate) async fn page(
    State(app): State<App>,
    Path((environment, person)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_rights(&app, visit, environment).await?;
    Ok(answer::page(&shown(&place, person, None).await?))
}

async fn shown(
    place: &Place,
    person: Uuid,
    wrong: Option<(String, String)>,
) -> Result<Page, Problem> {
    let row = Ask::of("systemuser", &COLUMNS).one(&place.session, person).await?;
    let roles = roles_of(place, "systemuser", person).await?;
    let teams = teams_of(place, person).await?;
    let all = Ask::of("team", &["name", "isdefault", "businessunitid"]).all(&place.session).await?;
    let options = all.iter().map(|team| TickBox {
        value: team.id.to_string(),
        label: team.text("name").to_owned(),
        hint: team.name_of("businessunitid").to_owned(),
        on: teams.iter().any(|one| one.id == team.id),
        fixed: team.flag("isdefault"),
    });
    let teams = Html::of(&Boxes {
        legend: place.say("part-teams"),
        hint: String::new(),
        name: "team",
        options: options.collect(),
        filter: None,
    });
    let unit = ("businessunit", "name");
    let unit = row_select(place, ("unit", "unit"), unit, row.id_of("businessunitid"), None).await?;
    let manager = ("systemuser", "fullname");
    let above = row.id_of("parentsystemuserid");
    let manager = row_select(place, ("manager", "manager"), manager, above, Some(person)).await?;
    let own = person == place.session.user();
    let mut fields = vec![unit.required(), manager.hint(place.say("manager-hint"))];
    if !own {
        let disabled =
            Field::check("disabled", place.say("person-disabled"), row.flag("isdisabled"));
        fields.push(disabled.hint(place.say("person-disabled-hint")));
    }
    let mut form = Form::new(place, person_href(place, person))
        .wrong(wrong)
        .group(place.say("person-place"), fields)
        .html(String::new(), role_boxes(place, &roles).await?)
        .html(String::new(), teams);
    form.hidden.push(("row-version".to_owned(), row.version.to_string()));
    let mut page = Page::new(place, "people", row.text("fullname"))
        .under(place.href("/people"), place.say("part-people"))
        .intro(row.text("internalemailaddress").to_owned());
    if row.flag("isdisabled") {
        let (title, what) = (place.say("disabled"), place.say("person-disabled-hint"));
        page = page.block(Note::html(place, ("warning", "warning"), title, what));
    }
    let why = format!("{}/why", person_href(place, person));
    page.tabs = vec![
        (person_href(place, person), place.say("person-rights"), true),
        (why, place.say("why"), false),
    ];
    Ok(page.block(Html::of(&form)))
}

/// Keeps place, roles and teams of a person as one change.
pub(crate) async fn save(
    State(app): State<App>,
    Path((environment, person)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_rights(&app, visit, environment).await?;
    let row = Ask::of("systemuser", &COLUMNS).one(&place.session, person).await?;
    let roles = roles_of(&place, "systemuser", person).await?;
    let teams = teams_of(&place, person).await?;
    let mut operations = Vec::new();
    let mut entry = Entry::of("systemuser");
    let unit = value(&sent, "unit").parse::<Uuid>().ok();
    if unit.is_some() && unit != row.id_of("businessunitid") {
        entry = entry.with("businessunitid", refer(&place.session, "businessunit", unit));
    }
    let manager = value(&sent, "manager").parse::<Uuid>().ok();
    if manager != row.id_of("parentsystemuserid") {
        entry = entry.with("parentsystemuserid", refer(&place.session, "systemuser", manager));
    }
    if person != place.session.user() && ticked(&sent, "disabled") != row.flag("isdisabled") {
        entry = entry.with("isdisabled", Value::Boolean(ticked(&sent, "disabled")));
    }
    if !entry.values.is_empty() {
        let seen = value(&sent, "row-version").parse().ok();
        operations.push(Operation::Update(Update {
            key: RowKey::Id(person),
            entry,
            condition: seen.map_or(Condition::Present, Condition::Version),
        }));
    }
    let holder = Reference::id("systemuser", person);
    let ids = |rows: &[Row]| rows.iter().map(|row| row.id).collect::<Vec<_>>();
    let wanted = boxes_of(&sent, "role");
    operations.extend(relink(
        &holder,
        "systemuserroles_association",
        "role",
        (&ids(&roles), &wanted),
    ));
    // the team of a unit has everybody in the unit: its box is not sent
    let own: Vec<Uuid> =
        teams.iter().filter(|team| !team.flag("isdefault")).map(|team| team.id).collect();
    let wanted = boxes_of(&sent, "team");
    operations.extend(relink(&holder, "teammembership_association", "team", (&own, &wanted)));
    if operations.is_empty() {
        return Ok(answer::back_with(&context, &person_href(&place, person), "web-tables.nothing"));
    }
    match place.session.run(operations).await {
        Ok(_) => Ok(answer::back_with(&context, &person_href(&place, person), "saved")),
        Err(failure) => {
            let told = wrong::told(&place, failure.error)?;
            let page = shown(&place, person, Some(told)).await?;
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}

const SETTINGS: [&str; 3] =
    ["name", "hierarchicalsecuritymodelenabled", "maxdepthforhierarchicalsecuritymodel"];

/// Whether managers see what their people own, and who is above whom.
pub(crate) async fn hierarchy(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_rights(&app, visit, environment).await?;
    let organization = place.session.organization();
    let row = Ask::of("organization", &SETTINGS).one(&place.session, organization).await?;
    let on = row.flag("hierarchicalsecuritymodelenabled");
    let depth = row.number("maxdepthforhierarchicalsecuritymodel").unwrap_or(3);
    let mut form = Form::new(&place, place.href("/hierarchy")).group(
        String::new(),
        vec![
            Field::check("on", place.say("hierarchy-on"), on).hint(place.say("hierarchy-on-hint")),
            Field::input("number", "depth", place.say("hierarchy-depth"))
                .value(depth.to_string())
                .hint(place.say("hierarchy-depth-hint")),
        ],
    );
    form.hidden.push(("row-version".to_owned(), row.version.to_string()));
    let people = Ask::of("systemuser", &COLUMNS).all(&place.session).await?;
    let mut grid =
        Grid::new(&place, "chain", &["person", "manager"]).filter(place.say("people-filter"));
    for person in people.iter().filter(|person| !person.flag("isdisabled")) {
        let name = Cell::link(person.text("fullname"), person_href(&place, person.id));
        let above = match person.id_of("parentsystemuserid") {
            Some(id) => Cell::link(person.name_of("parentsystemuserid"), person_href(&place, id)),
            None => Cell::text("—"),
        };
        grid.line(vec![name, above]);
    }
    let page = Page::new(&place, "hierarchy", place.say("part-hierarchy"))
        .intro(place.say("part-hierarchy-what"))
        .block(Html::of(&form))
        .block(grid.html(nothing(&place, "people", "people")));
    Ok(answer::page(&page))
}

pub(crate) async fn set_hierarchy(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_rights(&app, visit, environment).await?;
    let depth = value(&sent, "depth").parse::<i64>().unwrap_or(3).clamp(1, 100);
    let entry = Entry::of("organization")
        .with("hierarchicalsecuritymodelenabled", Value::Boolean(ticked(&sent, "on")))
        .with("maxdepthforhierarchicalsecuritymodel", Value::Whole(depth));
    let seen = value(&sent, "row-version").parse().ok();
    let update = Operation::Update(Update {
        key: RowKey::Id(place.session.organization()),
        entry,
        condition: seen.map_or(Condition::Present, Condition::Version),
    });
    place.session.run(vec![update]).await.map_err(|failure| failure.error)?;
    Ok(answer::back_with(&context, &place.href("/hierarchy"), "saved"))
}
