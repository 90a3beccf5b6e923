//! Rows of connectors.

pub(crate) mod calls;
pub(crate) mod connections;
pub(crate) mod examples;
pub(crate) mod listing;
pub(crate) mod policies;
pub(crate) mod triggers;
pub(crate) mod versions;

use db::{Result, Row, Tx};
use jiff::Timestamp;
use kernel::{ApiConnectorId, EnvironmentId};

use crate::model::{Connector, Dependent};

/// What a list or a page shows of a connector; the files stay where they are.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.environment_id, c.name, c.description, c.preview, c.certified, \
             c.offered, c.created_by, c.created_at, c.updated_at, v.number, v.title, v.host, \
             v.brand_color, v.operations, v.errors, v.warnings, \
             CAST(CASE WHEN v.script IS NULL THEN 0 ELSE 1 END AS BIGINT), \
             CAST(CASE WHEN v.icon IS NULL THEN 0 ELSE 1 END AS BIGINT), v.digest, v.note, v.created_by, \
             v.created_at FROM api_connectors c JOIN api_connector_versions v \
             ON v.tenant_id = c.tenant_id AND v.connector_id = c.id AND v.number = c.current ",
            $rest
        )
    };
}

pub(crate) fn lookup(tx: &Tx<'_>, id: ApiConnectorId) -> Result<Option<Connector>> {
    const SQL: &str = select!("WHERE c.tenant_id = $1 AND c.id = $2");
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.as_ref().map(read).transpose()
}

pub(crate) fn list(tx: &Tx<'_>, environment: EnvironmentId) -> Result<Vec<Connector>> {
    const SQL: &str =
        select!("WHERE c.tenant_id = $1 AND c.environment_id = $2 ORDER BY c.name_fold LIMIT 5000");
    tx.all(SQL, &[tx.tenant().into(), environment.into()])?.iter().map(read).collect()
}

pub(crate) fn all(tx: &Tx<'_>) -> Result<Vec<Connector>> {
    const SQL: &str = select!("WHERE c.tenant_id = $1 ORDER BY c.id LIMIT 50000");
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(read).collect()
}

pub(crate) fn count(tx: &Tx<'_>, environment: EnvironmentId) -> Result<i64> {
    const SQL: &str =
        "SELECT COUNT(*) FROM api_connectors WHERE tenant_id = $1 AND environment_id = $2";
    tx.first(SQL, &[tx.tenant().into(), environment.into()])?.map_or(Ok(0), |row| row.get(0))
}

/// A new connector; its first version is written by [`versions::insert`].
pub(crate) fn insert(tx: &Tx<'_>, new: &Connector, sealed: Option<&[u8]>) -> Result<u64> {
    const SQL: &str = "INSERT INTO api_connectors (tenant_id, id, environment_id, name, name_fold, \
                       description, preview, current, last, certified, offered, sealed, created_by, \
                       created_at, updated_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, NULL, $9, $10, $11, $12, $12)";
    let params = [
        tx.tenant().into(),
        new.id.into(),
        new.environment.into(),
        (&new.name).into(),
        fold(&new.name).into(),
        (&new.description).into(),
        new.preview.into(),
        new.version.number.into(),
        // Kept for older versions of the program; what is offered is said of actions.
        false.into(),
        sealed.into(),
        new.created_by.into(),
        new.created_at.into(),
    ];
    tx.execute(SQL, &params)
}

/// Writes what may be changed of a connector, and which version is the current one.
pub(crate) fn update(tx: &Tx<'_>, changed: &Connector) -> Result<u64> {
    const SQL: &str = "UPDATE api_connectors SET name = $3, name_fold = $4, description = $5, \
                       preview = $6, current = $7, certified = $8, updated_at = $9 \
                       WHERE tenant_id = $1 AND id = $2";
    let params = [
        tx.tenant().into(),
        changed.id.into(),
        (&changed.name).into(),
        fold(&changed.name).into(),
        (&changed.description).into(),
        changed.preview.into(),
        changed.version.number.into(),
        changed.certified.into(),
        changed.updated_at.into(),
    ];
    tx.execute(SQL, &params)
}

/// Draws the number of the next version.
pub(crate) fn next_number(tx: &Tx<'_>, id: ApiConnectorId) -> Result<Option<i64>> {
    const SQL: &str = "UPDATE api_connectors SET last = last + 1 \
                       WHERE tenant_id = $1 AND id = $2 RETURNING last";
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.map(|row| row.get(0)).transpose()
}

pub(crate) fn sealed(tx: &Tx<'_>, id: ApiConnectorId) -> Result<Option<Vec<u8>>> {
    const SQL: &str = "SELECT sealed FROM api_connectors WHERE tenant_id = $1 AND id = $2";
    let row = tx.first(SQL, &[tx.tenant().into(), id.into()])?;
    row.map_or(Ok(None), |mut row| row.take_bytes(0))
}

pub(crate) fn set_sealed(
    tx: &Tx<'_>,
    id: ApiConnectorId,
    sealed: Option<&[u8]>,
    now: Timestamp,
) -> Result<u64> {
    const SQL: &str = "UPDATE api_connectors SET sealed = $3, updated_at = $4 \
                       WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), sealed.into(), now.into()])
}

/// Removes a connector with everything of it that is in this room.
pub(crate) fn delete(tx: &Tx<'_>, id: ApiConnectorId) -> Result<()> {
    const ATTEMPTS: &str = "DELETE FROM api_connection_attempts WHERE tenant_id = $1 AND \
                            connection_id IN (SELECT id FROM api_connections \
                            WHERE tenant_id = $1 AND connector_id = $2)";
    const OTHERS: [&str; 6] = [
        "DELETE FROM api_connector_examples WHERE tenant_id = $1 AND connector_id = $2",
        "DELETE FROM api_triggers WHERE tenant_id = $1 AND connector_id = $2",
        "DELETE FROM api_connections WHERE tenant_id = $1 AND connector_id = $2",
        "DELETE FROM api_connector_uses WHERE tenant_id = $1 AND connector_id = $2",
        "DELETE FROM api_connector_versions WHERE tenant_id = $1 AND connector_id = $2",
        "DELETE FROM api_connectors WHERE tenant_id = $1 AND id = $2",
    ];
    let params = [tx.tenant().into(), id.into()];
    for trigger in triggers::of_connector(tx, id)? {
        crate::triggers::forget(tx, trigger.id)?;
    }
    tx.execute(ATTEMPTS, &params)?;
    for sql in OTHERS {
        tx.execute(sql, &params)?;
    }
    Ok(())
}

/// What depends on a connector: connections, triggers and what other rooms have said.
pub(crate) fn dependents(tx: &Tx<'_>, id: ApiConnectorId) -> Result<Vec<Dependent>> {
    const SQL: &str = "SELECT kind, subject_id, name FROM api_connector_uses \
                         WHERE tenant_id = $1 AND connector_id = $2 \
                       UNION ALL SELECT 'trigger', id, name FROM api_triggers \
                         WHERE tenant_id = $1 AND connector_id = $2 \
                       UNION ALL SELECT 'connection', id, name FROM api_connections \
                         WHERE tenant_id = $1 AND connector_id = $2 LIMIT 200";
    let read = |row: &Row| Ok(Dependent { kind: row.get(0)?, id: row.get(1)?, name: row.get(2)? });
    tx.all(SQL, &[tx.tenant().into(), id.into()])?.iter().map(read).collect()
}

/// Connections and triggers of an environment.
pub(crate) fn counts(tx: &Tx<'_>, environment: EnvironmentId) -> Result<(i64, i64)> {
    const CONNECTIONS: &str =
        "SELECT COUNT(*) FROM api_connections WHERE tenant_id = $1 AND environment_id = $2";
    const TRIGGERS: &str =
        "SELECT COUNT(*) FROM api_triggers WHERE tenant_id = $1 AND environment_id = $2";
    let params = [tx.tenant().into(), environment.into()];
    let count = |sql| tx.first(sql, &params)?.map_or(Ok(0), |row| row.get(0));
    Ok((count(CONNECTIONS)?, count(TRIGGERS)?))
}

/// What other rooms have built upon the connectors of an environment.
pub(crate) fn dependents_in(tx: &Tx<'_>, environment: EnvironmentId) -> Result<Vec<Dependent>> {
    const SQL: &str = "SELECT DISTINCT u.kind, u.subject_id, u.name FROM api_connector_uses u \
                       JOIN api_connectors c ON c.tenant_id = u.tenant_id AND c.id = u.connector_id \
                       WHERE u.tenant_id = $1 AND c.environment_id = $2 ORDER BY u.name LIMIT 200";
    let read = |row: &Row| Ok(Dependent { kind: row.get(0)?, id: row.get(1)?, name: row.get(2)? });
    tx.all(SQL, &[tx.tenant().into(), environment.into()])?.iter().map(read).collect()
}

/// The form in which names are compared.
pub(crate) fn fold(name: &str) -> String {
    name.trim().to_lowercase()
}

fn read(row: &Row) -> Result<Connector> {
    Ok(Connector {
        id: row.id(0)?,
        environment: row.id(1)?,
        name: row.get(2)?,
        description: row.get(3)?,
        preview: row.get(4)?,
        certified: row.get(5)?,
        created_by: row.maybe_id(7)?,
        created_at: row.get(8)?,
        updated_at: row.get(9)?,
        version: versions::read(row, 10)?,
    })
}
