//! Statements on what people are reminded of.

use db::{Result, Row, Tx};
use jiff::Timestamp;
use kernel::UserId;
use uuid::Uuid;

use super::{meeting_of, meetings};
use crate::{Meeting, Reminders, Way};

pub(crate) fn reminders(tx: &Tx<'_>, user: UserId) -> Result<Option<Reminders>> {
    const SQL: &str = "SELECT cards, digest, quiet_from, quiet_to, way FROM meeting_reminders \
                       WHERE tenant_id = $1 AND user_id = $2";
    let read = |row: Row| {
        Ok(Reminders {
            cards: row.get(0)?,
            digest: row.get(1)?,
            quiet_from: row.get(2)?,
            quiet_to: row.get(3)?,
            way: row.parsed(4, Way::parse)?,
        })
    };
    tx.first(SQL, &[tx.tenant().into(), user.into()])?.map(read).transpose()
}

pub(crate) fn set_reminders(
    tx: &Tx<'_>,
    user: UserId,
    (new, now): (&Reminders, Timestamp),
) -> Result<u64> {
    const SQL: &str = "INSERT INTO meeting_reminders (tenant_id, user_id, cards, digest, quiet_from, \
                       quiet_to, updated_at, way) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) \
                       ON CONFLICT (tenant_id, user_id) DO UPDATE SET cards = $3, digest = $4, \
                       quiet_from = $5, quiet_to = $6, updated_at = $7, way = $8";
    let params = [
        tx.tenant().into(),
        user.into(),
        new.cards.into(),
        new.digest.into(),
        new.quiet_from.into(),
        new.quiet_to.into(),
        now.into(),
        new.way.as_str().into(),
    ];
    tx.execute(SQL, &params)
}

/// Meetings that begin between two instants and are worth a card, with those of the hub who take part and have none yet:
/// somebody from outside comes, at most so many from inside, it is no series and not called off. Private entries and
/// whole days are not kept at all.
pub(crate) fn cards_due(
    tx: &Tx<'_>,
    (now, until): (Timestamp, Timestamp),
    (inside, limit): (i64, i64),
) -> Result<Vec<(Uuid, UserId)>> {
    const SQL: &str = "SELECT m.id, p.user_id FROM meetings m JOIN meeting_people p ON \
                       p.tenant_id = m.tenant_id AND p.meeting_id = m.id AND p.user_id IS NOT NULL \
                       WHERE m.tenant_id = $1 AND m.starts_at > $2 AND m.starts_at <= $3 AND NOT \
                       m.is_cancelled AND NOT m.is_recurring AND EXISTS (SELECT 1 FROM \
                       meeting_people o WHERE o.tenant_id = m.tenant_id AND o.meeting_id = m.id AND \
                       o.is_external) AND (SELECT COUNT(*) FROM meeting_people i WHERE i.tenant_id = \
                       m.tenant_id AND i.meeting_id = m.id AND NOT i.is_external) <= $4 AND NOT \
                       EXISTS (SELECT 1 FROM meeting_reminded r WHERE r.tenant_id = m.tenant_id AND \
                       r.user_id = p.user_id AND r.meeting_id = m.id AND r.done) \
                       ORDER BY m.starts_at, m.id, p.user_id LIMIT $5";
    let params = [tx.tenant().into(), now.into(), until.into(), inside.into(), limit.into()];
    tx.all(SQL, &params)?.iter().map(|row| Ok((row.get(0)?, row.id(1)?))).collect()
}

/// People of the hub with a meeting between two instants who were sent no list since a third, behind a person.
pub(crate) fn digests_due(
    tx: &Tx<'_>,
    (now, until, since): (Timestamp, Timestamp, Timestamp),
    (after, limit): (UserId, i64),
) -> Result<Vec<UserId>> {
    const SQL: &str = "SELECT DISTINCT p.user_id FROM meetings m JOIN meeting_people p ON p.tenant_id \
                       = m.tenant_id AND p.meeting_id = m.id AND p.user_id > $5 WHERE m.tenant_id = $1 \
                       AND m.starts_at > $2 AND m.starts_at <= $3 AND NOT m.is_cancelled AND NOT \
                       EXISTS (SELECT 1 FROM meeting_reminded r WHERE r.tenant_id = m.tenant_id AND \
                       r.user_id = p.user_id AND r.meeting_id IS NULL AND r.done AND r.sent_at > $4) \
                       ORDER BY p.user_id LIMIT $6";
    let params =
        [tx.tenant().into(), now.into(), until.into(), since.into(), after.into(), limit.into()];
    tx.all(SQL, &params)?.iter().map(|row| row.id(0)).collect()
}

/// The next meetings of a person that are not called off.
pub(crate) fn coming(
    tx: &Tx<'_>,
    user: UserId,
    (now, limit): (Timestamp, i64),
) -> Result<Vec<Meeting>> {
    const SQL: &str = meetings!(
        "JOIN meeting_people p ON p.tenant_id = m.tenant_id AND p.meeting_id = m.id WHERE \
         m.tenant_id = $1 AND p.user_id = $2 AND m.starts_at > $3 AND NOT m.is_cancelled \
         ORDER BY m.starts_at, m.id LIMIT $4"
    );
    let params = [tx.tenant().into(), user.into(), now.into(), limit.into()];
    tx.all(SQL, &params)?.iter().map(meeting_of).collect()
}

/// The letter of what somebody is reminded of, and whether the bot has said it; nothing where it is on its way.
pub(crate) fn begin_letter(
    tx: &Tx<'_>,
    (user, what, meeting): (UserId, &str, Option<Uuid>),
    (letter, now): (Uuid, Timestamp),
) -> Result<Option<(Uuid, bool)>> {
    const INSERT: &str = "INSERT INTO meeting_reminded (tenant_id, user_id, what, meeting_id, \
                          letter_id, done, sent_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                          ON CONFLICT (tenant_id, user_id, what) DO NOTHING";
    const FIND: &str = "SELECT letter_id, done, told FROM meeting_reminded WHERE tenant_id = $1 AND \
                        user_id = $2 AND what = $3";
    let params = [
        tx.tenant().into(),
        user.into(),
        what.into(),
        meeting.into(),
        letter.into(),
        false.into(),
        now.into(),
    ];
    tx.execute(INSERT, &params)?;
    let found = tx.first(FIND, &[tx.tenant().into(), user.into(), what.into()])?;
    let Some(row) = found else { return Ok(None) };
    Ok(if row.get::<bool>(1)? { None } else { Some((row.get(0)?, row.get(2)?)) })
}

/// Notes that the bot says it, or did not; false where that was so.
pub(crate) fn mark_told(tx: &Tx<'_>, (user, what): (UserId, &str), told: bool) -> Result<bool> {
    const SQL: &str = "UPDATE meeting_reminded SET told = $4 WHERE tenant_id = $1 AND \
                       user_id = $2 AND what = $3 AND told <> $4";
    let params = [tx.tenant().into(), user.into(), what.into(), told.into()];
    Ok(tx.execute(SQL, &params)? > 0)
}

pub(crate) fn letter_sent(
    tx: &Tx<'_>,
    (user, what): (UserId, &str),
    now: Timestamp,
) -> Result<u64> {
    const SQL: &str = "UPDATE meeting_reminded SET done = $4, sent_at = $5 WHERE tenant_id = $1 AND \
                       user_id = $2 AND what = $3";
    tx.execute(SQL, &[tx.tenant().into(), user.into(), what.into(), true.into(), now.into()])
}

/// Forgets what was sent before an instant.
pub(crate) fn forget_sent(tx: &Tx<'_>, before: Timestamp) -> Result<u64> {
    const SQL: &str = "DELETE FROM meeting_reminded WHERE tenant_id = $1 AND sent_at < $2";
    tx.execute(SQL, &[tx.tenant().into(), before.into()])
}
