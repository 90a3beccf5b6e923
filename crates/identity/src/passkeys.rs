//! Passkeys (Web Authentication level 3).

/// Why a passkey's answer does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// Not the structure that the specification asks for.
    #[error("the answer is malformed: {0}")]
    Malformed(&'static str),
    /// Made for another site.
    #[error("the answer was made for another origin")]
    Origin,
    /// Not an answer to our challenge.
    #[error("the answer is not to this challenge")]
    Challenge,
    /// The authenticator did not verify the person.
    #[error("the person was not verified by the authenticator")]
    NotVerified,
    /// A key of a kind that is not accepted.
    #[error("the kind of key is not supported")]
    Algorithm,
    /// The signature does not hold.
    #[error("the signature does not hold")]
    Signature,
    /// The counter went back: the passkey may have been copied.
    #[error("the signature counter went back")]
    Counter,
}
