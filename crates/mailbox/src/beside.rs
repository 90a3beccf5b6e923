//! What happened with a record lately, and what a mail leaves with it: mails, meetings and tasks around it (sales
//! reference §5.1), and the summary of a mail as a note (§5.3).

use crm::{
    Comparison, Direction, Error as Refusal, Filter, Query, Record, RecordRef, Value, Values,
};
use event_log::{Change, Subject, audit};
use i18n::Texts;
use jiff::{Timestamp, tz::TimeZone};
use kernel::Scope;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error, Mailbox, Result,
    people::{Spoken, text_of},
    service::{cut, person},
    store,
};

/// Something that happened with a record, or will.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// Which.
    pub at: RecordRef,
    /// What it is.
    pub kind: ActivityKind,
    /// What it is called.
    pub title: String,
    /// When it is, where that is known.
    pub when: Option<Timestamp>,
}

/// What an activity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityKind {
    /// A mail.
    Mail,
    /// A meeting.
    Meeting,
    /// A task.
    Task,
}

impl ActivityKind {
    /// Its word in locales and in REST.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Meeting => "meeting",
            Self::Task => "task",
        }
    }
}

/// Where activities are: their table, its field with the record, title, time.
type Place = (&'static str, ActivityKind, &'static str, &'static str, &'static str);

const DATAVERSE: &[Place] = &[
    ("email", ActivityKind::Mail, "regardingobjectid", "subject", "senton"),
    ("appointment", ActivityKind::Meeting, "regardingobjectid", "subject", "scheduledstart"),
    ("task", ActivityKind::Task, "regardingobjectid", "subject", "scheduledend"),
];
const SALESFORCE: &[Place] = &[
    ("EmailMessage", ActivityKind::Mail, "RelatedToId", "Subject", "MessageDate"),
    ("Event", ActivityKind::Meeting, "WhatId", "Subject", "StartDateTime"),
    ("Task", ActivityKind::Task, "WhatId", "Subject", "ActivityDate"),
];
const SALESFORCE_PERSON: &[Place] = &[
    ("Event", ActivityKind::Meeting, "WhoId", "Subject", "StartDateTime"),
    ("Task", ActivityKind::Task, "WhoId", "Subject", "ActivityDate"),
];

impl Mailbox {
    /// Mails, meetings and tasks around a record, those to come and the latest first; at most ten.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Connection`], [`Error::Crm`].
    pub async fn activities(&self, scope: &Scope, record: &RecordRef) -> Result<Vec<Activity>> {
        person(scope)?;
        let spoken = self.spoken(scope).await?;
        let is_person = [spoken.names.contact, spoken.names.lead].contains(&record.table.as_str());
        let is_dataverse = spoken.names.contact == "contact";
        let places = match (is_dataverse, is_person) {
            (true, _) => DATAVERSE,
            (false, true) => SALESFORCE_PERSON,
            (false, false) => SALESFORCE,
        };
        let mut all = Vec::new();
        for place in places {
            all.extend(spoken.around(place, record).await?);
        }
        if is_dataverse && is_person {
            for activity in spoken.with(record).await? {
                if !all.iter().any(|known: &Activity| known.at == activity.at) {
                    all.push(activity);
                }
            }
        }
        kernel::sort_by_key(&mut all, |one| std::cmp::Reverse(one.when));
        all.truncate(MOST);
        Ok(all)
    }

    /// Writes the summary of a mail to a record as a note, once, under a title that says where it comes from; the subject
    /// and the time of the mail stand above it (sales reference §5.3).
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::Saved`] where it is there already,
    /// [`Error::NoTable`], [`Error::Connection`], [`Error::Crm`], [`Error::Store`].
    pub async fn save_summary(
        &self,
        scope: &Scope,
        mail: Uuid,
        record: RecordRef,
        text: &str,
    ) -> Result<RecordRef> {
        let user = person(scope)?;
        let opened = self.open(scope, mail).await?;
        let title = Texts::global().speak(scope.language().tag()).text("mailbox.note-title");
        let when = opened.mail.sent_at.strftime("%Y-%m-%d %H:%M UTC").to_string();
        let text = format!("{}\n{when}\n\n{text}", opened.mail.subject);
        let read = move |tx: &db::Tx<'_>| -> Result<_> {
            store::lookup(tx, user, mail)?.ok_or(Error::NotFound { mail })?;
            Ok(store::note_of(tx, user, mail)?)
        };
        if self.db.read(scope, read).await?.is_some() {
            return Err(Error::Saved);
        }
        let spoken = self.spoken(scope).await?;
        // whoever may not see it writes nothing to it
        spoken.crm.read(&record, &[]).await?;
        let [table, of, subject, body] = spoken.names.note;
        let described = match spoken.crm.describe(table).await {
            Err(Refusal::ObjectHidden { .. }) => return Err(Error::NoTable),
            other => other?,
        };
        let values = Values::from([
            (of.to_owned(), Value::Row(record.clone())),
            (subject.to_owned(), Value::Text(cut(&title, 80))),
            (body.to_owned(), Value::Text(cut(&text, 30_000))),
        ]);
        let made = spoken.crm.create(&described.name, &values).await?;
        let (now, told) = (self.clock.now(), made.clone());
        let change = Change {
            action: "seller_mail.note",
            subject: Subject::new("seller_mail", mail),
            before: None,
            after: Some(json!({ "table": record.table, "id": record.id.0 })),
            at: now,
        };
        let write = move |tx: &db::Tx<'_>| -> db::Result<()> {
            store::put_note(tx, (user, mail), &told.id.0, now)?;
            audit(tx, &change)
        };
        self.db.write(scope, write).await?;
        Ok(made)
    }

    /// Whether the caller saved the summary of a mail.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn has_note(&self, scope: &Scope, mail: Uuid) -> Result<bool> {
        let user = person(scope)?;
        let read = move |tx: &db::Tx<'_>| store::note_of(tx, user, mail);
        Ok(self.db.read_one(scope, read).await?.is_some())
    }

    /// What the caller kept to ask for in drafts, the earliest first; at most three (sales reference §5.4).
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn prompts(&self, scope: &Scope) -> Result<Vec<(Uuid, String)>> {
        let user = person(scope)?;
        let read = move |tx: &db::Tx<'_>| store::prompts(tx, user);
        Ok(self.db.read_one(scope, read).await?)
    }

    /// Keeps what the caller asks for in drafts.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Full`] when there are three, [`Error::Store`].
    pub async fn keep_prompt(&self, scope: &Scope, text: &str) -> Result<()> {
        let user = person(scope)?;
        let text = cut(text.trim(), 2_000);
        if text.is_empty() {
            return Ok(());
        }
        let (id, now): (Uuid, _) = (self.ids.fresh(), self.clock.now());
        let write = move |tx: &db::Tx<'_>| -> Result<()> {
            let known = store::prompts(tx, user)?;
            if known.iter().any(|(_, own)| *own == text) {
                return Ok(());
            }
            if known.len() >= PROMPTS {
                return Err(Error::Full { of: "prompts", most: 3 });
            }
            store::put_prompt(tx, (user, id), &text, now)?;
            Ok(())
        };
        self.db.write(scope, write).await
    }

    /// Forgets one of them.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn forget_prompt(&self, scope: &Scope, id: Uuid) -> Result<()> {
        let user = person(scope)?;
        self.db.write(scope, move |tx: &db::Tx<'_>| store::drop_prompt(tx, user, id)).await?;
        Ok(())
    }
}

impl Spoken {
    /// Activities of one table around a record; none where the CRM does not show them.
    async fn around(&self, place: &Place, record: &RecordRef) -> Result<Vec<Activity>> {
        let (table, kind, of, title, when) = *place;
        let query = Query::of(table, &[title, when])
            .filter(Filter::compare(of, Comparison::Equal, Value::Row(record.clone())))
            .order_by(when, Direction::Descending)
            .size(10);
        let found = match self.crm.query(&query).await {
            Ok(page) => page.records,
            Err(
                Refusal::ObjectHidden { .. } | Refusal::FieldHidden { .. } | Refusal::Query { .. },
            ) => Vec::new(),
            Err(error) => return Err(error.into()),
        };
        Ok(found.iter().map(|one| activity(one, (kind, title, when))).collect())
    }

    /// Mails and meetings that a contact is a party of.
    async fn with(&self, contact: &RecordRef) -> Result<Vec<Activity>> {
        let of = Filter::compare("partyid", Comparison::Equal, Value::Row(contact.clone()));
        let query = Query::of("activityparty", &["activityid"]).filter(of).size(100);
        let found = match self.crm.query(&query).await {
            Ok(page) => page.records,
            Err(
                Refusal::ObjectHidden { .. } | Refusal::FieldHidden { .. } | Refusal::Query { .. },
            ) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let of_table = |table: &str| {
            let id = |one: &Record| match one.values.get("activityid")? {
                Value::Row(at) if at.table == table => Some(at.id.clone()),
                _ => None,
            };
            found.iter().filter_map(id).collect::<Vec<_>>()
        };
        let mut all = Vec::new();
        for (table, kind, _, title, when) in DATAVERSE.iter().take(2) {
            let ids = of_table(table);
            if ids.is_empty() {
                continue;
            }
            let fields = [(*title).to_owned(), (*when).to_owned()];
            let found = self.crm.read_many(table, &ids, &fields).await?;
            let one = |record: Option<Record>| Some(activity(&record?, (*kind, title, when)));
            all.extend(found.into_iter().filter_map(one));
        }
        Ok(all)
    }
}

fn activity(record: &Record, (kind, title, when): (ActivityKind, &str, &str)) -> Activity {
    let when = match record.values.get(when) {
        Some(Value::Instant(at)) => Some(*at),
        Some(Value::Date(day)) => day.to_zoned(TimeZone::UTC).ok().map(|start| start.timestamp()),
        _ => None,
    };
    let title = text_of(record, title).unwrap_or_else(|| "–".to_owned());
    Activity { at: record.at.clone(), kind, title, when }
}

/// Activities that are told at most (sales reference §5.1: three, ten on demand).
const MOST: usize = 10;
/// Prompts that a person keeps (sales reference §5.4).
const PROMPTS: usize = 3;
