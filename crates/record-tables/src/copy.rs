//! Copies of environments: definitions, tables, rows and what is kept about them, in slices.

use std::sync::Arc;

use db::{Result, Tx};
use jiff::Timestamp;
use kernel::EnvironmentId;
use tables::{
    Model, Table,
    baseline::{Baseline, Set},
};
use uuid::Uuid;

use crate::{cells, ddl, names, registry, registry::Registered};

/// Begins a copy: the other environment gets a number, and the definitions of the first. Nobody but administrators
/// comes in until [`end`].
///
/// # Errors
/// Any of [`db::Error`].
pub fn begin(
    tx: &Tx<'_>,
    from: &Registered,
    to: EnvironmentId,
    now: Timestamp,
) -> Result<Registered> {
    const DEFINITIONS: &str = "INSERT INTO record_definitions \
                               (tenant_id, environment_id, kind, id, definition) \
                               SELECT tenant_id, $3, kind, id, definition FROM record_definitions \
                               WHERE tenant_id = $1 AND environment_id = $2";
    const HEAD: &str = "UPDATE record_environments SET position = $3, model_version = $4, \
                        root_unit = $5, organization = $6 \
                        WHERE tenant_id = $1 AND environment_id = $2";
    let made = registry::begin(tx, to, now)?;
    registry::set_state(tx, to, registry::State::Administration, now)?;
    registry::progress(tx, to, &from.sets)?;
    let params = [tx.tenant().into(), from.environment.into(), to.into()];
    tx.execute(DEFINITIONS, &params)?;
    tx.execute(
        HEAD,
        &[
            tx.tenant().into(),
            to.into(),
            from.position.into(),
            from.model_version.into(),
            from.root_unit.into(),
            from.organization.into(),
        ],
    )?;
    for sql in ddl::create_sides(tx.dialect(), made.number) {
        tx.execute(&sql, &[])?;
    }
    Ok(made)
}

/// Makes the table of a copy.
///
/// # Errors
/// Any of [`db::Error`].
pub fn table(tx: &Tx<'_>, number: i64, table: &Table) -> Result<()> {
    for sql in ddl::create_table(tx.dialect(), number, &widened(table)) {
        tx.execute(&sql, &[])?;
    }
    Ok(())
}

/// Copies the next rows of a table; the key of the last one, nothing when there are no more.
///
/// # Errors
/// Any of [`db::Error`].
pub fn rows(
    tx: &Tx<'_>,
    (from, to): (i64, i64),
    table: &Table,
    after: Option<Uuid>,
) -> Result<Option<Uuid>> {
    let (old, new) = (names::table(from, &table.logical), names::table(to, &table.logical));
    let (columns, key) = (cells::select_list(table), names::column(&table.primary_id));
    let after = after.unwrap_or(Uuid::nil());
    let sql = format!("SELECT {key} FROM {old} WHERE {key} > $1 ORDER BY {key} LIMIT {SLICE}");
    let keys = tx.all(&sql, &[after.into()])?;
    let Some(until) = keys.last().map(|row| row.get::<Uuid>(0)).transpose()? else {
        return Ok(None);
    };
    let sql = format!(
        "INSERT INTO {new} ({columns}) SELECT {columns} FROM {old} WHERE {key} > $1 AND {key} <= $2"
    );
    tx.execute(&sql, &[after.into(), until.into()])?;
    Ok(Some(until))
}

/// Copies what is kept about rows, and opens the copy.
///
/// # Errors
/// Any of [`db::Error`].
pub fn end(tx: &Tx<'_>, from: i64, to: &Registered, now: Timestamp) -> Result<()> {
    for side in ddl::SIDES {
        let (old, new) = (names::side(from, side), names::side(to.number, side));
        tx.execute(&format!("INSERT INTO {new} SELECT * FROM {old}"), &[])?;
    }
    registry::set_state(tx, to.environment, registry::State::Ready, now)?;
    registry::model_moved(tx, to.environment)?;
    registry::access_moved(tx, to.environment)
}

/// The tables of an environment that have rows of their own.
pub fn tables(model: &Model) -> Vec<Arc<Table>> {
    model.tables().iter().filter(|table| !table.is_union()).cloned().collect()
}

/// A table with room for what further sets make of its references.
fn widened(table: &Table) -> Table {
    let mut wide = table.clone();
    let all = &Baseline::of(&Set::ALL).tables;
    if let Some(full) = all.iter().find(|one| one.logical == table.logical) {
        wide.change_columns(|columns| {
            for column in columns {
                if let Some(other) = full.column(&column.logical)
                    && other.kind.is_polymorphic()
                {
                    column.kind = other.kind.clone();
                }
            }
        });
    }
    wide
}

/// Rows of one slice.
const SLICE: usize = 500;
