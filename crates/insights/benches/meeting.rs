//! The recap of a meeting of two hours: 20,000 words of four people, without network.
//!
//! `cargo bench -p liaison-insights`
#![expect(clippy::indexing_slicing, reason = "remainders of lengths")]

use std::fmt::Write as _;

use divan::{Bencher, black_box};
use jiff::civil::date;
use liaison_insights::{Source, meeting, summary, tracked::Tracked};
use transcripts::{Cue, Transcript};

fn main() {
    divan::main();
}

/// Twenty thousand words: sentences of a vocabulary in which few words are frequent and most are rare, as in speech.
fn two_hours() -> Transcript {
    let small = ["the", "we", "of", "and", "to", "that", "is", "for", "with", "it", "you", "on"];
    let mut seed = 7_u64;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 40).unwrap_or_default()
    };
    let mut cues = Vec::new();
    let mut words = 0;
    let mut at = 0_i64;
    while words < 20_000 {
        let speaker = ["Ada Byron", "Bob Hope", "Claire Petit", "Dan Roy"][random() % 4];
        let count = 6 + random() % 14;
        let mut text = String::from("So");
        for place in 0..count {
            text.push(' ');
            if place % 2 == 0 {
                text.push_str(small[random() % small.len()]);
            } else {
                let rank = random() % 3_000;
                let _infallible = write!(text, "word{}", rank * rank / 3_000 / (1 + random() % 4));
            }
        }
        text.push_str([". ", "? ", " by Friday. ", " for $5,000. "][random() % 4]);
        words += count + 1;
        let length = i64::try_from(count).unwrap_or_default() * 360;
        cues.push(Cue {
            speaker: Some(speaker.to_owned()),
            start_ms: at,
            end_ms: at + length,
            text,
            ..Cue::default()
        });
        at += length;
    }
    Transcript { cues, ..Transcript::default() }
}

/// The summary alone.
#[divan::bench]
fn summarise(bencher: Bencher<'_, '_>) {
    let transcript = two_hours();
    bencher.bench_local(|| {
        let source = Source::of_transcript(black_box(&transcript));
        summary::summarise(&source, summary::Budget::CARD)
    });
}

/// Every section of the recap.
#[divan::bench]
fn report(bencher: Bencher<'_, '_>) {
    let transcript = two_hours();
    let options = meeting::Options {
        date: date(2026, 3, 4),
        tracked: Tracked { competitors: vec!["Contoso".to_owned()], ..Tracked::default() },
        budget: summary::Budget::CARD,
    };
    bencher.bench_local(|| meeting::report(black_box(&transcript), &options));
}

/// The same transcript read from the form in which Teams writes it.
#[divan::bench]
fn read(bencher: Bencher<'_, '_>) {
    let text = two_hours().to_webvtt();
    bencher.bench_local(|| transcripts::parse(black_box(text.as_bytes())));
}
