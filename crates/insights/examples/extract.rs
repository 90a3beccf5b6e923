//! Reads meetings with a reference summary and writes their sentences and the order in which ours are chosen, so that
//! another program can judge: one JSON object a line in, one a line out.
//!
//! In: `{"meeting_transcripts": [{"speaker", "content"}], "general_query_list": [{"answer"}]}` (the form of `QMSum`).
//! Out: `{"reference", "sentences", "order", "micros"}`.
#![expect(clippy::print_stdout, reason = "what it writes is what it is for")]

use std::io::{BufRead as _, stdin};

use liaison_insights::{Source, Unit, summary};
use serde_json::{Value, json};

fn main() {
    for line in stdin().lock().lines().map_while(Result::ok) {
        let Ok(meeting) = serde_json::from_str::<Value>(&line) else { continue };
        let text = |value: &Value, name: &str| {
            value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        let turns: Vec<(String, String)> = meeting
            .get("meeting_transcripts")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .map(|turn| (text(turn, "speaker"), cleaned(&text(turn, "content"))))
            .collect();
        let reference = meeting
            .pointer("/general_query_list/0/answer")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let units: Vec<Unit<'_>> = turns
            .iter()
            .map(|(speaker, text)| Unit {
                text,
                speaker: Some(speaker),
                start_ms: None,
                end_ms: None,
            })
            .collect();
        let begun = std::time::Instant::now();
        let source = Source::of_units(&units, None);
        let order = summary::order(&source, summary::Budget { sentences: 60, words: 1_000 });
        let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let sentences: Vec<&str> =
            source.sentences.iter().map(|sentence| sentence.text.as_str()).collect();
        println!(
            "{}",
            json!({ "reference": reference, "sentences": sentences, "order": order, "micros": micros })
        );
    }
}

/// Marks of the people who wrote it down are not speech.
fn cleaned(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        rest = after.split_once('}').map_or("", |(_, tail)| tail);
    }
    out.push_str(rest);
    out.replace(" ,", ",").replace(" .", ".").replace(" ?", "?").replace(" '", "'")
}
