//! Any body is taken or refused; what is taken can be told.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    for content_type in [None, Some("text/plain; charset=iso-8859-1")] {
        match cards::parse(body, content_type) {
            Ok(post) => {
                assert!(!post.cards().is_empty());
                for finding in post.findings() {
                    assert!(finding.pointer.is_empty() || finding.pointer.starts_with('/'));
                }
            }
            Err(refusal) => {
                assert!(refusal.pointer.is_empty() || refusal.pointer.starts_with('/'));
            }
        }
    }
});
