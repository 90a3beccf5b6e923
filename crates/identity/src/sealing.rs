//! A new sealing key: every sealed value of every room is wrapped anew, a slice at a time.
//!
//! Values are looked at outside of transactions and replaced only where they are still what was looked at, so
//! that the hub may serve meanwhile, and a walk that was cut off is simply begun again.

use std::collections::BTreeMap;

use db::{Result as StoreResult, Tx};
use kernel::Scope;
use seal::{KeyId, SealedColumn, Sealer, sealed_column};
use serde_json::json;
use uuid::Uuid;

use crate::{Result, SystemScopes, audit::Change};

/// The sealed columns of this room.
pub const SEALED: &[SealedColumn] = &[
    sealed_column!("tenants", "seal_check", "tenant_id"),
    sealed_column!("totp_secrets", "secret", "user_id"),
    sealed_column!("sign_in_providers", "client_secret", "id"),
    sealed_column!("sign_in_attempts", "payload", "id"),
    sealed_column!("user_tokens", "sealed", "user_id"),
    sealed_column!("signing_keys", "sealed", "id"),
];

/// A sealed value with the key of its row.
type Value = (Uuid, Vec<u8>);

impl SystemScopes {
    /// Wraps every sealed value of every tenant with the current key; how many were wrapped with another one.
    /// Each tenant's audit says so, also when there was nothing to do.
    ///
    /// # Errors
    /// [`crate::Error::Seal`] names the key of a value that cannot be opened, [`crate::Error::Store`].
    pub async fn rewrap(&self, columns: &[SealedColumn]) -> Result<u64> {
        let mut all = 0;
        for tenant in self.tenants().await? {
            let scope = self.scope(tenant.id, JOB);
            let mut changed = 0;
            for column in columns {
                changed += self.rewrap_column(&scope, column).await?;
            }
            let (key, now) = (self.0.sealer.key_id().to_string(), self.0.clock.now());
            let audit = move |tx: &Tx<'_>| {
                let change = Change::new("sealing_key.rotate", "tenant", tx.tenant());
                change.after(&json!({ "key": key, "values": changed })).write(tx, now)
            };
            self.0.db.write(&scope, audit).await?;
            all += changed;
        }
        Ok(all)
    }

    /// How many values are sealed with each key.
    ///
    /// # Errors
    /// [`crate::Error::Store`], [`crate::Error::Seal`] for a value that is none.
    pub async fn sealed_by(&self, columns: &[SealedColumn]) -> Result<BTreeMap<KeyId, u64>> {
        let mut counts = BTreeMap::new();
        for tenant in self.tenants().await? {
            let scope = self.scope(tenant.id, JOB);
            for column in columns {
                let mut after = Uuid::nil();
                loop {
                    let values = self.slice(&scope, column, after).await?;
                    let Some((last, _)) = values.last() else { break };
                    after = *last;
                    for (_, value) in &values {
                        let key = Sealer::key_of(value).ok_or(seal::Error::Damaged)?;
                        *counts.entry(key).or_insert(0) += 1;
                    }
                }
            }
        }
        Ok(counts)
    }

    async fn rewrap_column(&self, scope: &Scope, column: &SealedColumn) -> Result<u64> {
        let mut changed = 0;
        let mut after = Uuid::nil();
        loop {
            let values = self.slice(scope, column, after).await?;
            let Some((last, _)) = values.last() else { return Ok(changed) };
            after = *last;
            let mut anew = Vec::with_capacity(values.len());
            for (key, value) in values {
                if let Some(fresh) = self.0.sealer.rewrap(&value)? {
                    anew.push((key, value, fresh));
                }
            }
            if anew.is_empty() {
                continue;
            }
            let sql = column.write;
            let write = move |tx: &Tx<'_>| {
                let mut done = 0;
                for (key, old, fresh) in &anew {
                    let (old, fresh) = (old.as_slice().into(), fresh.as_slice().into());
                    done += tx.execute(sql, &[tx.tenant().into(), (*key).into(), fresh, old])?;
                }
                Ok::<_, crate::Error>(done)
            };
            changed += self.0.db.write(scope, write).await?;
        }
    }

    async fn slice(&self, scope: &Scope, column: &SealedColumn, after: Uuid) -> Result<Vec<Value>> {
        let sql = column.read;
        let read = move |tx: &Tx<'_>| {
            let rows = tx.all(sql, &[tx.tenant().into(), after.into(), SLICE.into()])?;
            rows.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect::<StoreResult<_>>()
        };
        Ok(self.0.db.read_one(scope, read).await?)
    }

    /// Writes into each tenant's audit that keys were retired.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub async fn audit_retired(&self, keys: &[KeyId]) -> Result<()> {
        let names: Vec<String> = keys.iter().map(ToString::to_string).collect();
        let now = self.0.clock.now();
        for tenant in self.tenants().await? {
            let what = json!({ "keys": names });
            let audit = move |tx: &Tx<'_>| {
                let change = Change::new("sealing_key.retire", "tenant", tx.tenant());
                change.before(&what).write(tx, now)
            };
            self.0.db.write(&self.scope(tenant.id, JOB), audit).await?;
        }
        Ok(())
    }
}

const JOB: &str = "sealing-key";
/// Values that go in one transaction; wrapping happens outside of it.
const SLICE: i64 = 100;
