//! For Rocket.Chat's incoming integrations.
//!
//! A message has at most as many characters as `Message_MaxAllowedSize` says, 5,000 unless the server's
//! administrator set another (Rocket.Chat, message settings). What an attachment may hold is not published; that its texts
//! stay under the same limit is our choice.

use serde_json::{Value, json};

use super::{
    attachment::{self, Form, MAX_LINE},
    markup::Markup,
    pieces::{self, fitted},
};
use crate::message::{Home, Message};

const FORM: Form = Form {
    markup: Markup::RocketChat,
    // with room for the line above it
    total: 4800,
    value: 1000,
    heading: |markup, line| markup.strong(line),
    rule: "",
};

pub(crate) fn render(message: &Message, home: &Home) -> Value {
    let markup = FORM.markup;
    let (made, cut) = attachment::attachment(message, &FORM);
    let origin = markup.escape(&pieces::origin(message, home));
    let line = if cut {
        format!("{origin} · {}", markup.link(pieces::CUT, &home.link(message.id)))
    } else {
        origin
    };
    let alias = fitted(&message.sender, 64);
    json!({ "alias": alias, "text": fitted(&line, MAX_LINE), "attachments": [made] })
}
