//! An incoming webhook, as its owners see it.

use jiff::Timestamp;
use kernel::{ChannelId, ConfigurationId, ConnectorId, Scope, TeamId, UserId, WebhookId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Error, Place, Result, Settings, address::Holder};

/// What a webhook was set up with, unless it is a generic one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Configured {
    /// The connector; its identifier stands in the address.
    pub connector: ConnectorId,
    /// What was set up.
    pub configuration: ConfigurationId,
}

/// An incoming webhook: the generic channel connector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// Its identifier.
    pub id: WebhookId,
    /// The team of its channel or mailbox; nobody's for an inbox.
    pub team: TeamId,
    /// The channel that its cards appear in; nobody's for mailboxes and inboxes.
    pub channel: ChannelId,
    /// Where its cards go.
    pub place: Place,
    /// The connector it was set up with.
    pub configured: Option<Configured>,
    /// The name under which its cards appear.
    pub name: String,
    /// Media type of its icon, if it has one.
    pub icon: Option<IconKind>,
    /// Who is responsible.
    pub owner: UserId,
    /// Who else is.
    pub second_owner: Option<UserId>,
    /// Whether it takes posts.
    pub state: State,
    /// How fast it may post.
    pub rate: Rate,
    /// Its own limit of the body, in bytes; `None`: the hub's.
    pub max_body_bytes: Option<u32>,
    /// What it answers when it posts too fast.
    pub busy: Busy,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it stops taking posts.
    pub expires_at: Option<Timestamp>,
    /// Until when the address before the last rotation works.
    pub overlap_until: Option<Timestamp>,
    /// What came of its posts.
    pub totals: Totals,
}

impl Webhook {
    /// What stands in its address.
    pub(crate) fn holder(&self, scope: &Scope) -> Holder {
        Holder {
            tenant: scope.tenant(),
            group: if let Place::Inbox(user) = self.place { user.uuid() } else { self.team.uuid() },
            owner: self.owner,
            provider: self.configured.map(|of| of.connector),
        }
    }
}

/// Whether a webhook takes posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It does.
    Enabled,
    /// An owner or an administrator disabled it; the address stays.
    Disabled,
    /// The app of its connector was blocked or uninstalled; the address stays and works again when the app is back.
    Suspended,
    /// Its time is over; the address stays.
    Expired,
    /// It was removed; its address answers 410 for ever.
    Removed,
}

impl State {
    /// The name in storage.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Suspended => "suspended",
            Self::Expired => "expired",
            Self::Removed => "removed",
        }
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        let kept = [Self::Enabled, Self::Disabled, Self::Suspended, Self::Removed];
        kept.into_iter().find(|s| s.as_str() == text)
    }
}

/// How fast a webhook may post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "profile", rename_all = "snake_case", deny_unknown_fields)]
pub enum Rate {
    /// As the hub's settings say: 200 a second and 20,000 an hour unless changed.
    #[default]
    Standard,
    /// Microsoft's table: 4 in 1 s, 60 in 30 s, 100 an hour, 150 in two hours, 1,800 a day.
    Microsoft,
    /// Its own figures.
    Custom {
        /// Posts a second, from 1.
        per_second: u32,
        /// Posts an hour, from 1.
        per_hour: u32,
    },
    /// No limit; administrators only.
    Unlimited,
}

/// A fixed window: at most `posts` in each `seconds`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// Its length.
    pub seconds: u32,
    /// Posts let through in it.
    pub posts: u32,
}

impl Rate {
    /// The windows that all must have room, shortest first.
    pub fn windows(self, settings: &Settings) -> Vec<Window> {
        let pair = |per_second, per_hour| {
            vec![
                Window { seconds: 1, posts: per_second },
                Window { seconds: 3_600, posts: per_hour },
            ]
        };
        match self {
            Self::Standard => pair(settings.standard_per_second, settings.standard_per_hour),
            Self::Microsoft => MICROSOFT.map(|(seconds, posts)| Window { seconds, posts }).to_vec(),
            Self::Custom { per_second, per_hour } => pair(per_second, per_hour),
            Self::Unlimited => Vec::new(),
        }
    }

    pub(crate) fn check(self) -> Result<()> {
        match self {
            Self::Custom { per_second, per_hour } if per_second == 0 || per_hour == 0 => {
                Err(Error::invalid(
                    "/rate",
                    "webhook.rate_zero",
                    "a limit lets at least one post through",
                ))
            }
            Self::Custom { per_second, .. } if per_second > CUSTOM_PER_SECOND => Err(
                Error::invalid("/rate", "webhook.rate_too_high", "at most 10,000 posts a second"),
            ),
            _ => Ok(()),
        }
    }
}

/// Seconds and posts of each window (Microsoft's rate limits of connectors).
const MICROSOFT: [(u32, u32); 5] = [(1, 4), (30, 60), (3_600, 100), (7_200, 150), (86_400, 1_800)];

/// Our own choice.
const CUSTOM_PER_SECOND: u32 = 10_000;

/// What a webhook answers when it posts too fast.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Busy {
    /// `429 Too Many Requests`.
    #[default]
    TooManyRequests,
    /// `503 Service Unavailable`, for senders that repeat only after 5xx, such as Alertmanager.
    Unavailable,
}

impl Busy {
    pub(crate) const fn status(self) -> i64 {
        match self {
            Self::TooManyRequests => 429,
            Self::Unavailable => 503,
        }
    }

    pub(crate) const fn from_status(status: i64) -> Self {
        if status == 503 { Self::Unavailable } else { Self::TooManyRequests }
    }
}

/// What came of the posts of a webhook, in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Taken.
    pub accepted: i64,
    /// Refused for what they were.
    pub refused: i64,
    /// Refused for being too many.
    pub throttled: i64,
    /// When the last one was taken.
    pub last_used_at: Option<Timestamp>,
    /// When the last one was refused.
    pub last_refused_at: Option<Timestamp>,
}

/// How much the webhooks of a connector are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// Configurations with a webhook.
    pub configurations: i64,
    /// Cards taken in the last 24 hours.
    pub posts_24h: i64,
    /// Cards taken in the last 7 days.
    pub posts_7d: i64,
    /// Cards refused in the last 7 days.
    pub refused_7d: i64,
}

/// What came of the posts in one hour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    /// When the hour began.
    pub from: Timestamp,
    /// Taken.
    pub accepted: i64,
    /// Refused for what they were.
    pub refused: i64,
    /// Refused for being too many.
    pub throttled: i64,
}

/// Kind of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IconKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF, not animated.
    Gif,
}

impl IconKind {
    /// The media type.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Gif => "image/gif",
        }
    }

    /// The kind of a media type.
    pub fn read(text: &str) -> Option<Self> {
        [Self::Png, Self::Jpeg, Self::Gif].into_iter().find(|kind| kind.media_type() == text)
    }
}

/// The icon of a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Icon {
    /// Its kind.
    pub kind: IconKind,
    /// The picture as uploaded.
    pub bytes: Vec<u8>,
}

/// A webhook to make.
#[derive(Debug, Clone, Default)]
pub struct NewWebhook {
    /// The name under which its cards appear.
    pub name: String,
    /// PNG, JPEG or GIF, at most 60 KB and 1,024 × 1,024.
    pub icon: Option<Vec<u8>>,
    /// Who is responsible; the caller unless given. Administrators may name another one.
    pub owner: Option<UserId>,
    /// Who else is.
    pub second_owner: Option<UserId>,
    /// How fast it may post.
    pub rate: Rate,
    /// What it answers when it posts too fast.
    pub busy: Busy,
    /// Its own limit of the body, in bytes.
    pub max_body_bytes: Option<u32>,
    /// When it stops taking posts.
    pub expires_at: Option<Timestamp>,
    /// An address of the retired service (`https://….webhook.office.com/webhookb2/…`): the new webhook takes
    /// its path, so that the sender changes the host name only.
    pub adopt: Option<String>,
}

/// What to change of a webhook; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct WebhookChange {
    /// The name.
    pub name: Option<String>,
    /// The icon; `Some(None)` takes it away.
    pub icon: Option<Option<Vec<u8>>>,
    /// The second owner; `Some(None)` takes it away.
    pub second_owner: Option<Option<UserId>>,
    /// How fast it may post.
    pub rate: Option<Rate>,
    /// What it answers when it posts too fast.
    pub busy: Option<Busy>,
    /// Its own limit of the body; `Some(None)` is the hub's.
    pub max_body_bytes: Option<Option<u32>>,
    /// When it stops taking posts; `Some(None)` is never.
    pub expires_at: Option<Option<Timestamp>>,
}

/// Which webhooks a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed {
    /// Those of a channel that the caller sees.
    Channel(ChannelId),
    /// Those that the caller owns or is second owner of.
    Mine,
    /// Those of a person; administrators only.
    Owner(UserId),
    /// All of the tenant; administrators only.
    All,
}
