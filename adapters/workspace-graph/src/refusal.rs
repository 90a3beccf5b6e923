//! What Graph's refusals mean here.

use graph::Error as Refused;
use workspace_port::Error;

/// What a refusal says by itself.
pub(crate) fn plain(error: Refused) -> Error {
    match error {
        Refused::Token(error) => Error::Other(Box::new(error)),
        Refused::Unreachable(error) => Error::Other(Box::new(error)),
        Refused::SignInAgain => Error::SignInAgain,
        Refused::Forbidden { permissions, .. } if !permissions.is_empty() => {
            Error::PermissionMissing { permissions }
        }
        // There is no code for it; a person without a licence is told in these words.
        Refused::Forbidden { message, .. } if message.to_lowercase().contains("license") => {
            Error::Unlicensed
        }
        Refused::Forbidden { .. } => Error::NotAllowed,
        Refused::NotFound { .. } => Error::NotFound,
        Refused::Invalid { message, .. } => Error::invalid("", "workspace.refused", message),
        Refused::Conflict { .. } => Error::NameTaken,
        Refused::Changed => Error::Changed,
        Refused::Locked => Error::Locked,
        Refused::TooLarge => Error::TooLarge,
        Refused::Busy { retry_after } => Error::Busy { retry_after },
        Refused::Resync | Refused::Failed { .. } => Error::Unavailable,
        Refused::Answer { reason } => Error::Answer { reason },
    }
}

/// The same for something that is only read: what one may not see is not there.
pub(crate) fn reading(error: Refused) -> Error {
    match plain(error) {
        Error::NotAllowed => Error::NotFound,
        other => other,
    }
}
