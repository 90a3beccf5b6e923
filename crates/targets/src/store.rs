//! Statements on targets.

pub(crate) mod attempts;
pub(crate) mod course;
pub(crate) mod forwarding;

use db::{Result, Row, Tx, Value};
use delivery::{Letters, outside::Course};
use jiff::Timestamp;
use kernel::{ChannelId, TargetId, UserId, WebhookId};
use uuid::Uuid;

use crate::{Kind, Source, State};

/// Notices with this topic say that a target was made, changed or removed.
pub(crate) const CHANGED: &str = "target.changed";

/// The dead letters of all targets; the stream is the target.
pub(crate) const LETTERS: Letters = Letters { consumer: "targets", topic: "targets" };

/// A row of the table of targets with its course.
#[derive(Debug, Clone)]
pub(crate) struct Stored {
    pub(crate) id: TargetId,
    pub(crate) source: Source,
    pub(crate) kind: Kind,
    pub(crate) name: String,
    pub(crate) owner: Option<UserId>,
    pub(crate) state: State,
    pub(crate) sealed: Vec<u8>,
    pub(crate) shown: String,
    pub(crate) per_minute: Option<u32>,
    pub(crate) created_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) course: Course,
    pub(crate) lease: Option<(Uuid, Timestamp)>,
    pub(crate) delivered: i64,
    pub(crate) delivered_at: Option<Timestamp>,
    pub(crate) last_code: Option<String>,
    pub(crate) alerted_at: Option<Timestamp>,
}

/// The columns that [`Stored::read`] reads, before the rest of a statement.
macro_rules! select {
    ($($rest:literal)*) => {
        concat!(
            "SELECT t.id, t.channel_id, t.webhook_id, t.kind, t.name, t.owner_id, t.state, t.sealed, \
             t.shown, t.per_minute, t.created_at, t.updated_at, c.position, c.attempts, c.failures, \
             c.failing_since, c.next_at, c.lease_node, c.lease_until, c.delivered, c.delivered_at, \
             c.last_code, c.alerted_at \
             FROM targets t JOIN target_courses c \
             ON c.tenant_id = t.tenant_id AND c.target_id = t.id ",
            $($rest),*
        )
    };
}

impl Stored {
    fn read(row: &Row) -> Result<Self> {
        let channel: ChannelId = row.id(1)?;
        let source = match row.maybe_id::<WebhookId>(2)? {
            Some(webhook) => Source::Webhook { webhook, channel },
            None => Source::Channel(channel),
        };
        let small = |index| Ok::<_, db::Error>(u32::try_from(row.get::<i64>(index)?).unwrap_or(0));
        let lease = row.get::<Option<Uuid>>(17)?.zip(row.get::<Option<Timestamp>>(18)?);
        Ok(Self {
            id: row.id(0)?,
            source,
            kind: row.parsed(3, |text| text.parse().ok())?,
            name: row.get(4)?,
            owner: row.maybe_id(5)?,
            state: row.parsed(6, State::parse)?,
            sealed: row.get(7)?,
            shown: row.get(8)?,
            per_minute: row.get::<Option<i64>>(9)?.and_then(|rate| u32::try_from(rate).ok()),
            created_at: row.get(10)?,
            updated_at: row.get(11)?,
            course: Course {
                position: row.get(12)?,
                attempts: small(13)?,
                failures: small(14)?,
                failing_since: row.get(15)?,
                next_at: row.get(16)?,
            },
            lease,
            delivered: row.get(19)?,
            delivered_at: row.get(20)?,
            last_code: row.get(21)?,
            alerted_at: row.get(22)?,
        })
    }
}

fn id(target: TargetId) -> Value<'static> {
    target.uuid().into()
}

fn rows(tx: &Tx<'_>, sql: &str, params: &[Value<'_>]) -> Result<Vec<Stored>> {
    tx.all(sql, params)?.iter().map(Stored::read).collect()
}

/// Writes a new target that begins at `position` of its source.
pub(crate) fn insert(tx: &Tx<'_>, new: &Stored) -> Result<()> {
    const TARGET: &str = "INSERT INTO targets (tenant_id, id, channel_id, webhook_id, kind, name, \
                          owner_id, state, sealed, shown, per_minute, created_at, updated_at) \
                          VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)";
    const COURSE: &str = "INSERT INTO target_courses (tenant_id, target_id, position, attempts, \
                          failures, logged, delivered, dead) VALUES ($1, $2, $3, 0, 0, 0, 0, 0)";
    let params = [
        tx.tenant().into(),
        id(new.id),
        new.source.channel().into(),
        new.source.webhook().into(),
        new.kind.as_str().into(),
        (&new.name).into(),
        new.owner.into(),
        new.state.as_str().into(),
        new.sealed.as_slice().into(),
        (&new.shown).into(),
        new.per_minute.into(),
        new.created_at.into(),
    ];
    tx.execute(TARGET, &params)?;
    tx.execute(COURSE, &[tx.tenant().into(), id(new.id), new.course.position.into()])?;
    changed(tx, new.id);
    Ok(())
}

/// Writes what a person may change.
pub(crate) fn update(tx: &Tx<'_>, new: &Stored, at: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE targets SET name = $3, state = $4, sealed = $5, shown = $6, \
                       per_minute = $7, updated_at = $8 WHERE tenant_id = $1 AND id = $2";
    let params = [
        tx.tenant().into(),
        id(new.id),
        (&new.name).into(),
        new.state.as_str().into(),
        new.sealed.as_slice().into(),
        (&new.shown).into(),
        new.per_minute.into(),
        at.into(),
    ];
    tx.execute(SQL, &params)?;
    changed(tx, new.id);
    Ok(())
}

/// Removes a target with all that belongs to it.
pub(crate) fn delete(tx: &Tx<'_>, target: TargetId) -> Result<()> {
    const ALL: [&str; 4] = [
        "DELETE FROM target_replays WHERE tenant_id = $1 AND target_id = $2",
        "DELETE FROM target_attempts WHERE tenant_id = $1 AND target_id = $2",
        "DELETE FROM target_courses WHERE tenant_id = $1 AND target_id = $2",
        "DELETE FROM targets WHERE tenant_id = $1 AND id = $2",
    ];
    for sql in ALL {
        tx.execute(sql, &[tx.tenant().into(), id(target)])?;
    }
    LETTERS.forget(tx, target.uuid())?;
    changed(tx, target);
    Ok(())
}

/// Tells workers.
pub(crate) fn changed(tx: &Tx<'_>, target: TargetId) {
    tx.notify(CHANGED, target.uuid(), 0);
}

pub(crate) fn lookup(tx: &Tx<'_>, target: TargetId) -> Result<Option<Stored>> {
    const SQL: &str = select!("WHERE t.tenant_id = $1 AND t.id = $2");
    tx.first(SQL, &[tx.tenant().into(), id(target)])?.map(|row| Stored::read(&row)).transpose()
}

/// Targets of a channel, those of its webhooks included, in the order in which they were made.
pub(crate) fn of_channel(
    tx: &Tx<'_>,
    channel: ChannelId,
    (after, limit): (TargetId, i64),
) -> Result<Vec<Stored>> {
    const SQL: &str = select!(
        "WHERE t.tenant_id = $1 AND t.channel_id = $2 AND t.id > $3 ORDER BY t.id LIMIT $4"
    );
    rows(tx, SQL, &[tx.tenant().into(), channel.into(), id(after), limit.into()])
}

/// Targets of a webhook, in the order in which they were made.
pub(crate) fn of_webhook(
    tx: &Tx<'_>,
    webhook: WebhookId,
    (after, limit): (TargetId, i64),
) -> Result<Vec<Stored>> {
    const SQL: &str = select!(
        "WHERE t.tenant_id = $1 AND t.webhook_id = $2 AND t.id > $3 ORDER BY t.id LIMIT $4"
    );
    rows(tx, SQL, &[tx.tenant().into(), webhook.into(), id(after), limit.into()])
}

/// Targets of a person that keep failing.
pub(crate) fn failing_of(tx: &Tx<'_>, owner: UserId, limit: i64) -> Result<Vec<Stored>> {
    const SQL: &str = select!(
        "WHERE t.tenant_id = $1 AND t.owner_id = $2 AND c.alerted_at IS NOT NULL \
         ORDER BY t.id LIMIT $3"
    );
    rows(tx, SQL, &[tx.tenant().into(), owner.into(), limit.into()])
}

/// Targets of a channel whose owners were told that they keep failing, of allowed kinds.
pub(crate) fn failing_in(tx: &Tx<'_>, channel: ChannelId, limit: i64) -> Result<Vec<Stored>> {
    const SQL: &str = select!(
        "WHERE t.tenant_id = $1 AND t.channel_id = $2 AND c.alerted_at IS NOT NULL \
         AND NOT EXISTS (SELECT 1 FROM barred_kinds b \
                         WHERE b.tenant_id = t.tenant_id AND b.kind = t.kind) \
         ORDER BY t.id LIMIT $3"
    );
    rows(tx, SQL, &[tx.tenant().into(), channel.into(), limit.into()])
}

/// What a worker has to know of every target before it opens one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Outline {
    pub(crate) id: TargetId,
    pub(crate) source: Source,
    pub(crate) position: i64,
    /// Somebody asked for replays.
    pub(crate) replays: bool,
}

/// Enabled targets of allowed kinds after one, with their positions.
pub(crate) fn outlines(tx: &Tx<'_>, after: TargetId, limit: i64) -> Result<Vec<Outline>> {
    const SQL: &str = "SELECT t.id, t.channel_id, t.webhook_id, c.position, \
                       EXISTS (SELECT 1 FROM target_replays r WHERE r.tenant_id = t.tenant_id \
                               AND r.target_id = t.id) \
                       FROM targets t JOIN target_courses c \
                       ON c.tenant_id = t.tenant_id AND c.target_id = t.id \
                       WHERE t.tenant_id = $1 AND t.state = 'enabled' AND t.id > $2 \
                       AND NOT EXISTS (SELECT 1 FROM barred_kinds b \
                                       WHERE b.tenant_id = t.tenant_id AND b.kind = t.kind) \
                       ORDER BY t.id LIMIT $3";
    let outline = |row: &Row| {
        let channel: ChannelId = row.id(1)?;
        let source = match row.maybe_id::<WebhookId>(2)? {
            Some(webhook) => Source::Webhook { webhook, channel },
            None => Source::Channel(channel),
        };
        Ok(Outline { id: row.id(0)?, source, position: row.get(3)?, replays: row.get(4)? })
    };
    let params = [tx.tenant().into(), id(after), limit.into()];
    tx.all(SQL, &params)?.iter().map(outline).collect()
}
