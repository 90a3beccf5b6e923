//! A message as it goes out.

use jiff::Timestamp;
use kernel::{ChannelId, WebhookId};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

/// A message as it was accepted: what the source gives.
#[derive(Debug, Clone)]
pub struct Raw {
    /// The order of the source.
    pub position: i64,
    /// The message in the channel; also the event.
    pub id: Uuid,
    /// Who posted it.
    pub webhook: WebhookId,
    /// When it was accepted.
    pub at: Timestamp,
    /// What the intake wrote beside the body.
    pub meta: String,
    /// The body as received; gone when the retention took it.
    pub body: Option<Vec<u8>>,
}

/// A message that was read: what the conversions need.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The message in the channel.
    pub id: Uuid,
    /// Who posted it.
    pub webhook: WebhookId,
    /// When it was accepted.
    pub at: Timestamp,
    /// The name of the webhook when it posted.
    pub sender: String,
    /// The Adaptive Card that the channel shows.
    pub card: Value,
    /// The text without marks.
    pub text: String,
    /// `#rrggbb`, if the sender gave a colour.
    pub theme_color: Option<String>,
}

/// Where a message stands in the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The channel.
    pub channel_id: ChannelId,
    /// The team's name.
    pub team: String,
    /// The channel's name.
    pub channel: String,
    /// The address of the hub's pages, without a slash at its end.
    pub base_url: String,
}

impl Home {
    /// The address of a message's page.
    pub fn link(&self, message: Uuid) -> String {
        format!("{}/channels/{}/messages/{message}", self.base_url, self.channel_id)
    }
}

/// What the intake writes beside a body.
#[derive(Debug, Default, Deserialize)]
struct Meta {
    #[serde(default)]
    content_type: Option<String>,
    #[serde(default)]
    sender: Option<Sender>,
}

#[derive(Debug, Default, Deserialize)]
struct Sender {
    #[serde(default)]
    name: String,
}

impl Raw {
    /// The `Content-Type` as received.
    pub fn content_type(&self) -> Option<String> {
        serde_json::from_str::<Meta>(&self.meta).unwrap_or_default().content_type
    }
}

impl Message {
    /// Reads what was accepted; the card is read once, here.
    pub fn read(raw: &Raw) -> Self {
        let meta: Meta = serde_json::from_str(&raw.meta).unwrap_or_default();
        let body = raw.body.as_deref().unwrap_or_default();
        let (card, text, theme_color) =
            if let Ok(post) = cards::parse(body, meta.content_type.as_deref()) {
                let card = cards::to_adaptive(&post);
                let text = cards::plain_text_of(&post, &card);
                (card, text, post.theme_color())
            } else {
                // Rules may have become stricter since it was accepted: the text still goes out.
                let text = String::from_utf8_lossy(body).into_owned();
                (plain_card(&text), text, None)
            };
        let sender = meta.sender.unwrap_or_default().name;
        Self { id: raw.id, webhook: raw.webhook, at: raw.at, sender, card, text, theme_color }
    }

    /// The first line that says something, for notifications and subjects.
    pub fn summary(&self) -> &str {
        self.text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or(&self.sender)
    }
}

/// A card that is nothing but a text.
pub(crate) fn plain_card(text: &str) -> Value {
    json!({
        "type": "AdaptiveCard",
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "version": "1.5",
        "body": [{ "type": "TextBlock", "text": text, "wrap": true }],
    })
}
