//! Any bytes are evidence or an error that names what is wrong; what was read stays within its bounds and reads back as it
//! is kept.
#![no_main]

use deployment::evidence::{self, Content, Kind, MAX_ROWS};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, file)) = bytes.split_first() else { return };
    let kind = Kind::ALL.into_iter().nth(usize::from(*kind));
    match evidence::read(file, kind) {
        Ok(content) => {
            assert!(content.len() <= MAX_ROWS);
            assert!(kind.is_none_or(|kind| kind == content.kind()));
            let kept = serde_json::to_value(&content).expect("it is kept");
            assert_eq!(serde_json::from_value::<Content>(kept).expect("it reads back"), content);
        }
        Err(fault) => {
            assert!(fault.code.starts_with("evidence.") && !fault.detail.is_empty(), "{fault:?}");
            assert!(fault.place.chars().count() <= 200 && fault.detail.chars().count() <= 300);
        }
    }
});
