//! Walks through a finished card: its images, and the addresses that may not reach a renderer.

use serde_json::{Map, Value};

use crate::address;

/// Members that hold an address, wherever they stand.
const ADDRESSES: &[&str] = &["url", "iconUrl", "poster", "backgroundImage", "webUrl"];

/// Members whose content belongs to the sender's server and is not shown.
const OPAQUE: &[&str] = &["data"];

/// Empties every address in `value` whose scheme may not reach a renderer.
pub(crate) fn neutralise(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(neutralise),
        Value::Object(members) => {
            neutralise_members(members);
            for (name, value) in members.iter_mut() {
                if !OPAQUE.contains(&name.as_str()) {
                    neutralise(value);
                }
            }
        }
        _ => {}
    }
}

/// The same for the members of one object alone.
pub(crate) fn neutralise_members(members: &mut Map<String, Value>) {
    for name in ADDRESSES {
        if let Some(Value::String(url)) = members.get_mut(*name)
            && !address::may_stand(url)
        {
            url.clear();
        }
    }
}

/// The web addresses of every image of a card, each once, in order; what a page would fetch.
pub fn image_urls(card: &Value) -> Vec<String> {
    let mut urls: Vec<String> = Vec::new();
    let mut card = card.clone();
    rewrite_images(&mut card, &mut |url| {
        if address::is_web(url) && !urls.iter().any(|own| own == url) {
            urls.push(url.to_owned());
        }
        None
    });
    urls
}

/// Replaces the address of every image of a card by what `rewrite` gives for it; none keeps it.
///
/// Images are Image elements and those of an `ImageSet`, background images, icons of actions, posters.
pub fn rewrite_images(card: &mut Value, rewrite: &mut dyn FnMut(&str) -> Option<String>) {
    visit(card, false, rewrite);
}

fn visit(value: &mut Value, is_image: bool, rewrite: &mut dyn FnMut(&str) -> Option<String>) {
    let mut replace = |value: &mut Value| {
        if let Value::String(url) = value
            && let Some(new) = rewrite(url)
        {
            *url = new;
        }
    };
    match value {
        Value::Array(items) => {
            for item in items {
                visit(item, is_image, rewrite);
            }
        }
        Value::Object(members) => {
            let kind = members.get("type").and_then(Value::as_str);
            let is_image = is_image || kind == Some("Image");
            for (name, value) in members.iter_mut() {
                match name.as_str() {
                    "url" if is_image => replace(value),
                    "iconUrl" | "poster" => replace(value),
                    "backgroundImage" if value.is_string() => replace(value),
                    _ => {}
                }
            }
            for (name, value) in members.iter_mut() {
                if !OPAQUE.contains(&name.as_str()) {
                    let inside = matches!(name.as_str(), "images" | "backgroundImage");
                    visit(value, inside, rewrite);
                }
            }
        }
        _ => {}
    }
}
