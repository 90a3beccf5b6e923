//! Statements on what meetings become in a CRM and where they are posted.

use db::{Result, Row, Tx};
use jiff::Timestamp;
use kernel::UserId;
use uuid::Uuid;

use crate::{Connected, Made, Post};

pub(crate) fn connected(tx: &Tx<'_>, meeting: Uuid) -> Result<Option<Connected>> {
    const SQL: &str = "SELECT system_id, record_table, record_id, connected_at FROM meeting_records \
                       WHERE tenant_id = $1 AND meeting_id = $2";
    let read = |row: Row| {
        Ok(Connected { system: row.get(0)?, table: row.get(1)?, id: row.get(2)?, at: row.get(3)? })
    };
    tx.first(SQL, &[tx.tenant().into(), meeting.into()])?.map(read).transpose()
}

pub(crate) fn connect(tx: &Tx<'_>, meeting: Uuid, (one, by): (&Connected, UserId)) -> Result<u64> {
    const SQL: &str = "INSERT INTO meeting_records (tenant_id, meeting_id, system_id, record_table, \
                       record_id, connected_by, connected_at) VALUES ($1, $2, $3, $4, $5, $6, $7) ON \
                       CONFLICT (tenant_id, meeting_id) DO UPDATE SET system_id = $3, record_table = \
                       $4, record_id = $5, connected_by = $6, connected_at = $7";
    let params = [
        tx.tenant().into(),
        meeting.into(),
        one.system.into(),
        (&one.table).into(),
        (&one.id).into(),
        by.into(),
        one.at.into(),
    ];
    tx.execute(SQL, &params)
}

pub(crate) fn disconnect(tx: &Tx<'_>, meeting: Uuid) -> Result<u64> {
    const SQL: &str = "DELETE FROM meeting_records WHERE tenant_id = $1 AND meeting_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), meeting.into()])
}

pub(crate) fn made(tx: &Tx<'_>, meeting: Uuid) -> Result<Vec<Made>> {
    const SQL: &str = "SELECT what, done, system_id, record_table, record_id, made_by, made_at FROM \
                       meeting_made WHERE tenant_id = $1 AND meeting_id = $2 ORDER BY made_at, what";
    let read = |row: &Row| {
        Ok(Made {
            what: row.get(0)?,
            done: row.get(1)?,
            system: row.get(2)?,
            table: row.get(3)?,
            id: row.get(4)?,
            by: row.maybe_id(5)?,
            at: row.get(6)?,
        })
    };
    tx.all(SQL, &[tx.tenant().into(), meeting.into()])?.iter().map(read).collect()
}

/// When somebody first began to make it, where that is not taken back.
pub(crate) fn begun(tx: &Tx<'_>, meeting: Uuid, what: &str) -> Result<Option<Timestamp>> {
    const SQL: &str = "SELECT begun_at FROM meeting_made WHERE tenant_id = $1 AND meeting_id = $2 \
                       AND what = $3";
    let row = tx.first(SQL, &[tx.tenant().into(), meeting.into(), what.into()])?;
    row.map(|row| row.get(0)).transpose()
}

/// Writes how far it is; when it was begun stays.
pub(crate) fn put_made(tx: &Tx<'_>, meeting: Uuid, one: &Made) -> Result<u64> {
    const SQL: &str = "INSERT INTO meeting_made (tenant_id, meeting_id, what, done, system_id, \
                       record_table, record_id, made_by, made_at, begun_at) VALUES ($1, $2, $3, $4, $5, \
                       $6, $7, $8, $9, $9) ON CONFLICT (tenant_id, meeting_id, what) DO UPDATE SET done = $4, \
                       system_id = $5, record_table = $6, record_id = $7, made_by = $8, made_at = $9";
    let params = [
        tx.tenant().into(),
        meeting.into(),
        (&one.what).into(),
        one.done.into(),
        one.system.into(),
        (&one.table).into(),
        (&one.id).into(),
        one.by.map(UserId::uuid).into(),
        one.at.into(),
    ];
    tx.execute(SQL, &params)
}

pub(crate) fn drop_made(tx: &Tx<'_>, meeting: Uuid, what: &str) -> Result<u64> {
    const SQL: &str =
        "DELETE FROM meeting_made WHERE tenant_id = $1 AND meeting_id = $2 AND what = $3";
    tx.execute(SQL, &[tx.tenant().into(), meeting.into(), what.into()])
}

pub(crate) fn posts(tx: &Tx<'_>, meeting: Uuid) -> Result<Vec<Post>> {
    const SQL: &str = "SELECT link_id, posted_at FROM meeting_posts WHERE tenant_id = $1 AND \
                       meeting_id = $2 ORDER BY posted_at, link_id";
    let read = |row: &Row| Ok(Post { link: row.get(0)?, at: row.get(1)? });
    tx.all(SQL, &[tx.tenant().into(), meeting.into()])?.iter().map(read).collect()
}

/// Says that somebody posts a recap; false when it was said before.
pub(crate) fn claim_post(
    tx: &Tx<'_>,
    (meeting, link): (Uuid, Uuid),
    (by, at): (UserId, Timestamp),
) -> Result<bool> {
    const SQL: &str = "INSERT INTO meeting_posts (tenant_id, meeting_id, link_id, message, posted_by, \
                       posted_at) VALUES ($1, $2, $3, '', $4, $5) ON CONFLICT DO NOTHING";
    let params = [tx.tenant().into(), meeting.into(), link.into(), by.into(), at.into()];
    Ok(tx.execute(SQL, &params)? > 0)
}

pub(crate) fn posted(tx: &Tx<'_>, (meeting, link): (Uuid, Uuid), message: &str) -> Result<u64> {
    const SQL: &str = "UPDATE meeting_posts SET message = $4 WHERE tenant_id = $1 AND meeting_id = $2 \
                       AND link_id = $3";
    tx.execute(SQL, &[tx.tenant().into(), meeting.into(), link.into(), message.into()])
}

pub(crate) fn drop_post(tx: &Tx<'_>, (meeting, link): (Uuid, Uuid)) -> Result<u64> {
    const SQL: &str =
        "DELETE FROM meeting_posts WHERE tenant_id = $1 AND meeting_id = $2 AND link_id = $3";
    tx.execute(SQL, &[tx.tenant().into(), meeting.into(), link.into()])
}
