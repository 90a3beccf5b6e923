//! Rows of environments.

use db::{Result, Row, Tx};
use jiff::Timestamp;
use kernel::EnvironmentId;

use super::{Environment, EnvironmentKind, Region, TOPIC, default_of};
use crate::text;

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT id, name, kind, crm_enabled, created_by, created_at, deleted_at, ends_at, \
             background_off, language, currency FROM environments ",
            $rest
        )
    };
}

/// An environment of the transaction's tenant; for rooms that keep something in it.
///
/// # Errors
/// Any of [`db::Error`].
pub fn lookup(tx: &Tx<'_>, id: EnvironmentId) -> Result<Option<Environment>> {
    Ok(lookup_any(tx, id)?.filter(|environment| environment.deleted_at.is_none()))
}

/// An environment, whether it waits for its end or not.
///
/// # Errors
/// Any of [`db::Error`].
pub fn lookup_any(tx: &Tx<'_>, id: EnvironmentId) -> Result<Option<Environment>> {
    const SQL: &str = select!("WHERE tenant_id = $1 AND id = $2");
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.as_ref().map(read).transpose()
}

pub(super) fn find_by_name(tx: &Tx<'_>, folded: &str) -> Result<Option<Environment>> {
    const SQL: &str = select!("WHERE tenant_id = $1 AND name_fold = $2 AND deleted_at IS NULL");
    tx.first(SQL, &[tx.tenant().into(), folded.into()])?.as_ref().map(read).transpose()
}

pub(super) fn all(tx: &Tx<'_>) -> Result<Vec<Environment>> {
    const SQL: &str = select!(
        "WHERE tenant_id = $1 AND deleted_at IS NULL \
         ORDER BY CASE WHEN kind = 'default' THEN 0 ELSE 1 END, name_fold LIMIT 1000"
    );
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(read).collect()
}

/// Every environment, those that wait for their end too.
///
/// # Errors
/// Any of [`db::Error`].
pub fn all_any(tx: &Tx<'_>) -> Result<Vec<Environment>> {
    const SQL: &str = select!(
        "WHERE tenant_id = $1 \
         ORDER BY CASE WHEN kind = 'default' THEN 0 ELSE 1 END, name_fold LIMIT 1000"
    );
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(read).collect()
}

/// Has an environment wait for its end from `at` on. Its name is free from then on.
///
/// # Errors
/// Any of [`db::Error`].
pub fn set_deleted(tx: &Tx<'_>, environment: &Environment, at: Timestamp) -> Result<()> {
    let fold = format!("{} {}", text::fold(&environment.name), environment.id);
    mark(tx, environment.id, (&fold, Some(at)))
}

/// Takes an environment back that waited for its end.
///
/// # Errors
/// [`db::Error::Constraint`] when another one has its name by now; any other of [`db::Error`].
pub fn restore(tx: &Tx<'_>, environment: &Environment) -> Result<()> {
    mark(tx, environment.id, (&text::fold(&environment.name), None))
}

fn mark(tx: &Tx<'_>, id: EnvironmentId, (fold, at): (&str, Option<Timestamp>)) -> Result<()> {
    const SQL: &str = "UPDATE environments SET name_fold = $3, deleted_at = $4 \
                       WHERE tenant_id = $1 AND id = $2";
    tx.execute(SQL, &[tx.tenant().into(), id.into(), fold.into(), at.into()])?;
    tx.notify(TOPIC, id.uuid(), 0);
    Ok(())
}

/// Writes kind, sales tables, end, background work and region of an environment, in the transaction of the room that
/// leads their lives; the room notes it in the audit.
///
/// # Errors
/// Any of [`db::Error`].
pub fn save(tx: &Tx<'_>, environment: &Environment) -> Result<()> {
    const SQL: &str = "UPDATE environments SET kind = $3, crm_enabled = $4, ends_at = $5, \
                       background_off = $6, language = $7, currency = $8 \
                       WHERE tenant_id = $1 AND id = $2";
    let params = [
        tx.tenant().into(),
        environment.id.into(),
        environment.kind.as_str().into(),
        environment.crm_enabled.into(),
        environment.ends_at.into(),
        environment.background_off.into(),
        environment.region.language.tag().into(),
        (&environment.region.currency).into(),
    ];
    tx.execute(SQL, &params)?;
    tx.notify(TOPIC, environment.id.uuid(), 0);
    Ok(())
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
        deleted_at: None,
        ends_at: None,
        background_off: false,
        region: Region::default(),
    };
    insert(tx, &first)
}

pub(super) fn insert(tx: &Tx<'_>, environment: &Environment) -> Result<u64> {
    const SQL: &str = "INSERT INTO environments (tenant_id, id, name, name_fold, kind, crm_enabled, \
                       created_by, created_at, background_off, language, currency) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    let params = [
        tx.tenant().into(),
        environment.id.into(),
        (&environment.name).into(),
        text::fold(&environment.name).into(),
        environment.kind.as_str().into(),
        environment.crm_enabled.into(),
        environment.created_by.into(),
        environment.created_at.into(),
        environment.background_off.into(),
        environment.region.language.tag().into(),
        (&environment.region.currency).into(),
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
        deleted_at: row.get(6)?,
        ends_at: row.get(7)?,
        background_off: row.get(8)?,
        region: Region { language: row.parsed(9, |tag| tag.parse().ok())?, currency: row.get(10)? },
    })
}
