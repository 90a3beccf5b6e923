//! API tokens of persons and of programs.

use db::{Result as StoreResult, Tx};
use jiff::{SignedDuration, Timestamp};
use kernel::{
    CredentialId, Cursor, Factor, Limit, Page, Permission, Permissions, Scope, Secret, UserId,
};
use serde_json::json;

use crate::{
    Error, Identity, Result, Thing,
    audit::Change,
    credentials::{
        self, Credential, CredentialKind, NewCredential, SecretHash, Subject, write_permissions,
    },
    rights, secret, text, users,
};

/// Whom a new token speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenOwner {
    /// The person who makes it.
    Myself,
    /// A program.
    Service,
    /// Another person; for the system only, such as the command line.
    Person(UserId),
}

/// A token to make.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Whom it speaks for.
    pub owner: TokenOwner,
    /// What it is for.
    pub label: String,
    /// What it may do at most. A person's token never does more than the person may at that moment.
    pub permissions: Permissions,
    /// When it ends; `None` is the longest life of the settings.
    pub expires_at: Option<Timestamp>,
}

/// A token that was just made.
#[derive(Debug)]
pub struct IssuedToken {
    /// The token as lists show it.
    pub token: Credential,
    /// The token itself; shown once.
    pub secret: Secret<String>,
}

/// Whose tokens are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tokens {
    /// One's own.
    Mine,
    /// Those of the tenant, with `tokens:manage`.
    All,
}

impl Identity {
    /// Makes a token.
    ///
    /// A person makes one while signed in, not with another token, so that a token that leaked cannot
    /// outlive its own end.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Escalation`] when the token would have more than its maker,
    /// [`Error::SecondFactorNeeded`] for a caller with a token, [`Error::Invalid`], [`Error::Unknown`],
    /// [`Error::Store`].
    pub async fn create_token(&self, scope: &Scope, new: NewToken) -> Result<IssuedToken> {
        let id: CredentialId = self.ids.fresh();
        let (kind, subject) = subject(scope, new.owner, id)?;
        text::name("/label", &new.label)?;
        let unusable = Permissions::of(&[Permission::System, Permission::CardPost]);
        let permissions = new.permissions;
        if permissions == Permissions::NONE
            || permissions.intersection(unusable) != Permissions::NONE
        {
            let detail = "one permission at least, and none of the hub's own";
            return Err(Error::field("/permissions", "permissions.invalid", detail));
        }
        if !rights::within(scope, permissions) {
            return Err(Error::Escalation);
        }
        let now = self.clock.now();
        let longest = SignedDuration::try_from(self.settings.token_max());
        let latest = now + longest.unwrap_or(SignedDuration::from_hours(24));
        let expires_at = new.expires_at.unwrap_or(latest);
        if expires_at <= now || expires_at > latest {
            let detail = format!("later than now, at most {} days", self.settings.token_max_days);
            return Err(Error::field("/expires_at", "expiry.invalid", detail));
        }
        let secret = secret::draw_token(&self.ids);
        let credential = NewCredential {
            id,
            kind,
            secret: SecretHash::of(secret.expose().as_bytes()),
            subject,
            permissions,
            label: new.label.trim().to_owned(),
            factor: Factor::None,
            created_at: now,
            expires_at: Some(expires_at),
        };
        let token = self
            .db
            .write(scope, move |tx| {
                if let Subject::User(user) = subject {
                    users::known(tx, user)?;
                }
                credentials::register(tx, &credential)?;
                let token = credentials::lookup(tx, id)?.ok_or(Error::Unknown(Thing::Token))?;
                Change::new("token.create", "token", id).after(&view(&token)).write(tx, now)?;
                Ok::<_, Error>(token)
            })
            .await?;
        Ok(IssuedToken { token, secret })
    }

    /// Tokens, newest first, also those that are revoked or expired and still kept.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Cursor`], [`Error::Store`].
    pub async fn tokens(
        &self,
        scope: &Scope,
        which: Tokens,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<Page<Credential>> {
        let owner = match which {
            Tokens::Mine => {
                scope.require(Permission::ProfileRead)?;
                let Some(user) = scope.user() else {
                    return Ok(Page { items: vec![], next: None });
                };
                Some(user)
            }
            Tokens::All => {
                scope.require(Permission::TokenManage)?;
                None
            }
        };
        let after = after.map(place).transpose()?;
        let rows = self.db.read_one(scope, move |tx| page(tx, owner, after, limit)).await?;
        Ok(Page::cut(rows, limit, |row| {
            Cursor::new(&format!("{} {}", row.created_at.as_microsecond(), row.id))
        }))
    }

    /// Revokes a token: one's own, or any with `tokens:manage`. It is refused at once.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn revoke_token(&self, scope: &Scope, id: CredentialId) -> Result<()> {
        scope.require(Permission::ProfileWrite).or(scope.require(Permission::TokenManage))?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let token = credentials::lookup(tx, id)?
                    .filter(|c| is_token(c.kind))
                    .ok_or(Error::Unknown(Thing::Token))?;
                let owner = token.subject.user();
                let own = owner.is_some() && owner == tx.scope().user();
                if !own && !tx.scope().may(Permission::TokenManage) {
                    return Err(Error::Unknown(Thing::Token));
                }
                if credentials::revoke(tx, id, now)? {
                    let change = Change::new("token.revoke", "token", id);
                    change.before(&view(&token)).write(tx, now)?;
                }
                Ok(())
            })
            .await?;
        self.cache.forget(id.uuid());
        Ok(())
    }
}

fn subject(
    scope: &Scope,
    owner: TokenOwner,
    id: CredentialId,
) -> Result<(CredentialKind, Subject)> {
    match owner {
        TokenOwner::Myself => {
            scope.require(Permission::ProfileWrite)?;
            let denied = kernel::Denied { permission: Permission::ProfileWrite };
            let user = scope.user().ok_or(denied)?;
            if scope.factor() == Factor::None {
                return Err(Error::SecondFactorNeeded);
            }
            Ok((CredentialKind::PersonalToken, Subject::User(user)))
        }
        TokenOwner::Service => {
            scope.require(Permission::TokenManage)?;
            Ok((CredentialKind::ServiceToken, Subject::Service(id)))
        }
        TokenOwner::Person(user) => {
            scope.require(Permission::System)?;
            Ok((CredentialKind::PersonalToken, Subject::User(user)))
        }
    }
}

const fn is_token(kind: CredentialKind) -> bool {
    matches!(kind, CredentialKind::PersonalToken | CredentialKind::ServiceToken)
}

fn view(token: &Credential) -> serde_json::Value {
    json!({
        "kind": token.kind.as_str(), "label": token.label, "owner": token.subject.user(),
        "permissions": write_permissions(token.permissions), "expires_at": token.expires_at,
    })
}

fn place(cursor: &Cursor) -> Result<(Timestamp, CredentialId)> {
    let key = cursor.key()?;
    let (at, id) = key.split_once(' ').ok_or(kernel::CursorError)?;
    let micros = at.parse().map_err(|_source| kernel::CursorError)?;
    let at = Timestamp::from_microsecond(micros).map_err(|_source| kernel::CursorError)?;
    Ok((at, id.parse().map_err(|_source| kernel::CursorError)?))
}

fn page(
    tx: &Tx<'_>,
    owner: Option<UserId>,
    after: Option<(Timestamp, CredentialId)>,
    limit: Limit,
) -> StoreResult<Vec<Credential>> {
    const SQL: &str = "SELECT id, kind, subject_kind, subject_id, permissions, label, factor, \
                       created_at, created_by, expires_at, last_used_at, origin, revoked_at \
                       FROM credentials WHERE tenant_id = $1 \
                         AND kind IN ('personal_token', 'service_token') \
                         AND ($3 OR (subject_kind = 'user' AND subject_id = $2)) \
                         AND (created_at < $4 OR (created_at = $4 AND id < $5)) \
                       ORDER BY created_at DESC, id DESC LIMIT $6";
    let nobody = uuid::Uuid::nil();
    let (at, id) = after.unwrap_or((FAR, uuid::Uuid::nil().into()));
    let params = [
        tx.tenant().into(),
        owner.map_or(nobody, UserId::uuid).into(),
        owner.is_none().into(),
        at.into(),
        id.into(),
        limit.probe().into(),
    ];
    tx.all(SQL, &params)?.iter().map(Credential::read).collect()
}

/// Later than any row: the end of the year 9999 in UTC.
const FAR: Timestamp = Timestamp::constant(253_402_207_200, 0);
