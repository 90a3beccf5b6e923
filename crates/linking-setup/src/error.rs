//! Why the settings of linking cannot be read or changed, by what can be done about it.

use std::time::Duration;

use kernel::{Code, Coded, Denied, FieldError, Kind};

use crate::Obstacle;

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the settings of linking cannot be read or changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Only a System Administrator of the environment may.
    #[error("only a System Administrator of the environment may do this")]
    AdministratorNeeded,
    /// Only somebody who administers the tenant may.
    #[error("only an administrator of the tenant may do this")]
    TenantAdministratorNeeded,
    /// Only a person can agree to something.
    #[error("only a person can do this")]
    PersonNeeded,
    /// `800503ca`: something must be otherwise before linking can be turned on.
    #[error("800503ca: {} must be met first", unmet.join(", "))]
    Prerequisites {
        /// The conditions that are not met.
        unmet: Vec<&'static str>,
    },
    /// Something stands in the way of what was to be done.
    #[error("{}", .0.text())]
    Closed(Obstacle),
    /// The input breaks rules.
    #[error("the input breaks {} rules", fields.len())]
    Invalid {
        /// Which, and where.
        fields: Vec<FieldError>,
    },
    /// Rows could not be read or written.
    #[error(transparent)]
    Records(#[from] records::Error),
    /// People, licences or environments could not be read.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// A permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Storing failed.
    #[error("the settings of linking could not be read or written")]
    Store(#[from] db::Error),
}

impl Error {
    /// One broken rule.
    pub(crate) fn invalid(
        pointer: &'static str,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self::Invalid { fields: vec![FieldError::new(pointer, code, detail)] }
    }

    /// The code by which the published feature knows it, where there is one.
    pub const fn protocol_code(&self) -> Option<&'static str> {
        match self {
            Self::Prerequisites { .. } => Some(crate::conditions::CODE),
            _ => None,
        }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::AdministratorNeeded => Code::new("linking.administrator_needed", Kind::Forbidden),
            Self::TenantAdministratorNeeded => {
                Code::new("linking.tenant_administrator_needed", Kind::Forbidden)
            }
            Self::PersonNeeded => Code::new("linking.person_needed", Kind::Forbidden),
            Self::Prerequisites { .. } => Code::new("linking.prerequisites", Kind::Conflict),
            Self::Closed(obstacle) => obstacle.code(),
            Self::Invalid { .. } => Code::new("linking.invalid", Kind::Invalid),
            Self::Records(error) => error.code(),
            Self::Identity(error) => error.code(),
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
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
            Self::Records(error) => error.retry_after(),
            Self::Identity(error) => error.retry_after(),
            Self::Store(error) => error.retry_after(),
            _ => None,
        }
    }
}
