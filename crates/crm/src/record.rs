//! Records and their values.

use std::{collections::BTreeMap, fmt};

use jiff::{Timestamp, civil::Date};

/// The id of a record, as the CRM writes it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordId(pub String);

impl fmt::Display for RecordId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A record of a table.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecordRef {
    /// The table, by the CRM's own name; empty in a value whose CRM does not say which of several it is.
    pub table: String,
    /// Which record.
    pub id: RecordId,
}

impl RecordRef {
    /// A record of a table.
    pub fn new(table: impl Into<String>, id: impl Into<String>) -> Self {
        Self { table: table.into(), id: RecordId(id.into()) }
    }
}

/// What a record is at; another one after every change. Only the CRM that gave it understands it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Version(pub String);

/// What a field holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A text.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// A number or an amount, exact to 15 digits.
    Number(f64),
    /// Yes or no.
    Boolean(bool),
    /// A day.
    Date(Date),
    /// An instant.
    Instant(Timestamp),
    /// An entry of a choice, by its value and not by its label.
    Choice(String),
    /// Several entries of a choice.
    Choices(Vec<String>),
    /// The id of the record itself, or one that leads nowhere.
    Id(RecordId),
    /// Another record.
    Row(RecordRef),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

/// Fields and what they hold.
pub type Values = BTreeMap<String, Value>;

/// Records that are made together with another one, at most.
///
/// Salesforce takes 200 rows in one tree (REST reference, `composite/tree`); a mail has no more parties than this.
pub const MAX_CHILDREN: usize = 100;

/// A record that is made together with the one that it leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Child {
    /// The table.
    pub table: String,
    /// The field that leads to the other record.
    pub field: String,
    /// Its other fields.
    pub values: Values,
}

/// A record with some of its fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Which one.
    pub at: RecordRef,
    /// What it is at, where the table has versions.
    pub version: Option<Version>,
    /// The fields that were asked for, empty ones too.
    pub values: Values,
    /// What people read of those whose value does not say it, as far as the CRM tells: the name of another record, the
    /// label of an entry, an amount with its currency.
    pub texts: BTreeMap<String, String>,
}
