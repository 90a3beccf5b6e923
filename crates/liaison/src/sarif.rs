//! SARIF 2.1.0 (OASIS): findings as code hosts show them beside the lines.

use serde_json::{Value, json};

/// One finding.
pub(crate) struct Found<'a> {
    pub(crate) rule: &'a str,
    /// `error`, `warning` or `note`.
    pub(crate) level: &'a str,
    pub(crate) message: String,
    /// The file, as it was named.
    pub(crate) uri: &'a str,
    /// The place within: a pointer.
    pub(crate) place: String,
    /// Line and column, where they are known.
    pub(crate) at: Option<(usize, usize)>,
}

/// The log of one run.
pub(crate) fn log<'a>(found: impl IntoIterator<Item = Found<'a>>) -> Value {
    let results: Vec<Value> = found.into_iter().map(|found| result(&found)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "liaison", "version": env!("CARGO_PKG_VERSION") } },
            "results": results,
        }],
    })
}

fn result(found: &Found<'_>) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": found.uri } });
    if let (Some((line, column)), Some(physical)) = (found.at, physical.as_object_mut()) {
        let region = json!({ "startLine": line, "startColumn": column });
        physical.insert("region".to_owned(), region);
    }
    json!({
        "ruleId": found.rule,
        "level": found.level,
        "message": { "text": found.message },
        "locations": [{
            "physicalLocation": physical,
            "logicalLocations": [{ "fullyQualifiedName": found.place }],
        }],
    })
}
