//! The tree of a query.

use std::collections::HashSet;

use jiff::{Timestamp, civil::Date};

use super::DateLiteral;

/// A whole query, or one in parentheses.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "clauses that are there or not")]
pub struct Query {
    /// What is selected.
    pub select: Vec<Select>,
    /// The object, or the relationship of a subquery.
    pub from: Path,
    pub alias: Option<String>,
    /// `USING SCOPE mine`: rows of the caller alone.
    pub mine: bool,
    pub condition: Option<Condition>,
    /// `WITH SECURITY_ENFORCED` or `WITH USER_MODE`.
    pub enforced: bool,
    pub group: Vec<Expression>,
    /// Which sums of groups there are beside the groups.
    pub sums: Sums,
    pub having: Option<Condition>,
    pub order: Vec<Order>,
    pub limit: Option<usize>,
    pub offset: usize,
    pub all_rows: bool,
    /// `FOR UPDATE`.
    pub locks: bool,
}

/// Groups of groups (SOQL reference, "GROUP BY ROLLUP", "GROUP BY CUBE").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sums {
    #[default]
    None,
    /// Of the first keys, of fewer of them, of none.
    Rollup,
    /// Of each choice of keys.
    Cube,
}

/// One thing that is selected.
#[derive(Debug, Clone, PartialEq)]
pub enum Select {
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
pub enum FieldSet {
    All,
    Standard,
    Custom,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Typeof {
    pub path: Path,
    /// The object, and what is selected of it.
    pub when: Vec<(Path, Vec<Path>)>,
    pub otherwise: Vec<Path>,
}

/// A field, over parents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    pub parts: Vec<String>,
    pub at: usize,
}

impl Path {
    /// The last part.
    pub fn field(&self) -> &str {
        self.parts.last().map_or("", String::as_str)
    }

    pub fn text(&self) -> String {
        self.parts.join(".")
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    Field(Path),
    /// `name` in upper case.
    Call(Call),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// In upper case.
    pub name: String,
    /// `None` for `COUNT()` inside `HAVING` and `ORDER BY`.
    pub argument: Option<Box<Expression>>,
    pub at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggregate {
    Count,
    CountDistinct,
    Sum,
    Average,
    Minimum,
    Maximum,
}

impl Call {
    /// The aggregate it is, if it is one.
    pub fn aggregate(&self) -> Option<Aggregate> {
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
    pub fn path(&self) -> Option<&Path> {
        match self {
            Self::Field(path) => Some(path),
            Self::Call(call) => call.argument.as_ref().and_then(|inner| inner.path()),
        }
    }

    /// Whether it comes to one value for a group: an aggregate, as it is or made readable, or what says of which group.
    pub fn is_aggregate(&self) -> bool {
        let Self::Call(call) = self else { return false };
        let inner = || call.argument.as_ref().is_some_and(|inner| inner.is_aggregate());
        match call.name.as_str() {
            "GROUPING" => true,
            "FORMAT" | "CONVERTCURRENCY" => inner(),
            _ => call.aggregate().is_some(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
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
pub enum Items {
    List(Vec<Literal>),
    /// What a query inside came to.
    Ids(HashSet<String>),
    Query(Box<Query>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Like,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    Null,
    Boolean(bool),
    Number(f64),
    Text(String),
    Date(Date),
    DateTime(Timestamp),
    Relative(DateLiteral),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Ascending,
    Descending,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Order {
    pub expression: Expression,
    pub direction: Direction,
    pub nulls_last: bool,
}
