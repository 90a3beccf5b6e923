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
pub(crate) fn bodies(rows: &[(&str, Value, Value, &str)]) {
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
