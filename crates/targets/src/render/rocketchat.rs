//! For Rocket.Chat's incoming integrations.
//!
//! A message has at most as many characters as `Message_MaxAllowedSize` says, 5,000 unless the server's
//! administrator set another (published default); texts of attachments are kept under it too.

use serde_json::{Map, Value, json};

use super::{
    markup::Markup,
    pieces::{self, Budget, Piece, fitted},
};
use crate::message::{Home, Message};

/// Characters of the whole message.
const MAX_TOTAL: usize = 4800;
/// Fields of an attachment; our choice.
const MAX_FIELDS: usize = 50;
/// Characters of a title; our choice.
const MAX_LINE: usize = 300;

pub(crate) fn render(message: &Message, home: &Home) -> Value {
    let markup = Markup::RocketChat;
    let mut budget = Budget::new(MAX_TOTAL);
    let (mut title, mut text, mut fields) = (None, String::new(), Vec::new());
    let mut image = None;
    for piece in pieces::pieces(message) {
        let paragraph = match piece {
            Piece::Title(line) if title.is_none() && text.is_empty() => {
                title = budget.take(&Markup::Plain.write(&line).replace('\n', " "), MAX_LINE);
                continue;
            }
            Piece::Title(line) => markup.strong(&line),
            Piece::Text(source) => markup.write(&source),
            Piece::Literal(source) => markup.escape(&source),
            Piece::Facts(facts) => {
                for (name, value) in facts {
                    if fields.len() >= MAX_FIELDS {
                        budget.cut = true;
                        break;
                    }
                    let name = budget.take(&Markup::Plain.write(&name), MAX_LINE);
                    let value = budget.take(&markup.write(&value), 1000);
                    fields.push(json!({
                        "short": true,
                        "title": name.unwrap_or_default(),
                        "value": value.unwrap_or_default(),
                    }));
                }
                continue;
            }
            Piece::Image { url, .. } if image.is_none() => {
                image = Some(url);
                continue;
            }
            Piece::Image { url, alt } => {
                markup.link(if alt.is_empty() { "Image" } else { &alt }, &url)
            }
            Piece::Links(links) => {
                let links: Vec<String> =
                    links.iter().map(|(title, url)| markup.link(title, url)).collect();
                links.join(" · ")
            }
            Piece::Break => continue,
        };
        if let Some(paragraph) = budget.take(&paragraph, MAX_TOTAL) {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&paragraph);
        }
    }
    let origin = pieces::origin(message, home);
    let line = if budget.cut {
        format!("{} · {}", markup.escape(&origin), markup.link(pieces::CUT, &home.link(message.id)))
    } else {
        markup.escape(&origin)
    };
    let mut attachment = Map::new();
    if let Some(color) = &message.theme_color {
        attachment.insert("color".to_owned(), color.as_str().into());
    }
    if let Some(title) = title {
        attachment.insert("title".to_owned(), title.into());
    }
    attachment.insert("text".to_owned(), text.into());
    if !fields.is_empty() {
        attachment.insert("fields".to_owned(), Value::Array(fields));
    }
    if let Some(image) = image {
        attachment.insert("image_url".to_owned(), image.into());
    }
    let alias = fitted(&message.sender, 64);
    json!({ "alias": alias, "text": fitted(&line, MAX_LINE), "attachments": [attachment] })
}
