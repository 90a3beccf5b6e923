//! Whatever is taken becomes a card without an address that runs script, and a text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|body: &[u8]| {
    let Ok(post) = cards::parse(body, None) else { return };
    let card = cards::to_adaptive(&post);
    assert_eq!(card["type"], "AdaptiveCard");
    assert!(card["body"].is_array());
    addresses(&card);
    cards::plain_text_of(&post, &card);
    cards::fallback_of_card(&card);
    cards::image_urls(&card);
});

/// Fails on an address whose scheme runs script.
fn addresses(value: &Value) {
    match value {
        Value::Array(items) => items.iter().for_each(addresses),
        Value::Object(members) => {
            for (name, value) in members {
                if let ("url" | "iconUrl" | "poster" | "backgroundImage", Value::String(url)) =
                    (name.as_str(), value)
                {
                    let seen: String = url.chars().filter(|it| !it.is_whitespace()).collect();
                    let seen = seen.to_lowercase();
                    assert!(!seen.starts_with("javascript:"), "{url}");
                    assert!(!seen.starts_with("vbscript:"), "{url}");
                }
                if name != "data" {
                    addresses(value);
                }
            }
        }
        _ => {}
    }
}
