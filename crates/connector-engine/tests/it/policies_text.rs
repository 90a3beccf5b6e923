//! Policies that change texts and places inside bodies (connector-format §5), ten rows each.

use serde_json::{Value, json};

use crate::{policies_body::bodies, world::policy};

fn split(delimiters: &str, child: &str) -> Value {
    policy(
        "StringToArray",
        &json!({"propertyParentPath": "@body()", "propertySubPath": "s",
        "delimiterList": delimiters, "childPropertyName": child, "newPropertyPath": "@body().s"}),
    )
}

#[test]
fn string_to_array_splits_at_every_delimiter() {
    bodies(&[
        (
            "one delimiter",
            json!([split(";", "id")]),
            json!({"s": "a;b"}),
            r#"{"s":[{"id":"a"},{"id":"b"}]}"#,
        ),
        (
            "every character is one",
            json!([split(";,|", "id")]),
            json!({"s": "a;b,c|d"}),
            r#"{"s":[{"id":"a"},{"id":"b"},{"id":"c"},{"id":"d"}]}"#,
        ),
        (
            "empty pieces go",
            json!([split(";", "id")]),
            json!({"s": ";a;;b;"}),
            r#"{"s":[{"id":"a"},{"id":"b"}]}"#,
        ),
        (
            "no delimiter in the text",
            json!([split(";", "id")]),
            json!({"s": "a b"}),
            r#"{"s":[{"id":"a b"}]}"#,
        ),
        ("empty text", json!([split(";", "id")]), json!({"s": ""}), r#"{"s":[]}"#),
        (
            "blanks are text",
            json!([split(";", "id")]),
            json!({"s": "a; b"}),
            r#"{"s":[{"id":"a"},{"id":" b"}]}"#,
        ),
        ("an array stays", json!([split(";", "id")]), json!({"s": ["a"]}), r#"{"s":["a"]}"#),
        ("nothing there, nothing done", json!([split(";", "id")]), json!({}), "{}"),
        ("a number stays", json!([split(";", "id")]), json!({"s": 5}), r#"{"s":5}"#),
        (
            "characters beyond ASCII",
            json!([split("·", "id")]),
            json!({"s": "é·ü"}),
            r#"{"s":[{"id":"é"},{"id":"ü"}]}"#,
        ),
        (
            "no delimiters at all",
            json!([split("", "id")]),
            json!({"s": "ab"}),
            r#"{"s":[{"id":"ab"}]}"#,
        ),
    ]);
}

fn replace(parent: &str, sub: &str, from: &str, to: &str) -> Value {
    policy(
        "StringReplace",
        &json!({"propertyParentPath": parent, "propertySubPath": sub, "sourceString": from,
        "replacementString": to, "newPropertyPath": format!("@item().{sub}")}),
    )
}

#[test]
fn string_replace_replaces_all_in_order() {
    let body = |name: &str, from: &str, to: &str| {
        policy(
            "stringreplace",
            &json!({"propertyParentPath": "@body()", "propertySubPath": name,
            "sourceString": from, "replacementString": to, "newPropertyPath": "@body().r"}),
        )
    };
    bodies(&[
        (
            "all occurrences",
            json!([body("s", "a", "b")]),
            json!({"s": "banana"}),
            r#"{"s":"banana","r":"bbnbnb"}"#,
        ),
        (
            "nothing instead",
            json!([body("s", "https://x/", "")]),
            json!({"s": "https://x/5"}),
            r#"{"s":"https://x/5","r":"5"}"#,
        ),
        (
            "per element",
            json!([replace("@body().l", "u", ".", "%2E")]),
            json!({"l": [{"u": "a.b"}, {"v": 1}]}),
            r#"{"l":[{"u":"a%2Eb"},{"v":1}]}"#,
        ),
        (
            "chains depend on the order",
            json!([replace("@body().l", "u", "%", "%25"), replace("@body().l", "u", ".", "%2E")]),
            json!({"l": [{"u": "a%.b"}]}),
            r#"{"l":[{"u":"a%25%2Eb"}]}"#,
        ),
        (
            "it is no pattern",
            json!([body("s", ".*", "x")]),
            json!({"s": "a.*b"}),
            r#"{"s":"a.*b","r":"axb"}"#,
        ),
        (
            "letter case counts",
            json!([body("s", "A", "x")]),
            json!({"s": "aA"}),
            r#"{"s":"aA","r":"ax"}"#,
        ),
        ("what is no text stays", json!([body("s", "1", "x")]), json!({"s": 11}), r#"{"s":11}"#),
        ("nothing there, nothing done", json!([body("s", "1", "x")]), json!({}), "{}"),
        (
            "a missing replacement is empty",
            json!([policy(
                "stringreplace",
                &json!({"propertyParentPath": "@body()",
            "propertySubPath": "s", "sourceString": "a", "newPropertyPath": "@body().s"})
            )]),
            json!({"s": "cab"}),
            r#"{"s":"cb"}"#,
        ),
        (
            "an empty source is no policy",
            json!([body("s", "", "x")]),
            json!({"s": "a"}),
            "! operation.policy_invalid stringreplace.sourceString",
        ),
        (
            "an at sign is text",
            json!([body("s", "@", "%40")]),
            json!({"s": "a@b"}),
            r#"{"s":"a@b","r":"a%40b"}"#,
        ),
    ]);
}

#[test]
fn encode_property_value_keeps_unreserved_characters() {
    let encode = |parent: &str, new: &str| {
        policy(
            "EncodePropertyValue",
            &json!({"propertyParentPath": parent, "propertySubPath": "u", "newPropertyPath": new}),
        )
    };
    bodies(&[
        (
            "everything else",
            json!([encode("@body()", "@body().u")]),
            json!({"u": "a b/c@d"}),
            r#"{"u":"a%20b%2Fc%40d"}"#,
        ),
        (
            "unreserved stay",
            json!([encode("@body()", "@body().u")]),
            json!({"u": "aZ0-._~"}),
            r#"{"u":"aZ0-._~"}"#,
        ),
        (
            "a percent sign too",
            json!([encode("@body()", "@body().u")]),
            json!({"u": "%20"}),
            r#"{"u":"%2520"}"#,
        ),
        ("UTF-8", json!([encode("@body()", "@body().u")]), json!({"u": "é"}), r#"{"u":"%C3%A9"}"#),
        (
            "per element",
            json!([encode("@body().l", "@item().u")]),
            json!({"l": [{"u": "a b"}, {"u": "c"}]}),
            r#"{"l":[{"u":"a%20b"},{"u":"c"}]}"#,
        ),
        (
            "elsewhere",
            json!([encode("@body()", "@body().v")]),
            json!({"u": "+"}),
            r#"{"u":"+","v":"%2B"}"#,
        ),
        (
            "twice",
            json!([encode("@body()", "@body().u"), encode("@body()", "@body().u")]),
            json!({"u": "/"}),
            r#"{"u":"%252F"}"#,
        ),
        ("empty text", json!([encode("@body()", "@body().u")]), json!({"u": ""}), r#"{"u":""}"#),
        (
            "a number stays",
            json!([encode("@body()", "@body().u")]),
            json!({"u": 1.5}),
            r#"{"u":1.5}"#,
        ),
        (
            "nothing there, nothing done",
            json!([encode("@body()", "@body().u")]),
            json!({"w": "a b"}),
            r#"{"w":"a b"}"#,
        ),
    ]);
}

fn moved(from: &str, from_sub: &str, to: &str, to_sub: &str, children: &str) -> Value {
    policy(
        "moveproperties",
        &json!({"srcParentPath": from, "srcSubPath": from_sub, "dstParentPath": to,
        "dstSubPath": to_sub, "copyOnlySubProperties": children}),
    )
}

#[test]
fn move_properties_moves_a_property_or_its_children() {
    bodies(&[
        (
            "children to the body",
            json!([moved("@body()", "custom", "@body()", "null", "true")]),
            json!({"a": 1, "custom": {"x": 1, "y": 2}}),
            r#"{"a":1,"x":1,"y":2}"#,
        ),
        (
            "children to another property",
            json!([moved("@body()", "custom", "@body()", "to", "true")]),
            json!({"custom": {"x": 1}, "to": {"z": 0}}),
            r#"{"to":{"z":0,"x":1}}"#,
        ),
        (
            "the property itself",
            json!([moved("@body()", "custom", "@body()", "to", "false")]),
            json!({"custom": {"x": 1}}),
            r#"{"to":{"x":1}}"#,
        ),
        (
            "under its own name, without a sub path",
            json!([moved("@body()", "custom", "@body().to", "null", "false")]),
            json!({"custom": 5, "to": {}}),
            r#"{"to":{"custom":5}}"#,
        ),
        (
            "a destination that is not there is made",
            json!([moved("@body()", "custom", "@body()", "to", "true")]),
            json!({"custom": {"x": 1}}),
            r#"{"to":{"x":1}}"#,
        ),
        (
            "nothing there, nothing done",
            json!([moved("@body()", "custom", "@body()", "null", "true")]),
            json!({"a": 1}),
            r#"{"a":1}"#,
        ),
        (
            "null stays",
            json!([moved("@body()", "custom", "@body()", "null", "true")]),
            json!({"custom": null}),
            r#"{"custom":null}"#,
        ),
        (
            "children of what has none: the property goes",
            json!([moved("@body()", "custom", "@body()", "to", "true")]),
            json!({"custom": "x"}),
            r#"{"to":"x"}"#,
        ),
        (
            "children replace what has their name",
            json!([moved("@body()", "custom", "@body()", "null", "True")]),
            json!({"x": 0, "custom": {"x": 1}}),
            r#"{"x":1}"#,
        ),
        (
            "a way down",
            json!([moved("@body().a.b", "c", "@body()", "null", "true")]),
            json!({"a": {"b": {"c": {"x": 1}}}}),
            r#"{"a":{"b":{}},"x":1}"#,
        ),
        (
            "into itself: nothing is lost",
            json!([moved("@body()", "a", "@body().a", "b", "false")]),
            json!({"a": {"x": 1}}),
            r#"{"a":{"x":1}}"#,
        ),
    ]);
}
