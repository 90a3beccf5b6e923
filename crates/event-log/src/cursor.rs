//! How far each consumer has come.

use db::{Result, Tx};
use uuid::Uuid;

use crate::{Place, Topic};

/// The last position that `consumer` has dealt with on a stream; 0 at the start.
///
/// # Errors
/// Any of [`db::Error`].
pub fn cursor(tx: &Tx<'_>, consumer: &str, topic: Topic, stream: Uuid) -> Result<i64> {
    const SQL: &str = "SELECT position FROM event_cursors \
                       WHERE tenant_id = $1 AND consumer = $2 AND topic = $3 AND stream_id = $4";
    let params = [tx.tenant().into(), consumer.into(), topic.into(), stream.into()];
    tx.first(SQL, &params)?.map_or(Ok(0), |row| row.get(0))
}

/// Moves the consumer to `to`, in the transaction that did the work.
///
/// # Errors
/// Any of [`db::Error`].
pub fn advance(tx: &Tx<'_>, consumer: &str, topic: Topic, to: Place) -> Result<()> {
    const SQL: &str = "INSERT INTO event_cursors (tenant_id, consumer, topic, stream_id, position) \
                       VALUES ($1, $2, $3, $4, $5) \
                       ON CONFLICT (tenant_id, consumer, topic, stream_id) \
                       DO UPDATE SET position = excluded.position";
    let params =
        [tx.tenant().into(), consumer.into(), topic.into(), to.stream.into(), to.position.into()];
    tx.execute(SQL, &params)?;
    Ok(())
}

/// Streams of a topic on which the consumer is behind; what a sweep finds.
///
/// # Errors
/// Any of [`db::Error`].
pub fn behind(tx: &Tx<'_>, consumer: &str, topic: Topic, limit: u32) -> Result<Vec<Uuid>> {
    const SQL: &str = "SELECT s.stream_id FROM event_streams s \
                       LEFT JOIN event_cursors c ON c.tenant_id = s.tenant_id AND c.consumer = $2 \
                            AND c.topic = s.topic AND c.stream_id = s.stream_id \
                       WHERE s.tenant_id = $1 AND s.topic = $3 \
                         AND s.position > COALESCE(c.position, 0) \
                       ORDER BY s.stream_id LIMIT $4";
    let params = [tx.tenant().into(), consumer.into(), topic.into(), limit.into()];
    tx.all(SQL, &params)?.iter().map(|row| row.get(0)).collect()
}
