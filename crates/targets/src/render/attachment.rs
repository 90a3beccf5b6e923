//! One message attachment, as Mattermost and Rocket.Chat took it over from Slack's older form.

use serde_json::{Map, Value, json};

use super::{
    markup::Markup,
    pieces::{self, Budget, Piece},
};
use crate::message::Message;

/// What one system takes.
pub(super) struct Form {
    pub(super) markup: Markup,
    /// Characters of the whole attachment.
    pub(super) total: usize,
    /// Characters of a field's value.
    pub(super) value: usize,
    /// A further heading.
    pub(super) heading: fn(Markup, &str) -> String,
    /// What stands between groups; nothing for a blank line alone.
    pub(super) rule: &'static str,
}

/// The attachment without what each system adds, and whether something was left out.
pub(super) fn attachment(message: &Message, form: &Form) -> (Map<String, Value>, bool) {
    let markup = form.markup;
    let mut budget = Budget::new(form.total);
    let (mut title, mut text, mut fields) = (None, String::new(), Vec::new());
    let mut image = None;
    for piece in pieces::pieces(message) {
        let paragraph = match piece {
            Piece::Title(line) if title.is_none() && text.is_empty() => {
                title = budget.take(&Markup::Plain.write(&line).replace('\n', " "), MAX_LINE);
                continue;
            }
            Piece::Title(line) => (form.heading)(markup, &line),
            Piece::Text(source) => markup.write(&source),
            Piece::Literal(source) => markup.escape(&source),
            Piece::Facts(facts) => {
                for (name, value) in facts {
                    if fields.len() >= MAX_FIELDS {
                        budget.cut = true;
                        break;
                    }
                    let name = budget.take(&Markup::Plain.write(&name), MAX_LINE);
                    let value = budget.take(&markup.write(&value), form.value);
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
            Piece::Break if form.rule.is_empty() => continue,
            Piece::Break => form.rule.to_owned(),
        };
        if let Some(paragraph) = budget.take(&paragraph, form.total) {
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&paragraph);
        }
    }
    let mut made = Map::new();
    if let Some(color) = &message.theme_color {
        made.insert("color".to_owned(), color.as_str().into());
    }
    if let Some(title) = title {
        made.insert("title".to_owned(), title.into());
    }
    made.insert("text".to_owned(), text.into());
    if !fields.is_empty() {
        made.insert("fields".to_owned(), Value::Array(fields));
    }
    if let Some(image) = image {
        made.insert("image_url".to_owned(), image.into());
    }
    (made, budget.cut)
}

/// Fields of an attachment; neither system publishes a limit, this is our choice.
const MAX_FIELDS: usize = 50;
/// Characters of a title and of a field's name; our choice.
pub(super) const MAX_LINE: usize = 300;
