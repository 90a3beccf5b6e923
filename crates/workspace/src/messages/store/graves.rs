//! Statements on messages that were deleted a moment ago.

use db::{Result, Tx};
use jiff::Timestamp;
use kernel::{MessageId, UserId};

/// Who deleted a message, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Grave {
    pub(crate) by: Option<UserId>,
    pub(crate) at: Timestamp,
}

/// Remembers a deletion of the actor.
pub(crate) fn dig(tx: &Tx<'_>, message: MessageId, at: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO message_graves (tenant_id, message_id, deleted_by, deleted_at) \
                       VALUES ($1, $2, $3, $4)";
    let by = tx.scope().user().into();
    tx.execute(SQL, &[tx.tenant().into(), message.into(), by, at.into()]).map(drop)
}

/// The deletion, unless what was deleted is erased already.
pub(crate) fn lookup(tx: &Tx<'_>, message: MessageId) -> Result<Option<Grave>> {
    const SQL: &str = "SELECT deleted_by, deleted_at FROM message_graves \
                       WHERE tenant_id = $1 AND message_id = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), message.into()])?;
    row.map(|row| Ok(Grave { by: row.maybe_id(0)?, at: row.get(1)? })).transpose()
}

/// Forgets it: the message is back, or erased.
pub(crate) fn close(tx: &Tx<'_>, message: MessageId) -> Result<()> {
    const SQL: &str = "DELETE FROM message_graves WHERE tenant_id = $1 AND message_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), message.into()]).map(drop)
}

/// What was deleted before an instant, oldest first.
pub(crate) fn due(tx: &Tx<'_>, before: Timestamp, limit: i64) -> Result<Vec<MessageId>> {
    const SQL: &str = "SELECT message_id FROM message_graves \
                       WHERE tenant_id = $1 AND deleted_at < $2 \
                       ORDER BY deleted_at, message_id LIMIT $3";
    let rows = tx.all(SQL, &[tx.tenant().into(), before.into(), limit.into()])?;
    rows.iter().map(|row| row.id(0)).collect()
}
