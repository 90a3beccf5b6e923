//! Why a query cannot be asked.

use tables::Table;

use crate::access::Verb;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a query cannot be asked. The texts are those that clients of the Dataverse Web API know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no such column or navigation property, or nobody may read it.
    #[error("Could not find a property named '{name}' on type 'Microsoft.Dynamics.CRM.{table}'.")]
    Property {
        /// Its name.
        name: String,
        /// The logical name of the table.
        table: String,
    },
    /// There is no such table.
    #[error("The entity with a name = '{name}' was not found in the MetadataCache.")]
    Table {
        /// Its name.
        name: String,
    },
    /// An operator stands between types that it does not compare.
    #[error(
        "A binary operator with incompatible types was detected. Found operand types '{left}' and '{right}' for operator kind '{operator}'."
    )]
    Types {
        /// The type at its left.
        left: &'static str,
        /// The type at its right.
        right: &'static str,
        /// Its name.
        operator: &'static str,
    },
    /// A value is not of the column's type.
    #[error("Cannot convert the literal '{literal}' to the expected type '{expected}'.")]
    Literal {
        /// The value.
        literal: String,
        /// The type.
        expected: &'static str,
    },
    /// A part of the language that is understood and not offered.
    #[error("{what} is not supported.")]
    Unsupported {
        /// Which.
        what: String,
    },
    /// The parts of the query do not fit together.
    #[error("{what}")]
    Invalid {
        /// What does not.
        what: String,
    },
    /// More than is asked for at once.
    #[error("The query has more {of} than {most}.")]
    Limit {
        /// Of what.
        of: &'static str,
        /// How many there may be.
        most: usize,
    },
    /// The caller has no right of this kind on the table, at no depth.
    #[error("The caller is missing the privilege prv{}{schema}.", .verb.name())]
    Denied {
        /// The right.
        verb: Verb,
        /// The logical name of the table.
        table: String,
        /// The name that the privilege ends in.
        schema: String,
    },
    /// The cursor does not belong to this query.
    #[error("The skip token does not belong to this query.")]
    Cursor,
    /// The query was put together wrongly by the program itself.
    #[error("the query is malformed")]
    Malformed,
}

impl Error {
    pub(crate) fn property(name: &str, table: &Table) -> Self {
        Self::Property { name: name.to_owned(), table: table.logical.clone() }
    }

    pub(crate) fn unsupported(what: impl Into<String>) -> Self {
        Self::Unsupported { what: what.into() }
    }

    pub(crate) fn invalid(what: impl Into<String>) -> Self {
        Self::Invalid { what: what.into() }
    }
}
