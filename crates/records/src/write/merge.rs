//! Two rows that are one: what refers to the one that gives way refers to the other from then on.
//!
//! The Dataverse reference (`Merge`, "Merge table rows using the Web API") says what becomes of both: what the target
//! lacks it takes from the subordinate, what it has stays; the subordinate is deactivated and says into which row it was
//! merged. Whoever merges needs the right to write both. Rows that refer to the subordinate are led to the target whoever
//! may see them, as cascades do: nobody is left with a reference to a row that gave way.

use std::sync::Arc;

use queries::Verb;
use record_tables::names;
use tables::{Column, ColumnKind, ManyToMany, Relationship, RowRef, Table, Value};
use uuid::Uuid;

use super::{Work, check::Loaded, values::Cells};
use crate::{
    Error, Outcome, Result,
    operation::{Change, Merge},
};

/// A table whose rows can be merged (the reference names these four), with the columns that say what its rows belong to,
/// and state and reason of a row that gave way.
struct Kind {
    table: &'static str,
    parents: &'static [&'static str],
    ended: (i64, i64),
}

static KINDS: [Kind; 4] = [
    Kind { table: "account", parents: &["parentaccountid"], ended: (1, 2) },
    Kind { table: "contact", parents: &["parentcustomerid"], ended: (1, 2) },
    // disqualified: canceled
    Kind { table: "lead", parents: &["parentaccountid", "parentcontactid"], ended: (2, 7) },
    // canceled: merged
    Kind { table: "incident", parents: &["customerid"], ended: (2, 2000) },
];

/// Whether rows of a table can be merged.
pub fn may_merge(table: &Table) -> bool {
    KINDS.iter().any(|kind| kind.table == table.logical) && table.column(MASTER).is_some()
}

const MASTER: &str = "masterid";
const MERGED: &str = "merged";

fn refused<T>(message: &str) -> Result<T> {
    Err(Error::Refused { code: "0x80040265", message: message.to_owned() })
}

impl Work<'_> {
    /// Merges one row into another of its table.
    pub(super) fn merge(&mut self, merge: &Merge) -> Result<Outcome> {
        let table = self.table(&merge.content.table)?;
        let kind = KINDS.iter().find(|kind| kind.table == table.logical);
        let Some(kind) = kind.filter(|_| table.column(MASTER).is_some()) else {
            return Err(Error::NotWritable { table: table.logical.clone() });
        };
        let (target, lost) =
            (self.key(&table, &merge.target)?, self.key(&table, &merge.subordinate)?);
        if target == lost {
            return refused(crate::error::MERGE_ITSELF);
        }
        let find =
            |work: &Self, id| work.visible(&table, id)?.ok_or_else(|| Self::missing(&table, id));
        let (kept, lost) = (find(self, target)?, find(self, lost)?);
        self.require(&table, Verb::Write, &kept)?;
        self.require(&table, Verb::AppendTo, &kept)?;
        self.require(&table, Verb::Write, &lost)?;
        let state = |row: &Loaded| {
            table.state().map_or(&Value::Null, |state| row.value(&table, &state.logical)).clone()
        };
        let is_open = |row: &Loaded| matches!(state(row), Value::Null | Value::Whole(0));
        if !is_open(&kept) || !is_open(&lost) {
            return refused(crate::error::MERGE_ACTIVE);
        }
        let differs = |column: &&&str| kept.value(&table, column) != lost.value(&table, column);
        if merge.check_parents && kind.parents.iter().any(|column| differs(&column)) {
            return refused(crate::error::MERGE_PARENTS);
        }

        self.follow(&table, &kept, &lost)?;
        // what referred to the subordinate may have been the target itself
        let kept = self.load(&table, target)?.ok_or_else(|| Self::missing(&table, target))?;
        let mut after = Cells::of(kept.values.clone());
        self.complete(&table, &lost, &mut after);
        let waiting = self.apply(&table, &merge.content, &mut after, false)?;
        let version = self.change(&table, &kept, &mut after)?;
        self.nest(&table, target, waiting)?;
        self.give_way(&table, (kind, target), lost.id)?;
        // the identifier that was drawn for the row is not needed
        self.used += 1;
        Ok(Self::outcome(&table, target, version, Change::Updated))
    }

    /// Cells that the target lacks and the subordinate has, as far as the caller may write them: no state, no owner, no
    /// key, no amount in another currency, no reference that leads back to one of the two.
    fn complete(&self, table: &Table, lost: &Loaded, after: &mut Cells) {
        let same_currency = lost.value(table, CURRENCY) == after.get(table, CURRENCY)
            || after.get(table, CURRENCY).is_null();
        for column in table.columns() {
            let name = column.logical.as_str();
            if !after.get(table, name).is_null()
                || !self.is_taken_over(table, column, same_currency)
            {
                continue;
            }
            let value = lost.value(table, name);
            if let Value::Row(row) = value {
                let leads_back = row.code == table.code;
                if leads_back || self.refer(table, column, *row).is_err() {
                    continue;
                }
            }
            after.set(table, name, value.clone());
        }
    }

    fn is_taken_over(&self, table: &Table, column: &Column, same_currency: bool) -> bool {
        let is_key = table.keys.iter().any(|key| key.columns.contains(&column.logical));
        let of_kind = match &column.kind {
            ColumnKind::State { .. }
            | ColumnKind::Status { .. }
            | ColumnKind::Owner
            | ColumnKind::Version
            | ColumnKind::File { .. }
            | ColumnKind::Image { .. } => false,
            ColumnKind::Money { .. } => same_currency,
            _ => true,
        };
        of_kind
            && column.for_update
            && column.computed.is_none()
            && column.of.is_none()
            && !is_key
            && column.logical != table.primary_id
            && self.session.access().writes(table, column)
            && self.session.access().reads(table, column)
    }

    /// Leads whatever refers to a row to another.
    fn follow(&mut self, table: &Arc<Table>, kept: &Loaded, lost: &Loaded) -> Result<()> {
        let model = Arc::clone(&self.snapshot().model);
        let mut left = MOST;
        for relationship in model.relationships() {
            match &**relationship {
                Relationship::OneToMany(one) if one.referenced == table.logical => {
                    let column = one.referencing_column.as_str();
                    let Some(child) = model.table(&one.referencing).cloned() else { continue };
                    // what was merged into the subordinate before stays as it was told then
                    let is_told = child.logical == table.logical && column == MASTER;
                    if is_told || child.is_union() || child.column(column).is_none() {
                        continue;
                    }
                    self.follow_one(table, (kept, lost), (&child, column), &mut left)?;
                }
                Relationship::ManyToMany(many) => {
                    self.follow_many(table, (kept.id, lost.id), many)?;
                }
                Relationship::OneToMany(_) => {}
            }
        }
        Ok(())
    }

    fn follow_one(
        &mut self,
        table: &Arc<Table>,
        (kept, lost): (&Loaded, &Loaded),
        (child, column): (&Arc<Table>, &str),
        left: &mut usize,
    ) -> Result<()> {
        let is_own = child.logical == table.logical;
        let above = if is_own { self.above(table, column, kept.id)? } else { Vec::new() };
        for id in self.children(child, column, (table.code, lost.id))? {
            if is_own && id == lost.id {
                continue;
            }
            *left =
                left.checked_sub(1).ok_or(Error::Limit { what: "rows that follow", most: MOST })?;
            let Some(row) = self.load(child, id)? else { continue };
            let mut after = Cells::of(row.values.clone());
            // the target and what is above it go where the subordinate was, or they would be above themselves
            let to = if is_own && (id == kept.id || above.contains(&id)) {
                lost.value(table, column).clone()
            } else {
                Value::Row(RowRef { code: table.code, id: kept.id })
            };
            after.set(child, column, to);
            self.keys(child, id, &after.values, Some(&row.values))?;
            self.write_changes(child, &row, &mut after)?;
        }
        Ok(())
    }

    /// The rows above a row by a reference of its table to itself.
    fn above(&self, table: &Table, column: &str, id: Uuid) -> Result<Vec<Uuid>> {
        let is_own = |kind: &ColumnKind| kind.targets() == [table.logical.as_str()];
        if !table.column(column).is_some_and(|column| is_own(&column.kind)) {
            return Ok(Vec::new());
        }
        let sql = format!(
            "SELECT {} FROM {} WHERE {} = $1",
            names::column(column),
            names::table(self.snapshot().number(), &table.logical),
            names::column(&table.primary_id)
        );
        let mut all: Vec<Uuid> = Vec::new();
        let mut at = Some(id);
        while let Some(id) = at {
            let found = self.tx.first(&sql, &[id.into()])?;
            at = found.map(|row| row.get::<Option<Uuid>>(0)).transpose()?.flatten();
            if all.len() >= HIGHEST || at.is_some_and(|at| all.contains(&at)) {
                break;
            }
            all.extend(at);
        }
        Ok(all)
    }

    /// The same for links of two collections; what both were linked with stays once.
    fn follow_many(
        &mut self,
        table: &Table,
        (kept, lost): (Uuid, Uuid),
        many: &ManyToMany,
    ) -> Result<()> {
        let on = names::table(self.snapshot().number(), &many.intersect);
        let (first, second) =
            (names::column(&many.first.column), names::column(&many.second.column));
        let mut any = false;
        for (end, own, other) in [(&many.first, &first, &second), (&many.second, &second, &first)] {
            if end.table != table.logical {
                continue;
            }
            any = true;
            let sql = format!(
                "UPDATE {on} SET {own} = $1 WHERE {own} = $2 AND {other} <> $1 AND {other} NOT IN \
                 (SELECT t.{other} FROM {on} t WHERE t.{own} = $1)"
            );
            self.tx.execute(&sql, &[kept.into(), lost.into()])?;
            self.tx.execute(&format!("DELETE FROM {on} WHERE {own} = $1"), &[lost.into()])?;
        }
        if any && let Ok(intersect) = self.table(&many.intersect) {
            self.note(&intersect);
        }
        Ok(())
    }

    /// The row that gives way says into which it was merged, and is active no more.
    fn give_way(
        &mut self,
        table: &Arc<Table>,
        (kind, into): (&Kind, Uuid),
        id: Uuid,
    ) -> Result<()> {
        // it may have changed with what referred to it
        let row = self.load(table, id)?.ok_or_else(|| Self::missing(table, id))?;
        let mut after = Cells::of(row.values.clone());
        after.set(table, MERGED, Value::Boolean(true));
        after.set(table, MASTER, Value::Row(RowRef { code: table.code, id: into }));
        if let (Some(state), Some(status)) = (table.state(), table.status()) {
            let (ended, reason) = kind.ended;
            after.set(table, &state.logical, Value::Whole(ended));
            after.set(table, &status.logical, Value::Whole(reason));
        }
        self.write_changes(table, &row, &mut after)?;
        Ok(())
    }
}

/// The currency of a row.
const CURRENCY: &str = "transactioncurrencyid";
/// Rows that follow one merge; our own choice: more would hold up everybody else who writes.
const MOST: usize = 10_000;
/// Steps up that are looked at.
const HIGHEST: usize = 1000;
