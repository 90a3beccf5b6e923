//! Statements on imports.

use db::{Result, Row, Tx, Value};
use jiff::Timestamp;
use kernel::{EnvironmentId, UserId};
use uuid::Uuid;

use crate::{FileKind, Finding, Import, block::Block, limits::MAX_FINDINGS, model::State};

/// Notices with this topic say that there is something to do.
pub(crate) const CHANGED: &str = "transfer.changed";

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, environment_id, user_id, table_name, file_name, kind, state, heading, plan, \
             row_count, done, created, updated, skipped, failed, problem, created_at, started_at, \
             finished_at FROM transfer_imports ",
            $rest
        )
    };
}

fn read(row: &Row) -> Result<Import> {
    let count = |index| Ok::<_, db::Error>(u64::try_from(row.get::<i64>(index)?).unwrap_or(0));
    Ok(Import {
        id: row.get(0)?,
        environment: row.id(1)?,
        user: row.id(2)?,
        table: row.get(3)?,
        file: row.get(4)?,
        kind: row.parsed(5, FileKind::parse)?,
        state: row.parsed(6, State::parse)?,
        heading: document(row, 7)?,
        plan: document(row, 8)?,
        rows: count(9)?,
        done: count(10)?,
        created: count(11)?,
        updated: count(12)?,
        skipped: count(13)?,
        failed: count(14)?,
        problem: row.get(15)?,
        created_at: row.get(16)?,
        started_at: row.get(17)?,
        finished_at: row.get(18)?,
    })
}

/// A document of a column, which one engine gives as text and the other as what it is.
fn document<T: serde::de::DeserializeOwned>(row: &Row, column: usize) -> Result<T> {
    let value: serde_json::Value = row.get(column)?;
    let wrong = |_source| db::Error::Inconsistent { column, expected: "a document of ours" };
    serde_json::from_value(value).map_err(wrong)
}

fn json(value: &impl serde::Serialize) -> Value<'static> {
    Value::Json(serde_json::to_string(value).unwrap_or_default().into())
}

fn int(number: u64) -> Value<'static> {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}

pub(crate) fn insert(tx: &Tx<'_>, import: &Import) -> Result<()> {
    const SQL: &str = "INSERT INTO transfer_imports (tenant_id, id, environment_id, user_id, \
                       table_name, file_name, kind, state, heading, plan, row_count, done, created, \
                       updated, skipped, failed, created_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, 0, 0, 0, 0, $11)";
    tx.execute(
        SQL,
        &[
            tx.tenant().into(),
            import.id.into(),
            import.environment.into(),
            import.user.into(),
            import.table.as_str().into(),
            import.file.as_str().into(),
            import.kind.as_str().into(),
            import.state.as_str().into(),
            json(&import.heading),
            json(&import.plan),
            import.created_at.into(),
        ],
    )?;
    Ok(())
}

/// The file is whole.
pub(crate) fn uploaded(tx: &Tx<'_>, import: &Import) -> Result<()> {
    const SQL: &str = "UPDATE transfer_imports SET kind = $3, state = 'ready', heading = $4, \
                       plan = $5, row_count = $6 \
                       WHERE tenant_id = $1 AND id = $2 AND state = 'uploading'";
    tx.execute(
        SQL,
        &[
            tx.tenant().into(),
            import.id.into(),
            import.kind.as_str().into(),
            json(&import.heading),
            json(&import.plan),
            int(import.rows),
        ],
    )?;
    Ok(())
}

pub(crate) fn put_block(tx: &Tx<'_>, import: Uuid, block: &Block) -> Result<()> {
    const HELD: &str = "UPDATE transfer_imports SET held_bytes = held_bytes + $3, \
                        row_count = row_count + $4 WHERE tenant_id = $1 AND id = $2";
    const SQL: &str = "INSERT INTO transfer_blocks (tenant_id, import_id, first_row, row_count, \
                       content) VALUES ($1, $2, $3, $4, $5)";
    tx.execute(
        SQL,
        &[
            tx.tenant().into(),
            import.into(),
            int(block.first),
            int(block.rows),
            block.bytes.as_slice().into(),
        ],
    )?;
    let bytes = u64::try_from(block.bytes.len()).unwrap_or(u64::MAX);
    tx.execute(HELD, &[tx.tenant().into(), import.into(), int(bytes), int(block.rows)])?;
    Ok(())
}

/// What a person's imports that are not done hold: how many there are, their rows, their bytes.
pub(crate) fn held(tx: &Tx<'_>, user: UserId) -> Result<(u64, u64, u64)> {
    const SQL: &str = "SELECT COUNT(*), CAST(COALESCE(SUM(row_count), 0) AS BIGINT), \
                       CAST(COALESCE(SUM(held_bytes), 0) AS BIGINT) FROM transfer_imports \
                       WHERE tenant_id = $1 AND user_id = $2 \
                       AND state NOT IN ('done', 'undoing', 'undone')";
    let Some(row) = tx.first(SQL, &[tx.tenant().into(), user.into()])? else {
        return Ok((0, 0, 0));
    };
    let count = |at| Ok::<_, db::Error>(u64::try_from(row.get::<i64>(at)?).unwrap_or_default());
    Ok((count(0)?, count(1)?, count(2)?))
}

/// The first block from a row on.
pub(crate) fn block(tx: &Tx<'_>, import: Uuid, from: u64) -> Result<Option<Block>> {
    const SQL: &str = "SELECT first_row, row_count, content FROM transfer_blocks \
                       WHERE tenant_id = $1 AND import_id = $2 AND first_row >= $3 \
                       ORDER BY first_row LIMIT 1";
    let row = tx.first(SQL, &[tx.tenant().into(), import.into(), int(from)])?;
    let Some(mut row) = row else { return Ok(None) };
    Ok(Some(Block {
        first: u64::try_from(row.get::<i64>(0)?).unwrap_or_default(),
        rows: u64::try_from(row.get::<i64>(1)?).unwrap_or_default(),
        bytes: row.take_bytes(2)?.unwrap_or_default(),
    }))
}

pub(crate) fn lookup(tx: &Tx<'_>, id: Uuid) -> Result<Option<Import>> {
    const SQL: &str = select!("WHERE tenant_id = $1 AND id = $2");
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.as_ref().map(read).transpose()
}

/// The latest imports of an environment, of everybody or of one person.
pub(crate) fn list(
    tx: &Tx<'_>,
    environment: EnvironmentId,
    (user, before): (Option<UserId>, Option<(Timestamp, Uuid)>),
    most: i64,
) -> Result<Vec<Import>> {
    const SQL: &str = select!(
        "WHERE tenant_id = $1 AND environment_id = $2 AND state <> 'uploading' \
         AND ($3 OR user_id = $4) AND (created_at < $5 OR (created_at = $5 AND id < $6)) \
         ORDER BY created_at DESC, id DESC LIMIT $7"
    );
    let (at, id) = before.unwrap_or((Timestamp::MAX, Uuid::max()));
    let at = if at == Timestamp::MAX { far() } else { at };
    let params = [
        tx.tenant().into(),
        environment.into(),
        user.is_none().into(),
        user.map_or(Uuid::nil(), UserId::uuid).into(),
        at.into(),
        id.into(),
        most.into(),
    ];
    tx.all(SQL, &params)?.iter().map(read).collect()
}

/// Later than anything that is stored.
fn far() -> Timestamp {
    Timestamp::from_second(32_503_680_000).unwrap_or(Timestamp::MAX)
}

/// What there is to do.
pub(crate) fn busy(tx: &Tx<'_>) -> Result<Vec<Uuid>> {
    const SQL: &str = "SELECT id FROM transfer_imports WHERE tenant_id = $1 \
                       AND state IN ('checking', 'running', 'undoing') LIMIT 1000";
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(|row| row.get(0)).collect()
}

/// Takes an import for a node; false when another one has it.
pub(crate) fn take(
    tx: &Tx<'_>,
    id: Uuid,
    (node, now, until): (Uuid, Timestamp, Timestamp),
) -> Result<bool> {
    const SQL: &str = "UPDATE transfer_imports SET lease_node = $3, lease_until = $5 \
                       WHERE tenant_id = $1 AND id = $2 \
                       AND (lease_node IS NULL OR lease_node = $3 OR lease_until < $4)";
    let params = [tx.tenant().into(), id.into(), node.into(), now.into(), until.into()];
    Ok(tx.execute(SQL, &params)? > 0)
}

/// Gives an import back.
pub(crate) fn release(tx: &Tx<'_>, id: Uuid, node: Uuid) -> Result<()> {
    const SQL: &str = "UPDATE transfer_imports SET lease_node = NULL, lease_until = NULL \
                       WHERE tenant_id = $1 AND id = $2 AND lease_node = $3";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), node.into()])?;
    Ok(())
}

/// A new plan.
pub(crate) fn set_plan(tx: &Tx<'_>, id: Uuid, plan: &crate::Plan) -> Result<()> {
    const SQL: &str = "UPDATE transfer_imports SET plan = $3, state = 'ready' \
                       WHERE tenant_id = $1 AND id = $2 AND state IN ('ready', 'checked')";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), json(plan)])?;
    Ok(())
}

/// Begins to check, to run from the first row, or to undo; false when it is in another state by now.
pub(crate) fn begin(
    tx: &Tx<'_>,
    id: Uuid,
    (from, to): (State, State),
    now: Timestamp,
) -> Result<bool> {
    const SQL: &str = "UPDATE transfer_imports SET state = $3, done = 0, started_at = $4, \
                       finished_at = NULL, problem = NULL, lease_node = NULL, lease_until = NULL \
                       WHERE tenant_id = $1 AND id = $2 AND state = $5";
    let params =
        [tx.tenant().into(), id.into(), to.as_str().into(), now.into(), from.as_str().into()];
    let begun = tx.execute(SQL, &params)? > 0;
    if begun {
        tx.notify(CHANGED, id, 0);
    }
    Ok(begun)
}

/// Nothing is counted and nothing found yet.
pub(crate) fn count_anew(tx: &Tx<'_>, id: Uuid) -> Result<()> {
    const COUNTS: &str = "UPDATE transfer_imports SET done = 0, created = 0, updated = 0, \
                          skipped = 0, failed = 0 WHERE tenant_id = $1 AND id = $2";
    const FINDINGS: &str = "DELETE FROM transfer_findings WHERE tenant_id = $1 AND import_id = $2";
    for sql in [COUNTS, FINDINGS] {
        tx.execute(sql, &[tx.tenant().into(), id.into()])?;
    }
    Ok(())
}

/// Goes from one state to another; false when it is in another one by now.
pub(crate) fn go(
    tx: &Tx<'_>,
    id: Uuid,
    (from, to): (State, State),
    (now, problem): (Timestamp, Option<&str>),
) -> Result<bool> {
    const SQL: &str = "UPDATE transfer_imports SET state = $4, finished_at = $5, problem = $6, \
                       lease_node = NULL, lease_until = NULL \
                       WHERE tenant_id = $1 AND id = $2 AND state = $3";
    let params = [
        tx.tenant().into(),
        id.into(),
        from.as_str().into(),
        to.as_str().into(),
        now.into(),
        problem.map_or(Value::Null, Into::into),
    ];
    let gone = tx.execute(SQL, &params)? > 0;
    if gone {
        tx.notify(CHANGED, id, 0);
    }
    Ok(gone)
}

/// What a step did.
#[derive(Debug, Clone, Default)]
pub(crate) struct Step {
    pub(crate) first: u64,
    pub(crate) rows: u64,
    pub(crate) created: u64,
    pub(crate) updated: u64,
    pub(crate) skipped: u64,
    pub(crate) failed: u64,
    pub(crate) made: Vec<Uuid>,
    pub(crate) findings: Vec<Finding>,
}

/// Adds a step to an import that runs so on this node; false when it does not, and then nothing may stay.
pub(crate) fn advance(
    tx: &Tx<'_>,
    id: Uuid,
    (state, node, until): (State, Uuid, Timestamp),
    step: &Step,
) -> Result<bool> {
    const COUNTS: &str = "UPDATE transfer_imports SET done = done + $5, created = created + $6, \
                          updated = updated + $7, skipped = skipped + $8, failed = failed + $9, \
                          lease_until = $10 WHERE tenant_id = $1 AND id = $2 AND state = $3 \
                          AND lease_node = $4";
    const SLICE: &str = "INSERT INTO transfer_slices (tenant_id, import_id, first_row, made) \
                         VALUES ($1, $2, $3, $4)";
    let params = [
        tx.tenant().into(),
        id.into(),
        state.as_str().into(),
        node.into(),
        int(step.rows),
        int(step.created),
        int(step.updated),
        int(step.skipped),
        int(step.failed),
        until.into(),
    ];
    if tx.execute(COUNTS, &params)? == 0 {
        return Ok(false);
    }
    if state == State::Running {
        let made: Vec<u8> = step.made.iter().flat_map(|id| *id.as_bytes()).collect();
        let params = [tx.tenant().into(), id.into(), int(step.first), Value::Bytes(made.into())];
        tx.execute(SLICE, &params)?;
    }
    find(tx, id, &step.findings)?;
    Ok(true)
}

/// Keeps findings, as far as there are not too many.
fn find(tx: &Tx<'_>, id: Uuid, findings: &[Finding]) -> Result<()> {
    const COUNT: &str = "SELECT COUNT(*) FROM (SELECT 1 AS one FROM transfer_findings \
                         WHERE tenant_id = $1 AND import_id = $2 LIMIT $3) found";
    const SQL: &str = "INSERT INTO transfer_findings (tenant_id, import_id, row_number, \
                       column_name, code, detail) VALUES ($1, $2, $3, $4, $5, $6) \
                       ON CONFLICT DO NOTHING";
    if findings.is_empty() {
        return Ok(());
    }
    let row = tx.first(COUNT, &[tx.tenant().into(), id.into(), int(MAX_FINDINGS)])?;
    let known = row.map_or(Ok(0), |row| row.get::<i64>(0))?;
    let left = MAX_FINDINGS.saturating_sub(u64::try_from(known).unwrap_or_default());
    let left = usize::try_from(left).unwrap_or_default();
    let rows: Vec<Vec<Value<'_>>> = findings
        .iter()
        .take(left)
        .map(|finding| {
            vec![
                tx.tenant().into(),
                id.into(),
                int(finding.row),
                finding.column.as_str().into(),
                finding.code.as_str().into(),
                finding.detail.as_str().into(),
            ]
        })
        .collect();
    if !rows.is_empty() {
        tx.execute_many(SQL, &rows)?;
    }
    Ok(())
}

/// Findings behind a place, in the order of their rows.
pub(crate) fn findings(
    tx: &Tx<'_>,
    id: Uuid,
    (row, column): (u64, &str),
    most: u64,
) -> Result<Vec<Finding>> {
    const SQL: &str = "SELECT row_number, column_name, code, detail FROM transfer_findings \
                       WHERE tenant_id = $1 AND import_id = $2 \
                       AND (row_number > $3 OR (row_number = $3 AND column_name > $4)) \
                       ORDER BY row_number, column_name LIMIT $5";
    let params = [tx.tenant().into(), id.into(), int(row), column.into(), int(most)];
    let finding = |row: &Row| {
        Ok(Finding {
            row: u64::try_from(row.get::<i64>(0)?).unwrap_or_default(),
            column: row.get(1)?,
            code: row.get(2)?,
            detail: row.get(3)?,
        })
    };
    tx.all(SQL, &params)?.iter().map(finding).collect()
}

/// The steps that were taken among those from a row on.
pub(crate) fn taken(tx: &Tx<'_>, id: Uuid, (from, to): (u64, u64)) -> Result<Vec<u64>> {
    const SQL: &str = "SELECT first_row FROM transfer_slices WHERE tenant_id = $1 \
                       AND import_id = $2 AND first_row >= $3 AND first_row < $4 \
                       ORDER BY first_row LIMIT 10000";
    let params = [tx.tenant().into(), id.into(), int(from), int(to)];
    let rows = tx.all(SQL, &params)?;
    rows.iter().map(|row| Ok(u64::try_from(row.get::<i64>(0)?).unwrap_or_default())).collect()
}

/// The last step that was taken, and the rows that it made.
pub(crate) fn last_step(tx: &Tx<'_>, id: Uuid) -> Result<Option<(u64, Vec<Uuid>)>> {
    const SQL: &str = "SELECT first_row, made FROM transfer_slices WHERE tenant_id = $1 \
                       AND import_id = $2 ORDER BY first_row DESC LIMIT 1";
    let row = tx.first(SQL, &[tx.tenant().into(), id.into()])?;
    let Some(mut row) = row else { return Ok(None) };
    let first = u64::try_from(row.get::<i64>(0)?).unwrap_or_default();
    let made = row.take_bytes(1)?.unwrap_or_default();
    let made = made.chunks_exact(16).filter_map(|id| Uuid::from_slice(id).ok()).collect();
    Ok(Some((first, made)))
}

fn forget_step(tx: &Tx<'_>, id: Uuid, first: u64) -> Result<bool> {
    const SQL: &str = "DELETE FROM transfer_slices WHERE tenant_id = $1 AND import_id = $2 \
                       AND first_row = $3";
    Ok(tx.execute(SQL, &[tx.tenant().into(), id.into(), int(first)])? > 0)
}

/// Forgets some of what belongs to an import; false when nothing is left.
pub(crate) fn shrink(tx: &Tx<'_>, id: Uuid, with_all: bool) -> Result<bool> {
    const BLOCKS: &str = "DELETE FROM transfer_blocks WHERE tenant_id = $1 AND import_id = $2 \
                          AND first_row IN (SELECT first_row FROM transfer_blocks \
                          WHERE tenant_id = $1 AND import_id = $2 ORDER BY first_row LIMIT 8)";
    const SLICES: &str = "DELETE FROM transfer_slices WHERE tenant_id = $1 AND import_id = $2 \
                          AND first_row IN (SELECT first_row FROM transfer_slices \
                          WHERE tenant_id = $1 AND import_id = $2 ORDER BY first_row LIMIT 200)";
    const FINDINGS: &str = "DELETE FROM transfer_findings WHERE tenant_id = $1 AND import_id = $2 \
                            AND row_number IN (SELECT row_number FROM transfer_findings \
                            WHERE tenant_id = $1 AND import_id = $2 ORDER BY row_number LIMIT 200)";
    const IMPORT: &str = "DELETE FROM transfer_imports WHERE tenant_id = $1 AND id = $2";
    let params = [tx.tenant().into(), id.into()];
    if tx.execute(BLOCKS, &params)? > 0 {
        return Ok(true);
    }
    if !with_all {
        return Ok(false);
    }
    if tx.execute(SLICES, &params)? > 0 || tx.execute(FINDINGS, &params)? > 0 {
        return Ok(true);
    }
    tx.execute(IMPORT, &params)?;
    Ok(false)
}

/// Imports that nobody looks at any more.
pub(crate) fn old(tx: &Tx<'_>, (before, unfinished): (Timestamp, Timestamp)) -> Result<Vec<Uuid>> {
    const SQL: &str = "SELECT id FROM transfer_imports WHERE tenant_id = $1 AND (created_at < $2 \
                       OR (state = 'uploading' AND created_at < $3)) \
                       AND state NOT IN ('checking', 'running', 'undoing') LIMIT 100";
    let rows = tx.all(SQL, &[tx.tenant().into(), before.into(), unfinished.into()])?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// How far an import that goes on had come.
pub(crate) fn set_done(tx: &Tx<'_>, id: Uuid, done: u64) -> Result<()> {
    const SQL: &str = "UPDATE transfer_imports SET done = $3 WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), int(done)])?;
    Ok(())
}

/// Adds a step back to an import that is undone on this node; false when it is not any more.
pub(crate) fn undone(
    tx: &Tx<'_>,
    id: Uuid,
    (node, until): (Uuid, Timestamp),
    step: &Step,
) -> Result<bool> {
    const SQL: &str = "UPDATE transfer_imports SET done = done + $4, lease_until = $5 \
                       WHERE tenant_id = $1 AND id = $2 AND lease_node = $3 AND state = 'undoing'";
    let params = [tx.tenant().into(), id.into(), node.into(), int(step.rows), until.into()];
    if tx.execute(SQL, &params)? == 0 {
        return Ok(false);
    }
    find(tx, id, &step.findings)?;
    forget_step(tx, id, step.first)
}
