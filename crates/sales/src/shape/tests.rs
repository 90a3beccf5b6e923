use proptest::prelude::*;
use serde_json::json;

use super::*;

fn shaped(point: Point, items: &Value) -> Shaped {
    shape_sample(point, &json!({ "value": items }), 10).unwrap()
}

fn whats(shaped: &Shaped) -> Vec<(&'static str, What)> {
    shaped.remarks.iter().map(|remark| (remark.field, remark.what)).collect()
}

#[test]
fn an_item_of_each_surface_is_shaped() {
    let activity = shaped(
        Point::RecordSummary,
        &json!([{ "title": "Hub", "description": "Signed", "dateTime": "2025-07-08T14:30:00.1234567Z",
            "url": null, "additionalProperties": { "b": "2", "a": 1, "c": null, "d": true } }]),
    );
    let item = &activity.items[0];
    assert_eq!((item.title.as_deref(), item.text.as_deref()), (Some("Hub"), Some("Signed")));
    assert!(item.at.as_ref().unwrap().at.is_some() && item.url.is_none());
    let pairs: Vec<_> = item.properties.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    assert_eq!(pairs, [("b", "2"), ("a", "1"), ("d", "true")], "in the order of the answer");
    assert_eq!(activity.remarks, []);
    let details = shaped(
        Point::RecordDetails,
        &json!([{ "recordId": 7, "recordTypeDisplayName": "Contract",
            "recordTypePluralDisplayName": "Contracts", "recordType": "contract",
            "recordTitle": "Renewal", "url": "https://a.example/1" }]),
    );
    let record = details.items[0].record.as_ref().unwrap();
    assert_eq!((record.id.as_str(), record.plural.as_str()), ("7", "Contracts"));
    let draft = shaped(
        Point::EmailDraft,
        &json!([{ "contentType": 3, "content": "https://a.example/x.pdf", "contentTitle": "x",
            "contentDescription": "y", "contentIconUrl": null }]),
    );
    assert_eq!(draft.items[0].content, Some(Content::Pdf));
    let new =
        shaped(Point::EmailSummary, &json!([{ "insightMarkdown": "[a](https://b.example)" }]));
    assert_eq!(new.items[0].text.as_deref(), Some("[a](https://b.example)"), "plain text");
    let old = shaped(Point::EmailSummary, &json!([{ "title": "Hub", "description": "Opened" }]));
    assert_eq!(old.items[0].title.as_deref(), Some("Hub"));
}

#[test]
fn texts_over_the_limit_of_the_contract_end_in_an_ellipsis() {
    let long = "word ".repeat(60);
    let shaped =
        shaped(Point::OpportunityInsights, &json!([{ "title": long, "description": long }]));
    let item = &shaped.items[0];
    let (title, text) = (item.title.as_ref().unwrap(), item.text.as_ref().unwrap());
    assert!(title.chars().count() <= 20 && title.ends_with('…'), "{title}");
    assert!(text.chars().count() <= 130 && text.ends_with('…'), "{text}");
    assert_eq!(whats(&shaped), [("title", What::Cut), ("description", What::Cut)]);
    assert_eq!(line("exactly twenty chars", 20).text, "exactly twenty chars");
}

#[test]
fn an_item_without_a_required_output_is_dropped_and_the_others_stay() {
    let shaped = shaped(
        Point::OpportunityInsights,
        &json!([{ "title": "a" }, { "title": "a", "description": null }, 7, null,
            { "title": "a", "description": ["x"] }, { "title": "\u{200b}\n", "description": "b" },
            { "Title": "kept", "DESCRIPTION": "b" }]),
    );
    assert_eq!(shaped.items.len(), 1);
    assert_eq!(shaped.items[0].title.as_deref(), Some("kept"));
    assert_eq!(
        whats(&shaped),
        [
            ("description", What::Missing),
            ("description", What::Missing),
            ("value", What::NotAnObject),
            ("value", What::NotAnObject),
            ("description", What::NotText),
            ("title", What::Missing),
        ]
    );
}

#[test]
fn scripts_are_text_and_addresses_that_run_something_are_none() {
    let script = "<script>alert(1)</script>";
    let shaped = shaped(
        Point::OpportunityInsights,
        &json!([{ "title": "a", "description": script, "url": "javascript:alert(1)" },
            { "title": "\u{202e}evil\u{2066}", "description": "b\u{0}c\r\nd", "url": "https://u:p@a.example/" }]),
    );
    assert_eq!(shaped.items[0].text.as_deref(), Some(script), "shown as it is, never as markup");
    assert_eq!(shaped.items[1].title.as_deref(), Some("evil"));
    assert_eq!(shaped.items[1].text.as_deref(), Some("b c d"));
    assert!(shaped.items.iter().all(|item| item.url.is_none()));
    for bad in [
        "",
        "/relative",
        "//a.example",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://a.example",
        "https://",
        "https://a.example/\"onclick=",
        "vbscript:x",
        " java\nscript:alert(1)",
        "https://a.example\\@b.example",
        "https:a.example",
        "blob:https://a.example/1",
    ] {
        assert_eq!(link(bad), None, "{bad:?}");
    }
    assert_eq!(link(" HTTPS://A.example/x?y=1#z ").as_deref(), Some("https://a.example/x?y=1#z"));
    assert_eq!(link(&format!("https://a.example/{}", "x".repeat(3_000))), None);
}

#[test]
fn a_draft_keeps_only_what_can_be_opened() {
    let item = |content: &str| {
        json!({ "contentType": "content-new", "content": content, "contentTitle": "t",
            "contentDescription": "d", "contentIconUrl": "javascript:x" })
    };
    let shaped =
        shaped(Point::EmailDraft, &json!([item("javascript:x"), item("https://a.example/")]));
    assert_eq!(shaped.items.len(), 1);
    assert_eq!(shaped.items[0].content, Some(Content::File));
    assert_eq!(
        whats(&shaped),
        [("content", What::AddressRequired), ("contentIconUrl", What::Address)]
    );
}

#[test]
fn a_moment_that_cannot_be_read_is_shown_as_it_came() {
    let shaped = shaped(
        Point::RecordSummary,
        &json!([{ "title": "a", "description": "b", "dateTime": "12:50 PM, 11/11/23" }]),
    );
    let at = shaped.items[0].at.as_ref().unwrap();
    assert_eq!((at.text.as_str(), at.at), ("12:50 PM, 11/11/23", None));
    assert_eq!(whats(&shaped), [("dateTime", What::Moment)]);
}

#[test]
fn no_more_items_are_shown_than_were_asked_for() {
    let many: Vec<Value> = (0..5_000).map(|n| json!({ "insight": format!("{n}") })).collect();
    let answer = json!({ "value": many, "hasMoreResults": true });
    let shaped = shape_sample(Point::EmailSummary, &answer, 3).unwrap();
    assert_eq!((shaped.items.len(), shaped.received, shaped.has_more), (3, 5_000, true));
    assert_eq!(whats(&shaped), [("value", What::TooMany)]);
    let none: Vec<Value> = (0..5_000).map(|_| json!(1)).collect();
    let shaped = shape_sample(Point::EmailSummary, &json!({ "value": none }), 3).unwrap();
    assert!(shaped.items.is_empty() && shaped.remarks.len() <= 100);
}

#[test]
fn what_is_no_envelope_is_refused() {
    for (answer, why) in [
        (json!([]), Unshapable::NotAnObject),
        (json!(null), Unshapable::NotAnObject),
        (json!({}), Unshapable::NoValue),
        (json!({ "value": {} }), Unshapable::NoValue),
        (json!({ "value": null }), Unshapable::NoValue),
    ] {
        assert_eq!(shape_sample(Point::EmailSummary, &answer, 3), Err(why), "{answer}");
    }
    assert_eq!(shape_sample(Point::EmailSummary, &json!({ "Value": [] }), 3).unwrap().received, 0);
}

/// Any JSON, with names and values that answers have more often than others.
fn anything() -> impl Strategy<Value = Value> {
    let names = prop::sample::select(vec![
        "value",
        "title",
        "Title",
        "description",
        "insight",
        "url",
        "dateTime",
        "recordId",
        "recordType",
        "recordTitle",
        "recordTypeDisplayName",
        "recordTypePluralDisplayName",
        "contentType",
        "content",
        "contentTitle",
        "contentDescription",
        "contentIconUrl",
        "additionalProperties",
        "hasMoreResults",
    ]);
    let name = prop_oneof![4 => names.prop_map(str::to_owned), 1 => any::<String>()];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "(https?|javascript|data)://?[a-z@:.]{0,20}/.{0,10}".prop_map(Value::from),
        "\\PC{0,400}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 64, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..8)
                .prop_map(|members| members.into_iter().collect::<Map<_, _>>().into()),
        ]
    })
}

fn holds(text: &str, most: usize) -> Result<(), TestCaseError> {
    prop_assert!(!text.is_empty() && text.chars().count() <= most, "{text:?}");
    prop_assert!(!text.chars().any(char::is_control) && text.trim() == text, "{text:?}");
    prop_assert!(!text.contains(['\u{202e}', '\u{2066}', '\u{200b}']), "{text:?}");
    Ok(())
}

proptest! {
    #[test]
    fn whatever_comes_the_shape_is_bounded(
        items in prop::collection::vec(anything(), 0..20),
        whole in anything(),
        point in prop::sample::select(Point::ALL.to_vec()),
        top in 0_usize..60,
    ) {
        for answer in [json!({ "value": items, "hasMoreResults": whole }), whole] {
            let Ok(shaped) = shape_sample(point, &answer, top) else { continue };
            prop_assert!(shaped.items.len() <= top.clamp(1, MAX_ITEMS));
            prop_assert!(shaped.remarks.len() <= MAX_REMARKS);
            for item in &shaped.items {
                for (text, most) in [(&item.title, 200), (&item.text, 1_000)] {
                    if let Some(text) = text {
                        holds(text, most)?;
                    }
                }
                if let Some(at) = &item.at {
                    holds(&at.text, 200)?;
                }
                for url in [&item.url, &item.icon_url].into_iter().flatten() {
                    let parsed = url::Url::parse(url).unwrap();
                    prop_assert!(matches!(parsed.scheme(), "https" | "http"));
                    prop_assert!(parsed.username().is_empty() && parsed.host_str().is_some());
                }
                prop_assert!(item.properties.len() <= MAX_PAIRS);
                for (name, value) in &item.properties {
                    holds(name, MAX_LABEL)?;
                    holds(value, MAX_VALUE)?;
                }
            }
        }
    }

    #[test]
    fn a_line_is_one_line_and_cleaning_it_again_changes_nothing(text in any::<String>(), most in 1_usize..60) {
        let once = line(&text, most);
        prop_assert!(once.text.chars().count() <= most);
        prop_assert!(!once.text.chars().any(char::is_control));
        let again = line(&once.text, most);
        prop_assert_eq!(&again.text, &once.text);
        prop_assert!(!again.cut && !again.cleaned);
    }
}

#[test]
fn every_seed_of_the_fuzzer_keeps_the_bounds() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/seeds-sales");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let ([point, top], body) = bytes.split_first_chunk().unwrap();
        let point = Point::ALL[usize::from(*point) % Point::ALL.len()];
        let Ok(answer) = serde_json::from_slice::<Value>(body) else { continue };
        let Ok(shaped) = shape_sample(point, &answer, usize::from(*top)) else { continue };
        assert!(shaped.items.len() <= usize::from(*top).max(1));
        seen += 1;
    }
    assert!(seen >= 5, "{seen} seeds are answers");
}
