//! Statements on tabs.

use db::{Result, Row, Tx, Value};
use kernel::{ChannelId, MessageId, TabId};

use super::Tab;

/// The columns that [`read`] reads, before the rest of a statement.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, channel_id, name, entity, content, website, created_by, created_at, conversation_id \
             FROM tabs \
             WHERE tenant_id = $1 AND channel_id = $2 ",
            $rest
        )
    };
}

fn read(row: &Row) -> Result<Tab> {
    Ok(Tab {
        id: row.id(0)?,
        channel: row.id(1)?,
        name: row.get(2)?,
        entity: row.get(3)?,
        content: row.get(4)?,
        website: row.get(5)?,
        created_by: row.maybe_id(6)?,
        created_at: row.get(7)?,
        conversation: row.maybe_id(8)?,
    })
}

pub(super) fn all(tx: &Tx<'_>, channel: ChannelId) -> Result<Vec<Tab>> {
    const SQL: &str = select!("ORDER BY place, id");
    tx.all(SQL, &[tx.tenant().into(), channel.into()])?.iter().map(read).collect()
}

pub(super) fn lookup(tx: &Tx<'_>, channel: ChannelId, tab: TabId) -> Result<Option<Tab>> {
    const SQL: &str = select!("AND id = $3");
    tx.first(SQL, &[tx.tenant().into(), channel.into(), tab.into()])?.as_ref().map(read).transpose()
}

pub(super) fn of_entity(tx: &Tx<'_>, channel: ChannelId, entity: &str) -> Result<Option<Tab>> {
    const SQL: &str = select!("AND entity = $3");
    let params = [tx.tenant().into(), channel.into(), entity.into()];
    tx.first(SQL, &params)?.as_ref().map(read).transpose()
}

pub(super) fn count(tx: &Tx<'_>, channel: ChannelId) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM tabs WHERE tenant_id = $1 AND channel_id = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), channel.into()])?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// At the end.
pub(super) fn insert(tx: &Tx<'_>, tab: &Tab) -> Result<()> {
    const SQL: &str = "INSERT INTO tabs (tenant_id, id, channel_id, name, entity, content, website, \
                       created_by, created_at, place) \
                       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, COALESCE(MAX(place), 0) + 1 \
                       FROM tabs WHERE tenant_id = $1 AND channel_id = $3";
    let params = [
        tx.tenant().into(),
        tab.id.into(),
        tab.channel.into(),
        tab.name.as_str().into(),
        tab.entity.as_str().into(),
        tab.content.as_str().into(),
        tab.website.as_deref().into(),
        tab.created_by.into(),
        tab.created_at.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

pub(super) fn update(tx: &Tx<'_>, tab: &Tab) -> Result<()> {
    const SQL: &str = "UPDATE tabs SET name = $3, content = $4, website = $5 \
                       WHERE tenant_id = $1 AND id = $2";
    let params = [
        tx.tenant().into(),
        tab.id.into(),
        tab.name.as_str().into(),
        tab.content.as_str().into(),
        tab.website.as_deref().into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

/// The message that the conversation of a tab hangs from.
pub(super) fn converse(tx: &Tx<'_>, tab: TabId, root: MessageId) -> Result<()> {
    const SQL: &str = "UPDATE tabs SET conversation_id = $3 WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), tab.into(), root.into()]).map(drop)
}

pub(super) fn order(tx: &Tx<'_>, tabs: &[Tab]) -> Result<()> {
    const SQL: &str = "UPDATE tabs SET place = $3 WHERE tenant_id = $1 AND id = $2";
    let rows: Vec<Vec<Value<'_>>> = (1_i64..)
        .zip(tabs)
        .map(|(place, tab)| vec![tx.tenant().into(), tab.id.into(), place.into()])
        .collect();
    tx.execute_many(SQL, &rows).map(drop)
}

pub(super) fn remove(tx: &Tx<'_>, channel: ChannelId, tab: TabId) -> Result<()> {
    const SQL: &str = "DELETE FROM tabs WHERE tenant_id = $1 AND channel_id = $2 AND id = $3";
    tx.execute(SQL, &[tx.tenant().into(), channel.into(), tab.into()]).map(drop)
}
