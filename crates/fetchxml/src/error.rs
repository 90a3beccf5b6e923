//! What was wrong, and where.

use std::fmt;

/// A text that is no query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at byte {at}")]
pub struct Error {
    /// Byte offset into the text.
    pub at: usize,
    /// What is wrong there.
    pub problem: Problem,
}

/// Result of reading.
pub type Result<T> = std::result::Result<T, Error>;

/// What may be wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Something else should stand here.
    Expected(&'static str),
    /// An element that does not exist, or not in this place.
    UnknownElement(String),
    /// An attribute that is not known on this element.
    UnknownAttribute(String),
    /// An attribute that stands twice.
    RepeatedAttribute(String),
    /// An attribute that must be there.
    MissingAttribute(&'static str),
    /// A value that an attribute can't have.
    Value {
        /// The attribute.
        of: &'static str,
        /// Its value.
        value: String,
    },
    /// An operator of conditions that does not exist.
    UnknownOperator(String),
    /// An operator with too few or too many values.
    Values(&'static str),
    /// Something of SQL that isn't taken here.
    Unsupported(&'static str),
    /// More than is read.
    Limit {
        /// What there is too much of.
        of: &'static str,
        /// How much is read.
        limit: usize,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Expected(what) => write!(f, "expected {what}"),
            Self::UnknownElement(name) => write!(f, "unexpected element '{name}'"),
            Self::UnknownAttribute(name) => write!(f, "unknown attribute '{name}'"),
            Self::RepeatedAttribute(name) => write!(f, "repeated attribute '{name}'"),
            Self::MissingAttribute(name) => write!(f, "missing attribute '{name}'"),
            Self::Value { of, value } => write!(f, "'{value}' is no value of '{of}'"),
            Self::UnknownOperator(name) => write!(f, "unknown operator '{name}'"),
            Self::Values(operator) => write!(f, "wrong number of values for '{operator}'"),
            Self::Unsupported(what) => write!(f, "{what} is not supported"),
            Self::Limit { of, limit } => write!(f, "more {of} than {limit}"),
        }
    }
}

pub(crate) const fn limit(at: usize, of: &'static str, limit: usize) -> Error {
    Error { at, problem: Problem::Limit { of, limit } }
}
