//! For Mattermost's incoming webhooks: one message attachment.
//!
//! A post has at most 16,383 characters (Mattermost, "Incoming webhooks"; a longer `text` is split into several posts by
//! the server). What an attachment may hold is not published; older servers refused over 7,900 characters. We keep
//! the whole message under the limit of a post.

use serde_json::{Value, json};

use super::{
    attachment::{self, Form, MAX_LINE},
    markup::Markup,
    pieces::{self, fitted},
};
use crate::message::{Home, Message};

/// Characters of the whole attachment; below 16,383 with room for what the server adds.
const MAX_TOTAL: usize = 15_000;
/// Characters of the footer: cut at 300 by the server (published).
const MAX_FOOTER: usize = 300;

const FORM: Form = Form {
    markup: Markup::Mattermost,
    total: MAX_TOTAL,
    value: 2000,
    heading: |markup, line| format!("#### {}", markup.write(line).replace('\n', " ")),
    rule: "---",
};

pub(crate) fn render(message: &Message, home: &Home) -> Value {
    let (mut made, cut) = attachment::attachment(message, &FORM);
    let text = made.get("text").and_then(Value::as_str).unwrap_or_default();
    let mut text = text.trim_matches(['\n', '-']).to_owned();
    if cut {
        text.push_str("\n\n");
        text.push_str(&FORM.markup.link(pieces::CUT, &home.link(message.id)));
    }
    made.insert("text".to_owned(), text.into());
    made.insert("fallback".to_owned(), fitted(message.summary(), MAX_LINE).into());
    let footer = fitted(&pieces::origin(message, home), MAX_FOOTER);
    made.insert("footer".to_owned(), footer.into());
    // The name is shown where the server allows integrations to override it; it is ignored elsewhere.
    json!({ "username": fitted(&message.sender, 64), "attachments": [made] })
}
