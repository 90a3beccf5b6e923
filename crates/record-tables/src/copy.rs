//! Copies of environments: definitions, tables, rows and what is kept about them, in slices that can be gone on with.

use std::sync::Arc;

use db::{Result, Row, Tx, Value as Cell};
use jiff::Timestamp;
use kernel::EnvironmentId;
use serde_json::{Value as Json, json};
use tables::{
    Model, Table,
    baseline::{Baseline, Set},
};
use uuid::Uuid;

use crate::{cells, changes, ddl, names, registry, registry::Registered};

/// Begins a copy into an environment that was begun anew: it gets the definitions and the heads of the first.
///
/// # Errors
/// Any of [`db::Error`].
pub fn begin(tx: &Tx<'_>, from: &Registered, to: &Registered) -> Result<()> {
    const DEFINITIONS: &str = "INSERT INTO record_definitions \
                               (tenant_id, environment_id, kind, id, definition) \
                               SELECT tenant_id, $3, kind, id, definition FROM record_definitions \
                               WHERE tenant_id = $1 AND environment_id = $2";
    const HEAD: &str = "UPDATE record_environments SET position = $3, root_unit = $4, \
                        organization = $5 WHERE tenant_id = $1 AND environment_id = $2";
    registry::progress(tx, to.environment, &from.sets)?;
    let params = [tx.tenant().into(), from.environment.into(), to.environment.into()];
    tx.execute(DEFINITIONS, &params)?;
    changes::copy(tx, from.environment, to.environment)?;
    tx.execute(
        HEAD,
        &[
            tx.tenant().into(),
            to.environment.into(),
            from.position.into(),
            from.root_unit.into(),
            from.organization.into(),
        ],
    )?;
    for sql in ddl::create_sides(tx.dialect(), to.number) {
        tx.execute(&sql, &[])?;
    }
    Ok(())
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

/// What is kept about rows beside their tables.
#[derive(Debug, Clone, Copy)]
pub struct Side {
    /// Its name among [`ddl::SIDES`].
    pub name: &'static str,
    /// Its key, in order.
    keys: &'static [(&'static str, KeyKind)],
    /// Rows of one slice.
    slice: usize,
}

#[derive(Debug, Clone, Copy)]
enum KeyKind {
    Id,
    Number,
    Text,
}

/// Every side table, with its key. A part of a file is as large as many rows.
pub const SIDES: [Side; 6] = {
    use KeyKind::{Id, Number, Text};
    const fn side(
        name: &'static str,
        keys: &'static [(&'static str, KeyKind)],
        slice: usize,
    ) -> Side {
        Side { name, keys, slice }
    }
    [
        side("shares", &[("principal_id", Id), ("table_code", Number), ("row_id", Id)], SLICE),
        side("tombstones", &[("table_code", Number), ("position", Number)], SLICE),
        side("history", &[("table_code", Number), ("row_id", Id), ("position", Number)], SLICE),
        side("files", &[("file_id", Id)], SLICE),
        side("chunks", &[("file_id", Id), ("part", Number)], 2),
        side("numbers", &[("table_name", Text), ("column_name", Text)], SLICE),
    ]
};

/// Copies the next rows of a side table behind `after`; the key of the last one, nothing when there are no more.
///
/// # Errors
/// Any of [`db::Error`].
pub fn side(
    tx: &Tx<'_>,
    (from, to): (i64, i64),
    side: &Side,
    after: Option<&Json>,
) -> Result<Option<Json>> {
    let (old, new) = (names::side(from, side.name), names::side(to, side.name));
    let width = side.keys.len();
    let keys: Vec<&str> = side.keys.iter().map(|(name, _)| *name).collect();
    let keys = keys.join(", ");
    let marks = |first: usize| {
        let all: Vec<String> = (first..first + width).map(|at| format!("${at}")).collect();
        all.join(", ")
    };
    let after = after.map(|after| side.read(after));
    let behind = match &after {
        Some(_) => format!("({keys}) > ({})", marks(1)),
        None => "TRUE".to_owned(),
    };
    let after = after.unwrap_or_default();
    let sql =
        format!("SELECT {keys} FROM {old} WHERE {behind} ORDER BY {keys} LIMIT {}", side.slice);
    let found = tx.all(&sql, &after)?;
    let Some(last) = found.last() else { return Ok(None) };
    let until = side.write(last)?;
    let sql = format!(
        "INSERT INTO {new} SELECT * FROM {old} WHERE {behind} AND ({keys}) <= ({})",
        marks(after.len() + 1)
    );
    let params: Vec<Cell<'_>> = after.into_iter().chain(side.read(&until)).collect();
    tx.execute(&sql, &params)?;
    Ok(Some(until))
}

impl Side {
    fn read(&self, key: &Json) -> Vec<Cell<'static>> {
        let at = |index: usize| key.get(index);
        let one = |(index, (_, kind)): (usize, &(&str, KeyKind))| match kind {
            KeyKind::Number => at(index).and_then(Json::as_i64).unwrap_or_default().into(),
            KeyKind::Id => {
                let text = at(index).and_then(Json::as_str).unwrap_or_default();
                text.parse::<Uuid>().unwrap_or_default().into()
            }
            KeyKind::Text => at(index).and_then(Json::as_str).unwrap_or_default().to_owned().into(),
        };
        self.keys.iter().enumerate().map(one).collect()
    }

    fn write(&self, row: &Row) -> Result<Json> {
        let one = |(index, (_, kind)): (usize, &(&str, KeyKind))| {
            Ok(match kind {
                KeyKind::Number => json!(row.get::<i64>(index)?),
                KeyKind::Id => json!(row.get::<Uuid>(index)?),
                KeyKind::Text => json!(row.get::<String>(index)?),
            })
        };
        self.keys.iter().enumerate().map(one).collect::<Result<Vec<_>>>().map(Json::Array)
    }
}

/// Opens a copy to those whom `state` lets in.
///
/// # Errors
/// Any of [`db::Error`].
pub fn end(tx: &Tx<'_>, to: EnvironmentId, state: registry::State, now: Timestamp) -> Result<()> {
    registry::set_state(tx, to, state, now)?;
    registry::model_moved(tx, to)?;
    registry::access_moved(tx, to)
}

/// The tables of an environment that have rows of their own.
pub fn tables(model: &Model) -> Vec<Arc<Table>> {
    model.tables().iter().filter(|table| !table.is_union()).cloned().collect()
}

/// Whether the rows of a table come along where only the schema is copied: those that say who may do what, how
/// things look and what amounts are counted in, and no others.
pub fn is_schema(table: &Table) -> bool {
    SCHEMA.contains(&table.logical.as_str())
}

/// As the published description of a copy without data: users, security and customisations.
const SCHEMA: [&str; 18] = [
    "businessunit",
    "fieldpermission",
    "fieldsecurityprofile",
    "organization",
    "privilege",
    "publisher",
    "role",
    "roleprivileges",
    "savedquery",
    "solution",
    "systemuser",
    "systemuserprofiles",
    "systemuserroles",
    "team",
    "teammembership",
    "teamprofiles",
    "teamroles",
    "transactioncurrency",
];

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
