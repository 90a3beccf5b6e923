//! Statements on mails.

use db::{Result, Row, Tx, Value};
use jiff::Timestamp;
use kernel::{MailId, TeamId};

use super::{Direction, Mail, MailState};
use crate::Sha256;

/// The columns that [`read`] reads, before the rest of a statement.
macro_rules! select {
    ($($rest:literal)*) => {
        concat!(
            "SELECT id, team_id, position, direction, state, sender, recipients, subject, preview, \
             attachments, message_id, size, created_at, created_by, attempts, failure, sha256 \
             FROM mails ",
            $($rest),*
        )
    };
}

fn read(row: &Row) -> Result<Mail> {
    let hash: Vec<u8> = row.get(16)?;
    let recipients: serde_json::Value = row.get(6)?;
    let wrong = |column, expected| db::Error::Inconsistent { column, expected };
    Ok(Mail {
        id: row.id(0)?,
        team: row.id(1)?,
        position: row.get(2)?,
        direction: row.parsed(3, Direction::parse)?,
        state: row.parsed(4, MailState::parse)?,
        sender: row.get(5)?,
        recipients: serde_json::from_value(recipients).map_err(|_source| wrong(6, "addresses"))?,
        subject: row.get(7)?,
        preview: row.get(8)?,
        attachments: row.get(9)?,
        message_id: row.get(10)?,
        size: row.get(11)?,
        created_at: row.get(12)?,
        created_by: row.maybe_id(13)?,
        attempts: row.get(14)?,
        failure: row.get(15)?,
        sha256: Sha256::from_slice(&hash).ok_or_else(|| wrong(16, "32 bytes"))?,
    })
}

/// A new mail; `due_at` says when to try the relay.
pub(super) fn insert(tx: &Tx<'_>, mail: &Mail, due_at: Option<Timestamp>) -> Result<()> {
    const SQL: &str = "INSERT INTO mails (tenant_id, team_id, position, id, direction, state, sender, \
                       recipients, subject, preview, attachments, message_id, sha256, size, \
                       created_at, created_by, attempts, due_at) VALUES \
                       ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0, $17)";
    let recipients = serde_json::Value::from(mail.recipients.clone());
    let params: [Value<'_>; 17] = [
        tx.tenant().into(),
        mail.team.into(),
        mail.position.into(),
        mail.id.into(),
        mail.direction.as_str().into(),
        mail.state.as_str().into(),
        (&mail.sender).into(),
        Value::json(&recipients),
        (&mail.subject).into(),
        (&mail.preview).into(),
        mail.attachments.into(),
        (&mail.message_id).into(),
        (&mail.sha256.0).into(),
        mail.size.into(),
        mail.created_at.into(),
        mail.created_by.into(),
        due_at.into(),
    ];
    tx.execute(SQL, &params)?;
    tx.notify(super::MAILS_TOPIC, mail.team.uuid(), mail.position);
    Ok(())
}

pub(super) fn lookup(tx: &Tx<'_>, id: MailId, deleted: bool) -> Result<Option<Mail>> {
    const SQL: &str = select!("WHERE tenant_id = $1 AND id = $2 AND (deleted_at IS NOT NULL) = $3");
    let row = tx.first(SQL, &[tx.tenant().into(), id.into(), deleted.into()])?;
    row.map(|row| read(&row)).transpose()
}

pub(super) fn page(tx: &Tx<'_>, team: TeamId, before: i64, limit: i64) -> Result<Vec<Mail>> {
    const SQL: &str = select!(
        "WHERE tenant_id = $1 AND team_id = $2 AND position < $3 AND deleted_at IS NULL "
        "ORDER BY position DESC LIMIT $4"
    );
    let params = [tx.tenant().into(), team.into(), before.into(), limit.into()];
    tx.all(SQL, &params)?.iter().map(read).collect()
}

pub(super) fn set_deleted(tx: &Tx<'_>, id: MailId, at: Option<Timestamp>) -> Result<()> {
    const SQL: &str = "UPDATE mails SET deleted_at = $3 WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), at.into()]).map(drop)
}

/// Takes mails that are due, and keeps others from taking them until `until`.
pub(super) fn claim(
    tx: &Tx<'_>,
    now: Timestamp,
    until: Timestamp,
    limit: i64,
) -> Result<Vec<Mail>> {
    const DUE: &str = select!(
        "WHERE tenant_id = $1 AND due_at <= $2 AND state = 'queued' ORDER BY due_at, id LIMIT $3"
    );
    const CLAIM: &str = "UPDATE mails SET due_at = $3, attempts = attempts + 1 \
                         WHERE tenant_id = $1 AND id = $2";
    let rows = tx.all(DUE, &[tx.tenant().into(), now.into(), limit.into()])?;
    let mut mails = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    for mail in &mut mails {
        tx.execute(CLAIM, &[tx.tenant().into(), mail.id.into(), until.into()])?;
        mail.attempts += 1;
    }
    Ok(mails)
}

/// Keeps how an attempt ended; `due_at` says when to try again.
pub(super) fn settle(
    tx: &Tx<'_>,
    id: MailId,
    state: MailState,
    (due_at, failure): (Option<Timestamp>, Option<&str>),
) -> Result<()> {
    const SQL: &str = "UPDATE mails SET state = $3, due_at = $4, failure = $5 \
                       WHERE tenant_id = $1 AND id = $2";
    let params =
        [tx.tenant().into(), id.into(), state.as_str().into(), due_at.into(), failure.into()];
    tx.execute(SQL, &params).map(drop)
}
