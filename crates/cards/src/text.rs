//! A post as plain text: for notifications, search, and the `text` of a message.

use serde_json::Value;

use crate::{
    attachment::Card,
    convert,
    fallback::{self, Block},
    markdown,
    post::{Form, Post},
};

/// The post as plain text.
///
/// Of `{"text": T}` it is exactly T without the marks of Markdown, and T itself if it is nothing else. Of every other post it is what a
/// reader of the card meets, line by line: titles, texts, facts as `name: value`; not the labels of
/// buttons, not the summary unless there is nothing else.
pub fn plain_text(post: &Post<'_>) -> String {
    bare(post).unwrap_or_else(|| shown(post, &convert::to_adaptive(post)))
}

/// [`plain_text`] for callers that have converted the post already.
pub fn plain_text_of(post: &Post<'_>, card: &Value) -> String {
    bare(post).unwrap_or_else(|| shown(post, card))
}

/// Of `{"text": T}` T without marks.
fn bare(post: &Post<'_>) -> Option<String> {
    match post.cards() {
        [Card::Message(card)] if post.form() == Form::Text => {
            let text = card.text.as_deref()?;
            let plain = markdown::without_marks(text);
            // marks alone are what the sender said
            Some(if plain.trim().is_empty() { text.to_owned() } else { plain })
        }
        _ => None,
    }
}

fn shown(post: &Post<'_>, card: &Value) -> String {
    let text = plain_text_of_card(card);
    if text.is_empty() { markdown::without_marks(post.summary().unwrap_or_default()) } else { text }
}

/// The text of a finished Adaptive Card, for callers that have the card already.
pub fn plain_text_of_card(card: &Value) -> String {
    let mut lines = Vec::new();
    write(&fallback::fallback_of_card(card), &mut lines);
    lines.join("\n")
}

fn write(blocks: &[Block], lines: &mut Vec<String>) {
    for block in blocks {
        match block {
            Block::Title(text) | Block::Text(text) => {
                lines.push(markdown::without_marks(text).trim().to_owned());
            }
            Block::Literal(text) => lines.push(text.trim().to_owned()),
            Block::Facts(facts) => lines.extend(facts.iter().map(|(title, value)| {
                let title = markdown::without_marks(title);
                let value = markdown::without_marks(value);
                let title = title.trim().trim_end_matches(':').trim_end();
                match (title, value.trim()) {
                    ("", value) => value.to_owned(),
                    (title, "") => title.to_owned(),
                    (title, value) => format!("{title}: {value}"),
                }
            })),
            Block::Group(blocks) => write(blocks, lines),
            Block::Image { .. } | Block::Link { .. } => {}
        }
    }
}
