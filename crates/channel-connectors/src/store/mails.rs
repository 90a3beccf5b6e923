//! Rows of cards that become mails.

use db::{Result, Row, Tx, Value};
use jiff::{SignedDuration, Timestamp};
use kernel::{EventId, WebhookId};

/// A card that is to become a mail.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CardMail {
    pub(crate) id: EventId,
    pub(crate) hook: WebhookId,
    pub(crate) position: i64,
    pub(crate) attempts: i64,
}

/// Remembers cards to be made mails; one that is remembered already stays as it is.
pub(crate) fn queue_mails(
    tx: &Tx<'_>,
    hook: WebhookId,
    events: &[event_log::EventRef],
) -> Result<()> {
    const SQL: &str = "INSERT INTO card_mails (tenant_id, id, webhook_id, position, attempts, due_at) \
                       VALUES ($1, $2, $3, $4, 0, $5) ON CONFLICT (tenant_id, id) DO NOTHING";
    let row = |event: &event_log::EventRef| -> Vec<Value<'static>> {
        let (id, position, at) = (event.id, event.position, event.at);
        vec![tx.tenant().into(), id.into(), hook.into(), position.into(), at.into()]
    };
    let rows: Vec<_> = events.iter().map(row).collect();
    tx.execute_many(SQL, &rows)?;
    tx.notify(MAILS, hook.uuid(), 0);
    Ok(())
}

/// Takes cards that are due, and keeps other nodes from taking them for a while.
pub(crate) fn claim_mails(tx: &Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<CardMail>> {
    const DUE: &str = "SELECT id, webhook_id, position, attempts FROM card_mails \
                       WHERE tenant_id = $1 AND due_at <= $2 \
                       ORDER BY due_at, webhook_id, position LIMIT $3";
    let rows = tx.all(DUE, &[tx.tenant().into(), now.into(), limit.into()])?;
    let mail = |row: &Row| {
        let (id, hook) = (row.id(0)?, row.id(1)?);
        Ok(CardMail { id, hook, position: row.get(2)?, attempts: row.get::<i64>(3)? + 1 })
    };
    let mails = rows.iter().map(mail).collect::<Result<Vec<_>>>()?;
    for mail in &mails {
        put_off_mail(tx, mail, now + LEASE)?;
    }
    Ok(mails)
}

pub(crate) fn put_off_mail(tx: &Tx<'_>, mail: &CardMail, until: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE card_mails SET attempts = $3, due_at = $4 \
                       WHERE tenant_id = $1 AND id = $2";
    let params = [tx.tenant().into(), mail.id.into(), mail.attempts.into(), until.into()];
    tx.execute(SQL, &params).map(drop)
}

pub(crate) fn forget_mail(tx: &Tx<'_>, id: EventId) -> Result<()> {
    const SQL: &str = "DELETE FROM card_mails WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into()]).map(drop)
}

/// The topic of notices that cards wait to become mails.
pub(crate) const MAILS: &str = "card.mail";

/// How long a claimed card is left alone.
const LEASE: SignedDuration = SignedDuration::from_mins(5);
