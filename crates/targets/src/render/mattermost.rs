//! For Mattermost's incoming webhooks: one message attachment.
//!
//! A post has at most 16,383 characters (published; a longer `text` is split into several posts by the
//! server). What an attachment may hold is not published; we keep the whole message under the limit of a post.

use serde_json::{Map, Value, json};

use super::{
    markup::Markup,
    pieces::{self, Budget, Piece, fitted},
};
use crate::message::{Home, Message};

/// Characters of the whole attachment; below 16,383 with room for what the server adds.
const MAX_TOTAL: usize = 15_000;
/// Fields of an attachment; our choice.
const MAX_FIELDS: usize = 50;
/// Characters of the footer: cut at 300 by the server (published).
const MAX_FOOTER: usize = 300;
/// Characters of the title and the fallback; our choice.
const MAX_LINE: usize = 300;

pub(crate) fn render(message: &Message, home: &Home) -> Value {
    let markup = Markup::Mattermost;
    let mut budget = Budget::new(MAX_TOTAL);
    let (mut title, mut text, mut fields) = (None, String::new(), Vec::new());
    let mut image = None;
    let mut left_out = false;
    for piece in pieces::pieces(message) {
        let paragraph = match piece {
            Piece::Title(line) if title.is_none() && text.is_empty() => {
                title = budget.take(&Markup::Plain.write(&line).replace('\n', " "), MAX_LINE);
                continue;
            }
            Piece::Title(line) => format!("#### {}", markup.write(&line).replace('\n', " ")),
            Piece::Text(source) => markup.write(&source),
            Piece::Literal(source) => markup.escape(&source),
            Piece::Facts(facts) => {
                for (name, value) in facts {
                    if fields.len() >= MAX_FIELDS {
                        left_out = true;
                        break;
                    }
                    let name = budget.take(&Markup::Plain.write(&name), MAX_LINE);
                    let value = budget.take(&markup.write(&value), 2000);
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
            Piece::Break => "---".to_owned(),
        };
        if let Some(paragraph) = budget.take(&paragraph, MAX_TOTAL) {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&paragraph);
        }
    }
    if left_out || budget.cut {
        text.push_str("\n\n");
        text.push_str(&markup.link(pieces::CUT, &home.link(message.id)));
    }
    let mut attachment = Map::new();
    attachment.insert("fallback".to_owned(), fitted(message.summary(), MAX_LINE).into());
    if let Some(color) = &message.theme_color {
        attachment.insert("color".to_owned(), color.as_str().into());
    }
    if let Some(title) = title {
        attachment.insert("title".to_owned(), title.into());
    }
    attachment.insert("text".to_owned(), text.trim_matches(['\n', '-']).into());
    if !fields.is_empty() {
        attachment.insert("fields".to_owned(), Value::Array(fields));
    }
    if let Some(image) = image {
        attachment.insert("image_url".to_owned(), image.into());
    }
    let footer = fitted(&pieces::origin(message, home), MAX_FOOTER);
    attachment.insert("footer".to_owned(), footer.into());
    // The name is shown where the server allows integrations to override it; it is ignored elsewhere.
    json!({ "username": fitted(&message.sender, 64), "attachments": [attachment] })
}
