//! Oddities that are taken with a finding, and texts that are beyond repair (connector-format §2).

use liaison_openapi::{Code, Node, Position, Reason, Unreadable, codes, read};

/// The codes of the findings, with their pointers.
fn found(bytes: &[u8]) -> Vec<(Code, String)> {
    let document = read(bytes).expect("it is taken");
    document.findings().iter().map(|it| (it.code, it.pointer.clone())).collect()
}

fn refusal(text: &str) -> (Reason, usize, usize, usize) {
    let Unreadable { reason, line, column, offset } =
        read(text.as_bytes()).expect_err("it is beyond repair");
    (reason, line, column, offset)
}

#[test]
fn strict_json_is_read_without_findings_and_without_copies() {
    let text = r#" { "a" : [ 1 , -2.5e3 , "b" , true , false , null , { } , [ ] ] } "#;
    let document = read(text.as_bytes()).expect("strict JSON");
    assert!(document.findings().is_empty());
    assert_eq!(document.root().to_json(), r#"{"a":[1,-2.5e3,"b",true,false,null,{},[]]}"#);
    let Some(Node::Text(std::borrow::Cow::Borrowed(b))) = document.root().pointer("/a/2") else {
        panic!("a borrowed text")
    };
    assert_eq!(*b, "b");
}

#[test]
fn a_byte_order_mark_is_passed_over() {
    assert_eq!(found(b"\xEF\xBB\xBF{}"), [(codes::BYTE_ORDER_MARK, String::new())]);
    let error = read(b"\xEF\xBB\xBF{]").expect_err("a wrong bracket");
    assert_eq!((error.offset, error.line, error.column), (4, 1, 2));
}

#[test]
fn bytes_that_are_not_utf_8_are_windows_1252() {
    let bytes = b"{\"name\": \"Br\xF8nn\x80y\"}";
    assert_eq!(found(bytes), [(codes::NOT_UTF_8, String::new())]);
    let document = read(bytes).expect("it is taken");
    assert_eq!(document.root().get("name").and_then(Node::as_str), Some("Brønn€y"));
    let error = read(b"{\"\xF8\": \xF8}").expect_err("no value");
    assert_eq!((error.offset, error.column), (6, 7), "offsets count the bytes of the file");
}

#[test]
fn utf_16_is_read_by_its_mark() {
    let text = "{\"a\": \"é😀\"}";
    let little: Vec<u8> =
        [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let big: Vec<u8> =
        [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    for bytes in [little, big] {
        let document = read(&bytes).expect("it is taken");
        assert_eq!(document.root().get("a").and_then(Node::as_str), Some("é😀"));
        assert_eq!(document.findings().len(), 1);
    }
}

#[test]
fn trailing_commas_are_passed_over() {
    let expected = [
        (codes::TRAILING_COMMA, "/a".to_owned()),
        (codes::TRAILING_COMMA, "/b/1".to_owned()),
        (codes::TRAILING_COMMA, String::new()),
    ];
    assert_eq!(found(br#"{"a": [1,2 , ], "b": [0, {"c": 1,}],}"#), expected);
}

#[test]
fn a_comma_alone_is_no_trailing_comma() {
    for text in ["[,]", "{,}", "[1,,2]", "[1,,]", r#"{"a":1,,"b":2}"#] {
        let reason = refusal(text).0;
        assert!(matches!(reason, Reason::ExpectedValue | Reason::ExpectedName), "{text}");
    }
}

#[test]
fn comments_and_unicode_blanks_may_stand_between_values() {
    let text = "// first\n{ /* second */ \"a\"\u{2003}:\u{A0}1 // third\n}\n// last";
    let codes: Vec<Code> = found(text.as_bytes()).into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes.iter().filter(|it| **it == codes::COMMENT).count(), 4);
    assert_eq!(codes.iter().filter(|it| **it == codes::UNICODE_BLANK).count(), 2);
    assert_eq!(refusal("/ {}").0, Reason::ExpectedValue);
}

#[test]
fn raw_control_characters_stay_in_the_string() {
    let document = read(b"{\"a\": [\"b\tc\\n\x00\nd\"]}").expect("it is taken");
    assert_eq!(document.root().pointer("/a/0").and_then(Node::as_str), Some("b\tc\n\0\nd"));
    assert_eq!(document.findings().len(), 1);
    assert_eq!(document.findings()[0].pointer, "/a/0");
    assert_eq!(document.findings()[0].code, codes::CONTROL_CHARACTER);
}

#[test]
fn of_repeated_names_the_last_counts() {
    let text = br#"{"a": 1, "b": {"x/y": 1, "x/y": 2, "x/y": 3}, "a": 4}"#;
    let document = read(text).expect("it is taken");
    assert_eq!(document.root().to_json(), r#"{"a":4,"b":{"x/y":3}}"#);
    let pointers: Vec<&str> =
        document.findings().iter().map(|finding| finding.pointer.as_str()).collect();
    assert_eq!(pointers, ["/b/x~1y", "/b/x~1y", "/a"]);
    assert_eq!(document.position("/a").column, 52, "the one that counts");
}

#[test]
fn repeated_names_are_found_in_large_objects_too() {
    let mut members: Vec<String> = (0..100).map(|at| format!("\"k{}\": {at}", at % 90)).collect();
    members.push("\"k3\": true".to_owned());
    let text = format!("{{{}}}", members.join(","));
    let document = read(text.as_bytes()).expect("it is taken");
    let root = document.root().as_object().expect("an object");
    assert_eq!(root.len(), 90);
    assert_eq!(document.findings().len(), 11);
    assert_eq!(root.get("k3"), Some(&Node::Bool(true)));
    assert_eq!(root.get("k5").and_then(Node::as_i64), Some(95));
    assert_eq!(root.get("k50").and_then(Node::as_i64), Some(50));
    assert_eq!(root.get("k90"), None);
    let keys: Vec<&str> = root.iter().map(|(key, _)| key).collect();
    assert_eq!(keys[..4], ["k0", "k1", "k2", "k3"], "the order of the text");
}

#[test]
fn escapes_become_characters() {
    let text = r#"["\"\\\/\b\f\n\r\t", "\u00e9\uD83D\uDE00", "\uD800", "\uDC00x", "\uD800\u0041"]"#;
    let document = read(text.as_bytes()).expect("it is taken");
    let at = |index: &str| document.root().pointer(index).and_then(Node::as_str);
    assert_eq!(at("/0"), Some("\"\\/\u{8}\u{C}\n\r\t"));
    assert_eq!(at("/1"), Some("é😀"));
    assert_eq!(at("/2"), Some("\u{FFFD}"));
    assert_eq!(at("/3"), Some("\u{FFFD}x"));
    assert_eq!(at("/4"), Some("\u{FFFD}A"));
    assert_eq!(document.findings().len(), 3);
}

#[test]
fn what_is_beyond_repair_is_refused_at_its_place() {
    let cases = [
        ("", (Reason::Empty, 1, 1, 0)),
        ("  \n ", (Reason::Empty, 2, 2, 4)),
        ("{\n  \"a\": 1\n  \"b\": 2\n}", (Reason::ExpectedComma, 3, 3, 13)),
        ("[1 2]", (Reason::ExpectedComma, 1, 4, 3)),
        ("{\"a\": [1, 2}", (Reason::ExpectedComma, 1, 12, 11)),
        ("{\"é\": 1} x", (Reason::TextAfterRoot, 1, 10, 10)),
        ("{} {}", (Reason::TextAfterRoot, 1, 4, 3)),
        ("{\"a\" 1}", (Reason::ExpectedColon, 1, 6, 5)),
        ("{a: 1}", (Reason::ExpectedName, 1, 2, 1)),
        ("{'a': 1}", (Reason::ExpectedName, 1, 2, 1)),
        ("{\"a\": }", (Reason::ExpectedValue, 1, 7, 6)),
        ("[nul]", (Reason::ExpectedValue, 1, 2, 1)),
        ("[truely]", (Reason::ExpectedComma, 1, 6, 5)),
        ("[01]", (Reason::ExpectedComma, 1, 3, 2)),
        ("[1.]", (Reason::InvalidNumber, 1, 4, 3)),
        ("[-]", (Reason::InvalidNumber, 1, 3, 2)),
        ("[1e+]", (Reason::InvalidNumber, 1, 5, 4)),
        ("[.5]", (Reason::ExpectedValue, 1, 2, 1)),
        ("[NaN]", (Reason::ExpectedValue, 1, 2, 1)),
        ("[\"\\x\"]", (Reason::InvalidEscape, 1, 3, 2)),
        ("[\"\\u12G4\"]", (Reason::InvalidEscape, 1, 3, 2)),
        ("[\"abc", (Reason::UnexpectedEnd, 1, 6, 5)),
        ("{\"a\": [1,", (Reason::UnexpectedEnd, 1, 10, 9)),
        ("{\"a\"", (Reason::UnexpectedEnd, 1, 5, 4)),
        ("[", (Reason::UnexpectedEnd, 1, 2, 1)),
    ];
    for (text, expected) in cases {
        assert_eq!(refusal(text), expected, "{text:?}");
    }
}

#[test]
fn a_pointer_leads_back_to_its_line() {
    let text = "{\r\n  \"paths\": {\r\n    \"/a/{b}\": [\r\n      true,\r\n      {\"é\": 1, \"c\": \"x\"},\r\n    ]\r\n  }\r\n}";
    let document = read(text.as_bytes()).expect("it is taken");
    let line = |pointer: &str| {
        let Position { line, column, .. } = document.position(pointer);
        (line, column)
    };
    assert_eq!(line(""), (1, 1));
    assert_eq!(line("/paths"), (2, 12));
    assert_eq!(line("/paths/~1a~1{b}/0"), (4, 7));
    assert_eq!(line("/paths/~1a~1{b}/1/c"), (5, 21));
    assert_eq!(line("/paths/~1a~1{b}/9/c"), (3, 15), "the innermost place that exists");
    assert_eq!(line("/nothing"), (1, 1));
    assert_eq!(line("no pointer"), (1, 1));
    let offset = document.position("/paths/~1a~1{b}/1/c").offset;
    assert!(text.get(offset..).is_some_and(|rest| rest.starts_with("\"x\"")));
}

#[test]
fn many_pointers_are_found_in_one_scan_where_each_is_found_alone() {
    let text = "{ /* é */ \"twice\": {\"a\": 1, \"b\": [1]},\n \"list\": [\n [1, 2], {\"é\": \"x\", \"y\": [{}]},],\n \
                \"~/\": null, \"twice\": {\"b\": [3, 4], \"\\u0061\": 2}, \"text\": \"{[,]}\", \"end\": true }";
    let pointers = [
        "",
        "/twice",
        "/twice/a",
        "/twice/b",
        "/twice/b/1",
        "/twice/b/2",
        "/twice/c",
        "/list/0/1",
        "/list/1/é",
        "/list/1/y/0",
        "/list/1/y/0/none",
        "/list/01",
        "/list/7",
        "/~0~1",
        "/text/0",
        "/end",
        "/list",
        "no pointer",
        "/",
        "/list/1/y/0",
    ];
    let marked = format!("\u{feff}{text}");
    let utf_16: Vec<u8> =
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let windows: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for bytes in [text.as_bytes(), marked.as_bytes(), &utf_16, &windows] {
        let document = read(bytes).expect("it is taken");
        let alone: Vec<_> = pointers.iter().map(|one| document.position(one)).collect();
        assert_eq!(document.positions(&pointers), alone);
        assert!(document.positions(&[]).is_empty());
    }
    // the last one of a name counts, with what is in it alone
    let document = read(text.as_bytes()).expect("it is taken");
    let at = document.position("/twice/b/1").offset;
    assert!(text.get(at..).is_some_and(|rest| rest.starts_with("4]")));
}
