//! Statements on the log of attempts.

use db::{Result, Row, Tx, Value};
use jiff::Timestamp;
use kernel::TargetId;

use super::id;
use crate::{Attempt, AttemptOutcome};

/// Writes rows whose last one gets the number `last`.
pub(crate) fn insert(tx: &Tx<'_>, target: TargetId, last: i64, rows: &[Attempt]) -> Result<()> {
    const SQL: &str = "INSERT INTO target_attempts (tenant_id, target_id, number, at, outcome, \
                       from_position, to_position, messages, attempt, duration_us, status, code, \
                       detail, retry_at, request, answer) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    let first = last - i64::try_from(rows.len()).unwrap_or(0) + 1;
    let values: Vec<Vec<Value<'_>>> = rows
        .iter()
        .zip(first..)
        .map(|(row, number)| {
            vec![
                tx.tenant().into(),
                id(target),
                number.into(),
                row.at.into(),
                row.outcome.as_str().into(),
                row.from_position.into(),
                row.to_position.into(),
                row.messages.into(),
                row.attempt.into(),
                row.duration_us.into(),
                row.status.into(),
                row.code.as_deref().into(),
                row.detail.as_deref().into(),
                row.retry_at.into(),
                (&row.request).into(),
                (&row.answer).into(),
            ]
        })
        .collect();
    tx.execute_many(SQL, &values).map(drop)
}

/// Draws the number of one more row outside a turn.
pub(crate) fn draw(tx: &Tx<'_>, target: TargetId) -> Result<Option<i64>> {
    const SQL: &str = "UPDATE target_courses SET logged = logged + 1 \
                       WHERE tenant_id = $1 AND target_id = $2 RETURNING logged";
    tx.first(SQL, &[tx.tenant().into(), id(target)])?.map(|row| row.get(0)).transpose()
}

/// Forgets rows up to a number.
pub(crate) fn cut(tx: &Tx<'_>, target: TargetId, through: i64) -> Result<u64> {
    const SQL: &str =
        "DELETE FROM target_attempts WHERE tenant_id = $1 AND target_id = $2 AND number <= $3";
    tx.execute(SQL, &[tx.tenant().into(), id(target), through.into()])
}

/// Forgets rows from before an instant, at most `limit`; how many went.
pub(crate) fn prune(tx: &Tx<'_>, before: Timestamp, limit: u32) -> Result<u64> {
    const FIND: &str = "SELECT target_id, number FROM target_attempts \
                        WHERE tenant_id = $1 AND at < $2 ORDER BY at LIMIT $3";
    const DELETE: &str =
        "DELETE FROM target_attempts WHERE tenant_id = $1 AND target_id = $2 AND number = $3";
    let old = tx.all(FIND, &[tx.tenant().into(), before.into(), limit.into()])?;
    let mut rows = Vec::with_capacity(old.len());
    for row in &old {
        let target: TargetId = row.id(0)?;
        rows.push(vec![tx.tenant().into(), id(target), row.get::<i64>(1)?.into()]);
    }
    tx.execute_many(DELETE, &rows)
}

/// Rows below a number, newest first.
pub(crate) fn page(
    tx: &Tx<'_>,
    target: TargetId,
    outcome: Option<AttemptOutcome>,
    (before, limit): (i64, i64),
) -> Result<Vec<Attempt>> {
    const SQL: &str = "SELECT number, at, outcome, from_position, to_position, messages, attempt, \
                       duration_us, status, code, detail, retry_at, request, answer \
                       FROM target_attempts WHERE tenant_id = $1 AND target_id = $2 AND number < $3 \
                       AND ($4 = '' OR outcome = $4) ORDER BY number DESC LIMIT $5";
    let params = [
        tx.tenant().into(),
        id(target),
        before.into(),
        outcome.map_or("", AttemptOutcome::as_str).into(),
        limit.into(),
    ];
    tx.all(SQL, &params)?.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Attempt> {
    Ok(Attempt {
        number: row.get(0)?,
        at: row.get(1)?,
        outcome: row.parsed(2, AttemptOutcome::parse)?,
        from_position: row.get(3)?,
        to_position: row.get(4)?,
        messages: row.get(5)?,
        attempt: row.get(6)?,
        duration_us: row.get(7)?,
        status: row.get(8)?,
        code: row.get(9)?,
        detail: row.get(10)?,
        retry_at: row.get(11)?,
        request: row.get(12)?,
        answer: row.get(13)?,
    })
}
