//! Why Graph did not answer as asked.

use std::time::Duration;

/// What calls come to.
pub type Result<T> = std::result::Result<T, Error>;

/// Why Graph did not answer as asked. Words of the service are for logs and administrators; callers go by the kind.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No token is to be had.
    #[error("no token for Graph is to be had")]
    Token(#[source] oauth::Error),
    /// Graph cannot be reached.
    #[error("Graph cannot be reached")]
    Unreachable(#[source] egress::Error),
    /// Two tokens one after the other were refused: the person, or the application, has to sign in again.
    #[error("Graph refuses the token")]
    SignInAgain,
    /// A permission that nobody has granted, or something that the person may not do.
    #[error("Graph forbids it: {code}")]
    Forbidden {
        /// The service's code.
        code: String,
        /// The permissions of which one is missing, where the service names them.
        permissions: Vec<String>,
        /// Its words.
        message: String,
    },
    /// It is not there, or not yet.
    #[error("Graph knows no such thing: {code}")]
    NotFound {
        /// The service's code.
        code: String,
    },
    /// The request is none.
    #[error("Graph refuses the request: {code}")]
    Invalid {
        /// The service's code.
        code: String,
        /// Its words.
        message: String,
    },
    /// It is there already.
    #[error("Graph has it already: {code}")]
    Conflict {
        /// The service's code.
        code: String,
    },
    /// Somebody changed it in between.
    #[error("it was changed in between")]
    Changed,
    /// Somebody holds it.
    #[error("it is locked")]
    Locked,
    /// What was changed since is not known any more: begin anew.
    #[error("the changes since then are not known any more")]
    Resync,
    /// Too large, or no room.
    #[error("it is too large")]
    TooLarge,
    /// Graph asks to wait longer than a caller can.
    #[error("Graph asks to wait")]
    Busy {
        /// How long.
        retry_after: Duration,
    },
    /// Graph failed.
    #[error("Graph failed with {status}")]
    Failed {
        /// The status.
        status: u16,
    },
    /// The answer, or a link in it, is not what it should be.
    #[error("the answer of Graph is wrong: {reason}")]
    Answer {
        /// What is wrong.
        reason: &'static str,
    },
}
