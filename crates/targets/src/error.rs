//! What may go wrong with targets.

use std::time::Duration;

use kernel::{Code, Coded, Denied, FieldError, Kind, TargetId};

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What may go wrong with targets.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The actor sees the channel, but does not manage it.
    #[error("only owners of the channel and of its team manage its targets")]
    NotOwner,
    /// There is no such target, or the actor may not know it.
    #[error("target {target} does not exist")]
    Unknown {
        /// Which.
        target: TargetId,
    },
    /// There is no such attempt, or the retention took it.
    #[error("the log has no such attempt")]
    UnknownAttempt,
    /// There is nothing to replay.
    #[error("there is no dead letter to replay")]
    NothingToReplay,
    /// The channel has as many targets as it may.
    #[error("a channel has at most {limit} targets")]
    TooMany {
        /// The limit.
        limit: u32,
    },
    /// Only targets of the kind `http` have a secret.
    #[error("targets of this kind have no secret")]
    NoSecret,
    /// The administrator keeps the organisation's cards from places of this kind.
    #[error("forwarding to places of the kind {} is barred", kind.as_str())]
    Barred {
        /// The kind.
        kind: crate::Kind,
    },
    /// No relay for mail is set.
    #[error("the hub sends no mail: no relay is set")]
    MailOff,
    /// The input of a form or a request is wrong.
    #[error("the input has {} faults", fields.len())]
    Invalid {
        /// What is wrong where.
        fields: Vec<FieldError>,
    },
    /// The cursor was not given by this list.
    #[error(transparent)]
    Cursor(#[from] kernel::CursorError),
    /// The address could not be sealed or opened.
    #[error("sealing the address failed")]
    Seal(#[from] seal::Error),
    /// Asking the workspace failed.
    #[error("asking the workspace failed")]
    Workspace(#[from] workspace::Error),
    /// Asking identity failed.
    #[error("asking identity failed")]
    Identity(#[from] identity::Error),
    /// Storing failed.
    #[error("storing failed")]
    Store(#[from] db::Error),
}

impl Error {
    pub(crate) fn invalid(field: FieldError) -> Self {
        Self::Invalid { fields: vec![field] }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::NotOwner => Code::new("target.not_owner", Kind::Forbidden),
            Self::Unknown { .. } => Code::new("target.not_found", Kind::NotFound),
            Self::UnknownAttempt => Code::new("attempt.not_found", Kind::NotFound),
            Self::NothingToReplay => Code::new("dead_letter.not_found", Kind::NotFound),
            Self::TooMany { .. } => Code::new("target.too_many", Kind::Conflict),
            Self::NoSecret => Code::new("target.no_secret", Kind::Conflict),
            Self::Barred { .. } => Code::new("target.kind_barred", Kind::Forbidden),
            Self::MailOff => Code::new("mail.off", Kind::Conflict),
            Self::Invalid { .. } => Code::new("target.invalid", Kind::Invalid),
            Self::Cursor(_) => Code::new("cursor.invalid", Kind::Invalid),
            Self::Seal(_) => Code::INTERNAL,
            Self::Workspace(error) => error.code(),
            Self::Identity(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { fields } => fields,
            Self::Workspace(error) => error.fields(),
            Self::Identity(error) => error.fields(),
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Workspace(error) => error.retry_after(),
            Self::Identity(error) => error.retry_after(),
            Self::Store(error) => error.retry_after(),
            _ => None,
        }
    }
}
