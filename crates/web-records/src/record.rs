//! One record: its form, what stands beside it, what belongs to it; and a new one.

use std::collections::BTreeSet;

use askama::Template;
use axum::{extract::State, response::Response};
use edge::{Path, Problem};
use kernel::{Coded as _, EnvironmentId};
use queries::{Query, Verb};
use records::{Condition, Delete, Entry, Operation, Reference, RowKey, Update};
use serde::Deserialize;
use tables::{ColumnKind, Relationship, Side, Table};
use uuid::Uuid;
use web_frame::{App, Field, Frame, Visit, answer, parts};

use crate::{
    form::{Form, Mistakes, Sent},
    place::{Place, may},
    shown::{Cell, Reader},
};

/// The form of a record, or of a new one.
#[derive(Debug, Template)]
#[template(path = "record.html")]
struct Record {
    frame: Frame,
    /// What kind of record it is, and what stands in its name.
    kind: String,
    icon: &'static str,
    state: Option<(String, &'static str)>,
    fields: Vec<Field>,
    version: String,
    action: String,
    back: String,
    /// What is wrong with the whole: a headline and what to do.
    wrong: Option<(String, String)>,
    may_write: bool,
    delete: Option<String>,
    beside: Vec<(String, Cell)>,
    related: Vec<(String, String)>,
}

/// The name of the version among the fields.
const VERSION: &str = "row-version";

/// One record, read for its page.
struct Found {
    rows: records::Rows,
    id: Uuid,
    version: i64,
    name: String,
    values: Sent,
}

impl Found {
    async fn of(place: &Place, form: &Form<'_>, id: Uuid) -> Result<Self, Problem> {
        let table = form.table;
        let missing =
            || records::Error::RowMissing { table: table.logical.clone(), key: id.to_string() };
        let of = place.session.model().table(&table.logical).ok_or_else(missing)?;
        let mut query = Query::of(of).select_all();
        query.names = true;
        let read = place.session.read(&table.logical, &RowKey::Id(id), &query).await?;
        let rows = read.ok_or_else(missing)?;
        let row = rows.rows.first().ok_or_else(missing)?;
        let broken = |error: db::Error| Problem::from(records::Error::from(error));
        let mut values = Sent::new();
        let (mut name, mut version) = (String::new(), 0);
        for property in &rows.plan.shown.properties {
            let Some(column) = property.column() else { continue };
            let value = property.value(row).map_err(broken)?;
            if Some(&column.logical) == table.primary_name.as_ref() {
                name = form.text(column, &value);
            }
            values.insert(column.logical.clone(), form.text(column, &value));
        }
        if let Some(cell) = rows.plan.shown.version {
            version = row.get::<Option<i64>>(cell).map_err(broken)?.unwrap_or_default();
        }
        Ok(Self { rows, id, version, name, values })
    }
}

pub(crate) async fn page(
    State(app): State<App>,
    Path((environment, table, record)): Path<(EnvironmentId, String, Uuid)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    let frame = &visit.frame;
    let form = Form { place: &place, frame, table, new: false };
    let found = Found::of(&place, &form, record).await?;
    let fields = form.fields(&found.values, &Mistakes::new());
    let page = Record::of(&form, &found, (fields, None)).await?;
    Ok(answer::page(&page))
}

/// Keeps what was changed, if nobody changed the record meanwhile.
pub(crate) async fn save(
    State(app): State<App>,
    Path((environment, table, record)): Path<(EnvironmentId, String, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    let form = Form { place: &place, frame: &visit.frame, table, new: false };
    let found = Found::of(&place, &form, record).await?;
    let (mistakes, wrong) = match form.read(&sent, &found.values) {
        Ok(values) if values.is_empty() => (Mistakes::new(), None),
        Ok(values) => {
            let seen = sent.get(VERSION).and_then(|text| text.parse().ok());
            let entry = Entry { values, ..Entry::of(&table.logical) };
            let update = Update {
                key: RowKey::Id(record),
                entry,
                condition: seen.map_or(Condition::Present, Condition::Version),
            };
            match place.session.run(vec![Operation::Update(update)]).await {
                Ok(_) => (Mistakes::new(), None),
                Err(failure) => refused(&form, failure.error)?,
            }
        }
        Err(mistakes) => (mistakes, Some(told(&visit.frame))),
    };
    if mistakes.is_empty() && wrong.is_none() {
        let to = place.href(&format!("/{}/{record}", table.logical));
        return Ok(answer::back_with(&visit.context, &to, "saved"));
    }
    let mut values = found.values.clone();
    values.extend(sent);
    let fields = form.fields(&values, &mistakes);
    let page = Record::of(&form, &found, (fields, wrong)).await?;
    Ok(answer::page_with(http::StatusCode::UNPROCESSABLE_ENTITY, &page))
}

pub(crate) async fn blank(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    let form = Form { place: &place, frame: &visit.frame, table, new: true };
    place.require(table, Verb::Create)?;
    let fields = form.fields(&form.blank(), &Mistakes::new());
    Ok(answer::page(&Record::new(&form, (fields, None))))
}

/// Makes a record and opens it.
pub(crate) async fn create(
    State(app): State<App>,
    Path((environment, table)): Path<(EnvironmentId, String)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Create)?;
    let form = Form { place: &place, frame: &visit.frame, table, new: true };
    let nothing: Sent =
        form.columns().iter().map(|it| (it.logical.clone(), String::new())).collect();
    let (mistakes, wrong) =
        match form.read(&sent, &nothing).and_then(|values| form.complete(values)) {
            Ok(values) => {
                let entry = Entry { values, ..Entry::of(&table.logical) };
                match place.session.run(vec![Operation::Create(entry)]).await {
                    Ok(made) => {
                        let id = made.first().map(|made| made.id).unwrap_or_default();
                        let to = place.href(&format!("/{}/{id}", table.logical));
                        return Ok(answer::back_with(&visit.context, &to, "web-records.made"));
                    }
                    Err(failure) => refused(&form, failure.error)?,
                }
            }
            Err(mistakes) => (mistakes, Some(told(&visit.frame))),
        };
    let fields = form.fields(&sent, &mistakes);
    let page = Record::new(&form, (fields, wrong));
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
        let mistakes = Mistakes::from([(column.to_owned(), sentence)]);
        Ok((mistakes, Some(told(form.frame))))
    };
    match &error {
        records::Error::Value(wrong) => at(&wrong.column, form.sentence(wrong)),
        records::Error::Required { column, .. } => {
            at(column, form.frame.say("web-records.wrong-missing"))
        }
        _ if matches!(error.code().kind(), kernel::Kind::Conflict | kernel::Kind::Invalid) => {
            Ok((Mistakes::new(), Some(parts::told(form.frame, &error))))
        }
        _ => Err(error.into()),
    }
}

impl Record {
    fn new(form: &Form<'_>, (fields, wrong): (Vec<Field>, Option<(String, String)>)) -> Self {
        let (place, table) = (form.place, form.table);
        let kind = place.singular(table);
        let title = form.frame.say1("web-records.new-of", "kind", kind.as_str());
        let back = place.href(&format!("/{}", table.logical));
        Self {
            frame: place.at(form.frame.clone(), &table.logical, title).back_to(&back),
            kind,
            icon: crate::place::icon(table),
            state: None,
            fields,
            version: String::new(),
            action: format!("{back}/new"),
            back,
            wrong,
            may_write: true,
            delete: None,
            beside: Vec::new(),
            related: Vec::new(),
        }
    }

    async fn of(
        form: &Form<'_>,
        found: &Found,
        (fields, wrong): (Vec<Field>, Option<(String, String)>),
    ) -> Result<Self, Problem> {
        let (place, table) = (form.place, form.table);
        let currencies = place.session.currencies().await?;
        let reader = Reader::new(place, form.frame, &currencies, &found.rows);
        let typed: BTreeSet<&str> =
            form.columns().iter().map(|column| column.logical.as_str()).collect();
        let mut beside = Vec::new();
        let mut state = None;
        let Some(row) = found.rows.rows.first() else {
            return Ok(Self::new(form, (fields, wrong)));
        };
        for property in &found.rows.plan.shown.properties {
            let Some(column) = property.column() else { continue };
            let broken = |error: db::Error| Problem::from(records::Error::from(error));
            let cell = reader.cell(Some(property), row).map_err(broken)?;
            if cell.text.is_empty() || typed.contains(&*column.logical) {
                continue;
            }
            match &column.kind {
                ColumnKind::State { .. } => {
                    let active = property.value(row).map_err(broken)? == tables::Value::Whole(0);
                    state = Some((cell.text, if active { "good" } else { "" }));
                }
                ColumnKind::Key
                | ColumnKind::Guid
                | ColumnKind::Version
                | ColumnKind::File { .. }
                | ColumnKind::Image { .. } => {}
                _ if column.of.is_some() || UNTOLD.contains(&&*column.logical) => {}
                _ if column.logical.ends_with("_base") => {}
                _ => beside.push((column.labels.text(place.language).to_owned(), cell)),
            }
        }
        let list = place.href(&format!("/{}", table.logical));
        let action = format!("{list}/{}", found.id);
        let may_write = may(&place.session, table, Verb::Write);
        let may_delete = may(&place.session, table, Verb::Delete);
        let name = if found.name.is_empty() {
            form.frame.say("web-records.nameless")
        } else {
            found.name.clone()
        };
        Ok(Self {
            frame: place.at(form.frame.clone(), &table.logical, name).back_to(&list),
            kind: place.singular(table),
            icon: crate::place::icon(table),
            state,
            fields,
            version: found.version.to_string(),
            delete: may_delete.then(|| format!("{action}/delete")),
            action,
            back: list,
            wrong,
            may_write,
            beside,
            related: related(place, table, found.id),
        })
    }
}

/// What stands in a row for programs alone, or is said already.
const UNTOLD: [&str; 6] = [
    "exchangerate",
    "merged",
    "owningbusinessunit",
    "owninguser",
    "owningteam",
    "timezoneruleversionnumber",
];

/// Lists of rows that refer to a record.
fn related(place: &Place, table: &Table, id: Uuid) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for navigation in place.session.model().navigations(&table.logical) {
        let (Side::Referenced, Relationship::OneToMany(link)) =
            (navigation.side, navigation.relationship.as_ref())
        else {
            continue;
        };
        let Ok(many) = place.table(&link.referencing) else { continue };
        let Some(column) = many.column(&link.referencing_column) else { continue };
        if !may(&place.session, many, Verb::Read) || !column.for_update {
            continue;
        }
        let label = column.labels.text(place.language);
        let href = format!("/{}?by={}&of={id}", many.logical, column.logical);
        all.push((format!("{} ({label})", place.plural(many)), place.href(&href)));
    }
    all.sort();
    all.dedup();
    all
}
