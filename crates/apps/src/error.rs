//! What may go wrong with apps.

use std::time::Duration;

use app_packages::Finding;
use kernel::{AppId, Code, Coded, CursorError, Denied, FieldError, Kind, SetupPolicyId};

use crate::Dependents;

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What may go wrong with apps.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such app, or the actor may not know of it.
    #[error("there is no app {app}")]
    NotFound {
        /// The app that was asked for.
        app: AppId,
    },
    /// The app has no such version, or no longer.
    #[error("the app {app} has no version number {number}")]
    VersionNotFound {
        /// The app.
        app: AppId,
        /// The number that was asked for.
        number: i64,
    },
    /// No such setup policy.
    #[error("there is no setup policy {policy}")]
    PolicyNotFound {
        /// The policy that was asked for.
        policy: SetupPolicyId,
    },
    /// The app is not installed in the team.
    #[error("the app {app} is not installed in this team")]
    NotInstalled {
        /// The app.
        app: AppId,
    },
    /// The package breaks rules of its level.
    #[error("the package breaks {} rules", fields.len())]
    Refused {
        /// What was found, warnings too.
        findings: Vec<Finding>,
        /// The errors among them, in words.
        fields: Vec<FieldError>,
    },
    /// The version is not above the one that is there.
    #[error("version {offered} is not above {present}")]
    VersionNotHigher {
        /// The version that is there.
        present: String,
        /// The version of the package.
        offered: String,
    },
    /// The package is another app's.
    #[error("the package is of the app {offered}, not of {expected}")]
    OtherApp {
        /// The identifier in the manifest of the app.
        expected: String,
        /// The identifier in the manifest of the package.
        offered: String,
    },
    /// The version is in a state in which this cannot be done.
    #[error("a version that is {state} cannot be {wanted}")]
    WrongState {
        /// The state of the version.
        state: &'static str,
        /// What it should have become.
        wanted: &'static str,
    },
    /// The app was blocked by an administrator.
    #[error("the app {app} is blocked")]
    Blocked {
        /// The app.
        app: AppId,
    },
    /// The app is not published, or no longer offered.
    #[error("the app {app} cannot be installed")]
    NotPublished {
        /// The app.
        app: AppId,
    },
    /// Consent was given to another version than the one that would be installed.
    #[error("consent was given to version number {given}, the current one is {current}")]
    ConsentOutdated {
        /// The number that consent was given to.
        given: i64,
        /// The number that would be installed.
        current: i64,
    },
    /// Only owners of a team install apps there.
    #[error("only owners of the team may do this")]
    OwnersOnly,
    /// Only a person can do this, no service token.
    #[error("only a person can do this")]
    PersonNeeded,
    /// Teams, policies or tenants depend on the app.
    #[error("the app is in use")]
    InUse {
        /// What depends on it.
        dependents: Box<Dependents>,
        /// The same in words.
        fields: Vec<FieldError>,
    },
    /// There are as many as there may be.
    #[error("there are {limit} already, the most there may be")]
    TooMany {
        /// The limit.
        limit: u32,
    },
    /// The packages of the tenant are larger than the limit.
    #[error("the packages of the organisation have at most {limit_bytes} bytes together")]
    QuotaExceeded {
        /// The limit.
        limit_bytes: u64,
    },
    /// Another policy has this name.
    #[error("the name is taken")]
    NameTaken,
    /// The input breaks rules.
    #[error("the input breaks {} rules", fields.len())]
    Invalid {
        /// Which, and where.
        fields: Vec<FieldError>,
    },
    /// The team is not there, archived, or not the actor's.
    #[error(transparent)]
    Workspace(#[from] workspace::Error),
    /// Tenants could not be read.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// The cursor was not given by this list.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// A permission is missing.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// Reading the package was cut off.
    #[error("the package could not be looked at")]
    Interrupted(#[source] tokio::task::JoinError),
    /// Storing failed.
    #[error("the apps could not be read or written")]
    Store(#[from] db::Error),
}

impl Error {
    /// One broken rule.
    pub(crate) fn invalid(pointer: &'static str, code: &'static str, detail: &'static str) -> Self {
        Self::Invalid { fields: vec![FieldError::new(pointer, code, detail)] }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::NotFound { .. } => Code::new("app.not_found", Kind::NotFound),
            Self::VersionNotFound { .. } => Code::new("app.version_not_found", Kind::NotFound),
            Self::PolicyNotFound { .. } => Code::new("setup_policy.not_found", Kind::NotFound),
            Self::NotInstalled { .. } => Code::new("app.not_installed", Kind::NotFound),
            Self::Refused { .. } => Code::new("app.package_refused", Kind::Invalid),
            Self::VersionNotHigher { .. } => Code::new("app.version_not_higher", Kind::Conflict),
            Self::OtherApp { .. } => Code::new("app.other_app", Kind::Conflict),
            Self::WrongState { .. } => Code::new("app.wrong_state", Kind::Conflict),
            Self::Blocked { .. } => Code::new("app.blocked", Kind::Forbidden),
            Self::NotPublished { .. } => Code::new("app.not_published", Kind::Conflict),
            Self::ConsentOutdated { .. } => Code::new("app.consent_outdated", Kind::Conflict),
            Self::OwnersOnly => Code::new("app.owners_only", Kind::Forbidden),
            Self::PersonNeeded => Code::new("actor.person_needed", Kind::Forbidden),
            Self::InUse { .. } => Code::new("app.in_use", Kind::Conflict),
            Self::TooMany { .. } => Code::new("app.too_many", Kind::Conflict),
            Self::QuotaExceeded { .. } => Code::new("app.quota_exceeded", Kind::TooLarge),
            Self::NameTaken => Code::new("name.taken", Kind::Conflict),
            Self::Invalid { .. } => Code::new("app.invalid", Kind::Invalid),
            Self::Workspace(error) => error.code(),
            Self::Identity(error) => error.code(),
            Self::Cursor(_) => Code::new("cursor.invalid", Kind::Invalid),
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::Interrupted(_) => Code::INTERNAL,
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Refused { fields, .. }
            | Self::Invalid { fields }
            | Self::InUse { fields, .. } => fields,
            Self::Workspace(error) => error.fields(),
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Store(error) => error.retry_after(),
            _ => None,
        }
    }
}
