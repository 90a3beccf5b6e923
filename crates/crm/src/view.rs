//! Views: lists of a table's records that people of the CRM keep. Dynamics 365 calls them views, Salesforce list views.

use crate::{Cursor, Field, Record, RecordId};

/// Views of a table that are told at most (our own choice; the longest lists that we saw had some dozens).
pub const MAX_VIEWS: usize = 200;

/// A view of a table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ViewRef {
    /// The table that it lists.
    pub table: String,
    /// Which one, as the CRM writes it.
    pub id: RecordId,
    /// Whether it is one that a person keeps (`userquery` in Dynamics 365). A CRM that does not tell them apart by their
    /// kind has none.
    pub personal: bool,
}

impl ViewRef {
    /// A view of a table.
    pub fn new(table: impl Into<String>, id: impl Into<String>, personal: bool) -> Self {
        Self { table: table.into(), id: RecordId(id.into()), personal }
    }
}

/// A view that the seller may use, with its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Which one, as the CRM itself writes it.
    pub at: ViewRef,
    /// What people call it.
    pub name: String,
}

/// One page of the records of a view.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewPage {
    /// What its columns are: fields of the table, and fields of other records as the texts that people read.
    pub columns: Vec<Field>,
    /// The records that the seller may see, in the order of the view; with its columns and the name of each.
    pub records: Vec<Record>,
    /// Where the next page begins.
    pub next: Option<Cursor>,
}
