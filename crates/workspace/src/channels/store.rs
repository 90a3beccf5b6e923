//! Statements on channels.

use db::{Result, Tx, Value};
use kernel::{ChannelId, TeamId};

use crate::{Channel, names};

pub(crate) fn insert(tx: &Tx<'_>, channel: &Channel) -> Result<()> {
    const SQL: &str = "INSERT INTO channels (tenant_id, id, team_id, name, name_key, description, \
                       kind, general, created_at, archived_at, deleted_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let key = names::key(&channel.name);
    let params: [Value<'_>; 11] = [
        tx.tenant().into(),
        channel.id.into(),
        channel.team.into(),
        (&channel.name).into(),
        key.into(),
        (&channel.description).into(),
        channel.kind.as_str().into(),
        channel.general.into(),
        channel.created_at.into(),
        channel.archived_at.into(),
        channel.deleted_at.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

pub(crate) fn update(tx: &Tx<'_>, channel: &Channel) -> Result<()> {
    const SQL: &str = "UPDATE channels SET name = $3, name_key = $4, description = $5, \
                       archived_at = $6, deleted_at = $7 WHERE tenant_id = $1 AND id = $2";
    let key = names::key(&channel.name);
    let params: [Value<'_>; 7] = [
        tx.tenant().into(),
        channel.id.into(),
        (&channel.name).into(),
        key.into(),
        (&channel.description).into(),
        channel.archived_at.into(),
        channel.deleted_at.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

/// Whether another channel of the team has the name.
pub(crate) fn is_named(tx: &Tx<'_>, channel: &Channel, key: &str) -> Result<bool> {
    const SQL: &str = "SELECT id FROM channels WHERE tenant_id = $1 AND team_id = $2 \
                       AND name_key = $3 AND id <> $4 AND deleted_at IS NULL";
    let params = [tx.tenant().into(), channel.team.into(), key.into(), channel.id.into()];
    Ok(tx.first(SQL, &params)?.is_some())
}

pub(crate) fn count(tx: &Tx<'_>, team: TeamId) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM channels \
                       WHERE tenant_id = $1 AND team_id = $2 AND deleted_at IS NULL";
    let row = tx.first(SQL, &[tx.tenant().into(), team.into()])?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Whether the channel still exists, deleted or not.
pub(crate) fn exists(tx: &Tx<'_>, id: ChannelId) -> Result<bool> {
    const SQL: &str = "SELECT id FROM channels WHERE tenant_id = $1 AND id = $2";
    Ok(tx.first(SQL, &[tx.tenant().into(), id.into()])?.is_some())
}
