//! Any bytes as a mail: a message or an error; what is shown of it runs nothing, and its parts are parted within bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_messages::{html, read, signature, thread};

fuzz_target!(|bytes: &[u8]| {
    let Ok(message) = read(bytes) else { return };
    let page = html::page(&message, false).body;
    for bad in ["<script", "<iframe", "<form", "<style", "<svg", " src=\"http", " onerror="] {
        assert!(!page.contains(bad), "{bad}");
    }
    for piece in thread::split(&message.text) {
        let _ = signature::find(&piece.text, message.from.as_ref());
    }
    assert!(message.people().iter().all(|one| one.address.contains('@')));
});
