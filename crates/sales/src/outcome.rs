//! What a call of a surface came to.

use actions::Error as Failure;
use connectors::Error as Below;
use serde_json::Value;

use crate::shape::{Unshapable, line};

/// What a call of a surface came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Something is shown.
    Shown,
    /// The operation had nothing to show, or does not know the record.
    Empty,
    /// No answer came in time.
    Late,
    /// The seller has to sign in at the partner.
    SignInNeeded,
    /// The partner says that the seller may not.
    Forbidden,
    /// The partner knows another CRM than the one that was named.
    WrongCrm,
    /// The partner asks to wait, now or still.
    Throttled,
    /// The partner answered with a failure.
    Failed,
    /// The answer is no JSON.
    Unreadable,
    /// The answer has no list called `value`.
    NoValue,
    /// The answer is too large.
    TooLarge,
    /// Nothing of what came could be shown.
    NothingUsable,
    /// A data policy forbids it.
    Policy,
    /// The partner could not be reached.
    Unreachable,
    /// The operation breaks the contract and is not called.
    NotCallable,
    /// The operation needs an input that nobody knows here.
    InputMissing,
    /// The surface shows no more connectors.
    OverLimit,
    /// The hub is too busy.
    Busy,
    /// The hub failed.
    Internal,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 19] = [
        Self::Shown,
        Self::Empty,
        Self::Late,
        Self::SignInNeeded,
        Self::Forbidden,
        Self::WrongCrm,
        Self::Throttled,
        Self::Failed,
        Self::Unreadable,
        Self::NoValue,
        Self::TooLarge,
        Self::NothingUsable,
        Self::Policy,
        Self::Unreachable,
        Self::NotCallable,
        Self::InputMissing,
        Self::OverLimit,
        Self::Busy,
        Self::Internal,
    ];

    /// The name in the database and in the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Empty => "empty",
            Self::Late => "late",
            Self::SignInNeeded => "sign_in_needed",
            Self::Forbidden => "forbidden",
            Self::WrongCrm => "wrong_crm",
            Self::Throttled => "throttled",
            Self::Failed => "failed",
            Self::Unreadable => "unreadable",
            Self::NoValue => "no_value",
            Self::TooLarge => "too_large",
            Self::NothingUsable => "nothing_usable",
            Self::Policy => "policy",
            Self::Unreachable => "unreachable",
            Self::NotCallable => "not_callable",
            Self::InputMissing => "input_missing",
            Self::OverLimit => "over_limit",
            Self::Busy => "busy",
            Self::Internal => "internal",
        }
    }

    /// An outcome by its name.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }

    /// Whether it is as it should be.
    pub const fn is_fine(self) -> bool {
        matches!(self, Self::Shown | Self::Empty)
    }

    /// What the call of an action that brought no answer came to.
    pub(crate) const fn of(error: &Failure) -> Self {
        match error {
            Failure::Connectors(error) => Self::below(error),
            Failure::Invalid { .. } | Failure::OperationNotFound { .. } => Self::NotCallable,
            Failure::Denied(_)
            | Failure::NotFound { .. }
            | Failure::NotEnabled { .. }
            | Failure::Unlicensed => Self::Forbidden,
            _ => Self::Internal,
        }
    }

    const fn below(error: &Below) -> Self {
        match error {
            Below::Late { .. } | Below::Outbound(egress::Error::Timeout) => Self::Late,
            Below::Outbound(egress::Error::TooLarge { .. }) => Self::TooLarge,
            Below::Outbound(_) => Self::Unreachable,
            Below::ConnectionNeeded { .. }
            | Below::ConnectionBroken { .. }
            | Below::ConnectionRevoked { .. }
            | Below::ConnectionNotFound { .. }
            | Below::SignIn(_) => Self::SignInNeeded,
            Below::PolicyViolation { .. } => Self::Policy,
            Below::Busy => Self::Busy,
            Below::Invalid { .. }
            | Below::NotCallable { .. }
            | Below::Scripted { .. }
            | Below::OperationNotFound { .. }
            | Below::Package { .. } => Self::NotCallable,
            _ => Self::Internal,
        }
    }

    /// What a status and the error body of the contract say.
    pub(crate) fn of_status(status: u16, told: &Told) -> Option<Self> {
        let by_code = match told.code.as_deref() {
            Some("INVALID_CRM_CONNECTION") => Some(Self::WrongCrm),
            Some("RECORD_NOT_FOUND") => Some(Self::Empty),
            Some("INVALID_TOKEN_SPECIFIED") => Some(Self::SignInNeeded),
            Some("INSUFFICIENT_PERMISSIONS") => Some(Self::Forbidden),
            Some("REQUEST_THROTTLED") => Some(Self::Throttled),
            _ => None,
        };
        match status {
            200..=299 => None,
            _ if by_code.is_some() => by_code,
            401 => Some(Self::SignInNeeded),
            403 => Some(Self::Forbidden),
            404 => Some(Self::Empty),
            429 => Some(Self::Throttled),
            _ => Some(Self::Failed),
        }
    }
}

impl From<Unshapable> for Outcome {
    fn from(why: Unshapable) -> Self {
        match why {
            Unshapable::NotAnObject => Self::Unreadable,
            Unshapable::NoValue => Self::NoValue,
        }
    }
}

/// The error body of the contract, as far as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) activity: Option<String>,
}

impl Told {
    pub(crate) fn of(body: Option<&Value>) -> Self {
        let text = |name: &str, most: usize| {
            let value = body.and_then(|body| body.get(name)).and_then(Value::as_str)?;
            Some(line(value, most).text).filter(|text| !text.is_empty())
        };
        Self {
            code: text("errorCode", 100),
            message: text("errorMessage", 300),
            activity: text("activityId", 100),
        }
    }
}
