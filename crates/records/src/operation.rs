//! What callers ask to be written, and what came of it.

use tables::Value;
use uuid::Uuid;

use crate::Error;

/// How a row is named.
#[derive(Debug, Clone, PartialEq)]
pub enum RowKey {
    /// By its primary key.
    Id(Uuid),
    /// By the values of an alternate key: logical names of columns and what they hold.
    Alternate(Vec<(String, Value)>),
    /// The row that the operation of this index made or touched, counted from 0 (`$1` of a change set).
    Result(usize),
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// The logical name of the table; empty with [`RowKey::Result`].
    pub table: String,
    /// Which row.
    pub key: RowKey,
}

impl Reference {
    /// A row by its primary key.
    pub fn id(table: impl Into<String>, id: Uuid) -> Self {
        Self { table: table.into(), key: RowKey::Id(id) }
    }
}

/// One step of a transaction.
#[derive(Debug, Clone)]
pub enum Operation {
    /// Makes a row, with the rows that are nested in it.
    Create(Entry),
    /// Changes a row; never makes one.
    Update(Update),
    /// Changes a row, or makes it.
    Upsert(Update),
    /// Deletes a row, and what goes with it.
    Delete(Delete),
    /// Links two rows.
    Associate(Associate),
    /// Takes a link away.
    Disassociate(Disassociate),
    /// Merges one row into another.
    Merge(Merge),
}

/// A row to change, and to what.
#[derive(Debug, Clone)]
pub struct Update {
    /// Which row; its table is that of `entry`.
    pub key: RowKey,
    /// What changes.
    pub entry: Entry,
    /// What must be so.
    pub condition: Condition,
}

/// A row to delete.
#[derive(Debug, Clone)]
pub struct Delete {
    /// Which row.
    pub row: Reference,
    /// What must be so.
    pub condition: Condition,
}

/// Two rows to link.
#[derive(Debug, Clone)]
pub struct Associate {
    /// The row whose navigation property it is.
    pub from: Reference,
    /// The navigation property, with its case.
    pub navigation: String,
    /// The row at the other end.
    pub to: Reference,
}

/// A link to take away.
#[derive(Debug, Clone)]
pub struct Disassociate {
    /// The row whose navigation property it is.
    pub from: Reference,
    /// The navigation property, with its case.
    pub navigation: String,
    /// The row at the other end; not needed for a single one.
    pub to: Option<Reference>,
}

/// Two rows of one table to merge.
#[derive(Debug, Clone)]
pub struct Merge {
    /// The row that stays.
    pub target: RowKey,
    /// The row that gives way.
    pub subordinate: RowKey,
    /// What the row that stays gets besides; its table is that of both.
    pub content: Entry,
    /// Whether they must belong to the same (`PerformParentingChecks`).
    pub check_parents: bool,
}

/// What must be so for a write to happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Condition {
    /// Nothing.
    #[default]
    None,
    /// There is such a row (`If-Match: *`).
    Present,
    /// There is no such row (`If-None-Match: *`).
    Absent,
    /// The row is at this version (`If-Match: W/"n"`).
    Version(i64),
}

/// Values of a row, and what it is linked with.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// The logical name of the table.
    pub table: String,
    /// Logical names of columns and their values; the primary key may be among them.
    pub values: Vec<(String, Value)>,
    /// Links by navigation property.
    pub links: Vec<Link>,
}

impl Entry {
    /// An empty entry of a table.
    pub fn of(table: impl Into<String>) -> Self {
        Self { table: table.into(), ..Self::default() }
    }

    /// The same with a value.
    #[must_use]
    pub fn with(mut self, column: impl Into<String>, value: Value) -> Self {
        self.values.push((column.into(), value));
        self
    }

    /// The same with a text.
    #[must_use]
    pub fn text(self, column: impl Into<String>, text: impl Into<String>) -> Self {
        self.with(column, Value::Text(text.into()))
    }

    /// The same with a link.
    #[must_use]
    pub fn link(mut self, navigation: impl Into<String>, to: LinkTo) -> Self {
        self.links.push(Link { navigation: navigation.into(), to });
        self
    }
}

/// A link by navigation property.
#[derive(Debug, Clone)]
pub struct Link {
    /// The navigation property, with its case.
    pub navigation: String,
    /// What stands at the other end.
    pub to: LinkTo,
}

/// What stands at the other end of a link.
#[derive(Debug, Clone)]
pub enum LinkTo {
    /// Nothing.
    Clear,
    /// A row that is there.
    Row(Reference),
    /// Rows that are there.
    Rows(Vec<Reference>),
    /// A row that is made with this one.
    New(Box<Entry>),
    /// Rows that are made with this one.
    NewMany(Vec<Entry>),
}

/// What became of an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The logical name of the table.
    pub table: String,
    /// The row.
    pub id: Uuid,
    /// Its version now; 0 where there is none.
    pub version: i64,
    /// What was done.
    pub change: Change,
}

/// What was done with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// It was made.
    Created,
    /// It was changed.
    Updated,
    /// It was deleted.
    Deleted,
    /// It was linked, or a link was taken away.
    Linked,
}

/// Why a run failed: nothing of it was done.
#[derive(Debug, thiserror::Error)]
#[error("operation {index} failed")]
pub struct Failure {
    /// The operation that failed, from 0.
    pub index: usize,
    /// Why.
    #[source]
    pub error: Error,
}

impl From<db::Error> for Failure {
    fn from(error: db::Error) -> Self {
        Self { index: 0, error: error.into() }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { index: 0, error }
    }
}
