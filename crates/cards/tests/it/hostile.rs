//! Input made to hurt.

use std::time::{Duration, Instant};

use liaison_cards::{
    Answer, Form, Position, Reason, Refusal, limits, parse, plain_text, to_adaptive,
};
use serde_json::json;

fn refusal(body: &[u8]) -> Refusal {
    parse(body, Some("application/json")).expect_err("a refusal")
}

#[test]
fn ten_thousand_levels_are_refused() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[{\"a\":", "}]")] {
        let body =
            format!("{{\"text\":\"x\",\"deep\":{}1{}}}", open.repeat(10_000), close.repeat(10_000));
        let refusal = refusal(body.as_bytes());
        assert_eq!((refusal.answer, refusal.reason), (Answer::BadPayload, Reason::TooDeep));
    }
    // unfinished, and with a mistake that only the lenient reader would forgive
    assert_eq!(refusal("[".repeat(1_000_000).as_bytes()).reason, Reason::TooDeep);
    let body = format!("{{'text':'x','deep':{}", "[".repeat(100_000));
    assert_eq!(refusal(body.as_bytes()).reason, Reason::TooDeep);
}

#[test]
fn the_depth_bound_is_exact() {
    let nested = |depth: usize| {
        let inner = depth - 1;
        format!("{{\"text\":\"x\",\"deep\":{}{}}}", "[".repeat(inner), "]".repeat(inner))
    };
    for quote in ['"', '\''] {
        let write = |depth| nested(depth).replace('"', &quote.to_string());
        assert!(parse(write(limits::MAX_DEPTH).as_bytes(), None).is_ok());
        assert_eq!(refusal(write(limits::MAX_DEPTH + 1).as_bytes()).reason, Reason::TooDeep);
    }
}

#[test]
fn ten_megabytes_are_refused_before_they_are_read() {
    let mut body = b"{\"text\":\"".to_vec();
    body.resize(10 * 1024 * 1024, b'x');
    let start = Instant::now();
    assert_eq!(refusal(&body).reason, Reason::TooLarge);
    assert!(start.elapsed() < Duration::from_millis(50));
}

#[test]
fn a_body_of_nothing_but_values_is_refused() {
    for body in [
        format!("{{\"text\":\"x\",\"a\":[{}0]}}", "0,".repeat(limits::MAX_VALUES)),
        format!("{{'text':'x','a':[{}]}}", "0,".repeat(limits::MAX_VALUES)),
    ] {
        assert_eq!(refusal(body.as_bytes()).reason, Reason::TooManyValues);
    }
}

#[test]
fn bytes_that_are_no_utf_8_are_refused_with_their_place() {
    let refused = refusal(b"{\n\"text\": \"\xc3\xa9\xff\"}");
    assert_eq!((refused.answer, refused.reason), (Answer::BadPayload, Reason::NotUtf8));
    assert_eq!(refused.position, Some(Position { line: 2, column: 11 }));
    for body in [&b"\xff\xfe{\0\"\0"[..], b"\x80", b"{\"text\":\"\xed\xa0\x80\"}"] {
        assert_eq!(refusal(body).reason, Reason::NotUtf8);
    }
}

#[test]
fn latin_1_is_read_where_it_is_declared() {
    let body = b"{\"text\":\"caf\xe9\"}";
    let post = parse(body, Some("application/json; charset=\"ISO-8859-1\"")).expect("a post");
    assert_eq!(plain_text(&post), "café");
    // a client that declares it and sends UTF-8 is read as what it sent
    let post = parse("{\"text\":\"café\"}".as_bytes(), Some("a/b;charset=latin1")).expect("a post");
    assert_eq!(plain_text(&post), "café");
    assert_eq!(refusal(body).reason, Reason::NotUtf8);
}

#[test]
fn nul_never_leaves_the_reader() {
    for body in
        [r#"{"title":"a\u0000b","text":"c\u0000"}"#, r"{'title':'a\u0000b','text':'c\u0000'}"]
    {
        let post = parse(body.as_bytes(), None).expect("a post");
        assert_eq!(plain_text(&post), "ab\nc");
        assert!(!to_adaptive(&post).to_string().contains("\\u0000"));
    }
}

#[test]
fn script_in_every_text_stays_text() {
    let attack = "<img src=x onerror=alert(1)><script>alert(1)</script>[x](javascript:alert(1))";
    let card = json!({
        "title": attack, "text": attack, "summary": attack, "themeColor": attack,
        "sections": [{
            "title": attack, "activityTitle": attack, "activitySubtitle": attack,
            "activityText": attack, "activityImage": "javascript:alert(1)", "text": attack,
            "heroImage": { "image": "vbscript:x", "title": attack },
            "facts": [{ "name": attack, "value": attack }],
            "images": [{ "image": "data:text/html,<script>", "title": attack }],
            "potentialAction": [{ "@type": "OpenUri", "name": attack, "targets": [{ "os": "default", "uri": "javascript:alert(1)" }] }],
        }],
    });
    let body = card.to_string();
    let post = parse(body.as_bytes(), None).expect("a post");
    let shown = to_adaptive(&post)["body"].to_string();
    for scheme in ["(javascript:", "\"javascript:", "vbscript:", "text/html"] {
        assert!(!shown.contains(scheme), "{scheme} in {shown}");
    }
    assert_eq!(post.theme_color(), None);
    assert!(plain_text(&post).contains("<script>"), "the words are kept as words");
}

#[test]
fn texts_made_to_be_slow_are_read_in_time() {
    let size = limits::MAX_BODY_BYTES / 8;
    for part in [
        "*a ",
        "[",
        "![",
        "<pre>",
        "<a href=\"",
        "`",
        "> ",
        "- ",
        "~~",
        "\\",
        "# ",
        "_*",
        "](",
        "<b",
    ] {
        let text = part.repeat(size / part.len());
        let body = json!({ "title": "t", "text": text }).to_string();
        let start = Instant::now();
        let post = parse(body.as_bytes(), None).expect("a post");
        plain_text(&post);
        // a debug build; the release build takes a tenth
        let elapsed = start.elapsed();
        assert!(elapsed < Duration::from_secs(10), "{part:?} took {elapsed:?}");
    }
}

#[test]
fn a_message_that_is_a_text_is_a_text() {
    let post = parse(br#"{"type":"message","text":"**hi**"}"#, None).expect("a post");
    assert_eq!((post.form(), plain_text(&post).as_str()), (Form::Text, "hi"));
}
