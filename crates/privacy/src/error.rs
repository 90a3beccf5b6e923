//! What may go wrong with people's data.

use std::time::Duration;

use kernel::{Code, Coded, Denied, FieldError, Kind};

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What may go wrong with people's data.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// There is no such person in the organisation.
    #[error("there is no such person")]
    PersonUnknown,
    /// There is no such export, or it is over.
    #[error("there is no such export")]
    JobUnknown,
    /// The same is under way already.
    #[error("the same is under way already")]
    UnderWay,
    /// The export is not made yet.
    #[error("the export is not made yet")]
    NotReady,
    /// What was given is wrong.
    #[error("{} fields are wrong", fields.len())]
    Invalid {
        /// What is wrong where.
        fields: Vec<FieldError>,
    },
    /// A room could not do its part.
    #[error("a room could not do its part ({code})")]
    Room {
        /// What it said.
        code: Code,
    },
    /// People of the tenant could not be read.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// The file could not be read or written.
    #[error("files could not be read or written")]
    Files(#[source] std::io::Error),
    /// Storing failed.
    #[error("storing failed")]
    Store(#[from] db::Error),
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::PersonUnknown => Code::new("privacy.person_unknown", Kind::NotFound),
            Self::JobUnknown => Code::new("privacy.job_unknown", Kind::NotFound),
            Self::UnderWay => Code::new("privacy.under_way", Kind::Conflict),
            Self::NotReady => Code::new("privacy.not_ready", Kind::Conflict),
            Self::Invalid { .. } => Code::new("privacy.invalid", Kind::Invalid),
            Self::Room { code } => *code,
            Self::Identity(error) => error.code(),
            Self::Files(_) => Code::new("internal", Kind::Internal),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { fields } => fields,
            Self::Identity(error) => error.fields(),
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Store(error) => error.retry_after(),
            Self::Identity(error) => error.retry_after(),
            _ => None,
        }
    }
}
