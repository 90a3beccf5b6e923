//! A mail becomes an activity of the seller's CRM (sales reference §5.2): an e-mail with its parties where the CRM has
//! that, a task where it has not.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use crm::{FieldKind, RecordRef, Table, Value, Values};
use event_log::{Change, Subject, audit};
use jiff::{SignedDuration, Timestamp};
use kernel::Scope;
use mail_messages::{Address, Message, html};
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error, Mailbox, Matched, Opened, Result, Seen,
    people::Spoken,
    service::{cut, person},
    store,
};

/// What became of a mail in the CRM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Save {
    /// Whether it is there; else somebody is at it.
    pub done: bool,
    /// The table of the activity.
    pub table: String,
    /// Its identifier.
    pub id: String,
    /// What it is about.
    pub about: Option<About>,
    /// Files that were saved with it.
    pub attachments: i64,
    /// Files that the CRM has no place for.
    pub left_out: i64,
    /// When.
    pub saved_at: Timestamp,
}

/// A record that a mail is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// The table.
    pub table: String,
    /// The identifier.
    pub id: String,
    /// What it is called.
    pub name: String,
}

/// What is to be saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What the mail is about, beside the contacts in it.
    pub about: Option<About>,
    /// Which of its files go with it.
    pub attachments: Vec<usize>,
}

impl Mailbox {
    /// Saves a mail to the caller's CRM, with the caller's rights there.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::SavingOff`], [`Error::Saved`],
    /// [`Error::NoTable`], [`Error::Connection`], [`Error::Crm`], [`Error::Store`].
    pub async fn save(&self, scope: &Scope, id: Uuid, wanted: Wanted) -> Result<Save> {
        let user = person(scope)?;
        let rules = self.rules(scope).await?;
        if !rules.save_mails {
            return Err(Error::SavingOff);
        }
        let opened = self.open(scope, id).await?;
        let seen = self.people(scope, &opened.message).await?;
        let spoken = self.spoken(scope).await?;
        let about = match wanted.about {
            None => None,
            Some(about) => Some(spoken.checked(about).await?),
        };
        let table = match spoken.crm.describe(spoken.names.mail).await {
            Err(crm::Error::ObjectHidden { .. }) => return Err(Error::NoTable),
            other => other?,
        };
        let claim = Save {
            done: false,
            table: table.name.clone(),
            id: String::new(),
            about,
            attachments: 0,
            left_out: 0,
            saved_at: self.clock.now(),
        };
        // from here on nobody else saves it; whoever died on the way is waited for a while
        let (mine, patience) = (claim.clone(), claim.saved_at - PATIENCE);
        let begin = move |tx: &db::Tx<'_>| -> Result<()> {
            let known = store::save_of(tx, id)?;
            if known.is_some_and(|known| known.done || known.saved_at > patience) {
                return Err(Error::Saved);
            }
            store::put_save(tx, (id, user), &mine)?;
            Ok(())
        };
        self.db.write(scope, begin).await?;
        let files = if rules.save_attachments { wanted.attachments } else { Vec::new() };
        let made = spoken.activity(&table, (&opened, &seen), claim.about.as_ref()).await;
        let made = match made {
            Ok(made) => made,
            Err(error) => {
                let undo = move |tx: &db::Tx<'_>| store::drop_save(tx, id);
                self.db.write(scope, undo).await?;
                return Err(error);
            }
        };
        let (attachments, left_out) = spoken.files(&made, &opened.message, &files).await;
        let save = Save { done: true, id: made.id.0, attachments, left_out, ..claim };
        let (kept, now) = (save.clone(), self.clock.now());
        let finish = move |tx: &db::Tx<'_>| -> db::Result<()> {
            store::put_save(tx, (id, user), &kept)?;
            audit(tx, &told("seller_mail.save", id, (None, Some(&kept)), now))
        };
        self.db.write(scope, finish).await?;
        Ok(save)
    }

    /// Takes a saved mail back, where the CRM lets it be taken back.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::NotSaved`], [`Error::Stays`],
    /// [`Error::Connection`], [`Error::Crm`], [`Error::Store`].
    pub async fn unsave(&self, scope: &Scope, id: Uuid) -> Result<()> {
        let user = person(scope)?;
        let read = move |tx: &db::Tx<'_>| -> Result<_> {
            store::lookup(tx, user, id)?.ok_or(Error::NotFound { mail: id })?;
            Ok(store::save_of(tx, id)?)
        };
        let save = self.db.read(scope, read).await?.filter(|save| save.done);
        let save = save.ok_or(Error::NotSaved)?;
        let spoken = self.spoken(scope).await?;
        if !spoken.names.can_undo || spoken.names.mail != save.table {
            return Err(Error::Stays);
        }
        match spoken.crm.delete(&RecordRef::new(&save.table, &save.id), None).await {
            // gone is gone
            Ok(()) | Err(crm::Error::NotFound | crm::Error::Deleted) => {}
            Err(error) => return Err(error.into()),
        }
        let now = self.clock.now();
        let write = move |tx: &db::Tx<'_>| -> db::Result<()> {
            store::drop_save(tx, id)?;
            audit(tx, &told("seller_mail.unsave", id, (Some(&save), None), now))
        };
        self.db.write(scope, write).await?;
        Ok(())
    }
}

fn told(
    action: &'static str,
    id: Uuid,
    (before, after): (Option<&Save>, Option<&Save>),
    at: Timestamp,
) -> Change {
    let told = |save: &Save| {
        let about =
            save.about.as_ref().map(|about| json!({ "table": about.table, "id": about.id }));
        json!({ "table": save.table, "id": save.id, "about": about, "attachments": save.attachments })
    };
    let subject = Subject::new("seller_mail", id);
    Change { action, subject, before: before.map(told), after: after.map(told), at }
}

impl Spoken {
    /// A record that the seller may see, with its name.
    async fn checked(&self, about: About) -> Result<About> {
        let table = self.crm.describe(&about.table).await?;
        let fields: Vec<String> = table.name_field.iter().cloned().collect();
        let record = self.crm.read(&RecordRef::new(&table.name, &about.id), &fields).await?;
        let name = fields.first().and_then(|field| crate::people::text_of(&record, field));
        Ok(About {
            name: name.unwrap_or(about.name),
            table: table.name.clone(),
            id: record.at.id.0,
        })
    }

    async fn activity(
        &self,
        table: &Table,
        (opened, seen): (&Opened, &Seen),
        about: Option<&About>,
    ) -> Result<RecordRef> {
        let message = &opened.message;
        let contacts: Vec<(&Address, &RecordRef)> = seen
            .people
            .iter()
            .filter_map(|person| match &person.matched {
                Matched::One(contact) => Some((&person.address, &contact.at)),
                _ => None,
            })
            .collect();
        if self.names.mail == "Task" {
            return self.task(table, message, (&contacts, about)).await;
        }
        let is_ours = !seen.people.iter().any(|person| {
            Some(&person.address.address) == message.from.as_ref().map(|from| &from.address)
                && person.matched != Matched::Colleague
        });
        let people: Vec<&str> = message.to.iter().map(|one| one.address.as_str()).collect();
        let moment = opened.mail.sent_at;
        let subject = if message.subject.is_empty() { "–" } else { &message.subject };
        let body = html::page(message, false).body;
        let sender = message.from.as_ref().map(|from| from.address.as_str()).unwrap_or_default();
        let mut values = Values::new();
        let mut set = |name: &str, value: Value| put(&mut values, table, name, value);
        set("subject", subject.into());
        set("description", Value::Text(body));
        set("directioncode", Value::Boolean(is_ours));
        set("sender", sender.into());
        set("torecipients", Value::Text(people.join(";")));
        set("messageid", Value::Text(message.message_id.clone().unwrap_or_default()));
        set("inreplyto", Value::Text(message.in_reply_to.clone().unwrap_or_default()));
        set("senton", Value::Instant(moment));
        set("actualend", Value::Instant(moment));
        if let Some(about) = about {
            set("regardingobjectid", Value::Row(RecordRef::new(&about.table, &about.id)));
        }
        let made = self.crm.create(&table.name, &values).await?;
        self.parties(&made, message, &contacts).await;
        let mut state = Values::new();
        state.insert("statecode".to_owned(), Value::Choice("1".to_owned()));
        let status = if is_ours { "3" } else { "4" };
        state.insert("statuscode".to_owned(), Value::Choice(status.to_owned()));
        if let Err(error) = self.crm.update(&made, &state, None).await {
            tracing::warn!(error = &error as &dyn std::error::Error, "a saved mail stays open");
        }
        Ok(made)
    }

    /// Who wrote it to whom, as parties of the activity. A CRM that makes them otherwise has the addresses at least.
    async fn parties(
        &self,
        mail: &RecordRef,
        message: &Message,
        contacts: &[(&Address, &RecordRef)],
    ) {
        let Ok(table) = self.crm.describe("activityparty").await else { return };
        if table.field("activityid").is_none_or(|field| !field.createable) {
            return;
        }
        let from = message.from.iter().map(|one| ("1", one));
        let to = message.to.iter().map(|one| ("2", one));
        let cc = message.cc.iter().map(|one| ("3", one));
        let bcc = message.bcc.iter().map(|one| ("4", one));
        for (kind, person) in from.chain(to).chain(cc).chain(bcc).take(MAX_PARTIES) {
            let mut values = Values::new();
            let mut set = |name: &str, value: Value| put(&mut values, &table, name, value);
            set("activityid", Value::Row(mail.clone()));
            set("participationtypemask", Value::Choice(kind.to_owned()));
            set("addressused", Value::Text(person.address.clone()));
            if let Some((_, at)) =
                contacts.iter().find(|(known, _)| known.address == person.address)
            {
                set("partyid", Value::Row((*at).clone()));
            }
            if let Err(error) = self.crm.create(&table.name, &values).await {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "a party of a saved mail is left out");
                return;
            }
        }
    }

    /// A task about a mail, as Salesforce takes one.
    async fn task(
        &self,
        table: &Table,
        message: &Message,
        (contacts, about): (&[(&Address, &RecordRef)], Option<&About>),
    ) -> Result<RecordRef> {
        let mut values = Values::new();
        let mut set = |name: &str, value: Value| put(&mut values, table, name, value);
        let people = |all: &[Address]| -> String {
            all.iter().map(|one| one.address.clone()).collect::<Vec<_>>().join("; ")
        };
        let from = message.from.as_ref().map(|from| from.address.clone()).unwrap_or_default();
        let head =
            format!("From: {from}\nTo: {}\nCc: {}\n", people(&message.to), people(&message.cc));
        let subject = if message.subject.is_empty() { "–" } else { &message.subject };
        set("Subject", Value::Text(cut(&format!("Email: {subject}"), 255)));
        // what does not fit is cut (sales reference §5.2)
        set("Description", Value::Text(cut(&format!("{head}\n{}", message.text), 32_000)));
        set("Status", Value::Choice("Completed".to_owned()));
        set("TaskSubtype", Value::Choice("Email".to_owned()));
        if let Some((_, at)) = contacts.first() {
            set("WhoId", Value::Row((*at).clone()));
        }
        if let Some(sent) = message.sent_at {
            let day = sent.to_zoned(jiff::tz::TimeZone::UTC).date();
            set("ActivityDate", Value::Date(day));
        }
        match about {
            Some(about) if about.table == self.names.contact => {
                set("WhoId", Value::Row(RecordRef::new(&about.table, &about.id)));
            }
            Some(about) => set("WhatId", Value::Row(RecordRef::new(&about.table, &about.id))),
            None => {}
        }
        Ok(self.crm.create(&table.name, &values).await?)
    }

    /// Saves files with the activity; how many went with it, and how many the CRM has no place for.
    async fn files(&self, mail: &RecordRef, message: &Message, wanted: &[usize]) -> (i64, i64) {
        let mut saved = 0;
        let mut left_out = 0;
        let files = wanted.iter().filter_map(|&at| message.attachments.get(at)).take(MAX_FILES);
        let table = match files.clone().next() {
            Some(_) => self.crm.describe("activitymimeattachment").await.ok(),
            None => None,
        };
        for (index, file) in files.enumerate() {
            let body = STANDARD.encode(&file.content);
            let room = table.as_ref().and_then(|table| match table.field("body")?.kind {
                FieldKind::Text(most) => Some(most.unwrap_or(u64::MAX)),
                _ => None,
            });
            let fits =
                room.is_some_and(|most| u64::try_from(body.len()).is_ok_and(|own| own <= most));
            let Some(table) = table.as_ref().filter(|_| fits && !file.inline) else {
                left_out += 1;
                continue;
            };
            let mut values = Values::new();
            let mut set = |name: &str, value: Value| put(&mut values, table, name, value);
            set("filename", Value::Text(cut(&file.name, 255)));
            set("mimetype", Value::Text(cut(&file.media_type, 255)));
            set("attachmentnumber", Value::Whole(i64::try_from(index + 1).unwrap_or_default()));
            set("objectid", Value::Row(mail.clone()));
            set("body", Value::Text(body));
            match self.crm.create(&table.name, &values).await {
                Ok(_) => saved += 1,
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, "a file of a saved mail is left out");
                    left_out += 1;
                }
            }
        }
        (saved, left_out)
    }
}

/// Sets a field that the seller may set; nothing is set where a text is empty, and a text is cut to what fits.
fn put(values: &mut Values, table: &Table, name: &str, value: Value) {
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

/// For how long whoever began to save a mail may be at it.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);
/// Parties and files of one activity; our own choice.
const MAX_PARTIES: usize = 50;
const MAX_FILES: usize = 20;
