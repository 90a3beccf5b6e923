//! Conversations: which of a person's mails belong together, in whatever order they came.
//!
//! A mail is known by its own identifier, by those it answers (RFC 5322 §3.6.4), and by what Exchange calls the
//! conversation. Mails that share one of them are of one conversation; a mail that joins two makes them one.

use std::fmt::Write as _;

use db::Tx;
use kernel::{Scope, UserId};
use mail_messages::{Message, thread};
use uuid::Uuid;

use crate::{
    Error, Mail, Mailbox, Opened, Result,
    service::{cut, person},
    store,
};

/// By what a mail is known to others of its conversation.
pub(crate) fn keys(message: &Message) -> Vec<String> {
    let first = message.references.first();
    let last = message.references.iter().rev().take(MAX_REFERENCES);
    let conversation = message.conversation.as_ref().map(|id| format!("index:{id}"));
    let own = message.message_id.iter().chain(&message.in_reply_to).chain(first).chain(last);
    let mut keys: Vec<String> = Vec::new();
    for key in own.map(|id| cut(id, MAX_KEY)).chain(conversation) {
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// Puts a mail into its conversation; a new one where none is known.
pub(crate) fn join(
    tx: &Tx<'_>,
    (user, mail): (UserId, Uuid),
    keys: &[String],
    fresh: Uuid,
) -> db::Result<()> {
    let mut known = Vec::new();
    for key in keys {
        if let Some(thread) = store::thread_of_key(tx, user, key)?
            && !known.contains(&thread)
        {
            known.push(thread);
        }
    }
    let (thread, others) = known.split_first().map_or((fresh, &[][..]), |(own, rest)| (*own, rest));
    for other in others {
        store::merge_threads(tx, *other, thread)?;
    }
    for key in keys {
        store::put_thread_key(tx, user, key, thread)?;
    }
    store::set_thread(tx, mail, thread)?;
    Ok(())
}

impl Mailbox {
    /// The mails of the conversation that a mail belongs to, the earliest first; itself is among them.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::NotFound`], [`Error::Store`].
    pub async fn thread(&self, scope: &Scope, id: Uuid) -> Result<Vec<Mail>> {
        let user = person(scope)?;
        let read = move |tx: &Tx<'_>| -> Result<Vec<Mail>> {
            let mail = store::lookup(tx, user, id)?.ok_or(Error::NotFound { mail: id })?;
            match mail.thread {
                Some(thread) => Ok(store::in_thread(tx, (user, thread), MOST)?),
                None => Ok(vec![mail]),
            }
        };
        self.db.read(scope, read).await
    }

    /// A mail whose text is that of its whole conversation, as mail programs quote it: the newest first, under each head
    /// who wrote it when. Of the others only what was written in them is taken, not what they quote.
    ///
    /// # Errors
    /// As [`Mailbox::open`].
    pub async fn whole_thread(&self, scope: &Scope, id: Uuid) -> Result<Opened> {
        let mut opened = self.open(scope, id).await?;
        let mut others = self.thread(scope, id).await?;
        others.retain(|mail| mail.id != id);
        if others.is_empty() {
            return Ok(opened);
        }
        let mut parts = vec![(opened.mail.clone(), thread::newest(&opened.message.text))];
        let mut size = 0;
        for mail in others.into_iter().rev().take(MAX_READ) {
            // one that cannot be read any more says nothing
            let Ok(other) = self.open(scope, mail.id).await else { continue };
            let text = thread::newest(&other.message.text);
            size += text.len();
            if size > MAX_TEXT {
                break;
            }
            parts.push((mail, text));
        }
        kernel::sort_by_key(&mut parts, |(mail, _)| std::cmp::Reverse((mail.sent_at, mail.id)));
        opened.message.text = written(&parts);
        Ok(opened)
    }
}

/// Texts one under the other, each with a head as Outlook writes it.
fn written(parts: &[(Mail, String)]) -> String {
    let mut out = String::new();
    for (number, (mail, text)) in parts.iter().enumerate() {
        if number > 0 {
            let sender = match mail.sender_address.as_str() {
                "" => mail.sender_name.clone(),
                address => format!("{} <{address}>", mail.sender_name),
            };
            let at = mail.sent_at.strftime("%Y-%m-%d %H:%M");
            let subject = &mail.subject;
            out.push_str("\n\n-----Original Message-----\n");
            let _infallible = write!(out, "From: {sender}\nSent: {at}\nSubject: {subject}\n\n");
        }
        out.push_str(text.trim());
    }
    out
}

/// References that are looked at, from the end.
const MAX_REFERENCES: usize = 30;
/// Characters of an identifier.
const MAX_KEY: usize = 300;
/// Mails of a conversation that are listed.
const MOST: i64 = 200;
/// Mails of a conversation that are read for a summary.
const MAX_READ: usize = 30;
/// Bytes of their texts.
const MAX_TEXT: usize = 400_000;
