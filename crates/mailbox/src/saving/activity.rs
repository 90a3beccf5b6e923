//! What a mail becomes: in the words of Dataverse an e-mail with parties, in those of Salesforce an e-mail message with
//! relations where Enhanced Email is on, else a task.

use std::sync::Arc;

use crm::{Child, Comparison, FieldKind, Filter, Query, RecordRef, Table, Value, Values};
use jiff::tz::TimeZone;
use mail_messages::{Address, Message, html};

use super::{More, Save};
use crate::{
    Error, Matched, Opened, Result, Seen,
    people::{Spoken, text_of},
    saving::About,
    service::cut,
};

/// How this CRM keeps mails.
pub(super) struct Way {
    pub(super) table: Arc<Table>,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An e-mail of Dataverse.
    Email,
    /// An `EmailMessage` of Salesforce, which has Enhanced Email.
    Message,
    /// A `Task` of Salesforce.
    Task,
}

/// What is known of a mail on its way.
struct Letter<'a> {
    opened: &'a Opened,
    message: &'a Message,
    /// What tells it apart from all others, in every CRM.
    key: String,
    contacts: Vec<(&'a Address, &'a RecordRef)>,
    is_ours: bool,
    about: Option<&'a About>,
    related: &'a [About],
    values: &'a Values,
}

impl Spoken {
    /// Where the seller may keep mails.
    pub(super) async fn way(&self) -> Result<Way> {
        for &name in self.names.mails {
            let table = match self.crm.describe(name).await {
                Err(crm::Error::ObjectHidden { .. }) => continue,
                other => other?,
            };
            let kind = match name {
                "email" => Kind::Email,
                // without Enhanced Email there is the object, for cases alone
                "EmailMessage" if table.field("RelatedToId").is_none_or(|it| !it.createable) => {
                    continue;
                }
                "EmailMessage" => Kind::Message,
                _ => Kind::Task,
            };
            if self.crm.permissions(&table.name).await?.create {
                return Ok(Way { table, kind });
            }
        }
        Err(Error::NoTable)
    }

    /// Of which tables the records are that a mail can be related to beside the first: e-mails of Dataverse have parties.
    pub(super) async fn related_to(&self, way: &Way) -> Vec<String> {
        if way.kind != Kind::Email {
            return Vec::new();
        }
        let Ok(party) = self.crm.describe("activityparty").await else { return Vec::new() };
        match party.field("partyid").map(|field| &field.kind) {
            Some(FieldKind::Row(to)) => {
                to.iter().filter(|table| *table != "systemuser").cloned().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Makes the activity unless it is there, and what belongs to it.
    pub(super) async fn put(
        &self,
        (way, opened, seen): (&Way, &Opened, &Seen),
        claim: &Save,
        more: &More<'_>,
    ) -> Result<Save> {
        let message = &opened.message;
        let contact = |person: &'_ crate::Person| match &person.matched {
            Matched::One(contact) => Some(contact.at.clone()),
            _ => None,
        };
        let found: Vec<(&Address, RecordRef)> =
            seen.people.iter().filter_map(|one| Some((&one.address, contact(one)?))).collect();
        let from = message.from.as_ref().map(|from| &from.address);
        let letter = Letter {
            opened,
            message,
            key: key_of(opened),
            contacts: found.iter().map(|(address, at)| (*address, at)).collect(),
            is_ours: seen.people.iter().any(|person| {
                Some(&person.address.address) == from && person.matched == Matched::Colleague
            }),
            about: claim.about.as_ref(),
            related: more.related,
            values: more.values,
        };
        let known = self.known(way, &letter).await?;
        let is_known = known.is_some();
        let (made, shortened) = match known {
            Some(known) => (known, false),
            None => self.make(way, &letter).await?,
        };
        let (attachments, left_out) = self.files(&made, message, more.files).await?;
        if way.kind == Kind::Email {
            self.close(&made, letter.is_ours).await;
        }
        Ok(Save {
            table: made.table,
            id: made.id.0,
            attachments,
            left_out,
            found: is_known,
            shortened,
            ..claim.clone()
        })
    }

    /// The activity of this mail, where the seller sees one.
    async fn known(&self, way: &Way, letter: &Letter<'_>) -> Result<Option<RecordRef>> {
        let table = &way.table;
        let equal = |name: &str, value: Value| Filter::compare(name, Comparison::Equal, value);
        let (filter, shown): (Filter, &[&str]) = match way.kind {
            Kind::Email => (equal("messageid", Value::Text(letter.key.clone())), &[]),
            Kind::Message => (equal("MessageIdentifier", Value::Text(letter.key.clone())), &[]),
            // tasks are not found by their text: by their subject and day, and then by what stands in it
            Kind::Task => {
                let day = Value::Date(letter.day());
                let all =
                    vec![equal("Subject", task_subject(table, letter)), equal("ActivityDate", day)];
                (Filter::All(all), &["Description"])
            }
        };
        let query = Query::of(&table.name, shown).filter(filter).size(crm::MAX_PAGE);
        let found = self.crm.query(&query).await?.records;
        let line = key_line(&letter.key);
        let is_it = |record: &&crm::Record| match way.kind {
            Kind::Task => match record.values.get("Description") {
                Some(Value::Text(text)) => text.lines().any(|own| own.trim() == line),
                _ => false,
            },
            Kind::Email | Kind::Message => true,
        };
        Ok(found.iter().find(is_it).map(|record| record.at.clone()))
    }

    async fn make(&self, way: &Way, letter: &Letter<'_>) -> Result<(RecordRef, bool)> {
        let ((mut values, shortened), children) = match way.kind {
            Kind::Email => (email(&way.table, letter), parties(letter)),
            Kind::Message => (self.message(&way.table, letter), relations(letter)),
            Kind::Task => (self.task(&way.table, letter), Vec::new()),
        };
        // what the mail itself says is not a matter of categories
        for (name, value) in letter.values {
            values.entry(name.clone()).or_insert_with(|| value.clone());
        }
        let made = self.crm.create_with(&way.table.name, &values, &children).await?;
        Ok((made, shortened))
    }

    /// Says that a mail was sent or received; until then its files may still be added.
    async fn close(&self, mail: &RecordRef, is_ours: bool) {
        let read = self.crm.read(mail, &["statecode".to_owned()]).await;
        let is_open = match read {
            Ok(record) => {
                text_of(&record, "statecode").is_some()
                    && record.values.get("statecode") == Some(&Value::Choice("0".to_owned()))
            }
            Err(_unread) => true,
        };
        if !is_open {
            return;
        }
        let mut state = Values::new();
        state.insert("statecode".to_owned(), Value::Choice("1".to_owned()));
        let status = if is_ours { "3" } else { "4" };
        state.insert("statuscode".to_owned(), Value::Choice(status.to_owned()));
        if let Err(error) = self.crm.update(mail, &state, None).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a saved mail stays open");
        }
    }

    /// An `EmailMessage` (Salesforce object reference).
    fn message(&self, table: &Table, letter: &Letter<'_>) -> (Values, bool) {
        let message = letter.message;
        let mut fill = Fill { values: Values::new(), table, shortened: false };
        fill.set("Subject", subject(message));
        fill.set("TextBody", Value::Text(message.text.clone()));
        let body = html::page(message, false).body;
        // cut HTML is broken HTML: what does not fit is there as text alone
        if fill.room("HtmlBody").is_none_or(|most| body.chars().count() <= most) {
            fill.set("HtmlBody", Value::Text(body));
        }
        let from = message.from.as_ref();
        fill.set("FromAddress", Value::Text(from.map(|it| it.address.clone()).unwrap_or_default()));
        fill.set("FromName", Value::Text(from.map(|it| it.shown().to_owned()).unwrap_or_default()));
        fill.set("ToAddress", people(&message.to, "; "));
        fill.set("CcAddress", people(&message.cc, "; "));
        fill.set("BccAddress", people(&message.bcc, "; "));
        fill.set("Incoming", Value::Boolean(!letter.is_ours));
        let status = if letter.is_ours { "3" } else { "1" };
        fill.set("Status", Value::Choice(status.to_owned()));
        fill.set("MessageDate", Value::Instant(letter.opened.mail.sent_at));
        fill.set("MessageIdentifier", Value::Text(letter.key.clone()));
        if let Some(about) = letter.about.filter(|about| about.table != self.names.contact) {
            fill.set("RelatedToId", Value::Row(RecordRef::new(&about.table, &about.id)));
        }
        (fill.values, fill.shortened)
    }

    /// A task about a mail, as Salesforce takes one.
    fn task(&self, table: &Table, letter: &Letter<'_>) -> (Values, bool) {
        let message = letter.message;
        let mut fill = Fill { values: Values::new(), table, shortened: false };
        let line = |all: &[Address]| match people(all, "; ") {
            Value::Text(text) => text,
            _ => String::new(),
        };
        let from = message.from.as_ref().map(|from| from.address.clone()).unwrap_or_default();
        let head = format!(
            "From: {from}\nTo: {}\nCc: {}\n{}\n",
            line(&message.to),
            line(&message.cc),
            key_line(&letter.key)
        );
        fill.set("Subject", task_subject(table, letter));
        // what does not fit is cut (sales reference §5.2)
        fill.set("Description", Value::Text(format!("{head}\n{}", message.text)));
        fill.set("Status", Value::Choice("Completed".to_owned()));
        fill.set("TaskSubtype", Value::Choice("Email".to_owned()));
        fill.set("ActivityDate", Value::Date(letter.day()));
        if let Some((_, at)) = letter.contacts.first() {
            fill.set("WhoId", Value::Row((*at).clone()));
        }
        match letter.about {
            Some(about) if about.table == self.names.contact => {
                fill.set("WhoId", Value::Row(RecordRef::new(&about.table, &about.id)));
            }
            Some(about) => {
                fill.set("WhatId", Value::Row(RecordRef::new(&about.table, &about.id)));
            }
            None => {}
        }
        (fill.values, fill.shortened)
    }
}

/// An e-mail of Dataverse.
fn email(table: &Table, letter: &Letter<'_>) -> (Values, bool) {
    let message = letter.message;
    let mut fill = Fill { values: Values::new(), table, shortened: false };
    let sender = message.from.as_ref().map(|from| from.address.as_str()).unwrap_or_default();
    let moment = letter.opened.mail.sent_at;
    fill.set("subject", subject(message));
    fill.set("description", Value::Text(html::page(message, false).body));
    fill.set("directioncode", Value::Boolean(letter.is_ours));
    fill.set("sender", sender.into());
    fill.set("torecipients", people(&message.to, ";"));
    fill.set("messageid", Value::Text(letter.key.clone()));
    fill.set("inreplyto", Value::Text(message.in_reply_to.clone().unwrap_or_default()));
    fill.set("senton", Value::Instant(moment));
    fill.set("actualend", Value::Instant(moment));
    if let Some(about) = letter.about {
        fill.set("regardingobjectid", Value::Row(RecordRef::new(&about.table, &about.id)));
    }
    (fill.values, fill.shortened)
}

/// Who wrote it to whom (`participationtypemask`: 1 sender, 2 to, 3 copy, 4 blind copy).
fn parties(letter: &Letter<'_>) -> Vec<Child> {
    let one = |(kind, person): (&str, &Address)| {
        let mut values = Values::new();
        values.insert("participationtypemask".to_owned(), Value::Choice(kind.to_owned()));
        values.insert("addressused".to_owned(), Value::Text(cut(&person.address, 320)));
        if let Some(at) = letter.contact(person) {
            values.insert("partyid".to_owned(), Value::Row(at.clone()));
        }
        Child { table: "activityparty".to_owned(), field: "activityid".to_owned(), values }
    };
    let about = |about: &About| {
        let mut values = Values::new();
        values.insert("participationtypemask".to_owned(), Value::Choice(RELATED.to_owned()));
        values.insert("partyid".to_owned(), Value::Row(RecordRef::new(&about.table, &about.id)));
        Child { table: "activityparty".to_owned(), field: "activityid".to_owned(), values }
    };
    let people = letter.people(["1", "2", "3", "4"]).map(one);
    people.chain(letter.related.iter().map(about)).collect()
}

/// The same for Salesforce.
fn relations(letter: &Letter<'_>) -> Vec<Child> {
    let one = |(kind, person): (&str, &Address)| {
        let mut values = Values::new();
        values.insert("RelationType".to_owned(), Value::Choice(kind.to_owned()));
        values.insert("RelationAddress".to_owned(), Value::Text(cut(&person.address, 400)));
        if let Some(at) = letter.contact(person) {
            values.insert("RelationId".to_owned(), Value::Row(at.clone()));
        }
        let table = "EmailMessageRelation".to_owned();
        Child { table, field: "EmailMessageId".to_owned(), values }
    };
    letter.people(["FromAddress", "ToAddress", "CcAddress", "BccAddress"]).map(one).collect()
}

impl Letter<'_> {
    fn people<'a>(
        &'a self,
        [from, to, cc, bcc]: [&'a str; 4],
    ) -> impl Iterator<Item = (&'a str, &'a Address)> {
        let message = self.message;
        let with = |kind: &'a str| move |one: &'a Address| (kind, one);
        message
            .from
            .iter()
            .map(with(from))
            .chain(message.to.iter().map(with(to)))
            .chain(message.cc.iter().map(with(cc)))
            .chain(message.bcc.iter().map(with(bcc)))
            .take(MAX_PARTIES)
    }

    fn contact(&self, person: &Address) -> Option<&RecordRef> {
        let known = self.contacts.iter().find(|(known, _)| known.address == person.address);
        known.map(|(_, at)| *at)
    }

    fn day(&self) -> jiff::civil::Date {
        self.opened.mail.sent_at.to_zoned(TimeZone::UTC).date()
    }
}

/// What tells a mail apart: its own identifier; of one without, that of the kept mail, which is the same at every attempt.
fn key_of(opened: &Opened) -> String {
    let own = opened.message.message_id.as_deref().map(str::trim).filter(|id| !id.is_empty());
    let own = own.map(|id| cut(id, 300));
    own.unwrap_or_else(|| format!("{}@mail.liaison.invalid", opened.mail.id))
}

fn key_line(key: &str) -> String {
    format!("Message-ID: <{key}>")
}

fn subject(message: &Message) -> Value {
    Value::from(if message.subject.is_empty() { "–" } else { &message.subject })
}

/// The subject of a task; the CRM keeps it without spaces around it.
fn task_subject(table: &Table, letter: &Letter<'_>) -> Value {
    let Value::Text(subject) = subject(letter.message) else { return Value::Null };
    let text = cut(&format!("Email: {subject}"), 255).trim().to_owned();
    match table.field("Subject").map(|field| &field.kind) {
        Some(FieldKind::Choice(_)) => Value::Choice(text),
        _ => Value::Text(text),
    }
}

fn people(all: &[Address], between: &str) -> Value {
    Value::Text(all.iter().map(|one| one.address.as_str()).collect::<Vec<_>>().join(between))
}

/// Values in the making.
struct Fill<'a> {
    values: Values,
    table: &'a Table,
    shortened: bool,
}

impl Fill<'_> {
    /// How long a text may be.
    fn room(&self, name: &str) -> Option<usize> {
        match self.table.field(name)?.kind {
            FieldKind::Text(Some(most)) => usize::try_from(most).ok(),
            _ => None,
        }
    }

    /// Sets a field that the seller may set; nothing is set where a text is empty, and a text is cut to what fits.
    fn set(&mut self, name: &str, value: Value) {
        let room = self.room(name);
        if let (Some(most), Value::Text(text)) = (room, &value) {
            self.shortened |= text.len() > most && text.chars().count() > most;
        }
        put(&mut self.values, self.table, name, value);
    }
}

/// Sets a field that the seller may set; nothing is set where a text is empty, and a text is cut to what fits.
pub(super) fn put(values: &mut Values, table: &Table, name: &str, value: Value) {
    let Some(field) = table.field(name).filter(|field| field.createable) else { return };
    let value = match (value, &field.kind) {
        (Value::Text(text), _) if text.is_empty() => return,
        (Value::Text(text), FieldKind::Text(Some(most))) => {
            Value::Text(cut(&text, usize::try_from(*most).unwrap_or(usize::MAX)))
        }
        // one CRM keeps as a choice what another keeps as a text
        (Value::Choice(text), FieldKind::Text(_)) => Value::Text(text),
        (Value::Text(text), FieldKind::Choice(_)) => Value::Choice(text),
        (value, _) => value,
    };
    values.insert(field.name.clone(), value);
}

/// `participationtypemask` of what an activity is related to beside its regarding record.
const RELATED: &str = "13";
/// Parties of one activity; our own choice, below [`crm::MAX_CHILDREN`].
const MAX_PARTIES: usize = 50;
