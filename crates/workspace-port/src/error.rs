//! Why a call did not give what was asked for, by what can be done about it.

use std::time::Duration;

use kernel::{Code, Coded, FieldError, Kind};

/// The result of a call.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call did not give what was asked for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not there, or the caller may not know of it.
    #[error("the workspace has no such thing")]
    NotFound,
    /// It was asked for too early: the workspace is still making it.
    #[error("the workspace is still making it")]
    NotYet,
    /// The caller may see it and not do this.
    #[error("the caller may not do this")]
    NotAllowed,
    /// Nobody has granted one of these permissions to us.
    #[error("none of these permissions was granted: {}", .permissions.join(", "))]
    PermissionMissing {
        /// As the workspace names them.
        permissions: Vec<String>,
    },
    /// The caller has to sign in to the workspace again.
    #[error("the sign-in to the workspace is over")]
    SignInAgain,
    /// The person has no licence for the workspace.
    #[error("the person has no licence for the workspace")]
    Unlicensed,
    /// Only a person can do this there.
    #[error("only a person can do this")]
    PersonNeeded,
    /// Nobody of the organisation is called so.
    #[error("the workspace knows no such person")]
    NoSuchPerson,
    /// Something else is called so; the names of deleted channels stay taken for a while.
    #[error("the name is taken")]
    NameTaken,
    /// The input breaks rules of the workspace.
    #[error("the workspace refuses the input")]
    Invalid {
        /// Which, and where.
        findings: Vec<FieldError>,
    },
    /// A place keeps at least one owner.
    #[error("the last owner cannot go")]
    LastOwner,
    /// It is only read.
    #[error("it is archived")]
    Archived,
    /// It is at another version than was expected.
    #[error("it has changed meanwhile")]
    Changed,
    /// Somebody else holds it.
    #[error("somebody else holds it")]
    Locked,
    /// It is larger than it may be, or there is no room.
    #[error("it is too large")]
    TooLarge,
    /// This workspace cannot do that at all.
    #[error("this workspace cannot do that")]
    Unsupported,
    /// The workspace asks to wait longer than a caller can.
    #[error("the workspace asks to wait")]
    Busy {
        /// When to ask again.
        retry_after: Duration,
    },
    /// What it was making came to nothing.
    #[error("the workspace failed to make it")]
    Failed,
    /// The workspace does not answer now.
    #[error("the workspace does not answer now")]
    Unavailable,
    /// The answer is not what it should be.
    #[error("the answer is wrong: {reason}")]
    Answer {
        /// What is wrong.
        reason: &'static str,
    },
    /// What an adapter passes on with a code of its own.
    #[error("{0}")]
    Other(Box<dyn Coded + Send + Sync>),
}

impl Error {
    /// One rule that the input breaks.
    pub fn invalid(pointer: &'static str, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid { findings: vec![FieldError::new(pointer, code, message)] }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::NotFound => Code::new("workspace.not_found", Kind::NotFound),
            Self::NotYet => Code::new("workspace.not_yet", Kind::Unavailable),
            Self::NotAllowed => Code::new("workspace.not_allowed", Kind::Forbidden),
            Self::PermissionMissing { .. } => {
                Code::new("workspace.permission_missing", Kind::Forbidden)
            }
            Self::SignInAgain => Code::new("workspace.sign_in_again", Kind::Unauthenticated),
            Self::Unlicensed => Code::new("workspace.unlicensed", Kind::Forbidden),
            Self::PersonNeeded => Code::new("workspace.person_needed", Kind::Forbidden),
            Self::NoSuchPerson => Code::new("workspace.no_such_person", Kind::NotFound),
            Self::NameTaken => Code::new("workspace.name_taken", Kind::Conflict),
            Self::Invalid { .. } => Code::new("workspace.refused", Kind::Invalid),
            Self::LastOwner => Code::new("workspace.last_owner", Kind::Conflict),
            Self::Archived => Code::new("workspace.archived", Kind::Conflict),
            Self::Changed => Code::new("workspace.changed", Kind::Conflict),
            Self::Locked => Code::new("workspace.locked", Kind::Conflict),
            Self::TooLarge => Code::new("workspace.too_large", Kind::TooLarge),
            Self::Unsupported => Code::new("workspace.unsupported", Kind::Invalid),
            Self::Busy { .. } => Code::new("workspace.busy", Kind::Throttled),
            Self::Failed => Code::new("workspace.failed", Kind::Upstream),
            Self::Unavailable => Code::new("workspace.unavailable", Kind::Upstream),
            Self::Answer { .. } => Code::new("workspace.answer", Kind::Upstream),
            Self::Other(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { findings } => findings,
            Self::Other(error) => error.fields(),
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::NotYet => Some(Duration::from_secs(5)),
            Self::Busy { retry_after } => Some(*retry_after),
            Self::Other(error) => error.retry_after(),
            _ => None,
        }
    }
}
