//! Appending and reading events.

use db::{Result, Row, Tx};
use jiff::Timestamp;
use kernel::EventId;
use uuid::Uuid;

/// The name of a kind of event, such as `card.posted`: dotted `noun.verb`, owned by one room.
pub type Topic = &'static str;

/// An event to append.
#[derive(Debug, Clone, Copy)]
pub struct NewEvent<'a> {
    /// The kind.
    pub topic: Topic,
    /// The stream within the kind.
    pub stream: Uuid,
    /// Drawn before the closure.
    pub id: EventId,
    /// When it happened, from the clock before the closure.
    pub at: Timestamp,
    /// A JSON object with what readers need without the body.
    pub meta: &'a str,
    /// Bytes as received, if any.
    pub body: Option<&'a [u8]>,
}

/// Where an event stands within its topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The stream.
    pub stream: Uuid,
    /// The position, from 1, dense.
    pub position: i64,
}

/// An event without its body: what a deliverer needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRef {
    /// The position in its stream.
    pub position: i64,
    /// The identifier.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// The JSON object that was appended, as text.
    pub meta: String,
}

/// An event with its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Where it stands.
    pub place: Place,
    /// The identifier.
    pub id: EventId,
    /// When it happened.
    pub at: Timestamp,
    /// The JSON object that was appended, as text.
    pub meta: String,
    /// Bytes as received.
    pub body: Option<Vec<u8>>,
}

/// Appends an event and answers its position.
///
/// # Errors
/// Any of [`db::Error`].
pub fn append(tx: &Tx<'_>, event: &NewEvent<'_>) -> Result<i64> {
    const SQL: &str = "INSERT INTO events (tenant_id, topic, stream_id, position, id, at, meta, body) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    if tx.dialect().writes_within_with() {
        return append_at_once(tx, event);
    }
    let position = draw(tx, event.topic, event.stream)?;
    tx.execute(
        SQL,
        &[
            tx.tenant().into(),
            event.topic.into(),
            event.stream.into(),
            position.into(),
            event.id.into(),
            event.at.into(),
            db::Value::Json(event.meta.into()),
            event.body.into(),
        ],
    )?;
    tx.notify(event.topic, event.stream, position);
    Ok(position)
}

/// The same in one statement, which spares the head of the stream a round trip while it is locked.
fn append_at_once(tx: &Tx<'_>, event: &NewEvent<'_>) -> Result<i64> {
    const SQL: &str = "WITH head AS (\
                         INSERT INTO event_streams (tenant_id, topic, stream_id, position) \
                         VALUES ($1, $2, $3, 1) \
                         ON CONFLICT (tenant_id, topic, stream_id) \
                         DO UPDATE SET position = event_streams.position + 1 RETURNING position) \
                       INSERT INTO events (tenant_id, topic, stream_id, position, id, at, meta, body) \
                       SELECT $1, $2, $3, head.position, $4, $5, $6, $7 FROM head \
                       RETURNING position";
    let params = [
        tx.tenant().into(),
        event.topic.into(),
        event.stream.into(),
        event.id.into(),
        event.at.into(),
        db::Value::Json(event.meta.into()),
        event.body.into(),
    ];
    let row = tx.first(SQL, &params)?;
    let position =
        row.ok_or(db::Error::Inconsistent { column: 0, expected: "a position" })?.get(0)?;
    tx.notify(event.topic, event.stream, position);
    Ok(position)
}

/// Draws the next dense position of a stream; for rooms that keep rows of their own in stream order.
///
/// # Errors
/// Any of [`db::Error`].
pub fn draw(tx: &Tx<'_>, topic: Topic, stream: Uuid) -> Result<i64> {
    const SQL: &str = "INSERT INTO event_streams (tenant_id, topic, stream_id, position) \
                       VALUES ($1, $2, $3, 1) \
                       ON CONFLICT (tenant_id, topic, stream_id) \
                       DO UPDATE SET position = event_streams.position + 1 RETURNING position";
    let row = tx.first(SQL, &[tx.tenant().into(), topic.into(), stream.into()])?;
    row.ok_or(db::Error::Inconsistent { column: 0, expected: "a position" })?.get(0)
}

/// Draws `count` positions of a stream at once and answers the first of them.
///
/// # Errors
/// Any of [`db::Error`].
pub fn draw_many(tx: &Tx<'_>, topic: Topic, stream: Uuid, count: u32) -> Result<i64> {
    const SQL: &str = "INSERT INTO event_streams (tenant_id, topic, stream_id, position) \
                       VALUES ($1, $2, $3, $4) \
                       ON CONFLICT (tenant_id, topic, stream_id) \
                       DO UPDATE SET position = event_streams.position + excluded.position \
                       RETURNING position";
    let params = [tx.tenant().into(), topic.into(), stream.into(), count.into()];
    let row = tx.first(SQL, &params)?;
    let last: i64 =
        row.ok_or(db::Error::Inconsistent { column: 0, expected: "a position" })?.get(0)?;
    Ok(last - i64::from(count) + 1)
}

/// The position of the stream's last event; 0 when it has none.
///
/// # Errors
/// Any of [`db::Error`].
pub fn head(tx: &Tx<'_>, topic: Topic, stream: Uuid) -> Result<i64> {
    const SQL: &str =
        "SELECT position FROM event_streams WHERE tenant_id = $1 AND topic = $2 AND stream_id = $3";
    let row = tx.first(SQL, &[tx.tenant().into(), topic.into(), stream.into()])?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// Events after a position, oldest first, without their bodies.
///
/// # Errors
/// Any of [`db::Error`].
pub fn read_after(
    tx: &Tx<'_>,
    topic: Topic,
    stream: Uuid,
    after: i64,
    limit: u32,
) -> Result<Vec<EventRef>> {
    const SQL: &str = "SELECT position, id, at, meta FROM events \
                       WHERE tenant_id = $1 AND topic = $2 AND stream_id = $3 AND position > $4 \
                       ORDER BY position LIMIT $5";
    let params = [tx.tenant().into(), topic.into(), stream.into(), after.into(), limit.into()];
    let event = |row: &Row| {
        Ok(EventRef { position: row.get(0)?, id: row.id(1)?, at: row.get(2)?, meta: row.get(3)? })
    };
    tx.all(SQL, &params)?.iter().map(event).collect()
}

/// Events before a position, newest first, with their bodies; for logs that people read.
///
/// # Errors
/// Any of [`db::Error`].
pub fn read_back(
    tx: &Tx<'_>,
    topic: Topic,
    stream: Uuid,
    before: i64,
    limit: u32,
) -> Result<Vec<Event>> {
    const SQL: &str = "SELECT position, id, at, meta, body FROM events \
                       WHERE tenant_id = $1 AND topic = $2 AND stream_id = $3 AND position < $4 \
                       ORDER BY position DESC LIMIT $5";
    let params = [tx.tenant().into(), topic.into(), stream.into(), before.into(), limit.into()];
    tx.all(SQL, &params)?.into_iter().map(|row| event(row, stream)).collect()
}

/// The event at a place, with its body.
///
/// # Errors
/// Any of [`db::Error`].
pub fn find(tx: &Tx<'_>, topic: Topic, place: Place) -> Result<Option<Event>> {
    const SQL: &str = "SELECT position, id, at, meta, body FROM events \
                       WHERE tenant_id = $1 AND topic = $2 AND stream_id = $3 AND position = $4";
    let params = [tx.tenant().into(), topic.into(), place.stream.into(), place.position.into()];
    tx.first(SQL, &params)?.map(|row| event(row, place.stream)).transpose()
}

/// The events at some places, with their bodies, in no order; places without an event are left out.
///
/// Neighbours of one stream are read together: a page of one webhook's messages takes one statement.
///
/// # Errors
/// Any of [`db::Error`].
pub fn find_many(tx: &Tx<'_>, topic: Topic, places: &[Place]) -> Result<Vec<Event>> {
    const SQL: &str = "SELECT position, id, at, meta, body FROM events \
                       WHERE tenant_id = $1 AND topic = $2 AND stream_id = $3 \
                         AND position >= $4 AND position <= $5 ORDER BY position";
    let mut sorted = places.to_vec();
    kernel::sort(&mut sorted);
    sorted.dedup();
    let mut events = Vec::with_capacity(sorted.len());
    for run in sorted.chunk_by(|a, b| a.stream == b.stream && a.position + 1 == b.position) {
        let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
        let params = [
            tx.tenant().into(),
            topic.into(),
            first.stream.into(),
            first.position.into(),
            last.position.into(),
        ];
        for row in tx.all(SQL, &params)? {
            events.push(event(row, first.stream)?);
        }
    }
    Ok(events)
}

/// Forgets the body of an event and keeps that it happened.
///
/// # Errors
/// Any of [`db::Error`].
pub fn erase(tx: &Tx<'_>, topic: Topic, place: Place) -> Result<()> {
    const SQL: &str = "UPDATE events SET body = NULL \
                       WHERE tenant_id = $1 AND topic = $2 AND stream_id = $3 AND position = $4";
    let params = [tx.tenant().into(), topic.into(), place.stream.into(), place.position.into()];
    tx.execute(SQL, &params).map(drop)
}

/// Deletes events of a stream up to and including a position; how many went.
///
/// # Errors
/// Any of [`db::Error`].
pub fn prune(tx: &Tx<'_>, topic: Topic, stream: Uuid, through: i64) -> Result<u64> {
    const SQL: &str = "DELETE FROM events \
                       WHERE tenant_id = $1 AND topic = $2 AND stream_id = $3 AND position <= $4";
    tx.execute(SQL, &[tx.tenant().into(), topic.into(), stream.into(), through.into()])
}

/// Forgets a stream that nobody will append to again: its events are gone, and now its head goes.
///
/// # Errors
/// Any of [`db::Error`].
pub fn forget(tx: &Tx<'_>, topic: Topic, stream: Uuid) -> Result<()> {
    const SQL: &str =
        "DELETE FROM event_streams WHERE tenant_id = $1 AND topic = $2 AND stream_id = $3";
    tx.execute(SQL, &[tx.tenant().into(), topic.into(), stream.into()]).map(drop)
}

fn event(mut row: Row, stream: Uuid) -> Result<Event> {
    Ok(Event {
        place: Place { stream, position: row.get(0)? },
        id: row.id(1)?,
        at: row.get(2)?,
        meta: row.get(3)?,
        body: row.take_bytes(4)?,
    })
}
