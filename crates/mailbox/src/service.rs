//! The service that edges hold: mails come in, are listed, read and go.

use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use crm_connections::CrmConnections;
use db::{Db, Tx};
use event_log::{Change, Subject, audit};
use file_store::{FileStore, Sha256};
use identity::{Identity, SystemScopes};
use kernel::{Clock, Cursor, Ids, Limit, Page, Permission, Scope, UserId};
use mail_messages::{Address, Attachment, Message};
use sales::Sales;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Error, Kept, Mail, Opened, Reach, Result, Settings, sources::OpenBoxes, store, threads,
};

/// What the service is made of.
#[derive(Debug)]
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
    /// Scopes for the room's own work.
    pub scopes: SystemScopes,
    /// People of the tenant.
    pub identity: Arc<Identity>,
    /// CRMs of sellers.
    pub crm: CrmConnections,
    /// What partners know.
    pub sales: Arc<Sales>,
    /// Where the files of mails are; nobody else keeps files there.
    pub files: FileStore,
    /// Settings of this room.
    pub settings: Settings,
}

/// Mails of sellers. One is made at start and shared.
#[derive(Debug)]
pub struct Mailbox {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) scopes: SystemScopes,
    pub(crate) identity: Arc<Identity>,
    pub(crate) crm: CrmConnections,
    pub(crate) sales: Arc<Sales>,
    pub(crate) files: FileStore,
    pub(crate) settings: Settings,
    pub(crate) reach: OnceLock<Reach>,
    pub(crate) open: OpenBoxes,
}

impl Mailbox {
    /// Mails on a database.
    pub fn new(parts: Parts) -> Self {
        let Parts { db, clock, ids, scopes, identity, crm, sales, files, settings } = parts;
        Self {
            db,
            clock,
            ids,
            scopes,
            identity,
            crm,
            sales,
            files,
            settings,
            reach: OnceLock::new(),
            open: OpenBoxes::default(),
        }
    }

    /// The largest file of a mail in bytes.
    pub fn max_bytes(&self) -> usize {
        let most = usize::try_from(self.settings.max_mail_mb).unwrap_or(usize::MAX);
        most.saturating_mul(1 << 20).min(mail_messages::limits::MAX_FILE_BYTES)
    }

    /// Keeps a mail. The same mail once more is the one that is there.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Unreadable`], [`Error::Full`], [`Error::Files`],
    /// [`Error::Store`].
    pub async fn keep(&self, scope: &Scope, file: Vec<u8>) -> Result<Kept> {
        let user = person(scope)?;
        let most = self.max_bytes();
        if file.len() > most {
            return Err(Error::Unreadable(mail_messages::Error::TooLarge { most }));
        }
        let (message, file) = parsed(file).await?;
        let mut incoming = self
            .files
            .begin(scope.tenant(), u64::try_from(most).unwrap_or(u64::MAX))
            .await
            .map_err(Error::Files)?;
        let bytes = Bytes::from(file);
        if !incoming.write(&bytes).await.map_err(Error::Files)? {
            return Err(Error::Unreadable(mail_messages::Error::TooLarge { most }));
        }
        let kept = incoming.keep().await.map_err(Error::Files)?;
        let mail = self.described(&message, user, (kept.sha256, kept.size));
        // a mail is known by its identifier where it has one: the copy in another folder differs in its header
        let key = message.message_id.clone().unwrap_or_else(|| kept.sha256.to_string());
        let words = words(&mail, &message);
        let (thread_keys, fresh) = (threads::keys(&message), self.ids.fresh());
        let settings = self.settings;
        let new = mail.clone();
        let write = move |tx: &Tx<'_>| -> Result<Option<Mail>> {
            if let Some(known) = store::by_key(tx, user, &key)? {
                return Ok(Some(known));
            }
            let (count, bytes) = store::kept_by(tx, user)?;
            if count >= i64::from(settings.max_mails) {
                return Err(Error::Full { of: "mails", most: settings.max_mails.into() });
            }
            if bytes.saturating_add(new.size) > i64::from(settings.max_person_mb) << 20 {
                return Err(Error::Full { of: "megabytes", most: settings.max_person_mb.into() });
            }
            store::insert(tx, &new, (&key, &words))?;
            threads::join(tx, (user, new.id), &thread_keys, fresh)?;
            Ok(None)
        };
        let outcome = self.db.write(scope, write).await;
        let file = kept.sha256;
        drop(kept);
        let known = match outcome {
            Ok(known) => known,
            Err(error) => {
                self.forget_file(scope, file).await?;
                return Err(error);
            }
        };
        match known {
            Some(known) => {
                if known.sha256 != file {
                    self.forget_file(scope, file).await?;
                }
                Ok(Kept { mail: known, again: true })
            }
            None => Ok(Kept { mail, again: false }),
        }
    }

    fn described(&self, message: &Message, user: UserId, (sha256, size): (Sha256, u64)) -> Mail {
        let now = self.clock.now();
        let from = message.from.as_ref();
        let to: Vec<&str> =
            message.to.iter().chain(&message.cc).take(20).map(Address::shown).collect();
        let preview: Vec<&str> = message.text.split_whitespace().take(60).collect();
        Mail {
            id: self.ids.fresh(),
            user,
            subject: cut(&message.subject, 400),
            sender_name: cut(from.map_or("", Address::shown), 200),
            sender_address: from.map(|from| from.address.clone()).unwrap_or_default(),
            recipients: cut(&to.join(", "), 400),
            preview: cut(&preview.join(" "), 240),
            size: i64::try_from(size).unwrap_or(i64::MAX),
            attachments: i64::try_from(message.files().count()).unwrap_or(i64::MAX),
            // a day in the future would stand above everything for ever
            sent_at: message.sent_at.filter(|at| *at <= now).unwrap_or(now),
            kept_at: now,
            message_id: message.message_id.clone(),
            thread: None,
            sha256,
        }
    }

    /// The caller's mails that hold the words, the latest first.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Cursor`], [`Error::Store`].
    pub async fn list(
        &self,
        scope: &Scope,
        words: &str,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<Page<Mail>> {
        let user = person(scope)?;
        let before = after.map(place).transpose()?;
        let pattern = pattern(words);
        let read = move |tx: &Tx<'_>| store::page(tx, user, (&pattern, before), limit.probe());
        let rows = self.db.read_one(scope, read).await?;
        Ok(Page::cut(rows, limit, |mail| Cursor::new(&format!("{}/{}", mail.sent_at, mail.id))))
    }

    /// A mail with what is in it.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::Unreadable`], [`Error::Files`],
    /// [`Error::Store`].
    pub async fn open(&self, scope: &Scope, id: Uuid) -> Result<Opened> {
        let user = person(scope)?;
        let now = self.clock.now();
        let read = move |tx: &Tx<'_>| -> Result<_> {
            let mail = store::lookup(tx, user, id)?.ok_or(Error::NotFound { mail: id })?;
            // whoever died at saving it is not at it any more
            Ok((mail, store::save_of(tx, id)?.filter(|save| !save.is_left(now))))
        };
        let (mail, save) = self.db.read(scope, read).await?;
        let limit = u64::try_from(mail_messages::limits::MAX_FILE_BYTES).unwrap_or(u64::MAX);
        let file = self.files.read_all(scope.tenant(), mail.sha256, limit).await;
        let (message, _) = parsed(file.map_err(Error::Files)?).await?;
        Ok(Opened { mail, message, save })
    }

    /// The file of a mail as it came.
    ///
    /// # Errors
    /// As [`Mailbox::open`].
    pub async fn file(&self, scope: &Scope, id: Uuid) -> Result<(Mail, Vec<u8>)> {
        let user = person(scope)?;
        let read = move |tx: &Tx<'_>| store::lookup(tx, user, id);
        let mail = self.db.read_one(scope, read).await?.ok_or(Error::NotFound { mail: id })?;
        let limit = u64::try_from(mail_messages::limits::MAX_FILE_BYTES).unwrap_or(u64::MAX);
        let file = self.files.read_all(scope.tenant(), mail.sha256, limit).await;
        Ok((mail, file.map_err(Error::Files)?))
    }

    /// A file that is in a mail.
    ///
    /// # Errors
    /// [`Error::AttachmentNotFound`], else as [`Mailbox::open`].
    pub async fn attachment(&self, scope: &Scope, id: Uuid, index: usize) -> Result<Attachment> {
        let mut opened = self.open(scope, id).await?;
        if index >= opened.message.attachments.len() {
            return Err(Error::AttachmentNotFound);
        }
        Ok(opened.message.attachments.swap_remove(index))
    }

    /// Takes a mail away for good. What it became in the CRM stays there.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::Files`], [`Error::Store`].
    pub async fn delete(&self, scope: &Scope, id: Uuid) -> Result<()> {
        let user = person(scope)?;
        let now = self.clock.now();
        let write = move |tx: &Tx<'_>| -> Result<Mail> {
            let mail = store::lookup(tx, user, id)?.ok_or(Error::NotFound { mail: id })?;
            store::delete(tx, id)?;
            let change = Change {
                action: "seller_mail.delete",
                subject: Subject::new("seller_mail", id),
                before: Some(json!({ "size": mail.size })),
                after: None,
                at: now,
            };
            audit(tx, &change)?;
            Ok(mail)
        };
        let mail = self.db.write(scope, write).await?;
        self.forget_file(scope, mail.sha256).await
    }

    /// Removes a file that no mail has any more. Nobody keeps one meanwhile.
    pub(crate) async fn forget_file(&self, scope: &Scope, sha256: Sha256) -> Result<()> {
        let _alone = self.files.pause().await;
        let read = move |tx: &Tx<'_>| store::has_file(tx, sha256);
        if !self.db.read_one(scope, read).await? {
            self.files.remove(scope.tenant(), sha256).await.map_err(Error::Files)?;
        }
        Ok(())
    }
}

/// The person who calls, who may use a CRM.
pub(crate) fn person(scope: &Scope) -> Result<UserId> {
    scope.require(Permission::ConnectionUse)?;
    scope.user().ok_or(Error::PersonNeeded)
}

/// Reads on a thread of its own: a large mail takes a while.
async fn parsed(file: Vec<u8>) -> Result<(Message, Vec<u8>)> {
    let work = move || mail_messages::read(&file).map(|message| (message, file));
    let read = tokio::task::spawn_blocking(work).await;
    let broken = mail_messages::Error::Damaged { what: "the file" };
    read.unwrap_or(Err(broken)).map_err(Error::Unreadable)
}

/// What a mail is found by: small letters of subject, people and the first part of its text.
fn words(mail: &Mail, message: &Message) -> String {
    let mut all = format!("{}\n{}\n", mail.subject, mail.recipients);
    for person in message.people().into_iter().take(100) {
        all.push_str(person.shown());
        all.push(' ');
        all.push_str(&person.address);
        all.push('\n');
    }
    for file in message.attachments.iter().take(50) {
        all.push_str(&file.name);
        all.push('\n');
    }
    all.push_str(&cut(&message.text, MAX_WORDS));
    all.to_lowercase().replace('\0', "")
}

/// A pattern for LIKE with `!` as its escape; nothing for nothing.
fn pattern(words: &str) -> String {
    let words = words.trim().to_lowercase();
    if words.is_empty() {
        return String::new();
    }
    let mut out = String::from("%");
    for c in words.chars().filter(|c| !c.is_control()).take(100) {
        if matches!(c, '%' | '_' | '!') {
            out.push('!');
        }
        out.push(c);
    }
    out.push('%');
    out
}

fn place(cursor: &Cursor) -> Result<(jiff::Timestamp, Uuid)> {
    let key = cursor.key()?;
    let (at, id) = key.split_once('/').ok_or(kernel::CursorError)?;
    let at = at.parse().map_err(|_odd| kernel::CursorError)?;
    Ok((at, id.parse().map_err(|_odd| kernel::CursorError)?))
}

pub(crate) fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// Characters of a text by which a mail is found; our own choice.
const MAX_WORDS: usize = 20_000;
