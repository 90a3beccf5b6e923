//! What a meeting becomes in the seller's CRM: a connection to a record, tasks, notes. Everything is made as the seller,
//! after the seller confirmed it, and once ([`once`]).

mod once;

use std::sync::Arc;

use crm::{Crm, FieldKind, Filter, Query, RecordRef, Table, Value, Values};
use crm_connections::{CrmSystem, SystemKind};
use db::Tx;
use event_log::{Change, Subject, audit};
use jiff::civil::Date;
use kernel::Scope;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Absence, Connected, Error, Made, Meeting, Meetings, Opened, Recap, Result,
    service::{cut, person},
    store::{self, work},
};

use once::New;
pub(crate) use once::is_held;

/// A record as somebody sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// The table.
    pub table: String,
    /// The identifier.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What one of its table is called.
    pub label: String,
}

/// A task to be made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewTask {
    /// What is to be done.
    pub subject: String,
    /// Who is to do it, by the CRM's identifier; the seller where nobody is named.
    pub owner: Option<String>,
    /// By when.
    pub due: Option<Date>,
}

/// Somebody at a meeting who can own a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The CRM's identifier of the user.
    pub id: String,
    /// The name there.
    pub name: String,
    /// The address by which they were found.
    pub address: String,
}

/// What one kind of CRM calls things.
struct Words {
    task: &'static str,
    /// Subject, description, due, about, owner.
    task_fields: [&'static str; 5],
    user: &'static str,
    user_mail: &'static str,
    user_name: &'static str,
    entry: &'static str,
    /// Subject, description, begin, end, about.
    entry_fields: [&'static str; 5],
    /// When a row was made.
    created: &'static str,
}

static DATAVERSE: Words = Words {
    task: "task",
    task_fields: ["subject", "description", "scheduledend", "regardingobjectid", "ownerid"],
    user: "systemuser",
    user_mail: "internalemailaddress",
    user_name: "fullname",
    entry: "appointment",
    entry_fields: ["subject", "description", "scheduledstart", "scheduledend", "regardingobjectid"],
    created: "createdon",
};

static SALESFORCE: Words = Words {
    task: "Task",
    task_fields: ["Subject", "Description", "ActivityDate", "WhatId", "OwnerId"],
    user: "User",
    user_mail: "Email",
    user_name: "Name",
    entry: "Event",
    entry_fields: ["Subject", "Description", "StartDateTime", "EndDateTime", "WhatId"],
    created: "CreatedDate",
};

/// A seller at the CRM of a meeting.
pub(crate) struct Seat {
    pub(crate) system: CrmSystem,
    pub(crate) crm: Arc<dyn Crm>,
    words: &'static Words,
}

impl Seat {
    fn new((system, crm): (CrmSystem, Arc<dyn Crm>)) -> Self {
        let is_salesforce = system.kind == SystemKind::Salesforce;
        Self { system, crm, words: if is_salesforce { &SALESFORCE } else { &DATAVERSE } }
    }

    async fn table(&self, name: &str) -> Result<Arc<Table>> {
        match self.crm.describe(name).await {
            Err(crm::Error::ObjectHidden { .. }) => Err(Error::NoTable),
            other => Ok(other?),
        }
    }
}

impl Meetings {
    /// Connects a meeting to a record of the caller's CRM that the caller may see; to one only.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::Connection`], [`Error::Crm`],
    /// [`Error::Store`].
    pub async fn connect(&self, scope: &Scope, id: Uuid, record: RecordRef) -> Result<Shown> {
        let user = person(scope)?;
        self.seen(scope, id).await?;
        let seat = self.chosen(scope).await?;
        let shown = shown(&seat, &record).await?;
        let now = self.clock.now();
        let one = Connected {
            system: seat.system.id,
            table: shown.table.clone(),
            id: shown.id.clone(),
            at: now,
        };
        let write = move |tx: &Tx<'_>| -> Result<()> {
            store::lookup(tx, user, id)?.ok_or(Error::NotFound { meeting: id })?;
            let before = work::connected(tx, id)?;
            work::connect(tx, id, (&one, user))?;
            let told = |one: &Connected| json!({ "table": one.table, "id": one.id });
            let change = Change {
                action: "meeting.connect",
                subject: Subject::new("meeting", id),
                before: before.as_ref().map(told),
                after: Some(told(&one)),
                at: now,
            };
            Ok(audit(tx, &change)?)
        };
        self.db.write(scope, write).await?;
        Ok(shown)
    }

    /// Takes the connection back.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::Store`].
    pub async fn disconnect(&self, scope: &Scope, id: Uuid) -> Result<()> {
        let user = person(scope)?;
        let now = self.clock.now();
        let write = move |tx: &Tx<'_>| -> Result<()> {
            store::lookup(tx, user, id)?.ok_or(Error::NotFound { meeting: id })?;
            if work::disconnect(tx, id)? == 0 {
                return Ok(());
            }
            let subject = Subject::new("meeting", id);
            let action = "meeting.disconnect";
            Ok(audit(tx, &Change { action, subject, before: None, after: None, at: now })?)
        };
        self.db.write(scope, write).await
    }

    /// The record of a meeting as the caller's CRM shows it; nothing where it shows none.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`].
    pub async fn record(&self, scope: &Scope, opened: &Opened) -> Result<Option<Shown>> {
        person(scope)?;
        let Some(connected) = &opened.connected else { return Ok(None) };
        let Ok(at) = self.crm.at(scope, connected.system).await else { return Ok(None) };
        let record = RecordRef::new(&connected.table, &connected.id);
        Ok(shown(&Seat::new(at), &record).await.ok())
    }

    /// Records of the caller's CRM that hold the words, for connecting: of the record types that administrators published,
    /// else accounts, opportunities, leads and contacts.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Connection`], [`Error::Crm`].
    pub async fn find_records(&self, scope: &Scope, words: &str) -> Result<Vec<Shown>> {
        person(scope)?;
        let words = words.trim();
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let seat = self.chosen(scope).await?;
        let mut seen = Vec::new();
        for table in self.crm.records(scope).await?.searched() {
            if seat.crm.describe(&table).await.is_ok() {
                seen.push(table);
            }
        }
        let found = seat.crm.search(&cut(words, 100), &seen).await?;
        let mut out = Vec::new();
        for record in found.iter().take(FOUND) {
            if let Ok(one) = shown(&seat, record).await {
                out.push(one);
            }
        }
        Ok(out)
    }

    /// Colleagues at a meeting whom the CRM knows as users, and who so can own a task; nobody where there is no CRM that
    /// says so.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Crm`].
    pub async fn owners(&self, scope: &Scope, opened: &Opened) -> Result<Vec<Owner>> {
        person(scope)?;
        let seat = match self.seat(scope, opened.connected.as_ref()).await {
            Err(Error::Connection(_)) => return Ok(Vec::new()),
            other => other?,
        };
        let inside: Vec<Value> = opened
            .people
            .iter()
            .filter(|one| !one.is_external)
            .take(MAX_OWNERS)
            .map(|one| Value::Text(one.address.clone()))
            .collect();
        let Words { user, user_mail, user_name, .. } = seat.words;
        let table = match seat.table(user).await {
            Err(Error::NoTable | Error::Crm(_)) => return Ok(Vec::new()),
            other => other?,
        };
        if inside.is_empty() || table.field(user_mail).is_none() {
            return Ok(Vec::new());
        }
        let query = Query::of(&table.name, &[user_mail, user_name])
            .filter(Filter::OneOf((*user_mail).to_owned(), inside))
            .size(crm::MAX_PAGE);
        let text = |record: &crm::Record, name: &str| match record.values.get(name) {
            Some(Value::Text(text)) => text.clone(),
            _ => String::new(),
        };
        let one = |record: &crm::Record| Owner {
            id: record.at.id.0.clone(),
            name: text(record, user_name),
            address: text(record, user_mail).to_lowercase(),
        };
        Ok(seat.crm.query(&query).await?.records.iter().map(one).collect())
    }

    /// Makes a task of an action, as the caller; once for each action.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::NoRecap`], [`Error::NoAction`],
    /// [`Error::MadeAlready`], [`Error::Invalid`], [`Error::NoTable`], [`Error::Connection`], [`Error::Crm`],
    /// [`Error::Store`].
    pub async fn create_task(
        &self,
        scope: &Scope,
        (id, key): (Uuid, &str),
        new: NewTask,
    ) -> Result<Made> {
        let user = person(scope)?;
        let opened = self.open(scope, id).await?;
        let action = recap(&opened)?.action(key).ok_or(Error::NoAction)?;
        let subject = new.subject.split_whitespace().collect::<Vec<_>>().join(" ");
        if subject.is_empty() || subject.chars().count() > 200 {
            return Err(Error::field("/subject", "meeting.task_subject", "1 to 200 signs"));
        }
        let seat = self.seat(scope, opened.connected.as_ref()).await?;
        if let Some(owner) = &new.owner {
            let owners = self.owners(scope, &opened).await?;
            if !owners.iter().any(|one| one.id == *owner) {
                let detail = "a user of the CRM who was at the meeting";
                return Err(Error::field("/owner", "meeting.task_owner", detail));
            }
        }
        let table = seat.table(seat.words.task).await?;
        let [name, text, due, about, owner] = seat.words.task_fields;
        let mark = format!("{}#action-{key}", self.page(id));
        let said = action.said.speaker.as_deref().unwrap_or("–");
        let quote = format!("“{}” – {said}, {}", action.said.text, opened.meeting.subject);
        let mut values = Values::new();
        put(&mut values, &table, name, Value::Text(subject));
        put_marked(&mut values, (&table, text), (&quote, &mark));
        if let Some(day) = new.due {
            put(&mut values, &table, due, Value::Date(day));
        }
        if let Some(id) = &new.owner {
            put(&mut values, &table, owner, Value::Row(RecordRef::new(seat.words.user, id)));
        }
        about_record(&mut values, &table, (about, opened.connected.as_ref()));
        let row = New { table: &table, values, text, mark: &mark };
        self.made_once(scope, (id, format!("task:{key}"), user), (&seat, row)).await
    }

    /// Saves notes of a meeting as an entry of the CRM's calendar about the record that the meeting is connected to, as
    /// the caller; once for each meeting. Whoever takes part sees that it was done.
    ///
    /// # Errors
    /// As [`Meetings::create_task`], and [`Error::NotConnected`].
    pub async fn save_notes(&self, scope: &Scope, id: Uuid, notes: &str) -> Result<Made> {
        let user = person(scope)?;
        let opened = self.open(scope, id).await?;
        let notes = notes.replace('\r', "").trim().to_owned();
        if notes.is_empty() || notes.chars().count() > MAX_NOTES {
            return Err(Error::field("/notes", "meeting.notes", "1 to 30,000 signs"));
        }
        let saving = self.crm.known(scope).await?.settings.saving;
        if !saving.meetings || !saving.notes {
            return Err(Error::SavingOff);
        }
        let connected = opened.connected.as_ref().ok_or(Error::NotConnected)?;
        let seat = self.seat(scope, Some(connected)).await?;
        let place = &saving.notes_in;
        let own = Some(place.table.as_str()).filter(|table| !table.is_empty());
        let table = seat.table(own.unwrap_or(seat.words.entry)).await?;
        let [mut name, mut text, begin, end, mut about] = seat.words.entry_fields;
        if let Some(field) = table.field(&place.field) {
            text = &field.name;
        }
        if own.is_some() {
            // a table of one's own: its name, and the lookup that leads to the record
            let leads = |field: &&crm::Field| match &field.kind {
                FieldKind::Row(to) => field.createable && to.contains(&connected.table),
                _ => false,
            };
            let lookup = table.fields.iter().find(leads);
            about = lookup.map(|field| field.name.as_str()).unwrap_or_default();
            name = table.name_field.as_deref().unwrap_or_default();
        }
        let meeting = &opened.meeting;
        let mut values = Values::new();
        let subject = if meeting.subject.is_empty() { "–" } else { &meeting.subject };
        put(&mut values, &table, name, Value::Text(subject.to_owned()));
        let mark = self.page(id);
        put_marked(&mut values, (&table, text), (&notes, &mark));
        put(&mut values, &table, begin, Value::Instant(meeting.starts_at));
        put(&mut values, &table, end, Value::Instant(meeting.ends_at));
        if own.is_some() {
            let record = RecordRef::new(&connected.table, &connected.id);
            put(&mut values, &table, about, Value::Row(record));
        } else {
            about_record(&mut values, &table, (about, Some(connected)));
        }
        let what = Made::NOTES.to_owned();
        let row = New { table: &table, values, text, mark: &mark };
        self.made_once(scope, (id, what, user), (&seat, row)).await
    }

    /// The caller's place at the CRM of a meeting: that of its record, else the one they use.
    pub(crate) async fn seat(&self, scope: &Scope, connected: Option<&Connected>) -> Result<Seat> {
        match connected {
            Some(connected) => Ok(Seat::new(self.crm.at(scope, connected.system).await?)),
            None => self.chosen(scope).await,
        }
    }

    async fn chosen(&self, scope: &Scope) -> Result<Seat> {
        let system = self.crm.chosen(scope).await?;
        Ok(Seat::new(self.crm.at(scope, system.id).await?))
    }

    /// A meeting in which the caller takes part.
    pub(crate) async fn seen(&self, scope: &Scope, id: Uuid) -> Result<Meeting> {
        let user = person(scope)?;
        let read = move |tx: &Tx<'_>| store::lookup(tx, user, id);
        self.db.read_one(scope, read).await?.ok_or(Error::NotFound { meeting: id })
    }

    /// Where people open a meeting.
    pub(crate) fn page(&self, id: Uuid) -> String {
        self.base.join(&format!("meetings/{id}")).map(String::from).unwrap_or_default()
    }
}

/// The recap that the caller sees.
pub(crate) fn recap(opened: &Opened) -> Result<&Recap> {
    let absence = opened.absence.unwrap_or(Absence::NoTranscript);
    opened.recap.as_ref().ok_or(Error::NoRecap(absence))
}

/// A record as the seller sees it.
pub(crate) async fn shown(seat: &Seat, record: &RecordRef) -> Result<Shown> {
    let table = seat.crm.describe(&record.table).await?;
    let fields: Vec<String> = table.name_field.iter().cloned().collect();
    let at = RecordRef::new(&table.name, &record.id.0);
    let found = seat.crm.read(&at, &fields).await?;
    let name = fields.first().and_then(|field| match found.values.get(field)? {
        Value::Text(text) => Some(cut(text, 300)),
        _ => None,
    });
    Ok(Shown {
        table: table.name.clone(),
        id: found.at.id.0.clone(),
        name: name.unwrap_or(found.at.id.0),
        label: table.label.clone(),
    })
}

/// Says what a row is about; of people, Salesforce has another field than of things.
fn about_record(values: &mut Values, table: &Table, (field, at): (&str, Option<&Connected>)) {
    let Some(at) = at else { return };
    let of_people = matches!(at.table.as_str(), "Contact" | "Lead");
    let field = if of_people { "WhoId" } else { field };
    put(values, table, field, Value::Row(RecordRef::new(&at.table, &at.id)));
}

/// Sets a text with the line behind it that tells the row apart; the text is cut where both do not fit, the line is not.
fn put_marked(values: &mut Values, (table, name): (&Table, &str), (text, mark): (&str, &str)) {
    let most = match table.field(name).map(|field| &field.kind) {
        Some(FieldKind::Text(Some(most))) => usize::try_from(*most).unwrap_or(usize::MAX),
        _ => usize::MAX,
    };
    let room = most.saturating_sub(mark.chars().count() + 2);
    let text = format!("{}\n\n{mark}", cut(text, room));
    put(values, table, name, Value::Text(text));
}

/// Sets a field that the seller may set, in the form that the field takes; a text is cut to what fits.
fn put(values: &mut Values, table: &Table, name: &str, value: Value) {
    let Some(field) = table.field(name).filter(|field| field.createable) else { return };
    let value = match (value, &field.kind) {
        (Value::Text(text), FieldKind::Text(Some(most))) => {
            Value::Text(cut(&text, usize::try_from(*most).unwrap_or(usize::MAX)))
        }
        // a day that is kept as an instant is at its end
        (Value::Date(day), FieldKind::Instant) => {
            let end = day.to_datetime(jiff::civil::time(17, 0, 0, 0));
            match end.to_zoned(jiff::tz::TimeZone::UTC) {
                Ok(at) => Value::Instant(at.timestamp()),
                Err(_) => return,
            }
        }
        (Value::Text(text), FieldKind::Choice(_)) => Value::Choice(text),
        (value, _) => value,
    };
    values.insert(field.name.clone(), value);
}

/// Records that a search shows, colleagues that are looked up, signs of notes; our own choices.
const FOUND: usize = 20;
const MAX_OWNERS: usize = 50;
const MAX_NOTES: usize = 30_000;
