//! Sign-ins and enrolments under way, each known by a secret that its browser holds.

use db::{Result as StoreResult, Tx};
use jiff::{SignedDuration, Timestamp};
use kernel::{Scope, Secret, UserId};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    Error, Identity, Result,
    secret::{self, SecretHash},
};

/// What is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AttemptKind {
    /// The password was right; the second factor is awaited.
    SecondFactor,
    /// A passkey's answer to a sign-in without a password is awaited.
    PasskeySignIn,
    /// A new passkey is awaited.
    PasskeyRegistration,
    /// A provider's answer is awaited.
    External,
    /// A frame of a host is awaited that takes over a session.
    Frame,
}

impl AttemptKind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::SecondFactor => "second_factor",
            Self::PasskeySignIn => "passkey_sign_in",
            Self::PasskeyRegistration => "passkey_registration",
            Self::External => "external",
            Self::Frame => "frame",
        }
    }
}

/// What is kept of an attempt.
#[derive(Debug)]
pub(crate) struct Attempt {
    pub(crate) user: Option<UserId>,
    pub(crate) payload: Json,
}

struct Stored {
    id: Uuid,
    user: Option<UserId>,
    payload: Vec<u8>,
}

impl Identity {
    /// Keeps an attempt for ten minutes; its secret.
    pub(crate) async fn begin(
        &self,
        scope: &Scope,
        kind: AttemptKind,
        attempt: Attempt,
    ) -> Result<(Secret<String>, Timestamp)> {
        let secret = secret::draw(&self.ids);
        let hash = SecretHash::of(secret.expose().as_bytes());
        let id: Uuid = self.ids.fresh();
        let sealed = self.sealer.seal(&place(scope, id), attempt.payload.to_string().as_bytes())?;
        let expires_at = self.clock.now() + LIFE;
        let stored = Stored { id, user: attempt.user, payload: sealed };
        self.db.write(scope, move |tx| insert(tx, kind, &hash, &stored, expires_at)).await?;
        Ok((secret, expires_at))
    }

    /// The attempt with this secret; it stays.
    pub(crate) async fn attempt(
        &self,
        scope: &Scope,
        kind: AttemptKind,
        secret: &str,
    ) -> Result<Attempt> {
        let hash = plausible(secret)?;
        let now = self.clock.now();
        let found = self.db.read_one(scope, move |tx| lookup(tx, kind, &hash, now)).await?;
        self.unseal(scope, found)
    }

    /// Takes the attempt with this secret; it cannot be taken twice.
    pub(crate) async fn take(
        &self,
        scope: &Scope,
        kind: AttemptKind,
        secret: &str,
    ) -> Result<Attempt> {
        let hash = plausible(secret)?;
        let now = self.clock.now();
        let found = self.db.write(scope, move |tx| remove(tx, kind, &hash, now)).await?;
        self.unseal(scope, found)
    }

    fn unseal(&self, scope: &Scope, found: Option<Stored>) -> Result<Attempt> {
        let stored = found.ok_or(Error::Attempt)?;
        let plain = self.sealer.open(&place(scope, stored.id), &stored.payload)?;
        let payload = serde_json::from_slice(plain.expose()).map_err(|_source| Error::Attempt)?;
        Ok(Attempt { user: stored.user, payload })
    }
}

fn plausible(secret: &str) -> Result<SecretHash> {
    if secret::is_drawn(secret) {
        Ok(SecretHash::of(secret.as_bytes()))
    } else {
        Err(Error::Attempt)
    }
}

fn place(scope: &Scope, id: Uuid) -> seal::Context {
    seal::Context::new("sign_in_attempts.payload", scope.tenant(), id)
}

fn insert(
    tx: &Tx<'_>,
    kind: AttemptKind,
    hash: &SecretHash,
    stored: &Stored,
    expires_at: Timestamp,
) -> StoreResult<()> {
    const SQL: &str = "INSERT INTO sign_in_attempts (tenant_id, secret_hash, id, kind, user_id, \
                       payload, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let params = [
        tx.tenant().into(),
        hash.bytes().into(),
        stored.id.into(),
        kind.as_str().into(),
        stored.user.into(),
        stored.payload.as_slice().into(),
        expires_at.into(),
    ];
    tx.execute(SQL, &params)?;
    Ok(())
}

fn lookup(
    tx: &Tx<'_>,
    kind: AttemptKind,
    hash: &SecretHash,
    now: Timestamp,
) -> StoreResult<Option<Stored>> {
    const SQL: &str = "SELECT id, user_id, payload FROM sign_in_attempts WHERE tenant_id = $1 \
                       AND secret_hash = $2 AND kind = $3 AND expires_at > $4";
    let params = [tx.tenant().into(), hash.bytes().into(), kind.as_str().into(), now.into()];
    tx.first(SQL, &params)?.as_ref().map(read).transpose()
}

/// Removes the attempt in the caller's transaction.
fn remove(
    tx: &Tx<'_>,
    kind: AttemptKind,
    hash: &SecretHash,
    now: Timestamp,
) -> StoreResult<Option<Stored>> {
    const SQL: &str = "DELETE FROM sign_in_attempts WHERE tenant_id = $1 AND secret_hash = $2 \
                       AND kind = $3 AND expires_at > $4 RETURNING id, user_id, payload";
    let params = [tx.tenant().into(), hash.bytes().into(), kind.as_str().into(), now.into()];
    tx.first(SQL, &params)?.as_ref().map(read).transpose()
}

fn read(row: &db::Row) -> StoreResult<Stored> {
    Ok(Stored { id: row.get(0)?, user: row.maybe_id(1)?, payload: row.get(2)? })
}

/// How long an attempt lives.
const LIFE: SignedDuration = SignedDuration::from_mins(10);
