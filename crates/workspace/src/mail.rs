//! The group mailbox of each team: mail in over SMTP, mail out through a relay.

mod compose;
mod letters;
mod outbox;
mod read;
mod receiver;
mod senders;
mod store;

use db::Tx;
use jiff::Timestamp;
use kernel::{Cursor, Limit, MailId, Page, Permission, Scope, TeamId, UserId};

pub use letters::{Letter, Posted, as_html};
pub use outbox::NewMail;
pub use read::{Attachment, Readable};
pub use receiver::{Door, Duplex, Receiver, Upgrade, Upgrading};

use crate::{Error, Result, Role, Sha256, TeamAccess, Workspace, access};

/// Notices with this topic, on the stream of a team, say that its mailbox has something new.
pub const MAILS_TOPIC: &str = "mails";

/// Which way a mail went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// It came in.
    In,
    /// A member sent it.
    Out,
}

impl Direction {
    /// The name as stored and as written in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Out => "out",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        match text {
            "in" => Some(Self::In),
            "out" => Some(Self::Out),
            _ => None,
        }
    }
}

/// How far a mail has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailState {
    /// It came in.
    Received,
    /// It waits for the relay.
    Queued,
    /// The relay took it.
    Sent,
    /// The relay refused it, or was not reached in time.
    Failed,
}

impl MailState {
    /// The name as stored and as written in documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        match text {
            "received" => Some(Self::Received),
            "queued" => Some(Self::Queued),
            "sent" => Some(Self::Sent),
            "failed" => Some(Self::Failed),
            _ => None,
        }
    }
}

/// A mail of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// The identifier.
    pub id: MailId,
    /// The team whose mailbox it is in.
    pub team: TeamId,
    /// Its place in the mailbox.
    pub position: i64,
    /// Which way it went.
    pub direction: Direction,
    /// How far it has come.
    pub state: MailState,
    /// Who it is from, as the mail says.
    pub sender: String,
    /// Addresses that it was sent to.
    pub recipients: Vec<String>,
    /// The subject; may be empty.
    pub subject: String,
    /// The beginning of its text.
    pub preview: String,
    /// How many attachments it has.
    pub attachments: i64,
    /// The header `Message-ID`, without brackets; may be empty.
    pub message_id: String,
    /// Length in bytes.
    pub size: i64,
    /// When it came in or was queued.
    pub created_at: Timestamp,
    /// Who sent it, of a mail that went out.
    pub created_by: Option<UserId>,
    /// How often the relay was tried.
    pub attempts: i64,
    /// What the relay said when it failed.
    pub failure: Option<String>,
    pub(crate) sha256: Sha256,
}

/// A mail with its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailView {
    /// The mail.
    pub mail: Mail,
    /// Its text and what is attached.
    pub content: Readable,
}

impl Workspace {
    /// The address of a team's mailbox.
    pub fn mail_address(&self, team: &crate::Team) -> String {
        format!("{}@{}", team.mail_name, self.settings.mail.domain)
    }

    /// Mails of a team, newest first.
    ///
    /// # Errors
    /// [`Error::TeamNotFound`], [`Error::NotTeamMember`], [`Error::Cursor`].
    pub async fn mails(
        &self,
        scope: &Scope,
        team: TeamId,
        before: Option<Cursor>,
        limit: Limit,
    ) -> Result<Page<Mail>> {
        scope.require(Permission::MessageRead)?;
        let before = before.as_ref().map(Cursor::parse::<i64>).transpose()?.unwrap_or(i64::MAX);
        let read = move |tx: &Tx<'_>| {
            readable(tx, team)?;
            let mails = store::page(tx, team, before, limit.probe())?;
            Ok(Page::cut(mails, limit, |mail| Cursor::new(&mail.position.to_string())))
        };
        self.db.read(scope, read).await
    }

    /// A mail with its text.
    ///
    /// # Errors
    /// [`Error::MailNotFound`], also when the actor may not read the mailbox; [`Error::Files`].
    pub async fn mail(&self, scope: &Scope, id: MailId) -> Result<MailView> {
        scope.require(Permission::MessageRead)?;
        let mail = self.db.read(scope, move |tx| find(tx, id).map(|(mail, _)| mail)).await?;
        let raw = self.raw(scope, &mail).await?;
        Ok(MailView { mail, content: read::readable(raw).await })
    }

    /// An attachment of a mail: what it is and its bytes.
    ///
    /// # Errors
    /// [`Error::MailNotFound`], also when there is no such attachment; [`Error::Files`].
    pub async fn mail_attachment(
        &self,
        scope: &Scope,
        id: MailId,
        index: u32,
    ) -> Result<(Attachment, Vec<u8>)> {
        scope.require(Permission::MessageRead)?;
        let mail = self.db.read(scope, move |tx| find(tx, id).map(|(mail, _)| mail)).await?;
        let raw = self.raw(scope, &mail).await?;
        read::attachment(raw, index).await.ok_or(Error::MailNotFound { mail: id })
    }

    /// Deletes a mail; it can be restored for a while.
    ///
    /// # Errors
    /// [`Error::MailNotFound`], [`Error::RoleNeeded`].
    pub async fn delete_mail(&self, scope: &Scope, id: MailId) -> Result<()> {
        scope.require(Permission::MessageWrite)?;
        let now = self.clock.now();
        let delete = move |tx: &Tx<'_>| {
            let (mail, access) = find(tx, id)?;
            member(&access)?;
            Ok(store::set_deleted(tx, mail.id, Some(now))?)
        };
        self.db.write(scope, delete).await
    }

    /// Brings a deleted mail back.
    ///
    /// # Errors
    /// [`Error::MailNotFound`], [`Error::RoleNeeded`].
    pub async fn restore_mail(&self, scope: &Scope, id: MailId) -> Result<()> {
        scope.require(Permission::MessageWrite)?;
        let restore = move |tx: &Tx<'_>| {
            let missing = || Error::MailNotFound { mail: id };
            let mail = store::lookup(tx, id, true)?.ok_or_else(missing)?;
            let access = readable(tx, mail.team).map_err(|error| hidden(error, id))?;
            member(&access)?;
            Ok(store::set_deleted(tx, mail.id, None)?)
        };
        self.db.write(scope, restore).await
    }

    async fn raw(&self, scope: &Scope, mail: &Mail) -> Result<Vec<u8>> {
        let limit = u64::try_from(mail.size).unwrap_or(0);
        Ok(self.files.read_all(scope.tenant(), mail.sha256, limit).await?)
    }
}

/// A team whose mailbox the actor may read.
fn readable(tx: &Tx<'_>, team: TeamId) -> Result<TeamAccess> {
    let access = access::team(tx, team)?;
    if access.rights.read { Ok(access) } else { Err(Error::NotTeamMember { team }) }
}

/// A live mail that the actor may read.
fn find(tx: &Tx<'_>, id: MailId) -> Result<(Mail, TeamAccess)> {
    let mail = store::lookup(tx, id, false)?.ok_or(Error::MailNotFound { mail: id })?;
    let access = readable(tx, mail.team).map_err(|error| hidden(error, id))?;
    Ok((mail, access))
}

fn hidden(error: Error, mail: MailId) -> Error {
    match error {
        Error::TeamNotFound { .. } | Error::NotTeamMember { .. } => Error::MailNotFound { mail },
        other => other,
    }
}

/// Guests read mails; members send and delete them.
fn member(access: &TeamAccess) -> Result<()> {
    if access.team.archived_at.is_some() {
        return Err(Error::TeamArchived { team: access.team.id });
    }
    if access.rights.connect { Ok(()) } else { Err(Error::RoleNeeded { needed: Role::Member }) }
}
