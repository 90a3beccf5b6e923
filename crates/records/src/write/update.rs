//! Changes of rows, and of whose they are.

use std::sync::Arc;

use queries::Verb;
use record_tables::{cells, names};
use tables::{CascadeAction, Ownership, Relationship, RowRef, Table, Value};
use uuid::Uuid;

use super::{
    Work,
    check::Loaded,
    values::{Cells, Waiting},
};
use crate::{
    Error, Outcome, Result, RowKey,
    operation::{Change, Condition, Entry, Update},
};

impl Work<'_> {
    /// Changes a row; makes it when it is not there and `may_make` says so.
    pub(super) fn update(&mut self, update: &Update, may_make: bool) -> Result<Outcome> {
        let table = self.table(&update.entry.table)?;
        if table.is_union() || table.intersect {
            return Err(Error::NotWritable { table: table.logical.clone() });
        }
        let id = match &update.key {
            RowKey::Alternate(values) => super::find(self.tx, self.snapshot(), &table, values)?,
            other => Some(self.key(&table, other)?),
        };
        let row = match id {
            Some(id) => self.visible(&table, id)?,
            None => None,
        };
        let may_make = may_make && matches!(update.condition, Condition::None | Condition::Absent);
        let Some(row) = row else {
            let named = || match (&update.key, id) {
                (RowKey::Alternate(values), _) => super::shown(values),
                (_, id) => id.map_or_else(String::new, |id| id.to_string()),
            };
            if !may_make {
                return Err(Error::RowMissing { table: table.logical.clone(), key: named() });
            }
            // A row that is there and not visible is not made anew: its key is taken.
            let mut entry = update.entry.clone();
            if let RowKey::Alternate(values) = &update.key {
                entry.values.retain(|(name, _)| values.iter().all(|(key, _)| key != name));
                entry.values.extend(values.iter().cloned());
            }
            let id = if matches!(update.key, RowKey::Alternate(_)) { None } else { id };
            return self.create(&entry, None, id);
        };
        // The identifier that was drawn for the row is not needed.
        self.used += 1;
        match update.condition {
            Condition::Absent => return Err(Error::Exists { table: table.logical.clone() }),
            Condition::Version(version) if row.version(&table) != version => {
                return Err(Error::VersionMismatch);
            }
            Condition::None | Condition::Present | Condition::Version(_) => {}
        }
        self.require(&table, Verb::Write, &row)?;
        let mut after = Cells::of(row.values.clone());
        let waiting = self.apply(&table, &update.entry, &mut after, false)?;
        let version = self.change(&table, &row, &mut after)?;
        self.refill(&table, row.id, waiting)?;
        Ok(Self::outcome(&table, row.id, version, Change::Updated))
    }

    fn refill(&mut self, table: &Arc<Table>, id: Uuid, waiting: Vec<Waiting<'_>>) -> Result<()> {
        self.nest(table, id, waiting)
    }

    /// Writes what a row has become; its version.
    pub(super) fn change(
        &mut self,
        table: &Arc<Table>,
        row: &Loaded,
        after: &mut Cells,
    ) -> Result<i64> {
        if self.references(table, after, Some(&row.values))? {
            self.require(table, Verb::Append, row)?;
        }
        let owner = match (table.ownership, after.get(table, "ownerid")) {
            (Ownership::User, Value::Row(owner)) => Some(*owner),
            _ => None,
        };
        if let Some(owner) = owner
            && row.value(table, "ownerid") != &Value::Row(owner)
        {
            self.assign(table, row, after, owner)?;
        }
        self.circles(table, row, after)?;
        Self::settle_state(table, after, false)?;
        let ended = self.settle_end(table, Some(row), after)?;
        self.settle_currency(table, after)?;
        self.settle_images(table, (row.id, Some(&row.values)), after)?;
        Self::compute(table, after);
        self.keys(table, row.id, &after.values, Some(&row.values))?;
        let version = self.write_changes(table, row, after)?;
        if let Some(closing) = ended {
            self.write_end(closing, (table, row.id), after)?;
        }
        Ok(version)
    }

    /// Writes the cells that are different, with who and when.
    pub(crate) fn write_changes(
        &mut self,
        table: &Arc<Table>,
        row: &Loaded,
        after: &mut Cells,
    ) -> Result<i64> {
        let snapshot = self.snapshot();
        after.set(table, "modifiedon", Value::Instant(self.run.now));
        let user = snapshot.reference("systemuser", self.session.user());
        after.set(table, "modifiedby", user);
        let caller = self.session.behind.as_ref();
        let caller = caller.map(|behind| snapshot.reference("systemuser", behind.user));
        after.set(table, "modifiedonbehalfby", caller.unwrap_or_default());
        let version = self.number()?;
        after.set(table, "versionnumber", Value::Whole(version));
        let (mut list, mut params) = (String::new(), vec![db::Value::Uuid(row.id)]);
        for ((column, old), new) in table.columns().iter().zip(&row.values).zip(&after.values) {
            if old == new {
                continue;
            }
            for (name, value) in cells::parameters(&column.kind, &column.logical, new) {
                params.push(value);
                if !list.is_empty() {
                    list.push_str(", ");
                }
                list.push_str(&name);
                list.push_str(" = $");
                list.push_str(&params.len().to_string());
            }
        }
        if list.is_empty() {
            return Ok(row.version(table));
        }
        self.ask_before(table, row.id, (Some(&row.values), Some(&after.values)))?;
        let sql = format!(
            "UPDATE {} SET {list} WHERE {} = $1",
            names::table(snapshot.number(), &table.logical),
            names::column(&table.primary_id)
        );
        self.tx.execute(&sql, &params)?;
        self.note(table);
        self.remember(table, row.id, version, ("update", Some(&row.values), Some(&after.values)))?;
        Ok(version)
    }

    /// Gives a row another owner, with what hangs on it.
    fn assign(
        &mut self,
        table: &Arc<Table>,
        row: &Loaded,
        after: &mut Cells,
        owner: RowRef,
    ) -> Result<()> {
        self.require(table, Verb::Assign, row)?;
        self.set_owner(table, after, owner)?;
        if let Value::Row(previous) = row.value(table, "ownerid")
            && self.keeps_share()?
        {
            let all = Verb::ALL.iter().fold(0, |mask, verb| mask | verb.mask());
            self.keep_share(table, row.id, (previous.id, all))?;
        }
        let previous = row.value(table, "ownerid").clone();
        self.hand_down(table, row.id, &previous, owner)
    }

    /// Whether the organisation leaves a share with the owner before (`ShareToPreviousOwnerOnAssign`).
    fn keeps_share(&self) -> Result<bool> {
        let table = self.table("organization")?;
        let organization = self.load(&table, self.session.organization())?;
        let on = organization
            .as_ref()
            .map(|row| row.value(&table, "sharetopreviousowneronassign").clone());
        Ok(on == Some(Value::Boolean(true)))
    }

    /// Widens the share of a principal on a row.
    pub(crate) fn keep_share(&self, table: &Table, row: Uuid, share: (Uuid, i64)) -> Result<()> {
        let side = names::side(self.snapshot().number(), "shares");
        let sql = format!(
            "INSERT INTO {side} (principal_id, table_code, row_id, mask) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (principal_id, table_code, row_id) DO UPDATE SET mask = {side}.mask | excluded.mask"
        );
        let (principal, mask) = share;
        let params = [principal.into(), i64::from(table.code).into(), row.into(), mask.into()];
        self.tx.execute(&sql, &params)?;
        Ok(())
    }

    /// Rows below a row whose relationship says that they follow its owner.
    fn hand_down(
        &mut self,
        table: &Arc<Table>,
        id: Uuid,
        previous: &Value,
        owner: RowRef,
    ) -> Result<()> {
        let model = Arc::clone(&self.snapshot().model);
        for relationship in model.relationships() {
            let Relationship::OneToMany(one) = &**relationship else { continue };
            if one.referenced != table.logical
                || matches!(
                    one.cascade.assign,
                    CascadeAction::NoCascade | CascadeAction::RemoveLink | CascadeAction::Restrict
                )
            {
                continue;
            }
            let Some(child) = model.table(&one.referencing).cloned() else { continue };
            if child.ownership != Ownership::User || child.is_union() {
                continue;
            }
            for below in self.children(&child, &one.referencing_column, (table.code, id))? {
                let Some(row) = self.load(&child, below)? else { continue };
                let follows = match one.cascade.assign {
                    CascadeAction::Active => child
                        .state()
                        .is_none_or(|state| *row.value(&child, &state.logical) == Value::Whole(0)),
                    CascadeAction::UserOwned => row.value(&child, "ownerid") == previous,
                    _ => true,
                };
                if !follows || row.value(&child, "ownerid") == &Value::Row(owner) {
                    continue;
                }
                self.deeper(|work| {
                    let mut after = Cells::of(row.values.clone());
                    work.assign(&child, &row, &mut after, owner)?;
                    work.write_changes(&child, &row, &mut after).map(drop)
                })?;
            }
        }
        Ok(())
    }

    /// The keys of rows that refer to a row.
    pub(crate) fn children(
        &self,
        child: &Table,
        column: &str,
        to: (i32, Uuid),
    ) -> Result<Vec<Uuid>> {
        let (condition, params) = referring(child, column, to);
        let sql = format!(
            "SELECT {} FROM {} WHERE {condition}",
            names::column(&child.primary_id),
            names::table(self.snapshot().number(), &child.logical)
        );
        let rows = self.tx.all(&sql, &params)?;
        Ok(rows.iter().map(|row| row.get(0)).collect::<db::Result<_>>()?)
    }

    /// A row is never above itself.
    fn circles(&self, table: &Arc<Table>, row: &Loaded, after: &Cells) -> Result<()> {
        let model = &self.snapshot().model;
        for relationship in model.relationships() {
            let Relationship::OneToMany(one) = &**relationship else { continue };
            let is_own = one.referenced == table.logical && one.referencing == table.logical;
            if !is_own
                || !(one.hierarchical || HIERARCHIES.contains(&one.referencing_column.as_str()))
            {
                continue;
            }
            let Value::Row(parent) = after.get(table, &one.referencing_column) else { continue };
            if row.value(table, &one.referencing_column) == &Value::Row(*parent) {
                continue;
            }
            let sql = format!(
                "SELECT {} FROM {} WHERE {} = $1",
                names::column(&one.referencing_column),
                names::table(self.snapshot().number(), &table.logical),
                names::column(&table.primary_id)
            );
            let mut at = Some(parent.id);
            for _ in 0..HIGHEST {
                let Some(above) = at else { break };
                if above == row.id {
                    return Err(Error::Circle { table: table.logical.clone() });
                }
                let found = self.tx.first(&sql, &[above.into()])?;
                at = found.map(|row| row.get::<Option<Uuid>>(0)).transpose()?.flatten();
            }
        }
        Ok(())
    }
}

/// The condition that a reference leads to a row.
pub(super) fn referring(
    child: &Table,
    column: &str,
    to: (i32, Uuid),
) -> (String, Vec<db::Value<'static>>) {
    let (code, id) = to;
    let name = names::column(column);
    let is_polymorphic = child.column(column).is_some_and(|column| column.kind.is_polymorphic());
    if is_polymorphic {
        let second = names::type_column(column);
        let params = vec![db::Value::Uuid(id), db::Value::Int(code.into())];
        return (format!("{name} = $1 AND {second} = $2"), params);
    }
    (format!("{name} = $1"), vec![db::Value::Uuid(id)])
}

/// An entry that sets one reference.
pub(super) fn pointing(table: &Table, column: &str, to: Option<RowRef>) -> Entry {
    let value = to.map_or(Value::Null, Value::Row);
    Entry::of(table.logical.clone()).with(column, value)
}

/// Lookups of the system that form a tree.
const HIERARCHIES: [&str; 2] = ["parentbusinessunitid", "parentsystemuserid"];
/// Steps up that are looked at.
const HIGHEST: usize = 1000;
