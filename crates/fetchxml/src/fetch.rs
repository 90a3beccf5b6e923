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
    /// `aggregatelimit`: more rows than these are not aggregated.
    pub aggregate_limit: Option<u32>,
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
    /// Tables that are looked into: [`LinkKind::of_filter`] ones.
    pub links: Vec<Link>,
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
    /// `link-type`.
    pub kind: LinkKind,
    /// The table of an N:N relationship.
    pub intersect: bool,
}

/// How a table hangs on another (FetchXML reference, link-entity, link-type options).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LinkKind {
    /// `inner`: rows that have a partner, once for each.
    #[default]
    Inner,
    /// `outer`: rows without a partner stay.
    Outer,
    /// `exists`: rows that have a partner, once; it shows nothing.
    Exists,
    /// `in`: the same, written in another way.
    In,
    /// `matchfirstrowusingcrossapply`: rows that have a partner, with one of them.
    MatchFirst,
    /// `any`, in a filter: there is a partner.
    Any,
    /// `not any`, in a filter: there is none.
    NotAny,
    /// `all`, in a filter: there are rows of that value, and none of them fulfils the filters.
    All,
    /// `not all`, in a filter: the same as `any`, whatever its name.
    NotAll,
}

impl LinkKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Inner,
        Self::Outer,
        Self::Exists,
        Self::In,
        Self::MatchFirst,
        Self::Any,
        Self::NotAny,
        Self::All,
        Self::NotAll,
    ];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inner => "inner",
            Self::Outer => "outer",
            Self::Exists => "exists",
            Self::In => "in",
            Self::MatchFirst => "matchfirstrowusingcrossapply",
            Self::Any => "any",
            Self::NotAny => "not any",
            Self::All => "all",
            Self::NotAll => "not all",
        }
    }

    /// Whether it stands in a filter, and not in a table.
    pub const fn of_filter(self) -> bool {
        matches!(self, Self::Any | Self::NotAny | Self::All | Self::NotAll)
    }

    /// The one of this name, for this place.
    pub fn from_name(name: &str, in_filter: bool) -> Option<Self> {
        let named = |kind: &Self| kind.of_filter() == in_filter && kind.as_str() == name;
        Self::ALL.into_iter().find(named)
    }
}

#[cfg(test)]
mod tests;
