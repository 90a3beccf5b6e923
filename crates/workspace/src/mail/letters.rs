//! Mails that the hub writes itself, such as a card for a mailbox: HTML with a plain text beside it.

use std::time::SystemTime;

use bytes::Bytes;
use db::Tx;
use kernel::{FieldError, MailId, Permission, Scope, TeamId, UserId};
use lettre::{
    Address, Message,
    message::{Mailbox, MultiPart},
};
use uuid::Uuid;

use super::{Direction, MAILS_TOPIC, Mail, MailState, compose::one_line, read, store};
use crate::{Error, Result, Workspace, access};

/// A mail that the hub writes itself.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The identifier; a second letter with it is the same letter.
    pub id: MailId,
    /// The name that it comes from.
    pub sender: String,
    /// The subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// How far a letter to a person has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posted {
    /// Which.
    pub id: MailId,
    /// Whether it waits for the relay, was taken by it, or was given up.
    pub state: MailState,
    /// What the relay, or the way to it, said last.
    pub failure: Option<String>,
}

/// A text as HTML, for the other half of a [`Letter`]: between tags and in attributes that stand in double quotes.
pub fn as_html(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for one in text.chars() {
        match one {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            other => html.push(other),
        }
    }
    html
}

impl Workspace {
    /// Puts a letter into the mailbox of a team. For jobs.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::TeamNotFound`], [`Error::MailTooLarge`], [`Error::Invalid`],
    /// [`Error::Files`], [`Error::Store`].
    pub async fn put_letter(&self, scope: &Scope, team: TeamId, letter: Letter) -> Result<()> {
        scope.require(Permission::System)?;
        let read = move |tx: &Tx<'_>| Ok::<_, Error>(access::team(tx, team)?.team);
        let to = self.mail_address(&self.db.read(scope, read).await?);
        self.keep_letter(scope, (team.uuid(), to), letter, MailState::Received).await
    }

    /// Queues a letter to a person's address; the relay gets it soon after. For jobs.
    ///
    /// # Errors
    /// [`Error::MailOff`], else as [`Workspace::put_letter`].
    pub async fn send_letter(
        &self,
        scope: &Scope,
        (to, address): (UserId, String),
        letter: Letter,
    ) -> Result<()> {
        scope.require(Permission::System)?;
        if self.settings.mail.relay_host.is_none() {
            return Err(Error::MailOff);
        }
        self.keep_letter(scope, (to.uuid(), address), letter, MailState::Queued).await
    }

    /// How far letters have come: in the order of the identifiers, without those that are not kept any more. For jobs.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn letters(&self, scope: &Scope, ids: Vec<MailId>) -> Result<Vec<Posted>> {
        scope.require(Permission::System)?;
        let read = move |tx: &Tx<'_>| {
            let mut found = Vec::with_capacity(ids.len().min(MAX_ASKED));
            for id in ids.iter().take(MAX_ASKED) {
                let mail = store::lookup(tx, *id, false)?;
                found.extend(mail.map(|mail| Posted {
                    id: mail.id,
                    state: mail.state,
                    failure: mail.failure,
                }));
            }
            Ok::<_, db::Error>(found)
        };
        Ok(self.db.read_one(scope, read).await?)
    }

    /// Letters to a person stand in a box of the person's own, which nobody reads: the outbox.
    async fn keep_letter(
        &self,
        scope: &Scope,
        (mailbox, to): (Uuid, String),
        letter: Letter,
        state: MailState,
    ) -> Result<()> {
        let now = self.clock.now();
        let message_id = format!("{}@{}", letter.id, self.settings.mail.domain);
        let from = format!("{LOCAL_PART}@{}", self.settings.mail.domain);
        let raw = compose(&letter, (&from, &to), &message_id, SystemTime::from(now))?;
        let limit_bytes = self.settings.mail.max_mail_bytes;
        let mut incoming = self.files.begin(scope.tenant(), limit_bytes).await?;
        if !incoming.write(&Bytes::from(raw.clone())).await? {
            return Err(Error::MailTooLarge { limit_bytes });
        }
        let kept = incoming.keep().await?;
        let summary = read::summary(raw).await;
        let mail = Mail {
            id: letter.id,
            team: mailbox.into(),
            position: 0,
            direction: if state == MailState::Queued { Direction::Out } else { Direction::In },
            state,
            sender: summary.sender,
            recipients: vec![to],
            subject: summary.subject,
            preview: summary.preview,
            attachments: 0,
            message_id,
            size: i64::try_from(kept.size).unwrap_or(i64::MAX),
            created_at: now,
            created_by: None,
            attempts: 0,
            failure: None,
            sha256: kept.sha256,
        };
        let due = (state == MailState::Queued).then_some(now);
        let insert = move |tx: &Tx<'_>| -> db::Result<()> {
            for deleted in [false, true] {
                if store::lookup(tx, mail.id, deleted)?.is_some() {
                    return Ok(());
                }
            }
            let position = event_log::draw(tx, MAILS_TOPIC, mailbox)?;
            store::insert(tx, &Mail { position, ..mail.clone() }, due)
        };
        let answer = self.db.write(scope, insert).await;
        drop(kept);
        Ok(answer?)
    }
}

fn compose(
    letter: &Letter,
    (from, to): (&str, &str),
    message_id: &str,
    at: SystemTime,
) -> Result<Vec<u8>> {
    let wrong = |pointer: &'static str| {
        let field = FieldError::new(pointer, "mail.address", "not a mail address");
        Error::invalid(field)
    };
    let address = |text: &str, pointer| text.parse::<Address>().map_err(|_source| wrong(pointer));
    let subject: String = one_line(&letter.subject).chars().take(MAX_SUBJECT_CHARS).collect();
    let parts = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
    let message = Message::builder()
        .from(Mailbox::new(Some(one_line(&letter.sender)), address(from, "/from")?))
        .to(Mailbox::new(None, address(to, "/to")?))
        .subject(subject)
        .date(at)
        .message_id(Some(format!("<{message_id}>")))
        .multipart(parts)
        .map_err(|_source| wrong("/to"))?;
    Ok(message.formatted())
}

/// Letters that are asked about at once; our own choice.
const MAX_ASKED: usize = 1000;
/// What stands before the `@` of the hub's own letters.
const LOCAL_PART: &str = "connectors";
/// RFC 5322 §2.1.1: a line has at most 998 characters.
const MAX_SUBJECT_CHARS: usize = 998;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_has_both_forms_and_no_smuggled_header() {
        let letter = Letter {
            id: Uuid::nil().into(),
            sender: "Tasks\r\nBcc: x@y.z".to_owned(),
            subject: "Done\r\nBcc: x@y.z".to_owned(),
            text: "plain".to_owned(),
            html: "<p>rich</p>".to_owned(),
        };
        let addresses = ("connectors@localhost", "ada@example.org");
        let raw = compose(&letter, addresses, "1@localhost", SystemTime::UNIX_EPOCH).unwrap();
        let raw = String::from_utf8(raw).unwrap();
        assert!(raw.contains("multipart/alternative") && raw.contains("<p>rich</p>"), "{raw}");
        assert!(!raw.lines().any(|line| line.starts_with("Bcc:")), "{raw}");
        let bad =
            compose(&letter, ("connectors@localhost", "a@b\r\nc"), "1", SystemTime::UNIX_EPOCH);
        assert!(bad.is_err());
    }

    #[test]
    fn a_text_as_html_opens_no_tag_ends_no_attribute_and_reads_as_it_was_written() {
        let sly = "</p><script src=\"x\">'é&amp;\u{202e}\n</script>";
        let html = as_html(sly);
        assert_eq!(
            html,
            "&lt;/p&gt;&lt;script src=&quot;x&quot;&gt;'é&amp;amp;\u{202e}\n&lt;/script&gt;"
        );
        assert_eq!(as_html(""), "");
        // as mail programs read it
        let read = html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
        assert_eq!(read.replace("&amp;", "&"), sly);
    }
}
