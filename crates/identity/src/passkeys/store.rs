//! The rows of passkeys.

use db::{Result, Tx};
use jiff::Timestamp;
use kernel::UserId;
use uuid::Uuid;
use webauthn::Made;

use crate::passkeys::Passkey;

/// What a sign-in needs of a passkey.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) id: Uuid,
    pub(crate) user: UserId,
    pub(crate) public_key: Vec<u8>,
    pub(crate) sign_count: i64,
}

pub(crate) fn insert(tx: &Tx<'_>, user: UserId, key: &Passkey, made: &Made) -> Result<()> {
    const SQL: &str = "INSERT INTO passkeys (tenant_id, id, user_id, credential_id, public_key, \
                       sign_count, name, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let params = [
        tx.tenant().into(),
        key.id.into(),
        user.into(),
        made.credential_id.as_slice().into(),
        made.public_key.as_slice().into(),
        made.sign_count.into(),
        (&key.name).into(),
        key.created_at.into(),
    ];
    tx.execute(SQL, &params)?;
    Ok(())
}

pub(crate) fn of_user(tx: &Tx<'_>, user: UserId) -> Result<Vec<Passkey>> {
    const SQL: &str = "SELECT id, name, created_at, last_used_at, credential_id FROM passkeys \
                       WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at, id LIMIT 100";
    let read = |row: &db::Row| {
        Ok(Passkey {
            id: row.get(0)?,
            name: row.get(1)?,
            created_at: row.get(2)?,
            last_used_at: row.get(3)?,
            credential_id: row.get(4)?,
        })
    };
    tx.all(SQL, &[tx.tenant().into(), user.into()])?.iter().map(read).collect()
}

pub(crate) fn find(tx: &Tx<'_>, credential_id: &[u8]) -> Result<Option<Stored>> {
    const SQL: &str = "SELECT id, user_id, public_key, sign_count FROM passkeys \
                       WHERE tenant_id = $1 AND credential_id = $2";
    let read = |row: db::Row| {
        Ok(Stored {
            id: row.get(0)?,
            user: row.id(1)?,
            public_key: row.get(2)?,
            sign_count: row.get(3)?,
        })
    };
    tx.first(SQL, &[tx.tenant().into(), credential_id.into()])?.map(read).transpose()
}

/// Moves the counter from what it was when the answer was checked.
pub(crate) fn advance(
    tx: &Tx<'_>,
    id: Uuid,
    (before, now_at): (i64, u32),
    now: Timestamp,
) -> Result<bool> {
    const SQL: &str = "UPDATE passkeys SET sign_count = $4, last_used_at = $5 \
                       WHERE tenant_id = $1 AND id = $2 AND sign_count = $3";
    let params = [tx.tenant().into(), id.into(), before.into(), now_at.into(), now.into()];
    Ok(tx.execute(SQL, &params)? == 1)
}

/// Deletes a passkey of this user; its name, when there was one.
pub(crate) fn delete(tx: &Tx<'_>, user: UserId, id: Uuid) -> Result<Option<String>> {
    const SQL: &str =
        "DELETE FROM passkeys WHERE tenant_id = $1 AND user_id = $2 AND id = $3 RETURNING name";
    let row = tx.first(SQL, &[tx.tenant().into(), user.into(), id.into()])?;
    row.map(|row| row.get(0)).transpose()
}

pub(crate) fn delete_all(tx: &Tx<'_>, user: UserId) -> Result<u64> {
    const SQL: &str = "DELETE FROM passkeys WHERE tenant_id = $1 AND user_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), user.into()])
}
