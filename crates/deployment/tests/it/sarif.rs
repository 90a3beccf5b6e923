//! SARIF 2.1.0 by the schema of its makers, as `@microsoft/jest-sarif` carries it: whoever writes SARIF is held against it
//! here, the command line's tests included.

use std::path::{Path, PathBuf};

use jsonschema::Validator;
use serde_json::Value;

const SARIF: &str = "e2e/npm/node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json";

pub(crate) fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

pub(crate) fn validator(path: &str) -> Validator {
    let text = std::fs::read_to_string(at(path)).unwrap();
    // a bracket that stands alone in the published schema is itself to ECMA-262 and an error elsewhere
    let text = text.replace("{2}]?$", "{2}\\\\]?$");
    let schema: Value = serde_json::from_str(&text).unwrap();
    jsonschema::options().should_validate_formats(true).offline().build(&schema).unwrap()
}

/// The schema of SARIF; nothing, and a note that it was skipped, where it is not installed.
pub(crate) fn sarif() -> Option<Validator> {
    if at(SARIF).is_file() {
        return Some(validator(SARIF));
    }
    testkit::skip("the schema of SARIF", "npm ci in e2e/npm");
    None
}

#[track_caller]
pub(crate) fn holds(validator: &Validator, text: &str) {
    let document: Value = serde_json::from_str(text).unwrap();
    let errors = validator.iter_errors(&document);
    let errors: Vec<_> =
        errors.map(|error| format!("{}: {error}", error.instance_path())).take(10).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}
