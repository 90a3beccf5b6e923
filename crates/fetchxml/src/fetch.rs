//! FetchXML: its tree.

mod operator;
mod read;
mod write;

pub use self::{operator::Operator, read::parse};

/// A query.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fetch {
    /// Rows at most, over all pages.
    pub top: Option<u32>,
    /// Rows of a page.
    pub count: Option<u32>,
    /// Which page; the first is 1.
    pub page: Option<u32>,
    /// What the answer before said.
    pub paging_cookie: Option<String>,
    /// Equal rows once.
    pub distinct: bool,
    /// Aggregates and groups instead of rows.
    pub aggregate: bool,
    /// `returntotalrecordcount`.
    pub total_record_count: bool,
    /// The table it begins at.
    pub entity: Entity,
}

/// A table and what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entity {
    /// Logical name.
    pub name: String,
    /// Columns; none without `all_attributes` means none of a link, and all of the first table.
    pub attributes: Vec<Attribute>,
    /// `all-attributes`.
    pub all_attributes: bool,
    /// Sorted by.
    pub orders: Vec<Order>,
    /// All of them must hold.
    pub filters: Vec<Filter>,
    /// Tables that hang on this one.
    pub links: Vec<Link>,
}

/// A column of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attribute {
    /// Logical name.
    pub name: String,
    /// Name in the answer.
    pub alias: Option<String>,
    /// Aggregated.
    pub aggregate: Option<Aggregate>,
    /// Groups are made of it.
    pub group_by: bool,
    /// What of a date makes the group.
    pub date_grouping: Option<DateGrouping>,
    /// Each value once, with `countcolumn`.
    pub distinct: bool,
}

/// How a column is aggregated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    /// `count`: rows.
    Count,
    /// `countcolumn`: rows with a value.
    CountColumn,
    /// `sum`.
    Sum,
    /// `avg`.
    Avg,
    /// `min`.
    Min,
    /// `max`.
    Max,
}

/// What of a date makes a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are called as FetchXML calls them")]
pub enum DateGrouping {
    Day,
    Week,
    Month,
    Quarter,
    Year,
    FiscalPeriod,
    FiscalYear,
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Order {
    /// The column.
    pub attribute: Option<String>,
    /// Or the alias of an attribute, in aggregates.
    pub alias: Option<String>,
    /// The alias of the link that the column is of, where not of this table.
    pub entity_name: Option<String>,
    /// From great to small.
    pub descending: bool,
}

/// Conditions that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// `type="or"`: one of them must hold, else all.
    pub or: bool,
    /// Conditions.
    pub conditions: Vec<Condition>,
    /// Filters within.
    pub filters: Vec<Self>,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// The column.
    pub attribute: String,
    /// What is said of it.
    pub operator: Operator,
    /// The attribute `value`, or the elements `value`; as many as the operator takes.
    pub values: Vec<String>,
    /// `valueof`: another column instead of a value, perhaps `alias.column`.
    pub value_of: Option<String>,
    /// The alias of the link that the column is of, where not of this table.
    pub entity_name: Option<String>,
}

/// A table that hangs on another.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// The table and what is asked of it.
    pub entity: Entity,
    /// Its column.
    pub from: String,
    /// The column of the table that it hangs on.
    pub to: String,
    /// Name of its columns in the answer: `alias.column`.
    pub alias: Option<String>,
    /// `link-type="outer"`: rows without a partner stay.
    pub outer: bool,
    /// The table of an N:N relationship.
    pub intersect: bool,
}

#[cfg(test)]
mod tests;
