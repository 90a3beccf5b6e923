//! Rows of versions, with their files.

use db::{Error, Result, Row, Tx};
use kernel::ApiConnectorId;

use crate::model::{Digest, Files, Version};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT number, title, host, brand_color, operations, errors, warnings, \
             CAST(CASE WHEN script IS NULL THEN 0 ELSE 1 END AS BIGINT), CAST(CASE WHEN icon IS NULL THEN 0 ELSE 1 END AS BIGINT), \
             digest, note, created_by, created_at FROM api_connector_versions ",
            $rest
        )
    };
}

pub(crate) fn list(tx: &Tx<'_>, connector: ApiConnectorId) -> Result<Vec<Version>> {
    const SQL: &str =
        select!("WHERE tenant_id = $1 AND connector_id = $2 ORDER BY number DESC LIMIT 1000");
    let rows = tx.all(SQL, &[tx.tenant().into(), connector.into()])?;
    rows.iter().map(|row| read(row, 0)).collect()
}

pub(crate) fn lookup(
    tx: &Tx<'_>,
    connector: ApiConnectorId,
    number: i64,
) -> Result<Option<Version>> {
    const SQL: &str = select!("WHERE tenant_id = $1 AND connector_id = $2 AND number = $3");
    let row = tx.first(SQL, &[tx.tenant().into(), connector.into(), number.into()])?;
    row.map(|row| read(&row, 0)).transpose()
}

pub(crate) fn files(tx: &Tx<'_>, connector: ApiConnectorId, number: i64) -> Result<Option<Files>> {
    const SQL: &str = "SELECT definition, properties, script, icon, readme \
                       FROM api_connector_versions \
                       WHERE tenant_id = $1 AND connector_id = $2 AND number = $3";
    let row = tx.first(SQL, &[tx.tenant().into(), connector.into(), number.into()])?;
    let Some(mut row) = row else { return Ok(None) };
    Ok(Some(Files {
        definition: row.take_bytes(0)?.unwrap_or_default(),
        properties: row.take_bytes(1)?.unwrap_or_default(),
        script: row.take_bytes(2)?,
        icon: row.take_bytes(3)?,
        readme: row.take_bytes(4)?,
    }))
}

pub(crate) fn icon(tx: &Tx<'_>, connector: ApiConnectorId, number: i64) -> Result<Option<Vec<u8>>> {
    const SQL: &str = "SELECT icon FROM api_connector_versions \
                       WHERE tenant_id = $1 AND connector_id = $2 AND number = $3";
    let row = tx.first(SQL, &[tx.tenant().into(), connector.into(), number.into()])?;
    row.map_or(Ok(None), |mut row| row.take_bytes(0))
}

pub(crate) fn insert(
    tx: &Tx<'_>,
    connector: ApiConnectorId,
    version: &Version,
    files: &Files,
) -> Result<u64> {
    const SQL: &str = "INSERT INTO api_connector_versions (tenant_id, connector_id, number, digest, \
                       definition, properties, script, icon, readme, title, host, brand_color, \
                       operations, errors, warnings, note, created_by, created_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, \
                       $16, $17, $18)";
    let params = [
        tx.tenant().into(),
        connector.into(),
        version.number.into(),
        (&version.digest.0).into(),
        files.definition.as_slice().into(),
        files.properties.as_slice().into(),
        files.script.as_deref().into(),
        files.icon.as_deref().into(),
        files.readme.as_deref().into(),
        (&version.title).into(),
        (&version.host).into(),
        version.brand_color.as_deref().into(),
        version.operations.into(),
        version.errors.into(),
        version.warnings.into(),
        (&version.note).into(),
        version.created_by.into(),
        version.created_at.into(),
    ];
    tx.execute(SQL, &params)
}

/// Forgets versions that are neither among the latest `keep`, nor current, nor certified, nor what a trigger or a thing
/// of another room stands on.
pub(crate) fn prune(tx: &Tx<'_>, connector: ApiConnectorId, keep: u32) -> Result<u64> {
    const SQL: &str = "DELETE FROM api_connector_versions WHERE tenant_id = $1 AND connector_id = $2 \
                       AND number <= (SELECT last - $3 FROM api_connectors \
                                      WHERE tenant_id = $1 AND id = $2) \
                       AND number <> (SELECT current FROM api_connectors \
                                      WHERE tenant_id = $1 AND id = $2) \
                       AND number <> (SELECT COALESCE(certified, 0) FROM api_connectors \
                                      WHERE tenant_id = $1 AND id = $2) \
                       AND number NOT IN (SELECT version FROM api_triggers \
                                          WHERE tenant_id = $1 AND connector_id = $2) \
                       AND number NOT IN (SELECT version FROM api_connector_uses \
                                          WHERE tenant_id = $1 AND connector_id = $2 \
                                          AND version IS NOT NULL)";
    tx.execute(SQL, &[tx.tenant().into(), connector.into(), keep.into()])
}

/// A version from the cells that begin at `at`.
pub(super) fn read(row: &Row, at: usize) -> Result<Version> {
    let digest: Vec<u8> = row.get(at + 9)?;
    let wrong = |_| Error::Inconsistent { column: at + 9, expected: "32 bytes" };
    Ok(Version {
        number: row.get(at)?,
        title: row.get(at + 1)?,
        host: row.get(at + 2)?,
        brand_color: row.get(at + 3)?,
        operations: row.get(at + 4)?,
        errors: row.get(at + 5)?,
        warnings: row.get(at + 6)?,
        scripted: row.get::<i64>(at + 7)? != 0,
        icon: row.get::<i64>(at + 8)? != 0,
        digest: Digest(digest.try_into().map_err(wrong)?),
        note: row.get(at + 10)?,
        created_by: row.maybe_id(at + 11)?,
        created_at: row.get(at + 12)?,
    })
}
