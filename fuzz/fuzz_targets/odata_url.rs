//! Any text: a tree or an error with its place; what was read is written and read again as the same tree.
#![no_main]

use libfuzzer_sys::fuzz_target;
use odata::{Reading, parse};
use odata_grammar::{Names, check};

fuzz_target!(|text: &str| {
    for reading in [Reading::STANDARD, Reading::FORM] {
        match parse::url(text, reading) {
            Ok(url) => {
                let written = url.to_address();
                assert_eq!(parse::url(&written, reading), Ok(url), "{written}");
            }
            Err(error) => assert!(error.at <= text.len(), "{error}"),
        }
    }
    match parse::expression(text) {
        Ok(expression) => {
            let written = expression.to_string();
            assert_eq!(parse::expression(&written), Ok(expression), "{written}");
        }
        Err(error) => assert!(error.at <= text.len(), "{error}"),
    }
    if text.len() < 60 {
        check("odataRelativeUri", text, Some(&Names::new()));
    }
});
