//! Any bytes as a file of rows, in pieces: rows or a problem, within bounds; what is written of its cells is read as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use transfer::{Intake, Most, csv};

fuzz_target!(|bytes: &[u8]| {
    let Some((piece, file)) = bytes.split_first() else { return };
    let mut intake = Intake::new(Most { bytes: 1 << 20, rows: 10_000 });
    for piece in file.chunks(usize::from(*piece) + 1) {
        if intake.feed(piece).is_err() {
            return;
        }
    }
    let Ok((_, sheet)) = intake.finish(&mut |_block| Ok(())) else { return };
    for name in &sheet.heading {
        let guarded = csv::guarded(name);
        assert!(!guarded.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
        assert_eq!(csv::bare(&guarded), name.as_str());
        let mut line = String::new();
        csv::write(&mut line, &guarded, ',');
        let mut reader = csv::Reader::new(',');
        let mut seen = Vec::new();
        let mut give = |row: csv::Row| {
            seen.push(row.cell(0).to_owned());
            Ok(())
        };
        reader.feed(&line, &mut give).unwrap();
        reader.end(&mut give).unwrap();
        assert_eq!(seen.first().map(String::as_str).unwrap_or_default(), &*guarded);
    }
});
