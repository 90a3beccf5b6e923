//! What may go wrong with actions.

use std::time::Duration;

use kernel::{ActionId, Code, Coded, Denied, FieldError, Kind};

/// The result of a service method.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What may go wrong with actions.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// No such action, or the actor may not know of it.
    #[error("there is no action {action}")]
    NotFound {
        /// The action that was asked for.
        action: ActionId,
    },
    /// The action has no such operation, or it is not for the actor.
    #[error("the action has no operation {operation}")]
    OperationNotFound {
        /// The operationId that was asked for.
        operation: String,
    },
    /// No such request.
    #[error("there is no such request")]
    RequestNotFound,
    /// Somebody decided already.
    #[error("the request was decided already")]
    RequestDecided,
    /// The action is not enabled for the person who asks.
    #[error("the action is not enabled for the person: enable it first")]
    GrantNotEnabled,
    /// The person who asks lacks the licence of the action.
    #[error("the person does not hold the licence of the action")]
    GrantUnlicensed,
    /// Another action of the environment has the name.
    #[error("another action of the environment has the name")]
    Taken,
    /// What is published is not changed.
    #[error("the action is published: withdraw it first")]
    Published,
    /// Only what is published can be enabled.
    #[error("the action is a draft: publish it first")]
    NotPublished,
    /// Only an action whose version of the connector is certified can be offered.
    #[error("the action's version of its connector is not certified")]
    NotCertified,
    /// Somebody changed the action since it was read.
    #[error("the action has changed since it was read")]
    Changed,
    /// The action may be used already.
    #[error("the action may be used already")]
    AlreadyEnabled,
    /// The administrator did not acknowledge the notices.
    #[error("the notices were not acknowledged")]
    NotAcknowledged {
        /// Which.
        fields: Vec<FieldError>,
    },
    /// The action is not enabled, or not for this caller.
    #[error("the action is not enabled for the caller")]
    NotEnabled {
        /// Which.
        action: ActionId,
    },
    /// The caller lacks the licence of the action.
    #[error("the caller does not hold the licence of the action")]
    Unlicensed,
    /// The environment has as many actions as it can have.
    #[error("there are {limit} actions, the largest number")]
    TooMany {
        /// How many there may be.
        limit: i64,
    },
    /// The input is wrong.
    #[error("the input has {} faults", fields.len())]
    Invalid {
        /// What is wrong where.
        fields: Vec<FieldError>,
    },
    /// The cursor was not given by this list.
    #[error(transparent)]
    Cursor(#[from] kernel::CursorError),
    /// What lies below the action refused or failed.
    #[error(transparent)]
    Connectors(#[from] connectors::Error),
    /// Asking identity failed.
    #[error(transparent)]
    Identity(#[from] identity::Error),
    /// Storing failed.
    #[error("storing failed")]
    Store(#[from] db::Error),
}

impl Error {
    pub(crate) fn field(
        pointer: impl Into<std::borrow::Cow<'static, str>>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self::Invalid { fields: vec![FieldError::new(pointer, code, detail)] }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::NotFound { .. } => Code::new("api_action.not_found", Kind::NotFound),
            Self::OperationNotFound { .. } => {
                Code::new("api_action.operation_not_found", Kind::NotFound)
            }
            Self::RequestNotFound => Code::new("api_action_request.not_found", Kind::NotFound),
            Self::RequestDecided => Code::new("api_action_request.decided", Kind::Conflict),
            Self::GrantNotEnabled => Code::new("api_action_request.not_enabled", Kind::Conflict),
            Self::GrantUnlicensed => Code::new("api_action_request.unlicensed", Kind::Conflict),
            Self::Taken => Code::new("api_action.taken", Kind::Conflict),
            Self::Published => Code::new("api_action.published", Kind::Conflict),
            Self::NotPublished => Code::new("api_action.not_published", Kind::Conflict),
            Self::NotCertified => Code::new("api_action.not_certified", Kind::Conflict),
            Self::Changed => Code::new("api_action.changed", Kind::Conflict),
            Self::AlreadyEnabled => Code::new("api_action.already_enabled", Kind::Conflict),
            Self::NotAcknowledged { .. } => Code::new("api_action.not_acknowledged", Kind::Invalid),
            Self::NotEnabled { .. } => Code::new("api_action.not_enabled", Kind::Forbidden),
            Self::Unlicensed => Code::new("api_action.unlicensed", Kind::Forbidden),
            Self::TooMany { .. } => Code::new("api_action.too_many", Kind::Conflict),
            Self::Invalid { .. } => Code::new("api_action.invalid", Kind::Invalid),
            Self::Cursor(_) => Code::new("cursor.invalid", Kind::Invalid),
            Self::Connectors(error) => error.code(),
            Self::Identity(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { fields } | Self::NotAcknowledged { fields } => fields,
            Self::Connectors(error) => error.fields(),
            Self::Identity(error) => error.fields(),
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Connectors(error) => error.retry_after(),
            Self::Identity(error) => error.retry_after(),
            Self::Store(error) => error.retry_after(),
            _ => None,
        }
    }
}
