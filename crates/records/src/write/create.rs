//! New rows, with the rows that are nested in them.

use std::{collections::HashSet, sync::Arc};

use queries::{Verb, Verdict};
use record_tables::{names, rows};
use tables::{ColumnKind, Ownership, RowRef, Side, Table, Value};
use uuid::Uuid;

use super::{
    Work,
    check::{access_right, owner_and_unit},
    matching,
    values::{Cells, Waiting},
};
use crate::{
    Error, Failure, Outcome, Result,
    operation::{Change, Entry, LinkTo},
};

impl Work<'_> {
    /// Makes a row. `under` is a lookup that leads to the row that it is nested in; `id` its key, when that is known.
    pub(super) fn create(
        &mut self,
        entry: &Entry,
        under: Option<(&str, RowRef)>,
        id: Option<Uuid>,
    ) -> Result<Outcome> {
        let table = self.table(&entry.table)?;
        self.may_create(&table)?;
        let (row, waiting) = self.prepare(&table, entry, under, id)?;
        let sql = self.snapshot().insert(&table);
        self.tx.execute(&sql, &rows::parameters(&table, &row.values))?;
        self.note(&table);
        self.remember(&table, row.id, row.version, ("create", None, Some(&row.values)))?;
        self.nest(&table, row.id, waiting)?;
        Ok(Self::outcome(&table, row.id, row.version, Change::Created))
    }

    /// Makes rows of one table that nest no others, many with each statement.
    pub(super) fn create_many(&mut self, entries: &[&Entry]) -> Result<Vec<Outcome>, Failure> {
        let Some(first) = entries.first() else { return Ok(Vec::new()) };
        let table = self.table(&first.table)?;
        self.may_create(&table)?;
        let mut outcomes = Vec::with_capacity(entries.len());
        let mut keys = HashSet::new();
        for some in entries.chunks(TOGETHER) {
            let before = outcomes.len();
            let failed = |failure: Failure| Failure {
                index: failure.index.saturating_add(before),
                ..failure
            };
            outcomes.extend(self.create_some(&table, some, &mut keys).map_err(failed)?);
        }
        self.note(&table);
        Ok(outcomes)
    }

    fn create_some(
        &mut self,
        table: &Arc<Table>,
        entries: &[&Entry],
        keys: &mut HashSet<String>,
    ) -> Result<Vec<Outcome>, Failure> {
        let mut made = Vec::with_capacity(entries.len());
        for (index, entry) in entries.iter().enumerate() {
            let failed = |error| Failure { index, error };
            let (row, _) = self.prepare(table, entry, None, None).map_err(failed)?;
            distinct(table, &row, keys).map_err(failed)?;
            made.push(row);
        }
        let sql = self.snapshot().insert(table);
        let cells: Vec<_> = made.iter().map(|row| rows::parameters(table, &row.values)).collect();
        self.tx.execute_many(&sql, &cells)?;
        let rows = made.iter().map(|row| (row.id, row.version, row.values.as_slice()));
        self.remember_made(table, rows)?;
        for (index, row) in made.iter().enumerate() {
            let failed = |error| Failure { index, error };
            self.tell_after(table, row.id, (None, Some(&row.values))).map_err(failed)?;
        }
        let outcome = |row: &Made| Self::outcome(table, row.id, row.version, Change::Created);
        Ok(made.iter().map(outcome).collect())
    }

    fn may_create(&self, table: &Table) -> Result<()> {
        if table.is_union() || table.intersect || table.logical == "systemuser" {
            return Err(Error::NotWritable { table: table.logical.clone() });
        }
        self.any(table, Verb::Create)
    }

    /// A row as it will be written, checked.
    fn prepare<'e>(
        &mut self,
        table: &Arc<Table>,
        entry: &'e Entry,
        under: Option<(&str, RowRef)>,
        id: Option<Uuid>,
    ) -> Result<(Made, Vec<Waiting<'e>>)> {
        let drawn = self.fresh();
        let given = entry.values.iter().find(|(name, _)| *name == table.primary_id);
        let chosen = id.or(match given {
            Some((_, Value::Guid(id))) => Some(*id),
            _ => None,
        });
        let id = chosen.unwrap_or(drawn);
        let is_taken = chosen.is_some()
            && (self.made.contains(&id)
                || rows::exists(self.tx, self.snapshot().number(), table, id)?);
        if is_taken {
            return Err(Error::Exists { table: table.logical.clone() });
        }
        let mut cells = Cells::of(vec![Value::Null; table.columns().len()]);
        let waiting = self.apply(table, entry, &mut cells, true)?;
        if let Some((column, row)) = under {
            cells.set(table, column, Value::Row(row));
        }
        self.hear(table, &mut cells);
        let version = self.fill(table, id, &mut cells)?;
        let (owner, unit) = owner_and_unit(table, id, &cells.values);
        match self.session.access().verdict(table, Verb::Create, owner, unit) {
            Verdict::Allowed => {}
            Verdict::Denied => return Err(self.privilege(table, Verb::Create)),
            Verdict::OnlyIfShared => {
                let (table, user) = (table.logical.clone(), self.session.user());
                return Err(Error::Right { table, id, right: access_right(Verb::Create), user });
            }
        }
        self.references(table, &cells, None)?;
        self.keys(table, id, &cells.values, None)?;
        self.ask_before(table, id, (None, Some(&cells.values)))?;
        self.made.insert(id);
        Ok((Made { id, version, values: cells.values }, waiting))
    }

    /// Everything that the caller did not say; the version of the row.
    pub(super) fn fill(&mut self, table: &Arc<Table>, id: Uuid, cells: &mut Cells) -> Result<i64> {
        for (at, column) in table.columns().iter().enumerate() {
            if !cells.given.get(at).copied().unwrap_or_default()
                && !matches!(column.kind, ColumnKind::State { .. } | ColumnKind::Status { .. })
                && let Some(cell) = cells.values.get_mut(at)
                && cell.is_null()
            {
                *cell = rows::default(column);
            }
        }
        cells.set(table, &table.primary_id, Value::Guid(id));
        self.own(table, cells)?;
        let snapshot = self.snapshot();
        let now = Value::Instant(self.run.now);
        let created = match cells.get(table, "overriddencreatedon") {
            Value::Null => now.clone(),
            earlier => earlier.clone(),
        };
        cells.set(table, "createdon", created);
        cells.set(table, "modifiedon", now);
        let user = snapshot.reference("systemuser", self.session.user());
        cells.set(table, "createdby", user.clone());
        cells.set(table, "modifiedby", user);
        if let Some(behind) = &self.session.behind {
            let caller = snapshot.reference("systemuser", behind.user);
            cells.set(table, "createdonbehalfby", caller.clone());
            cells.set(table, "modifiedonbehalfby", caller);
        }
        Self::settle_state(table, cells, true)?;
        self.settle_end(table, None, cells)?;
        self.settle_currency(table, cells)?;
        self.settle_images(table, (id, None), cells)?;
        self.number_row(table, cells)?;
        Self::compute(table, cells);
        let version = self.number()?;
        cells.set(table, "versionnumber", Value::Whole(version));
        Ok(version)
    }

    /// Whose the row is: the caller's, unless it says otherwise.
    fn own(&self, table: &Table, cells: &mut Cells) -> Result<()> {
        let snapshot = self.snapshot();
        match table.ownership {
            Ownership::User => {
                let owner = match cells.get(table, "ownerid") {
                    Value::Row(row) => *row,
                    _ => match snapshot.reference("systemuser", self.session.user()) {
                        Value::Row(row) => row,
                        _ => return Ok(()),
                    },
                };
                self.set_owner(table, cells, owner)
            }
            Ownership::BusinessUnit => {
                let column = if table.logical == "businessunit" {
                    "parentbusinessunitid"
                } else {
                    "businessunitid"
                };
                if cells.get(table, column).is_null() {
                    let unit = self.session.business_unit();
                    cells.set(table, column, snapshot.reference("businessunit", unit));
                }
                Ok(())
            }
            Ownership::Organisation | Ownership::None => Ok(()),
        }
    }

    /// Sets the owner of a row with what follows from it.
    pub(super) fn set_owner(&self, table: &Table, cells: &mut Cells, owner: RowRef) -> Result<()> {
        let snapshot = self.snapshot();
        let missing = || Error::RowMissing { table: "owner".to_owned(), key: owner.id.to_string() };
        let unit = self.unit_of(owner)?.ok_or_else(missing)?;
        cells.set(table, "ownerid", Value::Row(owner));
        cells.set(table, "owningbusinessunit", snapshot.reference("businessunit", unit));
        let of = |name: &str| match snapshot.model.table(name) {
            Some(one) if one.code == owner.code => Value::Row(owner),
            _ => Value::Null,
        };
        cells.set(table, "owninguser", of("systemuser"));
        cells.set(table, "owningteam", of("team"));
        Ok(())
    }

    /// Checks the references that are new: that the rows are there, and that they may be linked.
    pub(super) fn references(
        &self,
        table: &Table,
        cells: &Cells,
        before: Option<&[Value]>,
    ) -> Result<bool> {
        let mut any = false;
        for (at, column) in table.columns().iter().enumerate() {
            let Some(Value::Row(row)) = cells.values.get(at) else { continue };
            let is_same = before.is_some_and(|before| before.get(at) == Some(&Value::Row(*row)));
            if is_same || !cells.given.get(at).copied().unwrap_or_default() {
                continue;
            }
            self.refer(table, column, *row)?;
            if !matches!(column.kind, ColumnKind::Owner) {
                any = true;
            }
        }
        if any {
            self.any(table, Verb::Append)?;
        }
        Ok(any)
    }

    /// Whether the keys of a row are free.
    pub(super) fn keys(
        &self,
        table: &Table,
        id: Uuid,
        values: &[Value],
        before: Option<&[Value]>,
    ) -> Result<()> {
        let value = |name: &String, of: &[Value]| {
            table.position(name).and_then(|at| of.get(at)).cloned().unwrap_or_default()
        };
        for key in &table.keys {
            let held: Vec<Value> = key.columns.iter().map(|name| value(name, values)).collect();
            let is_same = before
                .is_some_and(|old| key.columns.iter().zip(&held).all(|(n, v)| value(n, old) == *v));
            if is_same || held.iter().any(Value::is_null) {
                continue;
            }
            let columns: Vec<&str> = key.columns.iter().map(String::as_str).collect();
            let sql = format!(
                "SELECT 1 FROM {} WHERE {} AND {} <> $1",
                names::table(self.snapshot().number(), &table.logical),
                matching(table, &columns, 2),
                names::column(&table.primary_id)
            );
            let mut params: Vec<db::Value<'_>> = vec![id.into()];
            params.extend(held.iter().map(record_tables::cells::parameter));
            if self.tx.first(&sql, &params)?.is_some() {
                let (table, columns) = (table.logical.clone(), key.columns.join(", "));
                return Err(Error::DuplicateKey { table, columns });
            }
        }
        Ok(())
    }

    /// The rows of collections of a row that is there now.
    pub(super) fn nest(
        &mut self,
        table: &Arc<Table>,
        id: Uuid,
        waiting: Vec<Waiting<'_>>,
    ) -> Result<()> {
        for Waiting { navigation, to } in waiting {
            match to {
                LinkTo::Clear => {}
                LinkTo::Row(reference) => {
                    let to = self.resolve(reference)?;
                    self.associate(&(Arc::clone(table), id), navigation, &to)?;
                }
                LinkTo::Rows(all) => {
                    for reference in all {
                        let to = self.resolve(reference)?;
                        self.associate(&(Arc::clone(table), id), navigation, &to)?;
                    }
                }
                LinkTo::New(entry) => self.nested(table, id, navigation, entry)?,
                LinkTo::NewMany(all) => {
                    for entry in all {
                        self.nested(table, id, navigation, entry)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn nested(
        &mut self,
        table: &Arc<Table>,
        id: Uuid,
        navigation: &str,
        entry: &Entry,
    ) -> Result<()> {
        let snapshot = self.snapshot();
        let unknown = || Error::NavigationUnknown {
            table: table.logical.clone(),
            navigation: navigation.to_owned(),
        };
        let found = snapshot.model.navigation(&table.logical, navigation).ok_or_else(unknown)?;
        if let (tables::Relationship::OneToMany(one), Side::Referenced) =
            (&*found.relationship, found.side)
        {
            let row = RowRef { code: table.code, id };
            let under = Some((one.referencing_column.as_str(), row));
            self.deeper(|work| work.create(entry, under, None))?;
            return Ok(());
        }
        let made = self.deeper(|work| work.create(entry, None, None))?;
        let to = (self.table(&made.table)?, made.id);
        self.associate(&(Arc::clone(table), id), navigation, &to)?;
        Ok(())
    }
}

/// A row that is ready to be written.
pub(super) struct Made {
    id: Uuid,
    version: i64,
    values: Vec<Value>,
}

/// Rows that are written together have no key in common.
fn distinct(table: &Table, row: &Made, seen: &mut HashSet<String>) -> Result<()> {
    for (at, key) in table.keys.iter().enumerate() {
        let value = |name: &String| {
            let cell = table.position(name).and_then(|at| row.values.get(at));
            (name.clone(), cell.cloned().unwrap_or_default())
        };
        let held: Vec<(String, Value)> = key.columns.iter().map(value).collect();
        if held.iter().any(|(_, value)| value.is_null()) {
            continue;
        }
        if !seen.insert(format!("{at} {}", super::shown(&held).to_lowercase())) {
            let (table, columns) = (table.logical.clone(), key.columns.join(", "));
            return Err(Error::DuplicateKey { table, columns });
        }
    }
    Ok(())
}

/// Rows that are written together: their cells, of hundreds of columns, stay in the processor's cache.
const TOGETHER: usize = 50;
