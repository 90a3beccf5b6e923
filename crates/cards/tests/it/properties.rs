//! Rules that hold for any input.

use liaison_cards::{
    fallback, image_urls, is_safe_link, limits, parse, plain_text, to_adaptive, without_marks,
};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// JSON of any shape that says the words of cards more often than others.
fn tree() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        words().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => prop::sample::select(NAMES).prop_map(str::to_owned),
        1 => ".{0,6}",
    ]
}

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => prop::sample::select(WORDS).prop_map(str::to_owned),
        2 => ".{0,40}",
        2 => "[*_`~#>\\[\\]()!<a-c \n-]{0,30}",
    ]
}

const NAMES: &[&str] = &[
    "@type",
    "type",
    "text",
    "summary",
    "title",
    "sections",
    "potentialAction",
    "name",
    "targets",
    "target",
    "uri",
    "url",
    "image",
    "images",
    "heroImage",
    "facts",
    "value",
    "activityImage",
    "activityTitle",
    "inputs",
    "actions",
    "choices",
    "attachments",
    "contentType",
    "content",
    "body",
    "items",
    "columns",
    "inlines",
    "selectAction",
    "backgroundImage",
    "iconUrl",
    "card",
    "markdown",
    "startGroup",
    "buttons",
    "msTeams",
    "id",
    "themeColor",
];

const WORDS: &[&str] = &[
    "message",
    "MessageCard",
    "AdaptiveCard",
    "TextBlock",
    "Container",
    "Image",
    "ImageSet",
    "ColumnSet",
    "FactSet",
    "RichTextBlock",
    "ActionSet",
    "Action.OpenUrl",
    "Action.ShowCard",
    "OpenUri",
    "HttpPOST",
    "ActionCard",
    "TextInput",
    "MultichoiceInput",
    "DateInput",
    "openUrl",
    "application/vnd.microsoft.card.adaptive",
    "application/vnd.microsoft.card.hero",
    "application/vnd.microsoft.teams.card.list",
    "image/png",
    "https://example.test/a.png",
    "javascript:alert(1)",
    " JaVaScript\t:alert(1)",
    "vbscript:x",
    "data:text/html,<b>",
    "[a](javascript:alert(1))",
    "![a](javascript:alert(1))",
    "<a href='javascript:alert(1)'>b</a>",
    "# head\n\n> quote **bold**",
    "<at>Ada</at>",
];

/// Every string that stands where a renderer follows an address.
fn addresses<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| addresses(item, found)),
        Value::Object(members) => {
            for (name, value) in members {
                let is_address = ["url", "iconUrl", "poster", "backgroundImage"].contains(&&**name);
                found.extend(value.as_str().filter(|_| is_address));
                if name != "data" {
                    addresses(value, found);
                }
            }
        }
        _ => {}
    }
}

fn runs_script(url: &str) -> bool {
    let url: String = url.chars().filter(|it| !it.is_whitespace() && !it.is_control()).collect();
    let url = url.to_lowercase();
    ["javascript:", "vbscript:", "data:text"].iter().any(|scheme| url.starts_with(scheme))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_taken_or_refused(body in prop::collection::vec(any::<u8>(), 0..400)) {
        for content_type in [None, Some("a/b; charset=latin1")] {
            if let Ok(post) = parse(&body, content_type) {
                plain_text(&post);
            }
        }
    }

    #[test]
    fn any_text_of_json_marks_is_taken_or_refused(body in "[{}\\[\\]\"':,/*\\\\utex \n0-9.-]{0,200}") {
        let _ = parse(body.as_bytes(), None);
    }

    #[test]
    fn any_tree_is_shown_without_an_address_that_runs_script(tree in tree()) {
        let body = match tree {
            Value::Object(mut members) => {
                members.insert("text".to_owned(), "a".into());
                Value::Object(members)
            }
            other => json!({ "text": "a", "sections": other }),
        };
        let body = body.to_string();
        if let Ok(post) = parse(body.as_bytes(), None) {
            let card = to_adaptive(&post);
            let mut found = Vec::new();
            addresses(&card, &mut found);
            for url in found {
                prop_assert!(!runs_script(url), "{url:?} in {card}");
            }
            plain_text(&post);
            post.findings();
            let blocks = format!("{:?}", fallback(&post));
            prop_assert!(!blocks.contains("url: \"javascript"));
            for url in image_urls(&card) {
                prop_assert!(is_safe_link(&url));
            }
        }
    }

    #[test]
    fn any_attachment_is_shown_without_an_address_that_runs_script(content in tree(), kind in words()) {
        let attachment = json!({ "contentType": kind, "content": content });
        let body = json!({ "type": "message", "attachments": [attachment.clone(), attachment] }).to_string();
        if let Ok(post) = parse(body.as_bytes(), None) {
            let card = to_adaptive(&post);
            let mut found = Vec::new();
            addresses(&card, &mut found);
            for url in found {
                prop_assert!(!runs_script(url), "{url:?} in {card}");
            }
            plain_text(&post);
            post.findings();
        }
    }

    #[test]
    fn depth_alone_decides_what_is_too_deep(depth in 1_usize..200, lenient in any::<bool>()) {
        let inner = depth - 1;
        let body = format!("{{\"text\":\"x\",\"a\":{}{}}}", "[".repeat(inner), "]".repeat(inner));
        let body = if inner == 0 { "{\"text\":\"x\"}".to_owned() } else { body };
        let body = if lenient { body.replace('"', "'") } else { body };
        prop_assert_eq!(parse(body.as_bytes(), None).is_ok(), depth <= limits::MAX_DEPTH);
    }

    #[test]
    fn stripping_marks_adds_and_reorders_nothing(text in "[*_`~#>\\[\\]()!<\\\\&a-c1. \n-]{0,60}|.{0,40}") {
        let plain = without_marks(&text);
        let mut rest = text.chars();
        // code spans over several lines are one line, so blanks are not compared
        for letter in plain.chars().filter(|it| !it.is_whitespace()) {
            prop_assert!(rest.any(|own| own == letter), "{plain:?} of {text:?}");
        }
    }

    #[test]
    fn a_text_without_marks_is_itself(text in "[a-zA-Z0-9 ,.;:/?&%é🚨\n]{1,80}") {
        prop_assume!(!text.trim().is_empty());
        let body = json!({ "text": text }).to_string();
        let post = parse(body.as_bytes(), None).expect("a post");
        prop_assert_eq!(plain_text(&post), text);
    }
}
