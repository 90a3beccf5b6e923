//! Tokens of our own: what the hub shows to others when it acts for a person.
//!
//! Each tenant is an issuer, `{public url}/sts/{tenant}`, with RSA keys of its own. Receivers find the
//! public halves by `{issuer}/.well-known/openid-configuration` (`OpenID` Connect Discovery 1.0) and verify
//! RS256 (RFC 7518 §3.3). A key signs for [`KEY_DAYS`] days. Its successor is published [`LEAD_HOURS`]
//! hours before it signs, and a key that signs no more stays published as long, so that receivers that
//! remember keys for a day always know the right one.

mod key;
mod store;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use kernel::{Permission, Scope, Secret, TenantId};
use serde_json::json;
use uuid::Uuid;

use crate::{Error, Identity, Result, Thing, audit::Change};
use key::{Pair, Public};

pub use store::SigningKey;

/// What a token says beside its issuer, its subject and its times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenClaims {
    /// Who it is for: the base address of the receiver.
    pub audience: String,
    /// Names this token (`jti`).
    pub id: Uuid,
}

/// The public half of a key, as a JSON Web Key has it (RFC 7517).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    /// `kid`.
    pub id: String,
    /// `n`, base64url.
    pub modulus: String,
    /// `e`, base64url.
    pub exponent: String,
}

/// Keys that were opened lately.
#[derive(Debug, Default)]
pub(crate) struct Signers(Mutex<HashMap<TenantId, Signer>>);

#[derive(Debug, Clone)]
struct Signer {
    id: Uuid,
    pair: Arc<Pair>,
    until: Timestamp,
}

impl Signers {
    fn known(&self, tenant: TenantId, now: Timestamp) -> Option<Signer> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&tenant).filter(|signer| now < signer.until).cloned()
    }

    fn remember(&self, tenant: TenantId, signer: Signer) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(tenant, signer);
    }

    fn forget(&self, tenant: TenantId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&tenant);
    }
}

impl Identity {
    /// The issuer of a tenant's tokens (`iss`).
    pub fn issuer(&self, tenant: TenantId) -> String {
        format!("{}/sts/{tenant}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// A signed token about the person that acts, for one receiver and [`TOKEN_MINUTES`] minutes.
    ///
    /// # Errors
    /// [`Error::Unauthenticated`] unless a person acts; [`Error::Seal`], [`Error::Store`].
    pub async fn sign_token(&self, scope: &Scope, claims: &TokenClaims) -> Result<Secret<String>> {
        scope
            .require(Permission::ProfileRead)
            .or_else(|_| scope.require(Permission::MessageWrite))?;
        let user = scope.user().ok_or(Error::Unauthenticated)?;
        let signer = self.signer(scope).await?;
        let now = self.clock.now();
        let (iat, lives) = (now.as_second(), i64::from(TOKEN_MINUTES) * 60);
        let header = json!({ "alg": "RS256", "typ": "JWT", "kid": signer.id });
        let payload = json!({
            "iss": self.issuer(scope.tenant()),
            "aud": claims.audience,
            "sub": user,
            "tid": scope.tenant(),
            "iat": iat,
            "nbf": iat - SKEW_SECONDS,
            "exp": iat + lives,
            "jti": claims.id,
        });
        let encode = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", encode(&header), encode(&payload));
        let signature = URL_SAFE_NO_PAD.encode(signer.pair.sign(message.as_bytes())?);
        Ok(Secret::new(format!("{message}.{signature}")))
    }

    /// The keys that a tenant's tokens are verified with; for everybody.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Store`].
    pub async fn public_keys(&self, tenant: TenantId) -> Result<Vec<PublicKey>> {
        let scope = self.system(tenant, "keys");
        let now = self.clock.now();
        let found = self.db.read(&scope, move |tx| {
            let known = store::tenant_exists(tx)?;
            Ok::<_, db::Error>(if known { Some(store::list(tx)?) } else { None })
        });
        let keys = found.await?.ok_or(Error::Unknown(Thing::Tenant))?;
        Ok(keys.into_iter().filter(|key| key.is_published(now)).map(SigningKey::public).collect())
    }

    /// The keys of one's tenant, newest first, also those that are over.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn signing_keys(&self, scope: &Scope) -> Result<Vec<SigningKey>> {
        scope.require(Permission::SettingsManage)?;
        Ok(self.db.read_one(scope, store::list).await?)
    }

    /// Makes a new key. It signs after the time that receivers need to learn of it; `at_once` is for a key
    /// that somebody else knows: the new one signs now, and no other one is published any more.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Seal`], [`Error::Store`].
    pub async fn rotate_signing_key(&self, scope: &Scope, at_once: bool) -> Result<SigningKey> {
        scope.require(Permission::SettingsManage)?;
        let made = self.make_key(scope, None, at_once).await?;
        self.signers.forget(scope.tenant());
        Ok(made)
    }

    /// The key that signs now; makes one where there is none, and its successor in time.
    async fn signer(&self, scope: &Scope) -> Result<Signer> {
        let (now, tenant) = (self.clock.now(), scope.tenant());
        if let Some(signer) = self.signers.known(tenant, now) {
            return Ok(signer);
        }
        let mut keys = self.db.read_one(scope, store::list).await?;
        let old = now - SignedDuration::from_hours(24 * i64::from(KEY_DAYS));
        let signs = |key: &SigningKey| key.signs(now);
        if !keys.iter().any(signs) {
            self.make_key(scope, Some(now), true).await?;
            keys = self.db.read_one(scope, store::list).await?;
        } else if !keys.iter().any(|key| key.ends_at.is_none() && key.starts_at > old) {
            self.make_key(scope, Some(old), false).await?;
        }
        // a key that was just made starts after the look that missed it
        let now = self.clock.now();
        // newest first: of keys that sign, the newest does
        let key = keys.into_iter().find(|key| key.signs(now));
        let key = key.ok_or(Error::Store(db::Error::Inconsistent {
            column: 0,
            expected: "a key that signs",
        }))?;
        let sealed = self.db.read_one(scope, move |tx| store::sealed(tx, key.id)).await?;
        let plain = self.sealer.open(&place(tenant, key.id), &sealed)?;
        let pair = Arc::new(Pair::read(plain.expose())?);
        let until = now + SignedDuration::from_secs(REMEMBERED_SECONDS);
        let signer = Signer { id: key.id, pair, until };
        self.signers.remember(tenant, signer.clone());
        Ok(signer)
    }

    /// Makes a key unless, with `unless_after`, another node made one since.
    async fn make_key(
        &self,
        scope: &Scope,
        unless_after: Option<Timestamp>,
        at_once: bool,
    ) -> Result<SigningKey> {
        let generated = tokio::task::spawn_blocking(Pair::generate);
        let (plain, public) = generated.await.map_err(|_gone| Error::Busy)??;
        let (id, at) = (self.ids.fresh::<Uuid>(), self.clock.now());
        let sealed = self.sealer.seal(&place(scope.tenant(), id), plain.expose())?;
        let lead = SignedDuration::from_hours(LEAD_HOURS);
        let starts_at = if at_once { at } else { at + lead };
        let Public { modulus, exponent } = public;
        let key = SigningKey { id, modulus, exponent, created_at: at, starts_at, ends_at: None };
        let others_end = if at_once { at } else { starts_at + lead };
        let made = key.clone();
        self.db
            .write(scope, move |tx| {
                let is_late = |key: &SigningKey| {
                    key.ends_at.is_none()
                        && unless_after.is_some_and(|after| key.starts_at >= after)
                };
                if store::list(tx)?.iter().any(is_late) {
                    return Ok(());
                }
                store::end_others(tx, others_end)?;
                store::insert(tx, &made, &sealed)?;
                store::prune(tx, at - SignedDuration::from_hours(24 * KEPT_DAYS))?;
                let after = json!({ "starts_at": starts_at, "at_once": at_once });
                Change::new("signing_key.create", "signing_key", made.id)
                    .after(&after)
                    .write(tx, at)
            })
            .await?;
        Ok(key)
    }
}

fn place(tenant: TenantId, id: Uuid) -> seal::Context {
    seal::Context::new("signing_keys.sealed", tenant, id)
}

/// How long a token is good: our own choice; an action takes 15 seconds at most.
pub const TOKEN_MINUTES: u32 = 5;

/// How long a key signs: our own choice.
pub const KEY_DAYS: u32 = 90;

/// How long a key is published before it signs, and after: receivers remember keys for a day at most.
pub const LEAD_HOURS: i64 = 24;

/// A token is good a little before it was made, for clocks that are late.
const SKEW_SECONDS: i64 = 60;

/// How long an opened key is used without a look at the others: a rotation elsewhere counts within it.
const REMEMBERED_SECONDS: i64 = 60;

/// Days that a key which is over stays in the list.
const KEPT_DAYS: i64 = 365;
