//! Business units as a tree.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem};
use http::StatusCode;
use kernel::EnvironmentId;
use records::{Condition, Entry, Operation, RowKey, Update};
use tables::Value;
use uuid::Uuid;
use web_frame::{App, Field, Frame, Html, Visit, answer};

use crate::{
    parts::{Dialog, Form, Page, Sent, ticked, value},
    people::row_select,
    place::Place,
    roles::remove,
    rows::{Ask, Row, refer},
    wrong,
};

const COLUMNS: [&str; 6] =
    ["name", "parentbusinessunitid", "isdisabled", "description", "divisionname", "costcenter"];

/// Units are not drawn deeper.
const DEEPEST: usize = 32;

#[derive(Debug)]
struct Branch {
    href: String,
    name: String,
    people: usize,
    disabled: bool,
    depth: usize,
}

#[derive(Debug, Template)]
#[template(path = "units.html")]
struct Tree {
    frame: Frame,
    branches: Vec<Branch>,
}

fn href(place: &Place, id: Uuid) -> String {
    place.href(&format!("/units/{id}"))
}

pub(crate) async fn tree(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_rights(&app, visit, environment).await?;
    let rows = Ask::of("businessunit", &COLUMNS).all(&place.session).await?;
    let people = Ask::of("systemuser", &["fullname", "businessunitid"]).page(5000, "");
    let people = people.all(&place.session).await?;
    let mut branches = Vec::with_capacity(rows.len());
    let mut waiting: Vec<(usize, &Row)> = rows
        .iter()
        .rev()
        .filter(|row| row.id_of("parentbusinessunitid").is_none())
        .map(|row| (0, row))
        .collect();
    while let Some((depth, row)) = waiting.pop() {
        let of = |person: &&Row| person.id_of("businessunitid") == Some(row.id);
        branches.push(Branch {
            href: href(&place, row.id),
            name: row.text("name").to_owned(),
            people: people.iter().filter(of).count(),
            disabled: row.flag("isdisabled"),
            depth,
        });
        if depth < DEEPEST {
            let below = rows.iter().rev();
            let below = below.filter(|one| one.id_of("parentbusinessunitid") == Some(row.id));
            waiting.extend(below.map(|one| (depth + 1, one)));
        }
    }
    let tree = Tree { frame: place.frame.clone(), branches };
    let page = Page::new(&place, "units", place.say("part-units"))
        .intro(place.say("part-units-what"))
        .primary(place.href("/units/new"), place.say("unit-new"))
        .block(Html::of(&tree));
    Ok(answer::page(&page))
}

#[derive(Debug, Default)]
struct Unit {
    name: String,
    description: String,
    division: String,
    centre: String,
    parent: Option<Uuid>,
    disabled: bool,
}

impl Unit {
    fn of(row: &Row) -> Self {
        Self {
            name: row.text("name").to_owned(),
            description: row.text("description").to_owned(),
            division: row.text("divisionname").to_owned(),
            centre: row.text("costcenter").to_owned(),
            parent: row.id_of("parentbusinessunitid"),
            disabled: row.flag("isdisabled"),
        }
    }

    fn sent(sent: &Sent) -> Self {
        Self {
            name: value(sent, "name").to_owned(),
            description: value(sent, "description").to_owned(),
            division: value(sent, "division").to_owned(),
            centre: value(sent, "centre").to_owned(),
            parent: value(sent, "parent").parse().ok(),
            disabled: ticked(sent, "disabled"),
        }
    }

    fn entry(&self, place: &Place, is_root: bool) -> Entry {
        let text = |text: &str| match text {
            "" => Value::Null,
            text => Value::Text(text.to_owned()),
        };
        let entry = Entry::of("businessunit")
            .with("name", text(&self.name))
            .with("description", text(&self.description))
            .with("divisionname", text(&self.division))
            .with("costcenter", text(&self.centre));
        if is_root {
            return entry;
        }
        let parent = self.parent.or(Some(place.session.root_unit()));
        entry.with("parentbusinessunitid", refer(&place.session, "businessunit", parent))
    }

    async fn fields(
        &self,
        place: &Place,
        of: Option<Uuid>,
        missing: bool,
    ) -> Result<Vec<Field>, Problem> {
        let name = Field::text("name", place.say("name")).value(&self.name).required().max(160);
        let name = if missing { name.error(place.say("wrong-missing")) } else { name };
        let mut fields = vec![name];
        if of != Some(place.session.root_unit()) {
            let table = ("businessunit", "name");
            let parent =
                row_select(place, ("parent", "unit-parent"), table, self.parent, of).await?;
            fields.push(parent.required().hint(place.say("unit-parent-hint")));
        }
        fields.push(Field::text("division", place.say("division")).value(&self.division).max(100));
        fields.push(Field::text("centre", place.say("cost-centre")).value(&self.centre).max(100));
        let words = Field::area("description", place.say("description"));
        fields.push(words.value(&self.description).max(2000));
        if of.is_some_and(|of| of != place.session.root_unit()) {
            let disabled = Field::check("disabled", place.say("unit-disabled"), self.disabled);
            fields.push(disabled.hint(place.say("unit-disabled-hint")));
        }
        Ok(fields)
    }
}

pub(crate) async fn blank(
    State(app): State<App>,
    Path(environment): Path<EnvironmentId>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_rights(&app, visit, environment).await?;
    let unit = Unit { parent: Some(place.session.root_unit()), ..Unit::default() };
    Ok(answer::page(&new(&place, &unit, None).await?))
}

async fn new(place: &Place, unit: &Unit, wrong: Option<(String, String)>) -> Result<Page, Problem> {
    let missing = wrong.is_some() && unit.name.is_empty();
    let mut form = Form::new(place, place.href("/units/new"))
        .wrong(wrong)
        .group(String::new(), unit.fields(place, None, missing).await?);
    form.button = place.say("create");
    form.cancel = Some(place.href("/units"));
    Ok(Page::new(place, "units", place.say("unit-new"))
        .under(place.href("/units"), place.say("part-units"))
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
    let unit = Unit::sent(&sent);
    let told = if unit.name.is_empty() {
        (place.say("wrong"), place.say("wrong-what"))
    } else {
        match place.session.run(vec![Operation::Create(unit.entry(&place, false))]).await {
            Ok(_) => {
                return Ok(answer::back_with(&context, &place.href("/units"), "web-tables.made"));
            }
            Err(failure) => wrong::told(&place, failure.error)?,
        }
    };
    let page = new(&place, &unit, Some(told)).await?;
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

pub(crate) async fn page(
    State(app): State<App>,
    Path((environment, unit)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of_rights(&app, visit, environment).await?;
    let row = Ask::of("businessunit", &COLUMNS).one(&place.session, unit).await?;
    Ok(answer::page(&shown(&place, &row, &Unit::of(&row), None).await?))
}

async fn shown(
    place: &Place,
    row: &Row,
    unit: &Unit,
    wrong: Option<(String, String)>,
) -> Result<Page, Problem> {
    let missing = wrong.is_some() && unit.name.is_empty();
    let to = href(place, row.id);
    let mut form = Form::new(place, to.clone())
        .wrong(wrong)
        .group(String::new(), unit.fields(place, Some(row.id), missing).await?);
    form.hidden.push(("row-version".to_owned(), row.version.to_string()));
    form.cancel = Some(place.href("/units"));
    let mut page = Page::new(place, "units", row.text("name"))
        .under(place.href("/units"), place.say("part-units"))
        .intro(row.name_of("parentbusinessunitid").to_owned());
    if row.id != place.session.root_unit() {
        let delete = Dialog::delete(place, row.text("name"), format!("{to}/delete"));
        let delete = delete.what(place.say("unit-delete-what"));
        page = page.asking(("delete", place.say("delete")), &delete);
    }
    Ok(page.block(Html::of(&form)))
}

pub(crate) async fn save(
    State(app): State<App>,
    Path((environment, unit)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_rights(&app, visit, environment).await?;
    let row = Ask::of("businessunit", &COLUMNS).one(&place.session, unit).await?;
    let wanted = Unit::sent(&sent);
    let root = unit == place.session.root_unit();
    let told = if wanted.name.is_empty() {
        (place.say("wrong"), place.say("wrong-what"))
    } else {
        let mut entry = wanted.entry(&place, root);
        if !root && wanted.disabled != row.flag("isdisabled") {
            entry = entry.with("isdisabled", Value::Boolean(wanted.disabled));
        }
        let seen = value(&sent, "row-version").parse().ok();
        let update = Operation::Update(Update {
            key: RowKey::Id(unit),
            entry,
            condition: seen.map_or(Condition::Present, Condition::Version),
        });
        match place.session.run(vec![update]).await {
            Ok(_) => return Ok(answer::back_with(&context, &place.href("/units"), "saved")),
            Err(failure) => wrong::told(&place, failure.error)?,
        }
    };
    let page = shown(&place, &row, &wanted, Some(told)).await?;
    Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}

pub(crate) async fn delete(
    State(app): State<App>,
    Path((environment, unit)): Path<(EnvironmentId, Uuid)>,
    visit: Visit,
    edge::Form(_): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let context = visit.context.clone();
    let place = Place::of_rights(&app, visit, environment).await?;
    match remove(&place, "businessunit", unit).await {
        Ok(()) => Ok(answer::back_with(&context, &place.href("/units"), "web-tables.deleted")),
        Err(error) => {
            let told = wrong::told(&place, error)?;
            let row = Ask::of("businessunit", &COLUMNS).one(&place.session, unit).await?;
            let page = shown(&place, &row, &Unit::of(&row), Some(told)).await?;
            Ok(answer::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
        }
    }
}
