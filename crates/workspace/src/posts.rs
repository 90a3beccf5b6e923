//! Messages of webhooks, as the deliverer hands them over.

use db::{Result, Tx, Value};
use event_log::Place;
use jiff::Timestamp;
use kernel::{ChannelId, MessageId, WebhookId};

use crate::{MESSAGES_TOPIC, channels};

/// A post that becomes a message. Its body stays in the event log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Post {
    /// The identifier of the message: the one of its event.
    pub message_id: MessageId,
    /// Where the event with the body stands within the topic [`crate::CARD_TOPIC`].
    pub place: Place,
    /// When it was accepted.
    pub created_at: Timestamp,
}

/// Appends a webhook's posts to a channel, in their order, and answers their positions.
///
/// A post whose message exists already keeps its position: handing over twice shows once. The answer
/// is empty when the channel no longer exists at all; a deleted one still takes posts, in case it is
/// restored.
///
/// # Errors
/// Any of [`db::Error`].
pub fn append(
    tx: &Tx<'_>,
    channel: ChannelId,
    webhook: WebhookId,
    posts: &[Post],
) -> Result<Vec<i64>> {
    const SQL: &str = "INSERT INTO messages (tenant_id, channel_id, position, id, created_at, \
                       webhook_id, event_stream, event_position, replies) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0) \
                       ON CONFLICT (tenant_id, id) DO NOTHING";
    let Ok(count) = u32::try_from(posts.len()) else { return Ok(Vec::new()) };
    if count == 0 || !channels::store::exists(tx, channel)? {
        return Ok(Vec::new());
    }
    let first = event_log::draw_many(tx, MESSAGES_TOPIC, channel.uuid(), count)?;
    let positions: Vec<i64> = (first..first + i64::from(count)).collect();
    let row = |(post, position): (&Post, &i64)| -> Vec<Value<'static>> {
        vec![
            tx.tenant().into(),
            channel.into(),
            (*position).into(),
            post.message_id.into(),
            post.created_at.into(),
            webhook.into(),
            post.place.stream.into(),
            post.place.position.into(),
        ]
    };
    let rows: Vec<Vec<Value<'_>>> = posts.iter().zip(&positions).map(row).collect();
    let inserted = tx.execute_many(SQL, &rows)?;
    tx.notify(MESSAGES_TOPIC, channel.uuid(), first + i64::from(count) - 1);
    if inserted == u64::from(count) { Ok(positions) } else { found(tx, posts) }
}

/// The positions that the posts have now.
fn found(tx: &Tx<'_>, posts: &[Post]) -> Result<Vec<i64>> {
    const SQL: &str = "SELECT position FROM messages WHERE tenant_id = $1 AND id = $2";
    let mut positions = Vec::with_capacity(posts.len());
    for post in posts {
        if let Some(row) = tx.first(SQL, &[tx.tenant().into(), post.message_id.into()])? {
            positions.push(row.get(0)?);
        }
    }
    Ok(positions)
}

/// A webhook's message as it stands in its channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posted {
    /// The order of the channel.
    pub position: i64,
    /// The identifier.
    pub message_id: MessageId,
    /// Who posted it.
    pub webhook: WebhookId,
    /// Where the event with the body stands within the topic [`crate::CARD_TOPIC`].
    pub place: Place,
    /// When it was accepted.
    pub created_at: Timestamp,
}

/// Messages of webhooks after a position of the channel, oldest first; deleted ones are left out.
///
/// # Errors
/// Any of [`db::Error`].
pub fn after(tx: &Tx<'_>, channel: ChannelId, position: i64, limit: i64) -> Result<Vec<Posted>> {
    const SQL: &str = "SELECT position, id, webhook_id, event_stream, event_position, created_at \
                       FROM messages WHERE tenant_id = $1 AND channel_id = $2 AND position > $3 \
                       AND event_position IS NOT NULL AND deleted_at IS NULL \
                       ORDER BY position LIMIT $4";
    let params = [tx.tenant().into(), channel.into(), position.into(), limit.into()];
    tx.all(SQL, &params)?.iter().map(posted).collect()
}

/// Which positions of a webhook's events, both ends included, belong to messages that are deleted and could be brought
/// back now. What was deleted longer ago has no body any more.
///
/// # Errors
/// Any of [`db::Error`].
pub fn deleted(tx: &Tx<'_>, webhook: WebhookId, (first, last): (i64, i64)) -> Result<Vec<i64>> {
    // by way of the few graves, since messages are not found by their events
    const SQL: &str = "SELECT m.event_position FROM message_graves g \
                       JOIN messages m ON m.tenant_id = g.tenant_id AND m.id = g.message_id \
                       WHERE g.tenant_id = $1 AND m.event_stream = $2 AND m.event_position >= $3 \
                         AND m.event_position <= $4 AND m.deleted_at IS NOT NULL";
    let params = [tx.tenant().into(), webhook.uuid().into(), first.into(), last.into()];
    tx.all(SQL, &params)?.iter().map(|row| row.get(0)).collect()
}

/// The webhook's message at a position of the channel, unless it was deleted.
///
/// # Errors
/// Any of [`db::Error`].
pub fn at(tx: &Tx<'_>, channel: ChannelId, position: i64) -> Result<Option<Posted>> {
    Ok(after(tx, channel, position - 1, 1)?.pop().filter(|posted| posted.position == position))
}

/// The position of the last thing that happened in the channel; 0 when nothing has.
///
/// # Errors
/// Any of [`db::Error`].
pub fn head(tx: &Tx<'_>, channel: ChannelId) -> Result<i64> {
    event_log::head(tx, MESSAGES_TOPIC, channel.uuid())
}

fn posted(row: &db::Row) -> Result<Posted> {
    Ok(Posted {
        position: row.get(0)?,
        message_id: row.id(1)?,
        webhook: row.id(2)?,
        place: Place { stream: row.get(3)?, position: row.get(4)? },
        created_at: row.get(5)?,
    })
}
