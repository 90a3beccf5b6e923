//! Rows of operations, of what environments held, and of what a tenant lets people make.

use db::{Error, Result, Row, Tx, Value};
use jiff::Timestamp;
use kernel::{EnvironmentId, UserId};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    capacity::{Capacity, Day},
    operation::{Operation, OperationKind, OperationState},
    policy::Policy,
};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, environment_id, kind, state, source_id, detail, done, total, code, \
             begun_by, begun_at, ended_at, place, failures, lease_until FROM environment_operations ",
            $rest
        )
    };
}

/// An operation that somebody works on.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) operation: Operation,
    /// How far it came.
    pub(crate) place: Json,
    pub(crate) failures: i64,
    pub(crate) lease_until: Option<Timestamp>,
}

pub(crate) fn insert(tx: &Tx<'_>, new: &Operation, place: &Json) -> Result<()> {
    const SQL: &str = "INSERT INTO environment_operations (tenant_id, id, environment_id, kind, \
                       state, source_id, detail, place, done, total, failures, code, begun_by, \
                       begun_at, ended_at, lease_until) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, $11, $12, $13, $14, NULL)";
    let params = [
        tx.tenant().into(),
        new.id.into(),
        new.environment.into(),
        new.kind.as_str().into(),
        new.state.as_str().into(),
        new.source.into(),
        Value::json(&new.detail),
        Value::json(place),
        new.done.into(),
        new.total.into(),
        new.code.as_deref().into(),
        new.begun_by.into(),
        new.begun_at.into(),
        new.ended_at.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

/// The operations of an environment, the newest first.
pub(crate) fn of_environment(
    tx: &Tx<'_>,
    environment: EnvironmentId,
    limit: i64,
) -> Result<Vec<Operation>> {
    const SQL: &str = select!(
        "WHERE tenant_id = $1 AND environment_id = $2 ORDER BY begun_at DESC, id DESC LIMIT $3"
    );
    let rows = tx.all(SQL, &[tx.tenant().into(), environment.into(), limit.into()])?;
    rows.iter().map(|row| Ok(read(row)?.operation)).collect()
}

pub(crate) fn lookup(tx: &Tx<'_>, id: Uuid) -> Result<Option<Held>> {
    const SQL: &str = select!("WHERE tenant_id = $1 AND id = $2");
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.as_ref().map(read).transpose()
}

/// What goes on, the oldest first.
pub(crate) fn running(tx: &Tx<'_>) -> Result<Vec<Held>> {
    const SQL: &str =
        select!("WHERE tenant_id = $1 AND state = 'running' ORDER BY begun_at, id LIMIT 200");
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(read).collect()
}

/// Whether something goes on with an environment, as what is changed or as what is copied.
pub(crate) fn is_running(tx: &Tx<'_>, environment: EnvironmentId) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM environment_operations WHERE tenant_id = $1 \
                       AND state = 'running' AND (environment_id = $2 OR source_id = $2) LIMIT 1";
    Ok(tx.first(SQL, &[tx.tenant().into(), environment.into()])?.is_some())
}

/// Takes an operation, or holds it on, until `until`; whether it still was as it was seen.
pub(crate) fn hold(
    tx: &Tx<'_>,
    (id, seen): (Uuid, Option<Timestamp>),
    until: Option<Timestamp>,
) -> Result<bool> {
    const SQL: &str = "UPDATE environment_operations SET lease_until = $4 \
                       WHERE tenant_id = $1 AND id = $2 AND state = 'running' AND lease_until = $3";
    const FRESH: &str = "UPDATE environment_operations SET lease_until = $3 \
                         WHERE tenant_id = $1 AND id = $2 AND state = 'running' \
                         AND lease_until IS NULL";
    let tenant = tx.tenant().into();
    let count = match seen {
        Some(seen) => tx.execute(SQL, &[tenant, id.into(), seen.into(), until.into()])?,
        None => tx.execute(FRESH, &[tenant, id.into(), until.into()])?,
    };
    Ok(count == 1)
}

/// Notes how far an operation came.
pub(crate) fn advance(
    tx: &Tx<'_>,
    id: Uuid,
    place: &Json,
    (done, total): (i64, i64),
) -> Result<()> {
    const SQL: &str = "UPDATE environment_operations SET place = $3, done = $4, total = $5, \
                       failures = 0 WHERE tenant_id = $1 AND id = $2";
    let params = [tx.tenant().into(), id.into(), Value::json(place), done.into(), total.into()];
    tx.execute(SQL, &params).map(drop)
}

/// Notes one more failure.
pub(crate) fn failed(tx: &Tx<'_>, id: Uuid, code: &str) -> Result<()> {
    const SQL: &str = "UPDATE environment_operations SET failures = failures + 1, code = $3 \
                       WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), code.into()]).map(drop)
}

/// Ends an operation.
pub(crate) fn end(
    tx: &Tx<'_>,
    id: Uuid,
    (state, code): (OperationState, Option<&str>),
    now: Timestamp,
) -> Result<()> {
    const SQL: &str = "UPDATE environment_operations SET state = $3, code = $4, ended_at = $5, \
                       lease_until = NULL, done = CASE WHEN $3 = 'succeeded' THEN total ELSE done END \
                       WHERE tenant_id = $1 AND id = $2";
    let params = [tx.tenant().into(), id.into(), state.as_str().into(), code.into(), now.into()];
    tx.execute(SQL, &params).map(drop)
}

/// Forgets what was done to an environment that is gone, and what it held.
pub(crate) fn forget(tx: &Tx<'_>, environment: EnvironmentId) -> Result<()> {
    const OPERATIONS: &str =
        "DELETE FROM environment_operations WHERE tenant_id = $1 AND environment_id = $2";
    const CAPACITY: &str =
        "DELETE FROM environment_capacity WHERE tenant_id = $1 AND environment_id = $2";
    let params = [tx.tenant().into(), environment.into()];
    tx.execute(OPERATIONS, &params)?;
    tx.execute(CAPACITY, &params).map(drop)
}

/// Forgets what was done before, but for the newest lines of each environment.
pub(crate) fn prune(tx: &Tx<'_>, environment: EnvironmentId, keep: i64) -> Result<u64> {
    const SQL: &str = "DELETE FROM environment_operations WHERE tenant_id = $1 \
                       AND environment_id = $2 AND state <> 'running' AND id NOT IN \
                       (SELECT id FROM environment_operations WHERE tenant_id = $1 \
                        AND environment_id = $2 ORDER BY begun_at DESC, id DESC LIMIT $3)";
    tx.execute(SQL, &[tx.tenant().into(), environment.into(), keep.into()])
}

fn read(row: &Row) -> Result<Held> {
    Ok(Held {
        operation: Operation {
            id: row.get(0)?,
            environment: row.id(1)?,
            kind: row.parsed(2, |word| word.parse::<OperationKind>().ok())?,
            state: row.parsed(3, |word| word.parse::<OperationState>().ok())?,
            source: row.maybe_id(4)?,
            detail: row.get(5)?,
            done: row.get(6)?,
            total: row.get(7)?,
            code: row.get(8)?,
            begun_by: row.maybe_id::<UserId>(9)?,
            begun_at: row.get(10)?,
            ended_at: row.get(11)?,
        },
        place: row.get(12)?,
        failures: row.get(13)?,
        lease_until: row.get(14)?,
    })
}

pub(crate) fn policy(tx: &Tx<'_>) -> Result<Policy> {
    const SQL: &str = "SELECT trials, others FROM environment_settings WHERE tenant_id = $1";
    let Some(row) = tx.first(SQL, &[tx.tenant().into()])? else { return Ok(Policy::default()) };
    Ok(Policy {
        trials: row.parsed(0, |word| word.parse().ok())?,
        others: row.parsed(1, |word| word.parse().ok())?,
    })
}

pub(crate) fn set_policy(tx: &Tx<'_>, policy: Policy) -> Result<()> {
    const SQL: &str = "INSERT INTO environment_settings (tenant_id, trials, others) \
                       VALUES ($1, $2, $3) ON CONFLICT (tenant_id) \
                       DO UPDATE SET trials = excluded.trials, others = excluded.others";
    let params = [tx.tenant().into(), policy.trials.as_str().into(), policy.others.as_str().into()];
    tx.execute(SQL, &params).map(drop)
}

/// Keeps what an environment holds on a day.
pub(crate) fn keep_capacity(
    tx: &Tx<'_>,
    environment: EnvironmentId,
    (day, position): (i64, i64),
    held: &Capacity,
) -> Result<()> {
    const SQL: &str = "INSERT INTO environment_capacity (tenant_id, environment_id, day, \
                       database_bytes, file_bytes, log_bytes, position, tables, measured_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
                       ON CONFLICT (tenant_id, environment_id, day) DO UPDATE SET \
                       database_bytes = excluded.database_bytes, file_bytes = excluded.file_bytes, \
                       log_bytes = excluded.log_bytes, position = excluded.position, \
                       tables = excluded.tables, measured_at = excluded.measured_at";
    let tables: Vec<Json> =
        held.tables.iter().map(|(name, bytes)| serde_json::json!([name, bytes])).collect();
    let params = [
        tx.tenant().into(),
        environment.into(),
        day.into(),
        held.database_bytes.into(),
        held.file_bytes.into(),
        held.log_bytes.into(),
        position.into(),
        Value::json(&Json::Array(tables)),
        held.measured_at.into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

/// What an environment held last, with the place of its last write then and the day.
pub(crate) fn capacity(
    tx: &Tx<'_>,
    environment: EnvironmentId,
) -> Result<Option<(Capacity, i64, i64)>> {
    const SQL: &str = "SELECT database_bytes, file_bytes, log_bytes, tables, measured_at, position, \
                       day FROM environment_capacity WHERE tenant_id = $1 AND environment_id = $2 \
                       ORDER BY day DESC LIMIT 1";
    let Some(row) = tx.first(SQL, &[tx.tenant().into(), environment.into()])? else {
        return Ok(None);
    };
    let Json::Array(tables) = row.get(3)? else {
        return Err(Error::Inconsistent { column: 3, expected: "an array" });
    };
    let table = |one: &Json| Some((one.get(0)?.as_str()?.to_owned(), one.get(1)?.as_i64()?));
    let held = Capacity {
        database_bytes: row.get(0)?,
        file_bytes: row.get(1)?,
        log_bytes: row.get(2)?,
        tables: tables.iter().filter_map(table).collect(),
        measured_at: row.get(4)?,
    };
    Ok(Some((held, row.get(5)?, row.get(6)?)))
}

/// What an environment held on its last days, the oldest first.
pub(crate) fn days(tx: &Tx<'_>, environment: EnvironmentId, limit: i64) -> Result<Vec<Day>> {
    const SQL: &str = "SELECT day, database_bytes, file_bytes, log_bytes FROM environment_capacity \
                       WHERE tenant_id = $1 AND environment_id = $2 ORDER BY day DESC LIMIT $3";
    let rows = tx.all(SQL, &[tx.tenant().into(), environment.into(), limit.into()])?;
    let read = |row: &Row| {
        Ok(Day {
            day: crate::capacity::date(row.get(0)?),
            database_bytes: row.get(1)?,
            file_bytes: row.get(2)?,
            log_bytes: row.get(3)?,
        })
    };
    let mut days = rows.iter().map(read).collect::<Result<Vec<_>>>()?;
    days.reverse();
    Ok(days)
}

pub(crate) fn prune_capacity(tx: &Tx<'_>, before: i64) -> Result<u64> {
    const SQL: &str = "DELETE FROM environment_capacity WHERE tenant_id = $1 AND day < $2";
    tx.execute(SQL, &[tx.tenant().into(), before.into()])
}
