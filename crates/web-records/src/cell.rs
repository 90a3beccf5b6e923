//! One cell of a list as a field: a part of the page with script, a small page without.

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem, Query};
use kernel::EnvironmentId;
use queries::Verb;
use serde::Deserialize;
use tables::Table;
use uuid::Uuid;
use web_frame::{App, Asked, Frame, Html, Visit, answer, html};

use crate::{
    form::{Form, Mistakes, Sent},
    found::Found,
    history,
    place::{Place, may},
    record::{self, write},
    shown::Cell,
};

/// Which columns of a list are edited in place.
pub(crate) struct Editable(Vec<String>);

impl Editable {
    pub(crate) fn of(place: &Place, table: &Table) -> Self {
        if !may(&place.session, table, Verb::Write) {
            return Self(Vec::new());
        }
        let frame = Frame::anonymous(kernel::Language::En, jiff::Timestamp::UNIX_EPOCH);
        let form = Form::new(place, &frame, table, false);
        Self(form.columns().into_iter().map(|column| column.logical.clone()).collect())
    }

    pub(crate) fn takes(&self, name: &str) -> bool {
        self.0.iter().any(|one| one == name)
    }
}

/// Where somebody came from: the query of the list.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct From {
    back: String,
}

/// A cell that is edited, as a small page.
#[derive(Debug, Template)]
#[template(path = "cell.html")]
struct Editing {
    frame: Frame,
    record: String,
    label: String,
    form: Html,
}

/// The form of a cell.
#[derive(Debug, Template)]
#[template(path = "cell_form.html")]
struct Filled<'a> {
    frame: &'a Frame,
    input: Html,
    version: String,
    action: String,
    back: &'a str,
    wrong: Option<(String, String)>,
    meanwhile: Vec<history::Entry>,
    /// Whether only the cell is asked for.
    part: bool,
}

/// A cell that was edited.
#[derive(Debug, Template)]
#[template(path = "cell_shown.html")]
struct Edited<'a> {
    frame: &'a Frame,
    cell: Cell,
    label: String,
    edit: String,
    /// The name of a row leads to it.
    href: Option<String>,
}

pub(crate) async fn edit(
    State(app): State<App>,
    Path((environment, table, id, column)): Path<(EnvironmentId, String, Uuid, String)>,
    Query(from): Query<From>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Write)?;
    let mut form = Form::new(&place, &visit.frame, table, false);
    form.only = Some(&column);
    let found = Found::of(&place, &form, id).await?;
    form.currency.clone_from(&found.currency);
    let part = visit.asked != Asked::Page;
    let values = found.values.clone();
    let shown = Shown { form: &form, found: &found, column: &column, from: &from, part };
    let page = shown.page((&values, &Mistakes::new()), None, Vec::new())?;
    Ok(answer::part(page))
}

pub(crate) async fn save(
    State(app): State<App>,
    Path((environment, table, id, column)): Path<(EnvironmentId, String, Uuid, String)>,
    Query(from): Query<From>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Write)?;
    let mut form = Form::new(&place, &visit.frame, table, false);
    form.only = Some(&column);
    let found = Found::of(&place, &form, id).await?;
    form.currency.clone_from(&found.currency);
    let part = visit.asked != Asked::Page;
    let refusal = write(&form, &found, &sent).await?;
    if let Some(refusal) = refusal {
        let mut values = found.values.clone();
        values.extend(sent);
        let shown = Shown { form: &form, found: &found, column: &column, from: &from, part };
        let page = shown.page((&values, &refusal.mistakes), refusal.wrong, refusal.meanwhile)?;
        let mut response = answer::part(page);
        *response.status_mut() = http::StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(response);
    }
    if !part {
        let to = list(&place, table, &from);
        return Ok(answer::back_with(&visit.context, &to, "saved"));
    }
    let found = Found::of(&place, &form, id).await?;
    let address = record::address(&place, table, id);
    let label = table.column(&column).map(|it| place.label(it)).unwrap_or_default();
    let is_name = Some(&column) == table.primary_name.as_ref();
    let shown = Edited {
        frame: &visit.frame,
        cell: found.cell(&form, &column),
        label,
        edit: format!("{address}/cell/{column}?back={}", html::query_value(&from.back)),
        href: is_name.then_some(address),
    };
    Ok(answer::part(Html::of(&shown)))
}

/// The list that somebody came from.
fn list(place: &Place, table: &Table, from: &From) -> String {
    let address = place.href(&format!("/{}", table.logical));
    if from.back.is_empty() { address } else { format!("{address}?{}", from.back) }
}

struct Shown<'a> {
    form: &'a Form<'a>,
    found: &'a Found,
    column: &'a str,
    from: &'a From,
    part: bool,
}

impl Shown<'_> {
    fn page(
        &self,
        (values, mistakes): (&Sent, &Mistakes),
        wrong: Option<(String, String)>,
        meanwhile: Vec<history::Entry>,
    ) -> Result<Html, Problem> {
        let (place, table) = (self.form.place, self.form.table);
        let writable = self.form.columns().into_iter().next();
        let Some(column) = writable else {
            return Err(records::Error::ReadOnly {
                table: table.logical.clone(),
                column: self.column.chars().take(100).collect(),
            }
            .into());
        };
        let address = record::address(place, table, self.found.id);
        let back = list(place, table, self.from);
        let query = html::query_value(&self.from.back);
        let label = place.label(column);
        // a mistake of the value stands at the field already
        let wrong = wrong.filter(|_| mistakes.is_empty());
        let filled = Filled {
            frame: self.form.frame,
            input: self.form.input(column, values, mistakes),
            version: self.found.version.to_string(),
            action: format!("{address}/cell/{}?back={query}", column.logical),
            back: &back,
            wrong,
            meanwhile,
            part: self.part,
        };
        let form = Html::of(&filled);
        if self.part {
            return Ok(Html::trusted(format!("<td class=\"editing\">{form}</td>")));
        }
        let frame = place.at(self.form.frame.clone(), &table.logical, label.as_str());
        let frame = frame.back_to(&back);
        Ok(Html::of(&Editing { record: self.found.title(self.form), label, form, frame }))
    }
}
