//! Logic of other rooms that runs with every change of a row, in its transaction.

use std::fmt;

use db::Tx;
use kernel::EnvironmentId;
use tables::{Model, Table, Value};
use uuid::Uuid;

use crate::{Records, Result, write::Work};

/// What runs before and after a row is made, changed or deleted, in the same transaction; also for rows that go with
/// another one. It does no I/O, and may run again, as every write closure does.
///
/// Refusing with [`crate::Error::Refused`] takes the whole run back. What happens after the commit follows
/// [`crate::Feed`].
pub trait Plugin: fmt::Debug + Send + Sync {
    /// Whether rows of a table are its business.
    fn concerns(&self, table: &str) -> bool;

    /// The row is checked and about to be written.
    ///
    /// # Errors
    /// Why it may not be.
    fn before(&self, tx: &Tx<'_>, change: &RowChange<'_>) -> Result<()> {
        let _ = (tx, change);
        Ok(())
    }

    /// The row is written.
    ///
    /// # Errors
    /// Why it may not be.
    fn after(&self, tx: &Tx<'_>, change: &RowChange<'_>) -> Result<()> {
        let _ = (tx, change);
        Ok(())
    }

    /// Somebody may see more or less than before: by a share, or by what somebody belongs to. Rows that change owner
    /// are told as changes of rows. Called for every table, after it is written.
    ///
    /// # Errors
    /// Why it may not be.
    fn access(&self, tx: &Tx<'_>, change: &AccessChange<'_>) -> Result<()> {
        let _ = (tx, change);
        Ok(())
    }
}

/// A change of what somebody may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AccessChange<'a> {
    /// Where.
    pub environment: EnvironmentId,
    /// What changed.
    pub what: Access<'a>,
}

/// What changed of what somebody may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access<'a> {
    /// A row is shared with somebody, otherwise than before or no longer.
    Shared {
        /// The logical name of its table.
        table: &'a str,
        /// The row.
        row: Uuid,
        /// The person or team.
        with: Uuid,
    },
    /// Somebody joined or left a team.
    Team {
        /// The team.
        team: Uuid,
        /// The person.
        user: Uuid,
    },
    /// A person or a team was given a role, or lost one.
    Role {
        /// The person or team.
        holder: Uuid,
    },
}

/// A change of one row.
#[derive(Debug, Clone, Copy)]
pub struct RowChange<'a> {
    /// Where.
    pub environment: EnvironmentId,
    /// The definitions of the environment.
    pub model: &'a Model,
    /// The table.
    pub table: &'a Table,
    /// The row.
    pub id: Uuid,
    /// Who does it: a `systemuserid`.
    pub user: Uuid,
    /// Whether who does it is System Administrator, or the hub itself.
    pub administrator: bool,
    /// Its values before, one for each column; none for a new row.
    pub before: Option<&'a [Value]>,
    /// Its values after, one for each column; none for a row that goes.
    pub after: Option<&'a [Value]>,
    /// The number in the names of the environment's tables.
    pub(crate) number: i64,
}

impl<'a> RowChange<'a> {
    /// What a column was.
    pub fn was(&self, column: &str) -> Option<&'a Value> {
        self.before?.get(self.table.position(column)?)
    }

    /// What a column is now.
    pub fn is(&self, column: &str) -> Option<&'a Value> {
        self.after?.get(self.table.position(column)?)
    }

    /// Whether a column has another value than before; for a new row whether it has any.
    pub fn changes(&self, column: &str) -> bool {
        let nothing = &Value::Null;
        self.was(column).unwrap_or(nothing) != self.is(column).unwrap_or(nothing)
    }

    /// How many rows of another table of the environment are so, whoever may see them; `condition` is SQL over columns
    /// by their logical names. A table that is not there has none.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub fn count(&self, tx: &Tx<'_>, table: &str, condition: &'static str) -> Result<i64> {
        let Some(table) = self.model.table(table) else { return Ok(0) };
        let name = queries::physical::table(self.number, &table.logical);
        let sql = format!("SELECT COUNT(*) FROM {name} WHERE {condition}");
        let found = tx.all(&sql, &[])?;
        Ok(found.first().map_or(Ok(0), |row| row.get(0))?)
    }
}

impl Records {
    /// Has plug-ins run with every change from now on. To be called once, when the hub is put together; false when
    /// it was called before.
    pub fn plug(&self, plugins: Vec<std::sync::Arc<dyn Plugin>>) -> bool {
        self.0.plugins.set(plugins).is_ok()
    }
}

/// Values of a row before and after.
pub(crate) type Values<'v> = (Option<&'v [Value]>, Option<&'v [Value]>);

impl Work<'_> {
    /// Asks the plug-ins about a change that is about to be made.
    pub(crate) fn ask_before(&self, table: &Table, id: Uuid, values: Values<'_>) -> Result<()> {
        self.plugged(table, id, values, |plugin, change| plugin.before(self.tx, change))
    }

    /// Tells the plug-ins about a change that is made.
    pub(crate) fn tell_after(&self, table: &Table, id: Uuid, values: Values<'_>) -> Result<()> {
        self.plugged(table, id, values, |plugin, change| plugin.after(self.tx, change))
    }

    /// Tells the plug-ins that somebody may see more or less.
    pub(crate) fn tell_access(&self, what: Access<'_>) -> Result<()> {
        let Some(plugins) = self.session.records.0.plugins.get() else { return Ok(()) };
        let change = AccessChange { environment: self.snapshot().environment.id, what };
        plugins.iter().try_for_each(|plugin| plugin.access(self.tx, &change))
    }

    fn plugged(
        &self,
        table: &Table,
        id: Uuid,
        (before, after): Values<'_>,
        run: impl Fn(&dyn Plugin, &RowChange<'_>) -> Result<()>,
    ) -> Result<()> {
        let Some(plugins) = self.session.records.0.plugins.get() else { return Ok(()) };
        let snapshot = self.snapshot();
        for plugin in plugins.iter().filter(|plugin| plugin.concerns(&table.logical)) {
            let change = RowChange {
                environment: snapshot.environment.id,
                model: &snapshot.model,
                table,
                id,
                user: self.session.user(),
                administrator: self.session.access().administrator,
                before,
                after,
                number: snapshot.number(),
            };
            run(&**plugin, &change)?;
        }
        Ok(())
    }
}
