//! Deletions, with what goes with a row, what lets go of it, and what holds it.

use std::sync::Arc;

use queries::Verb;
use record_tables::names;
use tables::{CascadeAction, ColumnKind, Relationship, Table, Value};
use uuid::Uuid;

use super::{Work, check::Loaded, update::referring};
use crate::{
    Error, Outcome, Result,
    operation::{Change, Condition},
};

impl Work<'_> {
    pub(super) fn delete(
        &mut self,
        table: &Arc<Table>,
        id: Uuid,
        condition: Condition,
    ) -> Result<Outcome> {
        if table.is_union() || table.intersect || table.logical == "systemuser" {
            return Err(Error::NotWritable { table: table.logical.clone() });
        }
        let row = self.visible(table, id)?.ok_or_else(|| Self::missing(table, id))?;
        if let Condition::Version(version) = condition
            && row.version(table) != version
        {
            return Err(Error::VersionMismatch);
        }
        if self.is_foundation(id) {
            let message = crate::error::FOUNDATION.to_owned();
            return Err(Error::Refused { code: "0x80040265", message });
        }
        let version = self.remove(table, &row)?;
        Ok(Self::outcome(table, id, version, Change::Deleted))
    }

    /// Rows that an environment begins with and needs.
    fn is_foundation(&self, id: Uuid) -> bool {
        let snapshot = self.snapshot();
        id == snapshot.registered.root_unit
            || id == snapshot.registered.organization
            || id == self.session.records.0.administrator
            || id == snapshot.currency
    }

    /// Deletes a row with everything that follows; the number of the deletion.
    fn remove(&mut self, table: &Arc<Table>, row: &Loaded) -> Result<i64> {
        self.require(table, Verb::Delete, row)?;
        self.ask_before(table, row.id, (Some(&row.values), None))?;
        let model = Arc::clone(&self.snapshot().model);
        let number = self.snapshot().number();
        for relationship in model.relationships() {
            match &**relationship {
                Relationship::OneToMany(one) if one.referenced == table.logical => {
                    let Some(child) = model.table(&one.referencing).cloned() else { continue };
                    let column = one.referencing_column.as_str();
                    self.let_go(table, row.id, (&child, column), one.cascade.delete)?;
                }
                Relationship::ManyToMany(many) => {
                    for end in [&many.first, &many.second] {
                        if end.table == table.logical {
                            let on = names::table(number, &many.intersect);
                            let column = names::column(&end.column);
                            let sql = format!("DELETE FROM {on} WHERE {column} = $1");
                            self.tx.execute(&sql, &[row.id.into()])?;
                        }
                    }
                }
                Relationship::OneToMany(_) => {}
            }
        }
        let version = self.number()?;
        let on = names::table(number, &table.logical);
        let key = names::column(&table.primary_id);
        self.tx.execute(&format!("DELETE FROM {on} WHERE {key} = $1"), &[row.id.into()])?;
        let of_row = [i64::from(table.code).into(), row.id.into()];
        let shares = names::side(number, "shares");
        let sql = format!("DELETE FROM {shares} WHERE table_code = $1 AND row_id = $2");
        self.tx.execute(&sql, &of_row)?;
        self.remove_files(table, row.id)?;
        if table.change_tracking {
            let sql = format!(
                "INSERT INTO {} (table_code, position, row_id, at) VALUES ($1, $2, $3, $4)",
                names::side(number, "tombstones")
            );
            let [code, id] = of_row;
            self.tx.execute(&sql, &[code, version.into(), id, self.run.now.into()])?;
        }
        self.note(table);
        self.remember(table, row.id, version, ("delete", Some(&row.values), None))?;
        Ok(version)
    }

    /// What a relationship does with the rows that refer to a row that goes.
    fn let_go(
        &mut self,
        table: &Arc<Table>,
        id: Uuid,
        (child, column): (&Arc<Table>, &str),
        action: CascadeAction,
    ) -> Result<()> {
        if child.is_union() || child.column(column).is_none() {
            return Ok(());
        }
        let to = (table.code, id);
        match action {
            CascadeAction::NoCascade => Ok(()),
            CascadeAction::Restrict => {
                let (condition, params) = referring(child, column, to);
                let on = names::table(self.snapshot().number(), &child.logical);
                let sql = format!("SELECT 1 FROM {on} WHERE {condition} LIMIT 1");
                if self.tx.first(&sql, &params)?.is_some() {
                    let (table, by) = (table.logical.clone(), child.logical.clone());
                    return Err(Error::Restricted { table, by });
                }
                Ok(())
            }
            CascadeAction::RemoveLink => {
                for below in self.children(child, column, to)? {
                    let Some(row) = self.load(child, below)? else { continue };
                    let mut after = super::values::Cells::of(row.values.clone());
                    after.set(child, column, Value::Null);
                    self.write_changes(child, &row, &mut after)?;
                }
                Ok(())
            }
            CascadeAction::Cascade | CascadeAction::Active | CascadeAction::UserOwned => {
                for below in self.children(child, column, to)? {
                    if below == id && child.logical == table.logical {
                        continue;
                    }
                    let Some(row) = self.load(child, below)? else { continue };
                    self.deeper(|work| work.remove(child, &row).map(drop))?;
                }
                Ok(())
            }
        }
    }

    /// The files of a row.
    fn remove_files(&self, table: &Table, row: Uuid) -> Result<()> {
        let number = self.snapshot().number();
        let holds =
            |kind: &ColumnKind| matches!(kind, ColumnKind::File { .. } | ColumnKind::Image { .. });
        if !table.columns().iter().any(|column| holds(&column.kind)) {
            return Ok(());
        }
        let (files, chunks) = (names::side(number, "files"), names::side(number, "chunks"));
        let params = [i64::from(table.code).into(), row.into()];
        let sql = format!(
            "DELETE FROM {chunks} WHERE file_id IN \
             (SELECT file_id FROM {files} WHERE table_code = $1 AND row_id = $2)"
        );
        self.tx.execute(&sql, &params)?;
        let sql = format!("DELETE FROM {files} WHERE table_code = $1 AND row_id = $2");
        self.tx.execute(&sql, &params)?;
        Ok(())
    }
}
