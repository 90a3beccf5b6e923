//! For Discord's webhooks: embeds.
//!
//! Published (Discord, "Embed Limits" and "Execute Webhook"): at most 10 embeds; a title has 256 characters, a description 4,096, a field's name 256 and its value 1,024,
//! an embed 25 fields, a footer 2,048, and all of them together 6,000 in a message. A user name has 1 to 80
//! characters and must not hold `discord` or `clyde`. Mentions are switched off.

use serde_json::{Map, Value, json};

use super::{
    markup::Markup,
    pieces::{self, Budget, Piece, fit, fitted},
};
use crate::message::{Home, Message};

/// Embeds of a message.
const MAX_EMBEDS: usize = 10;
/// Characters of a title.
const MAX_TITLE: usize = 256;
/// Characters of a description.
const MAX_DESCRIPTION: usize = 4096;
/// Fields of an embed.
const MAX_FIELDS: usize = 25;
/// Characters of a field's name.
const MAX_NAME: usize = 256;
/// Characters of a field's value.
const MAX_VALUE: usize = 1024;
/// Characters of the footer, less than the published 2,048; our choice.
const MAX_FOOTER: usize = 300;
/// Characters of all together, footer and the line that says what was cut left aside.
const MAX_TOTAL: usize = 6000 - MAX_FOOTER - 400;
/// Characters of the user name.
const MAX_USER: usize = 80;
/// Characters of an address; seen, not published.
const MAX_URL: usize = 2048;

#[derive(Default)]
struct Embed {
    title: Option<String>,
    text: String,
    fields: Vec<Value>,
    images: Vec<String>,
}

pub(crate) fn render(message: &Message, home: &Home) -> Value {
    let mut budget = Budget::new(MAX_TOTAL);
    let mut embed = Embed::default();
    let most = MAX_DESCRIPTION - 400;
    for piece in pieces::pieces(message) {
        add(piece, &mut embed, &mut budget, most);
    }
    if budget.cut {
        append(&mut embed.text, &Markup::Discord.link(pieces::CUT, &home.link(message.id)));
    }
    let Embed { title, text, fields, images } = embed;
    let mut images = images.into_iter();
    let mut first = Map::new();
    if let Some(title) = title {
        first.insert("title".to_owned(), title.into());
    }
    if !text.is_empty() {
        first.insert("description".to_owned(), text.into());
    }
    if let Some(color) = color(message) {
        first.insert("color".to_owned(), color.into());
    }
    if !fields.is_empty() {
        first.insert("fields".to_owned(), Value::Array(fields));
    }
    if let Some(url) = images.next() {
        first.insert("image".to_owned(), json!({ "url": url }));
    }
    let footer = fitted(&pieces::origin(message, home), MAX_FOOTER);
    first.insert("footer".to_owned(), json!({ "text": footer }));
    first.insert("timestamp".to_owned(), message.at.to_string().into());
    let mut embeds = vec![Value::Object(first)];
    embeds.extend(images.take(MAX_EMBEDS - 1).map(|url| json!({ "image": { "url": url } })));
    let mut document = Map::new();
    if let Some(name) = user_name(&message.sender) {
        document.insert("username".to_owned(), name.into());
    }
    document.insert("embeds".to_owned(), Value::Array(embeds));
    document.insert("allowed_mentions".to_owned(), json!({ "parse": [] }));
    Value::Object(document)
}

fn add(piece: Piece, embed: &mut Embed, budget: &mut Budget, most: usize) {
    let markup = Markup::Discord;
    let paragraph = match piece {
        Piece::Title(line) if embed.title.is_none() && embed.text.is_empty() => {
            embed.title = budget.take(&Markup::Plain.write(&line).replace('\n', " "), MAX_TITLE);
            return;
        }
        Piece::Title(line) => markup.strong(&line),
        Piece::Text(source) => markup.write(&source),
        Piece::Literal(source) => markup.escape(&source),
        Piece::Facts(facts) => {
            for (name, value) in facts {
                if embed.fields.len() >= MAX_FIELDS {
                    budget.cut = true;
                    break;
                }
                // Neither may be empty: a zero-width space stands for nothing.
                let name = budget.take(&Markup::Plain.write(&name), MAX_NAME);
                let value = budget.take(&markup.write(&value), MAX_VALUE);
                let some = |text: Option<String>| text.unwrap_or_else(|| "\u{200b}".to_owned());
                let (name, value) = (some(name), some(value));
                embed.fields.push(json!({ "name": name, "value": value, "inline": true }));
            }
            return;
        }
        Piece::Image { url, alt } if url.len() > MAX_URL => markup.escape(&alt),
        Piece::Image { url, .. } => {
            if embed.images.len() < MAX_EMBEDS {
                embed.images.push(url);
            } else {
                budget.cut = true;
            }
            return;
        }
        Piece::Links(links) => {
            let links: Vec<String> =
                links.iter().map(|(title, url)| markup.link(title, url)).collect();
            links.join(" · ")
        }
        Piece::Break => return,
    };
    let left = most.saturating_sub(embed.text.chars().count() + 2);
    if left < 8 {
        budget.cut |= !paragraph.is_empty();
        return;
    }
    if let Some(paragraph) = budget.take(&paragraph, left) {
        append(&mut embed.text, &paragraph);
    }
}

fn append(text: &mut String, paragraph: &str) {
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(paragraph);
}

fn color(message: &Message) -> Option<u32> {
    u32::from_str_radix(message.theme_color.as_deref()?.strip_prefix('#')?, 16).ok()
}

/// The sender's name, where Discord takes it.
fn user_name(sender: &str) -> Option<String> {
    let name = fit(sender.trim(), MAX_USER).0;
    let lower = name.to_lowercase();
    let refused = name.is_empty()
        || ["discord", "clyde", "everyone", "here"].iter().any(|word| lower.contains(word));
    (!refused).then_some(name)
}
