//! Rocket.Chat: what the route of incoming integrations takes.

use serde_json::{Value, json};

use super::{document, items, length};
use crate::{Answer, Request};

pub(super) fn judge(request: &Request) -> Result<(), Answer> {
    let Some(body) = document(request).filter(Value::is_object) else {
        return Err(error("Invalid JSON"));
    };
    if body.get("channel").is_some() || body.get("roomId").is_some() {
        return Err(error("overriding destination channel is disabled for this integration"));
    }
    let attachments = items(&body, "attachments");
    if length(&body, "text").unwrap_or(0) == 0 && attachments.is_empty() {
        return Err(error("unknown-error"));
    }
    // Message_MaxAllowedSize
    if length(&body, "text").is_some_and(|length| length > 5000) {
        return Err(error("error-message-size-exceeded"));
    }
    let right = attachments.iter().all(|attachment| {
        let text = |name| attachment.get(name).is_none_or(Value::is_string);
        let short = length(attachment, "text").unwrap_or(0) <= 5000;
        short
            && ["color", "title", "text", "image_url"].into_iter().all(text)
            && items(attachment, "fields").iter().all(|field| {
                ["title", "value"]
                    .into_iter()
                    .all(|name| field.get(name).is_some_and(Value::is_string))
            })
    });
    if right { Ok(()) } else { Err(error("error-invalid-attachments")) }
}

fn error(text: &str) -> Answer {
    Answer::json(400, &json!({ "success": false, "error": text }))
}
