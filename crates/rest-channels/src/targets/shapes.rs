//! The shapes that the routes of targets share.

use std::collections::BTreeMap;

use delivery::DeadLetter;
use edge::Problem;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use targets::{Attempt, Details, Format, Kind, Recipients, Sent, Target};
use utoipa::ToSchema;

use super::unknown_word;

/// A delivery target.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TargetItem {
    #[schema(format = Uuid)]
    id: String,
    /// The channel whose owners manage it.
    #[schema(format = Uuid)]
    channel_id: String,
    /// The webhook whose cards it forwards; null forwards the whole channel's.
    #[schema(format = Uuid)]
    webhook_id: Option<String>,
    /// `workflows`, `slack`, `mattermost`, `rocketchat`, `google_chat`, `discord`, `http` or `mail`.
    kind: &'static str,
    name: String,
    /// Who made it and hears of its failing; null when a program did.
    #[schema(format = Uuid)]
    owner_id: Option<String>,
    /// `enabled`, `disabled`, or `gone` when it answered 410.
    state: &'static str,
    /// Its address, masked: the address is a secret and never shown again.
    address: String,
    /// Messages a minute; null is the pace that its service publishes.
    per_minute: Option<u32>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    health: HealthShape,
}

/// How a target fares.
#[derive(Debug, Serialize, ToSchema)]
struct HealthShape {
    /// `closed`, `open` or `half_open`.
    circuit: &'static str,
    /// Failures in a row.
    failures: u32,
    /// Attempts so far at the message that waits.
    attempts: u32,
    #[schema(format = DateTime)]
    failing_since: Option<String>,
    /// Nothing is sent before.
    #[schema(format = DateTime)]
    next_at: Option<String>,
    /// Messages taken so far.
    delivered: i64,
    #[schema(format = DateTime)]
    delivered_at: Option<String>,
    /// Dead letters that wait for a replay.
    dead_letters: i64,
    /// The stable code of the last failure, until something is taken.
    last_code: Option<String>,
    /// When the owner was told that it keeps failing.
    #[schema(format = DateTime)]
    alerted_at: Option<String>,
    /// An administrator keeps cards from places of this kind; they wait.
    barred: bool,
    /// Things of the source after its position: at least as many as messages that wait.
    behind: i64,
}

impl From<Target> for TargetItem {
    fn from(target: Target) -> Self {
        let health = target.health;
        Self {
            id: target.id.to_string(),
            channel_id: target.source.channel().to_string(),
            webhook_id: target.source.webhook().map(|id| id.to_string()),
            kind: target.kind.as_str(),
            name: target.name,
            owner_id: target.owner.map(|id| id.to_string()),
            state: target.state.as_str(),
            address: target.shown,
            per_minute: target.per_minute,
            created_at: instant(target.created_at),
            updated_at: instant(target.updated_at),
            health: HealthShape {
                circuit: health.circuit.as_str(),
                failures: health.failures,
                attempts: health.attempts,
                failing_since: health.failing_since.map(instant),
                next_at: health.next_at.map(instant),
                delivered: health.delivered,
                delivered_at: health.delivered_at.map(instant),
                dead_letters: health.dead,
                last_code: health.last_code,
                alerted_at: health.alerted_at.map(instant),
                barred: health.barred,
                behind: health.behind,
            },
        }
    }
}

/// A target that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MadeTarget {
    #[serde(flatten)]
    pub(super) target: TargetItem,
    /// The secret that signs (`whsec_…`), of the kind `http`; it is shown here and never again.
    pub(super) secret: Option<String>,
}

/// Where a target is; which fields count depends on the kind.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AddressShape {
    /// The address of an HTTP place.
    url: Option<String>,
    /// Headers for the kind `http`; their values are secrets.
    #[serde(default)]
    headers: BTreeMap<String, String>,
    /// What the kind `http` gets: `event` (the default) or `as_received`.
    format: Option<String>,
    /// A secret that the receiver knows already (`whsec_…`), for the kind `http`; one is made otherwise.
    secret: Option<String>,
    /// Who gets mail: `"members"` of the team, or a list of addresses.
    #[schema(value_type = Object)]
    recipients: Option<RecipientsShape>,
}

/// Who gets mail.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum RecipientsShape {
    Word(String),
    List(Vec<String>),
}

impl AddressShape {
    pub(super) fn read(self) -> Result<Details, Problem> {
        let format = match self.format.as_deref() {
            None => Format::default(),
            Some(word) => word
                .parse::<Format>()
                .map_err(|()| unknown_word("/address/format", "event, as_received"))?,
        };
        let recipients = match self.recipients {
            None => None,
            Some(RecipientsShape::Word(word)) if word == "members" => Some(Recipients::Members),
            Some(RecipientsShape::Word(_)) => {
                return Err(unknown_word("/address/recipients", "members, or a list of addresses"));
            }
            Some(RecipientsShape::List(list)) => Some(Recipients::Addresses(list)),
        };
        Ok(Details {
            url: self.url,
            headers: self.headers.into_iter().collect(),
            format,
            secret: self.secret,
            recipients,
        })
    }
}

/// The kind that a word names.
pub(super) fn kind(word: &str) -> Result<Kind, Problem> {
    let known = "workflows, slack, mattermost, rocketchat, google_chat, discord, http, mail";
    word.parse().map_err(|()| unknown_word("/kind", known))
}

/// A row of the log of attempts.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AttemptItem {
    /// Dense within the target.
    number: i64,
    #[schema(format = DateTime)]
    at: String,
    /// `delivered`, `busy`, `failed`, `dead`, `gone` or `test`.
    outcome: &'static str,
    /// Position of the first message.
    from_position: i64,
    /// Position of the last message.
    to_position: i64,
    /// How many messages: those that were taken in a row share one row.
    messages: i64,
    /// The how-manieth attempt at the message.
    attempt: i64,
    /// How long the answers took together, in microseconds.
    duration_us: i64,
    /// The status of the last answer.
    status: Option<i64>,
    /// The stable code of the reason.
    code: Option<String>,
    /// What happened, in English.
    detail: Option<String>,
    /// When the next attempt is due.
    #[schema(format = DateTime)]
    retry_at: Option<String>,
}

impl From<&Attempt> for AttemptItem {
    fn from(attempt: &Attempt) -> Self {
        Self {
            number: attempt.number,
            at: instant(attempt.at),
            outcome: attempt.outcome.as_str(),
            from_position: attempt.from_position,
            to_position: attempt.to_position,
            messages: attempt.messages,
            attempt: attempt.attempt,
            duration_us: attempt.duration_us,
            status: attempt.status,
            code: attempt.code.clone(),
            detail: attempt.detail.clone(),
            retry_at: attempt.retry_at.map(instant),
        }
    }
}

/// A row of the log with its request and answer.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AttemptWithRequest {
    #[serde(flatten)]
    attempt: AttemptItem,
    /// The beginning of the (last) request, secrets masked.
    #[schema(value_type = Object)]
    request: serde_json::Value,
    /// The beginning of the (last) answer, secrets masked.
    answer: String,
}

impl From<Attempt> for AttemptWithRequest {
    fn from(attempt: Attempt) -> Self {
        let item = AttemptItem::from(&attempt);
        let request = serde_json::from_str(&attempt.request).unwrap_or_default();
        Self { attempt: item, request, answer: attempt.answer }
    }
}

/// A message that was given up.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LetterItem {
    /// Its place in the order of the target's source; what a replay names.
    position: i64,
    /// The message in the channel.
    #[schema(format = Uuid)]
    message_id: String,
    /// The stable code of the reason.
    code: String,
    /// What happened, in English, with the beginning of the answer.
    detail: String,
    /// How often it was tried.
    attempts: i64,
    #[schema(format = DateTime)]
    at: String,
}

impl From<DeadLetter> for LetterItem {
    fn from(letter: DeadLetter) -> Self {
        Self {
            position: letter.place.position,
            message_id: letter.event.to_string(),
            code: letter.code,
            detail: letter.detail,
            attempts: letter.attempts,
            at: instant(letter.at),
        }
    }
}

/// How a test ended.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SentShape {
    /// Whether the place took it.
    taken: bool,
    status: Option<u16>,
    /// The stable code of the reason, unless it was taken.
    code: Option<&'static str>,
    detail: String,
    /// The beginning of the answer, secrets masked.
    answer: String,
    duration_ms: u64,
}

impl From<Sent> for SentShape {
    fn from(sent: Sent) -> Self {
        Self {
            taken: sent.taken,
            status: sent.status,
            code: (!sent.code.is_empty()).then_some(sent.code),
            detail: sent.detail,
            answer: sent.answer,
            duration_ms: u64::try_from(sent.took.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// An instant as it goes out.
pub(super) fn instant(at: Timestamp) -> String {
    at.to_string()
}

/// A field that may be absent, null or a value.
#[expect(clippy::option_option, reason = "absent leaves as it is, null takes away")]
pub(super) fn nullable<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::<T>::deserialize(deserializer).map(Some)
}
