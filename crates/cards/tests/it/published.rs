//! Adaptive Cards that Microsoft published, and hand-made ones with one rule each.

use std::{collections::BTreeMap, fs};

use liaison_cards::{Rule, Severity, fallback, image_urls, parse, plain_text, to_adaptive};
use serde_json::Value;

use crate::corpora;

#[test]
fn every_valid_card_is_taken_whole_and_no_card_stops_the_reader() {
    let Some(folder) = corpora::folder("adaptive-cards") else { return };
    let manifest: Value =
        serde_json::from_slice(&fs::read(folder.join("manifest.json")).expect("a manifest"))
            .expect("JSON");
    let cards = manifest["cards"].as_array().expect("cards");
    let mut verdicts: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    let (mut noisy, mut reported) = (Vec::new(), 0);
    for entry in cards {
        let path = entry["path"].as_str().expect("a path");
        let verdict = entry["verdict"].as_str().expect("a verdict");
        let card = fs::read_to_string(folder.join(path)).expect("a card");
        let body = wrapped(card.trim_start_matches('\u{feff}'));
        let taken = match parse(body.as_bytes(), None) {
            Ok(post) => {
                let (shown, _) = (to_adaptive(&post), plain_text(&post));
                fallback(&post);
                image_urls(&shown);
                if verdict == "valid" {
                    let sent: Value = serde_json::from_str(card.trim_start_matches('\u{feff}'))
                        .expect("a valid card is JSON");
                    assert_kept(&sent, &shown, path);
                    // addresses are our own rule, no judge of the corpus has one
                    let error = post.findings().into_iter().find(|it| {
                        it.severity == Severity::Error && it.rule != Rule::AddressNotAllowed
                    });
                    noisy.extend(error.map(|error| format!("{path}: {error:?}")));
                } else {
                    reported += usize::from(!post.findings().is_empty());
                }
                true
            }
            Err(_) => false,
        };
        assert!(taken || verdict != "valid", "{path} was refused");
        *verdicts.entry((verdict, taken)).or_default() += 1;
    }
    println!(
        "adaptive-cards: {} cards, (verdict, taken): {verdicts:?}; {reported} invalid ones reported",
        cards.len()
    );
    assert!(cards.len() > 300);
    assert!(noisy.is_empty(), "valid cards with errors:\n{}", noisy.join("\n"));
}

fn wrapped(card: &str) -> String {
    let kind = "application/vnd.microsoft.card.adaptive";
    format!(r#"{{"type":"message","attachments":[{{"contentType":"{kind}","content":{card}}}]}}"#)
}

/// Every member that was sent is shown as it was sent, but for addresses that may not be shown.
fn assert_kept(sent: &Value, shown: &Value, path: &str) {
    match (sent, shown) {
        (Value::Object(sent), Value::Object(shown)) => {
            for (name, value) in sent {
                let own = shown.get(name);
                let own = own.unwrap_or_else(|| panic!("{path}: {name} is gone"));
                assert_kept(value, own, path);
            }
        }
        (Value::Array(sent), Value::Array(shown)) => {
            assert_eq!(sent.len(), shown.len(), "{path}");
            for (sent, shown) in sent.iter().zip(shown) {
                assert_kept(sent, shown, path);
            }
        }
        (Value::String(sent), Value::String(shown)) if shown.is_empty() && !sent.is_empty() => {
            assert!(sent.contains(':'), "{path}: {sent} was emptied");
        }
        // U+0000 is taken by no page and no database
        (Value::String(sent), shown) => assert_eq!(&sent.replace('\0', ""), shown, "{path}"),
        (sent, shown) => assert_eq!(sent, shown, "{path}"),
    }
}
