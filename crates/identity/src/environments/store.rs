//! Rows of environments.

use db::{Result, Row, Tx};
use jiff::Timestamp;
use kernel::EnvironmentId;

use super::{Environment, EnvironmentKind, default_of};
use crate::text;

/// An environment of the transaction's tenant; for rooms that keep something in it.
///
/// # Errors
/// Any of [`db::Error`].
pub fn lookup(tx: &Tx<'_>, id: EnvironmentId) -> Result<Option<Environment>> {
    const SQL: &str = "SELECT id, name, kind, crm_enabled, created_by, created_at \
                       FROM environments WHERE tenant_id = $1 AND id = $2";
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.as_ref().map(read).transpose()
}

pub(super) fn find_by_name(tx: &Tx<'_>, folded: &str) -> Result<Option<Environment>> {
    const SQL: &str = "SELECT id, name, kind, crm_enabled, created_by, created_at \
                       FROM environments WHERE tenant_id = $1 AND name_fold = $2";
    tx.first(SQL, &[tx.tenant().into(), folded.into()])?.as_ref().map(read).transpose()
}

pub(super) fn all(tx: &Tx<'_>) -> Result<Vec<Environment>> {
    const SQL: &str = "SELECT id, name, kind, crm_enabled, created_by, created_at \
                       FROM environments WHERE tenant_id = $1 \
                       ORDER BY CASE WHEN kind = 'default' THEN 0 ELSE 1 END, name_fold LIMIT 1000";
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(read).collect()
}

pub(super) fn count(tx: &Tx<'_>) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM environments WHERE tenant_id = $1";
    tx.first(SQL, &[tx.tenant().into()])?.map_or(Ok(0), |row| row.get(0))
}

/// The default environment of a tenant that is being made.
pub(crate) fn begin(tx: &Tx<'_>, now: Timestamp) -> Result<u64> {
    let first = Environment {
        id: default_of(tx.tenant()),
        name: "Default".to_owned(),
        kind: EnvironmentKind::Default,
        crm_enabled: false,
        created_by: None,
        created_at: now,
    };
    insert(tx, &first)
}

pub(super) fn insert(tx: &Tx<'_>, environment: &Environment) -> Result<u64> {
    const SQL: &str = "INSERT INTO environments (tenant_id, id, name, name_fold, kind, crm_enabled, \
                       created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let params = [
        tx.tenant().into(),
        environment.id.into(),
        (&environment.name).into(),
        text::fold(&environment.name).into(),
        environment.kind.as_str().into(),
        environment.crm_enabled.into(),
        environment.created_by.into(),
        environment.created_at.into(),
    ];
    tx.execute(SQL, &params)
}

pub(super) fn update(tx: &Tx<'_>, environment: &Environment) -> Result<u64> {
    const SQL: &str = "UPDATE environments SET name = $3, name_fold = $4, crm_enabled = $5 \
                       WHERE tenant_id = $1 AND id = $2";
    let params = [
        tx.tenant().into(),
        environment.id.into(),
        (&environment.name).into(),
        text::fold(&environment.name).into(),
        environment.crm_enabled.into(),
    ];
    tx.execute(SQL, &params)
}

pub(super) fn delete(tx: &Tx<'_>, id: EnvironmentId) -> Result<u64> {
    const SQL: &str = "DELETE FROM environments WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into()])
}

fn read(row: &Row) -> Result<Environment> {
    Ok(Environment {
        id: row.id(0)?,
        name: row.get(1)?,
        kind: row.parsed(2, |kind| kind.parse().ok())?,
        crm_enabled: row.get(3)?,
        created_by: row.maybe_id(4)?,
        created_at: row.get(5)?,
    })
}
