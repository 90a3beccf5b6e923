//! Any bytes: requests and answers or an error with its place; what was read is written and read again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use odata::batch::{json, multipart};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        multipart::boundary(text);
    }
    // whoever writes takes a boundary that no body holds
    if bytes.windows(4).any(|text| text == b"_own") {
        return;
    }
    match multipart::requests("b", bytes) {
        Ok(parts) => {
            let written = multipart::write_requests("batch_own", &parts);
            let again = multipart::requests("batch_own", &written).expect("what was written can be read");
            assert_eq!(again.len(), parts.len());
        }
        Err(error) => assert!(error.at <= bytes.len(), "{error}"),
    }
    if let Ok(parts) = multipart::responses("b", bytes) {
        let written = multipart::write_responses("batchresponse_own", &parts);
        let again = multipart::responses("batchresponse_own", &written).expect("what was written can be read");
        assert_eq!(again.len(), parts.len());
    }
    match json::requests(bytes) {
        Ok(parts) => {
            let again = json::requests(&json::write_requests(&parts)).expect("what was written can be read");
            assert_eq!(again.len(), parts.len());
        }
        Err(error) => assert!(error.at <= bytes.len(), "{error}"),
    }
});
