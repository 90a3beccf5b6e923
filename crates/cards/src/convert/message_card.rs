//! MessageCard to Adaptive Card.

use serde_json::{Value, json};

use super::{Part, Writer, element, sets};
use crate::{
    limits::ACTIONS_IN_A_SET,
    markdown,
    message_card::{Activity, MessageCard, Section},
};

impl Writer<'_> {
    pub(super) fn message_card(&mut self, card: &MessageCard<'_>) -> Part {
        let mut body = Vec::new();
        if let Some(title) = &card.title {
            let mut look = vec![
                ("size", Value::from("Large")),
                ("weight", "Bolder".into()),
                ("style", "heading".into()),
            ];
            if let Some(color) = card.theme_color().as_deref().and_then(color) {
                look.push(("color", color.into()));
            }
            body.push(element::block(&markdown::inline(title), &look));
        }
        if let Some(text) = &card.text {
            body.extend(element::texts(text, true, &[]));
        }
        body.extend(card.sections.iter().filter_map(|section| self.section(section)));
        let mut actions = self.actions(&card.actions);
        if actions.len() > ACTIONS_IN_A_SET {
            body.extend(sets(&std::mem::take(&mut actions)));
        }
        if body.is_empty()
            && let Some(words) = card.summary.as_deref().or(card.text.as_deref())
        {
            body.push(element::block(&markdown::inline(words), &[]));
        }
        Part::new(body, actions)
    }

    /// Title, activity, hero, text, facts, images, actions, in this order. None if it is empty.
    fn section(&mut self, section: &Section<'_>) -> Option<Value> {
        let mut items = Vec::new();
        let is_markdown = section.markdown;
        if let Some(title) = &section.title {
            let look = [("weight", Value::from("Bolder")), ("size", "Medium".into())];
            items.extend(element::texts(title, is_markdown, &look));
        }
        items.extend(activity(&section.activity, is_markdown));
        if let Some(hero) = &section.hero {
            items.extend(element::image(&hero.url, hero.title.as_deref(), "Stretch"));
        }
        if let Some(text) = &section.text {
            items.extend(element::texts(text, is_markdown, &[]));
        }
        if !section.facts.is_empty() {
            let write = |text: &str| {
                if is_markdown { markdown::inline(text) } else { markdown::escape(text) }
            };
            let facts = section.facts.iter();
            let facts: Vec<Value> = facts
                .map(|fact| json!({ "title": write(&fact.name), "value": write(&fact.value) }))
                .collect();
            items.push(json!({ "type": "FactSet", "facts": facts }));
        }
        let images = section.images.iter();
        let images: Vec<Value> = images
            .filter_map(|image| element::image(&image.url, image.title.as_deref(), "Medium"))
            .collect();
        if !images.is_empty() {
            items.push(json!({ "type": "ImageSet", "imageSize": "Medium", "images": images }));
        }
        items.extend(sets(&self.actions(&section.actions)));
        if items.is_empty() {
            return None;
        }
        let mut container = element::map(json!({ "type": "Container" }));
        if section.starts_group {
            container.insert("separator".to_owned(), true.into());
            container.insert("spacing".to_owned(), "Medium".into());
        }
        container.insert("items".to_owned(), Value::Array(items));
        Some(Value::Object(container))
    }
}

/// A small image beside up to three lines.
fn activity(activity: &Activity<'_>, is_markdown: bool) -> Option<Value> {
    if activity.is_empty() {
        return None;
    }
    let mut lines = Vec::new();
    if let Some(title) = &activity.title {
        lines.extend(element::texts(title, is_markdown, &[("weight", "Bolder".into())]));
    }
    if let Some(subtitle) = &activity.subtitle {
        let look = [("isSubtle", Value::from(true)), ("spacing", "None".into())];
        lines.extend(element::texts(subtitle, is_markdown, &look));
    }
    if let Some(text) = &activity.text {
        lines.extend(element::texts(text, is_markdown, &[]));
    }
    let mut columns = Vec::new();
    let image = activity.image.as_deref().and_then(|url| element::image(url, None, "Small"));
    if let Some(image) = image {
        let image = element::with(image, &[("style", "Person".into())]);
        columns.push(json!({ "type": "Column", "width": "auto", "items": [image] }));
    }
    if !lines.is_empty() {
        columns.push(json!({ "type": "Column", "width": "stretch", "items": lines }));
    }
    (!columns.is_empty()).then(|| json!({ "type": "ColumnSet", "columns": columns }))
}

/// The colour of a title for a theme: red-ish Attention, yellow and orange Warning, green Good, blue
/// Accent; greys and the rest none.
fn color(theme: &str) -> Option<&'static str> {
    let code = u32::from_str_radix(theme.strip_prefix('#')?, 16).ok()?;
    let [_, red, green, blue] = code.to_be_bytes().map(i32::from);
    let (high, low) = (red.max(green).max(blue), red.min(green).min(blue));
    let spread = high - low;
    if spread < 40 {
        return None;
    }
    let hue = if high == red {
        60 * (green - blue) / spread
    } else if high == green {
        120 + 60 * (blue - red) / spread
    } else {
        240 + 60 * (red - green) / spread
    };
    match hue.rem_euclid(360) {
        0..=20 | 330..=359 => Some("Attention"),
        21..=69 => Some("Warning"),
        70..=169 => Some("Good"),
        170..=260 => Some("Accent"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_theme_colours_the_title_by_its_hue() {
        for (theme, expected) in [
            ("#e81123", Some("Attention")),
            ("#ef2929", Some("Attention")),
            ("#df813d", Some("Warning")),
            ("#ffcc00", Some("Warning")),
            ("#3aa337", Some("Good")),
            ("#0076d7", Some("Accent")),
            ("#3aa3e3", Some("Accent")),
            ("#808080", None),
            ("#000000", None),
            ("#8000ff", None),
        ] {
            assert_eq!(color(theme), expected, "{theme}");
        }
    }
}
