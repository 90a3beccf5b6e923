//! Any bytes are a calendar or an error; what was read stays within its bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(events) = calendar_files::parse(bytes) else { return };
    assert!(!events.is_empty() && events.len() <= calendar_files::MAX_EVENTS);
    for event in events {
        assert!(event.starts_at <= event.ends_at && event.people.len() <= calendar_files::MAX_PEOPLE);
        assert!(event.summary.chars().count() <= calendar_files::MAX_TEXT);
    }
});
