//! What may go wrong with channel connectors.

use std::time::Duration;

use jiff::Timestamp;
use kernel::{ChannelId, Code, Coded, Denied, FieldError, Kind, UserId, WebhookId};

use crate::Switch;

/// The result of a call.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What may go wrong with channel connectors.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The actor may not do this.
    #[error(transparent)]
    Denied(#[from] Denied),
    /// The actor sees the webhook, but is neither its owner nor an administrator.
    #[error("only owners of the incoming webhook and administrators may do this")]
    NotOwner,
    /// There is no such webhook, or the actor may not know it.
    #[error("incoming webhook {hook} does not exist")]
    Unknown {
        /// Which.
        hook: WebhookId,
    },
    /// The webhook was removed.
    #[error("incoming webhook {hook} was removed")]
    Removed {
        /// Which.
        hook: WebhookId,
    },
    /// The address was replaced by a rotation, and its overlap is over.
    #[error("this address of incoming webhook {hook} was replaced")]
    Replaced {
        /// Which.
        hook: WebhookId,
    },
    /// The webhook has come to its end.
    #[error("incoming webhook {hook} expired at {at}")]
    Expired {
        /// Which.
        hook: WebhookId,
        /// When.
        at: Timestamp,
    },
    /// The webhook is disabled.
    #[error("incoming webhook {hook} is disabled")]
    Disabled {
        /// Which.
        hook: WebhookId,
    },
    /// The app of the webhook's connector was blocked or uninstalled.
    #[error("incoming webhook {hook} is suspended with its app")]
    Suspended {
        /// Which.
        hook: WebhookId,
    },
    /// An administrator switched connectors off.
    #[error("connectors are switched off by {switch}")]
    SwitchedOff {
        /// Which switch.
        switch: Switch,
    },
    /// The channel was deleted.
    #[error("channel {channel} was deleted")]
    ChannelGone {
        /// Which.
        channel: ChannelId,
    },
    /// The channel is archived.
    #[error("channel {channel} is archived")]
    ChannelArchived {
        /// Which.
        channel: ChannelId,
    },
    /// Only owners of the team set up connectors here.
    #[error("only owners of the team may set up connectors")]
    OwnersOnly,
    /// There is no such person.
    #[error("user {user} does not exist or cannot own a webhook in this channel")]
    UnknownOwner {
        /// Which.
        user: UserId,
    },
    /// The body is over the limit.
    #[error("the body is over the limit of {limit} bytes")]
    TooLarge {
        /// The limit, in bytes.
        limit: u32,
    },
    /// More posts than the limit lets through.
    #[error("incoming webhook {hook} posts faster than its limit")]
    Throttled {
        /// Which.
        hook: WebhookId,
        /// When the next post is let through.
        retry_after: Duration,
        /// Whether the sender wants to hear 503 instead of 429.
        unavailable: bool,
    },
    /// Less space is left than the hub needs to go on safely.
    #[error("too little disk space is left")]
    DiskFull,
    /// The body is not a card.
    #[error("the body is not a card that is taken")]
    Card(#[from] cards::Refusal),
    /// The input of a form or a request is wrong.
    #[error("the input has {} faults", fields.len())]
    Invalid {
        /// What is wrong where.
        fields: Vec<FieldError>,
    },
    /// Another webhook has this address already.
    #[error("another webhook has this address")]
    AddressTaken,
    /// There is no such entry in the delivery log, or the retention took it.
    #[error("the delivery log has no such entry")]
    UnknownEntry,
    /// The entry holds only a part of the body, or nothing of it.
    #[error("the entry cannot be replayed: its body was not kept whole")]
    NotReplayable,
    /// The cursor was not given by this list.
    #[error(transparent)]
    Cursor(#[from] kernel::CursorError),
    /// The channel refused what was replayed.
    #[error("delivering failed")]
    Delivery(#[from] delivery::Error),
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
    /// One fault of an input.
    pub fn invalid(pointer: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self::Invalid { fields: vec![FieldError::new(pointer, code, detail)] }
    }
}

impl Coded for Error {
    fn code(&self) -> Code {
        match self {
            Self::Denied(_) => Code::new("permission.missing", Kind::Forbidden),
            Self::NotOwner => Code::new("webhook.not_owner", Kind::Forbidden),
            Self::Unknown { .. } => Code::new("webhook.not_found", Kind::NotFound),
            Self::Removed { .. } => Code::new("webhook.removed", Kind::Gone),
            Self::Replaced { .. } => Code::new("webhook.replaced", Kind::Gone),
            Self::Expired { .. } => Code::new("webhook.expired", Kind::Gone),
            Self::Disabled { .. } => Code::new("webhook.disabled", Kind::Forbidden),
            Self::Suspended { .. } => Code::new("webhook.suspended", Kind::Forbidden),
            Self::SwitchedOff { .. } => Code::new("webhook.switched_off", Kind::Forbidden),
            Self::ChannelGone { .. } => Code::new("webhook.channel_gone", Kind::NotFound),
            Self::ChannelArchived { .. } => Code::new("webhook.channel_archived", Kind::Forbidden),
            Self::OwnersOnly => Code::new("webhook.owners_only", Kind::Forbidden),
            Self::UnknownOwner { .. } => Code::new("webhook.owner_not_found", Kind::Invalid),
            Self::TooLarge { .. } => Code::new("webhook.too_large", Kind::TooLarge),
            Self::Throttled { unavailable: false, .. } => {
                Code::new("webhook.throttled", Kind::Throttled)
            }
            Self::Throttled { unavailable: true, .. } => {
                Code::new("webhook.throttled", Kind::Unavailable)
            }
            Self::DiskFull => Code::new("storage.full", Kind::Unavailable),
            Self::Card(refusal) => Code::new(refusal.reason.code(), Kind::Invalid),
            Self::Invalid { .. } => Code::new("webhook.invalid", Kind::Invalid),
            Self::AddressTaken => Code::new("webhook.address_taken", Kind::Conflict),
            Self::UnknownEntry => Code::new("log.not_found", Kind::NotFound),
            Self::NotReplayable => Code::new("log.not_replayable", Kind::Conflict),
            Self::Cursor(_) => Code::new("cursor.invalid", Kind::Invalid),
            Self::Delivery(error) => error.code(),
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
            Self::Throttled { retry_after, .. } => Some(*retry_after),
            Self::DiskFull => Some(Duration::from_mins(1)),
            Self::Workspace(error) => error.retry_after(),
            Self::Identity(error) => error.retry_after(),
            Self::Delivery(error) => error.retry_after(),
            Self::Store(error) => error.retry_after(),
            _ => None,
        }
    }
}
