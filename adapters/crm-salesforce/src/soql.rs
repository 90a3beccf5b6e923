//! Queries, built out of checked names and typed values.

mod literal;

use std::fmt::Write as _;

use jiff::{Timestamp, civil::Date};

use crate::{ApiName, FieldPath, RecordId};
use literal::{pattern, quoted};

/// A value that something is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// An id.
    Id(RecordId),
    /// A number.
    Number(f64),
    /// A switch.
    Boolean(bool),
    /// A day.
    Date(Date),
    /// An instant, to the second.
    Instant(Timestamp),
}

/// How something is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A condition on rows.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// All of them; none at all holds for every row.
    All(Vec<Self>),
    /// One of them; none at all holds for no row.
    Any(Vec<Self>),
    /// Not so.
    Not(Box<Self>),
    /// A field against a value.
    Compare(FieldPath, Comparison, Value),
    /// A field that is one of several values.
    OneOf(FieldPath, Vec<Value>),
    /// A field without a value.
    Empty(FieldPath),
    /// A text that begins so, case ignored.
    StartsWith(FieldPath, String),
    /// A text that holds this, case ignored.
    Contains(FieldPath, String),
}

impl Filter {
    /// A field that is a value.
    pub fn equal(field: impl Into<FieldPath>, value: Value) -> Self {
        Self::Compare(field.into(), Comparison::Equal, value)
    }

    /// A text that begins so.
    pub fn starts_with(field: impl Into<FieldPath>, start: &str) -> Self {
        Self::StartsWith(field.into(), start.to_owned())
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::All(all) => join(out, all, " AND ", "Id != null"),
            Self::Any(any) => join(out, any, " OR ", NEVER),
            Self::Not(inner) => {
                out.push_str("(NOT ");
                inner.write(out);
                out.push(')');
            }
            Self::Compare(field, comparison, value) => {
                let sign = match comparison {
                    Comparison::Equal => "=",
                    Comparison::NotEqual => "!=",
                    Comparison::Less => "<",
                    Comparison::LessOrEqual => "<=",
                    Comparison::Greater => ">",
                    Comparison::GreaterOrEqual => ">=",
                };
                push(out, format_args!("{field} {sign} "));
                literal(out, value);
            }
            Self::OneOf(_, values) if values.is_empty() => out.push_str(NEVER),
            Self::OneOf(field, values) => {
                push(out, format_args!("{field} IN ("));
                for (at, value) in values.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    literal(out, value);
                }
                out.push(')');
            }
            Self::Empty(field) => push(out, format_args!("{field} = null")),
            Self::StartsWith(field, text) => {
                push(out, format_args!("{field} LIKE '{}%'", pattern(text)));
            }
            Self::Contains(field, text) => {
                push(out, format_args!("{field} LIKE '%{}%'", pattern(text)));
            }
        }
    }
}

/// What no row is.
const NEVER: &str = "Id = null";

/// The service takes no mix of `AND` and `OR` without parentheses.
fn join(out: &mut String, filters: &[Filter], between: &str, none: &str) {
    match filters {
        [] => out.push_str(none),
        [one] => one.write(out),
        several => {
            out.push('(');
            for (at, filter) in several.iter().enumerate() {
                if at > 0 {
                    out.push_str(between);
                }
                filter.write(out);
            }
            out.push(')');
        }
    }
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a text does not fail.
    out.write_fmt(text).ok();
}

fn literal(out: &mut String, value: &Value) {
    match value {
        Value::Text(text) => out.push_str(&quoted(text)),
        Value::Id(id) => push(out, format_args!("'{id}'")),
        Value::Number(number) if number.is_finite() => push(out, format_args!("{number}")),
        // What no number is equal to.
        Value::Number(_) => out.push_str("null"),
        Value::Boolean(value) => push(out, format_args!("{value}")),
        Value::Date(date) => push(out, format_args!("{date}")),
        Value::Instant(at) => push(out, format_args!("{}", literal::instant(*at))),
    }
}

/// Which way rows are sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Direction {
    Ascending,
    Descending,
}

/// A query of one object.
#[derive(Debug, Clone, PartialEq)]
pub struct Select {
    pub(crate) object: ApiName,
    pub(crate) fields: Vec<FieldPath>,
    filter: Option<Filter>,
    order: Vec<(FieldPath, Direction)>,
    limit: Option<u32>,
}

impl Select {
    /// Every row, with these fields.
    pub const fn new(object: ApiName, fields: Vec<FieldPath>) -> Self {
        Self { object, fields, filter: None, order: Vec::new(), limit: None }
    }

    /// The rows that are so.
    #[must_use]
    pub fn where_(mut self, filter: Filter) -> Self {
        self.filter = Some(filter);
        self
    }

    /// Sorted, after what it is sorted by already.
    #[must_use]
    pub fn order_by(mut self, field: impl Into<FieldPath>, direction: Direction) -> Self {
        self.order.push((field.into(), direction));
        self
    }

    /// At most so many.
    #[must_use]
    pub const fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// The query as the service reads it.
    pub fn to_text(&self) -> String {
        let mut out = String::from("SELECT ");
        if self.fields.is_empty() {
            out.push_str("Id");
        }
        for (at, field) in self.fields.iter().enumerate() {
            push(&mut out, format_args!("{}{field}", if at > 0 { "," } else { "" }));
        }
        push(&mut out, format_args!(" FROM {}", self.object));
        if let Some(filter) = &self.filter {
            out.push_str(" WHERE ");
            filter.write(&mut out);
        }
        for (at, (field, direction)) in self.order.iter().enumerate() {
            let before = if at > 0 { "," } else { " ORDER BY " };
            let after = if *direction == Direction::Descending { " DESC NULLS LAST" } else { "" };
            push(&mut out, format_args!("{before}{field}{after}"));
        }
        if let Some(limit) = self.limit {
            push(&mut out, format_args!(" LIMIT {limit}"));
        }
        out
    }
}
