//! What is wrong with the value of a cell.

use std::fmt;

use crate::{Column, ColumnKind, Fixed, Table};

/// A value that a cell cannot hold.
#[derive(Clone, Debug, PartialEq)]
pub struct ValueError {
    /// The logical name of the table.
    pub table: Box<str>,
    /// Its entity set.
    pub set: Box<str>,
    /// The logical name of the column.
    pub column: Box<str>,
    /// What is wrong.
    pub problem: Problem,
    kind: &'static str,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq)]
pub enum Problem {
    /// It is of another type.
    WrongType {
        /// The type of the column, `Edm.Int32`.
        expected: &'static str,
        /// What was sent, at most 100 characters of it.
        found: String,
    },
    /// A text is longer than the column, or a list longer than a cell.
    TooLong {
        /// The limit, in the unit of the kind: UTF-16 code units, bytes of a picture, entries.
        max: usize,
    },
    /// A number is outside the range of the column.
    OutOfRange(Range),
    /// A number is no entry of the choice.
    NotAnEntry {
        /// The number.
        number: i64,
        /// The entries.
        entries: Vec<i32>,
    },
    /// A date is before 1753.
    TooEarly,
    /// The column is set another way: through a navigation property, or by an upload.
    NotSettable,
}

/// A number and the range that it is outside of.
#[derive(Clone, Debug, PartialEq)]
pub enum Range {
    /// A whole number.
    Whole {
        /// The number.
        number: i64,
        /// The least allowed.
        min: i64,
        /// The greatest allowed.
        max: i64,
    },
    /// A decimal number or an amount of money.
    Fixed {
        /// The number as it was sent, at most 40 characters of it.
        number: String,
        /// The least allowed.
        min: Fixed,
        /// The greatest allowed.
        max: Fixed,
    },
    /// A floating point number.
    Double {
        /// The number.
        number: f64,
        /// The least allowed.
        min: f64,
        /// The greatest allowed.
        max: f64,
    },
}

impl ValueError {
    /// An error about a column.
    pub fn new(table: &Table, column: &Column, problem: Problem) -> Self {
        Self {
            table: table.logical.as_str().into(),
            set: table.set.as_str().into(),
            column: column.logical.as_str().into(),
            problem,
            kind: match column.kind {
                ColumnKind::Money { .. } => "money",
                ColumnKind::Decimal { .. } => "decimal",
                ColumnKind::Double { .. } => "double",
                _ => "int",
            },
        }
    }

    /// The code of the real service (Web API reference, errors).
    pub const fn code(&self) -> &'static str {
        match &self.problem {
            Problem::WrongType { .. } | Problem::NotSettable => "0x80048d19",
            Problem::TooLong { .. } => "0x80044331",
            Problem::OutOfRange(Range::Whole { .. }) => "0x8004432f",
            Problem::OutOfRange(_) => "0x80044330",
            Problem::NotAnEntry { .. } => "0x8004431A",
            Problem::TooEarly => "0x80040239",
        }
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { table, set, column, kind, .. } = self;
        match &self.problem {
            Problem::WrongType { expected, found } => write!(
                f,
                "Error identified in Payload provided by the user for Entity :'{set}', \
                 InnerException : Microsoft.OData.ODataException: Cannot convert the literal \
                 '{found}' to the expected type '{expected}'. (property '{column}')"
            ),
            Problem::NotSettable => write!(
                f,
                "Error identified in Payload provided by the user for Entity :'{set}', \
                 InnerException : Microsoft.OData.ODataException: The property '{column}' cannot \
                 be set by its value; bind its navigation property or upload its file."
            ),
            Problem::TooLong { max } => write!(
                f,
                "A validation error occurred.  The length of the '{column}' attribute of the \
                 '{table}' entity exceeded the maximum allowed length of '{max}'."
            ),
            Problem::OutOfRange(Range::Whole { number, min, max }) => write!(
                f,
                "A validation error occurred for {table}.{column}. The value {number} of type \
                 int is outside the valid range of {min} to {max}."
            ),
            Problem::OutOfRange(Range::Fixed { number, min, max }) => write!(
                f,
                "A validation error occurred for {table}.{column}. The value {number} of type \
                 {kind} is outside the valid range of {min} to {max}."
            ),
            Problem::OutOfRange(Range::Double { number, min, max }) => write!(
                f,
                "A validation error occurred for {table}.{column}. The value {number} of type \
                 {kind} is outside the valid range of {min} to {max}."
            ),
            Problem::NotAnEntry { number, entries } => {
                write!(
                    f,
                    "A validation error occurred. The value {number} of '{column}' on record of \
                     type '{table}' is outside the valid range. Accepted Values: "
                )?;
                for (at, entry) in entries.iter().enumerate() {
                    write!(f, "{}{entry}", if at == 0 { "" } else { "," })?;
                }
                Ok(())
            }
            Problem::TooEarly => write!(
                f,
                "DateTime is less than minimum value supported by CrmDateTime. Minimum value \
                 supported: 01/01/1753 00:00:00 (property '{column}')"
            ),
        }
    }
}

impl std::error::Error for ValueError {}
