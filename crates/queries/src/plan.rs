//! What the cells of an answer are.

use std::{borrow::Cow, sync::Arc};

use db::{Result, Row, Value};
use tables::{Column, Table};

use crate::{cursor::Cursor, physical, physical::CellType};

/// What the cells of an answer are, by their place from 0.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What a row shows.
    pub shown: Shown,
    /// In the answer to a collection: the place of the parent among those asked for, from 0.
    pub parent: Option<usize>,
    /// How many rows belong to the page (to each parent's in a collection); one more was asked for.
    pub size: u32,
    /// The cells of the order and of the keys behind it.
    pub(crate) order: Vec<(usize, CellType)>,
    /// The cell with the number of rows that were aggregated, and how many may be.
    pub(crate) aggregated: Option<(usize, u32)>,
}

/// What the cells of one row show.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The table.
    pub table: Arc<Table>,
    /// The primary key; none where groups or distinct outputs are shown. An empty cell of a joined row says
    /// that there is none.
    pub key: Option<usize>,
    /// The version, which the `ETag` is made of.
    pub version: Option<usize>,
    /// The columns, in the order of the query.
    pub properties: Vec<Property>,
    /// Rows behind single navigation properties.
    pub singles: Vec<ShownSingle>,
    /// How many collections hang on it: those of the query's shape at the same place.
    pub collections: Vec<ShownCollection>,
}

/// A row inside a row.
#[derive(Debug, Clone)]
pub struct ShownSingle {
    /// The navigation property.
    pub navigation: Arc<str>,
    /// Only a reference is wanted.
    pub reference: bool,
    /// What it shows.
    pub shown: Shown,
}

/// Rows inside a row, from another statement.
#[derive(Debug, Clone)]
pub struct ShownCollection {
    /// The navigation property.
    pub navigation: Arc<str>,
    /// The cell that its rows hang on: the parent's id for [`crate::Collection::page`].
    pub key: usize,
}

/// One property of a row.
#[derive(Debug, Clone)]
pub struct Property {
    /// The name in the answer if it is not the column's own.
    pub(crate) named: Option<Arc<str>>,
    /// Its value.
    pub cell: usize,
    /// The code of the table that it refers to, where there are several.
    pub type_cell: Option<usize>,
    /// The code of the table that it refers to, where there is just one; else 0.
    pub(crate) code: i32,
    /// The display name of the row that it refers to.
    pub name_cell: Option<usize>,
    /// What it holds.
    pub content: Content,
    /// The column that a number was asked of: a count, a part of a date.
    pub(crate) of: Option<Arc<str>>,
}

/// What a property holds.
#[derive(Debug, Clone)]
pub enum Content {
    /// A value of a column, or one made of such (minimum, sum …).
    Column {
        /// The table.
        table: Arc<Table>,
        /// The place in its columns.
        column: usize,
    },
    /// A whole number: a count, a part of a date.
    Whole,
    /// A floating-point number: an average.
    Real,
}

impl Property {
    /// The name in the answer: `name`, `_ownerid_value`, `alias.column`.
    pub fn name(&self) -> Cow<'_, str> {
        match (&self.named, self.column()) {
            (Some(name), _) => Cow::Borrowed(name),
            (None, Some(column)) if column.kind.is_reference() => {
                Cow::Owned(format!("_{}_value", column.logical))
            }
            (None, Some(column)) => Cow::Borrowed(&column.logical),
            (None, None) => Cow::Borrowed(""),
        }
    }

    /// Whether it has a name of its own: a column of a link, an aggregate.
    pub const fn is_named(&self) -> bool {
        self.named.is_some()
    }

    /// The table and column that it comes from.
    pub fn origin(&self) -> Option<(&Arc<Table>, &Column)> {
        match &self.content {
            Content::Column { table, column } => {
                table.columns().get(*column).map(|column| (table, column))
            }
            _ => None,
        }
    }

    /// The column that it comes from.
    pub fn column(&self) -> Option<&Column> {
        self.origin().map(|(_, column)| column)
    }

    /// The logical name of the column that it comes from or that it counts (`AttributeName`).
    pub fn attribute(&self) -> Option<&str> {
        self.column().map(|column| &*column.logical).or(self.of.as_deref())
    }

    /// Its value in a row.
    ///
    /// # Errors
    /// [`db::Error::Inconsistent`] when the cell holds something else.
    pub fn value(&self, row: &Row) -> Result<tables::Value> {
        if let Some(column) = self.column() {
            return physical::from_db(row, self.cell, (self.type_cell, self.code), column);
        }
        Ok(match self.content {
            Content::Real => row
                .get::<Option<f64>>(self.cell)?
                .map_or(tables::Value::Null, tables::Value::Double),
            _ => {
                row.get::<Option<i64>>(self.cell)?.map_or(tables::Value::Null, tables::Value::Whole)
            }
        })
    }
}

impl Plan {
    /// Where the next page begins if `last` is the last row of this one. Nothing where pages go by number.
    ///
    /// # Errors
    /// [`db::Error::Inconsistent`] when a cell holds something else.
    pub fn cursor(&self, last: &Row) -> Result<Option<Cursor>> {
        if self.order.is_empty() {
            return Ok(None);
        }
        let read = |(cell, kind): &(usize, CellType)| kind.read(last, *cell);
        let values: Result<Vec<Value<'static>>> = self.order.iter().map(read).collect();
        Ok(Some(Cursor(values?)))
    }

    /// Whether more rows were aggregated than may be (`AggregateQueryRecordLimit exceeded`); `first` is any row of
    /// the answer.
    pub fn too_many(&self, first: &Row) -> bool {
        self.aggregated.is_some_and(|(cell, most)| {
            first.get::<Option<i64>>(cell).ok().flatten().is_some_and(|n| n > i64::from(most))
        })
    }

    /// Whether there is a further page, and the rows of this one.
    pub fn cut(&self, mut rows: Vec<Row>) -> (Vec<Row>, bool) {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        (rows, more)
    }
}
