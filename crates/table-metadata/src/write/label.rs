//! Labels and properties that may be locked.

use serde_json::{Value, json};
use tables::{ENGLISH, Labels};

/// A label: its text in every language, and the one for the reader.
pub fn label(labels: &Labels, language: u16) -> Value {
    let one = |code: u16, text: &str| {
        json!({
            "Label": text,
            "LanguageCode": code,
            "IsManaged": false,
            "MetadataId": null,
            "HasChanged": null,
        })
    };
    let all: Vec<Value> = labels.iter().map(|(code, text)| one(code, text)).collect();
    let mine = labels.exactly(language).map(|text| (language, text)).or_else(|| {
        let base = labels.exactly(ENGLISH).map(|text| (ENGLISH, text));
        base.or_else(|| labels.iter().next())
    });
    json!({
        "LocalizedLabels": all,
        "UserLocalizedLabel": mine.map(|(code, text)| one(code, text)),
    })
}

/// A property with whether it can be changed.
pub(super) fn managed(value: impl Into<Value>, can_be_changed: bool, name: &str) -> Value {
    json!({
        "Value": value.into(),
        "CanBeChanged": can_be_changed,
        "ManagedPropertyLogicalName": name,
    })
}
