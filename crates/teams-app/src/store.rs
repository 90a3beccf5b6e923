//! What the app remembers.

use db::{Result, Row, Tx};
use jiff::Timestamp;
use kernel::UserId;
use uuid::Uuid;

use crate::{Bot, LinkedPerson, Shared, bot::SecretInfo};

mod chats;

pub(crate) use chats::{
    chat, delete_secret, forget_activity, forget_chat, forget_chats_but, forget_conversation,
    prune_activities, put_chat, put_secret, put_secret_end, secret, take_activity,
};

pub(crate) fn bot(tx: &Tx<'_>) -> Result<Option<Bot>> {
    const SQL: &str = "SELECT b.application_id, b.directory_id, b.issuer, b.metadata_url, \
                       b.changed_by, b.changed_at, s.login_url, s.set_at, \
                       s.expires_at FROM teams_bots b \
                       LEFT JOIN teams_bot_secrets s ON s.tenant_id = b.tenant_id \
                       WHERE b.tenant_id = $1";
    let Some(row) = tx.first(SQL, &[tx.tenant().into()])? else { return Ok(None) };
    let directory: Option<String> = row.get(1)?;
    let (login, set_at): (Option<String>, Option<Timestamp>) = (row.get(6)?, row.get(7)?);
    let expires_at = row.get(8)?;
    Ok(Some(Bot {
        application: row.parsed(0, |text| Uuid::try_parse(text).ok())?,
        directory: directory.and_then(|text| Uuid::try_parse(&text).ok()),
        issuer: row.get(2)?,
        metadata: row.get(3)?,
        secret: login.zip(set_at).map(|(login, set_at)| SecretInfo { login, set_at, expires_at }),
        changed_by: row.maybe_id(4)?,
        changed_at: row.get(5)?,
    }))
}

pub(crate) fn put_bot(tx: &Tx<'_>, bot: &Bot) -> Result<u64> {
    const SQL: &str = "INSERT INTO teams_bots (tenant_id, application_id, directory_id, issuer, \
                       metadata_url, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                       ON CONFLICT (tenant_id) DO UPDATE SET application_id = $2, \
                       directory_id = $3, issuer = $4, metadata_url = $5, changed_by = $6, \
                       changed_at = $7";
    let params = [
        tx.tenant().into(),
        bot.application.to_string().into(),
        bot.directory.map(|id| id.to_string()).into(),
        (&bot.issuer).into(),
        (&bot.metadata).into(),
        bot.changed_by.map(UserId::uuid).into(),
        bot.changed_at.into(),
    ];
    tx.execute(SQL, &params)
}

pub(crate) fn delete_bot(tx: &Tx<'_>) -> Result<u64> {
    const SQL: &str = "DELETE FROM teams_bots WHERE tenant_id = $1";
    tx.execute(SQL, &[tx.tenant().into()])
}

pub(crate) fn put_code(
    tx: &Tx<'_>,
    hash: &[u8; 32],
    user: UserId,
    until: Timestamp,
) -> Result<u64> {
    const SQL: &str = "INSERT INTO teams_codes (tenant_id, code_hash, user_id, expires_at) \
                       VALUES ($1, $2, $3, $4)";
    tx.execute(SQL, &[tx.tenant().into(), hash.to_vec().into(), user.into(), until.into()])
}

/// Takes a code away for who brings it.
pub(crate) fn take_code(tx: &Tx<'_>, hash: &[u8; 32]) -> Result<Option<(UserId, Timestamp)>> {
    const SQL: &str = "DELETE FROM teams_codes WHERE tenant_id = $1 AND code_hash = $2 \
                       RETURNING user_id, expires_at";
    let row = tx.first(SQL, &[tx.tenant().into(), hash.to_vec().into()])?;
    row.map(|row| Ok((row.id(0)?, row.get(1)?))).transpose()
}

pub(crate) fn prune_codes(tx: &Tx<'_>, now: Timestamp) -> Result<u64> {
    const SQL: &str = "DELETE FROM teams_codes WHERE tenant_id = $1 AND expires_at < $2";
    tx.execute(SQL, &[tx.tenant().into(), now.into()])
}

pub(crate) fn link(
    tx: &Tx<'_>,
    (directory, object): (&str, &str),
    user: UserId,
    at: Timestamp,
) -> Result<u64> {
    const SQL: &str = "INSERT INTO teams_people (tenant_id, directory_id, object_id, user_id, \
                       linked_at) VALUES ($1, $2, $3, $4, $5) \
                       ON CONFLICT (tenant_id, directory_id, object_id) DO UPDATE SET \
                       user_id = $4, linked_at = $5";
    let params = [tx.tenant().into(), directory.into(), object.into(), user.into(), at.into()];
    tx.execute(SQL, &params)
}

pub(crate) fn user_of(tx: &Tx<'_>, (directory, object): (&str, &str)) -> Result<Option<UserId>> {
    const SQL: &str = "SELECT user_id FROM teams_people \
                       WHERE tenant_id = $1 AND directory_id = $2 AND object_id = $3";
    let row = tx.first(SQL, &[tx.tenant().into(), directory.into(), object.into()])?;
    row.map(|row| row.id(0)).transpose()
}

pub(crate) fn linked(tx: &Tx<'_>, user: UserId) -> Result<Vec<LinkedPerson>> {
    const SQL: &str = "SELECT directory_id, object_id, linked_at FROM teams_people \
                       WHERE tenant_id = $1 AND user_id = $2 \
                       ORDER BY linked_at, directory_id, object_id LIMIT 100";
    let read = |row: &Row| {
        Ok(LinkedPerson { directory: row.get(0)?, object: row.get(1)?, linked_at: row.get(2)? })
    };
    tx.all(SQL, &[tx.tenant().into(), user.into()])?.iter().map(read).collect()
}

pub(crate) fn unlink(tx: &Tx<'_>, user: UserId) -> Result<u64> {
    const CODES: &str = "DELETE FROM teams_codes WHERE tenant_id = $1 AND user_id = $2";
    const SQL: &str = "DELETE FROM teams_people WHERE tenant_id = $1 AND user_id = $2";
    tx.execute(CODES, &[tx.tenant().into(), user.into()])?;
    tx.execute(SQL, &[tx.tenant().into(), user.into()])
}

/// Notes that a person used a record, and forgets what they used long before.
pub(crate) fn use_record(tx: &Tx<'_>, user: UserId, at: &Shared, now: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO teams_recent (tenant_id, user_id, system_id, table_name, \
                       record_id, used_at) VALUES ($1, $2, $3, $4, $5, $6) \
                       ON CONFLICT (tenant_id, user_id, system_id, table_name, record_id) \
                       DO UPDATE SET used_at = $6";
    const OLD: &str = "DELETE FROM teams_recent WHERE tenant_id = $1 AND user_id = $2 \
                       AND used_at < (SELECT MIN(r.used_at) FROM (SELECT used_at FROM teams_recent \
                       WHERE tenant_id = $1 AND user_id = $2 ORDER BY used_at DESC LIMIT $3) r)";
    let params = [
        tx.tenant().into(),
        user.into(),
        at.system.into(),
        (&at.record.table).into(),
        (&at.record.id.0).into(),
        now.into(),
    ];
    tx.execute(SQL, &params)?;
    tx.execute(OLD, &[tx.tenant().into(), user.into(), KEPT.into()])?;
    Ok(())
}

/// What a person used of a CRM, the latest first.
pub(crate) fn recent(tx: &Tx<'_>, user: UserId, system: Uuid) -> Result<Vec<Shared>> {
    const SQL: &str = "SELECT system_id, table_name, record_id FROM teams_recent \
                       WHERE tenant_id = $1 AND user_id = $2 AND system_id = $3 \
                       ORDER BY used_at DESC, table_name, record_id LIMIT $4";
    let params = [tx.tenant().into(), user.into(), system.into(), KEPT.into()];
    tx.all(SQL, &params)?.iter().map(shared).collect()
}

fn shared(row: &Row) -> Result<Shared> {
    let (table, id): (String, String) = (row.get(1)?, row.get(2)?);
    Ok(Shared { system: row.get(0)?, record: crm::RecordRef::new(table, id) })
}

pub(crate) fn has_read(tx: &Tx<'_>, user: UserId, version: &str) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM teams_welcomes \
                       WHERE tenant_id = $1 AND user_id = $2 AND version = $3";
    Ok(tx.first(SQL, &[tx.tenant().into(), user.into(), version.into()])?.is_some())
}

pub(crate) fn read(tx: &Tx<'_>, user: UserId, version: &str, at: Timestamp) -> Result<u64> {
    const SQL: &str = "INSERT INTO teams_welcomes (tenant_id, user_id, version, read_at) \
                       VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
    tx.execute(SQL, &[tx.tenant().into(), user.into(), version.into(), at.into()])
}

pub(crate) fn meeting(tx: &Tx<'_>, user: UserId, meeting: &str) -> Result<Option<Shared>> {
    const SQL: &str = "SELECT system_id, table_name, record_id FROM teams_meetings \
                       WHERE tenant_id = $1 AND user_id = $2 AND meeting_id = $3";
    let row = tx.first(SQL, &[tx.tenant().into(), user.into(), meeting.into()])?;
    row.as_ref().map(shared).transpose()
}

pub(crate) fn put_meeting(
    tx: &Tx<'_>,
    (user, meeting): (UserId, &str),
    at: &Shared,
    now: Timestamp,
) -> Result<u64> {
    const SQL: &str = "INSERT INTO teams_meetings (tenant_id, user_id, meeting_id, system_id, \
                       table_name, record_id, chosen_at) VALUES ($1, $2, $3, $4, $5, $6, $7) \
                       ON CONFLICT (tenant_id, user_id, meeting_id) DO UPDATE SET \
                       system_id = $4, table_name = $5, record_id = $6, chosen_at = $7";
    let params = [
        tx.tenant().into(),
        user.into(),
        meeting.into(),
        at.system.into(),
        (&at.record.table).into(),
        (&at.record.id.0).into(),
        now.into(),
    ];
    tx.execute(SQL, &params)
}

pub(crate) fn delete_meeting(tx: &Tx<'_>, user: UserId, meeting: &str) -> Result<u64> {
    const SQL: &str = "DELETE FROM teams_meetings \
                       WHERE tenant_id = $1 AND user_id = $2 AND meeting_id = $3";
    tx.execute(SQL, &[tx.tenant().into(), user.into(), meeting.into()])
}

/// Records of a person that are remembered; our own choice.
const KEPT: i64 = 20;
