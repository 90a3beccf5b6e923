//! What is taken, what is refused, and why.

use liaison_cards::{Answer, Card, Form, Reason, parse, plain_text, to_adaptive};

#[test]
fn what_senders_write_is_taken() {
    for (body, form) in [
        (r#"{"text":"a"}"#, Form::Text),
        (r#"{"Text":"a"}"#, Form::Text),
        (r#"{"text":5}"#, Form::Text),
        (r#"{"text":"a","themeColor":"0076D7","summary":"s"}"#, Form::Text),
        (r#"{"summary":"a"}"#, Form::MessageCard),
        (r#"{"type":"MessageCard","title":"t","text":"a"}"#, Form::MessageCard),
        (r#"{"@type":"messagecard","@context":"x","text":"a","sections":null}"#, Form::Text),
        (r#"{"summary":"a","sections":{"text":"one"}}"#, Form::MessageCard),
        ("\u{feff}{\"text\":\"a\"}", Form::Text),
        (" \r\n{\"text\":\"a\"}\n", Form::Text),
        (r#"{"attachments":[{"content":{"type":"AdaptiveCard","body":[]}}]}"#, Form::Attachments),
        (
            r#"{"type":"MESSAGE","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{}}]}"#,
            Form::Attachments,
        ),
        (
            r#"{"type":"message","text":"a","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":7}]}"#,
            Form::Text,
        ),
        (
            r#"{"type":"message","attachments":[{"contentType":"image/png","contentUrl":"https://a.test/a.png"}]}"#,
            Form::Attachments,
        ),
    ] {
        let post = parse(body.as_bytes(), None).unwrap_or_else(|it| panic!("{body}: {it}"));
        assert_eq!(post.form(), form, "{body}");
    }
}

#[test]
fn everything_else_is_refused_with_its_reason_and_place() {
    let required = Answer::SummaryOrTextRequired;
    let bad = Answer::BadPayload;
    for (body, answer, reason, pointer) in [
        ("{}", required, Reason::NothingToShow, ""),
        (r#"{"text":""}"#, required, Reason::NothingToShow, "/text"),
        (r#"{"text":" \n"}"#, required, Reason::NothingToShow, "/text"),
        (r#"{"text":null,"title":"t"}"#, required, Reason::NothingToShow, "/text"),
        (r#"{"title":"t","sections":[{"text":"a"}]}"#, required, Reason::NothingToShow, ""),
        (r#"{"type":"AdaptiveCard","body":[]}"#, required, Reason::BareAdaptiveCard, ""),
        (r#"{"type":"message"}"#, required, Reason::NoAttachment, "/attachments"),
        (r#"{"type":"message","attachments":[]}"#, required, Reason::NoAttachment, "/attachments"),
        ("", bad, Reason::Empty, ""),
        (" \n", bad, Reason::Empty, ""),
        ("\u{feff}", bad, Reason::Empty, ""),
        ("hello", bad, Reason::Syntax, ""),
        (r#"{"text":"a"}{"text":"b"}"#, bad, Reason::Syntax, ""),
        (r#"{"sections":[{"text":}]}"#, bad, Reason::Syntax, "/sections/0/text"),
        ("[]", bad, Reason::NotAnObject, ""),
        ("\"text\"", bad, Reason::NotAnObject, ""),
        ("null", bad, Reason::NotAnObject, ""),
        (r#"{"zen":"x","hook":{"type":"y"}}"#, bad, Reason::Foreign, ""),
        (r#"{"text":{"a":"b"}}"#, bad, Reason::TextNotAString, "/text"),
        (r#"{"summary":["a"]}"#, bad, Reason::TextNotAString, "/summary"),
        (
            r#"{"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":"{}"}]}"#,
            bad,
            Reason::UnusableAttachments,
            "/attachments/0/content",
        ),
        (
            r#"{"type":"message","attachments":["a"]}"#,
            bad,
            Reason::UnusableAttachments,
            "/attachments/0",
        ),
    ] {
        let refusal =
            parse(body.as_bytes(), None).err().unwrap_or_else(|| panic!("{body} was taken"));
        assert_eq!((refusal.answer, refusal.reason), (answer, reason), "{body}");
        assert_eq!(refusal.pointer, pointer, "{body}");
        assert_eq!(refusal.position.is_some(), reason == Reason::Syntax, "{body}");
    }
}

#[test]
fn the_two_answers_are_the_ones_that_clients_match() {
    assert_eq!(Answer::SummaryOrTextRequired.text(), "Summary or Text is required.");
    assert_eq!(Answer::BadPayload.text(), "Bad payload received by generic incoming webhook.");
}

#[test]
fn a_bare_text_is_itself_without_marks() {
    for (text, plain) in [
        ("Build 4711 passed", "Build 4711 passed"),
        ("  **a**\n\n_b_  ", "  a\n\nb  "),
        ("id_4711_x *", "id_4711_x *"),
        ("---", "---"),
        ("    indented\n    code\n\nand not", "    indented\n    code\n\nand not"),
        ("a\tb\r\nc\u{a0}d", "a\tb\r\nc\u{a0}d"),
    ] {
        let body = serde_json::json!({ "text": text }).to_string();
        assert_eq!(plain_text(&parse(body.as_bytes(), None).expect("a post")), plain);
    }
}

#[test]
fn a_summary_alone_is_shown() {
    let post = parse(br#"{"summary":"only a *summary*"}"#, None).expect("a post");
    assert_eq!(plain_text(&post), "only a summary");
    assert_eq!(to_adaptive(&post)["body"][0]["text"], "only a *summary*");
    assert_eq!(post.summary(), Some("only a *summary*"));
}

#[test]
fn of_a_repeated_name_the_last_counts() {
    let post = parse(br#"{"text":"a","text":"b"}"#, None).expect("a post");
    assert_eq!(plain_text(&post), "b");
}

#[test]
fn a_connector_card_in_an_attachment_is_converted() {
    let body = br#"{"type":"message","attachments":[{"contentType":"application/vnd.microsoft.teams.card.o365connector",
        "content":{"title":"T","sections":[{"text":"S"}],"themeColor":"f00"}}]}"#;
    let post = parse(body, None).expect("a post");
    assert!(matches!(post.cards(), [Card::Message(_)]));
    assert_eq!(plain_text(&post), "T\nS");
    assert_eq!(post.theme_color().as_deref(), Some("#ff0000"));
}

#[test]
fn several_cards_become_one_with_a_container_each() {
    let kind = "application/vnd.microsoft.card.adaptive";
    let card = |text: &str, teams: &str| {
        format!(
            r#"{{"contentType":"{kind}","content":{{"type":"AdaptiveCard","version":"1.4","body":[{{"type":"TextBlock","text":"{text}"}}],
            "actions":[{{"type":"Action.OpenUrl","title":"o","url":"https://a.test"}}],"msteams":{{"entities":["{teams}"]}}}}}}"#
        )
    };
    let body =
        format!(r#"{{"type":"message","attachments":[{},{}]}}"#, card("a", "x"), card("b", "y"));
    let shown = to_adaptive(&parse(body.as_bytes(), None).expect("a post"));
    let body = shown["body"].as_array().expect("a body");
    assert_eq!(body.len(), 2);
    for (container, text) in body.iter().zip(["a", "b"]) {
        assert_eq!(container["type"], "Container");
        assert_eq!(container["items"][0]["text"], text);
        assert_eq!(container["items"][1]["type"], "ActionSet");
    }
    assert_eq!(shown["msteams"]["entities"], serde_json::json!(["x", "y"]));
}

#[test]
fn more_buttons_than_a_set_shows_go_to_further_sets() {
    let button = |number: usize| {
        serde_json::json!({ "@type": "OpenUri", "name": number.to_string(),
            "targets": [{ "os": "default", "uri": "https://a.test" }] })
    };
    for (count, sets) in [(6, 0), (7, 2), (13, 3)] {
        let buttons: Vec<_> = (0..count).map(button).collect();
        let body = serde_json::json!({ "text": "a", "potentialAction": buttons }).to_string();
        let shown = to_adaptive(&parse(body.as_bytes(), None).expect("a post"));
        let body = shown["body"].as_array().expect("a body");
        let found = body.iter().filter(|it| it["type"] == "ActionSet").count();
        assert_eq!(found, sets, "{count} buttons");
        assert_eq!(shown.get("actions").is_some(), sets == 0);
    }
}
