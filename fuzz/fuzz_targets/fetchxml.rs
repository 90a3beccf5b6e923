//! Any text: a query or an error with its place; FetchXML is written and read again as the same query.
#![no_main]

use fetchxml::{fetch, sql};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match fetch::parse(text) {
        Ok(query) => {
            let written = query.to_string();
            assert_eq!(fetch::parse(&written), Ok(query), "{written}");
        }
        Err(error) => assert!(error.at <= text.len(), "{error}"),
    }
    if let Err(error) = sql::parse(text) {
        assert!(error.at <= text.len(), "{error}");
    }
});
