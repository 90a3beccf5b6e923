//! The one `SELECT` that the option `sql` of the Dataverse Web API takes: its tree.

mod read;
mod token;

pub use self::read::parse;

/// A statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Select {
    /// Equal rows once.
    pub distinct: bool,
    /// `TOP n`, or `FETCH NEXT n ROWS ONLY`, or `LIMIT n`.
    pub top: Option<u32>,
    /// `OFFSET n ROWS`.
    pub offset: Option<u32>,
    /// What comes out, at least one.
    pub columns: Vec<Column>,
    /// The first table.
    pub from: Source,
    /// Further tables, in their order.
    pub joins: Vec<Join>,
    /// `WHERE`.
    pub filter: Option<Condition>,
    /// `GROUP BY`.
    pub group_by: Vec<Name>,
    /// `ORDER BY`.
    pub order_by: Vec<OrderBy>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Its name.
    pub table: String,
    /// What it is called here.
    pub alias: Option<String>,
}

impl Source {
    /// What its columns are qualified with.
    pub fn name(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.table)
    }
}

/// A further table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Join {
    /// `LEFT JOIN`: rows without a partner stay.
    pub outer: bool,
    /// The table.
    pub source: Source,
    /// The columns that are equal, at least one pair; sides as written.
    pub on: Vec<(Name, Name)>,
}

/// A column by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The table or its alias.
    pub qualifier: Option<String>,
    /// The column.
    pub column: String,
}

/// Something that comes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// What.
    pub value: Value,
    /// `AS …`.
    pub alias: Option<String>,
}

/// What comes out or is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `*`, or `a.*`; in lists of columns only.
    All(Option<String>),
    /// A column.
    Column(Name),
    /// An aggregate; nothing in it for `COUNT(*)`.
    Aggregate {
        /// Which.
        function: Aggregate,
        /// `DISTINCT`.
        distinct: bool,
        /// Of what.
        of: Option<Name>,
    },
}

/// Aggregates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are called as SQL calls them")]
pub enum Aggregate {
    Count,
    Sum,
    Avg,
    Min,
    Max,
}

/// One order; a bare name may be the alias of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderBy {
    /// By what.
    pub value: Value,
    /// `DESC`.
    pub descending: bool,
}

/// What rows must fulfil. Never deeper than [`DEPTH`](crate::limits::DEPTH).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Two or more, all.
    And(Vec<Self>),
    /// Two or more, one.
    Or(Vec<Self>),
    /// Not.
    Not(Box<Self>),
    /// A comparison; a literal on the left was turned round.
    Compare(Name, Compare, Operand),
    /// `LIKE`, with `%` and `_`, and `[…]` as written.
    Like {
        /// The column.
        column: Name,
        /// The pattern.
        pattern: String,
        /// `NOT LIKE`.
        negated: bool,
    },
    /// `IN (…)`.
    In {
        /// The column.
        column: Name,
        /// The values, at least one.
        values: Vec<Literal>,
        /// `NOT IN`.
        negated: bool,
    },
    /// `BETWEEN … AND …`.
    Between {
        /// The column.
        column: Name,
        /// From.
        least: Literal,
        /// To.
        most: Literal,
        /// `NOT BETWEEN`.
        negated: bool,
    },
    /// `IS NULL`.
    Null {
        /// The column.
        column: Name,
        /// `IS NOT NULL`.
        negated: bool,
    },
}

/// Comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are what they are called")]
pub enum Compare {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// The right side of a comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operand {
    /// A value.
    Value(Literal),
    /// Another column.
    Column(Name),
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Literal {
    /// `'…'`, with doubled quotes made single.
    String(String),
    /// A number, exactly as written, with its sign.
    Number(String),
    /// `TRUE`, `FALSE`.
    Boolean(bool),
    /// `NULL`.
    Null,
}

#[cfg(test)]
mod tests;
