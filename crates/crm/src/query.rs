//! What is asked of a table.

use crate::Value;

/// The largest page.
pub const MAX_PAGE: u32 = 200;

/// How something is compared. Nothing compares as true with an empty field, but for [`Comparison::NotEqual`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The same; texts whatever the case.
    Equal,
    /// Another, or nothing.
    NotEqual,
    /// Before it.
    Less,
    /// Before it, or the same.
    LessOrEqual,
    /// Behind it.
    Greater,
    /// Behind it, or the same.
    GreaterOrEqual,
}

/// A condition on records.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All of them; none at all holds for every record.
    All(Vec<Self>),
    /// One of them; none at all holds for no record.
    Any(Vec<Self>),
    /// A field against a value.
    Compare(String, Comparison, Value),
    /// A field that is one of several values.
    OneOf(String, Vec<Value>),
    /// A field without a value.
    Empty(String),
    /// A text that begins so, whatever the case. Some CRMs read `%` and `_` in it as any signs, any sign.
    StartsWith(String, String),
    /// A text that holds this, as [`Filter::StartsWith`].
    Contains(String, String),
}

impl Filter {
    /// A field against a value.
    pub fn compare(field: impl Into<String>, comparison: Comparison, value: Value) -> Self {
        Self::Compare(field.into(), comparison, value)
    }
}

/// Which way records are sorted. Empty fields come first ascending and last descending.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Direction {
    Ascending,
    Descending,
}

/// Where a page begins; only the CRM that gave it understands it, and only for the same query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Cursor(pub String);

/// A query of one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// The table.
    pub table: String,
    /// The fields that are wanted.
    pub fields: Vec<String>,
    /// Which records.
    pub filter: Option<Filter>,
    /// In which order; the id comes last by itself.
    pub order: Vec<(String, Direction)>,
    /// Records of a page, 1 to [`MAX_PAGE`].
    pub size: u32,
    /// Behind this place.
    pub after: Option<Cursor>,
}

impl Query {
    /// Every record of a table, with these fields.
    pub fn of(table: impl Into<String>, fields: &[&str]) -> Self {
        Self {
            table: table.into(),
            fields: fields.iter().map(|&field| field.to_owned()).collect(),
            filter: None,
            order: Vec::new(),
            size: 50,
            after: None,
        }
    }

    /// The records that are so.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Sorted, after what it is sorted by already.
    #[must_use]
    pub fn order_by(mut self, field: impl Into<String>, direction: Direction) -> Self {
        self.order.push((field.into(), direction));
        self
    }

    /// Pages of so many.
    #[must_use]
    pub const fn size(mut self, size: u32) -> Self {
        self.size = size;
        self
    }

    /// The page behind a place.
    #[must_use]
    pub fn behind(mut self, after: Cursor) -> Self {
        self.after = Some(after);
        self
    }

    /// The size of a page, within what there may be.
    pub fn page_size(&self) -> u32 {
        self.size.clamp(1, MAX_PAGE)
    }
}
