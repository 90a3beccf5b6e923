//! For any HTTP endpoint: an event in the shape that Standard Webhooks recommends.

use serde_json::{Value, json};

use crate::message::{Home, Message};

/// `type`, `timestamp` and `data`; the type is `card.posted`.
pub(crate) fn render(message: &Message, home: &Home) -> Value {
    json!({
        "type": "card.posted",
        "timestamp": message.at.to_string(),
        "data": {
            "message_id": message.id,
            "webhook_id": message.webhook,
            "channel_id": home.channel_id,
            "team": home.team,
            "channel": home.channel,
            "sender": message.sender,
            "link": home.link(message.id),
            "text": message.text,
            "theme_color": message.theme_color,
            "card": message.card,
        },
    })
}
