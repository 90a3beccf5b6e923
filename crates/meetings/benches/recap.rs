//! The whole way of a transcript of two hours: 20,000 words come in as Teams writes them, are read, kept, made into a
//! recap, kept again and opened, on a database of its own.
//!
//! `cargo bench -p liaison-meetings`
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "remainders of lengths; a bench stops where it fails"
)]

#[path = "../tests/it/house.rs"]
#[expect(
    dead_code,
    unused_imports,
    clippy::panic,
    reason = "of the house of the tests only some is needed"
)]
mod house;

use std::fmt::Write as _;

use divan::{Bencher, black_box};
use liaison_meetings::Meetings;

fn main() {
    divan::main();
}

/// Twenty thousand words: sentences of a vocabulary in which few words are frequent and most are rare, as in speech.
fn two_hours() -> String {
    let small = ["the", "we", "of", "and", "to", "that", "is", "for", "with", "it", "you", "on"];
    let mut seed = 7_u64;
    let mut random = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 40).unwrap()
    };
    let (mut out, mut words, mut at) = (String::from("WEBVTT\n"), 0, 0);
    while words < 20_000 {
        let speaker = ["sam", "Bob Hope", "Claire Petit", "Dan Roy"][random() % 4];
        let count = 6 + random() % 14;
        let end = at + count * 360;
        let time = |ms: usize| {
            format!("{}:{}:{}.{}", ms / 3_600_000, ms / 60_000 % 60, ms / 1_000 % 60, ms % 1_000)
        };
        let _infallible = write!(out, "\n{} --> {}\n<v {speaker}>So", time(at), time(end));
        for place in 0..count {
            if place % 2 == 0 {
                let _infallible = write!(out, " {}", small[random() % small.len()]);
            } else {
                let rank = random() % 3_000;
                let _infallible = write!(out, " word{}", rank * rank / 3_000 / (1 + random() % 4));
            }
        }
        out.push_str([".", "?", " by Friday.", " for $5,000."][random() % 4]);
        out.push_str("</v>\n");
        words += count + 1;
        at = end;
    }
    out
}

/// Bringing a transcript, with everything that happens until the recap is shown.
#[divan::bench(sample_count = 30)]
fn bring(bencher: Bencher<'_, '_>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (house, sam, meeting) = runtime.block_on(async {
        let house = house::House::new().await;
        let sam = house.seller("sam", None).await;
        let meeting = house.meeting(&sam, "Renewal", &["ben@fabrikam.example"]).await;
        (house, sam, meeting)
    });
    let spoken = two_hours();
    let meetings: &Meetings = &house.meetings;
    bencher.bench_local(|| {
        let file = black_box(&spoken).clone().into_bytes();
        let opened = runtime.block_on(meetings.bring_transcript(&sam, meeting.id, file)).unwrap();
        assert!(opened.recap.is_some());
        opened
    });
}
