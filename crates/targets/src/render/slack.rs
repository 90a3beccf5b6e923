//! For Slack's incoming webhooks: Block Kit.
//!
//! Limits as Slack publishes them in the reference of each block (docs.slack.dev, Block Kit): 50 blocks, 3,000 characters
//! of a section, 10 fields of 2,000, 150 of a header, 3,000 of an image's address and 2,000 of its words. That texts of
//! all blocks together end near 13,200 characters is not published; it was reported of `msg_blocks_too_long`
//! (slackapi/bolt-js issue 2509): we stay under 12,000.

use serde_json::{Value, json};

use super::{
    markup::Markup,
    pieces::{self, Budget, Piece, fitted},
};
use crate::message::{Home, Message};

/// Blocks of a message.
const MAX_BLOCKS: usize = 50;
/// Characters of a section's text.
const MAX_SECTION: usize = 3000;
/// Characters of a header.
const MAX_HEADER: usize = 150;
/// Fields of a section.
const MAX_FIELDS: usize = 10;
/// Characters of a field.
const MAX_FIELD: usize = 2000;
/// Characters of an image's address and of its words.
const MAX_URL: usize = 3000;
const MAX_ALT: usize = 2000;
/// Characters of all blocks; our choice, see above.
const MAX_TOTAL: usize = 12_000;
/// Characters of the line of a notification; our choice.
const MAX_LINE: usize = 300;

pub(crate) fn render(message: &Message, home: &Home) -> Value {
    let mut writer = Writer { blocks: Vec::new(), budget: Budget::new(MAX_TOTAL), left_out: false };
    for piece in pieces::pieces(message) {
        writer.piece(piece);
    }
    let Writer { mut blocks, budget, left_out } = writer;
    let mut last = vec![Markup::Slack.escape(&pieces::origin(message, home))];
    if left_out || budget.cut {
        last.push(Markup::Slack.link(pieces::CUT, &home.link(message.id)));
    }
    blocks.push(context(&last.join(" · ")));
    // `text` is what notifications show where there are blocks.
    json!({ "text": Markup::Slack.escape(&fitted(message.summary(), MAX_LINE)), "blocks": blocks })
}

struct Writer {
    blocks: Vec<Value>,
    budget: Budget,
    left_out: bool,
}

impl Writer {
    fn piece(&mut self, piece: Piece) {
        match piece {
            Piece::Title(text) if self.blocks.is_empty() => self.header(&text),
            Piece::Title(text) => self.section(&Markup::Slack.strong(&text)),
            Piece::Text(text) => self.section(&Markup::Slack.write(&text)),
            Piece::Literal(text) => self.section(&Markup::Slack.escape(&text)),
            Piece::Facts(facts) => self.facts(&facts),
            Piece::Image { url, alt } => self.image(&url, &alt),
            Piece::Links(links) => {
                let links: Vec<String> =
                    links.iter().map(|(title, url)| Markup::Slack.link(title, url)).collect();
                for some in links.chunks(8) {
                    let line = some.join("  ");
                    if line.chars().count() <= MAX_SECTION {
                        self.section(&line);
                    } else {
                        self.left_out = true;
                    }
                }
            }
            Piece::Break => {
                if !self.blocks.is_empty() {
                    self.push(json!({ "type": "divider" }));
                }
            }
        }
    }

    /// One block is kept for the last line.
    fn push(&mut self, block: Value) {
        if self.blocks.len() < MAX_BLOCKS - 1 {
            self.blocks.push(block);
        } else {
            self.left_out = true;
        }
    }

    fn header(&mut self, text: &str) {
        let plain = Markup::Plain.write(text).replace('\n', " ");
        if plain.chars().count() > MAX_HEADER {
            self.section(&Markup::Slack.strong(text));
        } else if let Some(text) = self.budget.take(&plain, MAX_HEADER) {
            self.push(json!({ "type": "header", "text": { "type": "plain_text", "text": text } }));
        }
    }

    fn section(&mut self, text: &str) {
        for part in pieces::split(text, MAX_SECTION) {
            let Some(part) = self.budget.take(&part, MAX_SECTION) else { continue };
            self.push(json!({ "type": "section", "text": mrkdwn(&part) }));
        }
    }

    fn facts(&mut self, facts: &[(String, String)]) {
        for some in facts.chunks(MAX_FIELDS) {
            let mut fields = Vec::with_capacity(some.len());
            for (name, value) in some {
                let name = Markup::Slack.strong(name);
                let value = Markup::Slack.write(value);
                let both = if name.is_empty() { value } else { [&name, "\n", &value].concat() };
                fields.extend(self.budget.take(&both, MAX_FIELD).map(|text| mrkdwn(&text)));
            }
            if !fields.is_empty() {
                self.push(json!({ "type": "section", "fields": fields }));
            }
        }
    }

    fn image(&mut self, url: &str, alt: &str) {
        if url.chars().count() > MAX_URL {
            self.left_out = true;
            return;
        }
        let alt = if alt.trim().is_empty() { "Image" } else { alt };
        let alt = fitted(alt, MAX_ALT);
        self.push(json!({ "type": "image", "image_url": url, "alt_text": alt }));
    }
}

fn mrkdwn(text: &str) -> Value {
    json!({ "type": "mrkdwn", "text": text })
}

fn context(text: &str) -> Value {
    json!({ "type": "context", "elements": [mrkdwn(&fitted(text, MAX_SECTION))] })
}
