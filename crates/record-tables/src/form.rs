//! Tables of environments that were made when tables stood in another form: columns that have come to them since, and
//! indexes that are made otherwise now.
//!
//! What is made anew is made in today's form. An environment from before is brought up to it on its next use, a table in
//! each transaction, and notes how far it came.

use std::{collections::HashSet, sync::Arc};

use db::{Dialect, Result, Tx, Value};
use jiff::Timestamp;
use tables::{Column, ColumnKind, Table};

use crate::{
    alter,
    changes::{self, Entry, Moment},
    ddl, definitions, names,
    registry::{self, Progress, Registered},
};

/// Whether the tables of an environment stand as they are made today.
pub fn is_current(registered: &Registered) -> bool {
    registered.sets.of(WORD) >= COMPLETE
}

/// The progress of an environment that begins now.
pub(crate) fn begin(progress: Progress) -> Progress {
    progress.with(WORD, COMPLETE)
}

/// Brings the next table up to date.
///
/// # Errors
/// Any of [`db::Error`].
pub(crate) fn advance(tx: &Tx<'_>, registered: &Registered, now: Timestamp) -> Result<()> {
    let model = definitions::model(tx, registered)?;
    let mut all: Vec<&Arc<Table>> =
        model.tables().iter().filter(|table| !table.is_union() && !table.intersect).collect();
    all.sort_by_key(|table| table.code);
    let done = registered.sets.of(WORD);
    let at = usize::try_from(done.checked_sub(FIRST).unwrap_or_default()).unwrap_or_default();
    let next = match all.get(at) {
        Some(table) => {
            let came = update(tx, registered.number, table)?;
            let moment = Moment { version: 0, position: registered.position, at: now };
            changes::write(tx, registered.environment, moment, &came)?;
            done.max(FIRST) + 1
        }
        None => COMPLETE,
    };
    let progress = registered.sets.clone().with(WORD, next);
    registry::progress(tx, registered.environment, &progress).map(drop)
}

/// Brings a table up to date; the columns that have come to it.
fn update(tx: &Tx<'_>, number: i64, table: &Table) -> Result<Vec<Entry>> {
    let (dialect, mut came) = (tx.dialect(), Vec::new());
    let known = columns(tx, number, table)?;
    let missing = |column: &&Column| !known.contains(&column.logical);
    for column in table.columns().iter().filter(missing) {
        for sql in ddl::add_column(dialect, number, table, column) {
            tx.execute(&sql, &[])?;
        }
        alter::fill(tx, number, table, column)?;
        came.push(Entry { kind: "column", id: column.id, of: Some(table.id), what: "made" });
    }
    let name = table.primary_name.as_deref().and_then(|name| table.column(name));
    if let Some(column) = name.filter(|one| matches!(one.kind, ColumnKind::Text { .. }))
        && let Some(sql) = ddl::create_index(dialect, number, table, column)
    {
        let index = names::index(number, table.code, column.id);
        tx.execute(&format!("DROP INDEX IF EXISTS {index}"), &[])?;
        tx.execute(&sql, &[])?;
    }
    Ok(came)
}

/// The columns that a table has in the database.
fn columns(tx: &Tx<'_>, number: i64, table: &Table) -> Result<HashSet<String>> {
    let name = names::table(number, &table.logical);
    let (sql, name) = match tx.dialect() {
        Dialect::Sqlite => {
            ("SELECT name FROM pragma_table_info($1)", name.trim_matches('"').to_owned())
        }
        Dialect::Postgres => (
            "SELECT CAST(attname AS TEXT) FROM pg_attribute WHERE attrelid = to_regclass($1) \
             AND attnum > 0 AND NOT attisdropped",
            name,
        ),
    };
    let rows = tx.all(sql, &[Value::from(name)])?;
    rows.iter().map(|row| row.get(0)).collect()
}

/// The word of the progress under which it is noted.
pub const WORD: &str = "form";
/// The form that tables have now: one more with every change of it.
const FORM: i64 = 2;
/// The progress of an environment of which no table is brought up to date; each adds one.
const FIRST: i64 = FORM * 100_000;
/// The progress of one that is.
const COMPLETE: i64 = FIRST + 99_999;
