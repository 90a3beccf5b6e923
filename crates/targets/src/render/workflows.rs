//! For Workflows webhooks of Teams: an Adaptive Card in the attachments wrapper.
//!
//! The template "Post to a channel when a webhook request is received" loops over `attachments`; a body without it
//! fails the run after the sender saw 202. Buttons that need an answer (Submit, Execute) reach nobody
//! there: they are left out and counted.

use serde_json::{Map, Value, json};

use super::pieces;
use crate::message::{Home, Message};

/// Actions that post cards take messages of about 28 KB, all elements counted (Microsoft Teams connector, "Known issues
/// and limitations with actions"); incoming webhooks took 28 KB as well.
pub(crate) const MAX_BYTES: usize = 28 * 1024;

pub(crate) fn render(message: &Message, home: &Home) -> Value {
    let mut card = message.card.clone();
    if let Some(members) = card.as_object_mut() {
        // What a bot would be asked for; there is none.
        members.shift_remove("refresh");
        members.shift_remove("authentication");
    }
    let lost = drop_actions(&mut card);
    if lost > 0 {
        let buttons = if lost == 1 { "1 button works" } else { "buttons work" };
        let count = if lost == 1 { String::new() } else { format!("{lost} ") };
        let text =
            format!("{count}{buttons} in Liaison alone: [open it]({})", home.link(message.id));
        push(&mut card, note(&text));
    }
    push(&mut card, note(&pieces::origin(message, home)));
    let whole = wrap(&card);
    if whole.to_string().len() <= MAX_BYTES {
        return whole;
    }
    shorten(card, message, home)
}

/// Leaves elements out from the end until the message fits.
fn shorten(mut card: Value, message: &Message, home: &Home) -> Value {
    let link = home.link(message.id);
    let last = note(&format!("{}: [{link}]({link})", pieces::CUT));
    if let Some(members) = card.as_object_mut() {
        members.shift_remove("actions");
        members.shift_remove("msteams");
    }
    let room = MAX_BYTES - RESERVE;
    let body = card.get_mut("body").and_then(Value::as_array_mut).map(std::mem::take);
    let mut kept = Vec::new();
    let mut bytes = wrap(&card).to_string().len() + last.to_string().len();
    for mut element in body.unwrap_or_default() {
        let mut size = element.to_string().len() + 1;
        if bytes + size > room {
            let text = element.get("text").and_then(Value::as_str).unwrap_or_default();
            let left = room.saturating_sub(bytes);
            if left < 200 || text.is_empty() {
                break;
            }
            // A character takes up to six bytes of JSON.
            let cut = pieces::fitted(text, left / 6);
            if let Some(members) = element.as_object_mut() {
                members.insert("text".to_owned(), cut.into());
            }
            size = element.to_string().len() + 1;
            if bytes + size <= room {
                kept.push(element);
            }
            break;
        }
        bytes += size;
        kept.push(element);
    }
    kept.push(last);
    if let Some(members) = card.as_object_mut() {
        members.insert("body".to_owned(), Value::Array(kept));
    }
    let cut = wrap(&card);
    if cut.to_string().len() <= MAX_BYTES {
        return cut;
    }
    // Something beside the body is that large, such as a background image.
    let text = pieces::fitted(&message.text, 2000);
    let mut plain = crate::message::plain_card(&text);
    push(&mut plain, note(&format!("{}: [{link}]({link})", pieces::CUT)));
    wrap(&plain)
}

fn wrap(card: &Value) -> Value {
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": card,
        }],
    })
}

fn note(text: &str) -> Value {
    json!({ "type": "TextBlock", "text": text, "isSubtle": true, "size": "Small", "wrap": true })
}

fn push(card: &mut Value, element: Value) {
    if let Some(members) = card.as_object_mut() {
        let body = members.entry("body").or_insert_with(|| Value::Array(Vec::new()));
        if let Some(body) = body.as_array_mut() {
            body.push(element);
        }
    }
}

/// Takes out actions that nobody would answer; how many went.
fn drop_actions(value: &mut Value) -> usize {
    match value {
        Value::Array(items) => {
            let before = items.len();
            items.retain(|item| !is_dead(item));
            let gone = before - items.len();
            gone + items.iter_mut().map(drop_actions).sum::<usize>()
        }
        Value::Object(members) => drop_members(members),
        _ => 0,
    }
}

fn drop_members(members: &mut Map<String, Value>) -> usize {
    let before = members.len();
    members.retain(|_name, value| !is_dead(value));
    let gone = before - members.len();
    gone + members.values_mut().map(drop_actions).sum::<usize>()
}

fn is_dead(item: &Value) -> bool {
    let kind = item.get("type").and_then(Value::as_str).unwrap_or_default();
    matches!(kind, "Action.Submit" | "Action.Execute")
}

/// Bytes kept for the wrapper.
const RESERVE: usize = 512;
