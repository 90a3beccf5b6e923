//! The statements behind a change of definitions.

use db::{Result, Tx};
use tables::{
    Column, ColumnKind, Model, Table,
    baseline::{Baseline, Set},
    define::Step,
};

use crate::{ddl, names};

/// Does one step of a change. `model` is the one before it.
///
/// # Errors
/// Any of [`db::Error`]; [`db::Error::Constraint`] when rows stand in the way of a key.
pub fn apply(tx: &Tx<'_>, model: &Model, number: i64, step: &Step) -> Result<()> {
    let dialect = tx.dialect();
    match step {
        Step::CreateTable(table) => all(tx, &ddl::create_table(dialect, number, table)),
        Step::DropTable(table) => drop_table(tx, number, table),
        Step::AddColumn { table, column } => match table.column(column) {
            Some(column) => {
                all(tx, &ddl::add_column(dialect, number, table, column))?;
                fill(tx, number, table, column)
            }
            None => Ok(()),
        },
        Step::AlterColumn { table, before, after } => {
            alter(tx, model, number, (table, before, after))
        }
        Step::DropColumn { table, column } => all(tx, &ddl::drop_column(number, table, column)),
        Step::AddKey { table, key } => all(tx, &[ddl::create_key(number, table, key)]),
        Step::DropKey { table, key } => all(tx, &[ddl::drop_key(number, table, key)]),
    }
}

fn all(tx: &Tx<'_>, statements: &[String]) -> Result<()> {
    statements.iter().try_for_each(|sql| tx.execute(sql, &[]).map(drop))
}

/// Rows that were there before a column: booleans are no, as in new rows.
pub(crate) fn fill(tx: &Tx<'_>, number: i64, table: &Table, column: &Column) -> Result<()> {
    let value = crate::rows::default(column);
    if value.is_null() {
        return Ok(());
    }
    let (on, name) = (names::table(number, &table.logical), names::column(&column.logical));
    tx.execute(&format!("UPDATE {on} SET {name} = $1"), &[crate::cells::parameter(&value)])?;
    Ok(())
}

fn alter(
    tx: &Tx<'_>,
    model: &Model,
    number: i64,
    (table, before, after): (&Table, &Column, &Column),
) -> Result<()> {
    let (on, name) = (names::table(number, &table.logical), names::column(&after.logical));
    if let (
        ColumnKind::Decimal { precision: old, .. },
        ColumnKind::Decimal { precision: new, .. },
    ) = (&before.kind, &after.kind)
    {
        let factor = 10_i64.saturating_pow(u32::from(old.abs_diff(*new)));
        let operator = if new > old { '*' } else { '/' };
        if new != old {
            let sql =
                format!("UPDATE {on} SET {name} = {name} {operator} $1 WHERE {name} IS NOT NULL");
            tx.execute(&sql, &[factor.into()])?;
        }
        return Ok(());
    }
    if before.kind.is_polymorphic() {
        let second = names::type_column(&after.logical);
        let now = after.kind.targets();
        // references to a table that is no longer meant lead nowhere
        for lost in before.kind.targets().into_iter().filter(|one| !now.contains(one)) {
            if let Some(lost) = model.table(lost) {
                let sql =
                    format!("UPDATE {on} SET {name} = NULL, {second} = NULL WHERE {second} = $1");
                tx.execute(&sql, &[i64::from(lost.code).into()])?;
            }
        }
        if !after.kind.is_polymorphic() && !is_wide(table, after) {
            tx.execute(&format!("ALTER TABLE {on} DROP COLUMN {second}"), &[])?;
        }
    }
    if after.kind.is_polymorphic() && !before.kind.is_polymorphic() {
        let second = names::type_column(&after.logical);
        if !is_wide(table, after) {
            let of = ddl::whole(tx.dialect());
            tx.execute(&format!("ALTER TABLE {on} ADD COLUMN {second} {of}"), &[])?;
        }
        let target = before.kind.targets().first().and_then(|name| model.table(name));
        if let Some(target) = target {
            let sql = format!("UPDATE {on} SET {second} = $1 WHERE {name} IS NOT NULL");
            tx.execute(&sql, &[i64::from(target.code).into()])?;
        }
    }
    Ok(())
}

/// Whether the column has its second part in every environment: its tables may come with a further set.
fn is_wide(table: &Table, column: &Column) -> bool {
    let all = &Baseline::of(&Set::ALL).tables;
    let full = all.iter().find(|one| one.logical == table.logical);
    full.and_then(|full| full.column(&column.logical)).is_some_and(|one| one.kind.is_polymorphic())
}

/// Drops a table with everything that is kept about its rows.
fn drop_table(tx: &Tx<'_>, number: i64, table: &Table) -> Result<()> {
    let code = [i64::from(table.code).into()];
    let (files, chunks) = (names::side(number, "files"), names::side(number, "chunks"));
    let sql = format!(
        "DELETE FROM {chunks} WHERE file_id IN (SELECT file_id FROM {files} WHERE table_code = $1)"
    );
    tx.execute(&sql, &code)?;
    for side in ["files", "shares", "tombstones", "history"] {
        let on = names::side(number, side);
        tx.execute(&format!("DELETE FROM {on} WHERE table_code = $1"), &code)?;
    }
    all(tx, &[ddl::drop_table(number, table)])
}
