//! What may go wrong with the sales surfaces.

use std::time::Duration;

use kernel::{Code, Coded, Denied, EnvironmentId, FieldError, Kind};
use uuid::Uuid;

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What may go wrong with the sales surfaces. What goes wrong with one operation is no error: its section is missing.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The surfaces need an environment with the sales tables.
    #[error("the environment {environment} has no sales tables")]
    CrmNeeded {
        /// Which.
        environment: EnvironmentId,
    },
    /// There is not exactly one environment with the sales tables, so the caller has to say which.
    #[error("the caller has to name one of {count} environments with the sales tables")]
    EnvironmentNeeded {
        /// How many there are.
        count: usize,
    },
    /// No surface has the name.
    #[error("there is no such surface")]
    UnknownSurface,
    /// No outcome has the name.
    #[error("there is no such outcome")]
    UnknownOutcome,
    /// No such call, or no longer.
    #[error("there is no call {call}")]
    CallNotFound {
        /// The call that was asked for.
        call: Uuid,
    },
    /// The input is wrong.
    #[error("the input has {} faults", fields.len())]
    Invalid {
        /// What is wrong where.
        fields: Vec<FieldError>,
    },
    /// The cursor was not given by this list.
    #[error(transparent)]
    Cursor(#[from] kernel::CursorError),
    /// Asking for actions failed.
    #[error(transparent)]
    Actions(#[from] actions::Error),
    /// Asking for connectors failed.
    #[error(transparent)]
    Connectors(#[from] connectors::Error),
    /// Asking for environments failed.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// Storing failed.
    #[error("storing failed")]
    Store(#[from] db::Error),
}

impl Error {
    pub(crate) fn field(
        pointer: &'static str,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self::Invalid { fields: vec![FieldError::new(pointer, code, detail)] }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::CrmNeeded { .. } => Code::new("sales_extension.crm_needed", Kind::Conflict),
            Self::EnvironmentNeeded { .. } => {
                Code::new("sales_extension.environment_needed", Kind::Invalid)
            }
            Self::UnknownSurface => Code::new("sales_extension.surface_unknown", Kind::NotFound),
            Self::UnknownOutcome => Code::new("sales_extension.outcome_unknown", Kind::Invalid),
            Self::CallNotFound { .. } => {
                Code::new("sales_extension.call_not_found", Kind::NotFound)
            }
            Self::Invalid { .. } => Code::new("sales_extension.invalid", Kind::Invalid),
            Self::Cursor(_) => Code::new("cursor.invalid", Kind::Invalid),
            Self::Actions(error) => error.code(),
            Self::Connectors(error) => error.code(),
            Self::Identity(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { fields } => fields,
            Self::Actions(error) => error.fields(),
            Self::Connectors(error) => error.fields(),
            Self::Identity(error) => error.fields(),
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Actions(error) => error.retry_after(),
            Self::Connectors(error) => error.retry_after(),
            Self::Identity(error) => error.retry_after(),
            Self::Store(error) => error.retry_after(),
            _ => None,
        }
    }
}
