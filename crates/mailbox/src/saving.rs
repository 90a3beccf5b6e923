//! A mail becomes an activity of the seller's CRM (sales reference §5.2): an e-mail with its parties where the CRM has
//! that, a task where it has not.
//!
//! It becomes one once, whatever happens on the way: a row says that somebody is at it, and whoever finds such a row left
//! behind looks for the mail in the CRM before making another. The activity and its parties are made in one call; files
//! are made one by one, and those that are there already are not made again.

mod activity;
mod files;

use crm::RecordRef;
use event_log::{Change, Subject, audit};
use jiff::{SignedDuration, Timestamp};
use kernel::Scope;
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

impl Save {
    /// Whether nobody is at it any more who has not brought it to an end.
    pub(crate) fn is_left(&self, now: Timestamp) -> bool {
        !self.done && self.saved_at <= now - PATIENCE
    }
}

impl Mailbox {
    /// Saves a mail to the caller's CRM, with the caller's rights there. A mail that is in the CRM already is not made
    /// once more: it is the one that is there.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::SavingOff`], [`Error::Saved`],
    /// [`Error::NoTable`], [`Error::Connection`], [`Error::Crm`], [`Error::Store`].
    pub async fn save(&self, scope: &Scope, id: Uuid, wanted: Wanted) -> Result<Save> {
        let user = person(scope)?;
        let rules = self.rules(scope).await?;
        // off for the organisation, or at this CRM
        if !rules.save_mails || !self.crm.settings(scope).await?.saving.mails {
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
        let files = if rules.save_attachments { wanted.attachments } else { Vec::new() };
        let made = spoken.put((&way, &opened, &seen), &claim, &files).await;
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
        let save = Save { found: made.found && !again, done: true, ..made };
        let (kept, now) = (save.clone(), self.clock.now());
        let finish = move |tx: &db::Tx<'_>| -> db::Result<()> {
            store::put_save(tx, (id, user), &kept)?;
            audit(tx, &told("seller_mail.save", id, (None, Some(&kept)), now))
        };
        self.db.write(scope, finish).await?;
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
            store::lookup(tx, user, id)?.ok_or(Error::NotFound { mail: id })?;
            Ok(store::save_of(tx, id)?)
        };
        let save = self.db.read(scope, read).await?.filter(|save| save.done);
        let save = save.ok_or(Error::NotSaved)?;
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
        let now = self.clock.now();
        let write = move |tx: &db::Tx<'_>| -> db::Result<()> {
            store::drop_save(tx, id)?;
            audit(tx, &told("seller_mail.unsave", id, (Some(&save), None), now))
        };
        self.db.write(scope, write).await?;
        Ok(())
    }
}

/// Whether a refusal says that nothing was made.
const fn is_sure(error: &Error) -> bool {
    !matches!(
        error,
        Error::Crm(
            crm::Error::Outbound(_)
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

/// For how long whoever began to save a mail may be at it.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);
