//! Any bytes are a transcript or an error; what was read is written as `WebVTT` that reads as the same cues, and every
//! rule of `insights` takes it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(read) = transcripts::parse(bytes) else { return };
    let again = transcripts::parse(read.to_webvtt().as_bytes()).expect("what was written");
    // A file without any voice takes names before a colon for speakers.
    if read.cues.iter().any(|cue| cue.speaker.is_some()) {
        assert_eq!(again.cues.len(), read.cues.len());
    }
    let options = insights::meeting::Options {
        date: jiff::civil::date(2026, 3, 4),
        tracked: insights::tracked::Tracked::default(),
        budget: insights::summary::Budget::CARD,
    };
    let report = insights::meeting::report(&read, &options);
    for sentence in &report.summary {
        assert!(read.cues.get(sentence.place.unit).is_some_and(|cue| cue.text.get(sentence.place.start..).is_some()));
    }
});
