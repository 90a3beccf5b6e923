//! Rows of triggers.

use db::{Error, Result, Row, Tx};
use jiff::Timestamp;
use kernel::{ApiConnectorId, ConnectionId, TriggerId};
use serde_json::{Map, Value as Json};

use crate::{
    model::Dependent,
    triggers::{Trigger, TriggerState, Watch},
};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, environment_id, connector_id, connection_id, version, operation, name, \
             kind, inputs, interval_seconds, state, reason, due_at, fired, fired_at, failures, \
             created_by, created_at FROM api_triggers ",
            $rest
        )
    };
}

pub(crate) fn lookup(tx: &Tx<'_>, id: TriggerId) -> Result<Option<Trigger>> {
    const SQL: &str = select!("WHERE tenant_id = $1 AND id = $2");
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.as_ref().map(read).transpose()
}

pub(crate) fn of_connector(tx: &Tx<'_>, connector: ApiConnectorId) -> Result<Vec<Trigger>> {
    const SQL: &str =
        select!("WHERE tenant_id = $1 AND connector_id = $2 ORDER BY created_at, id LIMIT 1000");
    tx.all(SQL, &[tx.tenant().into(), connector.into()])?.iter().map(read).collect()
}

/// Triggers that are watched with a connection.
pub(crate) fn of_connection(tx: &Tx<'_>, connection: ConnectionId) -> Result<Vec<Dependent>> {
    const SQL: &str = "SELECT id, name FROM api_triggers \
                       WHERE tenant_id = $1 AND connection_id = $2 ORDER BY created_at, id LIMIT 200";
    let read = |row: &Row| {
        Ok(Dependent { kind: "trigger".to_owned(), id: row.get(0)?, name: row.get(1)? })
    };
    tx.all(SQL, &[tx.tenant().into(), connection.into()])?.iter().map(read).collect()
}

/// Triggers that are to be polled, the one that waits longest first.
pub(crate) fn due(tx: &Tx<'_>, now: Timestamp, limit: i64) -> Result<Vec<Trigger>> {
    const SQL: &str = select!(
        "WHERE tenant_id = $1 AND due_at <= $2 AND state = 'active' ORDER BY due_at LIMIT $3"
    );
    tx.all(SQL, &[tx.tenant().into(), now.into(), limit.into()])?.iter().map(read).collect()
}

pub(crate) fn sealed(tx: &Tx<'_>, id: TriggerId) -> Result<Option<Vec<u8>>> {
    const SQL: &str = "SELECT sealed FROM api_triggers WHERE tenant_id = $1 AND id = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), id.into()])?;
    row.map_or(Ok(None), |mut row| row.take_bytes(0))
}

pub(crate) fn insert(tx: &Tx<'_>, new: &Trigger, sealed: &[u8]) -> Result<u64> {
    const SQL: &str = "INSERT INTO api_triggers (tenant_id, id, environment_id, connector_id, \
                       connection_id, version, operation, name, kind, inputs, interval_seconds, \
                       state, reason, sealed, due_at, fired, fired_at, failures, created_by, \
                       created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, \
                       $11, $12, NULL, $13, $14, 0, NULL, 0, $15, $16, $16)";
    let params = [
        tx.tenant().into(),
        new.id.into(),
        new.environment.into(),
        new.connector.into(),
        new.connection.into(),
        new.version.into(),
        (&new.operation).into(),
        (&new.name).into(),
        new.watch.as_str().into(),
        db::Value::json(&Json::Object(new.inputs.clone())),
        new.interval_seconds.into(),
        new.state.as_str().into(),
        sealed.into(),
        new.due_at.into(),
        new.created_by.into(),
        new.created_at.into(),
    ];
    tx.execute(SQL, &params)
}

/// Writes what a poll, a subscription or an event has changed.
pub(crate) fn update(tx: &Tx<'_>, changed: &Trigger, now: Timestamp) -> Result<u64> {
    const SQL: &str = "UPDATE api_triggers SET state = $3, reason = $4, due_at = $5, fired = $6, \
                       fired_at = $7, failures = $8, updated_at = $9, connection_id = $10 \
                       WHERE tenant_id = $1 AND id = $2";
    let params = [
        tx.tenant().into(),
        changed.id.into(),
        changed.state.as_str().into(),
        changed.reason.as_deref().into(),
        changed.due_at.into(),
        changed.fired.into(),
        changed.fired_at.into(),
        changed.failures.into(),
        now.into(),
        changed.connection.into(),
    ];
    tx.execute(SQL, &params)
}

/// Takes a trigger for a poll until `until`, unless another node has.
pub(crate) fn take(
    tx: &Tx<'_>,
    id: TriggerId,
    (seen, until): (Option<Timestamp>, Timestamp),
) -> Result<bool> {
    const SQL: &str = "UPDATE api_triggers SET due_at = $4 \
                       WHERE tenant_id = $1 AND id = $2 AND due_at = $3";
    Ok(tx.execute(SQL, &[tx.tenant().into(), id.into(), seen.into(), until.into()])? == 1)
}

pub(crate) fn set_sealed(tx: &Tx<'_>, id: TriggerId, sealed: &[u8]) -> Result<u64> {
    const SQL: &str = "UPDATE api_triggers SET sealed = $3 WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), sealed.into()])
}

/// Triggers that have found something, in any order.
pub(crate) fn fired(tx: &Tx<'_>) -> Result<Vec<TriggerId>> {
    const SQL: &str = "SELECT id FROM api_triggers WHERE tenant_id = $1 AND fired > 0";
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(|row| row.id(0)).collect()
}

pub(crate) fn delete(tx: &Tx<'_>, id: TriggerId) -> Result<u64> {
    const SQL: &str = "DELETE FROM api_triggers WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into()])
}

fn read(row: &Row) -> Result<Trigger> {
    let inputs: Map<String, Json> = match row.get(8)? {
        Json::Object(map) => map,
        _ => return Err(Error::Inconsistent { column: 8, expected: "an object" }),
    };
    Ok(Trigger {
        id: row.id(0)?,
        environment: row.id(1)?,
        connector: row.id(2)?,
        connection: row.maybe_id(3)?,
        version: row.get(4)?,
        operation: row.get(5)?,
        name: row.get(6)?,
        watch: row.parsed(7, Watch::read)?,
        inputs,
        interval_seconds: row.get(9)?,
        state: row.parsed(10, TriggerState::read)?,
        reason: row.get(11)?,
        due_at: row.get(12)?,
        fired: row.get(13)?,
        fired_at: row.get(14)?,
        failures: row.get(15)?,
        created_by: row.maybe_id(16)?,
        created_at: row.get(17)?,
    })
}
