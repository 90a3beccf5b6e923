//! Chance: the reader never panics, and valid JSON reads as others read it.

use std::{fs, path::Path};

use liaison_openapi::{Document, Node, Package, Sources, credentials, read};
use proptest::prelude::*;
use serde_json::Value;

/// Any JSON value of modest size.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e300..1e300).prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z\"\\\\/\u{0}-\u{1F}é😀]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 80, 24, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..20).prop_map(Value::from),
            prop::collection::vec(("[a-e]{0,2}|.{0,4}", inner), 0..24)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Pieces that JSON is made of, and some that it is not.
fn pieces() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: [&[u8]; 28] = [
        b"{",
        b"}",
        b"[",
        b"]",
        b",",
        b":",
        b"\"",
        b"\\",
        b"\"a\"",
        b"\"a\":",
        b"1",
        b"-0.5",
        b"true",
        b"null",
        b" ",
        b"\n",
        b"//",
        b"/*",
        b"*/",
        b"\xE2\x80\x83",
        b"\xF8",
        b"\0",
        b"\\u",
        b"\\ud83d",
        b"\xEF\xBB\xBF",
        b"\xFF\xFE",
        b"$ref",
        b"\"\\n\"",
    ];
    prop::collection::vec(prop::sample::select(PIECES.to_vec()), 0..60)
        .prop_map(|pieces| pieces.concat())
}

/// Whether two values are the same; the other reader may miss the nearest double by one.
fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => {
            let (left, right) =
                (left.as_f64().expect("a double"), right.as_f64().expect("a double"));
            (left - right).abs() <= left.abs() * 1e-15
        }
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            let one = |(key, value): (&String, &Value)| {
                right.get(key).is_some_and(|other| same(value, other))
            };
            left.len() == right.len() && left.iter().all(one)
        }
        _ => left == right,
    }
}

/// What the fuzz target begins with.
fn seeds() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds-connectors");
    let mut paths: Vec<_> =
        fs::read_dir(folder).expect("the seeds").map(|it| it.expect("a seed").path()).collect();
    paths.sort();
    paths.into_iter().map(|path| fs::read(path).expect("a readable seed")).collect()
}

/// What a seed is changed by: words of the format, and noise.
fn edit() -> impl Strategy<Value = Vec<u8>> {
    const WORDS: [&str; 14] = [
        "\"$ref\": \"#/paths\"",
        "\"$ref\": \"#\"",
        "\"parameters\": [",
        "\"properties\": {",
        "null",
        "{}",
        "[]",
        "\"in\": \"body\",",
        "\"operationId\": \"A\",",
        "\"schema\":",
        "\"allOf\": [",
        "@{",
        "@body(",
        "x-ms-trigger",
    ];
    let words = prop::sample::select(WORDS.to_vec()).prop_map(|word| word.as_bytes().to_vec());
    prop_oneof![words, prop::collection::vec(any::<u8>(), 0..6)]
}

/// Everything that can be asked of a document answers.
fn ask(document: &Document<'_>) {
    let root = document.root();
    let text = root.to_json();
    assert_eq!(read(text.as_bytes()).expect("what was written").root(), root);
    document.position("/a/0/a");
    root.to_value();
    for finding in document.findings() {
        assert!(root.pointer(&finding.pointer).is_some(), "{}", finding.pointer);
        document.position(&finding.pointer);
    }
}

proptest! {
    #[test]
    fn valid_json_reads_as_others_read_it(value in json(), pretty in any::<bool>()) {
        let text = if pretty {
            serde_json::to_string_pretty(&value).expect("it is a value")
        } else {
            value.to_string()
        };
        let document = read(text.as_bytes()).expect("it is JSON");
        prop_assert_eq!(document.root().to_value(), value.clone());
        prop_assert!(document.findings().is_empty());
        prop_assert_eq!(&Node::from(&value), document.root());
        let written = document.root().to_pretty_json();
        prop_assert!(serde_json::from_str::<Value>(&written).is_ok());
        let again = read(written.as_bytes()).expect("it is JSON");
        prop_assert_eq!(again.root().to_value(), value);
    }

    #[test]
    fn what_others_read_is_read_here_and_the_other_way_round(bytes in pieces()) {
        let here = read(&bytes);
        match serde_json::from_slice::<Value>(&bytes) {
            Ok(value) => {
                let here = here.expect("others read it").root().to_value();
                prop_assert!(same(&here, &value), "{here} is not {value}");
            }
            Err(_) => if let Ok(document) = &here {
                // taken all the same: there is a reason
                prop_assert!(!document.findings().is_empty());
            },
        }
    }

    #[test]
    fn no_change_of_a_seed_stops_the_loader(
        seed in prop::sample::select(seeds()),
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, edit()), 1..12),
    ) {
        let mut bytes = seed;
        for (place, kind, piece) in edits {
            let at = place.index(bytes.len() + 1);
            let end = (at + piece.len()).min(bytes.len());
            match kind {
                0 => drop(bytes.splice(at..end, piece)),
                1 => drop(bytes.splice(at..at, piece)),
                2 => drop(bytes.drain(at..end)),
                _ => {
                    let again = bytes[at..].to_vec();
                    bytes.extend(again);
                }
            }
        }
        if let Ok(document) = read(&bytes) {
            ask(&document);
        }
        let sources = Sources { definition: &bytes, properties: Some(&bytes), has_script: false };
        if let Ok(package) = Package::load(sources) {
            let parameters = package.properties.connection_parameters();
            for operation in package.operations() {
                operation.trigger_kind();
                package.obstacles(&operation.id);
                credentials(&operation.security, &parameters);
                for parameter in &operation.parameters {
                    let node = package.definition.document().root().pointer(&parameter.pointer());
                    prop_assert!(node.is_some(), "{}", parameter.pointer());
                    parameter.schema.all_properties();
                }
            }
        }
    }

    #[test]
    fn no_bytes_stop_the_reader(bytes in prop_oneof![pieces(), prop::collection::vec(any::<u8>(), 0..200)]) {
        match read(&bytes) {
            Ok(document) => ask(&document),
            Err(error) => {
                prop_assert!(error.offset <= bytes.len());
                prop_assert!(error.line >= 1 && error.column >= 1);
            }
        }
        let sources = Sources { definition: &bytes, properties: Some(&bytes), has_script: true };
        if let Ok(package) = Package::load(sources) {
            package.operations();
        }
    }
}
