//! Cards: what intake pays for each post, and what a reader pays for each message.

use cards::{parse, plain_text_of, to_adaptive};
use divan::{Bencher, black_box, counter::BytesCount};

fn main() {
    divan::main();
}

/// A MessageCard of about 1 KiB: title, text, one section with facts, two buttons.
fn message_card() -> String {
    let facts: Vec<String> = (0..8)
        .map(|number| {
            format!(r#"{{"name":"Fact {number}","value":"a value of some length {number}"}}"#)
        })
        .collect();
    format!(
        r#"{{"@type":"MessageCard","@context":"http://schema.org/extensions","summary":"Build passed","themeColor":"2DC72D",
"title":"Build 4711 passed","text":"Branch `main`, [commit 9f3c2e1](https://git.example.test/c/9f3c2e1). **Nothing** to do.",
"sections":[{{"activityTitle":"Ada Lovelace","activitySubtitle":"2026-05-04 09:12 UTC","activityImage":"https://ci.example.test/ada.png","facts":[{}]}}],
"potentialAction":[{{"@type":"OpenUri","name":"Open","targets":[{{"os":"default","uri":"https://ci.example.test/4711"}}]}}]}}"#,
        facts.join(",")
    )
}

fn attachments() -> String {
    let block =
        r#"{"type":"TextBlock","text":"A line of a card, neither short nor long","wrap":true}"#;
    let body = [block; 9].join(",");
    let kind = "application/vnd.microsoft.card.adaptive";
    format!(
        r#"{{"type":"message","attachments":[{{"contentType":"{kind}","content":{{"type":"AdaptiveCard","version":"1.4","body":[{body}]}}}}]}}"#
    )
}

fn body(name: &str) -> String {
    match name {
        "text" => r#"{"text": "Build **4711** passed in _12 min_"}"#.to_owned(),
        "message_card" => message_card(),
        "lenient" => message_card().replace('"', "'"),
        _ => attachments(),
    }
}

const BODIES: [&str; 4] = ["text", "message_card", "lenient", "attachments"];

/// What intake does.
#[divan::bench(args = BODIES)]
fn parse_and_classify(bencher: Bencher<'_, '_>, name: &str) {
    let body = body(name);
    bencher
        .counter(BytesCount::of_str(&body))
        .bench(|| parse(black_box(body.as_bytes()), Some("application/json")).is_ok());
}

/// What a reader of the channel does, with the card that was parsed.
#[divan::bench(args = BODIES)]
fn convert_and_read(bencher: Bencher<'_, '_>, name: &str) {
    let body = body(name);
    let Ok(post) = parse(body.as_bytes(), None) else { return };
    bencher.counter(BytesCount::of_str(&body)).bench(|| {
        let card = to_adaptive(black_box(&post));
        plain_text_of(&post, &card).len()
    });
}
