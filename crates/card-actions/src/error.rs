//! Why a button does not act, and why an act fails.

use std::time::Duration;

use kernel::{Code, Coded, Denied, FieldError, Kind};

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why nothing came of a call.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// A button of a card was not pressed.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// What webhooks say.
    #[error(transparent)]
    Webhooks(#[from] channel_connectors::Error),
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

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::Refused(refusal) => refusal.code(),
            Self::Webhooks(error) => error.code(),
            Self::Workspace(error) => error.code(),
            Self::Identity(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Refused(refusal) => refusal.fields(),
            Self::Webhooks(error) => error.fields(),
            Self::Workspace(error) => error.fields(),
            Self::Identity(error) => error.fields(),
            Self::Denied(_) | Self::Store(_) => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused(refusal) => refusal.retry_after(),
            Self::Webhooks(error) => error.retry_after(),
            Self::Workspace(error) => error.retry_after(),
            Self::Identity(error) => error.retry_after(),
            Self::Store(error) => error.retry_after(),
            Self::Denied(_) => None,
        }
    }
}

/// Why a press is refused before anything is sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The card has no such button, or the message is no card.
    #[error("the card has no such button")]
    NoButton,
    /// The card was replaced since the person saw it.
    #[error("the card has changed")]
    Changed,
    /// The card is older than buttons act.
    #[error("the card is older than {days} days")]
    TooOld {
        /// The limit.
        days: u32,
    },
    /// `ConnectorsActionableMessagesEnabled` is off.
    #[error("buttons are switched off by ConnectorsActionableMessagesEnabled")]
    SwitchedOff,
    /// The webhook that posted the card is removed, disabled or expired.
    #[error("the incoming webhook that posted the card is no longer at work")]
    WebhookOff,
    /// The connector was registered without buttons that act.
    #[error("the connector's cards have no buttons that act")]
    NotActionable,
    /// The button wants an answer from an address that nobody registered.
    #[error("the connector has no address that takes the answers of its cards")]
    NoEndpoint,
    /// Answers are wrong.
    #[error("{} answers are wrong", fields.len())]
    Invalid {
        /// Which, and why.
        fields: Vec<FieldError>,
    },
    /// The person's last press of this button has no answer yet.
    #[error("the button is at work")]
    Running,
    /// More presses than the limit lets through.
    #[error("more presses than {limit} a minute")]
    TooMany {
        /// The limit.
        limit: u32,
    },
}

impl Coded for Refusal {
    fn code(&self) -> Code {
        match self {
            Self::NoButton => Code::new("action.not_found", Kind::NotFound),
            Self::Changed => Code::new("action.card_changed", Kind::Conflict),
            Self::TooOld { .. } => Code::new("action.too_old", Kind::Gone),
            Self::SwitchedOff => Code::new("action.switched_off", Kind::Forbidden),
            Self::WebhookOff => Code::new("action.webhook_off", Kind::Forbidden),
            Self::NotActionable => Code::new("action.not_actionable", Kind::Forbidden),
            Self::NoEndpoint => Code::new("action.no_endpoint", Kind::Conflict),
            Self::Invalid { .. } => Code::new("action.invalid", Kind::Invalid),
            Self::Running => Code::new("action.running", Kind::Conflict),
            Self::TooMany { .. } => Code::new("action.too_many", Kind::Throttled),
        }
    }

    fn fields(&self) -> &[FieldError] {
        match self {
            Self::Invalid { fields } => fields,
            _ => &[],
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        matches!(self, Self::TooMany { .. }).then_some(Duration::from_mins(1))
    }
}

/// Why an act failed. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Failure {
    /// The target is none that may be called: not `https`, this machine, a private network, or outside of
    /// the connector's domains.
    Target,
    /// No connection to the target came about, or it broke.
    Unreachable,
    /// The target did not answer in time.
    Timeout,
    /// The target wanted to lead elsewhere.
    Redirected,
    /// The target refused: 4xx.
    Refused,
    /// The target failed: 5xx, or an answer that is none.
    Broken,
    /// The answer is larger than what is read.
    TooLarge,
    /// The answer was to replace the card and is none that a post could be.
    BadCard,
    /// The target wants the person to sign in there, which cards cannot do here.
    SignIn,
    /// The message went while the target worked.
    Gone,
    /// The hub was stopped, or ours is the fault.
    Lost,
}

impl Failure {
    /// Every one.
    pub const ALL: [Self; 11] = [
        Self::Target,
        Self::Unreachable,
        Self::Timeout,
        Self::Redirected,
        Self::Refused,
        Self::Broken,
        Self::TooLarge,
        Self::BadCard,
        Self::SignIn,
        Self::Gone,
        Self::Lost,
    ];

    /// Its code; texts for people are in `locales`.
    pub const fn code(self) -> Code {
        match self {
            Self::Target => Code::new("action.target_refused", Kind::Upstream),
            Self::Unreachable => Code::new("action.target_unreachable", Kind::Upstream),
            Self::Timeout => Code::new("action.timeout", Kind::Upstream),
            Self::Redirected => Code::new("action.redirected", Kind::Upstream),
            Self::Refused => Code::new("action.refused", Kind::Upstream),
            Self::Broken => Code::new("action.target_failed", Kind::Upstream),
            Self::TooLarge => Code::new("action.answer_too_large", Kind::Upstream),
            Self::BadCard => Code::new("action.card_invalid", Kind::Upstream),
            Self::SignIn => Code::new("action.sign_in_wanted", Kind::Upstream),
            Self::Gone => Code::new("action.message_gone", Kind::Upstream),
            Self::Lost => Code::new("action.lost", Kind::Upstream),
        }
    }

    pub(crate) fn read(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.code().name() == code)
    }
}
