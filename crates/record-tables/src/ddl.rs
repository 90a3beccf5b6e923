//! The statements that make tables, columns and indexes.

use db::Dialect;
use tables::{AlternateKey, Column, ColumnKind, Ownership, Table};

use crate::names;

/// The statements that make a table with its indexes; none for a table that only shows the rows of others.
pub fn create_table(dialect: Dialect, number: i64, table: &Table) -> Vec<String> {
    if table.is_union() {
        return Vec::new();
    }
    let mut columns = Vec::new();
    for column in table.columns() {
        let key = if column.logical == table.primary_id { " NOT NULL PRIMARY KEY" } else { "" };
        let name = names::column(&column.logical);
        columns.push(format!("{name} {}{key}", sql_type(dialect, &column.kind)));
        if column.kind.is_polymorphic() {
            columns.push(format!("{} {}", names::type_column(&column.logical), whole(dialect)));
        }
    }
    let strict = match dialect {
        Dialect::Sqlite => " STRICT",
        Dialect::Postgres => "",
    };
    let name = names::table(number, &table.logical);
    let mut all = vec![format!("CREATE TABLE {name} ({}){strict}", columns.join(", "))];
    all.extend(
        table.columns().iter().filter_map(|column| create_index(dialect, number, table, column)),
    );
    all.extend(table.keys.iter().map(|key| create_key(number, table, key)));
    if table.intersect {
        all.extend(intersect(number, table));
    }
    all
}

/// The statement that drops a table.
pub fn drop_table(number: i64, table: &Table) -> String {
    format!("DROP TABLE IF EXISTS {}", names::table(number, &table.logical))
}

/// The statements that add a column to a table.
pub fn add_column(dialect: Dialect, number: i64, table: &Table, column: &Column) -> Vec<String> {
    let (name, on) = (names::column(&column.logical), names::table(number, &table.logical));
    let mut all =
        vec![format!("ALTER TABLE {on} ADD COLUMN {name} {}", sql_type(dialect, &column.kind))];
    if column.kind.is_polymorphic() {
        let second = names::type_column(&column.logical);
        all.push(format!("ALTER TABLE {on} ADD COLUMN {second} {}", whole(dialect)));
    }
    all.extend(create_index(dialect, number, table, column));
    all
}

/// The statements that take a column out of a table.
pub fn drop_column(number: i64, table: &Table, column: &Column) -> Vec<String> {
    let (name, on) = (names::column(&column.logical), names::table(number, &table.logical));
    let mut all =
        vec![format!("DROP INDEX IF EXISTS {}", names::index(number, table.code, column.id))];
    all.push(format!("ALTER TABLE {on} DROP COLUMN {name}"));
    if column.kind.is_polymorphic() {
        let second = names::type_column(&column.logical);
        all.push(format!("ALTER TABLE {on} DROP COLUMN {second}"));
    }
    all
}

/// The unique index of an alternate key; texts count whatever their case.
pub fn create_key(number: i64, table: &Table, key: &AlternateKey) -> String {
    let columns: Vec<String> = key
        .columns
        .iter()
        .map(|logical| match table.column(logical).map(|column| &column.kind) {
            Some(ColumnKind::Text { .. } | ColumnKind::Memo { .. }) => {
                format!("fold({})", names::column(logical))
            }
            _ => names::column(logical),
        })
        .collect();
    let (name, on) =
        (names::index(number, table.code, key.id), names::table(number, &table.logical));
    format!("CREATE UNIQUE INDEX {name} ON {on} ({})", columns.join(", "))
}

/// The statement that drops the index of an alternate key.
pub fn drop_key(number: i64, table: &Table, key: &AlternateKey) -> String {
    format!("DROP INDEX IF EXISTS {}", names::index(number, table.code, key.id))
}

/// The side tables of an environment.
pub fn create_sides(dialect: Dialect, number: i64) -> Vec<String> {
    let (id, int, text, at, bytes, json, end) = match dialect {
        Dialect::Sqlite => {
            ("BLOB", "INTEGER", "TEXT", "INTEGER", "BLOB", "TEXT", " STRICT, WITHOUT ROWID")
        }
        Dialect::Postgres => ("UUID", "BIGINT", "TEXT", "TIMESTAMPTZ", "BYTEA", "JSONB", ""),
    };
    let side = |name| names::side(number, name);
    // Long rows that come in the order of time: they are put behind each other, and found through a narrow index.
    let append = end.trim_end_matches(", WITHOUT ROWID");
    vec![
        format!(
            "CREATE TABLE {} (principal_id {id} NOT NULL, table_code {int} NOT NULL, row_id {id} NOT NULL, \
             mask {int} NOT NULL, PRIMARY KEY (principal_id, table_code, row_id)){end}",
            side("shares")
        ),
        format!("CREATE INDEX \"x{number}_shares\" ON {} (table_code, row_id)", side("shares")),
        format!(
            "CREATE TABLE {} (table_code {int} NOT NULL, position {int} NOT NULL, row_id {id} NOT NULL, \
             at {at} NOT NULL, PRIMARY KEY (table_code, position)){end}",
            side("tombstones")
        ),
        format!(
            "CREATE TABLE {} (table_code {int} NOT NULL, row_id {id} NOT NULL, position {int} NOT NULL, \
             at {at} NOT NULL, user_id {id} NOT NULL, action {text} NOT NULL, changes {json} NOT NULL){append}",
            side("history")
        ),
        format!(
            "CREATE UNIQUE INDEX \"x{number}_history\" ON {} (table_code, row_id, position)",
            side("history")
        ),
        format!(
            "CREATE TABLE {} (file_id {id} NOT NULL, part {int} NOT NULL, bytes {bytes} NOT NULL, \
             PRIMARY KEY (file_id, part)){end}",
            side("chunks")
        ),
        format!(
            "CREATE TABLE {} (file_id {id} NOT NULL PRIMARY KEY, table_code {int} NOT NULL, row_id {id} NOT NULL, \
             column_name {text} NOT NULL, name {text} NOT NULL, kind {text} NOT NULL, size {int} NOT NULL, \
             stored {int} NOT NULL, complete {int} NOT NULL, user_id {id} NOT NULL, at {at} NOT NULL){end}",
            side("files")
        ),
        format!("CREATE INDEX \"x{number}_files\" ON {} (table_code, row_id)", side("files")),
        format!(
            "CREATE TABLE {} (table_name {text} NOT NULL, column_name {text} NOT NULL, next {int} NOT NULL, \
             PRIMARY KEY (table_name, column_name)){end}",
            side("numbers")
        ),
    ]
}

/// The statement that tells how many bytes a table takes with its indexes; `$1` is the name that [`size_name`] gives.
pub fn size(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "SELECT SUM(pgsize) FROM dbstat WHERE aggregate = 1 \
             AND name IN (SELECT name FROM sqlite_master WHERE tbl_name = $1)"
        }
        Dialect::Postgres => "SELECT pg_total_relation_size(to_regclass($1))",
    }
}

/// The name of a table as [`size`] takes it.
pub fn size_name(dialect: Dialect, table: &str) -> String {
    match dialect {
        Dialect::Sqlite => table.trim_matches('"').to_owned(),
        Dialect::Postgres => table.to_owned(),
    }
}

/// The statements that count what is in a table, for the engine's plans. The table that comes and goes makes other
/// connections look at the counts at once.
pub fn analyse(number: i64, logical: &str) -> [String; 3] {
    let passing = names::side(number, "analysed");
    [
        format!("ANALYZE {}", names::table(number, logical)),
        format!("CREATE TABLE {passing} (one BIGINT)"),
        format!("DROP TABLE {passing}"),
    ]
}

/// The names of the side tables.
pub const SIDES: [&str; 6] = ["shares", "tombstones", "history", "chunks", "files", "numbers"];

/// The index of a column, where it deserves one: owners and units, references, names, and what changes are read by.
pub(crate) fn create_index(
    dialect: Dialect,
    number: i64,
    table: &Table,
    column: &Column,
) -> Option<String> {
    if table.is_union() || table.intersect {
        return None;
    }
    let (name, key) = (names::column(&column.logical), names::column(&table.primary_id));
    // Empty cells come first on both engines; SQLite knows it no other way.
    let nulls = match dialect {
        Dialect::Sqlite => "",
        Dialect::Postgres => " NULLS FIRST",
    };
    let of = |expression: String, rest: &str| {
        let index = names::index(number, table.code, column.id);
        let on = names::table(number, &table.logical);
        Some(format!("CREATE INDEX {index} ON {on} ({expression}){rest}"))
    };
    match &column.kind {
        ColumnKind::Owner if table.ownership == Ownership::User => of(name, ""),
        kind if kind.is_reference() && !UNINDEXED.contains(&column.logical.as_str()) => {
            let rest = format!(" WHERE {name} IS NOT NULL");
            of(name, &rest)
        }
        ColumnKind::Text { .. } if table.primary_name.as_ref() == Some(&column.logical) => {
            of(format!("plain({name}){nulls}, {key}"), "")
        }
        ColumnKind::DateTime { .. } if column.logical == "modifiedon" => {
            of(format!("{name}{nulls}, {key}"), "")
        }
        ColumnKind::Version if table.change_tracking => of(name, ""),
        _ => None,
    }
}

/// The two ways through an intersect table.
fn intersect(number: i64, table: &Table) -> Vec<String> {
    let ends: Vec<&Column> =
        table.columns().iter().filter(|column| matches!(column.kind, ColumnKind::Guid)).collect();
    let [first, second] = ends.as_slice() else { return Vec::new() };
    let on = names::table(number, &table.logical);
    let (one, two) = (names::column(&first.logical), names::column(&second.logical));
    let index = |column: &Column| names::index(number, table.code, column.id);
    vec![
        format!("CREATE UNIQUE INDEX {} ON {on} ({one}, {two})", index(first)),
        format!("CREATE INDEX {} ON {on} ({two}, {one})", index(second)),
    ]
}

/// The type of a column in the database.
pub const fn sql_type(dialect: Dialect, kind: &ColumnKind) -> &'static str {
    match (dialect, kind) {
        (
            Dialect::Sqlite,
            ColumnKind::Key
            | ColumnKind::Guid
            | ColumnKind::File { .. }
            | ColumnKind::Lookup { .. }
            | ColumnKind::Customer
            | ColumnKind::Owner,
        ) => "BLOB",
        (
            Dialect::Postgres,
            ColumnKind::Key
            | ColumnKind::Guid
            | ColumnKind::File { .. }
            | ColumnKind::Lookup { .. }
            | ColumnKind::Customer
            | ColumnKind::Owner,
        ) => "UUID",
        (
            Dialect::Sqlite,
            ColumnKind::Text { .. }
            | ColumnKind::Memo { .. }
            | ColumnKind::Choices { .. }
            | ColumnKind::Image { .. },
        ) => "TEXT",
        (
            Dialect::Postgres,
            ColumnKind::Text { .. }
            | ColumnKind::Memo { .. }
            | ColumnKind::Choices { .. }
            | ColumnKind::Image { .. },
        ) => "TEXT COLLATE \"C\"",
        (Dialect::Sqlite, ColumnKind::Double { .. }) => "REAL",
        (Dialect::Postgres, ColumnKind::Double { .. }) => "DOUBLE PRECISION",
        (Dialect::Postgres, ColumnKind::Boolean { .. }) => "BOOLEAN",
        (Dialect::Postgres, ColumnKind::DateTime { .. }) => "TIMESTAMPTZ",
        (Dialect::Sqlite, _) => "INTEGER",
        (Dialect::Postgres, _) => "BIGINT",
    }
}

pub(crate) const fn whole(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "INTEGER",
        Dialect::Postgres => "BIGINT",
    }
}

/// References that nobody goes through backwards: an index on them would cost every write and serve no read.
const UNINDEXED: [&str; 8] = [
    "createdby",
    "modifiedby",
    "createdonbehalfby",
    "modifiedonbehalfby",
    "owninguser",
    "owningteam",
    "transactioncurrencyid",
    "organizationid",
];
