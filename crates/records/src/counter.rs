//! How many rows are so, whoever may see them: for rooms that make what must be there once.

use std::sync::Arc;

use db::{Tx, Value};
use record_tables::names;

use crate::{Error, Result, Session};

/// A question about a table of one environment that can be asked inside the transaction of a run ([`crate::Then`]), where
/// nobody else writes.
#[derive(Debug, Clone)]
pub struct Counter {
    sql: Arc<str>,
    params: Arc<[Value<'static>]>,
}

impl Session {
    /// How many rows of a table have these values, to be asked later.
    ///
    /// # Errors
    /// [`Error::TableUnknown`], [`Error::ColumnUnknown`].
    pub fn counter(&self, table: &str, columns: Vec<(&str, Value<'static>)>) -> Result<Counter> {
        let table = self.snapshot.table(table)?;
        let mut sql =
            format!("SELECT COUNT(*) FROM {}", names::table(self.number(), &table.logical));
        let mut params = Vec::with_capacity(columns.len());
        for (column, value) in columns {
            let known = table.column(column).ok_or_else(|| Error::ColumnUnknown {
                table: table.logical.clone(),
                column: column.to_owned(),
            })?;
            params.push(value);
            sql.push_str(if params.len() == 1 { " WHERE " } else { " AND " });
            sql.push_str(&names::column(&known.logical));
            sql.push_str(" = $");
            sql.push_str(&params.len().to_string());
        }
        Ok(Counter { sql: sql.into(), params: params.into() })
    }
}

impl Counter {
    /// How many there are now.
    ///
    /// # Errors
    /// Any of [`db::Error`].
    pub fn count(&self, tx: &Tx<'_>) -> db::Result<i64> {
        tx.first(&self.sql, &self.params)?.map_or(Ok(0), |row| row.get(0))
    }
}
