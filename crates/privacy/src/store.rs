//! Rows of this room, and the questions that are put to every table alike.
//!
//! Names of tables and columns are constants of the catalogue; nothing that anybody typed comes into a statement.

use db::{Result, Row, Tx, Value};
use file_store::Sha256;
use jiff::Timestamp;
use kernel::UserId;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{As, By, DataSet, Fate, Job, JobKind, JobState, Key, Table};

fn person(table: &Table, user: UserId) -> Value<'static> {
    match table.by {
        By::Id => user.into(),
        By::Text => Value::Text(format!("user:{user}").into()),
    }
}

/// How many rows of a table there are in the tenant.
pub(crate) fn all(tx: &Tx<'_>, table: &Table) -> Result<i64> {
    let sql = format!("SELECT count(*) FROM {} WHERE tenant_id = $1", table.name);
    let row = tx.first(&sql, &[tx.tenant().into()])?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// How many rows are a person's.
pub(crate) fn count(tx: &Tx<'_>, table: &Table, user: UserId) -> Result<i64> {
    let Table { name, whose, .. } = table;
    let sql = format!("SELECT count(*) FROM {name} WHERE tenant_id = $1 AND ({whose})");
    let row = tx.first(&sql, &[tx.tenant().into(), person(table, user)])?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// How many rows of a person stay when the person is forgotten, and name them no more.
pub(crate) fn unnamed(tx: &Tx<'_>, table: &Table, user: UserId) -> Result<i64> {
    let (Table { name, whose, .. }, Fate::Unnamed(stays)) = (table, table.fate) else {
        return Ok(0);
    };
    let sql =
        format!("SELECT count(*) FROM {name} WHERE tenant_id = $1 AND ({whose}) AND ({stays})");
    let row = tx.first(&sql, &[tx.tenant().into(), person(table, user)])?;
    row.map_or(Ok(0), |row| row.get(0))
}

/// A page of rows, and the key of the last one.
pub(crate) type Page = (Vec<Json>, Vec<Value<'static>>);

/// Rows of a person as they are given out, a page of them behind a key: whatever goes between two pages hides no other row.
pub(crate) fn rows(
    tx: &Tx<'_>,
    table: &Table,
    user: UserId,
    (after, most): (&[Value<'static>], i64),
) -> Result<Page> {
    let Table { name, whose, columns, key, .. } = table;
    let keys: Vec<&str> = key.iter().map(|(column, _)| *column).collect();
    let names = columns.iter().map(|(column, _)| *column).chain(keys.iter().copied());
    let mut params = vec![tx.tenant().into(), person(table, user), most.into()];
    let mut behind = String::new();
    if !after.is_empty() {
        let places: Vec<String> = (4..after.len() + 4).map(|at| format!("${at}")).collect();
        behind = format!("AND ({}) > ({})", keys.join(", "), places.join(", "));
        params.extend(after.iter().cloned());
    }
    // a tenant has one row at most of what has no further key
    let order = if keys.is_empty() { "1".to_owned() } else { keys.join(", ") };
    let sql = format!(
        "SELECT {} FROM {name} WHERE tenant_id = $1 AND ({whose}) {behind} ORDER BY {order} LIMIT $3",
        names.collect::<Vec<_>>().join(", "),
    );
    let found = tx.all(&sql, &params)?;
    let of = |row: &Row| -> Result<Vec<Value<'static>>> {
        let each = key.iter().zip(columns.len()..);
        each.map(|((_, kind), at)| {
            Ok(match kind {
                Key::Id => row.get::<Uuid>(at)?.into(),
                Key::Text => Value::Text(row.get::<String>(at)?.into()),
                Key::Whole => row.get::<i64>(at)?.into(),
                Key::Bytes => Value::Bytes(row.get::<Vec<u8>>(at)?.into()),
            })
        })
        .collect()
    };
    let last = found.last().map(of).transpose()?.unwrap_or_default();
    let rows = found.iter().map(|row| told(row, columns)).collect::<Result<_>>()?;
    Ok((rows, last))
}

fn told(row: &Row, columns: &[(&str, As)]) -> Result<Json> {
    let mut map = Map::new();
    for (at, (name, kind)) in columns.iter().enumerate() {
        let value = match kind {
            As::Id => row.get::<Option<Uuid>>(at)?.map(|id| id.to_string().into()),
            As::Text => row.get::<Option<String>>(at)?.map(Json::from),
            As::Whole => row.get::<Option<i64>>(at)?.map(Json::from),
            As::Yes => row.get::<Option<bool>>(at)?.map(Json::from),
            As::Instant => row.get::<Option<Timestamp>>(at)?.map(|at| at.to_string().into()),
            As::Json => row.get::<Option<Json>>(at)?,
        };
        map.insert((*name).to_owned(), value.unwrap_or_default());
    }
    Ok(Json::Object(map))
}

/// Deletes rows of a person.
pub(crate) fn forget(tx: &Tx<'_>, table: &Table, user: UserId) -> Result<u64> {
    let Table { name, whose, .. } = table;
    let sql = format!("DELETE FROM {name} WHERE tenant_id = $1 AND ({whose})");
    tx.execute(&sql, &[tx.tenant().into(), person(table, user)])
}

/// Deletes rows that are older.
pub(crate) fn sweep(tx: &Tx<'_>, (table, at): (&Table, &str), before: Timestamp) -> Result<u64> {
    let sql = format!("DELETE FROM {} WHERE tenant_id = $1 AND {at} < $2", table.name);
    tx.execute(&sql, &[tx.tenant().into(), before.into()])
}

/// What an administrator set.
pub(crate) fn periods(tx: &Tx<'_>) -> Result<Vec<(String, i64)>> {
    const SQL: &str = "SELECT name, days FROM privacy_periods WHERE tenant_id = $1";
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(|row| Ok((row.get(0)?, row.get(1)?))).collect()
}

pub(crate) fn put_period(tx: &Tx<'_>, set: DataSet, days: i64, now: Timestamp) -> Result<u64> {
    const SQL: &str = "INSERT INTO privacy_periods (tenant_id, name, days, changed_at) VALUES ($1, $2, $3, $4) \
                       ON CONFLICT (tenant_id, name) DO UPDATE SET days = $3, changed_at = $4";
    tx.execute(SQL, &[tx.tenant().into(), set.as_str().into(), days.into(), now.into()])
}

const COLUMNS: &str = "id, kind, person_id, asked_by, state, counts, file, size, tries, created_at, ended_at, ends_at";

fn job_of(row: &Row) -> Result<Job> {
    let (person, by): (Uuid, Uuid) = (row.get(2)?, row.get(3)?);
    let file: Option<Vec<u8>> = row.get(6)?;
    Ok(Job {
        id: row.get(0)?,
        kind: row.parsed(1, JobKind::parse)?,
        person: person.into(),
        by: by.into(),
        state: row.parsed(4, JobState::parse)?,
        counts: row.get(5)?,
        file: file.and_then(|bytes| Sha256::from_slice(&bytes)),
        size: row.get(7)?,
        tries: row.get(8)?,
        created_at: row.get(9)?,
        ended_at: row.get(10)?,
        ends_at: row.get(11)?,
    })
}

pub(crate) fn put_job(tx: &Tx<'_>, job: &Job) -> Result<u64> {
    const SQL: &str = "INSERT INTO privacy_jobs (tenant_id, id, kind, person_id, asked_by, state, counts, file, size, \
                       tries, created_at, ended_at, ends_at) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
                       ON CONFLICT (tenant_id, id) DO UPDATE SET state = $6, counts = $7, file = $8, size = $9, \
                       tries = $10, ended_at = $12, ends_at = $13";
    let file = job.file.map_or(Value::Null, |file| Value::Bytes(file.0.to_vec().into()));
    tx.execute(
        SQL,
        &[
            tx.tenant().into(),
            job.id.into(),
            job.kind.as_str().into(),
            job.person.into(),
            job.by.into(),
            job.state.as_str().into(),
            Value::json(&job.counts),
            file,
            job.size.into(),
            job.tries.into(),
            job.created_at.into(),
            job.ended_at.into(),
            job.ends_at.into(),
        ],
    )
}

pub(crate) fn job(tx: &Tx<'_>, id: Uuid) -> Result<Option<Job>> {
    let sql = format!("SELECT {COLUMNS} FROM privacy_jobs WHERE tenant_id = $1 AND id = $2");
    tx.first(&sql, &[tx.tenant().into(), id.into()])?.as_ref().map(job_of).transpose()
}

/// Jobs of everybody, the newest first.
pub(crate) fn jobs(tx: &Tx<'_>) -> Result<Vec<Job>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM privacy_jobs WHERE tenant_id = $1 ORDER BY created_at DESC, id DESC LIMIT 200"
    );
    tx.all(&sql, &[tx.tenant().into()])?.iter().map(job_of).collect()
}

/// Jobs about a person, the newest first.
pub(crate) fn jobs_of(tx: &Tx<'_>, person: UserId) -> Result<Vec<Job>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM privacy_jobs WHERE tenant_id = $1 AND person_id = $2 \
         ORDER BY created_at DESC, id DESC LIMIT 200"
    );
    tx.all(&sql, &[tx.tenant().into(), person.into()])?.iter().map(job_of).collect()
}

/// Jobs that wait, the oldest first.
pub(crate) fn waiting(tx: &Tx<'_>) -> Result<Vec<Job>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM privacy_jobs WHERE tenant_id = $1 AND state = 'waiting' \
         ORDER BY created_at, id LIMIT 20"
    );
    tx.all(&sql, &[tx.tenant().into()])?.iter().map(job_of).collect()
}

/// Archives whose time is over.
pub(crate) fn over(tx: &Tx<'_>, now: Timestamp) -> Result<Vec<Job>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM privacy_jobs WHERE tenant_id = $1 AND file IS NOT NULL AND ends_at < $2 LIMIT 100"
    );
    tx.all(&sql, &[tx.tenant().into(), now.into()])?.iter().map(job_of).collect()
}

/// Whether a job still has a file.
pub(crate) fn has_file(tx: &Tx<'_>, file: Sha256) -> Result<bool> {
    const SQL: &str = "SELECT 1 FROM privacy_jobs WHERE tenant_id = $1 AND file = $2 LIMIT 1";
    let file = Value::Bytes(file.0.to_vec().into());
    Ok(tx.first(SQL, &[tx.tenant().into(), file])?.is_some())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::TABLES;

    /// Of each page the first row and the last go before the next is read: every other row is there once.
    #[tokio::test]
    async fn a_row_that_goes_between_two_pages_hides_no_other() {
        const COUNT: usize = 100;
        let (store, ids) = (testkit::Store::fresh().await, testkit::ids());
        let (db, scope) = (store.db(), testkit::system_scope(ids.fresh()));
        let (user, table) = (
            ids.fresh::<UserId>(),
            TABLES.iter().find(|table| table.name == "mailbox_choices").unwrap(),
        );
        let fill = move |tx: &Tx<'_>| {
            let row = |number: usize| -> Vec<Value<'_>> {
                let address = Value::Text(format!("{number:03}@fabrikam.example").into());
                vec![tx.tenant().into(), user.into(), address, Timestamp::UNIX_EPOCH.into()]
            };
            let rows: Vec<_> = (0..COUNT).map(row).collect();
            let sql = "INSERT INTO mailbox_choices (tenant_id, user_id, address, record_table, record_id, chosen_at) \
                       VALUES ($1, $2, $3, 'contact', '7', $4)";
            tx.execute_many(sql, &rows)
        };
        db.write(&scope, fill).await.unwrap();
        let (mut seen, mut after) = (Vec::new(), Vec::new());
        loop {
            let read = move |tx: &Tx<'_>| rows(tx, table, user, (&after, 7));
            let (page, last) = db.read_one(&scope, read).await.unwrap();
            after = last;
            let of = |row: &Json| row["address"].as_str().unwrap().to_owned();
            let all: Vec<String> = page.iter().map(of).collect();
            let ends: Vec<String> = all.iter().take(1).chain(all.last()).cloned().collect();
            let write = move |tx: &Tx<'_>| -> Result<()> {
                let sql = "DELETE FROM mailbox_choices WHERE tenant_id = $1 AND address = $2";
                for gone in &ends {
                    tx.execute(sql, &[tx.tenant().into(), gone.into()])?;
                }
                Ok(())
            };
            db.write(&scope, write).await.unwrap();
            let ended = all.len() < 7;
            seen.extend(all);
            if ended {
                break;
            }
        }
        let once: BTreeSet<&String> = seen.iter().collect();
        assert_eq!((seen.len(), once.len()), (COUNT, COUNT));
    }
}
