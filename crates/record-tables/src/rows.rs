//! Rows as they lie in the database, below every right and every rule of callers.

use db::{Result, Tx};
use jiff::Timestamp;
use tables::{ColumnKind, Model, RowRef, Table, Value};
use uuid::Uuid;

use crate::{cells, names};

/// A row that is made by the store itself: defaults first, then what is set.
#[derive(Debug, Clone)]
pub struct Draft<'t> {
    table: &'t Table,
    values: Vec<Value>,
}

impl<'t> Draft<'t> {
    /// A row with its key, its defaults and its instants.
    pub fn new(table: &'t Table, id: Uuid, now: Timestamp, version: i64) -> Self {
        let values = table.columns().iter().map(default).collect();
        let mut draft = Self { table, values };
        let key = table.primary_id.clone();
        draft.set(&key, Value::Guid(id));
        draft.set("createdon", Value::Instant(now));
        draft.set("modifiedon", Value::Instant(now));
        draft.set("versionnumber", Value::Whole(version));
        draft
    }

    /// Sets a column; nothing happens where the table has none of that name.
    pub fn set(&mut self, column: &str, value: Value) {
        if let Some(cell) = self.table.position(column).and_then(|at| self.values.get_mut(at)) {
            *cell = value;
        }
    }

    /// The same with a text.
    #[must_use]
    pub fn text(mut self, column: &str, text: impl Into<String>) -> Self {
        self.set(column, Value::Text(text.into()));
        self
    }

    /// The same with a value.
    #[must_use]
    pub fn with(mut self, column: &str, value: Value) -> Self {
        self.set(column, value);
        self
    }

    /// The same with a reference to a row of a table.
    #[must_use]
    pub fn refer(mut self, column: &str, table: &Table, id: Uuid) -> Self {
        self.set(column, Value::Row(RowRef { code: table.code, id }));
        self
    }

    /// Its cells, one for each column of the database.
    pub fn parameters(&self) -> Vec<db::Value<'static>> {
        parameters(self.table, &self.values)
    }

    /// Writes it.
    ///
    /// # Errors
    /// Any of [`db::Error`].
    pub fn insert(&self, tx: &Tx<'_>, number: i64) -> Result<u64> {
        tx.execute(&insert_sql(number, self.table), &self.parameters())
    }
}

/// What a new row holds in a column when nobody says: the first state with its status, and defaults of choices.
pub fn default(column: &tables::Column) -> Value {
    match &column.kind {
        ColumnKind::Boolean { default, .. } => Value::Boolean(*default),
        ColumnKind::Choice { default: Some(value), .. } => Value::Whole((*value).into()),
        ColumnKind::State { options } => {
            options.first().map_or(Value::Null, |state| Value::Whole(state.value.into()))
        }
        ColumnKind::Status { options } => {
            options.first().map_or(Value::Null, |status| Value::Whole(status.value.into()))
        }
        _ => Value::Null,
    }
}

/// The cells of a row, one for each column of the database, in the order of [`insert_sql`].
pub fn parameters(table: &Table, values: &[Value]) -> Vec<db::Value<'static>> {
    let mut all = Vec::with_capacity(values.len() + 4);
    for (column, value) in table.columns().iter().zip(values) {
        all.push(cells::parameter(value));
        if column.kind.is_polymorphic() {
            all.push(match value {
                Value::Row(row) => db::Value::Int(row.code.into()),
                _ => db::Value::Null,
            });
        }
    }
    all
}

/// The statement that writes a whole row.
pub fn insert_sql(number: i64, table: &Table) -> String {
    let list = cells::select_list(table);
    let count = list.split(", ").count();
    let mut sql = format!("INSERT INTO {} ({list}) VALUES (", names::table(number, &table.logical));
    for at in 1..=count {
        if at > 1 {
            sql.push_str(", ");
        }
        sql.push('$');
        sql.push_str(&at.to_string());
    }
    sql.push(')');
    sql
}

/// One row of a table, by its key; a value for each column.
///
/// # Errors
/// Any of [`db::Error`].
pub fn load(
    tx: &Tx<'_>,
    model: &Model,
    number: i64,
    table: &Table,
    id: Uuid,
) -> Result<Option<Vec<Value>>> {
    let sql = load_sql(number, table);
    let Some(row) = tx.first(&sql, &[id.into()])? else { return Ok(None) };
    Ok(Some(cells::read(model, table, &row)?.0))
}

/// The statement that reads a whole row by its key.
pub fn load_sql(number: i64, table: &Table) -> String {
    let key = names::column(&table.primary_id);
    let (list, from) = (cells::select_list(table), names::table(number, &table.logical));
    format!("SELECT {list} FROM {from} WHERE {key} = $1")
}

/// Whether there is a row of this key.
///
/// # Errors
/// Any of [`db::Error`].
pub fn exists(tx: &Tx<'_>, number: i64, table: &Table, id: Uuid) -> Result<bool> {
    let key = names::column(&table.primary_id);
    let from = names::table(number, &table.logical);
    Ok(tx.first(&format!("SELECT 1 FROM {from} WHERE {key} = $1"), &[id.into()])?.is_some())
}
