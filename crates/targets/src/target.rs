//! Targets and their attempts, as callers see them.

use std::str::FromStr;

use delivery::outside::Circuit;
use event_log::Topic;
use jiff::Timestamp;
use kernel::{ChannelId, Secret as Hidden, TargetId, UserId, WebhookId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use workspace::{CARD_TOPIC, MESSAGES_TOPIC};

use crate::{Details, Kind};

/// Whose cards are forwarded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Everything that tools post to a channel.
    Channel(ChannelId),
    /// What is posted to one webhook. The room that owns webhooks has told the channel.
    Webhook {
        /// The webhook.
        webhook: WebhookId,
        /// Its channel, whose owners manage the target.
        channel: ChannelId,
    },
}

impl Source {
    /// The channel whose owners manage the target.
    pub const fn channel(self) -> ChannelId {
        match self {
            Self::Channel(channel) | Self::Webhook { channel, .. } => channel,
        }
    }

    /// The webhook, if it is one.
    pub const fn webhook(self) -> Option<WebhookId> {
        match self {
            Self::Channel(_) => None,
            Self::Webhook { webhook, .. } => Some(webhook),
        }
    }

    /// The stream whose positions the target follows.
    pub(crate) const fn stream(self) -> (Topic, Uuid) {
        match self {
            Self::Channel(channel) => (MESSAGES_TOPIC, channel.uuid()),
            Self::Webhook { webhook, .. } => (CARD_TOPIC, webhook.uuid()),
        }
    }
}

/// Whether a target is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// It is.
    Enabled,
    /// Somebody switched it off; its messages wait.
    Disabled,
    /// The place said that it wants nothing any more (410); its messages wait until somebody enables it.
    Gone,
}

impl State {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Gone => "gone",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        [Self::Enabled, Self::Disabled, Self::Gone].into_iter().find(|s| s.as_str() == text)
    }
}

/// What an HTTP endpoint gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// An event with the card as it is shown.
    #[default]
    Event,
    /// The body as the sender posted it.
    AsReceived,
}

impl Format {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::AsReceived => "as_received",
        }
    }
}

impl FromStr for Format {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Event, Self::AsReceived].into_iter().find(|f| f.as_str() == text).ok_or(())
    }
}

/// Who gets mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipients {
    /// Members of the channel's team, whoever they are when a mail goes out.
    Members,
    /// These addresses.
    Addresses(Vec<String>),
}

/// A target to create.
#[derive(Debug, Clone)]
pub struct NewTarget {
    /// What kind of place it is.
    pub kind: Kind,
    /// The name to show.
    pub name: String,
    /// Where it is.
    pub details: Details,
    /// Messages a minute; the kind's own pace unless given.
    pub per_minute: Option<u32>,
}

/// What to change; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct TargetChange {
    /// The name.
    pub name: Option<String>,
    /// Where it is; replaces everything but the secret.
    pub details: Option<Details>,
    /// Messages a minute; the kind's own pace when taken away.
    pub per_minute: Option<Option<u32>>,
}

/// A target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The identifier.
    pub id: TargetId,
    /// Whose cards it forwards.
    pub source: Source,
    /// What kind of place it is.
    pub kind: Kind,
    /// The name to show.
    pub name: String,
    /// Who made it and hears of its failing; nobody when a program did.
    pub owner: Option<UserId>,
    /// Whether it is served.
    pub state: State,
    /// Its address, masked.
    pub shown: String,
    /// Messages a minute, when not the kind's own pace.
    pub per_minute: Option<u32>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// How it fares.
    pub health: Health,
}

/// How a target fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// Whether messages flow.
    pub circuit: Circuit,
    /// Failures in a row.
    pub failures: u32,
    /// Attempts at the message that waits.
    pub attempts: u32,
    /// Since when it fails.
    pub failing_since: Option<Timestamp>,
    /// Nothing is sent before.
    pub next_at: Option<Timestamp>,
    /// Messages taken so far.
    pub delivered: i64,
    /// When the last one was taken.
    pub delivered_at: Option<Timestamp>,
    /// Dead letters that wait for a replay.
    pub dead: i64,
    /// Dotted code of the last failure, until something is taken.
    pub last_code: Option<String>,
    /// When the owner was told that it keeps failing, until it recovers.
    pub alerted_at: Option<Timestamp>,
    /// The administrator keeps cards from places of its kind; they wait.
    pub barred: bool,
    /// Things of the source after the target's position: at least as many as messages that wait.
    pub behind: i64,
}

/// What became of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AttemptOutcome {
    /// Taken.
    Delivered,
    /// Asked for patience.
    Busy,
    /// Failed; tried again.
    Failed,
    /// Refused or given up: a dead letter.
    Dead,
    /// The place wants nothing any more.
    Gone,
    /// A test from a person.
    Test,
}

impl AttemptOutcome {
    /// Every outcome.
    pub const ALL: [Self; 6] =
        [Self::Delivered, Self::Busy, Self::Failed, Self::Dead, Self::Gone, Self::Test];

    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Busy => "busy",
            Self::Failed => "failed",
            Self::Dead => "dead",
            Self::Gone => "gone",
            Self::Test => "test",
        }
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text)
    }
}

/// A row of the log of attempts: one failure, or messages that were taken in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// Dense within the target.
    pub number: i64,
    /// When it ended.
    pub at: Timestamp,
    /// What became of it.
    pub outcome: AttemptOutcome,
    /// The first message's position.
    pub from_position: i64,
    /// The last message's position.
    pub to_position: i64,
    /// How many messages.
    pub messages: i64,
    /// The how-manieth attempt at the message.
    pub attempt: i64,
    /// How long the answers took together, in microseconds.
    pub duration_us: i64,
    /// The status of the (last) answer.
    pub status: Option<i64>,
    /// Dotted code of the reason, unless all went well.
    pub code: Option<String>,
    /// English detail.
    pub detail: Option<String>,
    /// When the next attempt is due.
    pub retry_at: Option<Timestamp>,
    /// The beginning of the (last) request, secrets masked.
    pub request: String,
    /// The beginning of the (last) answer, secrets masked.
    pub answer: String,
}

/// A secret of the kind `http`, shown once.
pub(crate) type ShownOnce = Hidden<String>;
