//! What may go wrong with storage.

use std::{error::Error as StdError, time::Duration};

use kernel::{Code, Coded, Kind};

/// The result of a storage function.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The kind of constraint that a statement broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Constraint {
    /// A unique index or a primary key.
    Unique,
    /// A reference to a row that is not there, or still is.
    ForeignKey,
    /// A column that must have a value.
    NotNull,
    /// A check.
    Check,
}

/// What may go wrong with storage.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A statement broke a constraint.
    #[error("a {kind:?} constraint was broken")]
    Constraint {
        /// Which kind.
        kind: Constraint,
        /// The engine's own words.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
    /// A statement failed before; only [`crate::Tx::attempt`] leads on.
    #[error("an earlier statement of this transaction failed")]
    Poisoned,
    /// A row holds what the code does not expect.
    #[error("column {column} of a row is not {expected}")]
    Inconsistent {
        /// Index of the column in the statement, from 0.
        column: usize,
        /// The type that was asked for.
        expected: &'static str,
    },
    /// The transaction lost against another one; the driver reruns the closure.
    #[error("the transaction could not be serialised")]
    Serialization,
    /// A read took longer than the limit.
    #[error("the read was interrupted after its time limit")]
    Interrupted,
    /// No space is left.
    #[error("the disk is full")]
    Full,
    /// The database does not answer, or the closure lost ten times.
    #[error("the database is unavailable")]
    Unavailable {
        /// The engine's own words, when it said some.
        #[source]
        source: Option<Box<dyn StdError + Send + Sync>>,
    },
    /// The answer to the COMMIT was lost and the outcome could not be found out.
    #[error("the outcome of the commit is unknown")]
    UnknownOutcome,
    /// The closure panicked; its work was undone.
    #[error("the closure panicked")]
    Panicked,
    /// The facade is shut down.
    #[error("the database is closed")]
    Closed,
    /// Any other failure of a statement.
    #[error("a statement failed")]
    Statement {
        /// The engine's own words.
        #[source]
        source: Box<dyn StdError + Send + Sync>,
    },
}

impl Error {
    /// Whether a statement broke a unique index or a primary key.
    pub const fn is_unique(&self) -> bool {
        matches!(self, Self::Constraint { kind: Constraint::Unique, .. })
    }

    /// Whether the whole transaction is lost, so that [`crate::Tx::attempt`] cannot save it.
    pub const fn is_fatal(&self) -> bool {
        matches!(
            self,
            Self::Serialization
                | Self::Interrupted
                | Self::Full
                | Self::Unavailable { .. }
                | Self::Closed
        )
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Full => Code::new("storage.full", Kind::Unavailable),
            Self::Unavailable { .. } | Self::UnknownOutcome | Self::Closed => {
                Code::new("storage.unavailable", Kind::Unavailable)
            }
            Self::Interrupted => Code::new("storage.interrupted", Kind::Unavailable),
            Self::Constraint { .. }
            | Self::Poisoned
            | Self::Inconsistent { .. }
            | Self::Serialization
            | Self::Panicked
            | Self::Statement { .. } => Code::INTERNAL,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        (self.code().kind() == Kind::Unavailable).then_some(Duration::from_secs(2))
    }
}
