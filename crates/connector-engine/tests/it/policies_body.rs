//! Policies that change bodies of requests (connector-format §5), ten rows each.

use serde_json::{Value, json};

use crate::world::{policy, table};

fn make(body: Value) -> Value {
    json!({"op": "Make", "inputs": {"body": body}})
}

fn sent(body: &str) -> String {
    format!("POST https://api.example.com/v1/items\nContent-Type: application/json\n\n{body}")
}

/// A table where every row sends one body, or is refused (`! …`).
fn bodies(rows: &[(&str, Value, Value, &str)]) {
    let texts: Vec<String> = rows
        .iter()
        .map(|(_, _, _, body)| if body.starts_with('!') { (*body).to_owned() } else { sent(body) })
        .collect();
    let wanted: Vec<[&str; 1]> = texts.iter().map(|text| [text.as_str()]).collect();
    let rows: Vec<crate::world::Row<'_>> = rows
        .iter()
        .zip(&wanted)
        .map(|((why, policies, body, _), wanted)| {
            (*why, policies.clone(), make(body.clone()), wanted.as_slice())
        })
        .collect();
    table(&rows);
}

fn set(parent: &str, name: &str, value: &str) -> Value {
    policy(
        "SetProperty",
        &json!({
        "newPropertyParentPathTemplate": parent,
        "newPropertySubPathTemplate": name,
        "propertyValuePathTemplate": value}),
    )
}

#[test]
fn set_property_sets_text_json_and_copies() {
    bodies(&[
        (
            "constant text",
            json!([set("@body()", "a", "x y")]),
            json!({"b": 1}),
            r#"{"b":1,"a":"x y"}"#,
        ),
        ("a number becomes text", json!([set("@body()", "a", "30")]), json!({}), r#"{"a":"30"}"#),
        (
            "a JSON array becomes one",
            json!([set("@body()", "topics", "[\"m.created\", \"m.updated\"]")]),
            json!({}),
            r#"{"topics":["m.created","m.updated"]}"#,
        ),
        (
            "an object put into an array",
            json!([set("body()", "gifts", "[{@body().gifts}]")]),
            json!({"gifts": {"id": 1}}),
            r#"{"gifts":[{"id":1}]}"#,
        ),
        (
            "exactly one call copies the value",
            json!([set("@body()", "a", "{@body().b.c}")]),
            json!({"b": {"c": 5}}),
            r#"{"b":{"c":5},"a":5}"#,
        ),
        (
            "pieces of text",
            json!([set("@body().c", "f", "and(eq(state, '{@body().state}'))")]),
            json!({"state": "on", "c": {}}),
            r#"{"state":"on","c":{"f":"and(eq(state, 'on'))"}}"#,
        ),
        (
            "a quoted name",
            json!([set("@body()", "['@odata.id']", "https://g.example/{@body()['@odata.id']}")]),
            json!({"@odata.id": "u1"}),
            r#"{"@odata.id":"https://g.example/u1"}"#,
        ),
        (
            "every element of an array",
            json!([set("@body().list", "t", "{@item()['id']}-x")]),
            json!({"list": [{"id": 1}, {"id": "b"}]}),
            r#"{"list":[{"id":1,"t":"1-x"},{"id":"b","t":"b-x"}]}"#,
        ),
        (
            "a missing parent is skipped",
            json!([set("@body().nope", "a", "1")]),
            json!({"b": 1}),
            r#"{"b":1}"#,
        ),
        (
            "a body that is an array",
            json!([set("@body()", "a", "1")]),
            json!([{}, {"b": 2}]),
            r#"[{"a":"1"},{"b":2,"a":"1"}]"#,
        ),
        (
            "a null on the way is an error",
            json!([set("@body()", "a", "{@body().b.c}")]),
            json!({"b": null}),
            "! expression.null @body()['b']['c']",
        ),
        (
            "a null at its end too",
            json!([set("@body()", "a", "[{@body().b}]")]),
            json!({"b": null}),
            "! expression.null @body()['b']",
        ),
        (
            "of what was not given nothing is made",
            json!([set("@body()", "a", "[{@body().b}]")]),
            json!({"c": 1}),
            r#"{"c":1}"#,
        ),
        (
            "blanks of the text stay",
            json!([set("@body()", "hint", " !")]),
            json!({}),
            r#"{"hint":" !"}"#,
        ),
        (
            "a chain",
            json!([set("@body()", "a", "1"), set("@body()", "b", "{@body().a}2")]),
            json!({}),
            r#"{"a":"1","b":"12"}"#,
        ),
        (
            "an index",
            json!([set("@body()", "a", "{@body().l[1]}")]),
            json!({"l": ["x", "y"]}),
            r#"{"l":["x","y"],"a":"y"}"#,
        ),
    ]);
}

#[test]
fn set_property_makes_a_body_that_is_not_there() {
    let world = crate::world::World::new().policies(json!([set("@body()", "a", "1")]));
    assert_eq!(world.call(&json!({"op": "Make"})).lines(), [sent(r#"{"a":"1"}"#)]);
}

fn to_object(parent: &str, sub: &str, key: &str, rest: &Value) -> Value {
    let mut fields = json!({"propertyParentPath": parent, "propertySubPath": sub,
        "keyWithinCollectionPath": key, "newPropertyPath": format!("{parent}.{sub}")});
    fields.as_object_mut().unwrap().extend(rest.as_object().cloned().unwrap_or_default());
    policy("ConvertArrayToObject", &fields)
}

#[test]
fn convert_array_to_object_takes_a_property_as_key() {
    let drop = json!({"retainKey": "false"});
    bodies(&[
        (
            "the key goes when it is not retained",
            json!([to_object("@body()", "l", "id", &drop)]),
            json!({"l": [{"id": "a", "x": 1}, {"id": "b", "x": 2}]}),
            r#"{"l":{"a":{"x":1},"b":{"x":2}}}"#,
        ),
        (
            "and stays by default",
            json!([to_object("@body()", "l", "id", &json!({}))]),
            json!({"l": [{"id": "a", "x": 1}]}),
            r#"{"l":{"a":{"id":"a","x":1}}}"#,
        ),
        (
            "a flag may be JSON",
            json!([to_object("@body()", "l", "id", &json!({"retainKey": false}))]),
            json!({"l": [{"id": "a"}]}),
            r#"{"l":{"a":{}}}"#,
        ),
        (
            "elsewhere, and the array stays",
            json!([to_object(
                "@body()",
                "l",
                "id",
                &json!({"retainKey": "false", "newPropertyPath": "@body().m"})
            )]),
            json!({"l": [{"id": "a", "x": 1}]}),
            r#"{"l":[{"id":"a","x":1}],"m":{"a":{"x":1}}}"#,
        ),
        (
            "a number as key",
            json!([to_object("@body()", "l", "id", &drop)]),
            json!({"l": [{"id": 5, "x": 1}]}),
            r#"{"l":{"5":{"x":1}}}"#,
        ),
        (
            "elements without the key are left out",
            json!([to_object("@body()", "l", "id", &drop)]),
            json!({"l": [{"x": 1}, {"id": "a"}]}),
            r#"{"l":{"a":{}}}"#,
        ),
        (
            "the last of equal keys counts",
            json!([to_object("@body()", "l", "id", &drop)]),
            json!({"l": [{"id": "a", "x": 1}, {"id": "a", "x": 2}]}),
            r#"{"l":{"a":{"x":2}}}"#,
        ),
        (
            "nothing there, nothing done",
            json!([to_object("@body()", "l", "id", &drop)]),
            json!({"m": 1}),
            r#"{"m":1}"#,
        ),
        (
            "what is no array stays",
            json!([to_object("@body()", "l", "id", &drop)]),
            json!({"l": "x"}),
            r#"{"l":"x"}"#,
        ),
        (
            "an empty array is an empty object",
            json!([to_object("@body()", "l", "id", &drop)]),
            json!({"l": []}),
            r#"{"l":{}}"#,
        ),
        (
            "the parent itself",
            json!([policy(
                "convertarraytoobject",
                &json!({"propertyParentPath": "@body().l",
            "propertySubPath": "null", "keyWithinCollectionPath": "id", "newPropertyPath": "@body().l", "retainKey": "False"})
            )]),
            json!({"l": [{"id": "a", "x": 1}]}),
            r#"{"l":{"a":{"x":1}}}"#,
        ),
        (
            "a key further down",
            json!([to_object("@body()", "l", "k.id", &drop)]),
            json!({"l": [{"k": {"id": "a"}, "x": 1}]}),
            r#"{"l":{"a":{"k":{},"x":1}}}"#,
        ),
    ]);
}

fn to_list(parent: &str, sub: &str, new: &str, rest: &Value) -> Value {
    let mut fields =
        json!({"propertyParentPath": parent, "propertySubPath": sub, "newPropertyPath": new});
    fields.as_object_mut().unwrap().extend(rest.as_object().cloned().unwrap_or_default());
    policy("ConvertObjectToArray", &fields)
}

#[test]
fn convert_object_to_array_names_key_and_value() {
    let names = json!({"keyName": "Name", "valueName": "Details"});
    let none = json!({});
    bodies(&[
        (
            "key and value are the default names",
            json!([to_list("@body()", "o", "@body().o", &none)]),
            json!({"o": {"a": 1, "b": {"c": 2}}}),
            r#"{"o":[{"key":"a","value":1},{"key":"b","value":{"c":2}}]}"#,
        ),
        (
            "other names",
            json!([to_list("@body()", "o", "@body().l", &names)]),
            json!({"o": {"a": 1}}),
            r#"{"o":{"a":1},"l":[{"Name":"a","Details":1}]}"#,
        ),
        (
            "the body itself, when the sub path is the word null",
            json!([to_list("@body()", "null", "@body().Zones", &names)]),
            json!({"a": 1}),
            r#"{"a":1,"Zones":[{"Name":"a","Details":1}]}"#,
        ),
        (
            "or empty",
            json!([to_list("@body()", "", "@body().l", &none)]),
            json!({"a": 1}),
            r#"{"a":1,"l":[{"key":"a","value":1}]}"#,
        ),
        (
            "per element of a collection",
            json!([to_list("@body().l", "o", "@item()._o", &none)]),
            json!({"l": [{"o": {"a": 1}}, {"x": 1}, {"o": {}}]}),
            r#"{"l":[{"o":{"a":1},"_o":[{"key":"a","value":1}]},{"x":1},{"o":{},"_o":[]}]}"#,
        ),
        (
            "elements themselves",
            json!([to_list("@body().l", "null", "@item().all", &none)]),
            json!({"l": [{"a": 1}]}),
            r#"{"l":[{"a":1,"all":[{"key":"a","value":1}]}]}"#,
        ),
        (
            "an item path with a single parent",
            json!([to_list("@body().p", "o", "@item().l", &none)]),
            json!({"p": {"o": {"a": 1}}}),
            r#"{"p":{"o":{"a":1},"l":[{"key":"a","value":1}]}}"#,
        ),
        (
            "nothing there, nothing done",
            json!([to_list("@body()", "o", "@body().o", &none)]),
            json!({"p": 1}),
            r#"{"p":1}"#,
        ),
        (
            "null stays",
            json!([to_list("@body()", "o", "@body().o", &none)]),
            json!({"o": null}),
            r#"{"o":null}"#,
        ),
        (
            "an array stays",
            json!([to_list("@body()", "o", "@body().o", &none)]),
            json!({"o": [1]}),
            r#"{"o":[1]}"#,
        ),
        (
            "the body is replaced",
            json!([to_list("@body()", "o", "@body()", &none)]),
            json!({"o": {"a": 1}}),
            r#"[{"key":"a","value":1}]"#,
        ),
    ]);
}

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
