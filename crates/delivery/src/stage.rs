//! How far a delivery came before it failed; that alone decides what happens next.

use kernel::{Code, Coded, Kind};

/// How far a delivery came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Nothing was tried: tried again for ever, not counted.
    Before,
    /// It was tried and failed: counted, tried again, given up in the end.
    Attempt,
    /// It was tried and may have been done: the cursor is asked before anything is repeated.
    After,
}

impl Stage {
    /// The stage at which a failure of the database ended a delivery.
    pub const fn of(error: &db::Error) -> Self {
        match error {
            db::Error::Full
            | db::Error::Unavailable { .. }
            | db::Error::Closed
            | db::Error::Serialization
            | db::Error::Interrupted => Self::Before,
            db::Error::UnknownOutcome => Self::After,
            db::Error::Constraint { .. }
            | db::Error::Poisoned
            | db::Error::Inconsistent { .. }
            | db::Error::Panicked
            | db::Error::Statement { .. } => Self::Attempt,
        }
    }
}

/// An event that the consumer cannot take, now or ever; it becomes a dead letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its position in the stream.
    pub position: i64,
    /// Dotted code of the reason, such as `channel.archived`.
    pub code: &'static str,
    /// English detail for the log.
    pub detail: &'static str,
}

/// What may go wrong with dead letters.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such dead letter, or its event is gone.
    #[error("there is no dead letter at position {position}")]
    Unknown {
        /// The position that was asked for.
        position: i64,
    },
    /// The consumer rejected the event again.
    #[error("the replay was rejected: {code}")]
    RejectedAgain {
        /// Why.
        code: &'static str,
    },
    /// The tenants could not be listed.
    #[error("listing the tenants failed")]
    Tenants(#[from] identity::Error),
    /// Storing failed.
    #[error("storing the delivery failed")]
    Store(#[from] db::Error),
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Unknown { .. } => Code::new("dead_letter.not_found", Kind::NotFound),
            Self::RejectedAgain { .. } => Code::new("dead_letter.rejected", Kind::Conflict),
            Self::Tenants(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn retry_after(&self) -> Option<std::time::Duration> {
        match self {
            Self::Tenants(error) => error.retry_after(),
            Self::Store(error) => error.retry_after(),
            Self::Unknown { .. } | Self::RejectedAgain { .. } => None,
        }
    }
}
