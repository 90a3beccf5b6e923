//! One record: its head, its form, what stands beside it, what belongs to it; and a new one.

use askama::Template;
use axum::{
    extract::State as Shelf,
    response::{IntoResponse as _, Response},
};
use crm::{Record, RecordRef, Value, Version};
use crm_connections::{
    Error, SystemKind,
    records::{Asked, Opened},
};
use edge::{Path, Problem, Query};
use serde::Deserialize;
use web_frame::{App, Frame, Html, Visit, answer};

use super::{
    Known, Place, Stopped, Trouble, address,
    cell::{Cell, cell},
    channels::Offered,
    form::{Form, Mistakes, Sent},
    icon, opened,
    related::Tab,
    table_address,
};

/// The name of the version among the fields.
pub(crate) const VERSION: &str = "row-version";
/// Facts in the head of a record.
const FACTS: usize = 4;

/// Which part of a record is asked for.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub(crate) struct Part {
    /// The tab: nothing or `related`.
    tab: String,
    /// Which related records, `table.field`; for a new record what a lookup is filled with, `table:id`.
    of: String,
    /// For a new record: the lookup that is filled in already.
    by: String,
}

/// What somebody else has changed meanwhile: the field, what it holds now, what was typed.
pub(crate) type Meanwhile = Vec<(String, String, String)>;

/// What was typed and what is wrong with it.
#[derive(Debug, Default)]
pub(crate) struct Typed {
    pub(crate) values: Sent,
    pub(crate) mistakes: Mistakes,
    pub(crate) wrong: Option<Html>,
    pub(crate) meanwhile: Meanwhile,
}

/// What a record shows, on a page of its own and inside another.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) title: String,
    pub(crate) kind: String,
    pub(crate) icon: &'static str,
    pub(crate) facts: Vec<(String, Cell)>,
    pub(crate) sections: Html,
    pub(crate) version: String,
    pub(crate) may_write: bool,
    pub(crate) beside: Vec<(String, Cell)>,
    pub(crate) wrong: Option<Html>,
    pub(crate) meanwhile: Meanwhile,
}

/// The record, or a new one.
#[derive(Debug, Template)]
#[template(path = "records/record.html")]
pub(crate) struct Page {
    frame: Frame,
    shown: Shown,
    tabs: Vec<(String, String, bool)>,
    action: String,
    back: String,
    /// Where the CRM itself shows it, and what that is called.
    outside: Option<(String, String)>,
    is_outside: bool,
    /// Where it is worked on with others in a channel.
    collaborate: Option<String>,
    /// Where the conversation comes from that stands beside the form.
    talk: Option<String>,
    delete: Option<String>,
    /// Another tab than the first.
    other: Option<Tab>,
}

impl Shown {
    /// A record with a form on it; without anything typed the form holds what the record does.
    pub(crate) fn of(
        frame: &Frame,
        opened: &Opened,
        typed: Option<Typed>,
        heading: &'static str,
    ) -> Self {
        let (table, record) = (&*opened.table, &opened.record);
        let form = Form::new(frame, table, false);
        let typed =
            typed.unwrap_or_else(|| Typed { values: form.values(record), ..Typed::default() });
        let may_write = opened.rights.write && !form.fields().is_empty();
        let name = opened.name();
        Self {
            title: if name.is_empty() {
                frame.say("web-records.nameless")
            } else {
                name.to_owned()
            },
            kind: table.label.clone(),
            icon: icon(&table.name),
            facts: facts(frame, opened),
            sections: form.html((&typed.values, &typed.mistakes), may_write, heading),
            version: version(record),
            may_write,
            beside: beside(&form, record),
            wrong: typed.wrong,
            meanwhile: typed.meanwhile,
        }
    }

    fn blank(frame: &Frame, table: &crm::Table, typed: Typed) -> Self {
        let form = Form::new(frame, table, true);
        Self {
            title: frame.say1("web-records.new-of", "kind", table.label.as_str()),
            kind: table.label.clone(),
            icon: icon(&table.name),
            facts: Vec::new(),
            sections: form.html((&typed.values, &typed.mistakes), true, "h2"),
            version: String::new(),
            may_write: true,
            beside: Vec::new(),
            wrong: typed.wrong,
            meanwhile: Vec::new(),
        }
    }
}

/// The version as a form carries it.
fn version(record: &Record) -> String {
    record.version.as_ref().map(|version| version.0.clone()).unwrap_or_default()
}

/// What stands in the head: what lists show first.
fn facts(frame: &Frame, opened: &Opened) -> Vec<(String, Cell)> {
    let columns = Asked::default().shown(&opened.table);
    let fields = columns.iter().skip(1).filter_map(|name| opened.table.field(name));
    let all = fields.map(|field| (field.label.clone(), cell(frame, field, &opened.record)));
    all.filter(|(_, cell)| !cell.text.is_empty() && cell.text.len() < 100).take(FACTS).collect()
}

/// What stands beside the form: what nobody types.
fn beside(form: &Form<'_>, record: &Record) -> Vec<(String, Cell)> {
    let all = form.others().into_iter();
    let all = all.map(|field| (field.label.clone(), cell(form.frame, field, record)));
    all.filter(|(_, cell)| !cell.text.is_empty()).collect()
}

impl Page {
    pub(crate) fn of(
        place: &Place,
        frame: Frame,
        opened: &Opened,
        (shown, offered): (Shown, Offered),
    ) -> Self {
        let at = &opened.record.at;
        let own = address(&at.table, &at.id.0);
        let list = table_address(&at.table);
        let (outside, is_outside) = outside(place, &frame, at);
        let back = list.clone();
        let title = shown.title.clone();
        Self {
            tabs: tabs(&frame, &own, (false, offered.tabs)),
            collaborate: offered.collaborate,
            talk: offered.talk,
            delete: opened.rights.delete.then(|| format!("{own}/delete")),
            frame: place.at(frame, &at.table, title).back_to(list),
            action: own,
            back,
            outside,
            is_outside,
            other: None,
            shown,
        }
    }

    pub(crate) fn blank(place: &Place, frame: Frame, table: &crm::Table, typed: Typed) -> Self {
        let shown = Shown::blank(&frame, table, typed);
        let back = table_address(&table.name);
        let title = shown.title.clone();
        Self {
            frame: place.at(frame, &table.name, title).back_to(&back),
            tabs: Vec::new(),
            action: format!("{back}/new"),
            back,
            outside: None,
            is_outside: false,
            collaborate: None,
            talk: None,
            delete: None,
            other: None,
            shown,
        }
    }
}

/// Where the CRM itself shows a record, what that is called, and whether it is elsewhere.
pub(crate) fn outside(
    place: &Place,
    frame: &Frame,
    at: &RecordRef,
) -> (Option<(String, String)>, bool) {
    let system = place.crm.system();
    let is_outside = system.kind != SystemKind::Embedded;
    let words = |href| {
        let name = crate::kind_name(frame, system.kind);
        let words = if is_outside {
            frame.say1("web-crm.open-in", "name", name.as_str())
        } else {
            frame.say("web-crm.open-here")
        };
        (href, words)
    };
    (place.crm.address(at).map(words), is_outside)
}

fn tabs(
    frame: &Frame,
    address: &str,
    (related, ours): (bool, Vec<(String, String, bool)>),
) -> Vec<(String, String, bool)> {
    let summary = frame.say("web-records.tab-summary");
    let other = frame.say("web-records.related");
    let mut all = vec![
        (address.to_owned(), summary, !related),
        (format!("{address}?tab=related"), other, related),
    ];
    all.extend(ours);
    all
}

/// A record of a place, or what kept it from being read.
async fn read(place: Place, table: &str, id: &str) -> Result<(Place, Opened), Stopped> {
    match place.crm.open(table, id).await {
        Ok(opened) => Ok((place, opened)),
        Err(error) => Err(place.stopped(error)),
    }
}

/// A table of a place, or what kept it from being read.
async fn known(place: Place, table: &str) -> Result<(Place, Known), Stopped> {
    match place.crm.table(table).await {
        Ok(known) => Ok((place, known)),
        Err(error) => Err(place.stopped(error)),
    }
}

pub(crate) async fn page(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path((table, id)): Path<(String, String)>,
    Query(part): Query<Part>,
) -> Result<Response, Problem> {
    let frame = visit.frame;
    let found = match opened(&app, &visit.scope).await {
        Ok(place) => read(place, &table, &id).await,
        Err(stopped) => Err(stopped),
    };
    let (place, opened) = match found {
        Ok(found) => found,
        Err(stopped) => return stopped.page(frame),
    };
    let shown = Shown::of(&frame, &opened, None, "h2");
    let offered = Offered::on(&app, &visit.scope, &frame, (&place, &opened.record.at)).await;
    let ours = offered.tabs.clone();
    let mut page = Page::of(&place, frame.clone(), &opened, (shown, offered));
    if part.tab == "related" {
        match Tab::of(&place, &frame, &opened, &part.of).await {
            Ok(tab) => page.other = Some(tab),
            Err(error) => return place.stopped(error).page(frame),
        }
        page.tabs = tabs(&frame, &page.action, (true, ours));
    }
    Ok(answer::page(&page))
}

pub(crate) async fn blank(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(table): Path<String>,
    Query(part): Query<Part>,
) -> Result<Response, Problem> {
    let frame = visit.frame;
    let found = match opened(&app, &visit.scope).await {
        Ok(place) => known(place, &table).await,
        Err(stopped) => Err(stopped),
    };
    let (place, (table, may)) = match found {
        Ok(found) => found,
        Err(stopped) => return stopped.page(frame),
    };
    if !may.create {
        return place.stopped(crm::Error::NotAllowed).page(frame);
    }
    let mut values = Sent::new();
    // made from the page of another record: the lookup is filled in
    if let Some((to, id)) = part.of.split_once(':')
        && let Some(field) = table.field(&part.by)
        && matches!(&field.kind, crm::FieldKind::Row(all) if all.iter().any(|one| one == to))
        && let Ok(Some(name)) = place.crm.name(&RecordRef::new(to, id)).await
    {
        values.insert(field.name.clone(), name);
        values.insert(format!("{}--row", field.name), part.of.clone());
    }
    let typed = Typed { values, ..Typed::default() };
    Ok(answer::page(&Page::blank(&place, frame, &table, typed)))
}

pub(crate) async fn create(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path(table): Path<String>,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let frame = visit.frame;
    let found = match opened(&app, &visit.scope).await {
        Ok(place) => known(place, &table).await,
        Err(stopped) => Err(stopped),
    };
    let (place, (table, _)) = match found {
        Ok(found) => found,
        Err(stopped) => return stopped.page(frame),
    };
    let form = Form::new(&frame, &table, true);
    let nothing = form.fields().into_iter().map(|it| (it.name.clone(), String::new())).collect();
    let made = match form.read(&place.crm, (&sent, &nothing)).await {
        Ok(Ok(values)) => place.crm.create(&table.name, &values).await,
        Ok(Err(mistakes)) => {
            let wrong = Some(told(&frame));
            let typed = Typed { values: sent, mistakes, wrong, meanwhile: Vec::new() };
            let page = Page::blank(&place, frame, &table, typed);
            return Ok(answer::page_with(http::StatusCode::UNPROCESSABLE_ENTITY, &page));
        }
        Err(error) => Err(error),
    };
    match made {
        Ok(at) => {
            let to = address(&at.table, &at.id.0);
            Ok(answer::back_with(&visit.context, &to, "web-crm.record-made"))
        }
        Err(error) => {
            let mistakes = form.found(&error);
            let (status, wrong) = refused(&place, &frame, &error)?;
            let typed = Typed { values: sent, mistakes, wrong: Some(wrong), meanwhile: Vec::new() };
            let page = Page::blank(&place, frame, &table, typed);
            Ok(answer::page_with(status, &page).into_response())
        }
    }
}

/// Keeps what was changed, if nobody changed the record meanwhile.
pub(crate) async fn save(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path((table, id)): Path<(String, String)>,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let frame = visit.frame;
    let found = match opened(&app, &visit.scope).await {
        Ok(place) => read(place, &table, &id).await,
        Err(stopped) => Err(stopped),
    };
    let (place, opened) = match found {
        Ok(found) => found,
        Err(stopped) => return stopped.page(frame),
    };
    match write(&place, &frame, opened, sent).await? {
        Written::Kept => Ok(answer::back_with(&visit.context, &address(&table, &id), "saved")),
        Written::Refused(refused) => {
            let Refused { opened, typed, status } = *refused;
            let shown = Shown::of(&frame, &opened, Some(typed), "h2");
            let at = (&place, &opened.record.at);
            let offered = Offered::on(&app, &visit.scope, &frame, at).await;
            let page = Page::of(&place, frame, &opened, (shown, offered));
            Ok(answer::page_with(status, &page).into_response())
        }
    }
}

/// What came of a change.
pub(crate) enum Written {
    /// It is in the CRM.
    Kept,
    /// It is not, and why.
    Refused(Box<Refused>),
}

/// Why a change was not kept.
pub(crate) struct Refused {
    /// The record as it is now.
    pub(crate) opened: Opened,
    pub(crate) typed: Typed,
    pub(crate) status: http::StatusCode,
}

/// Writes what differs, with the version that was seen.
pub(crate) async fn write(
    place: &Place,
    frame: &Frame,
    opened: Opened,
    sent: Sent,
) -> Result<Written, Problem> {
    let form = Form::new(frame, &opened.table, false);
    let before = form.values(&opened.record);
    let seen = sent.get(VERSION).filter(|text| !text.is_empty()).map(|text| Version(text.clone()));
    let kept = |mistakes, wrong, meanwhile| {
        let mut values = before.clone();
        values.extend(sent.clone());
        Typed { values, mistakes, wrong: Some(wrong), meanwhile }
    };
    let changed = match form.read(&place.crm, (&sent, &before)).await {
        Ok(Ok(values)) if values.is_empty() => return Ok(Written::Kept),
        Ok(Ok(values)) => {
            let at = &opened.record.at;
            place.crm.change(at, &values, seen.as_ref()).await.map_err(|error| (values, error))
        }
        Ok(Err(mistakes)) => {
            let typed = kept(mistakes, told(frame), Vec::new());
            let status = http::StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(Written::Refused(Box::new(Refused { opened, typed, status })));
        }
        Err(error) => Err((crm::Values::new(), error)),
    };
    let Err((values, error)) = changed else { return Ok(Written::Kept) };
    let mistakes = form.found(&error);
    let others = matches!(error, Error::Crm(crm::Error::Changed));
    let (status, wrong) = refused(place, frame, &error)?;
    // what stands in the form now is what would take the place of the others' change
    let now = if others {
        let at = &opened.record.at;
        place.crm.open(&at.table, &at.id.0).await.ok()
    } else {
        None
    };
    let meanwhile = match &now {
        Some(now) => differing(frame, now, &values),
        None => Vec::new(),
    };
    let typed = kept(mistakes, wrong, meanwhile);
    let opened = now.unwrap_or(opened);
    Ok(Written::Refused(Box::new(Refused { opened, typed, status })))
}

/// The fields that a change would write over: what is there now, and what was typed.
fn differing(frame: &Frame, now: &Opened, values: &crm::Values) -> Meanwhile {
    let one = |(name, value): (&String, &Value)| {
        let field = now.table.field(name)?;
        let there = cell(frame, field, &now.record).text;
        let own = Record {
            values: [(field.name.clone(), value.clone())].into(),
            texts: std::collections::BTreeMap::new(),
            ..now.record.clone()
        };
        let own = match value {
            // its name is in the form
            Value::Row(_) => String::new(),
            _ => cell(frame, field, &own).text,
        };
        Some((field.label.clone(), there, own))
    };
    values.iter().filter_map(one).collect()
}

/// The headline over a form with mistakes.
pub(crate) fn told(frame: &Frame) -> Html {
    let (title, what) = (frame.say("web-records.wrong"), frame.say("web-records.wrong-what"));
    Html::of(&Note { frame, title, what })
}

/// A headline and what to do.
#[derive(Debug, Template)]
#[template(path = "records/note.html")]
struct Note<'a> {
    frame: &'a Frame,
    title: String,
    what: String,
}

/// Why the CRM refuses, over the form; a failure of ours is none of these.
pub(crate) fn refused(
    place: &Place,
    frame: &Frame,
    error: &Error,
) -> Result<(http::StatusCode, Html), Problem> {
    let problem = Problem::of(error);
    let trouble = Trouble::of(frame, error, Some(place.crm.system())).ok_or(problem.clone())?;
    Ok((problem.status(), trouble.html()))
}

/// What the page of a record sends to delete it.
#[derive(Debug, Deserialize)]
pub(crate) struct Going {
    /// The version that was seen.
    #[serde(default, rename = "row-version")]
    version: String,
}

pub(crate) async fn delete(
    Shelf(app): Shelf<App>,
    visit: Visit,
    Path((table, id)): Path<(String, String)>,
    edge::Form(going): edge::Form<Going>,
) -> Result<Response, Problem> {
    let frame = visit.frame;
    let found = match opened(&app, &visit.scope).await {
        Ok(place) => read(place, &table, &id).await,
        Err(stopped) => Err(stopped),
    };
    let (place, opened) = match found {
        Ok(found) => found,
        Err(stopped) => return stopped.page(frame),
    };
    let seen = Some(going.version).filter(|text| !text.is_empty()).map(Version);
    match place.crm.delete(&opened.record.at, seen.as_ref()).await {
        Ok(()) => {
            let to = table_address(&table);
            Ok(answer::back_with(&visit.context, &to, "web-crm.record-deleted"))
        }
        Err(error) => {
            let (status, wrong) = refused(&place, &frame, &error)?;
            let values = Form::new(&frame, &opened.table, false).values(&opened.record);
            let typed = Typed { values, wrong: Some(wrong), ..Typed::default() };
            let shown = Shown::of(&frame, &opened, Some(typed), "h2");
            let at = (&place, &opened.record.at);
            let offered = Offered::on(&app, &visit.scope, &frame, at).await;
            let page = Page::of(&place, frame, &opened, (shown, offered));
            Ok(answer::page_with(status, &page).into_response())
        }
    }
}
