//! Rows of connections and of sign-ins under way.

use db::{Error, Result, Row, Tx};
use jiff::Timestamp;
use kernel::{ApiConnectorId, ConnectionAttemptId, ConnectionId, UserId};
use serde_json::{Map, Value as Json};

use uuid::Uuid;

use crate::{
    connection::{Connection, State},
    connections::{ConnectionFilter, FoundConnection, Whose},
    policies::Held,
};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, environment_id, connector_id, name, owner_id, shared, parameter_set, \
             parameters, secret_names, silent, state, reason, expires_at, tested_at, changes, \
             created_at, updated_at FROM api_connections ",
            $rest
        )
    };
}

pub(crate) fn lookup(tx: &Tx<'_>, id: ConnectionId) -> Result<Option<Connection>> {
    const SQL: &str = select!("WHERE tenant_id = $1 AND id = $2");
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.as_ref().map(read).transpose()
}

/// A connection with its sealed values.
pub(crate) fn opened(
    tx: &Tx<'_>,
    id: ConnectionId,
) -> Result<Option<(Connection, Option<Vec<u8>>)>> {
    const SQL: &str = "SELECT sealed FROM api_connections WHERE tenant_id = $1 AND id = $2";
    let Some(connection) = lookup(tx, id)? else { return Ok(None) };
    let row = tx.first(SQL, &[tx.tenant().into(), id.into()])?;
    let sealed = row.map_or(Ok(None), |mut row| row.take_bytes(0))?;
    Ok(Some((connection, sealed)))
}

/// The connections of a connector that a person may use, their own first; every one without a person.
pub(crate) fn usable(
    tx: &Tx<'_>,
    connector: ApiConnectorId,
    person: Option<UserId>,
) -> Result<Vec<Connection>> {
    const SQL: &str = select!(
        "WHERE tenant_id = $1 AND connector_id = $2 AND (owner_id = $3 OR shared = $4) \
         ORDER BY CASE WHEN owner_id = $3 THEN 0 ELSE 1 END, \
         CASE WHEN state = 'connected' THEN 0 ELSE 1 END, created_at, id LIMIT 1000"
    );
    let params = [tx.tenant().into(), connector.into(), person.into(), true.into()];
    tx.all(SQL, &params)?.iter().map(read).collect()
}

/// Every connection of a connector; for its makers.
pub(crate) fn of_connector(tx: &Tx<'_>, connector: ApiConnectorId) -> Result<Vec<Connection>> {
    const SQL: &str =
        select!("WHERE tenant_id = $1 AND connector_id = $2 ORDER BY created_at, id LIMIT 10000");
    tx.all(SQL, &[tx.tenant().into(), connector.into()])?.iter().map(read).collect()
}

/// The first connections of a connector that still hold something, for a dry run of a policy.
pub(crate) fn held(tx: &Tx<'_>, connector: ApiConnectorId) -> Result<Vec<Held>> {
    const SQL: &str = "SELECT id, name, owner_id, shared FROM api_connections \
                       WHERE tenant_id = $1 AND connector_id = $2 AND state <> $3 \
                       ORDER BY created_at, id LIMIT 200";
    let read = |row: &Row| {
        let (name, owner) = (row.get(1)?, row.maybe_id(2)?);
        Ok(Held { id: row.id(0)?, name, owner, shared: row.get(3)? })
    };
    let params = [tx.tenant().into(), connector.into(), State::Revoked.as_str().into()];
    tx.all(SQL, &params)?.iter().map(read).collect()
}

/// Connections of a person, over all connectors.
pub(crate) fn of_person(tx: &Tx<'_>, person: UserId) -> Result<Vec<Connection>> {
    const SQL: &str =
        select!("WHERE tenant_id = $1 AND owner_id = $2 ORDER BY created_at, id LIMIT 1000");
    tx.all(SQL, &[tx.tenant().into(), person.into()])?.iter().map(read).collect()
}

/// Connections over all connectors, the newest first.
pub(crate) fn find(
    tx: &Tx<'_>,
    filter: &ConnectionFilter,
    (person, before): (Option<UserId>, Option<ConnectionId>),
    limit: i64,
) -> Result<Vec<FoundConnection>> {
    const SQL: &str = "SELECT a.id, a.environment_id, a.connector_id, a.name, a.owner_id, a.shared, \
                       a.parameter_set, a.parameters, a.secret_names, a.silent, a.state, a.reason, \
                       a.expires_at, a.tested_at, a.changes, a.created_at, a.updated_at, c.name \
                       FROM api_connections a JOIN api_connectors c \
                       ON c.tenant_id = a.tenant_id AND c.id = a.connector_id \
                       WHERE a.tenant_id = $1 AND (a.owner_id = $2 OR $2 = $3) \
                       AND (a.shared = $4 OR CAST($5 AS BIGINT) = 0) AND (a.state = $6 OR $6 = '') \
                       AND (a.connector_id = $7 OR $7 = $3) \
                       AND ($8 = '' OR fold(a.name) LIKE $8 ESCAPE '!' \
                            OR c.name_fold LIKE $8 ESCAPE '!') \
                       AND a.id < $9 ORDER BY a.id DESC LIMIT $10";
    let nil = Uuid::nil();
    let params = [
        tx.tenant().into(),
        person.map_or(nil, UserId::uuid).into(),
        nil.into(),
        true.into(),
        i64::from(filter.whose == Whose::Shared).into(),
        filter.state.map_or("", State::as_str).into(),
        filter.connector.map_or(nil, ApiConnectorId::uuid).into(),
        pattern(&filter.text).into(),
        before.map_or(Uuid::max(), ConnectionId::uuid).into(),
        limit.into(),
    ];
    let listed =
        |row: &Row| Ok(FoundConnection { connection: read(row)?, connector_name: row.get(17)? });
    tx.all(SQL, &params)?.iter().map(listed).collect()
}

/// A pattern for LIKE that fits texts with `text` in them, with `!` as its escape; nothing for nothing.
fn pattern(text: &str) -> String {
    let folded = super::fold(text);
    if folded.is_empty() {
        return folded;
    }
    let mut pattern = String::from("%");
    for c in folded.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}

/// The connection of a sign-in under way that a person began.
pub(crate) fn attempted(
    tx: &Tx<'_>,
    state_hash: &[u8; 32],
    user: UserId,
) -> Result<Option<ConnectionId>> {
    const SQL: &str = "SELECT connection_id FROM api_connection_attempts \
                       WHERE tenant_id = $1 AND state_hash = $2 AND user_id = $3";
    let params = [tx.tenant().into(), state_hash.into(), user.into()];
    tx.first(SQL, &params)?.map(|row| row.id(0)).transpose()
}

/// Connections that are broken or end before `until`, of one person or of all.
pub(crate) fn ailing(
    tx: &Tx<'_>,
    until: Timestamp,
    (person, all): (Option<UserId>, bool),
) -> Result<Vec<Connection>> {
    const SQL: &str = select!(
        "WHERE tenant_id = $1 AND (state = 'broken' OR expires_at < $2) AND state <> 'revoked' \
         AND (owner_id = $3 OR CAST($4 AS BIGINT) = 1) ORDER BY expires_at, id LIMIT 500"
    );
    let params = [tx.tenant().into(), until.into(), person.into(), i64::from(all).into()];
    tx.all(SQL, &params)?.iter().map(read).collect()
}

pub(crate) fn count(tx: &Tx<'_>, connector: ApiConnectorId) -> Result<i64> {
    const SQL: &str =
        "SELECT COUNT(*) FROM api_connections WHERE tenant_id = $1 AND connector_id = $2";
    tx.first(SQL, &[tx.tenant().into(), connector.into()])?.map_or(Ok(0), |row| row.get(0))
}

pub(crate) fn insert(tx: &Tx<'_>, new: &Connection, sealed: Option<&[u8]>) -> Result<u64> {
    const SQL: &str = "INSERT INTO api_connections (tenant_id, id, environment_id, connector_id, \
                       name, owner_id, shared, parameter_set, parameters, secret_names, sealed, \
                       silent, state, reason, expires_at, tested_at, changes, created_at, updated_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
                       $16, $17, $18, $18)";
    let names = Json::from(new.secret_names.clone());
    let params = [
        tx.tenant().into(),
        new.id.into(),
        new.environment.into(),
        new.connector.into(),
        (&new.name).into(),
        new.owner.into(),
        new.shared.into(),
        new.parameter_set.as_deref().into(),
        db::Value::json(&Json::Object(new.parameters.clone())),
        db::Value::json(&names),
        sealed.into(),
        new.silent.into(),
        new.state.as_str().into(),
        new.reason.as_deref().into(),
        new.expires_at.into(),
        new.tested_at.into(),
        new.changes.into(),
        new.created_at.into(),
    ];
    tx.execute(SQL, &params)
}

/// Writes everything that may change, if nobody else has since `changed.changes` was read; the number rises.
pub(crate) fn update(tx: &Tx<'_>, changed: &Connection) -> Result<bool> {
    const SQL: &str = "UPDATE api_connections SET name = $3, shared = $4, parameter_set = $5, \
                       parameters = $6, secret_names = $7, state = $8, reason = $9, \
                       expires_at = $10, tested_at = $11, updated_at = $12, changes = changes + 1 \
                       WHERE tenant_id = $1 AND id = $2 AND changes = $13";
    let names = Json::from(changed.secret_names.clone());
    let params = [
        tx.tenant().into(),
        changed.id.into(),
        (&changed.name).into(),
        changed.shared.into(),
        changed.parameter_set.as_deref().into(),
        db::Value::json(&Json::Object(changed.parameters.clone())),
        db::Value::json(&names),
        changed.state.as_str().into(),
        changed.reason.as_deref().into(),
        changed.expires_at.into(),
        changed.tested_at.into(),
        changed.updated_at.into(),
        changed.changes.into(),
    ];
    Ok(tx.execute(SQL, &params)? == 1)
}

pub(crate) fn set_sealed(tx: &Tx<'_>, id: ConnectionId, sealed: Option<&[u8]>) -> Result<u64> {
    const SQL: &str = "UPDATE api_connections SET sealed = $3 WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), sealed.into()])
}

pub(crate) fn delete(tx: &Tx<'_>, id: ConnectionId) -> Result<u64> {
    const ATTEMPTS: &str =
        "DELETE FROM api_connection_attempts WHERE tenant_id = $1 AND connection_id = $2";
    const SQL: &str = "DELETE FROM api_connections WHERE tenant_id = $1 AND id = $2";
    tx.execute(ATTEMPTS, &[tx.tenant().into(), id.into()])?;
    tx.execute(SQL, &[tx.tenant().into(), id.into()])
}

/// A sign-in under way.
#[derive(Debug, Clone)]
pub(crate) struct AttemptRow {
    pub(crate) id: ConnectionAttemptId,
    pub(crate) connection: ConnectionId,
    pub(crate) user: UserId,
    pub(crate) state_hash: [u8; 32],
    pub(crate) sealed: Vec<u8>,
    pub(crate) created_at: Timestamp,
    pub(crate) expires_at: Timestamp,
}

pub(crate) fn insert_attempt(tx: &Tx<'_>, new: &AttemptRow) -> Result<u64> {
    const SQL: &str = "INSERT INTO api_connection_attempts (tenant_id, id, connection_id, user_id, \
                       state_hash, sealed, created_at, expires_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let params = [
        tx.tenant().into(),
        new.id.into(),
        new.connection.into(),
        new.user.into(),
        (&new.state_hash).into(),
        new.sealed.as_slice().into(),
        new.created_at.into(),
        new.expires_at.into(),
    ];
    tx.execute(SQL, &params)
}

/// Takes a sign-in away, so that no second answer finds it.
pub(crate) fn take_attempt(tx: &Tx<'_>, state_hash: &[u8; 32]) -> Result<Option<AttemptRow>> {
    const SQL: &str = "DELETE FROM api_connection_attempts WHERE tenant_id = $1 AND state_hash = $2 \
                       RETURNING id, connection_id, user_id, sealed, created_at, expires_at";
    let row = tx.first(SQL, &[tx.tenant().into(), state_hash.into()])?;
    let Some(mut row) = row else { return Ok(None) };
    Ok(Some(AttemptRow {
        sealed: row.take_bytes(3)?.unwrap_or_default(),
        id: row.id(0)?,
        connection: row.id(1)?,
        user: row.id(2)?,
        state_hash: *state_hash,
        created_at: row.get(4)?,
        expires_at: row.get(5)?,
    }))
}

/// Everybody who owns a personal connection that is in force.
pub(crate) fn owners(tx: &Tx<'_>) -> Result<Vec<UserId>> {
    const SQL: &str = "SELECT DISTINCT owner_id FROM api_connections WHERE tenant_id = $1 \
                       AND owner_id IS NOT NULL AND shared = $2 AND state <> 'revoked'";
    tx.all(SQL, &[tx.tenant().into(), false.into()])?.iter().map(|row| row.id(0)).collect()
}

pub(crate) fn delete_attempts_of(tx: &Tx<'_>, user: UserId) -> Result<u64> {
    const SQL: &str = "DELETE FROM api_connection_attempts WHERE tenant_id = $1 AND user_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), user.into()])
}

pub(crate) fn prune_attempts(tx: &Tx<'_>, now: Timestamp) -> Result<u64> {
    const SQL: &str =
        "DELETE FROM api_connection_attempts WHERE tenant_id = $1 AND expires_at < $2";
    tx.execute(SQL, &[tx.tenant().into(), now.into()])
}

fn read(row: &Row) -> Result<Connection> {
    Ok(Connection {
        id: row.id(0)?,
        environment: row.id(1)?,
        connector: row.id(2)?,
        name: row.get(3)?,
        owner: row.maybe_id(4)?,
        shared: row.get(5)?,
        parameter_set: row.get(6)?,
        parameters: object(row, 7)?,
        secret_names: names(row, 8)?,
        silent: row.get(9)?,
        state: row.parsed(10, State::read)?,
        reason: row.get(11)?,
        expires_at: row.get(12)?,
        tested_at: row.get(13)?,
        changes: row.get(14)?,
        created_at: row.get(15)?,
        updated_at: row.get(16)?,
    })
}

fn object(row: &Row, column: usize) -> Result<Map<String, Json>> {
    match row.get(column)? {
        Json::Object(map) => Ok(map),
        _ => Err(Error::Inconsistent { column, expected: "an object" }),
    }
}

fn names(row: &Row, column: usize) -> Result<Vec<String>> {
    let json: Json = row.get(column)?;
    serde_json::from_value(json)
        .map_err(|_source| Error::Inconsistent { column, expected: "a list of names" })
}
