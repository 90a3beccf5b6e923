//! Statements on the versions of apps.

use db::{Error, Result, Row, Tx, Value};
use kernel::AppId;

use crate::{Version, VersionState};

const COLUMNS: &str = "number, version, state, about, package_hash, color_hash, outline_hash, \
                       submitted_by, submitted_at, decided_by, decided_at, reason";

fn version(row: &Row) -> Result<Version> {
    let about: serde_json::Value = row.get(3)?;
    let about = serde_json::from_value(about)
        .map_err(|_source| Error::Inconsistent { column: 3, expected: "what a manifest says" })?;
    Ok(Version {
        number: row.get(0)?,
        version: row.get(1)?,
        state: row.parsed(2, VersionState::parse)?,
        about,
        package: row.get(4)?,
        color_icon: row.get(5)?,
        outline_icon: row.get(6)?,
        submitted_by: row.maybe_id(7)?,
        submitted_at: row.get(8)?,
        decided_by: row.maybe_id(9)?,
        decided_at: row.get(10)?,
        reason: row.get(11)?,
    })
}

pub(crate) fn insert(tx: &Tx<'_>, app: AppId, version: &Version) -> Result<()> {
    const SQL: &str = "INSERT INTO app_versions (tenant_id, app_id, number, version, state, about, \
                       package_hash, color_hash, outline_hash, submitted_by, submitted_at, decided_by, \
                       decided_at, reason) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    let about = serde_json::to_value(&version.about).unwrap_or_default();
    let params = [
        tx.tenant().into(),
        app.into(),
        version.number.into(),
        (&version.version).into(),
        version.state.as_str().into(),
        Value::json(&about),
        (&version.package).into(),
        (&version.color_icon).into(),
        (&version.outline_icon).into(),
        version.submitted_by.into(),
        version.submitted_at.into(),
        version.decided_by.into(),
        version.decided_at.into(),
        version.reason.clone().into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

/// Keeps what was decided about a version.
pub(crate) fn decide(tx: &Tx<'_>, app: AppId, version: &Version) -> Result<()> {
    const SQL: &str = "UPDATE app_versions SET state = $4, decided_by = $5, decided_at = $6, \
                       reason = $7 WHERE tenant_id = $1 AND app_id = $2 AND number = $3";
    let params = [
        tx.tenant().into(),
        app.into(),
        version.number.into(),
        version.state.as_str().into(),
        version.decided_by.into(),
        version.decided_at.into(),
        version.reason.clone().into(),
    ];
    tx.execute(SQL, &params).map(drop)
}

pub(crate) fn lookup(tx: &Tx<'_>, app: AppId, number: i64) -> Result<Option<Version>> {
    let sql = [
        "SELECT ",
        COLUMNS,
        " FROM app_versions WHERE tenant_id = $1 AND app_id = $2 AND number = $3",
    ]
    .concat();
    let params = [tx.tenant().into(), app.into(), number.into()];
    tx.first(&sql, &params)?.as_ref().map(version).transpose()
}

/// Every version that is kept, the newest first.
pub(crate) fn list(tx: &Tx<'_>, app: AppId) -> Result<Vec<Version>> {
    let sql = [
        "SELECT ",
        COLUMNS,
        " FROM app_versions WHERE tenant_id = $1 AND app_id = $2 ORDER BY number DESC LIMIT 1000",
    ]
    .concat();
    tx.all(&sql, &[tx.tenant().into(), app.into()])?.iter().map(version).collect()
}

pub(crate) fn newest(tx: &Tx<'_>, app: AppId) -> Result<Option<Version>> {
    let sql = [
        "SELECT ",
        COLUMNS,
        " FROM app_versions WHERE tenant_id = $1 AND app_id = $2 ORDER BY number DESC LIMIT 1",
    ]
    .concat();
    tx.first(&sql, &[tx.tenant().into(), app.into()])?.as_ref().map(version).transpose()
}

/// Whether a version of the app has this file.
pub(crate) fn has_icon(tx: &Tx<'_>, app: AppId, hash: &str) -> Result<bool> {
    const SQL: &str = "SELECT number FROM app_versions WHERE tenant_id = $1 AND app_id = $2 \
                       AND (color_hash = $3 OR outline_hash = $3) LIMIT 1";
    Ok(tx.first(SQL, &[tx.tenant().into(), app.into(), hash.into()])?.is_some())
}

/// Deletes old versions beyond `kept`, but none that is current or installed.
pub(crate) fn prune(tx: &Tx<'_>, app: AppId, current: Option<i64>, kept: u32) -> Result<()> {
    const SQL: &str = "DELETE FROM app_versions WHERE tenant_id = $1 AND app_id = $2 \
                       AND number <= (SELECT MAX(v.number) FROM app_versions v \
                                      WHERE v.tenant_id = $1 AND v.app_id = $2) - $3 \
                       AND number <> $4 \
                       AND number NOT IN (SELECT i.number FROM app_installations i \
                                          WHERE i.tenant_id = $1 AND i.app_id = $2)";
    let params =
        [tx.tenant().into(), app.into(), i64::from(kept).into(), current.unwrap_or(0).into()];
    if tx.execute(SQL, &params)? > 0 {
        super::sweep_files(tx)?;
    }
    Ok(())
}
