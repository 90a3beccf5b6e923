//! What may go wrong with settings of sales.

use std::time::Duration;

use kernel::{Code, Coded, Denied, FieldError, Kind};

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What may go wrong with settings of sales.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Who asks administers neither sales here nor the CRM.
    #[error("only administrators of the CRM open its settings")]
    AdministratorsOnly,
    /// What was given is wrong.
    #[error("{} settings are wrong", fields.len())]
    Invalid {
        /// What is wrong where.
        fields: Vec<FieldError>,
    },
    /// Somebody changed the settings meanwhile.
    #[error("the settings were changed meanwhile")]
    Changed,
    /// The CRM refused, or there is no place of the caller's there.
    #[error(transparent)]
    Crm(#[from] crm::Error),
    /// Storing failed.
    #[error("the settings could not be read or written")]
    Store(#[from] db::Error),
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::AdministratorsOnly => {
                Code::new("sales_settings.administrators_only", Kind::Forbidden)
            }
            Self::Invalid { .. } => Code::new("sales_settings.invalid", Kind::Invalid),
            Self::Changed => Code::new("sales_settings.changed", Kind::Conflict),
            Self::Crm(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { fields } => fields,
            Self::Crm(error) => error.fields(),
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Crm(error) => error.retry_after(),
            Self::Store(error) => error.retry_after(),
            _ => None,
        }
    }
}
