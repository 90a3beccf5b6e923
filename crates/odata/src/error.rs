//! What was wrong, and where.

use std::fmt;

/// A text that is no OData, or more of it than is read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at byte {at}")]
pub struct Error {
    /// Byte offset into the text that was handed in, before any decoding.
    pub at: usize,
    /// What is wrong there.
    pub problem: Problem,
}

impl Error {
    /// The same problem further to the right.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        Self { at: self.at.saturating_add(by), ..self }
    }
}

/// Result of reading.
pub type Result<T> = std::result::Result<T, Error>;

/// What may be wrong with a text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// Something else should stand here.
    Expected(&'static str),
    /// The text should end here.
    Trailing,
    /// A system query option that does not exist, or not in this place.
    UnknownOption {
        /// Its name as it was written.
        name: String,
    },
    /// A system query option that stands twice.
    RepeatedOption {
        /// Its name as it was written.
        name: String,
    },
    /// A call without names of its parameters of something that isn't a built-in function.
    UnknownFunction {
        /// Its name as it was written.
        name: String,
    },
    /// A built-in function with too few or too many arguments.
    Arguments {
        /// Its name.
        name: &'static str,
    },
    /// A literal outside the range of its type.
    Range(&'static str),
    /// A percent sign without two hexadecimal digits.
    Percent,
    /// Bytes that are not UTF-8 once they are decoded.
    Utf8,
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
            Self::Trailing => f.write_str("expected the end"),
            Self::UnknownOption { name } => write!(f, "unknown query option '{name}'"),
            Self::RepeatedOption { name } => write!(f, "repeated query option '{name}'"),
            Self::UnknownFunction { name } => write!(f, "unknown function '{name}'"),
            Self::Arguments { name } => write!(f, "wrong number of arguments for '{name}'"),
            Self::Range(what) => write!(f, "{what} out of range"),
            Self::Percent => f.write_str("malformed percent-encoding"),
            Self::Utf8 => f.write_str("malformed UTF-8"),
            Self::Limit { of, limit } => write!(f, "more {of} than {limit}"),
        }
    }
}
