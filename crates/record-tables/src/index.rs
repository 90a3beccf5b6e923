//! The words of rows, for full-text search: where they are kept, what is to be kept next, and keeping it.
//!
//! Writes of rows know nothing of it. The index follows behind: each table's place is a number of the environment and
//! the key of a row, and what has changed since is found by `versionnumber`, what is gone by the tombstones. A crash
//! loses nothing, since the words and the place are written together. Everything here can be made again from the
//! rows, so backups leave it out. What is kept of rows that are gone finds nothing, since whatever is found is looked up
//! in its own table, under the rights of the caller.
//!
//! A table whose searched columns change begins anew: its words go, a slice at a time, then they are made from the first
//! row on. From the moment the definition has changed until then its words find nothing, since searches look only at
//! tables that are kept with the columns that hold now.

use std::collections::HashMap;

use db::{Dialect, Result, Tx, Value};
use kernel::EnvironmentId;
use tables::{Column, ColumnKind, MemoFormat, Model, Table, TextFormat};
use uuid::Uuid;

use crate::{
    names,
    registry::{self, Registered, State},
    words,
};

/// The name of a table of the index.
pub fn name(number: i64, name: &str) -> String {
    format!("\"f{number}_{name}\"")
}

/// The tables of the index, for whoever drops an environment.
pub const TABLES: [&str; 3] = ["words", "found", "indexed"];

/// The columns that searches look into: the name first, then those that are marked for it. Never one that is secured.
/// None for a table whose changes are not tracked.
pub fn columns(table: &Table) -> Vec<&Column> {
    if !table.change_tracking || table.is_union() || table.intersect {
        return Vec::new();
    }
    let is_text =
        |kind: &ColumnKind| matches!(kind, ColumnKind::Text { .. } | ColumnKind::Memo { .. });
    let is_name = |column: &Column| table.primary_name.as_ref() == Some(&column.logical);
    let open = |column: &&Column| is_text(&column.kind) && !column.secured && column.for_read;
    let all = table.columns().iter().filter(open);
    let mut all: Vec<&Column> = all.filter(|one| one.searched || is_name(one)).collect();
    kernel::sort_by_key(&mut all, |column| !is_name(column));
    all
}

/// The columns that a table is to be kept with, as they are noted: a column that is made anew under the same name is
/// another one.
fn shape(columns: &[&Column]) -> String {
    let all: Vec<String> = columns.iter().map(|column| column.id.simple().to_string()).collect();
    all.join(" ")
}

/// How far a table is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The table.
    pub code: i64,
    /// Everything up to this number is kept:
    pub position: i64,
    /// of this number itself, what comes up to this row.
    pub row: Uuid,
    /// The columns that it is kept with; empty while the words of other columns go.
    pub shape: String,
}

/// What is to be kept next.
#[derive(Debug, Default)]
pub struct Batch {
    /// Places that are left, and those that are reached; from nothing where a table begins.
    pub moves: Vec<(Option<Place>, Place)>,
    /// Rows with the text of their name and of their other columns.
    pub rows: Vec<(i64, Uuid, String, String)>,
    /// Rows that are gone.
    pub gone: Vec<(i64, Uuid)>,
    /// Whether there is more already.
    pub more: bool,
}

impl Batch {
    /// Whether everything is kept.
    pub fn is_empty(&self) -> bool {
        self.moves.is_empty()
    }
}

/// Whether the tables of the index stand.
///
/// # Errors
/// Any of [`db::Error`].
pub fn stands(tx: &Tx<'_>, number: i64) -> Result<bool> {
    let sql = match tx.dialect() {
        Dialect::Sqlite => "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1",
        Dialect::Postgres => {
            "SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace \
             AND relname = $1"
        }
    };
    Ok(tx.first(sql, &[format!("f{number}_indexed").into()])?.is_some())
}

/// Makes the tables of the index.
///
/// # Errors
/// Any of [`db::Error`].
pub fn create(tx: &Tx<'_>, environment: EnvironmentId) -> Result<()> {
    // the head of the environment is locked, so that nodes take turns
    let Some(registered) = registry::draw(tx, environment, 0)? else { return Ok(()) };
    let number = registered.number;
    if stands(tx, number)? {
        return Ok(());
    }
    let of = |one| name(number, one);
    let all = match tx.dialect() {
        Dialect::Sqlite => vec![
            format!(
                "CREATE VIRTUAL TABLE {} USING fts5(title, body, content='', contentless_delete=1, \
                 tokenize='unicode61 remove_diacritics 2', prefix='2 3')",
                of("words")
            ),
            format!(
                "CREATE TABLE {} (found_id INTEGER NOT NULL PRIMARY KEY, table_code INTEGER NOT NULL, \
                 row_id BLOB NOT NULL, UNIQUE (table_code, row_id)) STRICT",
                of("found")
            ),
            format!(
                "CREATE TABLE {} (table_code INTEGER NOT NULL PRIMARY KEY, position INTEGER NOT NULL, \
                 row_id BLOB NOT NULL, shape TEXT NOT NULL) STRICT",
                of("indexed")
            ),
        ],
        Dialect::Postgres => vec![
            format!(
                "CREATE TABLE {} (table_code BIGINT NOT NULL, row_id UUID NOT NULL, \
                 words TSVECTOR NOT NULL, PRIMARY KEY (table_code, row_id))",
                of("found")
            ),
            format!("CREATE INDEX \"x{number}_words\" ON {} USING gin (words)", of("found")),
            format!(
                "CREATE TABLE {} (table_code BIGINT NOT NULL PRIMARY KEY, position BIGINT NOT NULL, \
                 row_id UUID NOT NULL, shape TEXT NOT NULL)",
                of("indexed")
            ),
        ],
    };
    all.iter().try_for_each(|sql| tx.execute(sql, &[]).map(drop))?;
    let sql = format!(
        "INSERT INTO {} (table_code, position, row_id, shape) VALUES ({HEAD}, 0, $1, '')",
        of("indexed")
    );
    tx.execute(&sql, &[Uuid::nil().into()]).map(drop)
}

/// Whether words may be kept with what is known of an environment: not while it is made anew, since its rows then come
/// behind numbers that are passed already, and not by definitions that have changed since.
///
/// # Errors
/// Any of [`db::Error`].
pub fn is_open(tx: &Tx<'_>, known: &Registered) -> Result<bool> {
    let now = registry::lookup(tx, known.environment)?;
    Ok(now.is_some_and(|now| {
        !matches!(now.state, State::Busy | State::Deleted)
            && (now.number, now.model_version) == (known.number, known.model_version)
    }))
}

/// The tables whose words may be searched: those that are kept with the columns that hold now.
///
/// # Errors
/// Any of [`db::Error`].
pub fn current(tx: &Tx<'_>, model: &Model, number: i64) -> Result<Vec<i64>> {
    if !stands(tx, number)? {
        return Ok(Vec::new());
    }
    let kept = places(tx, number)?;
    let holds = |table: &&std::sync::Arc<Table>| {
        let columns = columns(table);
        let place = kept.get(&i64::from(table.code));
        !columns.is_empty() && place.is_some_and(|place| place.shape == shape(&columns))
    };
    Ok(model.tables().iter().filter(holds).map(|table| i64::from(table.code)).collect())
}

/// What is to be kept next, at most `most` rows.
///
/// # Errors
/// Any of [`db::Error`].
pub fn next(tx: &Tx<'_>, model: &Model, registered: &Registered, most: usize) -> Result<Batch> {
    let number = registered.number;
    // the head first: every number up to it is committed
    let head = registry::lookup(tx, registered.environment)?;
    let head = head.map_or(registered.position, |now| now.position);
    let mut kept = places(tx, number)?;
    let mut batch = Batch::default();
    for table in model.tables() {
        let columns = columns(table);
        if columns.is_empty() {
            continue;
        }
        let shape = shape(&columns);
        let code = i64::from(table.code);
        let before = kept.remove(&code);
        let from = match &before {
            Some(place) if place.shape == shape => place.clone(),
            _ => Place { code, position: 0, row: Uuid::nil(), shape },
        };
        if before.as_ref() == Some(&from) && from.position >= head {
            continue;
        }
        let room = most.saturating_sub(batch.rows.len() + batch.gone.len());
        if room == 0 {
            batch.more = true;
            break;
        }
        if before.as_ref().is_some_and(|place| place.shape != from.shape) {
            let old = left(tx, number, code, room)?;
            if !old.is_empty() {
                batch.gone.extend(old);
                batch.moves.push((before, Place { shape: String::new(), ..from }));
                batch.more = true;
                continue;
            }
        }
        let (after, more) =
            changed(tx, number, (table, &columns), (&from, head, room), &mut batch)?;
        batch.more |= more;
        batch.moves.push((before, after));
    }
    Ok(batch)
}

fn places(tx: &Tx<'_>, number: i64) -> Result<HashMap<i64, Place>> {
    let sql =
        format!("SELECT table_code, position, row_id, shape FROM {}", name(number, "indexed"));
    let place = |row: &db::Row| {
        Ok(Place { code: row.get(0)?, position: row.get(1)?, row: row.get(2)?, shape: row.get(3)? })
    };
    let all: Vec<Place> = tx.all(&sql, &[])?.iter().map(place).collect::<Result<_>>()?;
    Ok(all.into_iter().map(|place| (place.code, place)).collect())
}

/// Rows of a table that still have words.
fn left(tx: &Tx<'_>, number: i64, code: i64, room: usize) -> Result<Vec<(i64, Uuid)>> {
    let on = name(number, "found");
    let sql = format!("SELECT row_id FROM {on} WHERE table_code = $1 ORDER BY row_id LIMIT {room}");
    tx.all(&sql, &[code.into()])?.iter().map(|row| Ok((code, row.get(0)?))).collect()
}

/// The rows of a table behind a place, and how far they lead.
fn changed(
    tx: &Tx<'_>,
    number: i64,
    (table, columns): (&Table, &[&Column]),
    (from, head, room): (&Place, i64, usize),
    batch: &mut Batch,
) -> Result<(Place, bool)> {
    let (on, key) = (names::table(number, &table.logical), names::column(&table.primary_id));
    let list: Vec<String> = columns.iter().map(|column| names::column(&column.logical)).collect();
    let list = list.join(", ");
    let sql = format!(
        "SELECT {key}, \"versionnumber\", {list} FROM {on} \
         WHERE \"versionnumber\" >= $1 AND (\"versionnumber\" > $1 OR {key} > $2) \
         ORDER BY \"versionnumber\", {key} LIMIT {room}"
    );
    let found = tx.all(&sql, &[from.position.into(), from.row.into()])?;
    let named = columns.first().is_some_and(|c| table.primary_name.as_ref() == Some(&c.logical));
    let (mut position, mut behind, more) = (head, Uuid::nil(), found.len() >= room);
    for row in &found {
        let id: Uuid = row.get(0)?;
        let (mut title, mut body) = (String::new(), String::new());
        for (at, column) in columns.iter().enumerate() {
            let Some(text) = row.get::<Option<String>>(at + 2)? else { continue };
            let text = if is_document(column) { words::plain(&text) } else { text };
            if at == 0 && named {
                title = text;
            } else {
                body.push_str(&text);
                body.push('\n');
            }
        }
        if more {
            (position, behind) = (row.get(1)?, id);
        }
        batch.rows.push((from.code, id, title, body));
    }
    let sql = format!(
        "SELECT row_id FROM {} WHERE table_code = $1 AND position > $2 AND position <= $3",
        names::side(number, "tombstones")
    );
    for row in tx.all(&sql, &[from.code.into(), from.position.into(), position.into()])? {
        batch.gone.push((from.code, row.get(0)?));
    }
    Ok((Place { position, row: behind, ..from.clone() }, more))
}

const fn is_document(column: &Column) -> bool {
    matches!(
        column.kind,
        ColumnKind::Memo { format: MemoFormat::RichText | MemoFormat::Email, .. }
            | ColumnKind::Text { format: TextFormat::RichText, .. }
    )
}

/// Words of one row, ready for the engine.
pub type Document = (i64, Uuid, [String; 2]);

/// Keeps a batch whose words are made. False when somebody else has moved on meanwhile; nothing is kept then.
///
/// # Errors
/// Any of [`db::Error`].
pub fn keep(tx: &Tx<'_>, number: i64, batch: &Batch, documents: &[Document]) -> Result<bool> {
    if !go(tx, number, &batch.moves)? {
        return Ok(false);
    }
    let (found, all) = (name(number, "found"), name(number, "words"));
    match tx.dialect() {
        Dialect::Sqlite => {
            let id = format!("SELECT found_id FROM {found} WHERE table_code = $1 AND row_id = $2");
            let out = format!("DELETE FROM {all} WHERE rowid = $1");
            let gone = format!("DELETE FROM {found} WHERE found_id = $1");
            for (code, row) in &batch.gone {
                if let Some(known) = tx.first(&id, &[(*code).into(), (*row).into()])? {
                    let known: i64 = known.get(0)?;
                    tx.execute(&out, &[known.into()])?;
                    tx.execute(&gone, &[known.into()])?;
                }
            }
            let make = format!(
                "INSERT INTO {found} (table_code, row_id) VALUES ($1, $2) \
                 ON CONFLICT (table_code, row_id) DO UPDATE SET table_code = excluded.table_code \
                 RETURNING found_id"
            );
            let set =
                format!("INSERT OR REPLACE INTO {all} (rowid, title, body) VALUES ($1, $2, $3)");
            // All numbers first: a statement that may abort in its middle opens a savepoint, at which the engine writes out
            // the words that it has gathered, and a segment for each row is many pages more.
            let mut cells = Vec::with_capacity(documents.len());
            for (code, row, [title, body]) in documents {
                if let Some(known) = tx.first(&make, &[(*code).into(), (*row).into()])? {
                    cells.push(vec![known.get::<i64>(0)?.into(), title.into(), body.into()]);
                }
            }
            tx.execute_many(&set, &cells)?;
        }
        Dialect::Postgres => {
            let gone: Vec<Vec<Value<'_>>> =
                batch.gone.iter().map(|(code, row)| vec![(*code).into(), (*row).into()]).collect();
            let sql = format!("DELETE FROM {found} WHERE table_code = $1 AND row_id = $2");
            tx.execute_many(&sql, &gone)?;
            let sql = format!(
                "INSERT INTO {found} (table_code, row_id, words) \
                 VALUES ($1, $2, CAST(CAST($3 AS TEXT) AS TSVECTOR)) \
                 ON CONFLICT (table_code, row_id) DO UPDATE SET words = excluded.words"
            );
            let rows: Vec<Vec<Value<'_>>> = documents
                .iter()
                .map(|(code, row, [words, _])| vec![(*code).into(), (*row).into(), words.into()])
                .collect();
            tx.execute_many(&sql, &rows)?;
        }
    }
    Ok(true)
}

/// Leaves the old places for the new ones, if they still are as they were.
fn go(tx: &Tx<'_>, number: i64, moves: &[(Option<Place>, Place)]) -> Result<bool> {
    let on = name(number, "indexed");
    let turn =
        format!("SELECT position FROM {on} WHERE table_code = {HEAD}{}", tx.dialect().for_update());
    tx.first(&turn, &[])?;
    let now = places(tx, number)?;
    if moves.iter().any(|(before, after)| now.get(&after.code) != before.as_ref()) {
        return Ok(false);
    }
    let sql = format!(
        "INSERT INTO {on} (table_code, position, row_id, shape) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (table_code) DO UPDATE SET position = excluded.position, \
         row_id = excluded.row_id, shape = excluded.shape"
    );
    let row = |after: &Place| {
        let shape = after.shape.clone();
        vec![after.code.into(), after.position.into(), after.row.into(), shape.into()]
    };
    let rows: Vec<Vec<Value<'_>>> = moves.iter().map(|(_, after)| row(after)).collect();
    tx.execute_many(&sql, &rows)?;
    Ok(true)
}

/// Makes the index by which changes of a table are found, where the table came to be tracked later.
///
/// # Errors
/// Any of [`db::Error`].
pub fn ensure_order(tx: &Tx<'_>, number: i64, table: &Table) -> Result<()> {
    let Some(column) = table.column("versionnumber") else { return Ok(()) };
    let on = names::table(number, &table.logical);
    let index = names::index(number, table.code, column.id);
    let sql = format!("CREATE INDEX IF NOT EXISTS {index} ON {on} (\"versionnumber\")");
    tx.execute(&sql, &[]).map(drop)
}

/// The rows that hold what is wanted, as the first part of a statement: `h` with `c` the code of the table, `r` the
/// row and `s` how well it fits; of the tables in `codes` alone.
pub fn hits(
    dialect: Dialect,
    number: i64,
    wanted: &words::Wanted,
    codes: &[i64],
) -> (String, Value<'static>) {
    let (found, all) = (name(number, "found"), name(number, "words"));
    let codes: Vec<String> = codes.iter().map(ToString::to_string).collect();
    let codes = codes.join(", ");
    let with = match dialect {
        Dialect::Sqlite => format!(
            "WITH h AS MATERIALIZED (SELECT f.table_code AS c, f.row_id AS r, \
             -bm25({all}, {TITLE}, 1.0) AS s FROM {all} JOIN {found} AS f ON f.found_id = {all}.rowid \
             WHERE {all} MATCH $1 AND f.table_code IN ({codes})) "
        ),
        Dialect::Postgres => format!(
            "WITH h AS MATERIALIZED (SELECT f.table_code AS c, f.row_id AS r, \
             CAST(ts_rank(f.words, q.q) AS DOUBLE PRECISION) AS s FROM {found} AS f, \
             (SELECT CAST(CAST($1 AS TEXT) AS TSQUERY) AS q) AS q \
             WHERE f.words @@ q.q AND f.table_code IN ({codes})) "
        ),
    };
    (with, wanted.expression(dialect).into())
}

/// The row of no table, by which nodes take turns.
const HEAD: i64 = 0;
/// How much more a word counts in a row's name; our own choice.
const TITLE: &str = "10.0";

/// The statements that drop the index of an environment.
pub fn drop_all(number: i64) -> impl Iterator<Item = String> {
    TABLES.iter().map(move |one| format!("DROP TABLE IF EXISTS {}", name(number, one)))
}

#[cfg(test)]
mod tests {
    use tables::baseline::{Baseline, Set};

    use super::*;

    #[test]
    fn secured_columns_and_untracked_tables_are_not_searched() {
        let base = Baseline::of(&Set::ALL);
        let table = |name: &str| base.tables.iter().find(|one| one.logical == name).unwrap();
        let names = |table: &Table| -> Vec<String> {
            columns(table).iter().map(|column| column.logical.clone()).collect()
        };
        let account = names(table("account"));
        assert_eq!(account.first().map(String::as_str), Some("name"));
        assert!(account.contains(&"accountnumber".to_owned()), "{account:?}");
        assert!(names(table("role")).is_empty());
        let mut secret = (**table("account")).clone();
        secret.change_columns(|all| {
            for column in all {
                column.secured |= column.logical == "accountnumber";
            }
        });
        assert!(!names(&secret).contains(&"accountnumber".to_owned()));
    }
}
