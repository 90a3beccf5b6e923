//! SARIF 2.1.0 (OASIS): findings as code hosts show them beside the lines.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// One finding.
pub(crate) struct Found<'a> {
    pub(crate) rule: &'a str,
    /// `error`, `warning` or `note`.
    pub(crate) level: &'a str,
    pub(crate) message: String,
    /// The file, as it was named; written as a reference.
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
    let mut physical = json!({ "artifactLocation": { "uri": reference(found.uri) } });
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

/// A path as a reference (RFC 3986 §4.2): what has a meaning there, or may not stand there, is encoded. A colon would make
/// a scheme of what is before it.
fn reference(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(char::from(byte));
            }
            other => {
                // writing to a text does not fail
                let _ = write!(out, "%{other:02X}");
            }
        }
    }
    out
}

/// As the reports of the roll-out are judged.
#[cfg(test)]
#[path = "../../deployment/tests/it/sarif.rs"]
pub(crate) mod schema;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_found_holds_against_the_schema_whatever_the_file_is_called() {
        let Some(schema) = schema::sarif() else { return };
        let names =
            ["app.zip", "/srv/mes paquets/été #1?.zip", "C:\\apps\\a b.zip", "-", "x:y", "%", ""];
        let found = names.iter().enumerate().map(|(at, name)| Found {
            rule: "archive.path",
            level: ["error", "warning", "note"][at % 3],
            message: format!("\"{name}\" \u{1f600}"),
            uri: name,
            place: format!("manifest.json/{at}"),
            at: (at > 2).then_some((at, 1)),
        });
        let log = log(found);
        schema::holds(&schema, &log.to_string());
        schema::holds(&schema, &super::log([]).to_string());
        let uri = |at: usize| {
            &log["runs"][0]["results"][at]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        };
        assert_eq!(uri(1), "/srv/mes%20paquets/%C3%A9t%C3%A9%20%231%3F.zip");
        assert_eq!(uri(4), "x%3Ay");
        // the schema refuses what is none
        assert!(!schema.is_valid(&serde_json::json!({ "version": "2.1.0" })));
        let off = log.to_string().replace("\"note\"", "\"hint\"");
        assert!(!schema.is_valid(&serde_json::from_str(&off).unwrap()));
    }
}
