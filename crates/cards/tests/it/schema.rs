//! Rules of the Adaptive Card schema 1.5 for everything that a conversion writes: types, needed
//! members, member types and words. `msteams` apart, which the schema does not know.

use std::collections::HashSet;

use serde_json::{Map, Value};

/// Fails unless `card` keeps the rules. Members that a sender's own Adaptive Card brought are checked
/// only for their types and needed members.
pub(crate) fn assert_sound(card: &Value, name: &str) {
    let mut findings = Vec::new();
    assert_eq!(card["type"], "AdaptiveCard", "{name}");
    assert!(card["version"].is_string(), "{name}");
    assert!(card["body"].as_array().is_some_and(|body| !body.is_empty()), "{name}: empty");
    walk(card, "", &mut HashSet::new(), &mut findings);
    assert!(findings.is_empty(), "{name}:\n{}\n{card:#}", findings.join("\n"));
}

fn walk(value: &Value, place: &str, ids: &mut HashSet<String>, findings: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            object(members, place, findings);
            let id = members.get("id").and_then(Value::as_str);
            if id.is_some_and(|id| !ids.insert(id.to_owned())) {
                findings.push(format!("{place}: the id {id:?} stands twice"));
            }
            for (name, value) in members.iter().filter(|(name, _)| *name != "data") {
                walk(value, &format!("{place}/{name}"), ids, findings);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &format!("{place}/{index}"), ids, findings);
            }
        }
        _ => {}
    }
}

fn object(members: &Map<String, Value>, place: &str, findings: &mut Vec<String>) {
    let Some(kind) = members.get("type").and_then(Value::as_str) else { return };
    let Some((_, required)) = REQUIRED.iter().find(|(name, _)| *name == kind) else {
        let foreign = place.contains("msteams") || place.contains("msTeams");
        if !foreign {
            findings.push(format!("{place}: {kind} is no type of 1.5"));
        }
        return;
    };
    for name in *required {
        if !members.contains_key(*name) {
            findings.push(format!("{place}: {kind} needs {name}"));
        }
    }
    for (name, value) in members {
        let sound = match name.as_str() {
            "text" | "title" | "url" | "altText" | "id" | "label" | "errorMessage" | "verb"
            | "placeholder" | "fallbackText" | "imageSize" => value.is_string(),
            "wrap" | "isSubtle" | "separator" | "isRequired" | "isMultiline" | "isMultiSelect" => {
                value.is_boolean()
            }
            "body" | "items" | "columns" | "actions" | "inlines" | "images" | "facts"
            | "choices" => value.is_array(),
            "maxLength" => value.is_u64(),
            _ => word(kind, name, value),
        };
        if !sound {
            findings.push(format!("{place}/{name}: {value}"));
        }
    }
}

fn word(kind: &str, name: &str, value: &Value) -> bool {
    let sizes: &[&str] = match kind {
        "Image" => &["auto", "stretch", "small", "medium", "large"],
        _ => &["small", "default", "medium", "large", "extralarge"],
    };
    let styles: &[&str] = match kind {
        "TextBlock" => &["default", "heading"],
        "Image" => &["default", "person"],
        "Container" | "Column" | "ColumnSet" => {
            &["default", "emphasis", "good", "attention", "warning", "accent"]
        }
        "Input.ChoiceSet" => &["compact", "expanded", "filtered"],
        _ => &["default", "positive", "destructive"],
    };
    let words = match name {
        "size" => sizes,
        "style" => styles,
        "weight" => &["lighter", "default", "bolder"],
        "fontType" => &["default", "monospace"],
        "color" => &["default", "dark", "light", "accent", "good", "warning", "attention"],
        "spacing" => &["none", "small", "default", "medium", "large", "extralarge", "padding"],
        _ => return true,
    };
    value.as_str().is_some_and(|word| words.contains(&word.to_ascii_lowercase().as_str()))
}

const REQUIRED: &[(&str, &[&str])] = &[
    ("AdaptiveCard", &[]),
    ("TextBlock", &["text"]),
    ("RichTextBlock", &["inlines"]),
    ("TextRun", &["text"]),
    ("Image", &["url"]),
    ("ImageSet", &["images"]),
    ("FactSet", &["facts"]),
    ("Container", &["items"]),
    ("ColumnSet", &[]),
    ("Column", &[]),
    ("ActionSet", &["actions"]),
    ("Input.Text", &["id"]),
    ("Input.Date", &["id"]),
    ("Input.Time", &["id"]),
    ("Input.ChoiceSet", &["id", "choices"]),
    ("Action.OpenUrl", &["url"]),
    ("Action.ShowCard", &["card"]),
    ("Action.Execute", &[]),
];
