//! Hero, thumbnail and list cards, and attachments that are no card.

use serde_json::{Value, json};

use super::{Part, Words, element, sets};
use crate::{
    attachment::{Button, HeroCard, ListCard, ListItem, OtherAttachment},
    limits::ACTIONS_IN_A_SET,
    markdown,
};

const SUBTLE: &str = "isSubtle";

pub(super) fn hero(card: &HeroCard<'_>, words: &Words<'_>) -> Part {
    let mut lines = Vec::new();
    lines.extend(card.title.as_deref().map(heading));
    if let Some(subtitle) = &card.subtitle {
        lines.extend(element::texts(subtitle, true, &[(SUBTLE, true.into())]));
    }
    if let Some(text) = &card.text {
        lines.extend(element::texts(text, true, &[]));
    }
    let size = if card.is_thumbnail { "Small" } else { "Stretch" };
    let images: Vec<Value> = card
        .images
        .iter()
        .filter_map(|image| element::image(&image.url, image.title.as_deref(), size))
        .collect();
    let body = if card.is_thumbnail && !images.is_empty() {
        vec![json!({ "type": "ColumnSet", "columns": [
            { "type": "Column", "width": "stretch", "items": lines },
            { "type": "Column", "width": "auto", "items": images },
        ] })]
    } else {
        images.into_iter().chain(lines).collect()
    };
    with_buttons(body, &card.buttons, words)
}

pub(super) fn list(card: &ListCard<'_>, words: &Words<'_>) -> Part {
    let mut body: Vec<Value> = card.title.as_deref().map(heading).into_iter().collect();
    body.extend(card.items.iter().map(item));
    with_buttons(body, &card.buttons, words)
}

fn item(item: &ListItem<'_>) -> Value {
    let title = item.title.as_deref().unwrap_or_default();
    let bold = [("weight", Value::from("Bolder"))];
    if item.is_section {
        return element::block(&markdown::inline(title), &bold);
    }
    let mut lines = Vec::new();
    if item.title.is_some() {
        lines.push(element::block(&markdown::inline(title), &bold));
    }
    if let Some(subtitle) = &item.subtitle {
        let look = [(SUBTLE, Value::from(true)), ("spacing", "None".into())];
        lines.push(element::block(&markdown::inline(subtitle), &look));
    }
    let mut columns = Vec::new();
    let icon = item.icon.as_deref().and_then(|url| element::image(url, None, "Small"));
    if let Some(icon) = icon {
        columns.push(json!({ "type": "Column", "width": "auto", "items": [icon] }));
    }
    columns.push(json!({ "type": "Column", "width": "stretch", "items": lines }));
    let set = json!({ "type": "ColumnSet", "columns": columns });
    match item.url.as_deref().and_then(|url| element::open_url(title, url)) {
        Some(action) => element::with(set, &[("selectAction", action)]),
        None => set,
    }
}

pub(super) fn other(other: &OtherAttachment<'_>, words: &Words<'_>) -> Part {
    let name = other.name.as_deref();
    let image = other.url.as_deref().filter(|_| other.is_image());
    if let Some(image) = image.and_then(|url| element::image(url, name, "Auto")) {
        return Part::new(vec![image], Vec::new());
    }
    let mut body: Vec<Value> =
        name.map(|name| heading(&markdown::escape(name))).into_iter().collect();
    for text in &other.texts {
        body.extend(element::texts(text, true, &[]));
    }
    if body.is_empty() {
        body.push(element::block(words.attachment, &[]));
    }
    let link =
        other.url.as_deref().and_then(|url| element::open_url(name.unwrap_or_default(), url));
    Part::new(body, link.into_iter().collect())
}

fn heading(title: &str) -> Value {
    let look =
        [("size", Value::from("Large")), ("weight", "Bolder".into()), ("style", "heading".into())];
    element::block(&markdown::inline(title), &look)
}

fn with_buttons(mut body: Vec<Value>, buttons: &[Button<'_>], words: &Words<'_>) -> Part {
    let mut actions: Vec<Value> =
        buttons.iter().filter_map(|button| element::open_url(&button.title, &button.url)).collect();
    if actions.len() > ACTIONS_IN_A_SET {
        body.extend(sets(&std::mem::take(&mut actions)));
    }
    if body.is_empty() {
        body.push(element::block(words.attachment, &[]));
    }
    Part::new(body, actions)
}
