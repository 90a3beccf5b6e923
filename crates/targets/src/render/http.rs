//! For any HTTP endpoint: an event in the shape that Standard Webhooks recommends.

use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::message::{Home, Message};

/// `type`, `timestamp` and `data`.
#[derive(Debug, Serialize)]
struct Event<'a> {
    r#type: &'static str,
    timestamp: String,
    data: Data<'a>,
}

/// The message; borrowed, so that a card is written as it stands.
#[derive(Debug, Serialize)]
struct Data<'a> {
    message_id: Uuid,
    webhook_id: Uuid,
    channel_id: Uuid,
    team: &'a str,
    channel: &'a str,
    sender: &'a str,
    link: String,
    text: &'a str,
    theme_color: Option<&'a str>,
    card: &'a Value,
}

/// The event of the type `card.posted`, as JSON.
pub(crate) fn render(message: &Message, home: &Home) -> Vec<u8> {
    let event = Event {
        r#type: "card.posted",
        timestamp: message.at.to_string(),
        data: Data {
            message_id: message.id,
            webhook_id: message.webhook.uuid(),
            channel_id: home.channel_id.uuid(),
            team: &home.team,
            channel: &home.channel,
            sender: &message.sender,
            link: home.link(message.id),
            text: &message.text,
            theme_color: message.theme_color.as_deref(),
            card: &message.card,
        },
    };
    serde_json::to_vec(&event).unwrap_or_default()
}
