//! Slack: Block Kit's reference and the errors of incoming webhooks.

use serde_json::Value;

use super::{document, items, length};
use crate::{Answer, Request};

pub(super) fn judge(request: &Request) -> Result<(), Answer> {
    let Some(body) = document(request).filter(Value::is_object) else {
        return Err(Answer::text(400, "invalid_payload"));
    };
    let has_text = length(&body, "text").is_some_and(|length| length > 0);
    let (blocks, attachments) = (items(&body, "blocks"), items(&body, "attachments"));
    if !has_text && blocks.is_empty() && attachments.is_empty() {
        return Err(Answer::text(400, "no_text"));
    }
    if length(&body, "text").is_some_and(|length| length > 40_000) {
        return Err(Answer::text(400, "msg_too_long"));
    }
    if attachments.len() > 100 {
        return Err(Answer::text(400, "too_many_attachments"));
    }
    if blocks.len() > 50 || !blocks.iter().all(is_block) {
        return Err(Answer::text(400, "invalid_blocks"));
    }
    if blocks.iter().map(|block| block.to_string().len()).sum::<usize>() > 40_000 {
        return Err(Answer::text(400, "msg_blocks_too_long"));
    }
    Ok(())
}

fn is_block(block: &Value) -> bool {
    match block.get("type").and_then(Value::as_str).unwrap_or_default() {
        "divider" => true,
        "header" => block.get("text").is_some_and(|text| is_text(text, &["plain_text"], 150)),
        "section" => {
            let fields = items(block, "fields");
            let text = block.get("text");
            (text.is_some() || !fields.is_empty())
                && text.is_none_or(|text| is_text(text, BOTH, 3000))
                && fields.len() <= 10
                && fields.iter().all(|field| is_text(field, BOTH, 2000))
        }
        "context" => {
            let elements = items(block, "elements");
            (1..=10).contains(&elements.len())
                && elements.iter().all(|element| is_text(element, BOTH, 3000) || is_image(element))
        }
        "image" => is_image(block),
        "actions" => {
            let elements = items(block, "elements");
            (1..=25).contains(&elements.len()) && elements.iter().all(is_button)
        }
        _ => false,
    }
}

const BOTH: &[&str] = &["plain_text", "mrkdwn"];

fn is_text(text: &Value, kinds: &[&str], most: usize) -> bool {
    let kind = text.get("type").and_then(Value::as_str).unwrap_or_default();
    kinds.contains(&kind) && length(text, "text").is_some_and(|length| (1..=most).contains(&length))
}

fn is_image(image: &Value) -> bool {
    let url = image.get("image_url").and_then(Value::as_str).unwrap_or_default();
    image.get("type").and_then(Value::as_str) == Some("image")
        && (url.starts_with("https://") || url.starts_with("http://"))
        && url.chars().count() <= 3000
        && length(image, "alt_text").is_some_and(|length| (1..=2000).contains(&length))
}

fn is_button(button: &Value) -> bool {
    button.get("type").and_then(Value::as_str) == Some("button")
        && button.get("text").is_some_and(|text| is_text(text, &["plain_text"], 75))
        && length(button, "url").is_none_or(|length| length <= 3000)
}
