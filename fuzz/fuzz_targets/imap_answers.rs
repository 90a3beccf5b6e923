//! Any bytes as what a mail server answers: folders, numbers and mails, or nothing, within bounds.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mail_imap::rehearse;

fuzz_target!(|bytes: &[u8]| {
    let (folders, numbers, heads) = rehearse(bytes);
    assert!(heads <= 100 && folders <= bytes.len() && numbers <= bytes.len());
});
