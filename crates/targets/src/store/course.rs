//! Statements on courses: leases, progress, replays.

use db::{Result, Tx, Value};
use delivery::outside::Course;
use jiff::Timestamp;
use kernel::TargetId;
use uuid::Uuid;

use super::id;

/// Takes or keeps the lease; whether this node has it now.
pub(crate) fn lease(
    tx: &Tx<'_>,
    target: TargetId,
    node: Uuid,
    (now, until): (Timestamp, Timestamp),
) -> Result<bool> {
    const SQL: &str = "UPDATE target_courses SET lease_node = $3, lease_until = $4 \
                       WHERE tenant_id = $1 AND target_id = $2 AND (lease_node IS NULL \
                       OR lease_node = $3 OR lease_until IS NULL OR lease_until <= $5)";
    let params = [tx.tenant().into(), id(target), node.into(), until.into(), now.into()];
    Ok(tx.execute(SQL, &params)? == 1)
}

/// Gives the lease back.
pub(crate) fn release(tx: &Tx<'_>, target: TargetId, node: Uuid) -> Result<()> {
    const SQL: &str = "UPDATE target_courses SET lease_until = NULL \
                       WHERE tenant_id = $1 AND target_id = $2 AND lease_node = $3";
    tx.execute(SQL, &[tx.tenant().into(), id(target), node.into()]).map(drop)
}

/// What a group of attempts changed.
#[derive(Debug, Clone)]
pub(crate) struct Progress {
    pub(crate) course: Course,
    pub(crate) delivered: i64,
    pub(crate) delivered_at: Option<Timestamp>,
    pub(crate) dead: i64,
    pub(crate) last_code: Option<String>,
    pub(crate) alerted_at: Option<Timestamp>,
    pub(crate) lease_until: Timestamp,
    /// Rows that go to the log in the same transaction.
    pub(crate) logged: i64,
}

/// Stores progress, when this node still has the lease; the number of the last row of the log.
pub(crate) fn settle(
    tx: &Tx<'_>,
    target: TargetId,
    node: Uuid,
    progress: &Progress,
) -> Result<Option<i64>> {
    const SQL: &str = "UPDATE target_courses SET position = $4, attempts = $5, failures = $6, \
                       failing_since = $7, next_at = $8, delivered = delivered + $9, \
                       delivered_at = COALESCE($10, delivered_at), dead = dead + $11, \
                       last_code = $12, alerted_at = $13, lease_until = $14, logged = logged + $15 \
                       WHERE tenant_id = $1 AND target_id = $2 AND lease_node = $3 \
                       RETURNING logged";
    let course = &progress.course;
    let params = [
        tx.tenant().into(),
        id(target),
        node.into(),
        course.position.into(),
        course.attempts.into(),
        course.failures.into(),
        course.failing_since.into(),
        course.next_at.into(),
        progress.delivered.into(),
        progress.delivered_at.into(),
        progress.dead.into(),
        progress.last_code.as_deref().into(),
        progress.alerted_at.into(),
        progress.lease_until.into(),
        progress.logged.into(),
    ];
    tx.first(SQL, &params)?.map(|row| row.get(0)).transpose()
}

/// Ends every pause and forgets failures: somebody wants it tried now.
pub(crate) fn refresh(tx: &Tx<'_>, target: TargetId) -> Result<()> {
    const SQL: &str = "UPDATE target_courses SET attempts = 0, failures = 0, next_at = NULL, \
                       failing_since = NULL, last_code = NULL, alerted_at = NULL \
                       WHERE tenant_id = $1 AND target_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id(target)]).map(drop)
}

/// Asks for replays of dead letters.
pub(crate) fn ask(tx: &Tx<'_>, target: TargetId, positions: &[i64], at: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO target_replays (tenant_id, target_id, position, requested_at) \
                       VALUES ($1, $2, $3, $4) \
                       ON CONFLICT (tenant_id, target_id, position) DO NOTHING";
    let row = |position: &i64| -> Vec<Value<'static>> {
        vec![tx.tenant().into(), id(target), (*position).into(), at.into()]
    };
    let rows: Vec<_> = positions.iter().map(row).collect();
    tx.execute_many(SQL, &rows).map(drop)
}

/// The first positions that somebody wants replayed.
pub(crate) fn asked(tx: &Tx<'_>, target: TargetId, limit: i64) -> Result<Vec<i64>> {
    const SQL: &str = "SELECT position FROM target_replays WHERE tenant_id = $1 AND target_id = $2 \
                       ORDER BY position LIMIT $3";
    let params = [tx.tenant().into(), id(target), limit.into()];
    tx.all(SQL, &params)?.iter().map(|row| row.get(0)).collect()
}

/// The replay was tried.
pub(crate) fn answered(tx: &Tx<'_>, target: TargetId, positions: &[i64]) -> Result<()> {
    const SQL: &str =
        "DELETE FROM target_replays WHERE tenant_id = $1 AND target_id = $2 AND position = $3";
    let row = |position: &i64| -> Vec<Value<'static>> {
        vec![tx.tenant().into(), id(target), (*position).into()]
    };
    let rows: Vec<_> = positions.iter().map(row).collect();
    tx.execute_many(SQL, &rows).map(drop)
}

/// The place wants nothing any more.
pub(crate) fn set_gone(tx: &Tx<'_>, target: TargetId, at: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE targets SET state = 'gone', updated_at = $3 \
                       WHERE tenant_id = $1 AND id = $2 AND state = 'enabled'";
    tx.execute(SQL, &[tx.tenant().into(), id(target), at.into()]).map(drop)
}
