//! For incoming webhooks of Google Chat: one card of `cardsV2`.
//!
//! Published (Google Chat API, `Message`, `CardWithId`, `Card`): a message has at most 32,000 bytes and its card 32 KB, a
//! card at most 100 widgets (what follows is ignored), texts take a little HTML.

use serde_json::{Map, Value, json};

use super::{
    markup::Markup,
    pieces::{self, Budget, Piece, fitted},
};
use crate::message::{Home, Message};

/// Bytes of a message.
const MAX_BYTES: usize = 32_000;
/// Widgets of a card.
const MAX_WIDGETS: usize = 100;
/// Characters of all texts at first; fewer are tried until the bytes fit. Our choice.
const MAX_TOTAL: usize = 20_000;
/// Buttons of one list; our choice.
const MAX_BUTTONS: usize = 10;
/// Characters of titles and lines; our choice.
const MAX_LINE: usize = 200;

pub(crate) fn render(message: &Message, home: &Home) -> Value {
    let mut most = MAX_TOTAL;
    loop {
        let document = attempt(message, home, most);
        if document.to_string().len() <= MAX_BYTES || most < 100 {
            return document;
        }
        most /= 2;
    }
}

struct Writer {
    title: Option<String>,
    sections: Vec<Vec<Value>>,
    widgets: usize,
    budget: Budget,
}

fn attempt(message: &Message, home: &Home, most: usize) -> Value {
    let mut writer =
        Writer { title: None, sections: vec![Vec::new()], widgets: 0, budget: Budget::new(most) };
    for piece in pieces::pieces(message) {
        writer.piece(piece);
    }
    if writer.budget.cut {
        let link = Markup::GoogleChat.link(pieces::CUT, &home.link(message.id));
        writer.last(json!({ "textParagraph": { "text": link } }));
    }
    let mut header = Map::new();
    let title = writer.title.unwrap_or_else(|| fitted(message.summary(), MAX_LINE));
    header.insert("title".to_owned(), title.into());
    let origin = fitted(&pieces::origin(message, home), MAX_LINE);
    header.insert("subtitle".to_owned(), origin.into());
    let sections: Vec<Value> = writer
        .sections
        .into_iter()
        .filter(|widgets| !widgets.is_empty())
        .map(|widgets| json!({ "widgets": widgets }))
        .collect();
    let mut card = Map::new();
    card.insert("header".to_owned(), Value::Object(header));
    if !sections.is_empty() {
        card.insert("sections".to_owned(), Value::Array(sections));
    }
    json!({
        "fallbackText": fitted(message.summary(), MAX_LINE),
        "cardsV2": [{ "cardId": message.id.simple().to_string(), "card": card }],
    })
}

impl Writer {
    fn piece(&mut self, piece: Piece) {
        let markup = Markup::GoogleChat;
        match piece {
            Piece::Title(text) if self.title.is_none() && self.widgets == 0 => {
                let plain = Markup::Plain.write(&text).replace('\n', " ");
                self.title = self.budget.take(&plain, MAX_LINE);
            }
            Piece::Title(text) => self.paragraph(&text, true),
            Piece::Text(text) => self.paragraph(&text, false),
            Piece::Literal(text) => {
                if let Some(text) = self.budget.take(&text, usize::MAX) {
                    self.push(json!({ "textParagraph": { "text": markup.escape(&text) } }));
                }
            }
            Piece::Facts(facts) => {
                for (name, value) in facts {
                    let label = self.budget.take(&Markup::Plain.write(&name), MAX_LINE);
                    let Some(value) = self.budget.take(&value, 4000) else { continue };
                    let text = markup.write(&value);
                    self.push(json!({
                        "decoratedText": { "topLabel": label, "text": text, "wrapText": true },
                    }));
                }
            }
            // Only https is shown (published).
            Piece::Image { url, alt } if url.starts_with("https://") => {
                self.push(
                    json!({ "image": { "imageUrl": url, "altText": fitted(&alt, MAX_LINE) } }),
                );
            }
            Piece::Image { url, alt } => {
                let title = if alt.is_empty() { "Image" } else { &alt };
                self.push(json!({ "textParagraph": { "text": markup.link(title, &url) } }));
            }
            Piece::Links(links) => {
                for some in links.chunks(MAX_BUTTONS) {
                    let buttons: Vec<Value> = some
                        .iter()
                        .filter_map(|(title, url)| {
                            let title = self.budget.take(title, MAX_LINE)?;
                            let open = json!({ "openLink": { "url": url } });
                            Some(json!({ "text": title, "onClick": open }))
                        })
                        .collect();
                    if !buttons.is_empty() {
                        self.push(json!({ "buttonList": { "buttons": buttons } }));
                    }
                }
            }
            Piece::Break => self.sections.push(Vec::new()),
        }
    }

    fn paragraph(&mut self, source: &str, strong: bool) {
        let Some(source) = self.budget.take(source, usize::MAX) else { return };
        let markup = Markup::GoogleChat;
        let text = if strong { markup.strong(&source) } else { markup.write(&source) };
        if !text.is_empty() {
            self.push(json!({ "textParagraph": { "text": text } }));
        }
    }

    /// One widget is kept for the line that says what was cut.
    fn push(&mut self, widget: Value) {
        if self.widgets + 1 < MAX_WIDGETS {
            self.last(widget);
        } else {
            self.budget.cut = true;
        }
    }

    fn last(&mut self, widget: Value) {
        self.widgets += 1;
        if let Some(section) = self.sections.last_mut() {
            section.push(widget);
        }
    }
}
