//! Why a sign-in, or a token, was not to be had.

use std::{sync::Arc, time::Duration};

use kernel::{Code, Coded, FieldError, Kind};

/// Why a sign-in, or a token, was not to be had.
///
/// Words of a provider are cut, freed of control characters and of every secret that was sent to it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The provider cannot be reached.
    #[error("the provider cannot be reached")]
    Unreachable(#[source] egress::Error),
    /// The provider did not answer in time.
    #[error("the provider did not answer in time")]
    Timeout,
    /// The provider's discovery document, keys or token answer are not what they should be.
    #[error("the provider's {document} is wrong: {reason}")]
    Document {
        /// `discovery document`, `key set` or `token answer`.
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
    /// A setting that a sign-in needs is missing.
    #[error("the setting {setting} is missing")]
    Missing {
        /// Its name in the package, such as `clientId`.
        setting: &'static str,
    },
    /// A setting still holds the words that a publisher left for the one who takes the package into use.
    #[error("the setting {setting} still holds a placeholder")]
    Placeholder {
        /// Its name in the package, such as `clientId`.
        setting: String,
    },
    /// The identity provider is none that is known.
    #[error("the identity provider is not known")]
    UnknownProvider,
    /// The answer belongs to no sign-in that is under way: used before, too old, or of another session.
    #[error("the answer belongs to no sign-in that is under way")]
    State,
    /// The answer comes from another provider than the one that was asked (RFC 9207 §2.4).
    #[error("the answer comes from another provider than the one that was asked")]
    Issuer,
    /// The person or the provider said no (`access_denied`).
    #[error("the sign-in was declined")]
    Declined,
    /// The authorisation is over: the code, the refresh token or the assertion has expired or was revoked
    /// (`invalid_grant`).
    #[error("the authorisation has expired or was revoked")]
    Ended(Words),
    /// The person, or an administrator for all, has to consent first.
    #[error("consent is missing")]
    Consent(Words),
    /// The person has to sign in again, interactively.
    #[error("the person has to sign in again")]
    Interaction {
        /// What the provider said.
        words: Words,
        /// `claims` of the answer: to be sent along with the next sign-in.
        claims: Option<String>,
    },
    /// The caller's own token cannot be exchanged: it is for another application, or of an application.
    #[error("the caller's token cannot be exchanged")]
    Assertion(Words),
    /// The caller's own token would go to another authority than the one at which they signed in.
    #[error("the caller signed in at another authority than the one that would get their token")]
    Authority,
    /// A value of the connection chooses the host that a secret of the connector would be sent to.
    #[error("a connection's own value chooses the host that a secret of the connector would go to")]
    OpenHost {
        /// The value, by its parameter.
        fields: Vec<FieldError>,
    },
    /// The provider does not take us for the application that the settings name (`invalid_client`).
    #[error("the provider does not accept our credentials")]
    Client(Words),
    /// The provider refuses the request as it is (`invalid_request`, `invalid_scope`, `invalid_target`, …).
    #[error("the provider refuses the request: {}", .0.error)]
    Refused(Words),
    /// The provider cannot answer now (`temporarily_unavailable`, 429, 5xx).
    #[error("the provider cannot answer now")]
    Busy {
        /// How long it asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// What the one exchange that several callers waited for ended with.
    #[error(transparent)]
    Shared(Arc<Self>),
}

/// What a provider said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// `error`; at most 100 characters.
    pub error: String,
    /// `error_description`, for the log of administrators; at most 400 characters.
    pub description: Option<String>,
    /// The first of Microsoft Entra ID's `error_codes`, such as 65001.
    pub number: Option<u64>,
}

impl Error {
    /// Whether only the person can help, by signing in to the connection again.
    pub fn needs_sign_in(&self) -> bool {
        match self {
            Self::Ended(_) | Self::Consent(_) | Self::Interaction { .. } => true,
            Self::Shared(inner) => inner.needs_sign_in(),
            _ => false,
        }
    }

    /// Whether the same request may succeed a little later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Timeout | Self::Busy { .. } => true,
            Self::Shared(inner) => inner.is_passing(),
            _ => false,
        }
    }

    /// What the provider said, where it said something.
    pub fn words(&self) -> Option<&Words> {
        match self {
            Self::Ended(words)
            | Self::Consent(words)
            | Self::Interaction { words, .. }
            | Self::Assertion(words)
            | Self::Client(words)
            | Self::Refused(words) => Some(words),
            Self::Shared(inner) => inner.words(),
            _ => None,
        }
    }

    /// The `claims` that the next sign-in has to bring, where the provider asked for some.
    pub fn claims(&self) -> Option<&str> {
        match self {
            Self::Interaction { claims, .. } => claims.as_deref(),
            Self::Shared(inner) => inner.claims(),
            _ => None,
        }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Unreachable(_) => Code::new("provider.unreachable", Kind::Upstream),
            Self::Timeout => Code::new("provider.timeout", Kind::Upstream),
            Self::Document { .. } => Code::new("provider.document", Kind::Upstream),
            Self::Provider { .. } => Code::new("provider.refused", Kind::Unauthenticated),
            Self::Token { .. } => Code::new("provider.token", Kind::Unauthenticated),
            Self::Settings { .. } => Code::new("provider.settings", Kind::Invalid),
            Self::Missing { .. } => Code::new("authorization.incomplete", Kind::Invalid),
            Self::Placeholder { .. } => Code::new("authorization.placeholder", Kind::Invalid),
            Self::UnknownProvider => Code::new("authorization.provider", Kind::Invalid),
            Self::State => Code::new("authorization.state", Kind::Conflict),
            Self::Issuer => Code::new("authorization.issuer", Kind::Forbidden),
            Self::Declined => Code::new("authorization.declined", Kind::Forbidden),
            Self::Ended(_) => Code::new("authorization.ended", Kind::Conflict),
            Self::Consent(_) => Code::new("authorization.consent", Kind::Forbidden),
            Self::Interaction { .. } => Code::new("authorization.interaction", Kind::Forbidden),
            Self::Assertion(_) => Code::new("authorization.assertion", Kind::Forbidden),
            Self::Authority => Code::new("authorization.authority", Kind::Forbidden),
            Self::OpenHost { .. } => Code::new("authorization.host", Kind::Invalid),
            Self::Client(_) => Code::new("authorization.client", Kind::Upstream),
            Self::Refused(_) => Code::new("authorization.refused", Kind::Upstream),
            Self::Busy { .. } => Code::new("authorization.busy", Kind::Unavailable),
            Self::Shared(inner) => inner.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::OpenHost { fields } => fields,
            Self::Shared(inner) => inner.fields(),
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Busy { retry_after } => *retry_after,
            Self::Shared(inner) => inner.retry_after(),
            _ => None,
        }
    }
}

impl From<egress::Error> for Error {
    fn from(source: egress::Error) -> Self {
        match source {
            egress::Error::Timeout => Self::Timeout,
            other => Self::Unreachable(other),
        }
    }
}
