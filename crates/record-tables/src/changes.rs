//! What changed in the definitions of an environment, version by version of its model.
//!
//! Every version that a change of definitions makes has a mark beside what changed in it. A version without one (an
//! environment made anew, a set of tables that was added) is one of which nothing is known.

use std::collections::HashMap;

use db::{Result, Tx};
use jiff::Timestamp;
use kernel::EnvironmentId;
use tables::{Model, Table};
use uuid::Uuid;

use crate::registry::Registered;

/// A definition that came, changed or went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `table`, `column`, `key`, `relationship`, `choice`; `auditing` of a table where that ended.
    pub kind: &'static str,
    /// Its metadata id.
    pub id: Uuid,
    /// The table that it belongs to.
    pub of: Option<Uuid>,
    /// `made`, `changed` or `gone`.
    pub what: &'static str,
}

/// The version that a change makes, and when it was made.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// Of the model; 0 for what a newer program brings.
    pub version: i64,
    /// The head of writes.
    pub position: i64,
    /// When.
    pub at: Timestamp,
}

/// What is different between two models.
pub fn between(before: &Model, after: &Model) -> Vec<Entry> {
    let mut all = Vec::new();
    for table in after.tables() {
        let old = before.table_by_id(table.id).map(|old| &**old);
        if old.is_some_and(|old| old == &**table) {
            continue;
        }
        of_table(old, table, &mut all);
    }
    for table in before.tables().iter().filter(|old| after.table_by_id(old.id).is_none()) {
        all.push(Entry { kind: "table", id: table.id, of: None, what: "gone" });
        let parts = table.columns().iter().map(|one| ("column", one.id));
        let parts = parts.chain(table.keys.iter().map(|one| ("key", one.id)));
        all.extend(parts.map(|(kind, id)| Entry { kind, id, of: Some(table.id), what: "gone" }));
    }
    parts(
        ("relationship", None),
        before.relationships().iter().map(|one| (one.id(), one)),
        after.relationships().iter().map(|one| (one.id(), one)),
        &mut all,
    );
    parts(
        ("choice", None),
        before.choices().iter().map(|one| (one.id, one)),
        after.choices().iter().map(|one| (one.id, one)),
        &mut all,
    );
    all
}

fn of_table(old: Option<&Table>, table: &Table, all: &mut Vec<Entry>) {
    let of = Some(table.id);
    let what = if old.is_none() { "made" } else { "changed" };
    if old.is_none_or(|old| own(old) != own(table)) {
        all.push(Entry { kind: "table", id: table.id, of: None, what });
    }
    let no_columns: &[tables::Column] = &[];
    let no_keys: &[tables::AlternateKey] = &[];
    let columns = old.map_or(no_columns, Table::columns);
    parts(
        ("column", of),
        columns.iter().map(|one| (one.id, one)),
        table.columns().iter().map(|one| (one.id, one)),
        all,
    );
    let keys = old.map_or(no_keys, |old| &old.keys);
    parts(
        ("key", of),
        keys.iter().map(|one| (one.id, one)),
        table.keys.iter().map(|one| (one.id, one)),
        all,
    );
    if old.is_some_and(|old| old.audited) && !table.audited {
        all.push(Entry { kind: "auditing", id: table.id, of, what: "gone" });
    }
}

/// What a table says of itself, without its columns and keys.
fn own(table: &Table) -> serde_json::Value {
    let mut value = serde_json::to_value(table).unwrap_or_default();
    if let Some(members) = value.as_object_mut() {
        members.remove("columns");
        members.remove("keys");
    }
    value
}

fn parts<T: PartialEq>(
    (kind, of): (&'static str, Option<Uuid>),
    before: impl Iterator<Item = (Uuid, T)>,
    after: impl Iterator<Item = (Uuid, T)>,
    all: &mut Vec<Entry>,
) {
    let mut before: HashMap<Uuid, T> = before.collect();
    for (id, now) in after {
        let what = match before.remove(&id) {
            None => "made",
            Some(was) if was != now => "changed",
            Some(_) => continue,
        };
        all.push(Entry { kind, id, of, what });
    }
    all.extend(before.into_keys().map(|id| Entry { kind, id, of, what: "gone" }));
}

/// Keeps what changed with a version.
///
/// # Errors
/// Any of [`db::Error`].
pub fn write(
    tx: &Tx<'_>,
    environment: EnvironmentId,
    moment: Moment,
    entries: &[Entry],
) -> Result<()> {
    const SQL: &str = "INSERT INTO record_definition_changes \
                       (tenant_id, environment_id, version, kind, id, of_table, what, position, at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) \
                       ON CONFLICT (tenant_id, environment_id, version, kind, id) DO NOTHING";
    let mark = Entry { kind: MARK, id: Uuid::nil(), of: None, what: "changed" };
    let mark = (moment.version > 0).then_some(&mark);
    let rows: Vec<Vec<db::Value<'_>>> = entries
        .iter()
        .chain(mark)
        .map(|one| {
            vec![
                tx.tenant().into(),
                environment.into(),
                moment.version.into(),
                one.kind.into(),
                one.id.into(),
                one.of.into(),
                one.what.into(),
                moment.position.into(),
                moment.at.into(),
            ]
        })
        .collect();
    if rows.is_empty() { Ok(()) } else { tx.execute_many(SQL, &rows).map(drop) }
}

/// What changed after a version of the model: kind, id and what became of it, in the order of the versions. None where
/// something happened since of which nothing is known, or longer ago than `oldest`.
///
/// # Errors
/// Any of [`db::Error`].
pub fn since(
    tx: &Tx<'_>,
    registered: &Registered,
    (version, oldest): (i64, Timestamp),
) -> Result<Option<Vec<(String, Uuid, String)>>> {
    const MARKS: &str = "SELECT COUNT(*) FROM record_definition_changes \
                         WHERE tenant_id = $1 AND environment_id = $2 AND version > $3 \
                         AND version <= $4 AND kind = 'model' AND at >= $5";
    const SQL: &str = "SELECT kind, id, what FROM record_definition_changes \
                       WHERE tenant_id = $1 AND environment_id = $2 AND version > $3 \
                       AND kind NOT IN ('model', 'auditing') ORDER BY version";
    let now = registered.model_version;
    let (tenant, environment) = (tx.tenant().into(), registered.environment.into());
    let params = [tenant, environment, version.into(), now.into(), oldest.into()];
    let marks: i64 = tx.first(MARKS, &params)?.map_or(Ok(0), |row| row.get(0))?;
    if version < 0 || version > now || marks != now - version {
        return Ok(None);
    }
    let [tenant, environment, version, ..] = params;
    let rows = tx.all(SQL, &[tenant, environment, version])?;
    rows.iter()
        .map(|row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .collect::<Result<_>>()
        .map(Some)
}

/// What histories need to know of the past of tables.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// Columns that came after their table: the head of writes at that time.
    pub columns: HashMap<Uuid, i64>,
    /// Tables whose auditing has ended: the head of writes when it last did.
    pub unaudited: HashMap<Uuid, i64>,
}

/// What histories need to know of an environment.
///
/// # Errors
/// Any of [`db::Error`].
pub fn past(tx: &Tx<'_>, environment: EnvironmentId) -> Result<Past> {
    const SQL: &str = "SELECT kind, id, position FROM record_definition_changes \
                       WHERE tenant_id = $1 AND environment_id = $2 \
                       AND (kind = 'auditing' OR (kind = 'column' AND what = 'made'))";
    let mut past = Past::default();
    for row in tx.all(SQL, &[tx.tenant().into(), environment.into()])? {
        let (kind, id, position): (String, Uuid, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let of = if kind == "column" { &mut past.columns } else { &mut past.unaudited };
        let known = of.entry(id).or_insert(position);
        *known = position.max(*known);
    }
    Ok(past)
}

/// The past goes with a copy, under versions that the copy never has.
pub(crate) fn copy(tx: &Tx<'_>, from: EnvironmentId, to: EnvironmentId) -> Result<()> {
    const SQL: &str = "INSERT INTO record_definition_changes \
                       (tenant_id, environment_id, version, kind, id, of_table, what, position, at) \
                       SELECT tenant_id, $3, 0 - ABS(version), kind, id, of_table, what, position, at \
                       FROM record_definition_changes WHERE tenant_id = $1 AND environment_id = $2 \
                       AND (kind = 'auditing' OR (kind = 'column' AND what = 'made'))";
    tx.execute(SQL, &[tx.tenant().into(), from.into(), to.into()]).map(drop)
}

/// Forgets everything of an environment that is made anew or goes.
pub(crate) fn forget(tx: &Tx<'_>, environment: EnvironmentId) -> Result<()> {
    const SQL: &str = "DELETE FROM record_definition_changes \
                       WHERE tenant_id = $1 AND environment_id = $2";
    tx.execute(SQL, &[tx.tenant().into(), environment.into()]).map(drop)
}

/// Forgets what is older than an instant.
///
/// # Errors
/// Any of [`db::Error`].
pub fn forget_before(tx: &Tx<'_>, environment: EnvironmentId, before: Timestamp) -> Result<u64> {
    const SQL: &str = "DELETE FROM record_definition_changes \
                       WHERE tenant_id = $1 AND environment_id = $2 AND at < $3";
    tx.execute(SQL, &[tx.tenant().into(), environment.into(), before.into()])
}

/// The mark of a version.
const MARK: &str = "model";
