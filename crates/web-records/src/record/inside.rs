//! The main form of a record inside another page.

use askama::Template;
use edge::Problem;
use kernel::{EnvironmentId, Scope};
use queries::Query;
use records::{Principal, Reference, RowKey};
use uuid::Uuid;
use web_frame::{App, Frame, Html, Visit};

use super::{Stage, Typed, beside::Beside, beside::beside, facts, stages, state};
use crate::{
    files,
    form::{Form, Sent},
    found::Found,
    history,
    inside::{At, Inside},
    lookup,
    place::Place,
    record::save::write,
    shown::Cell,
};

/// The form, without what surrounds it.
#[derive(Debug, Template)]
#[template(path = "inside_record.html")]
struct Page<'a> {
    frame: &'a Frame,
    title: &'a str,
    kind: String,
    icon: &'static str,
    picture: Option<String>,
    state: Option<(String, &'static str)>,
    facts: Vec<(String, Cell)>,
    stages: Vec<Stage>,
    sections: Html,
    version: String,
    action: &'a str,
    wrong: Option<(String, String)>,
    meanwhile: Vec<history::Entry>,
    may_write: bool,
    beside: Vec<Beside>,
}

/// The bit of `WriteAccess` in what [`records::Session::principal_access`] answers.
const WRITE: i64 = 2;

/// The form of a record that the reader may see.
///
/// # Errors
/// As the store says; what may not be seen is not found.
pub async fn record(app: &App, visit: &Visit, at: At<'_>) -> Result<Inside, Problem> {
    let place = Place::of(app, visit, at.environment).await?;
    let table = place.table(at.table)?;
    let mut form = Form::new(&place, &visit.frame, table, false);
    let found = Found::of(&place, &form, at.record).await?;
    form.currency.clone_from(&found.currency);
    shown(&form, &found, Typed::nothing(&found), at.address).await
}

/// Keeps what was changed in the form; gives it back with its mistakes where something was refused.
///
/// # Errors
/// As the store says.
pub async fn save(
    app: &App,
    visit: &Visit,
    at: At<'_>,
    sent: Sent,
) -> Result<Option<Inside>, Problem> {
    let place = Place::of(app, visit, at.environment).await?;
    let table = place.table(at.table)?;
    let mut form = Form::new(&place, &visit.frame, table, false);
    let found = Found::of(&place, &form, at.record).await?;
    form.currency.clone_from(&found.currency);
    let Some(refusal) = write(&form, &found, &sent).await? else { return Ok(None) };
    let mut values = found.values.clone();
    values.extend(sent);
    let typed = Typed {
        values,
        mistakes: refusal.mistakes,
        wrong: refusal.wrong,
        meanwhile: refusal.meanwhile,
    };
    Ok(Some(shown(&form, &found, typed, at.address).await?))
}

async fn shown(
    form: &Form<'_>,
    found: &Found,
    typed: Typed,
    address: &str,
) -> Result<Inside, Problem> {
    let (place, table, frame) = (form.place, form.table, form.frame);
    let title = found.title(form);
    let website = super::address(place, table, found.id);
    let row = Reference::id(&table.logical, found.id);
    let rights = place.session.principal_access(Principal::User(place.session.user()), &row);
    let may_write = !table.is_union() && rights.await? & WRITE != 0;
    let body = Html::of(&Page {
        frame,
        title: &title,
        kind: place.singular(table),
        icon: crate::place::icon(table),
        picture: files::picture(table, found).map(|column| format!("{website}/files/{column}")),
        state: state(form, found),
        facts: facts(form, found),
        stages: stages(form, found),
        sections: form.html((&typed.values, &typed.mistakes), may_write, "h3"),
        version: found.version.to_string(),
        action: address,
        wrong: typed.wrong,
        meanwhile: typed.meanwhile,
        may_write,
        beside: beside(form, found),
    });
    Ok(Inside { title, body, stamp: found.version.to_string(), website })
}

/// The version of a record; nothing where the reader may not see it.
///
/// # Errors
/// As the store says.
pub async fn stamp(
    app: &App,
    scope: &Scope,
    (environment, table, record): (EnvironmentId, &str, Uuid),
) -> Result<Option<String>, Problem> {
    let session = app.records.session_in(scope, environment).await?;
    let Some(of) = session.model().table(table) else { return Ok(None) };
    let query = Query::of(of).select([of.primary_id.as_str()]).map_err(records::Error::from)?;
    let Some(found) = session.read(table, &RowKey::Id(record), &query).await? else {
        return Ok(None);
    };
    let cell = found.plan.shown.version;
    let version = found.rows.first().zip(cell).map(|(row, cell)| row.get::<i64>(cell));
    let version = version.transpose().map_err(records::Error::from)?;
    Ok(version.map(|version| version.to_string()))
}

/// The name of a record; nothing where the reader may not see it.
///
/// # Errors
/// As the store says.
pub async fn name(
    app: &App,
    visit: &Visit,
    (environment, table, record): (EnvironmentId, &str, Uuid),
) -> Result<Option<String>, Problem> {
    let place = Place::of(app, visit, environment).await?;
    let table = place.table(table)?;
    let found = lookup::row_name(&place, table, record).await;
    let nameless = || visit.frame.say("web-records.nameless");
    Ok(found.map(|name| if name.is_empty() { nameless() } else { name }))
}
