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
    /// The tenant does not use Microsoft Teams.
    #[error("the tenant does not use Microsoft Teams")]
    TeamsNotSet,
    /// The hub was started without it.
    #[error("this hub has no Microsoft Teams")]
    TeamsMissing,
    /// The person has to sign in to the organisation's Teams.
    #[error("the person has to sign in to Microsoft Teams")]
    TeamsSignInNeeded,
    /// The sign-in is over, was used already, or was begun by somebody else.
    #[error("the sign-in is over, was used, or is somebody else's")]
    Attempt,
    /// Somebody agreed for another directory than the tenant's.
    #[error("another directory agreed")]
    AnotherDirectory,
    /// The directory refused, or cannot be reached.
    #[error(transparent)]
    SignIn(#[from] oauth::Error),
    /// Graph refused a first call as the person.
    #[error("the first call as the person was refused")]
    FirstCall(#[from] graph::Error),
    /// What came is no post of notices.
    #[error("this is no post of notices")]
    Notices,
    /// Too many notices at once.
    #[error("too many notices are being taken in")]
    Crowded,
    /// A secret cannot be sealed or opened.
    #[error(transparent)]
    Seal(#[from] seal::Error),
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
            Self::TeamsNotSet => Code::new("linking_teams.not_set", Kind::NotFound),
            Self::TeamsMissing => Code::new("linking_teams.missing", Kind::NotFound),
            Self::TeamsSignInNeeded => Code::new("linking_teams.sign_in_needed", Kind::Forbidden),
            Self::Attempt => Code::new("linking_teams.attempt", Kind::Conflict),
            Self::AnotherDirectory => Code::new("linking_teams.another_directory", Kind::Conflict),
            Self::SignIn(error) => error.code(),
            Self::FirstCall(_) => Code::new("linking_teams.first_call", Kind::Upstream),
            Self::Notices => Code::new("linking_teams.notices", Kind::Invalid),
            Self::Crowded => Code::new("linking_teams.crowded", Kind::Unavailable),
            Self::Seal(error) => error.code(),
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
            Self::Crowded => Some(Duration::from_secs(5)),
            Self::SignIn(error) => error.retry_after(),
            Self::Records(error) => error.retry_after(),
            Self::Identity(error) => error.retry_after(),
            Self::Store(error) => error.retry_after(),
            _ => None,
        }
    }
}
