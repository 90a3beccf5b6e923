//! The shapes that the routes of webhooks share.

use channel_connectors::{Addresses, Busy, Hour, IconKind, Rate, Receipt, Totals, Webhook};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::unknown_word;

/// An incoming webhook.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WebhookItem {
    #[schema(format = Uuid)]
    id: String,
    #[schema(format = Uuid)]
    team_id: String,
    #[schema(format = Uuid)]
    channel_id: String,
    /// The name under which its cards appear.
    name: String,
    /// Media type of its icon, if it has one.
    icon: Option<&'static str>,
    #[schema(format = Uuid)]
    owner_id: String,
    #[schema(format = Uuid)]
    second_owner_id: Option<String>,
    /// `enabled`, `disabled` or `expired`.
    state: &'static str,
    rate: RateShape,
    /// What it answers when it posts too fast: 429 or 503.
    busy_status: u16,
    /// Its own limit of the body in bytes; null is the hub's.
    max_body_bytes: Option<u32>,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// Until when the address before the last rotation works.
    #[schema(format = DateTime)]
    overlap_until: Option<String>,
    totals: TotalsShape,
}

impl From<Webhook> for WebhookItem {
    fn from(webhook: Webhook) -> Self {
        Self {
            id: webhook.id.to_string(),
            team_id: webhook.team.to_string(),
            channel_id: webhook.channel.to_string(),
            name: webhook.name,
            icon: webhook.icon.map(IconKind::media_type),
            owner_id: webhook.owner.to_string(),
            second_owner_id: webhook.second_owner.map(|id| id.to_string()),
            state: webhook.state.as_str(),
            rate: webhook.rate.into(),
            busy_status: if webhook.busy == Busy::Unavailable { 503 } else { 429 },
            max_body_bytes: webhook.max_body_bytes,
            created_at: instant(webhook.created_at),
            updated_at: instant(webhook.updated_at),
            expires_at: webhook.expires_at.map(instant),
            overlap_until: webhook.overlap_until.map(instant),
            totals: webhook.totals.into(),
        }
    }
}

/// How fast a webhook may post.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RateShape {
    /// `standard`, `microsoft`, `custom`, or `unlimited` (administrators only).
    profile: String,
    /// Of `custom`: posts a second.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    per_second: Option<u32>,
    /// Of `custom`: posts an hour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    per_hour: Option<u32>,
}

impl From<Rate> for RateShape {
    fn from(rate: Rate) -> Self {
        let (profile, limits) = match rate {
            Rate::Standard => ("standard", None),
            Rate::Microsoft => ("microsoft", None),
            Rate::Custom { per_second, per_hour } => ("custom", Some((per_second, per_hour))),
            Rate::Unlimited => ("unlimited", None),
        };
        Self {
            profile: profile.to_owned(),
            per_second: limits.map(|(per_second, _)| per_second),
            per_hour: limits.map(|(_, per_hour)| per_hour),
        }
    }
}

impl RateShape {
    pub(super) fn read(&self) -> Result<Rate, edge::Problem> {
        const KNOWN: &str =
            "standard, microsoft, unlimited without limits, custom with per_second and per_hour";
        match (self.profile.as_str(), self.per_second, self.per_hour) {
            ("standard", None, None) => Ok(Rate::Standard),
            ("microsoft", None, None) => Ok(Rate::Microsoft),
            ("unlimited", None, None) => Ok(Rate::Unlimited),
            ("custom", Some(per_second), Some(per_hour)) => {
                Ok(Rate::Custom { per_second, per_hour })
            }
            _ => Err(unknown_word("/rate", KNOWN)),
        }
    }
}

/// 429 or 503.
pub(super) fn busy(status: u16) -> Result<Busy, edge::Problem> {
    match status {
        429 => Ok(Busy::TooManyRequests),
        503 => Ok(Busy::Unavailable),
        _ => Err(unknown_word("/busy_status", "429, 503")),
    }
}

/// What came of its posts, in all.
#[derive(Debug, Serialize, ToSchema)]
struct TotalsShape {
    accepted: i64,
    /// Refused for what they were.
    refused: i64,
    /// Refused for being too many.
    throttled: i64,
    #[schema(format = DateTime)]
    last_used_at: Option<String>,
    #[schema(format = DateTime)]
    last_refused_at: Option<String>,
}

impl From<Totals> for TotalsShape {
    fn from(totals: Totals) -> Self {
        Self {
            accepted: totals.accepted,
            refused: totals.refused,
            throttled: totals.throttled,
            last_used_at: totals.last_used_at.map(instant),
            last_refused_at: totals.last_refused_at.map(instant),
        }
    }
}

/// What came of the posts in one hour.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct HourShape {
    /// When the hour began.
    #[schema(format = DateTime)]
    from: String,
    accepted: i64,
    refused: i64,
    throttled: i64,
}

impl From<Hour> for HourShape {
    fn from(hour: Hour) -> Self {
        let Hour { from, accepted, refused, throttled } = hour;
        Self { from: instant(from), accepted, refused, throttled }
    }
}

/// The addresses of a webhook. Whoever has one can post: treat them as secrets.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AddressItem {
    /// Counts rotations, from 1.
    generation: i64,
    /// The address in the shape of connectors.
    url: String,
    /// The address in the shape of Workflows.
    workflows_url: String,
    #[schema(format = DateTime)]
    created_at: String,
    /// When it stops, if it was replaced.
    #[schema(format = DateTime)]
    retires_at: Option<String>,
}

impl AddressItem {
    pub(super) fn of(addresses: &Addresses, base: &str) -> Self {
        Self {
            generation: addresses.generation,
            url: addresses.connector_url(base).expose().clone(),
            workflows_url: addresses.workflow_url(base).expose().clone(),
            created_at: instant(addresses.created_at),
            retires_at: addresses.retires_at.map(instant),
        }
    }
}

/// A webhook and its first addresses.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MadeWebhook {
    #[serde(flatten)]
    pub(super) webhook: WebhookItem,
    pub(super) addresses: AddressItem,
}

/// A post that was taken.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Taken {
    /// The message that will be in the channel.
    #[schema(format = Uuid)]
    message_id: String,
}

impl From<Receipt> for Taken {
    fn from(receipt: Receipt) -> Self {
        Self { message_id: receipt.event.to_string() }
    }
}

/// An instant as RFC 3339 writes it.
pub(super) fn instant(at: Timestamp) -> String {
    at.to_string()
}

/// A member that is absent, null or there: `None`, `Some(None)`, `Some(Some(…))`.
#[expect(clippy::option_option, reason = "absent, null and there are three cases")]
pub(super) fn nullable<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
