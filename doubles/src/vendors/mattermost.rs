//! Mattermost: parameters of incoming webhooks, message attachments, and the errors of the server.

use serde_json::{Value, json};

use super::{document, items, length};
use crate::{Answer, Request};

pub(super) fn judge(request: &Request) -> Result<(), Answer> {
    let Some(body) = document(request).filter(Value::is_object) else {
        let id = "web.incoming_webhook.parse.app_error";
        return Err(error(id, "Unable to parse incoming data."));
    };
    let attachments = items(&body, "attachments");
    if length(&body, "text").unwrap_or(0) == 0 && attachments.is_empty() {
        return Err(error("web.incoming_webhook.text.app_error", "No text specified."));
    }
    let right = attachments.iter().all(|attachment| {
        let text = |name| attachment.get(name).is_none_or(Value::is_string);
        ["fallback", "color", "pretext", "title", "text", "image_url", "footer"]
            .into_iter()
            .all(text)
            && items(attachment, "fields").iter().all(is_field)
    });
    // A longer post is split by the server; then one message would be several.
    let chars: usize = length(&body, "text").unwrap_or(0)
        + attachments
            .iter()
            .map(|attachment| attachment.to_string().chars().count())
            .sum::<usize>();
    if !right {
        let id = "web.incoming_webhook.parse.app_error";
        return Err(error(id, "Unable to parse incoming data."));
    }
    if chars > 16_383 * 2 || length(&body, "text").unwrap_or(0) > 16_383 {
        return Err(error(
            "model.post.is_valid.msg.app_error",
            "Post message property is longer than the maximum permitted length.",
        ));
    }
    Ok(())
}

/// `short` may be anything that reads as yes or no; a value may be a text or a number.
fn is_field(field: &Value) -> bool {
    field.get("title").is_some_and(Value::is_string)
        && field.get("value").is_some_and(|value| value.is_string() || value.is_number())
}

fn error(id: &str, message: &str) -> Answer {
    let body = json!({
        "id": id,
        "message": message,
        "detailed_error": "",
        "request_id": "reqwest0000000000000000000",
        "status_code": 400,
    });
    Answer::json(400, &body)
}
