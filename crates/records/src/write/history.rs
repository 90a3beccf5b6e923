//! The history of rows of audited tables: what became of each, when, and by whom.
//!
//! A row that nobody has changed since it was made says itself how it was made: nothing is written beside it until it
//! changes or goes, and whoever asks before that is told from the row ([`Beginning`]). Most rows of an import are never
//! changed, and a new row costs the writer two pages less.

use jiff::{SignedDuration, Timestamp};
use record_tables::{changes::Past, names};
use tables::{Column, Table, Value};
use uuid::Uuid;

use super::Work;
use crate::{Records, Result};

/// How a row was made that is as it was then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Beginning {
    /// When.
    pub(crate) at: Timestamp,
    /// By whom.
    pub(crate) user: Uuid,
    /// The number of the write.
    pub(crate) position: i64,
}

impl Beginning {
    /// What a row says of its making; nothing where it was changed since, where it says that it is older than its
    /// making, and where nobody made it.
    pub(crate) fn of(table: &Table, values: &[Value]) -> Option<Self> {
        let value = |name: &str| table.position(name).and_then(|at| values.get(at));
        let (at, user) = (value("createdon")?, value("createdby")?);
        if Some(at) != value("modifiedon") || Some(user) != value("modifiedby") {
            return None;
        }
        match (at, user, value("versionnumber")?) {
            (Value::Instant(at), Value::Row(user), Value::Whole(position)) => {
                Some(Self { at: *at, user: user.id, position: *position })
            }
            _ => None,
        }
    }

    /// What a row was made with: nothing of columns that came later, and hold what such columns begin with.
    pub(crate) fn told(&self, table: &Table, values: &[Value], past: &Past) -> String {
        let later = |column: &Column| {
            past.columns.get(&column.id).is_some_and(|came| *came > self.position)
        };
        let then = |(at, value): (usize, &Value)| match table.columns().get(at) {
            Some(column) if later(column) => Value::Null,
            _ => value.clone(),
        };
        if table.columns().iter().any(later) {
            let then: Vec<Value> = values.iter().enumerate().map(then).collect();
            return differences(table, None, Some(&then));
        }
        differences(table, None, Some(values))
    }

    /// Whether histories still tell of it.
    pub(crate) fn is_kept(&self, records: &Records) -> bool {
        let age = SignedDuration::from_hours(24 * i64::from(records.0.settings.history_days));
        let oldest = records.0.clock.now().checked_sub(age).unwrap_or(Timestamp::MIN);
        self.at >= oldest
    }
}

/// One entry: the action, the row before and after it.
pub(super) type What<'v> = (&'static str, Option<&'v [Value]>, Option<&'v [Value]>);

impl Work<'_> {
    /// Writes what became of a row of an audited table to its history.
    pub(super) fn remember(
        &self,
        table: &Table,
        id: Uuid,
        version: i64,
        what: What<'_>,
    ) -> Result<()> {
        let (_, before, after) = what;
        self.tell_after(table, id, (before, after))?;
        if !table.audited {
            // of what was made while it was audited, the making is still told
            let ended = self.snapshot().past.unaudited.get(&table.id);
            return match (before, ended) {
                (Some(before), Some(until)) => {
                    self.remember_beginning(table, id, before, Some(*until))
                }
                _ => Ok(()),
            };
        }
        if let Some(before) = before {
            self.remember_beginning(table, id, before, None)?;
        } else if after.is_some_and(|after| Beginning::of(table, after).is_some()) {
            return Ok(());
        }
        self.tx.execute(&self.history_sql(), &self.entry(table, id, version, what))?;
        Ok(())
    }

    /// The same for new rows of one table, of which nobody else is told here.
    pub(super) fn remember_made<'r>(
        &self,
        table: &Table,
        rows: impl Iterator<Item = (Uuid, i64, &'r [Value])>,
    ) -> Result<()> {
        if !table.audited {
            return Ok(());
        }
        let silent =
            |(_, _, values): &(Uuid, i64, &[Value])| Beginning::of(table, values).is_none();
        let entries: Vec<_> = rows
            .filter(silent)
            .map(|(id, version, values)| {
                self.entry(table, id, version, ("create", None, Some(values)))
            })
            .collect();
        if !entries.is_empty() {
            self.tx.execute_many(&self.history_sql(), &entries)?;
        }
        Ok(())
    }

    /// Writes how a row was made that is changed for the first time: it no longer says so itself.
    fn remember_beginning(
        &self,
        table: &Table,
        id: Uuid,
        before: &[Value],
        until: Option<i64>,
    ) -> Result<()> {
        let made = Beginning::of(table, before);
        let Some(made) = made.filter(|made| until.is_none_or(|until| made.position <= until))
        else {
            return Ok(());
        };
        if !made.is_kept(&self.session.records) || self.is_remembered(table, id)? {
            return Ok(());
        }
        let changes = made.told(table, before, &self.snapshot().past);
        let entry = [
            i64::from(table.code).into(),
            id.into(),
            made.position.into(),
            made.at.into(),
            made.user.into(),
            "create".into(),
            db::Value::Json(changes.into()),
        ];
        self.tx.execute(&self.history_sql(), &entry)?;
        Ok(())
    }

    /// Whether the history knows anything of a row.
    fn is_remembered(&self, table: &Table, id: Uuid) -> Result<bool> {
        let sql = known_sql(self.snapshot().number());
        Ok(self.tx.first(&sql, &[i64::from(table.code).into(), id.into()])?.is_some())
    }

    fn history_sql(&self) -> String {
        format!(
            "INSERT INTO {} (table_code, row_id, position, at, user_id, action, changes) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
            names::side(self.snapshot().number(), "history")
        )
    }

    fn entry(
        &self,
        table: &Table,
        id: Uuid,
        version: i64,
        (action, before, after): What<'_>,
    ) -> Vec<db::Value<'static>> {
        vec![
            i64::from(table.code).into(),
            id.into(),
            version.into(),
            self.now().into(),
            self.session.user().into(),
            action.into(),
            db::Value::Json(differences(table, before, after).into()),
        ]
    }
}

/// The statement that asks whether the history knows anything of a row: the code of its table, its key.
pub(crate) fn known_sql(number: i64) -> String {
    let on = names::side(number, "history");
    format!("SELECT 1 FROM {on} WHERE table_code = $1 AND row_id = $2 LIMIT 1")
}

/// By column, what it was and what it became, as JSON.
fn differences(table: &Table, before: Option<&[Value]>, after: Option<&[Value]>) -> String {
    let mut out = b"{".to_vec();
    for (at, column) in table.columns().iter().enumerate() {
        if !column.audited || UNTOLD.contains(&column.logical.as_str()) {
            continue;
        }
        let (old, new) = (cell(before, at), cell(after, at));
        if old == new {
            continue;
        }
        if out.len() > 1 {
            out.push(b',');
        }
        tables::json::write_text(&column.logical, &mut out);
        out.extend_from_slice(b":[");
        old.write_json(&mut out);
        out.push(b',');
        new.write_json(&mut out);
        out.push(b']');
    }
    out.push(b'}');
    String::from_utf8(out).unwrap_or_else(|_not_text| "{}".to_owned())
}

fn cell(of: Option<&[Value]>, at: usize) -> &Value {
    of.and_then(|of| of.get(at)).unwrap_or(&Value::Null)
}

/// Columns that change with every write: the history has them anyway.
const UNTOLD: [&str; 3] = ["versionnumber", "modifiedon", "modifiedby"];
