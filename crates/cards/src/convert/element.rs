//! Elements that conversions are made of.

use serde_json::{Map, Value, json};

use crate::{
    address,
    markdown::{self, Piece},
};

/// The members of an object that was just written down.
pub(super) fn map(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

/// A text as elements; `look` is added to those that hold its words.
pub(super) fn texts(text: &str, markdown: bool, look: &[(&str, Value)]) -> Vec<Value> {
    if markdown {
        markdown::pieces(text).into_iter().flat_map(|piece| element(piece, look)).collect()
    } else {
        literal(text, look)
    }
}

/// A text without Markdown: runs are never read as such, and each line is one.
fn literal(text: &str, look: &[(&str, Value)]) -> Vec<Value> {
    let look: Vec<(&str, Value)> =
        look.iter().filter(|(name, _)| RUN_MEMBERS.contains(name)).cloned().collect();
    lines(text)
        .enumerate()
        .map(|(index, line)| {
            let run = with(json!({ "type": "TextRun", "text": line }), &look);
            let block = json!({ "type": "RichTextBlock", "inlines": [run] });
            if index > 0 { with(block, &[("spacing", "None".into())]) } else { block }
        })
        .collect()
}

/// Members that text blocks and runs share.
const RUN_MEMBERS: &[&str] = &["size", "weight", "color", "isSubtle", "fontType"];

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.trim().is_empty())
}

fn element(piece: Piece, look: &[(&str, Value)]) -> Vec<Value> {
    match piece {
        Piece::Text(text) => vec![block(&text, look)],
        Piece::Heading(text) => {
            vec![with(block(&text, look), &[("weight", "Bolder".into())])]
        }
        Piece::Quote(pieces) => {
            let items: Vec<Value> =
                pieces.into_iter().flat_map(|piece| element(piece, look)).collect();
            vec![json!({ "type": "Container", "style": "emphasis", "items": items })]
        }
        Piece::Code(code) => {
            let items = literal(&code, &[("fontType", "Monospace".into())]);
            vec![json!({ "type": "Container", "style": "emphasis", "items": items })]
        }
        Piece::Image { url, alt } => image(&url, Some(&alt), "Auto").into_iter().collect(),
    }
}

/// A block of Markdown that wraps.
pub(super) fn block(text: &str, look: &[(&str, Value)]) -> Value {
    with(json!({ "type": "TextBlock", "text": text, "wrap": true }), look)
}

/// An image, if its address may be shown.
pub(super) fn image(url: &str, alt: Option<&str>, size: &str) -> Option<Value> {
    let image = json!({ "type": "Image", "url": url.trim(), "size": size });
    let alt = alt.map(str::trim).filter(|alt| !alt.is_empty());
    let alt: Vec<(&str, Value)> = alt.map(|alt| ("altText", alt.into())).into_iter().collect();
    address::is_safe_image(url).then(|| with(image, &alt))
}

/// A button that opens an address of the web.
pub(super) fn open_url(title: &str, url: &str) -> Option<Value> {
    let url = url.trim();
    let title = if title.trim().is_empty() { url } else { title };
    address::is_web(url).then(|| json!({ "type": "Action.OpenUrl", "title": title, "url": url }))
}

/// `value` with more members.
pub(super) fn with(value: Value, members: &[(&str, Value)]) -> Value {
    let mut map = map(value);
    for (name, member) in members {
        map.insert((*name).to_owned(), member.clone());
    }
    Value::Object(map)
}
