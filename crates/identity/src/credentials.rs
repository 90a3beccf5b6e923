//! The one table of everything that is presented to be let in.
//!
//! Rooms register and revoke theirs (a webhook's URL, a workflow's) inside their own transaction with
//! the functions here; [`crate::Identity::authenticate`] knows them all.

use std::str::FromStr;

use db::{Result, Row, Tx, Value};
use jiff::Timestamp;
use kernel::{CredentialId, Factor, Permissions, UserId, WebhookId};
use uuid::Uuid;

pub use crate::secret::SecretHash;

/// What kind of secret it is, and so where it may be presented.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CredentialKind {
    /// A signed-in browser; in a cookie.
    Session,
    /// An API token of a person; in `Authorization`.
    PersonalToken,
    /// An API token of a program; in `Authorization`.
    ServiceToken,
    /// The URL of an incoming webhook.
    IncomingWebhook,
    /// The URL of the Workflows form of a webhook.
    Workflow,
    /// Makes the first global administrator.
    FirstRunLink,
    /// Sets a new password.
    PasswordReset,
    /// Sets the first password of an invited user.
    Invitation,
}

impl CredentialKind {
    const ALL: [Self; 8] = [
        Self::Session,
        Self::PersonalToken,
        Self::ServiceToken,
        Self::IncomingWebhook,
        Self::Workflow,
        Self::FirstRunLink,
        Self::PasswordReset,
        Self::Invitation,
    ];

    /// The name in the database and in the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::PersonalToken => "personal_token",
            Self::ServiceToken => "service_token",
            Self::IncomingWebhook => "incoming_webhook",
            Self::Workflow => "workflow",
            Self::FirstRunLink => "first_run_link",
            Self::PasswordReset => "password_reset",
            Self::Invitation => "invitation",
        }
    }
}

impl FromStr for CredentialKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

/// Whom a credential speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A person.
    User(UserId),
    /// A program; the service token itself.
    Service(CredentialId),
    /// An incoming webhook.
    Webhook(WebhookId),
    /// Nobody yet: the link for the first administrator.
    Nobody,
}

impl Subject {
    const fn kind(self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Service(_) => "service",
            Self::Webhook(_) => "webhook",
            Self::Nobody => "nobody",
        }
    }

    /// The identifier, whatever it is of.
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::User(id) => id.uuid(),
            Self::Service(id) => id.uuid(),
            Self::Webhook(id) => id.uuid(),
            Self::Nobody => Uuid::nil(),
        }
    }

    /// The person, when it is one.
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::Service(_) | Self::Webhook(_) | Self::Nobody => None,
        }
    }

    fn read(kind: &str, id: Uuid) -> Option<Self> {
        match kind {
            "user" => Some(Self::User(id.into())),
            "service" => Some(Self::Service(id.into())),
            "webhook" => Some(Self::Webhook(id.into())),
            "nobody" => Some(Self::Nobody),
            _ => None,
        }
    }
}

/// A credential to register. Identifier, secret and instants are drawn before the closure.
#[derive(Debug, Clone)]
pub struct NewCredential {
    /// The identifier.
    pub id: CredentialId,
    /// The kind.
    pub kind: CredentialKind,
    /// The hash of the secret as it will be presented; the secret has 128 bits at least.
    pub secret: SecretHash,
    /// Whom it speaks for.
    pub subject: Subject,
    /// What it allows; for a person also the most, whatever the person may.
    pub permissions: Permissions,
    /// What its owner calls it.
    pub label: String,
    /// The factor that a session was signed in with; [`Factor::None`] for all others.
    pub factor: Factor,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends, if ever.
    pub expires_at: Option<Timestamp>,
}

/// A credential as it is stored, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The identifier.
    pub id: CredentialId,
    /// The kind.
    pub kind: CredentialKind,
    /// Whom it speaks for.
    pub subject: Subject,
    /// What it allows at most.
    pub permissions: Permissions,
    /// What its owner calls it.
    pub label: String,
    /// The factor that a session was signed in with.
    pub factor: Factor,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it, when a person did.
    pub created_by: Option<UserId>,
    /// When it ends, if ever.
    pub expires_at: Option<Timestamp>,
    /// When it was last presented; written with some delay.
    pub last_used_at: Option<Timestamp>,
    /// The address it was made or last used from.
    pub origin: Option<String>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl Credential {
    pub(crate) fn read(row: &Row) -> Result<Self> {
        let id = row.get(3)?;
        Ok(Self {
            id: row.id(0)?,
            kind: row.parsed(1, |word| word.parse().ok())?,
            subject: row.parsed(2, |kind| Subject::read(kind, id))?,
            permissions: row.parsed(4, |words| Some(read_permissions(words)))?,
            label: row.get(5)?,
            factor: row.parsed(6, read_factor)?,
            created_at: row.get(7)?,
            created_by: row.maybe_id(8)?,
            expires_at: row.get(9)?,
            last_used_at: row.get(10)?,
            origin: row.get(11)?,
            revoked_at: row.get(12)?,
        })
    }

    /// Whether it is neither revoked nor expired.
    pub fn is_live(&self, now: Timestamp) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// Registers a credential, in the transaction of whatever it belongs to.
///
/// # Errors
/// Any of [`db::Error`].
pub fn register(tx: &Tx<'_>, new: &NewCredential) -> Result<()> {
    const SQL: &str = "INSERT INTO credentials (tenant_id, id, kind, secret_hash, subject_kind, \
                       subject_id, permissions, label, factor, created_at, created_by, expires_at, \
                       origin) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    tx.execute(
        SQL,
        &[
            tx.tenant().into(),
            new.id.into(),
            new.kind.as_str().into(),
            new.secret.bytes().into(),
            new.subject.kind().into(),
            new.subject.uuid().into(),
            write_permissions(new.permissions).into(),
            (&new.label).into(),
            write_factor(new.factor).into(),
            new.created_at.into(),
            tx.scope().user().into(),
            new.expires_at.into(),
            tx.scope().origin().map(|ip| ip.to_string()).into(),
        ],
    )?;
    Ok(())
}

/// The credential with this identifier.
///
/// # Errors
/// Any of [`db::Error`].
pub fn lookup(tx: &Tx<'_>, id: CredentialId) -> Result<Option<Credential>> {
    const SQL: &str = "SELECT id, kind, subject_kind, subject_id, permissions, label, factor, \
                       created_at, created_by, expires_at, last_used_at, origin, revoked_at \
                       FROM credentials WHERE tenant_id = $1 AND id = $2";
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.as_ref().map(Credential::read).transpose()
}

/// For whom a secret of this tenant speaks, whether it still does or not.
///
/// # Errors
/// Any of [`db::Error`].
pub fn holder(tx: &Tx<'_>, secret: &SecretHash) -> Result<Option<Subject>> {
    const SQL: &str = "SELECT id, kind, subject_kind, subject_id, permissions, label, factor, \
                       created_at, created_by, expires_at, last_used_at, origin, revoked_at \
                       FROM credentials WHERE tenant_id = $1 AND secret_hash = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), secret.bytes().into()])?;
    row.map(|row| Ok(Credential::read(&row)?.subject)).transpose()
}

/// Every credential of one kind that a subject has, also the revoked ones that are kept; oldest first.
///
/// # Errors
/// Any of [`db::Error`].
pub fn list(tx: &Tx<'_>, subject: Subject, kind: CredentialKind) -> Result<Vec<Credential>> {
    const SQL: &str = "SELECT id, kind, subject_kind, subject_id, permissions, label, factor, \
                       created_at, created_by, expires_at, last_used_at, origin, revoked_at \
                       FROM credentials WHERE tenant_id = $1 AND subject_kind = $2 \
                         AND subject_id = $3 AND kind = $4 ORDER BY created_at, id LIMIT 1000";
    let params =
        [tx.tenant().into(), subject.kind().into(), subject.uuid().into(), kind.as_str().into()];
    tx.all(SQL, &params)?.iter().map(Credential::read).collect()
}

/// Revokes a credential; whether it was there and not revoked before. Every node refuses it at once.
///
/// # Errors
/// Any of [`db::Error`].
pub fn revoke(tx: &Tx<'_>, id: CredentialId, at: Timestamp) -> Result<bool> {
    const SQL: &str = "UPDATE credentials SET revoked_at = $3 \
                       WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    let changed = tx.execute(SQL, &[tx.tenant().into(), id.into(), at.into()])?;
    tx.notify(TOPIC, id.uuid(), 0);
    Ok(changed == 1)
}

/// Lets a credential end at `at`, such as an old secret at the end of a rotation's overlap.
///
/// # Errors
/// Any of [`db::Error`].
pub fn expire_at(tx: &Tx<'_>, id: CredentialId, at: Option<Timestamp>) -> Result<bool> {
    const SQL: &str = "UPDATE credentials SET expires_at = $3 \
                       WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL";
    let changed = tx.execute(SQL, &[tx.tenant().into(), id.into(), at.into()])?;
    tx.notify(TOPIC, id.uuid(), 0);
    Ok(changed == 1)
}

/// Revokes every credential of a subject, or those of one kind; how many there were.
///
/// # Errors
/// Any of [`db::Error`].
pub fn revoke_all(
    tx: &Tx<'_>,
    subject: Subject,
    kind: Option<CredentialKind>,
    at: Timestamp,
) -> Result<u64> {
    const SQL: &str = "UPDATE credentials SET revoked_at = $5 \
                       WHERE tenant_id = $1 AND subject_kind = $2 AND subject_id = $3 \
                         AND ($4 = '' OR kind = $4) AND revoked_at IS NULL RETURNING id";
    let params: [Value<'_>; 5] = [
        tx.tenant().into(),
        subject.kind().into(),
        subject.uuid().into(),
        kind.map_or("", CredentialKind::as_str).into(),
        at.into(),
    ];
    let rows = tx.all(SQL, &params)?;
    for row in &rows {
        tx.notify(TOPIC, row.get(0)?, 0);
    }
    Ok(rows.len().try_into().unwrap_or(u64::MAX))
}

/// Permissions by name: the order of the list in the program may change, stored rows do not.
pub(crate) fn write_permissions(set: Permissions) -> String {
    let names: Vec<&str> = set.iter().map(kernel::Permission::as_str).collect();
    names.join(" ")
}

/// A name that is no longer known gives nothing.
pub(crate) fn read_permissions(words: &str) -> Permissions {
    words.split_ascii_whitespace().filter_map(|word| word.parse().ok()).collect()
}

pub(crate) const fn write_factor(factor: Factor) -> &'static str {
    match factor {
        Factor::None => "none",
        Factor::Single => "single",
        Factor::Totp => "totp",
        Factor::Recovery => "recovery",
        Factor::Provider => "provider",
        Factor::Passkey => "passkey",
    }
}

fn read_factor(word: &str) -> Option<Factor> {
    [
        Factor::None,
        Factor::Single,
        Factor::Totp,
        Factor::Recovery,
        Factor::Provider,
        Factor::Passkey,
    ]
    .into_iter()
    .find(|factor| write_factor(*factor) == word)
}

/// The topic of notices about single credentials; the stream is the credential.
pub(crate) const TOPIC: &str = "credentials";
