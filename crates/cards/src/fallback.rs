//! A card as a plain ordered tree, for pages without script, for notifications and for search.

use serde_json::Value;

use crate::{address, convert, post::Post};

/// A piece of a card, in the order it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A heading; Markdown of Adaptive Cards.
    Title(String),
    /// A paragraph or list; Markdown of Adaptive Cards.
    Text(String),
    /// A text that is shown as it is.
    Literal(String),
    /// Names and values; Markdown of Adaptive Cards in both.
    Facts(Vec<(String, String)>),
    /// An image of the web or in its own address.
    Image {
        /// Its address: `http`, `https` or image data.
        url: String,
        /// What it shows; empty where nobody said.
        alt: String,
    },
    /// Something to open.
    Link {
        /// Its label.
        title: String,
        /// Its address: `http`, `https`, `mailto` or `tel`.
        url: String,
    },
    /// Pieces that belong together.
    Group(Vec<Self>),
}

/// The post as a plain tree.
pub fn fallback(post: &Post<'_>) -> Vec<Block> {
    fallback_of_card(&convert::to_adaptive(post))
}

/// A finished Adaptive Card as a plain tree, for callers that have the card already.
pub fn fallback_of_card(card: &Value) -> Vec<Block> {
    let mut blocks = Vec::new();
    elements(card.get("body"), &mut blocks);
    actions(card.get("selectAction"), &mut blocks);
    actions(card.get("actions"), &mut blocks);
    if blocks.is_empty() {
        let words = ["fallbackText", "speak"].iter().filter_map(|name| text(card, name));
        blocks.extend(words.take(1).map(|words| Block::Text(words.to_owned())));
    }
    blocks
}

fn text<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    value.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

fn elements(list: Option<&Value>, blocks: &mut Vec<Block>) {
    for item in list.and_then(Value::as_array).into_iter().flatten() {
        element(item, blocks);
    }
}

fn element(item: &Value, blocks: &mut Vec<Block>) {
    match item.get("type").and_then(Value::as_str).unwrap_or_default() {
        "TextBlock" => {
            let style = text(item, "style").unwrap_or_default();
            if let Some(words) = text(item, "text") {
                let words = words.to_owned();
                let is_title = style.eq_ignore_ascii_case("heading");
                blocks.push(if is_title { Block::Title(words) } else { Block::Text(words) });
            }
        }
        "RichTextBlock" => rich_text(item, blocks),
        "FactSet" => facts(item, blocks),
        "Image" => image(item, blocks),
        "ImageSet" => {
            for item in item.get("images").and_then(Value::as_array).into_iter().flatten() {
                image(item, blocks);
            }
        }
        "Media" => media(item, blocks),
        "ActionSet" => actions(item.get("actions"), blocks),
        kind if kind.starts_with("Input.") => {
            let label = text(item, "label").or_else(|| text(item, "title"));
            blocks.extend(label.map(|label| Block::Literal(label.to_owned())));
        }
        _ => group(item, blocks),
    }
}

/// Containers of every kind, and elements that are not known: their fallback, else what they hold.
fn group(item: &Value, blocks: &mut Vec<Block>) {
    let known = KNOWN.contains(&item.get("type").and_then(Value::as_str).unwrap_or_default());
    if !known && let Some(fallback @ Value::Object(_)) = item.get("fallback") {
        element(fallback, blocks);
        return;
    }
    let mut inside = Vec::new();
    if !known {
        inside.extend(text(item, "text").map(|words| Block::Text(words.to_owned())));
        let code = text(item, "codeSnippet");
        inside.extend(code.map(|code| Block::Literal(code.to_owned())));
    }
    for name in ["items", "columns", "rows", "cells", "pages"] {
        elements(item.get(name), &mut inside);
    }
    actions(item.get("selectAction"), &mut inside);
    match inside.len() {
        0 => {}
        1 => blocks.append(&mut inside),
        _ => blocks.push(Block::Group(inside)),
    }
}

/// Containers; every other type that reaches [`group`] is unknown. A Column, row, cell or page may
/// leave its type out.
const KNOWN: &[&str] = &[
    "",
    "Container",
    "ColumnSet",
    "Column",
    "Table",
    "TableRow",
    "TableCell",
    "Carousel",
    "CarouselPage",
];

fn rich_text(item: &Value, blocks: &mut Vec<Block>) {
    let mut words = String::new();
    for run in item.get("inlines").and_then(Value::as_array).into_iter().flatten() {
        words.push_str(run.as_str().or_else(|| run.get("text")?.as_str()).unwrap_or_default());
    }
    if !words.trim().is_empty() {
        blocks.push(Block::Literal(words));
    }
    for run in item.get("inlines").and_then(Value::as_array).into_iter().flatten() {
        actions(run.get("selectAction"), blocks);
    }
}

fn facts(item: &Value, blocks: &mut Vec<Block>) {
    let word = |fact: &Value, name: &str| match fact.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let facts = item.get("facts").and_then(Value::as_array).into_iter().flatten();
    let facts: Vec<(String, String)> = facts
        .map(|fact| (word(fact, "title"), word(fact, "value")))
        .filter(|(title, value)| !(title.is_empty() && value.is_empty()))
        .collect();
    if !facts.is_empty() {
        blocks.push(Block::Facts(facts));
    }
}

fn image(item: &Value, blocks: &mut Vec<Block>) {
    let url = text(item, "url").filter(|url| address::is_safe_image(url));
    let alt = text(item, "altText").unwrap_or_default().to_owned();
    match url {
        Some(url) => blocks.push(Block::Image { url: url.to_owned(), alt }),
        None if alt.is_empty() => {}
        None => blocks.push(Block::Literal(alt)),
    }
    actions(item.get("selectAction"), blocks);
}

fn media(item: &Value, blocks: &mut Vec<Block>) {
    let title = text(item, "altText");
    let sources = item.get("sources").and_then(Value::as_array).into_iter().flatten();
    for url in
        sources.filter_map(|source| text(source, "url")).filter(|url| address::is_safe_link(url))
    {
        let title = title.unwrap_or(url).to_owned();
        blocks.push(Block::Link { title, url: url.to_owned() });
    }
}

/// The links among actions: one, or a list; those of a show card stand in their place.
fn actions(value: Option<&Value>, blocks: &mut Vec<Block>) {
    match value {
        Some(Value::Array(items)) => items.iter().for_each(|item| actions(Some(item), blocks)),
        Some(item @ Value::Object(_)) => {
            let url = text(item, "url").filter(|url| address::is_safe_link(url));
            if let Some(url) = url {
                let title = text(item, "title").unwrap_or(url).to_owned();
                blocks.push(Block::Link { title, url: url.to_owned() });
            }
            if let Some(card) = item.get("card") {
                actions(card.get("actions"), blocks);
            }
        }
        _ => {}
    }
}
