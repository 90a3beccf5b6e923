//! Why a sign-in did not succeed.

use kernel::{Code, Coded, Kind};

/// Why a sign-in did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The provider cannot be reached.
    #[error("the provider cannot be reached")]
    Unreachable(#[source] egress::Error),
    /// The provider's discovery document or keys are not what they should be.
    #[error("the provider's {document} is wrong: {reason}")]
    Document {
        /// `discovery document` or `key set`.
        document: &'static str,
        /// What is wrong.
        reason: &'static str,
    },
    /// The provider refused the code; the words are its own (RFC 6749 §5.2).
    #[error("the provider refused: {error}")]
    Provider {
        /// The error code.
        error: String,
        /// Its description, for the log of administrators.
        description: Option<String>,
    },
    /// The id token does not prove what it should.
    #[error("the id token is refused: {reason}")]
    Token {
        /// Which check failed.
        reason: &'static str,
    },
    /// The provider's settings cannot be used.
    #[error("the provider's settings cannot be used: {reason}")]
    Settings {
        /// What is wrong.
        reason: &'static str,
    },
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Unreachable(_) => Code::new("provider.unreachable", Kind::Upstream),
            Self::Document { .. } => Code::new("provider.document", Kind::Upstream),
            Self::Provider { .. } => Code::new("provider.refused", Kind::Unauthenticated),
            Self::Token { .. } => Code::new("provider.token", Kind::Unauthenticated),
            Self::Settings { .. } => Code::new("provider.settings", Kind::Invalid),
        }
    }
}

impl From<egress::Error> for Error {
    fn from(source: egress::Error) -> Self {
        Self::Unreachable(source)
    }
}
