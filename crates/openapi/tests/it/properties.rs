//! Chance: the reader never panics, and valid JSON reads as others read it.

use liaison_openapi::{Document, Node, Package, Sources, read};
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
        b"-0.5e9",
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
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

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
            Ok(value) => prop_assert_eq!(here.expect("others read it").root().to_value(), value),
            Err(_) => if let Ok(document) = &here {
                // taken all the same: there is a reason
                prop_assert!(!document.findings().is_empty());
            },
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
