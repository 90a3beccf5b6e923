//! Requests that real clients sent, and the answers they rely on.

use std::{fs, path::Path};

use liaison_cards::{Answer, Card, Refusal, fallback, parse, plain_text, to_adaptive};
use serde_json::Value;

use crate::{corpora, schema};

struct Case {
    name: String,
    body: Vec<u8>,
    content_type: Option<String>,
    /// The body of the answer that the client relies on, if it is a refusal of the card.
    refused: Option<Answer>,
}

/// The published limit that the recording server applied to the size of a body, not to its content.
const TOO_LARGE: u64 = 413;

fn cases() -> Option<Vec<Case>> {
    let folder = corpora::folder("webhook-clients")?;
    Some(corpora::files(&folder, "json").iter().filter_map(|path| case(path)).collect())
}

fn case(path: &Path) -> Option<Case> {
    let file: Value = serde_json::from_slice(&fs::read(path).expect("a file")).expect("JSON");
    let request = file.get("request")?;
    if request["request_line"].as_str().is_some_and(|line| line.starts_with("GET ")) {
        return None;
    }
    let headers = request["headers"].as_array().into_iter().flatten();
    let content_type = headers.filter_map(|header| header.as_array()).find_map(|header| {
        let name = header.first()?.as_str()?;
        name.eq_ignore_ascii_case("content-type").then(|| header.get(1)?.as_str())?
    });
    // a capture names the answer it got, a constructed case says it in words
    let answered = &request["answered"];
    let words = answered["body"].as_str().or_else(|| file["client_needs"].as_str()).unwrap_or("");
    let refused = [Answer::SummaryOrTextRequired, Answer::BadPayload]
        .into_iter()
        .find(|answer| words.contains(answer.text()));
    if answered["status"].as_u64() == Some(TOO_LARGE) {
        assert!(request["body_bytes"].as_u64().is_some_and(|bytes| bytes > 28_672));
    }
    Some(Case {
        name: path.file_stem()?.to_string_lossy().into_owned(),
        body: request["body_text"].as_str().unwrap_or_default().as_bytes().to_vec(),
        content_type: content_type.map(str::to_owned),
        refused,
    })
}

#[test]
fn every_client_gets_the_verdict_it_relies_on() {
    let Some(cases) = cases() else { return };
    let mut refused = 0;
    for case in &cases {
        let post = parse(&case.body, case.content_type.as_deref());
        match (post, case.refused) {
            (Ok(_), None) => {}
            (Err(Refusal { answer, .. }), Some(expected)) => {
                refused += 1;
                assert_eq!(answer, expected, "{}", case.name);
            }
            (Ok(_), Some(expected)) => panic!("{} was taken: {}", case.name, expected.text()),
            (Err(refusal), None) => panic!("{} was refused: {refusal}", case.name),
        }
    }
    println!("webhook-clients: {} cases, {refused} of them refused", cases.len());
    assert!(cases.len() >= 45 && refused >= 5, "{} cases, {refused} refused", cases.len());
}

#[test]
fn what_a_client_sends_as_text_is_on_the_card_and_in_the_text() {
    let Some(cases) = cases() else { return };
    let mut seen = 0;
    for case in cases.iter().filter(|case| case.refused.is_none()) {
        let post = parse(&case.body, None).expect("a post");
        let (card, text) = (to_adaptive(&post), plain_text(&post));
        assert!(!text.trim().is_empty(), "{} has no text", case.name);
        assert!(!fallback(&post).is_empty(), "{} has no fallback", case.name);
        schema::assert_sound(&card, &case.name);
        for card in post.cards() {
            let Card::Message(card) = card else { continue };
            let words = [card.title.as_deref(), card.text.as_deref()];
            let facts = card.sections.iter().flat_map(|section| &section.facts);
            let facts = facts.flat_map(|fact| [&*fact.name, &*fact.value]);
            for word in words.into_iter().flatten().chain(facts).flat_map(letters) {
                assert!(text.contains(word), "{}: {word} is missing in {text}", case.name);
                seen += 1;
            }
        }
    }
    assert!(seen > 200, "only {seen} words were compared");
}

/// The words of a text that no Markdown touches.
fn letters(text: &str) -> impl Iterator<Item = &str> {
    let lines = text.lines().filter(|line| !line.contains("://") && !line.starts_with("```"));
    lines.flat_map(str::split_whitespace).filter(|word| word.chars().all(char::is_alphanumeric))
}
