//! Folders and messages as Graph writes them.

use jiff::Timestamp;
use mail_messages::conversation_of;
use mail_sources::{Folder, FolderId, Head, MailId, Role};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value as Json;

/// What may stand in a path or a query as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A part of a path.
pub(crate) fn segment(text: &str) -> String {
    encoded(text)
}

pub(crate) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

fn text<'j>(row: &'j Json, name: &str) -> &'j str {
    row.get(name).and_then(Json::as_str).unwrap_or_default()
}

/// A text on one line, of at most so many characters.
fn line(text: &str, most: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").chars().filter(|c| !c.is_control()).take(most).collect()
}

pub(crate) fn folder(row: &Json, parent: &str) -> Option<Folder> {
    let id = row.get("id")?.as_str().filter(|id| !id.is_empty() && id.len() <= 500)?;
    let own = line(text(row, "displayName"), 200);
    let name = if parent.is_empty() { own } else { format!("{parent}/{own}") };
    let unread = row.get("unreadItemCount").and_then(Json::as_u64);
    Some(Folder { id: FolderId(id.to_owned()), name, role: Role::Other, unread })
}

pub(crate) fn head(row: &Json) -> Option<Head> {
    let id = row.get("id")?.as_str().filter(|id| !id.is_empty() && id.len() <= 500)?;
    let person = |row: &Json| {
        let own = row.get("emailAddress");
        let of = |name| line(own.map_or("", |own| text(own, name)), 320);
        (of("name"), of("address").to_lowercase())
    };
    let (name, address) = row.get("from").map(person).unwrap_or_default();
    let people = ["toRecipients", "ccRecipients"].into_iter();
    let people = people.filter_map(|list| row.get(list)?.as_array()).flatten().take(10);
    let to: Vec<String> = people
        .map(person)
        .map(|(name, address)| if name.is_empty() { address } else { name })
        .collect();
    let own = text(row, "internetMessageId").trim().trim_matches(['<', '>']);
    let flag = |name: &str| row.get(name).and_then(Json::as_bool);
    Some(Head {
        id: MailId(id.to_owned()),
        subject: line(text(row, "subject"), 400),
        sender_name: if name.is_empty() { address.clone() } else { name },
        sender_address: address,
        recipients: to.join(", "),
        preview: line(text(row, "bodyPreview"), 240),
        received_at: text(row, "receivedDateTime").parse::<Timestamp>().ok(),
        size: None,
        unread: !flag("isRead").unwrap_or(true),
        attachments: flag("hasAttachments").unwrap_or(false),
        message_id: Some(line(own, 900)).filter(|id| !id.is_empty()),
        references: Vec::new(),
        conversation: conversation_of(text(row, "conversationIndex")),
    })
}
