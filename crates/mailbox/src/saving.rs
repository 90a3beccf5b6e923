//! A mail becomes an activity of the seller's CRM (sales reference §5.2): an e-mail with its parties where the CRM has
//! that, a task where it has not.
//!
//! It becomes one once, whatever happens on the way: a row says that somebody is at it, and whoever finds such a row left
//! behind looks for the mail in the CRM before making another. The activity and its parties are made in one call; files
//! are made one by one, and those that are there already are not made again.

mod activity;
mod files;
mod mark;

use std::collections::BTreeMap;

use crm::{Field, FieldKind, RecordRef, Table, Values};
use crm_connections::records::from_text;
use event_log::{Change, Subject, audit};
use jiff::{SignedDuration, Timestamp};
use kernel::Scope;
use sales_settings::Connect;
use serde_json::json;
use uuid::Uuid;

use crate::{Error, Mailbox, Result, people::Spoken, service::person, store};

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
    /// Whether it was in the CRM before: a colleague or another tool saved it.
    pub found: bool,
    /// Whether its text was longer than the CRM takes.
    pub shortened: bool,
    /// When.
    pub saved_at: Timestamp,
    /// The mark that it gets in the seller's own mailbox; empty where it gets none.
    pub mark: String,
    /// On how many mails there the mark is.
    pub marked: i64,
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
    /// Further records that it is about, where administrators connect mails to several (Dynamics 365, Related to).
    pub related: Vec<About>,
    /// Which of its files go with it.
    pub attachments: Vec<usize>,
    /// Values of fields that administrators categorise mails with, by their names, as [`crm_connections::records`] reads
    /// texts.
    pub fields: BTreeMap<String, String>,
}

/// Whether the files of a mail go to the CRM with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Files {
    /// They stay.
    #[default]
    Stay,
    /// The seller picks some.
    Picked,
    /// The seller picks, and all are ticked to begin with.
    Ticked,
}

/// What administrators let a seller say when a mail is saved.
#[derive(Debug, Clone, Default)]
pub struct Offered {
    /// Whether mails are saved at all.
    pub mails: bool,
    /// Whether files go along.
    pub files: Files,
    /// Of which tables the records beside the first may be; none where a mail stands with one record.
    pub related_to: Vec<String>,
    /// Whether one of them comes first; else they are alike.
    pub primary: bool,
    /// Fields that mails are categorised with, as the CRM shows them to the seller.
    pub fields: Vec<Field>,
}

impl Offered {
    /// Whether a mail stands with several records.
    pub const fn several(&self) -> bool {
        !self.related_to.is_empty()
    }
}

impl Save {
    /// Whether nobody is at it any more who has not brought it to an end.
    pub(crate) fn is_left(&self, now: Timestamp) -> bool {
        !self.done && self.saved_at <= now - PATIENCE
    }
}

impl Mailbox {
    /// What administrators let the caller say when a mail is saved; the fields are asked of the CRM, and without an answer
    /// there are none.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Connection`], [`Error::Store`].
    pub async fn offered(&self, scope: &Scope) -> Result<Offered> {
        person(scope)?;
        let saving = self.crm.settings(scope).await?.saving;
        let mut offered = Offered {
            mails: saving.mails,
            files: match (saving.mail_attachments, saving.all_mail_attachments) {
                (false, _) => Files::Stay,
                (true, false) => Files::Picked,
                (true, true) => Files::Ticked,
            },
            ..Offered::default()
        };
        if !saving.mails || (saving.mails_connect == Connect::One && saving.mail_fields.is_empty())
        {
            return Ok(offered);
        }
        let Ok(spoken) = self.spoken(scope).await else { return Ok(offered) };
        let Ok(way) = spoken.way().await else { return Ok(offered) };
        if saving.mails_connect != Connect::One {
            offered.related_to = spoken.related_to(&way).await;
        }
        offered.primary = offered.several() && saving.mails_connect == Connect::Primary;
        let own = saving.mail_fields.iter().filter_map(|name| way.table.field(name));
        offered.fields = own.filter(|field| is_category(field)).cloned().collect();
        Ok(offered)
    }

    /// Saves a mail to the caller's CRM, with the caller's rights there. A mail that is in the CRM already is not made
    /// once more: it is the one that is there.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::SavingOff`], [`Error::Saved`],
    /// [`Error::NoTable`], [`Error::Connection`], [`Error::Crm`], [`Error::Store`].
    pub async fn save(&self, scope: &Scope, id: Uuid, wanted: Wanted) -> Result<Save> {
        let user = person(scope)?;
        let saving = self.crm.settings(scope).await?.saving;
        if !saving.mails {
            return Err(Error::SavingOff);
        }
        let opened = self.open(scope, id).await?;
        let seen = self.people(scope, &opened.message).await?;
        let spoken = self.spoken(scope).await?;
        let about = match wanted.about {
            None => None,
            Some(about) => Some(spoken.checked(about).await?),
        };
        let way = spoken.way().await?;
        let mut beside = Vec::new();
        if saving.mails_connect != Connect::One && !wanted.related.is_empty() {
            let tables = spoken.related_to(&way).await;
            for one in wanted.related.into_iter().take(MAX_RELATED) {
                let one = spoken.checked(one).await?;
                if !tables.contains(&one.table) {
                    let detail = "the CRM relates mails to no records of this table";
                    return Err(Error::field("/related", "seller_mail.related", detail));
                }
                beside.push(one);
            }
        }
        let values = categories(&way.table, &saving.mail_fields, &wanted.fields)?;
        let now = self.clock.now();
        let claim = Save {
            done: false,
            table: way.table.name.clone(),
            id: String::new(),
            about,
            attachments: 0,
            left_out: 0,
            found: false,
            shortened: false,
            saved_at: now,
            mark: String::new(),
            marked: 0,
        };
        // from here on nobody else saves it; whoever died on the way is waited for a while
        let mine = claim.clone();
        let begin = move |tx: &db::Tx<'_>| -> Result<bool> {
            let known = store::save_of(tx, id)?;
            if known.as_ref().is_some_and(|known| !known.is_left(now)) {
                return Err(Error::Saved);
            }
            store::put_save(tx, (id, user), &mine)?;
            Ok(known.is_some())
        };
        let again = self.db.write(scope, begin).await?;
        let files = if saving.mail_attachments { wanted.attachments } else { Vec::new() };
        let more = More { related: &beside, values: &values, files: &files };
        let made = spoken.put((&way, &opened, &seen), &claim, &more).await;
        let made = match made {
            Ok(made) => made,
            Err(error) => {
                // who cannot tell whether the CRM took it leaves the row, for the next to look for the mail first
                let is_sure = is_sure(&error);
                let left = Save { saved_at: Timestamp::UNIX_EPOCH, ..claim };
                let undo = move |tx: &db::Tx<'_>| {
                    if is_sure && !again {
                        store::drop_save(tx, id)
                    } else {
                        store::put_save(tx, (id, user), &left)
                    }
                };
                self.db.write(scope, undo).await?;
                return Err(error);
            }
        };
        // what an earlier attempt of the same seller left behind is theirs
        let mut save = Save { found: made.found && !again, done: true, ..made };
        if saving.mark_mails && opened.mail.message_id.is_some() {
            // written down before it is put there, so that whoever takes the mail back looks for it
            save.mark = self.mark_name(scope).await?;
        }
        let (kept, now) = (save.clone(), self.clock.now());
        let finish = move |tx: &db::Tx<'_>| -> db::Result<()> {
            store::put_save(tx, (id, user), &kept)?;
            audit(tx, &told("seller_mail.save", id, (None, Some(&kept)), now))
        };
        self.db.write(scope, finish).await?;
        if let Some(own) = opened.mail.message_id.as_ref().filter(|_| !save.mark.is_empty()) {
            save.marked = self.mark(scope, own, (&save.mark, true)).await;
            let marked = save.marked;
            let write = move |tx: &db::Tx<'_>| store::set_marked(tx, id, marked);
            self.db.write(scope, write).await?;
        }
        Ok(save)
    }

    /// Takes a saved mail back, with the files that went with it and are at nothing else. One that was in the CRM before
    /// stays there.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::NotSaved`], [`Error::Stays`],
    /// [`Error::Connection`], [`Error::Crm`], [`Error::Store`].
    pub async fn unsave(&self, scope: &Scope, id: Uuid) -> Result<()> {
        let user = person(scope)?;
        let read = move |tx: &db::Tx<'_>| -> Result<_> {
            let mail = store::lookup(tx, user, id)?.ok_or(Error::NotFound { mail: id })?;
            Ok((mail.message_id, store::save_of(tx, id)?))
        };
        let (own, save) = self.db.read(scope, read).await?;
        let save = save.filter(|save| save.done).ok_or(Error::NotSaved)?;
        let spoken = self.spoken(scope).await?;
        if !spoken.names.mails.contains(&save.table.as_str()) {
            return Err(Error::Stays);
        }
        if !save.found {
            let at = RecordRef::new(&save.table, &save.id);
            spoken.take_files(&at).await?;
            match spoken.crm.delete(&at, None).await {
                // gone is gone
                Ok(()) | Err(crm::Error::NotFound | crm::Error::Deleted) => {}
                Err(error) => return Err(error.into()),
            }
        }
        // whatever the setting is by now
        if let Some(own) = own.filter(|_| !save.mark.is_empty()) {
            self.mark(scope, &own, (&save.mark, false)).await;
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

/// What goes with a mail beside itself.
struct More<'a> {
    related: &'a [About],
    values: &'a Values,
    files: &'a [usize],
}

/// Values of the fields that mails are categorised with; of no others.
fn categories(table: &Table, names: &[String], given: &BTreeMap<String, String>) -> Result<Values> {
    let mut values = Values::new();
    for (name, text) in given.iter().filter(|(_, text)| !text.trim().is_empty()) {
        let is_one = names.iter().any(|own| own.eq_ignore_ascii_case(name));
        let field = table.field(name).filter(|field| is_one && is_category(field));
        let value = field.and_then(|field| Some((field, from_text(field, text)?)));
        let Some((field, value)) = value else {
            let detail = "a value of a field that mails are categorised with";
            return Err(Error::field("/fields", "seller_mail.category", detail));
        };
        values.insert(field.name.clone(), value);
    }
    Ok(values)
}

/// Option sets, lookups, texts, yes or no, whole numbers (sales reference §4); what the seller may set.
fn is_category(field: &Field) -> bool {
    field.createable
        && matches!(
            field.kind,
            FieldKind::Choice(_)
                | FieldKind::Row(_)
                | FieldKind::Text(_)
                | FieldKind::Boolean
                | FieldKind::Whole
        )
}

/// Whether a refusal says that nothing was made.
const fn is_sure(error: &Error) -> bool {
    !matches!(
        error,
        Error::Crm(
            crm::Error::Outbound(_)
                | crm::Error::OutcomeUnknown(_)
                | crm::Error::Unavailable
                | crm::Error::Answer { .. }
                | crm::Error::Other(_)
        ) | Error::Connection(_)
            | Error::Store(_)
    )
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
        json!({
            "table": save.table, "id": save.id, "about": about, "attachments": save.attachments,
            "found": save.found,
        })
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
}

/// Records beside the first one (our own choice).
const MAX_RELATED: usize = 10;
/// For how long whoever began to save a mail may be at it.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);
