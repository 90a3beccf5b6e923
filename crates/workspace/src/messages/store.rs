//! Statements on messages.

pub(crate) mod graves;

use db::{Result, Row, Tx, Value};
use event_log::Place;
use jiff::Timestamp;
use kernel::{ChannelId, Cursor, MessageId, UserId, WebhookId};
use uuid::Uuid;

/// A row of the table of messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) channel: ChannelId,
    pub(crate) position: i64,
    pub(crate) id: MessageId,
    pub(crate) created_at: Timestamp,
    pub(crate) author: Option<UserId>,
    pub(crate) webhook: Option<WebhookId>,
    pub(crate) place: Option<Place>,
    pub(crate) parent: Option<MessageId>,
    pub(crate) text: Option<String>,
    pub(crate) changed: Option<i64>,
    pub(crate) edited_at: Option<Timestamp>,
    pub(crate) deleted_at: Option<Timestamp>,
    pub(crate) replies: i64,
    pub(crate) replied_at: Option<Timestamp>,
    pub(crate) version: Option<i64>,
    pub(crate) status: Option<Status>,
}

/// What the last button of a card said.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Status {
    pub(crate) text: String,
    pub(crate) by: UserId,
    pub(crate) at: Timestamp,
}

/// The columns that [`Stored::read`] reads, before the rest of a statement.
macro_rules! select {
    ($($rest:literal)*) => {
        concat!(
            "SELECT channel_id, position, id, created_at, author_id, webhook_id, event_stream, \
             event_position, parent_id, text, changed, edited_at, deleted_at, replies, replied_at, \
             card_version, action_status \
             FROM messages ",
            $($rest),*
        )
    };
}

impl Stored {
    fn read(row: &Row) -> Result<Self> {
        let place = match (row.get::<Option<Uuid>>(6)?, row.get::<Option<i64>>(7)?) {
            (Some(stream), Some(position)) => Some(Place { stream, position }),
            _ => None,
        };
        Ok(Self {
            channel: row.id(0)?,
            position: row.get(1)?,
            id: row.id(2)?,
            created_at: row.get(3)?,
            author: row.maybe_id(4)?,
            webhook: row.maybe_id(5)?,
            place,
            parent: row.maybe_id(8)?,
            text: row.get(9)?,
            changed: row.get(10)?,
            edited_at: row.get(11)?,
            deleted_at: row.get(12)?,
            replies: row.get(13)?,
            replied_at: row.get(14)?,
            version: row.get(15)?,
            status: row
                .get::<Option<serde_json::Value>>(16)?
                .and_then(|status| serde_json::from_value(status).ok()),
        })
    }

    pub(crate) fn cursor(&self) -> Cursor {
        Cursor::new(&self.position.to_string())
    }

    /// Where the card is that is shown in place of the posted one.
    pub(crate) fn update_place(&self) -> Option<Place> {
        self.version.map(|position| Place { stream: self.id.uuid(), position })
    }

    /// The position of the latest change.
    pub(crate) fn change(&self) -> i64 {
        self.changed.unwrap_or(self.position)
    }
}

fn rows(tx: &Tx<'_>, sql: &str, params: &[Value<'_>]) -> Result<Vec<Stored>> {
    tx.all(sql, params)?.iter().map(Stored::read).collect()
}

/// Messages after a position, oldest first.
pub(crate) fn after(
    tx: &Tx<'_>,
    channel: ChannelId,
    after: i64,
    limit: i64,
) -> Result<Vec<Stored>> {
    const SQL: &str = select!(
        "WHERE tenant_id = $1 AND channel_id = $2 AND position > $3 AND parent_id IS NULL "
        "ORDER BY position LIMIT $4"
    );
    rows(tx, SQL, &[tx.tenant().into(), channel.into(), after.into(), limit.into()])
}

/// Messages before a position, newest first.
pub(crate) fn before(
    tx: &Tx<'_>,
    channel: ChannelId,
    before: i64,
    limit: i64,
) -> Result<Vec<Stored>> {
    const SQL: &str = select!(
        "WHERE tenant_id = $1 AND channel_id = $2 AND position < $3 AND parent_id IS NULL "
        "ORDER BY position DESC LIMIT $4"
    );
    rows(tx, SQL, &[tx.tenant().into(), channel.into(), before.into(), limit.into()])
}

/// Replies to a message after a position, oldest first.
pub(crate) fn replies(
    tx: &Tx<'_>,
    parent: MessageId,
    after: i64,
    limit: i64,
) -> Result<Vec<Stored>> {
    const SQL: &str = select!(
        "WHERE tenant_id = $1 AND parent_id = $2 AND position > $3 ORDER BY position LIMIT $4"
    );
    rows(tx, SQL, &[tx.tenant().into(), parent.into(), after.into(), limit.into()])
}

/// Messages and replies whose latest change is after a position, in the order of their changes.
pub(crate) fn changes(
    tx: &Tx<'_>,
    channel: ChannelId,
    after: i64,
    limit: usize,
) -> Result<Vec<Stored>> {
    const NEW: &str = select!(
        "WHERE tenant_id = $1 AND channel_id = $2 AND position > $3 AND changed IS NULL "
        "ORDER BY position LIMIT $4"
    );
    const CHANGED: &str = select!(
        "WHERE tenant_id = $1 AND channel_id = $2 AND changed > $3 ORDER BY changed LIMIT $4"
    );
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let params = [tx.tenant().into(), channel.into(), after.into(), most.into()];
    let mut all = rows(tx, NEW, &params)?;
    all.extend(rows(tx, CHANGED, &params)?);
    kernel::sort_by_key(&mut all, Stored::change);
    all.truncate(limit);
    Ok(all)
}

pub(crate) fn lookup(tx: &Tx<'_>, id: MessageId) -> Result<Option<Stored>> {
    const SQL: &str = select!("WHERE tenant_id = $1 AND id = $2");
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.map(|row| Stored::read(&row)).transpose()
}

/// A person's message or reply.
pub(crate) fn insert(tx: &Tx<'_>, row: &Stored) -> Result<()> {
    const SQL: &str = "INSERT INTO messages (tenant_id, channel_id, position, id, created_at, \
                       author_id, parent_id, text, event_stream, event_position, replies) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0)";
    let params = [
        tx.tenant().into(),
        row.channel.into(),
        row.position.into(),
        row.id.into(),
        row.created_at.into(),
        row.author.into(),
        row.parent.into(),
        row.text.as_deref().into(),
        row.place.map(|place| place.stream).into(),
        row.place.map(|place| place.position).into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

/// Counts a reply on its parent.
pub(crate) fn count_reply(
    tx: &Tx<'_>,
    parent: MessageId,
    changed: i64,
    (by, replied_at): (i64, Option<Timestamp>),
) -> Result<()> {
    const SQL: &str = "UPDATE messages SET replies = replies + $4, changed = $3, \
                       replied_at = COALESCE($5, replied_at) WHERE tenant_id = $1 AND id = $2";
    let params = [tx.tenant().into(), parent.into(), changed.into(), by.into(), replied_at.into()];
    tx.execute(SQL, &params).map(drop)
}

pub(crate) fn set_text(
    tx: &Tx<'_>,
    id: MessageId,
    changed: i64,
    (text, edited_at): (&str, Timestamp),
) -> Result<()> {
    const SQL: &str = "UPDATE messages SET text = $3, changed = $4, edited_at = $5 \
                       WHERE tenant_id = $1 AND id = $2";
    let params = [tx.tenant().into(), id.into(), text.into(), changed.into(), edited_at.into()];
    tx.execute(SQL, &params).map(drop)
}

/// Keeps what a button said of a card, and which version of it is shown, where that changed.
pub(crate) fn set_card(
    tx: &Tx<'_>,
    id: MessageId,
    changed: i64,
    (version, status): (Option<i64>, Option<&Status>),
) -> Result<()> {
    const SQL: &str = "UPDATE messages SET changed = $3, card_version = COALESCE($4, card_version), \
                       action_status = COALESCE($5, action_status) \
                       WHERE tenant_id = $1 AND id = $2";
    let status = status.and_then(|status| serde_json::to_value(status).ok());
    let status = status.as_ref().map_or(Value::Null, Value::json);
    let params = [tx.tenant().into(), id.into(), changed.into(), version.into(), status];
    tx.execute(SQL, &params).map(drop)
}

/// Marks a message as deleted, or as there again.
pub(crate) fn bury(
    tx: &Tx<'_>,
    id: MessageId,
    changed: i64,
    deleted_at: Option<Timestamp>,
) -> Result<()> {
    const SQL: &str = "UPDATE messages SET changed = $3, deleted_at = $4 \
                       WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), changed.into(), deleted_at.into()]).map(drop)
}

/// Erases what a deleted message said.
pub(crate) fn empty(tx: &Tx<'_>, id: MessageId) -> Result<()> {
    const SQL: &str = "UPDATE messages SET text = NULL, card_version = NULL, action_status = NULL \
                       WHERE tenant_id = $1 AND id = $2 AND deleted_at IS NOT NULL";
    tx.execute(SQL, &[tx.tenant().into(), id.into()]).map(drop)
}

/// Keeps who is mentioned in a message, and takes away who is no longer.
pub(crate) fn set_mentions(
    tx: &Tx<'_>,
    (channel, message): (ChannelId, MessageId),
    users: &[UserId],
    at: Timestamp,
) -> Result<()> {
    const OLD: &str = "SELECT user_id FROM mentions WHERE tenant_id = $1 AND message_id = $2";
    const TAKE: &str =
        "DELETE FROM mentions WHERE tenant_id = $1 AND message_id = $2 AND user_id = $3";
    const PUT: &str = "INSERT INTO mentions (tenant_id, user_id, position, channel_id, message_id, at) \
                       VALUES ($1, $2, $3, $4, $5, $6)";
    let rows = tx.all(OLD, &[tx.tenant().into(), message.into()])?;
    let old: Vec<UserId> = rows.iter().map(|row| row.id(0)).collect::<Result<_>>()?;
    for user in old.iter().filter(|user| !users.contains(user)) {
        tx.execute(TAKE, &[tx.tenant().into(), message.into(), (*user).into()])?;
    }
    for user in users.iter().filter(|user| !old.contains(user)) {
        let position = event_log::draw(tx, crate::ACTIVITY_TOPIC, user.uuid())?;
        let params = [
            tx.tenant().into(),
            (*user).into(),
            position.into(),
            channel.into(),
            message.into(),
            at.into(),
        ];
        tx.execute(PUT, &params)?;
        tx.notify(crate::ACTIVITY_TOPIC, user.uuid(), position);
    }
    Ok(())
}
