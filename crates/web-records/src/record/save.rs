//! What forms of records send.

use axum::{extract::State, response::Response};
use edge::{Path, Problem};
use kernel::{Coded as _, EnvironmentId};
use queries::Verb;
use records::{Condition, Delete, Entry, Operation, Reference, RowKey, Update};
use serde::Deserialize;
use uuid::Uuid;
use web_frame::{App, Frame, Visit, answer, parts};

use super::{Part, Record, Typed, address};
use crate::{
    channels::Offered,
    form::{Form, Mistakes, Sent, mistake},
    found::Found,
    history,
    place::Place,
};

/// The name of the version among the fields.
pub(crate) const VERSION: &str = "row-version";

/// Keeps what was changed, if nobody changed the record meanwhile.
pub(crate) async fn save(
    State(app): State<App>,
    Path((environment, table, record)): Path<(EnvironmentId, String, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    let mut form = Form::new(&place, &visit.frame, table, false);
    let found = Found::of(&place, &form, record).await?;
    form.currency.clone_from(&found.currency);
    let Some(refusal) = write(&form, &found, &sent).await? else {
        let to = address(&place, table, record);
        return Ok(answer::back_with(&visit.context, &to, "saved"));
    };
    let mut values = found.values.clone();
    values.extend(sent);
    let (mistakes, wrong, meanwhile) = (refusal.mistakes, refusal.wrong, refusal.meanwhile);
    let typed = Typed { values, mistakes, wrong, meanwhile };
    let offered = Offered::on(&app, &visit.scope, &form, found.id).await?;
    let page = Record::of(&form, &found, typed, &Part::default()).await?.with(offered);
    Ok(answer::page_with(http::StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// Why what was typed was not kept.
pub(crate) struct Refusal {
    pub(crate) mistakes: Mistakes,
    pub(crate) wrong: Option<(String, String)>,
    /// What others have changed meanwhile.
    pub(crate) meanwhile: Vec<history::Entry>,
}

/// Writes what differs, with the version that was seen.
pub(crate) async fn write(
    form: &Form<'_>,
    found: &Found,
    sent: &Sent,
) -> Result<Option<Refusal>, Problem> {
    let values = match form.read(sent, &found.values).await? {
        Ok(values) => values,
        Err(mistakes) => {
            let (wrong, meanwhile) = (Some(told(form.frame)), Vec::new());
            return Ok(Some(Refusal { mistakes, wrong, meanwhile }));
        }
    };
    if values.is_empty() {
        return Ok(None);
    }
    let seen: Option<i64> = sent.get(VERSION).and_then(|text| text.parse().ok());
    let entry = Entry { values, ..Entry::of(&form.table.logical) };
    let update = Update {
        key: RowKey::Id(found.id),
        entry,
        condition: seen.map_or(Condition::Present, Condition::Version),
    };
    let ran = form.place.session.run(vec![Operation::Update(update)]).await;
    let Err(failure) = ran else { return Ok(None) };
    let conflict = matches!(failure.error, records::Error::VersionMismatch);
    let (mistakes, wrong) = refused(form, failure.error)?;
    let mut meanwhile = Vec::new();
    if let Some(seen) = seen.filter(|_| conflict) {
        meanwhile = history::entries(form, found.id, None).await?;
        meanwhile.retain(|entry| entry.position > seen);
    }
    Ok(Some(Refusal { mistakes, wrong, meanwhile }))
}

pub(crate) async fn create(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Create)?;
    let form = Form::new(&place, &visit.frame, table, true);
    let nothing: Sent =
        form.columns().iter().map(|it| (it.logical.clone(), String::new())).collect();
    let read = form.read(&sent, &nothing).await?;
    let (mistakes, wrong) = match read.and_then(|values| form.complete(values)) {
        Ok(values) => {
            let entry = Entry { values, ..Entry::of(&table.logical) };
            match place.session.run(vec![Operation::Create(entry)]).await {
                Ok(made) => {
                    let id = made.first().map(|made| made.id).unwrap_or_default();
                    let to = address(&place, table, id);
                    return Ok(answer::back_with(&visit.context, &to, "web-records.made"));
                }
                Err(failure) => refused(&form, failure.error)?,
            }
        }
        Err(mistakes) => (mistakes, Some(told(&visit.frame))),
    };
    let typed = Typed { values: sent, mistakes, wrong, meanwhile: Vec::new() };
    let page = Record::new(&form, &typed);
    Ok(answer::page_with(http::StatusCode::UNPROCESSABLE_ENTITY, &page))
}

/// What the page of a record sends to delete it.
#[derive(Debug, Deserialize)]
pub(crate) struct Nothing {}

pub(crate) async fn delete(
    State(app): State<App>,
    Path((environment, table, record)): Path<(EnvironmentId, String, Uuid)>,
    visit: Visit,
    edge::Form(Nothing {}): edge::Form<Nothing>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Delete)?;
    let row = Reference::id(&table.logical, record);
    let delete = Operation::Delete(Delete { row, condition: Condition::Present });
    match place.session.run(vec![delete]).await {
        Ok(_) => {
            let to = place.href(&format!("/{}", table.logical));
            Ok(answer::back_with(&visit.context, &to, "web-records.deleted"))
        }
        Err(failure) => Err(failure.error.into()),
    }
}

/// The headline over a form with mistakes.
fn told(frame: &Frame) -> (String, String) {
    (frame.say("web-records.wrong"), frame.say("web-records.wrong-what"))
}

/// What people read when the store refuses: at the field where there is one, else over the form.
fn refused(
    form: &Form<'_>,
    error: records::Error,
) -> Result<(Mistakes, Option<(String, String)>), Problem> {
    let at = |column: &str, sentence: String| {
        let mistakes = Mistakes::from([(column.to_owned(), mistake(sentence))]);
        Ok((mistakes, Some(told(form.frame))))
    };
    match &error {
        records::Error::Value(wrong) => at(&wrong.column, form.sentence(wrong)),
        records::Error::Required { column, .. } => {
            at(column, form.frame.say("web-records.wrong-missing"))
        }
        records::Error::VersionMismatch => {
            let (title, what) = ("web-records.changed", "web-records.changed-what");
            Ok((Mistakes::new(), Some((form.frame.say(title), form.frame.say(what)))))
        }
        _ if matches!(error.code().kind(), kernel::Kind::Conflict | kernel::Kind::Invalid) => {
            Ok((Mistakes::new(), Some(parts::told(form.frame, &error))))
        }
        _ => Err(error.into()),
    }
}
