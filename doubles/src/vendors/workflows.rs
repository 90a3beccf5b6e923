//! Workflows webhooks of Teams: the wrapper with Adaptive Cards.
//!
//! The service answers 202 and fails the run later; here the answer comes at once.

use serde_json::{Value, json};

use super::{document, items};
use crate::{Answer, Request};

pub(super) fn judge(request: &Request) -> Result<(), Answer> {
    if request.body.len() > 28 * 1024 {
        let body = error("RequestEntityTooLarge", "Request Entity too large");
        return Err(Answer::json(413, &body));
    }
    let wrong = |message: &str| Answer::json(400, &error("TriggerInputSchemaMismatch", message));
    let Some(body) = document(request).filter(Value::is_object) else {
        return Err(wrong("Invalid type. Expected Object."));
    };
    if body.get("type").and_then(Value::as_str) != Some("message") {
        return Err(wrong("The type is not message."));
    }
    let attachments = items(&body, "attachments");
    if attachments.is_empty() {
        return Err(wrong("attachments is of type 'Null'. The result must be a valid array."));
    }
    for attachment in attachments {
        let kind = attachment.get("contentType").and_then(Value::as_str);
        let card = attachment.get("content").unwrap_or(&Value::Null);
        if kind != Some("application/vnd.microsoft.card.adaptive") {
            return Err(wrong("The attachment is no Adaptive Card."));
        }
        if card.get("type").and_then(Value::as_str) != Some("AdaptiveCard")
            || !card.get("version").is_some_and(Value::is_string)
            || !card.get("body").is_some_and(Value::is_array)
        {
            return Err(wrong("The card has no type, version or body."));
        }
        let text = card.to_string();
        if text.contains("\"Action.Execute\"") || text.contains("\"Action.Submit\"") {
            return Err(wrong("Nobody answers this button."));
        }
    }
    Ok(())
}

fn error(code: &str, message: &str) -> Value {
    json!({ "error": { "code": code, "message": message } })
}
