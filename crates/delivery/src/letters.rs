//! Dead letters: what a consumer gave up on.

use db::{Result, Row, Tx};
use event_log::{Place, Topic};
use jiff::Timestamp;
use kernel::EventId;
use uuid::Uuid;

/// An event that a consumer gave up on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// Where the event stands in the topic.
    pub place: Place,
    /// The event.
    pub event: EventId,
    /// Dotted code of the reason.
    pub code: String,
    /// English detail for the log.
    pub detail: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it was given up.
    pub at: Timestamp,
    /// When a replay brought it through after all.
    pub replayed_at: Option<Timestamp>,
}

/// Why an event was given up, after how many attempts, and when.
#[derive(Debug, Clone, Copy)]
pub struct Reason<'a> {
    /// Dotted code of the reason.
    pub code: &'a str,
    /// English detail for the log.
    pub detail: &'a str,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was given up.
    pub at: Timestamp,
}

/// The letters of one consumer of one topic.
///
/// A pump keeps its own. Who delivers to places outside keeps letters with these methods: one stream for
/// each place, positions in the order of the place's source.
#[derive(Debug, Clone, Copy)]
pub struct Letters {
    /// The consumer's name; stored with each letter.
    pub consumer: &'static str,
    /// The topic.
    pub topic: Topic,
}

impl Letters {
    /// Keeps a letter; one that is there already gets the new reason and waits again.
    ///
    /// # Errors
    /// Any of [`db::Error`].
    pub fn put(self, tx: &Tx<'_>, place: Place, event: EventId, why: Reason<'_>) -> Result<()> {
        const SQL: &str = "INSERT INTO dead_letters (tenant_id, consumer, topic, stream_id, \
                           position, event_id, code, detail, attempts, at) \
                           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
                           ON CONFLICT (tenant_id, consumer, topic, stream_id, position) \
                           DO UPDATE SET code = excluded.code, detail = excluded.detail, \
                           attempts = dead_letters.attempts + excluded.attempts, \
                           replayed_at = NULL";
        let params = [
            tx.tenant().into(),
            self.consumer.into(),
            self.topic.into(),
            place.stream.into(),
            place.position.into(),
            event.into(),
            why.code.into(),
            why.detail.into(),
            why.attempts.into(),
            why.at.into(),
        ];
        tx.execute(SQL, &params).map(drop)
    }

    /// The letter at a place.
    ///
    /// # Errors
    /// Any of [`db::Error`].
    pub fn find(self, tx: &Tx<'_>, place: Place) -> Result<Option<DeadLetter>> {
        const SQL: &str = "SELECT position, event_id, code, detail, attempts, at, replayed_at \
                           FROM dead_letters WHERE tenant_id = $1 AND consumer = $2 AND topic = $3 \
                           AND stream_id = $4 AND position = $5";
        let params = [
            tx.tenant().into(),
            self.consumer.into(),
            self.topic.into(),
            place.stream.into(),
            place.position.into(),
        ];
        tx.first(SQL, &params)?.map(|row| letter(&row, place.stream)).transpose()
    }

    /// Letters of a stream that no replay has brought through, newest first, below a position.
    ///
    /// # Errors
    /// Any of [`db::Error`].
    pub fn waiting(
        self,
        tx: &Tx<'_>,
        stream: Uuid,
        (before, limit): (i64, i64),
    ) -> Result<Vec<DeadLetter>> {
        const SQL: &str = "SELECT position, event_id, code, detail, attempts, at, replayed_at \
                           FROM dead_letters WHERE tenant_id = $1 AND consumer = $2 AND topic = $3 \
                           AND stream_id = $4 AND position < $5 AND replayed_at IS NULL \
                           ORDER BY position DESC LIMIT $6";
        let params = [
            tx.tenant().into(),
            self.consumer.into(),
            self.topic.into(),
            stream.into(),
            before.into(),
            limit.into(),
        ];
        tx.all(SQL, &params)?.iter().map(|row| letter(row, stream)).collect()
    }

    /// How many letters of a stream no replay has brought through.
    ///
    /// # Errors
    /// Any of [`db::Error`].
    pub fn count(self, tx: &Tx<'_>, stream: Uuid) -> Result<i64> {
        const SQL: &str = "SELECT COUNT(*) FROM dead_letters WHERE tenant_id = $1 \
                           AND consumer = $2 AND topic = $3 AND stream_id = $4 \
                           AND replayed_at IS NULL";
        let params = [tx.tenant().into(), self.consumer.into(), self.topic.into(), stream.into()];
        tx.first(SQL, &params)?.map_or(Ok(0), |row| row.get(0))
    }

    /// Forgets every letter of a stream.
    ///
    /// # Errors
    /// Any of [`db::Error`].
    pub fn forget(self, tx: &Tx<'_>, stream: Uuid) -> Result<()> {
        const SQL: &str = "DELETE FROM dead_letters WHERE tenant_id = $1 AND consumer = $2 \
                           AND topic = $3 AND stream_id = $4";
        let params = [tx.tenant().into(), self.consumer.into(), self.topic.into(), stream.into()];
        tx.execute(SQL, &params).map(drop)
    }

    /// Letters of a stream at positions `from..=to`, oldest first, at most 1,000.
    ///
    /// # Errors
    /// Any of [`db::Error`].
    pub fn between(
        self,
        tx: &Tx<'_>,
        stream: Uuid,
        (from, to): (i64, i64),
    ) -> Result<Vec<DeadLetter>> {
        const SQL: &str = "SELECT position, event_id, code, detail, attempts, at, replayed_at \
                           FROM dead_letters WHERE tenant_id = $1 AND consumer = $2 AND topic = $3 \
                           AND stream_id = $4 AND position BETWEEN $5 AND $6 \
                           ORDER BY position LIMIT 1000";
        let params = [
            tx.tenant().into(),
            self.consumer.into(),
            self.topic.into(),
            stream.into(),
            from.into(),
            to.into(),
        ];
        tx.all(SQL, &params)?.iter().map(|row| letter(row, stream)).collect()
    }

    /// A replay brought the letter through.
    ///
    /// # Errors
    /// Any of [`db::Error`].
    pub fn mark_replayed(self, tx: &Tx<'_>, place: Place, at: Timestamp) -> Result<()> {
        const SQL: &str = "UPDATE dead_letters SET replayed_at = $6, attempts = attempts + 1 \
                           WHERE tenant_id = $1 AND consumer = $2 AND topic = $3 \
                           AND stream_id = $4 AND position = $5";
        let params = [
            tx.tenant().into(),
            self.consumer.into(),
            self.topic.into(),
            place.stream.into(),
            place.position.into(),
            at.into(),
        ];
        tx.execute(SQL, &params).map(drop)
    }
}

/// Deletes dead letters that were given up before an instant, at most `limit` of them; how many went.
///
/// # Errors
/// Any of [`db::Error`].
pub fn prune_letters(tx: &Tx<'_>, before: Timestamp, limit: u32) -> Result<u64> {
    const FIND: &str = "SELECT consumer, topic, stream_id, position FROM dead_letters \
                        WHERE tenant_id = $1 AND at < $2 ORDER BY at LIMIT $3";
    const DELETE: &str = "DELETE FROM dead_letters WHERE tenant_id = $1 AND consumer = $2 \
                          AND topic = $3 AND stream_id = $4 AND position = $5";
    let old = tx.all(FIND, &[tx.tenant().into(), before.into(), limit.into()])?;
    let mut rows = Vec::with_capacity(old.len());
    for row in &old {
        rows.push(vec![
            tx.tenant().into(),
            row.get::<String>(0)?.into(),
            row.get::<String>(1)?.into(),
            row.get::<Uuid>(2)?.into(),
            row.get::<i64>(3)?.into(),
        ]);
    }
    tx.execute_many(DELETE, &rows)
}

fn letter(row: &Row, stream: Uuid) -> Result<DeadLetter> {
    Ok(DeadLetter {
        place: Place { stream, position: row.get(0)? },
        event: row.id(1)?,
        code: row.get(2)?,
        detail: row.get(3)?,
        attempts: row.get(4)?,
        at: row.get(5)?,
        replayed_at: row.get(6)?,
    })
}
