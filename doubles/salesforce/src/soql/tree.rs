//! The tree of a query.

use std::collections::HashSet;

use jiff::{Timestamp, civil::Date};

use super::DateLiteral;

/// A whole query, or one in parentheses.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Query {
    /// What is selected.
    pub(crate) select: Vec<Select>,
    /// The object, or the relationship of a subquery.
    pub(crate) from: Path,
    pub(crate) alias: Option<String>,
    pub(crate) condition: Option<Condition>,
    /// `WITH SECURITY_ENFORCED` or `WITH USER_MODE`.
    pub(crate) enforced: bool,
    pub(crate) group: Vec<Expression>,
    pub(crate) having: Option<Condition>,
    pub(crate) order: Vec<Order>,
    pub(crate) limit: Option<usize>,
    pub(crate) offset: usize,
    pub(crate) all_rows: bool,
    /// `FOR UPDATE`.
    pub(crate) locks: bool,
}

/// One thing that is selected.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Select {
    /// A field, a parent's field, a function of one.
    Value { expression: Expression, alias: Option<String> },
    /// `COUNT()`.
    Count,
    /// Rows of a child relationship.
    Children(Box<Query>),
    /// `FIELDS(ALL)`
    Fields { set: FieldSet, at: usize },
    /// `TYPEOF What WHEN …`
    Typeof(Typeof),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FieldSet {
    All,
    Standard,
    Custom,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Typeof {
    pub(crate) path: Path,
    /// The object, and what is selected of it.
    pub(crate) when: Vec<(Path, Vec<Path>)>,
    pub(crate) otherwise: Vec<Path>,
}

/// A field, over parents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) parts: Vec<String>,
    pub(crate) at: usize,
}

impl Path {
    /// The last part.
    pub(crate) fn field(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }

    pub(crate) fn text(&self) -> String {
        self.parts.join(".")
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expression {
    Field(Path),
    /// `name` in upper case.
    Call(Call),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Call {
    /// In upper case.
    pub(crate) name: String,
    /// `None` for `COUNT()` inside `HAVING` and `ORDER BY`.
    pub(crate) argument: Option<Box<Expression>>,
    pub(crate) at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aggregate {
    Count,
    CountDistinct,
    Sum,
    Average,
    Minimum,
    Maximum,
}

impl Call {
    /// The aggregate it is, if it is one.
    pub(crate) fn aggregate(&self) -> Option<Aggregate> {
        Some(match self.name.as_str() {
            "COUNT" => Aggregate::Count,
            "COUNT_DISTINCT" => Aggregate::CountDistinct,
            "SUM" => Aggregate::Sum,
            "AVG" => Aggregate::Average,
            "MIN" => Aggregate::Minimum,
            "MAX" => Aggregate::Maximum,
            _ => return None,
        })
    }
}

impl Expression {
    /// The field inside.
    pub(crate) fn path(&self) -> Option<&Path> {
        match self {
            Self::Field(path) => Some(path),
            Self::Call(call) => call.argument.as_ref().and_then(|inner| inner.path()),
        }
    }

    pub(crate) fn is_aggregate(&self) -> bool {
        matches!(self, Self::Call(call) if call.aggregate().is_some())
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Condition {
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    Compare {
        left: Expression,
        operator: Operator,
        right: Literal,
        at: usize,
    },
    In {
        left: Expression,
        inside: bool,
        items: Items,
        at: usize,
    },
    /// `INCLUDES` and `EXCLUDES`.
    Includes {
        left: Expression,
        inside: bool,
        values: Vec<String>,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Items {
    List(Vec<Literal>),
    /// What a query inside came to.
    Ids(HashSet<String>),
    Query(Box<Query>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Literal {
    Null,
    Boolean(bool),
    Number(f64),
    Text(String),
    Date(Date),
    DateTime(Timestamp),
    Relative(DateLiteral),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    Ascending,
    Descending,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Order {
    pub(crate) expression: Expression,
    pub(crate) direction: Direction,
    pub(crate) nulls_last: bool,
}
