//! Cards as their senders made them for one reader.

use db::{Result, Row, Tx};
use jiff::Timestamp;
use kernel::{MessageId, UserId};

use crate::View;

/// The person's own card of a message, of whichever version.
pub(crate) fn lookup(tx: &Tx<'_>, message: MessageId, user: UserId) -> Result<Option<View>> {
    const SQL: &str = "SELECT run_id, version, card, made_at FROM card_views \
                       WHERE tenant_id = $1 AND user_id = $2 AND message_id = $3";
    let row = tx.first(SQL, &[tx.tenant().into(), user.into(), message.into()])?;
    row.map(|row| read(&row)).transpose().map(Option::flatten)
}

/// Keeps a card for a person in place of the one before.
pub(crate) fn put(tx: &Tx<'_>, (message, user): (MessageId, UserId), view: &View) -> Result<()> {
    const SQL: &str = "INSERT INTO card_views (tenant_id, message_id, user_id, run_id, version, card, \
                       made_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                       ON CONFLICT (tenant_id, user_id, message_id) DO UPDATE SET \
                       run_id = excluded.run_id, version = excluded.version, card = excluded.card, \
                       made_at = excluded.made_at";
    // as a text: what PostgreSQL reads as JSON may hold no zero
    let card = view.card.to_string();
    let params = [
        tx.tenant().into(),
        message.into(),
        user.into(),
        view.id.into(),
        view.version.into(),
        card.as_str().into(),
        view.made_at.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

/// Deletes a slice of what is older than an instant.
pub(crate) fn prune(tx: &Tx<'_>, before: Timestamp, limit: i64) -> Result<u64> {
    const SQL: &str = "DELETE FROM card_views WHERE tenant_id = $1 AND (user_id, message_id) IN \
                       (SELECT user_id, message_id FROM card_views \
                        WHERE tenant_id = $1 AND made_at < $2 LIMIT $3)";
    tx.execute(SQL, &[tx.tenant().into(), before.into(), limit.into()])
}

/// A row that is no card any more is none.
fn read(row: &Row) -> Result<Option<View>> {
    let card: String = row.get(2)?;
    let Ok(card) = serde_json::from_str(&card) else { return Ok(None) };
    Ok(Some(View { id: row.id(0)?, version: row.get(1)?, card, made_at: row.get(3)? }))
}
