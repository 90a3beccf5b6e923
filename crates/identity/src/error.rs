//! What may go wrong with people and credentials.

use std::{fmt, time::Duration};

use kernel::{Code, Coded, CursorError, Denied, FieldError, Kind};

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A kind of thing that has an identifier or a name here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// A tenant.
    Tenant,
    /// A user.
    User,
    /// A group.
    Group,
    /// A licence.
    Licence,
    /// An API token.
    Token,
    /// A session.
    Session,
    /// A sign-in provider.
    Provider,
    /// A passkey.
    Passkey,
    /// A mail address.
    Address,
    /// An environment.
    Environment,
}

impl Thing {
    const fn word(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::User => "user",
            Self::Group => "group",
            Self::Licence => "licence",
            Self::Token => "token",
            Self::Session => "session",
            Self::Provider => "sign-in provider",
            Self::Passkey => "passkey",
            Self::Address => "mail address",
            Self::Environment => "environment",
        }
    }

    const fn unknown(self) -> Code {
        match self {
            Self::Tenant => Code::new("tenant.not_found", Kind::NotFound),
            Self::User => Code::new("user.not_found", Kind::NotFound),
            Self::Group => Code::new("group.not_found", Kind::NotFound),
            Self::Licence => Code::new("licence.not_found", Kind::NotFound),
            Self::Token => Code::new("token.not_found", Kind::NotFound),
            Self::Session => Code::new("session.not_found", Kind::NotFound),
            Self::Provider => Code::new("provider.not_found", Kind::NotFound),
            Self::Passkey => Code::new("passkey.not_found", Kind::NotFound),
            Self::Address => Code::new("address.not_found", Kind::NotFound),
            Self::Environment => Code::new("environment.not_found", Kind::NotFound),
        }
    }

    const fn taken(self) -> Code {
        match self {
            Self::Tenant => Code::new("tenant.taken", Kind::Conflict),
            Self::User => Code::new("user.taken", Kind::Conflict),
            Self::Group => Code::new("group.taken", Kind::Conflict),
            Self::Licence => Code::new("licence.taken", Kind::Conflict),
            Self::Token => Code::new("token.taken", Kind::Conflict),
            Self::Session => Code::new("session.taken", Kind::Conflict),
            Self::Provider => Code::new("provider.taken", Kind::Conflict),
            Self::Passkey => Code::new("passkey.taken", Kind::Conflict),
            Self::Address => Code::new("address.taken", Kind::Conflict),
            Self::Environment => Code::new("environment.taken", Kind::Conflict),
        }
    }
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

/// What may go wrong with people and credentials.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A token or a role would give rights that its giver does not have.
    #[error("rights cannot be given by somebody who does not have them")]
    Escalation,
    /// Unknown, expired, revoked, or its owner may not come in.
    #[error("the credential is not valid")]
    Unauthenticated,
    /// Name or password is wrong, or the account may not sign in; which one stays unsaid.
    #[error("the name or the password is wrong")]
    SignIn,
    /// Too many failures; the next try is refused unread.
    #[error("too many failed sign-ins")]
    Throttled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// More sign-ins at once than passwords can be checked.
    #[error("too many sign-ins at once")]
    Busy,
    /// The sign-in under way is unknown, used or too old.
    #[error("the sign-in under way is unknown or has expired")]
    Attempt,
    /// The second factor is wrong or was used before.
    #[error("the second factor was refused")]
    SecondFactor,
    /// The action needs a second factor that this session did not use.
    #[error("the action needs a second factor")]
    SecondFactorNeeded,
    /// An authenticator app is enrolled already.
    #[error("an authenticator app is enrolled already")]
    Enrolled,
    /// The passkey's answer does not hold.
    #[error("the passkey was refused")]
    Passkey(#[from] webauthn::Rejected),
    /// The one-time link is unknown, used or expired.
    #[error("the link is unknown, was used or has expired")]
    Link,
    /// No such thing in this tenant.
    #[error("no such {0}")]
    Unknown(Thing),
    /// The name is taken.
    #[error("the {0} is taken")]
    Taken(Thing),
    /// The tenant would be left without an administrator.
    #[error("the last global administrator cannot be removed, demoted, locked or disabled")]
    LastAdministrator,
    /// Every seat of the licence is taken.
    #[error("all {seats} seats of the licence are taken")]
    Seats {
        /// How many there are.
        seats: i64,
    },
    /// The provider's account is unknown here and may not be made.
    #[error("the provider's account is not known here")]
    External,
    /// The provider cannot be reached, refused, or did not prove who it is.
    #[error(transparent)]
    Provider(#[from] oauth::Error),
    /// The licence is held, so that it cannot be deleted.
    #[error("the licence is held by {holders}")]
    LicenceHeld {
        /// How many persons and groups hold it.
        holders: i64,
    },
    /// The default environment cannot be deleted: what belongs nowhere else is there.
    #[error("the default environment cannot be deleted")]
    DefaultEnvironment,
    /// The tenant has as many environments as it can have.
    #[error("there are {limit} environments, the largest number")]
    Environments {
        /// How many there may be.
        limit: i64,
    },
    /// The input is wrong.
    #[error("the input is not valid")]
    Invalid(Vec<FieldError>),
    /// The list did not give this cursor.
    #[error(transparent)]
    Cursor(#[from] CursorError),
    /// Storing failed.
    #[error("storing failed")]
    Store(#[from] db::Error),
    /// Sealing or opening failed.
    #[error("a sealed value could not be handled")]
    Seal(#[from] seal::Error),
    /// A password could not be hashed.
    #[error("hashing the password failed")]
    Hashing,
}

impl Error {
    /// One thing that is wrong with the input.
    pub(crate) fn field(
        pointer: &'static str,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, code, detail)])
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::Escalation => Code::new("permission.escalation", Kind::Forbidden),
            Self::Unauthenticated => Code::new("credential.invalid", Kind::Unauthenticated),
            Self::SignIn => Code::new("sign_in.refused", Kind::Unauthenticated),
            Self::Throttled { .. } => Code::new("sign_in.throttled", Kind::Throttled),
            Self::Busy => Code::new("sign_in.busy", Kind::Unavailable),
            Self::Attempt => Code::new("sign_in.expired", Kind::Unauthenticated),
            Self::SecondFactor => Code::new("second_factor.refused", Kind::Unauthenticated),
            Self::SecondFactorNeeded => Code::new("second_factor.needed", Kind::Forbidden),
            Self::Enrolled => Code::new("second_factor.enrolled", Kind::Conflict),
            Self::Passkey(_) => Code::new("passkey.refused", Kind::Unauthenticated),
            Self::Link => Code::new("link.invalid", Kind::NotFound),
            Self::Unknown(thing) => thing.unknown(),
            Self::Taken(thing) => thing.taken(),
            Self::LastAdministrator => Code::new("role.last_administrator", Kind::Conflict),
            Self::Seats { .. } => Code::new("licence.seats_taken", Kind::Conflict),
            Self::Provider(e) => e.code(),
            Self::LicenceHeld { .. } => Code::new("licence.held", Kind::Conflict),
            Self::DefaultEnvironment => Code::new("environment.default", Kind::Conflict),
            Self::Environments { .. } => Code::new("environment.too_many", Kind::Conflict),
            Self::External => Code::new("sign_in.external_unknown", Kind::Forbidden),
            Self::Invalid(_) => Code::new("input.invalid", Kind::Invalid),
            Self::Cursor(_) => Code::new("cursor.invalid", Kind::Invalid),
            Self::Store(e) => e.code(),
            Self::Seal(e) => e.code(),
            Self::Hashing => Code::INTERNAL,
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid(fields) => fields,
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Throttled { retry_after } => Some(*retry_after),
            Self::Busy => Some(Duration::from_secs(1)),
            Self::Store(e) => e.retry_after(),
            _ => None,
        }
    }
}
