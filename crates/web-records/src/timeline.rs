//! What happened around a record: activities and notes, newest first; and new ones, made in place.

use askama::Template;
use axum::{extract::State, http::HeaderMap, response::Response};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use edge::{Path, Problem};
use jiff::Timestamp;
use kernel::EnvironmentId;
use queries::{
    Condition, Paging, Verb,
    query::{Comparison, Order, OrderBy},
};
use records::{Entry as Row, Operation};
use tables::{ColumnKind, RowRef, Table, Value};
use uuid::Uuid;
use web_frame::{App, Frame, Html, Visit, answer};

use crate::{
    files,
    form::{Form, Sent},
    found::Found,
    place::{Place, may},
    record::{self, Part},
    shown::Reader,
};

/// Entries of a page of the timeline.
const PAGE: usize = 20;

/// The kinds of entries, and the icons that stand for them.
const KINDS: [(&str, &str); 9] = [
    ("annotation", "document"),
    ("task", "check-circle"),
    ("phonecall", "chat"),
    ("appointment", "clock"),
    ("email", "mail"),
    ("opportunityclose", "check-circle"),
    ("incidentresolution", "check-circle"),
    ("quoteclose", "check-circle"),
    ("orderclose", "check-circle"),
];

/// Whether rows of a table can have entries of a kind: how something ended is told of what ended.
fn fits(kind: &str, table: &Table) -> bool {
    match kind {
        "annotation" => table.notes,
        "opportunityclose" => table.logical == "opportunity",
        "incidentresolution" => table.logical == "incident",
        "quoteclose" => table.logical == "quote",
        "orderclose" => table.logical == "salesorder",
        _ => table.activities,
    }
}

/// One entry.
#[derive(Debug)]
struct Entry {
    at: Timestamp,
    icon: &'static str,
    kind: String,
    title: String,
    href: Option<String>,
    text: String,
    who: String,
    when: Html,
    due: Option<String>,
    late: bool,
    state: Option<(String, bool)>,
    file: Option<(String, String)>,
    /// What completes it: the address and the reason.
    done: Option<(String, String)>,
}

/// The panel.
#[derive(Debug, Template)]
#[template(path = "timeline.html")]
struct Timeline<'a> {
    frame: &'a Frame,
    entries: Vec<Entry>,
    /// Address, label, whether it is chosen.
    filters: Vec<(String, String, bool)>,
    more: Option<String>,
    address: String,
    may_note: bool,
    /// Which activities can be made: name and label.
    makes: Vec<(&'static str, String, &'static str)>,
    phone: String,
    now: String,
}

/// The timeline of a record, if its table has one.
pub(crate) async fn panel(
    form: &Form<'_>,
    found: &Found,
    part: &Part,
) -> Result<Option<Html>, Problem> {
    let (place, table, frame) = (form.place, form.table, form.frame);
    if !table.notes && !table.activities {
        return Ok(None);
    }
    let before: Option<Timestamp> = part.before.parse().ok();
    let chosen = KINDS.iter().find(|(name, _)| *name == part.kind).map(|(name, _)| *name);
    let mut entries = Vec::new();
    for (name, icon) in KINDS {
        let shown = chosen.is_none_or(|chosen| chosen == name);
        if !shown || !fits(name, table) {
            continue;
        }
        if let Some(of) = place.session.model().table(name).filter(|of| place.reads(of)) {
            let asked = Asked { form, of, icon, before };
            entries.extend(asked.entries(found.id).await?);
        }
    }
    kernel::sort_by_key(&mut entries, |entry| std::cmp::Reverse(entry.at));
    let more = entries.len() > PAGE;
    entries.truncate(PAGE);
    let address = record::address(place, table, found.id);
    let kind = chosen.unwrap_or_default();
    let more = entries.last().filter(|_| more);
    let more = more.map(|last| format!("{address}?kind={kind}&before={}", last.at));
    let all = (address.clone(), frame.say("web-records.all-kinds"), chosen.is_none());
    let mut filters = vec![all];
    let mut makes = Vec::new();
    for (name, icon) in KINDS.into_iter().filter(|(name, _)| fits(name, table)) {
        let Some(of) = place.session.model().table(name).filter(|of| place.reads(of)) else {
            continue;
        };
        let href = format!("{address}?kind={name}");
        filters.push((href, place.plural(of), chosen == Some(name)));
        let makeable = MADE.contains(&name) && table.activities;
        if makeable && may(&place.session, of, Verb::Create) {
            makes.push((name, place.singular(of), icon));
        }
    }
    let notes = place.session.model().table("annotation");
    let may_note =
        table.notes && notes.is_some_and(|notes| may(&place.session, notes, Verb::Create));
    let phone = ["telephone1", "mobilephone"].iter().find_map(|name| found.values.get(*name));
    let now = frame.now.to_zoned(frame.zone.clone()).strftime("%Y-%m-%dT%H:00").to_string();
    let phone = phone.cloned().unwrap_or_default();
    let timeline = Timeline { frame, entries, filters, more, address, may_note, makes, phone, now };
    Ok(Some(Html::of(&timeline)))
}

/// The activities that are made in place; mails are written where mail is.
const MADE: [&str; 3] = ["task", "phonecall", "appointment"];

/// Entries of one kind.
struct Asked<'a> {
    form: &'a Form<'a>,
    of: &'a std::sync::Arc<Table>,
    icon: &'static str,
    before: Option<Timestamp>,
}

impl Asked<'_> {
    async fn entries(&self, record: Uuid) -> Result<Vec<Entry>, Problem> {
        let (place, frame, of) = (self.form.place, self.form.frame, self.of);
        let about = if of.activity { "regardingobjectid" } else { "objectid" };
        let wanted = COLUMNS.iter().copied().filter(|name| of.column(name).is_some());
        let broken = records::Error::from;
        let mut query = queries::Query::of(of).select(wanted).map_err(broken)?;
        query.names = true;
        let about = query.field(about).map_err(broken)?;
        let created = query.field("createdon").map_err(broken)?;
        let equal = Comparison::Equal;
        query = query.and(Condition::Compare(about, equal, db::Value::Uuid(record)));
        if let Some(before) = self.before {
            let before = db::Value::Instant(before);
            query = query.and(Condition::Compare(created, Comparison::Less, before));
        }
        query.order = vec![Order { by: OrderBy::Field(created), descending: true }];
        let most = u32::try_from(PAGE + 1).unwrap_or(u32::MAX);
        let found = place.session.query(&query, &Paging::first(most)).await?;
        let currencies = place.session.currencies().await?;
        let reader = Reader::new(place, frame, &currencies, &found);
        let mut all = Vec::with_capacity(found.rows.len());
        for row in &found.rows {
            all.push(self.entry(&reader, row)?);
        }
        Ok(all)
    }

    fn entry(&self, reader: &Reader<'_>, row: &db::Row) -> Result<Entry, Problem> {
        let (place, frame, of) = (self.form.place, self.form.frame, self.of);
        let broken = |error: db::Error| Problem::from(records::Error::from(error));
        let value = |name: &str| -> Result<Value, Problem> {
            reader.property(name).map_or(Ok(Value::Null), |it| it.value(row).map_err(broken))
        };
        let text = |name: &str| reader.cell(reader.property(name), row).map(|cell| cell.text);
        let at = match value("createdon")? {
            Value::Instant(at) => at,
            _ => frame.now,
        };
        let key = reader.key(row).unwrap_or_default();
        let note = !of.activity;
        let body = text(if note { "notetext" } else { "description" }).map_err(broken)?;
        let open = value("statecode")? == Value::Whole(0) && !note;
        let due = match value("scheduledend")? {
            Value::Instant(due) => Some(due),
            _ => None,
        };
        let file = text("filename").map_err(broken)?;
        let address = place.href(&format!("/{}/{key}", of.logical));
        let completed = completing(of).filter(|_| open && may(&place.session, of, Verb::Write));
        Ok(Entry {
            at,
            icon: self.icon,
            kind: place.singular(of),
            title: text("subject").map_err(broken)?,
            href: (!note).then(|| address.clone()),
            text: plain(&body),
            who: text("createdby").map_err(broken)?,
            when: frame.moment(&at),
            due: match due {
                Some(_) if open => Some(text("scheduledend").map_err(broken)?),
                _ => None,
            },
            late: open && due.is_some_and(|due| due < frame.now),
            state: (!note)
                .then(|| text("statecode").map(|text| (text, open)))
                .transpose()
                .map_err(broken)?,
            file: (!file.is_empty()).then(|| (format!("{address}/attachment"), file)),
            done: completed.map(|status| (format!("{address}/status"), status.to_string())),
        })
    }
}

/// The reason that completes an activity.
pub(crate) fn completing(of: &Table) -> Option<i32> {
    let ColumnKind::Status { options } = &of.status()?.kind else { return None };
    options.iter().find(|option| option.state == 1).map(|option| option.value)
}

/// What is read of an entry.
const COLUMNS: [&str; 9] = [
    "subject",
    "description",
    "notetext",
    "filename",
    "statecode",
    "scheduledend",
    "createdon",
    "createdby",
    "isdocument",
];

/// Text without the markup of mails and formatted notes; a `<` that begins no tag is one that somebody typed.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len().min(2000));
    let mut inside = false;
    let mut rest = text.chars().take(20_000).peekable();
    while let Some(c) = rest.next() {
        match c {
            '<' if !inside => {
                let begins = |next: &char| next.is_ascii_alphabetic() || matches!(next, '/' | '!');
                inside = rest.peek().is_some_and(begins);
                if !inside {
                    plain.push('<');
                }
            }
            '>' if inside => {
                inside = false;
                plain.push(' ');
            }
            c if !inside => plain.push(c),
            _ => {}
        }
    }
    let plain = plain
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&");
    plain.trim().chars().take(1200).collect()
}

/// Adds a note with or without a file.
pub(crate) async fn note(
    State(app): State<App>,
    Path((environment, table, record)): Path<(EnvironmentId, String, Uuid)>,
    visit: Visit,
    (headers, form): (HeaderMap, axum::extract::Multipart),
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    let notes = place.table("annotation")?;
    place.require(notes, Verb::Create)?;
    let posted = files::posted(&visit, &headers, form, MOST_BYTES).await?;
    let to = record::address(&place, table, record);
    let held = |name: &str| posted.fields.get(name).map(|text| text.trim()).unwrap_or_default();
    let mut row =
        Row::of("annotation").with("objectid", Value::Row(RowRef { code: table.code, id: record }));
    if held("text").is_empty() && posted.file.is_none() {
        return Ok(answer::back_with(&visit.context, &to, "web-records.nothing"));
    }
    for (name, text) in [("subject", held("title")), ("notetext", held("text"))] {
        if !text.is_empty() {
            let most = if name == "subject" { 500 } else { 100_000 };
            row = row.text(name, text.chars().take(most).collect::<String>());
        }
    }
    if let Some((file, bytes)) = posted.file {
        row = row
            .text("filename", file.name)
            .text("mimetype", file.kind.chars().take(256).collect::<String>())
            .with("isdocument", Value::Boolean(true))
            .text("documentbody", STANDARD.encode(bytes));
    }
    let made = place.session.run(vec![Operation::Create(row)]).await;
    made.map_err(|failure| failure.error)?;
    Ok(answer::back_with(&visit.context, &to, "web-records.noted"))
}

/// The largest file of a note: what its column holds, in base64.
const MOST_BYTES: usize = 780_000;

/// Adds an activity.
pub(crate) async fn add(
    State(app): State<App>,
    Path((environment, table, record)): Path<(EnvironmentId, String, Uuid)>,
    visit: Visit,
    edge::Form(sent): edge::Form<Sent>,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    place.require(table, Verb::Read)?;
    let kind = sent.get("kind").map(String::as_str).unwrap_or_default();
    let to = record::address(&place, table, record);
    let Some(kind) = MADE.iter().find(|name| **name == kind) else {
        return Ok(answer::back_with(&visit.context, &to, "web-records.nothing"));
    };
    let of = place.table(kind)?;
    place.require(of, Verb::Create)?;
    let form = Form::new(&place, &visit.frame, of, true);
    let mut values = Vec::new();
    for name in
        ["subject", "description", "scheduledstart", "scheduledend", "phonenumber", "location"]
    {
        let mut one = Form::new(&place, &visit.frame, of, true);
        one.only = Some(name);
        // a date that cannot be read leaves the activity without one
        if let Ok(read) = one.read(&sent, &Sent::new()).await? {
            values.extend(read.into_iter().filter(|(_, value)| !value.is_null()));
        }
    }
    if !values.iter().any(|(name, _)| name == "subject") {
        let subject = form.place.singular(of);
        values.push(("subject".to_owned(), Value::Text(subject)));
    }
    if let Some(direction) = sent.get("incoming")
        && *kind == "phonecall"
    {
        values.push(("directioncode".to_owned(), Value::Boolean(direction != "on")));
    }
    let about = Value::Row(RowRef { code: table.code, id: record });
    values.push(("regardingobjectid".to_owned(), about));
    let row = Row { values, ..Row::of(*kind) };
    let made = place.session.run(vec![Operation::Create(row)]).await;
    made.map_err(|failure| failure.error)?;
    Ok(answer::back_with(&visit.context, &to, "web-records.noted"))
}

/// Hands out what is attached to a note.
pub(crate) async fn attachment(
    State(app): State<App>,
    Path((environment, table, record)): Path<(EnvironmentId, String, Uuid)>,
    visit: Visit,
) -> Result<Response, Problem> {
    let place = Place::of(&app, &visit, environment).await?;
    let table = place.table(&table)?;
    let form = Form::new(&place, &visit.frame, table, false);
    let found = Found::of(&place, &form, record).await?;
    let missing = || {
        let (table, key) = (table.logical.clone(), record.to_string());
        Problem::from(records::Error::RowMissing { table, key })
    };
    let Value::Text(body) = found.value("documentbody") else { return Err(missing()) };
    let bytes = STANDARD.decode(body).map_err(|_broken| missing())?;
    let name = match found.value("filename") {
        Value::Text(name) => name,
        _ => "file".to_owned(),
    };
    Ok(files::handed(&name, "application/octet-stream", bytes, false))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn the_markup_of_mails_is_not_read_out() {
        assert_eq!(plain("<p>Hello &amp; <b>welcome</b></p>"), "Hello &  welcome");
        assert_eq!(plain("1 < 2, 3 > 2"), "1 < 2, 3 > 2");
        assert_eq!(plain("Budget<br/>&lt; 500<!-- x -->"), "Budget < 500");
        assert_eq!(plain(""), "");
    }
}
