//! Google Chat: the message resource and `Card` of Cards v2.

use serde_json::{Value, json};

use super::{document, items, length};
use crate::{Answer, Request};

pub(super) fn judge(request: &Request) -> Result<(), Answer> {
    if request.body.len() > 32_000 {
        return Err(error("Message size exceeds the limit of 32000 bytes."));
    }
    let Some(body) = document(request).filter(Value::is_object) else {
        return Err(error("Invalid JSON payload received."));
    };
    known(&body, &["text", "fallbackText", "cardsV2", "thread", "accessoryWidgets"])?;
    let cards = items(&body, "cardsV2");
    if length(&body, "text").unwrap_or(0) == 0 && cards.is_empty() {
        return Err(error("Message cannot be empty."));
    }
    for entry in cards {
        known(entry, &["cardId", "card"])?;
        let Some(card) = entry.get("card") else { return Err(error("card is required.")) };
        check_card(card)?;
    }
    Ok(())
}

fn check_card(card: &Value) -> Result<(), Answer> {
    known(card, &["header", "sections", "name", "fixedFooter", "sectionDividerStyle"])?;
    if let Some(header) = card.get("header") {
        known(header, &["title", "subtitle", "imageType", "imageUrl", "imageAltText"])?;
        if length(header, "title").unwrap_or(0) == 0 {
            return Err(error("header.title is required."));
        }
    }
    let sections = items(card, "sections");
    if card.get("header").is_none() && sections.is_empty() {
        return Err(error("Card cannot be empty."));
    }
    let mut widgets = 0;
    for section in sections {
        known(section, &["header", "widgets", "collapsible", "uncollapsibleWidgetsCount"])?;
        if items(section, "widgets").is_empty() {
            return Err(error("A section has no widgets."));
        }
        for widget in items(section, "widgets") {
            widgets += 1;
            check_widget(widget)?;
        }
    }
    // The service leaves such sections out without a word; here it is a failure.
    if widgets > 100 { Err(error("More than 100 widgets.")) } else { Ok(()) }
}

fn check_widget(widget: &Value) -> Result<(), Answer> {
    known(widget, &["textParagraph", "image", "decoratedText", "buttonList", "divider"])?;
    if widget.as_object().is_none_or(|members| members.len() != 1) {
        return Err(error("A widget is exactly one thing."));
    }
    if let Some(text) = widget.get("textParagraph") {
        known(text, &["text", "maxLines"])?;
        if length(text, "text").unwrap_or(0) == 0 {
            return Err(error("textParagraph.text is required."));
        }
    }
    if let Some(image) = widget.get("image") {
        known(image, &["imageUrl", "altText", "onClick"])?;
        let url = image.get("imageUrl").and_then(Value::as_str).unwrap_or_default();
        if !url.starts_with("https://") {
            return Err(error("image.imageUrl must be an HTTPS URL."));
        }
    }
    if let Some(text) = widget.get("decoratedText") {
        let all =
            &["topLabel", "text", "wrapText", "bottomLabel", "startIcon", "button", "onClick"];
        known(text, all)?;
        if !text.get("text").is_some_and(Value::is_string) {
            return Err(error("decoratedText.text is required."));
        }
    }
    for button in widget.get("buttonList").map_or(&[][..], |list| items(list, "buttons")) {
        known(button, &["text", "icon", "onClick", "altText", "disabled", "color"])?;
        let url = button.pointer("/onClick/openLink/url").and_then(Value::as_str);
        if length(button, "text").unwrap_or(0) == 0 || url.is_none_or(str::is_empty) {
            return Err(error("A button needs text and onClick.openLink.url."));
        }
    }
    Ok(())
}

fn known(value: &Value, names: &[&str]) -> Result<(), Answer> {
    let members = value.as_object().into_iter().flatten();
    for (name, _) in members {
        if !names.contains(&name.as_str()) {
            let text = format!("Invalid JSON payload received. Unknown name \"{name}\".");
            return Err(error(&text));
        }
    }
    Ok(())
}

fn error(message: &str) -> Answer {
    let body =
        json!({ "error": { "code": 400, "message": message, "status": "INVALID_ARGUMENT" } });
    Answer::json(400, &body)
}
