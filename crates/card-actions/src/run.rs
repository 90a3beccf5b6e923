//! One press and what came of it.

use jiff::Timestamp;
use kernel::{ActionRunId, ChannelId, MessageId, UserId, WebhookId};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

use crate::Failure;

/// What a person presses.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Press {
    /// The opaque id of the button, or the RFC 6901 pointer to it in the card as it is shown.
    pub action: String,
    /// Which version of the card the person saw; unless said, the latest.
    pub version: Option<i64>,
    /// Answers by the ids of the inputs.
    pub inputs: Map<String, Json>,
    /// The person's time zone (IANA), for dates with a time; UTC unless said.
    pub time_zone: Option<String>,
    /// The person saw this card of their own ([`crate::View::id`]), and the button is in it.
    pub view: Option<ActionRunId>,
}

/// Why a sender was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// A person pressed a button.
    Press,
    /// A person wanted the card anew.
    Refresh,
    /// The card was shown to a person for whom it refreshes by itself.
    Shown,
}

impl Cause {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Press => "press",
            Self::Refresh => "refresh",
            Self::Shown => "shown",
        }
    }

    /// Whether the card in the answer is for this person alone.
    pub(crate) const fn is_own(self) -> bool {
        matches!(self, Self::Refresh | Self::Shown)
    }

    /// The word of an invoke for it.
    pub(crate) const fn trigger(self) -> &'static str {
        if matches!(self, Self::Shown) { "automatic" } else { "manual" }
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        [Self::Press, Self::Refresh, Self::Shown].into_iter().find(|it| it.as_str() == text)
    }
}

/// What kind of button it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunKind {
    /// `HttpPOST`.
    HttpPost,
    /// `Action.Submit`.
    Submit,
    /// `Action.Execute`.
    Execute,
}

impl RunKind {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HttpPost => "http_post",
            Self::Submit => "submit",
            Self::Execute => "execute",
        }
    }

    pub(crate) fn read(text: &str) -> Option<Self> {
        [Self::HttpPost, Self::Submit, Self::Execute].into_iter().find(|it| it.as_str() == text)
    }
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The target was not heard yet.
    Running,
    /// It did what was asked.
    Done,
    /// It did not; nothing was changed.
    Failed(Failure),
}

impl Outcome {
    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed(_) => "failed",
        }
    }

    /// Why it failed.
    pub const fn failure(self) -> Option<Failure> {
        match self {
            Self::Failed(failure) => Some(failure),
            Self::Running | Self::Done => None,
        }
    }
}

/// One press and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    /// Names it; the receiver saw it as `Action-Request-Id`.
    pub id: ActionRunId,
    /// The webhook that posted the card.
    pub webhook: WebhookId,
    /// Where the card is.
    pub channel: ChannelId,
    /// The message.
    pub message: MessageId,
    /// The post in the delivery log of the webhook: `a7` is 7.
    pub entry: i64,
    /// Who pressed.
    pub user: UserId,
    /// The name of that person; empty when the account is gone.
    pub name: String,
    /// The button, as it was named.
    pub action: String,
    /// What kind of button.
    pub kind: RunKind,
    /// Why the sender was asked.
    pub cause: Cause,
    /// The version of the card that the person saw.
    pub seen: i64,
    /// Its label.
    pub title: String,
    /// When.
    pub started_at: Timestamp,
    /// When the answer was there.
    pub finished_at: Option<Timestamp>,
    /// What came of it.
    pub outcome: Outcome,
    /// The status of the answer.
    pub http_status: Option<u16>,
    /// What the target said, for people.
    pub said: Option<String>,
    /// What was sent; for owners of the webhook alone.
    pub request: Sent,
    /// What came back; for owners of the webhook alone.
    pub answer: Option<Told>,
    /// The version of the card that this run made for everybody.
    pub version: Option<i64>,
}

impl Run {
    /// How long the target took.
    pub fn duration_ms(&self) -> Option<i64> {
        let finished = self.finished_at?;
        Some(finished.as_millisecond().saturating_sub(self.started_at.as_millisecond()).max(0))
    }
}

/// A request as it was sent, secrets masked, its body cut.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sent {
    /// The address.
    pub url: String,
    /// Header fields.
    pub headers: Vec<(String, String)>,
    /// The body, or its beginning.
    pub body: String,
    /// Bytes of the whole body.
    pub bytes: u64,
}

/// An answer as it came, secrets masked, its body cut.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Told {
    /// Header fields.
    pub headers: Vec<(String, String)>,
    /// The body, or its beginning.
    pub body: String,
    /// Bytes of the whole body.
    pub bytes: u64,
    /// What went wrong below HTTP, in English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Characters of a body that are kept: our own choice.
const KEPT_CHARS: usize = 4_096;

/// The beginning of a body as a text that every engine stores.
pub(crate) fn excerpt(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body.get(..body.len().min(KEPT_CHARS * 4)).unwrap_or(body));
    clean(&text, KEPT_CHARS)
}

/// At most `most` characters, without zeros, which PostgreSQL does not store.
pub(crate) fn clean(text: &str, most: usize) -> String {
    text.chars().take(most).map(|letter| if letter == '\0' { '\u{fffd}' } else { letter }).collect()
}
