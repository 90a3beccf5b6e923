//! Statements that remove what is no longer kept. Each removes a slice and tells its size.

use std::collections::BTreeMap;

use db::{Result, Tx};
use event_log::Place;
use jiff::Timestamp;
use kernel::{ChannelId, FileId, MessageId, TeamId};
use uuid::Uuid;

use crate::{CARD_TOPIC, MESSAGES_TOPIC, files, mail::MAILS_TOPIC, messages::CARD_UPDATED};

/// Channels after `last` in the order of identifiers: deleted before an instant, or not deleted.
pub(super) fn channels(
    tx: &Tx<'_>,
    last: ChannelId,
    deleted: Option<Timestamp>,
    limit: i64,
) -> Result<Vec<ChannelId>> {
    const LIVE: &str = "SELECT id FROM channels WHERE tenant_id = $1 AND id > $2 \
                        AND deleted_at IS NULL ORDER BY id LIMIT $3";
    const GONE: &str = "SELECT id FROM channels WHERE tenant_id = $1 AND id > $2 \
                        AND deleted_at < $4 ORDER BY id LIMIT $3";
    let (tenant, last, limit) = (tx.tenant().into(), last.into(), limit.into());
    let rows = match deleted {
        None => tx.all(LIVE, &[tenant, last, limit])?,
        Some(before) => tx.all(GONE, &[tenant, last, limit, before.into()])?,
    };
    rows.iter().map(|row| row.id(0)).collect()
}

/// The oldest messages of a channel, as far as they are older than an instant.
pub(super) fn messages(
    tx: &Tx<'_>,
    channel: ChannelId,
    before: Timestamp,
    limit: i64,
) -> Result<u64> {
    const OLDEST: &str = "SELECT position, id, created_at, event_stream, event_position, \
                          card_version \
                          FROM messages WHERE tenant_id = $1 AND channel_id = $2 \
                          ORDER BY position LIMIT $3";
    const MENTIONS: &str = "DELETE FROM mentions WHERE tenant_id = $1 AND message_id = $2";
    const MESSAGES: &str =
        "DELETE FROM messages WHERE tenant_id = $1 AND channel_id = $2 AND position <= $3";
    let mut last = None;
    let mut bodies: BTreeMap<Uuid, i64> = BTreeMap::new();
    let mut mentions = Vec::new();
    let mut replaced = Vec::new();
    for row in tx.all(OLDEST, &[tx.tenant().into(), channel.into(), limit.into()])? {
        if row.get::<Timestamp>(2)? >= before {
            break;
        }
        last = Some(row.get::<i64>(0)?);
        if row.get::<Option<i64>>(5)?.is_some() {
            replaced.push(row.id::<MessageId>(1)?);
        }
        match (row.get::<Option<Uuid>>(3)?, row.get::<Option<i64>>(4)?) {
            (Some(stream), Some(position)) => {
                let through = bodies.entry(stream).or_insert(position);
                *through = (*through).max(position);
            }
            _ => mentions.push(vec![tx.tenant().into(), row.id::<MessageId>(1)?.into()]),
        }
    }
    let Some(last) = last else { return Ok(0) };
    for (stream, position) in bodies {
        let place = Place { stream, position };
        event_log::prune(tx, CARD_TOPIC, place.stream, place.position)?;
    }
    for message in replaced {
        event_log::prune(tx, CARD_UPDATED, message.uuid(), i64::MAX)?;
    }
    tx.execute_many(MENTIONS, &mentions)?;
    tx.execute(MESSAGES, &[tx.tenant().into(), channel.into(), last.into()])
}

/// Marks the live files of a channel that goes as deleted long ago, so that they go next.
pub(super) fn channel_files(tx: &Tx<'_>, channel: ChannelId, limit: i64) -> Result<u64> {
    const SQL: &str = "UPDATE files SET deleted_at = $3 WHERE tenant_id = $1 AND id IN \
                       (SELECT id FROM files WHERE tenant_id = $1 AND channel_id = $2 \
                        AND deleted_at IS NULL LIMIT $4)";
    let long_ago = Timestamp::UNIX_EPOCH;
    tx.execute(SQL, &[tx.tenant().into(), channel.into(), long_ago.into(), limit.into()])
}

/// How far people have read a channel that goes.
pub(super) fn markers(tx: &Tx<'_>, channel: ChannelId, limit: i64) -> Result<u64> {
    const SQL: &str = "DELETE FROM read_markers WHERE tenant_id = $1 AND channel_id = $2 \
                       AND user_id IN (SELECT user_id FROM read_markers \
                                       WHERE tenant_id = $1 AND channel_id = $2 LIMIT $3)";
    tx.execute(SQL, &[tx.tenant().into(), channel.into(), limit.into()])
}

/// A channel that is empty.
pub(super) fn channel(tx: &Tx<'_>, channel: ChannelId) -> Result<()> {
    const MEMBERS: &str = "DELETE FROM channel_members WHERE tenant_id = $1 AND channel_id = $2";
    const TABS: &str = "DELETE FROM tabs WHERE tenant_id = $1 AND channel_id = $2";
    const CHANNEL: &str = "DELETE FROM channels WHERE tenant_id = $1 AND id = $2";
    let params = [tx.tenant().into(), channel.into()];
    tx.execute(MEMBERS, &params)?;
    tx.execute(TABS, &params)?;
    event_log::forget(tx, MESSAGES_TOPIC, channel.uuid())?;
    tx.execute(CHANNEL, &params).map(drop)
}

/// Marks the channels of teams that go as deleted long ago, so that they go next.
pub(super) fn empty_teams(tx: &Tx<'_>, before: Timestamp, limit: i64) -> Result<u64> {
    const SQL: &str = "UPDATE channels SET deleted_at = $3 WHERE tenant_id = $1 AND id IN \
                       (SELECT c.id FROM channels c \
                        JOIN teams t ON t.tenant_id = c.tenant_id AND t.id = c.team_id \
                        WHERE c.tenant_id = $1 AND t.deleted_at < $2 \
                          AND (c.deleted_at IS NULL OR c.deleted_at > $3) LIMIT $4)";
    let long_ago = Timestamp::UNIX_EPOCH;
    tx.execute(SQL, &[tx.tenant().into(), before.into(), long_ago.into(), limit.into()])
}

/// Teams whose channels are gone, with members and mails.
pub(super) fn teams(tx: &Tx<'_>, before: Timestamp, limit: i64) -> Result<u64> {
    const GONE: &str = "SELECT t.id FROM teams t WHERE t.tenant_id = $1 AND t.deleted_at < $2 \
                        AND NOT EXISTS (SELECT 1 FROM channels c \
                                        WHERE c.tenant_id = t.tenant_id AND c.team_id = t.id) \
                        ORDER BY t.id LIMIT $3";
    const MEMBERS: &str = "DELETE FROM team_members WHERE tenant_id = $1 AND team_id = $2";
    const MAILS: &str = "DELETE FROM mails WHERE tenant_id = $1 AND team_id = $2";
    const TEAM: &str = "DELETE FROM teams WHERE tenant_id = $1 AND id = $2";
    let rows = tx.all(GONE, &[tx.tenant().into(), before.into(), limit.into()])?;
    for row in &rows {
        let team = row.id::<TeamId>(0)?;
        let params = [tx.tenant().into(), team.into()];
        for sql in [MEMBERS, MAILS, TEAM] {
            tx.execute(sql, &params)?;
        }
        event_log::forget(tx, MAILS_TOPIC, team.uuid())?;
    }
    Ok(u64::try_from(rows.len()).unwrap_or(0))
}

/// Files and folders deleted before an instant; what is in such a folder follows with the next slice.
pub(super) fn files(tx: &Tx<'_>, before: Timestamp, limit: i64) -> Result<u64> {
    const GONE: &str = "SELECT id, kind FROM files WHERE tenant_id = $1 AND deleted_at < $2 \
                        ORDER BY deleted_at, id LIMIT $3";
    const CHILDREN: &str = "UPDATE files SET deleted_at = $3 WHERE tenant_id = $1 AND folder_id = $2 \
                            AND (deleted_at IS NULL OR deleted_at > $3)";
    const FILE: &str = "DELETE FROM files WHERE tenant_id = $1 AND id = $2";
    let rows = tx.all(GONE, &[tx.tenant().into(), before.into(), limit.into()])?;
    for row in &rows {
        let (id, kind): (FileId, String) = (row.id(0)?, row.get(1)?);
        if kind == "folder" {
            let long_ago = Timestamp::UNIX_EPOCH;
            tx.execute(CHILDREN, &[tx.tenant().into(), id.into(), long_ago.into()])?;
        } else {
            let freed = files::store::prune_versions(tx, id, i64::MAX)?;
            files::store::add_usage(tx, -freed)?;
        }
        tx.execute(FILE, &[tx.tenant().into(), id.into()])?;
    }
    Ok(u64::try_from(rows.len()).unwrap_or(0))
}

/// Mails older than an instant, or deleted before another.
pub(super) fn mails(
    tx: &Tx<'_>,
    (old, deleted): (Timestamp, Timestamp),
    limit: i64,
) -> Result<u64> {
    const SQL: &str = "DELETE FROM mails WHERE tenant_id = $1 AND id IN \
                       (SELECT id FROM mails WHERE tenant_id = $1 \
                        AND (created_at < $2 OR deleted_at < $3) LIMIT $4)";
    tx.execute(SQL, &[tx.tenant().into(), old.into(), deleted.into(), limit.into()])
}
