//! Rows of signing keys.

use db::{Result, Row, Tx};
use jiff::Timestamp;
use uuid::Uuid;

use super::PublicKey;

/// A key of the tenant's issuer, without its secret half.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningKey {
    /// Names it in tokens (`kid`).
    pub id: Uuid,
    /// `n`, base64url.
    pub modulus: String,
    /// `e`, base64url.
    pub exponent: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it signs, unless a newer one does.
    pub starts_at: Timestamp,
    /// Until when it is published; not said of the newest.
    pub ends_at: Option<Timestamp>,
}

impl SigningKey {
    /// Whether tokens that it signed are to be believed.
    pub fn is_published(&self, now: Timestamp) -> bool {
        self.ends_at.is_none_or(|end| now < end)
    }

    /// Whether it may sign.
    pub fn signs(&self, now: Timestamp) -> bool {
        self.is_published(now) && self.starts_at <= now
    }

    pub(super) fn public(self) -> PublicKey {
        PublicKey { id: self.id.to_string(), modulus: self.modulus, exponent: self.exponent }
    }

    fn read(row: &Row) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            modulus: row.get(1)?,
            exponent: row.get(2)?,
            created_at: row.get(3)?,
            starts_at: row.get(4)?,
            ends_at: row.get(5)?,
        })
    }
}

/// Every key, the one that signs last first.
pub(super) fn list(tx: &Tx<'_>) -> Result<Vec<SigningKey>> {
    const SQL: &str = "SELECT id, modulus, exponent, created_at, starts_at, ends_at FROM signing_keys \
                       WHERE tenant_id = $1 ORDER BY starts_at DESC, id DESC";
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(SigningKey::read).collect()
}

pub(super) fn sealed(tx: &Tx<'_>, id: Uuid) -> Result<Vec<u8>> {
    const SQL: &str = "SELECT sealed FROM signing_keys WHERE tenant_id = $1 AND id = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), id.into()])?;
    let missing = db::Error::Inconsistent { column: 0, expected: "a signing key" };
    row.ok_or(missing)?.get(0)
}

pub(super) fn insert(tx: &Tx<'_>, key: &SigningKey, sealed: &[u8]) -> Result<()> {
    const SQL: &str = "INSERT INTO signing_keys (tenant_id, id, sealed, modulus, exponent, \
                       created_at, starts_at, ends_at) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL)";
    let params = [
        tx.tenant().into(),
        key.id.into(),
        sealed.into(),
        key.modulus.as_str().into(),
        key.exponent.as_str().into(),
        key.created_at.into(),
        key.starts_at.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

/// Sets the end of every key that has none or a later one.
pub(super) fn end_others(tx: &Tx<'_>, at: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE signing_keys SET ends_at = $2 \
                       WHERE tenant_id = $1 AND (ends_at IS NULL OR ends_at > $2)";
    tx.execute(SQL, &[tx.tenant().into(), at.into()]).map(drop)
}

/// Deletes keys that were over before an instant.
pub(super) fn prune(tx: &Tx<'_>, before: Timestamp) -> Result<()> {
    const SQL: &str = "DELETE FROM signing_keys WHERE tenant_id = $1 AND ends_at < $2";
    tx.execute(SQL, &[tx.tenant().into(), before.into()]).map(drop)
}

pub(super) fn tenant_exists(tx: &Tx<'_>) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM tenants WHERE tenant_id = $1";
    Ok(tx.first(SQL, &[tx.tenant().into()])?.is_some())
}
