//! Choices and schemas from other operations (connector-format §8).

use liaison_connector_engine::dynamic::{self, Choice, Form, Question};
use openapi::{Package, Sources};
use serde_json::{Value, json};

/// The question that the parameter `p` of an operation asks, and with `chosen` the one below it.
fn ask(extension: &Value, inputs: &Value, chosen: Option<&Choice>) -> Option<Question> {
    let mut parameter = json!({"name": "p", "in": "query", "type": "string"});
    parameter.as_object_mut().unwrap().extend(extension.as_object().cloned().unwrap());
    let ok = json!({"200": {"description": "ok"}});
    let definition = json!({"swagger": "2.0", "info": {"title": "t", "version": "1"}, "host": "h.example",
        "x-ms-capabilities": {"file-picker": {
            "open": {"operationId": "List", "parameters": {"kind": "root"}},
            "browse": {"operationId": "List", "parameters": {"id": {"value-property": "Id"}}},
            "value-title": "Name", "value-collection": "files", "value-folder-property": "IsFolder"}},
        "paths": {
            "/one": {"post": {"operationId": "One", "responses": ok, "parameters": [
                parameter, {"name": "list", "in": "query", "type": "string"},
                {"name": "site", "in": "query", "type": "string", "default": "main"},
                {"name": "payload", "in": "body", "schema": {"type": "object"}}]}},
            "/list/{id}": {"post": {"operationId": "List", "responses": ok, "parameters": [
                {"name": "id", "in": "path", "required": true, "type": "string"},
                {"name": "kind", "in": "query", "type": "string"},
                {"name": "body", "in": "body", "schema": {"type": "object"}}]}}}}).to_string();
    let package = Package::load(Sources {
        definition: definition.as_bytes(),
        properties: None,
        has_script: false,
    })
    .unwrap();
    let operation = package.operation("One").unwrap();
    let inputs = inputs.as_object().cloned().unwrap();
    let form = Form { package: &package, operation: &operation, inputs: &inputs };
    let extensions = operation.parameter("p").unwrap().extensions();
    match chosen {
        Some(chosen) => dynamic::below(form, extensions, chosen),
        None => dynamic::choices(form, extensions).or_else(|| dynamic::schema(form, extensions)),
    }
}

fn inputs_of(extension: Value, inputs: Value) -> Value {
    let question = ask(&extension, &inputs, None).unwrap();
    assert_eq!(question.operation_id, "List");
    json!({"in": question.inputs, "missing": question.missing})
}

#[test]
fn a_question_takes_its_inputs_from_constants_and_from_what_was_filled_in() {
    let values = |parameters: Value| json!({"x-ms-dynamic-values": {"operationId": "List", "parameters": parameters}});
    let list = |parameters: Value| json!({"x-ms-dynamic-list": {"operationId": "List", "parameters": parameters}});
    let rows = [
        (
            "constants of the older form",
            values(json!({"id": 5, "kind": "x"})),
            json!({}),
            json!({"id": 5, "kind": "x"}),
            json!([]),
        ),
        (
            "an input",
            values(json!({"id": {"parameter": "list"}})),
            json!({"list": "l"}),
            json!({"id": "l"}),
            json!([]),
        ),
        (
            "a property of the body",
            values(json!({"id": {"parameter": "deep"}})),
            json!({"body": {"a": {"deep": 7}}}),
            json!({"id": 7}),
            json!([]),
        ),
        (
            "an input that is empty asks for it first",
            values(json!({"id": {"parameter": "list"}})),
            json!({}),
            json!({}),
            json!(["id"]),
        ),
        (
            "a default counts",
            values(json!({"id": {"parameter": "site"}})),
            json!({}),
            json!({"id": "main"}),
            json!([]),
        ),
        (
            "constants of the newer form",
            list(json!({"id": {"value": "v"}})),
            json!({}),
            json!({"id": "v"}),
            json!([]),
        ),
        (
            "a reference",
            list(json!({"id": {"parameterReference": "list"}})),
            json!({"list": "l"}),
            json!({"id": "l"}),
            json!([]),
        ),
        (
            "a reference into the body",
            list(json!({"id": {"parameterReference": "body/a/b"}})),
            json!({"body": {"a": {"b": 1}}}),
            json!({"id": 1}),
            json!([]),
        ),
        (
            "by the body's own name",
            list(json!({"id": {"parameterReference": "payload/a"}})),
            json!({"body": {"a": 1}}),
            json!({"id": 1}),
            json!([]),
        ),
        (
            "into the body of the other operation",
            list(json!({"id": {"value": 1}, "body/x/y": {"value": 2}})),
            json!({}),
            json!({"id": 1, "body": {"x": {"y": 2}}}),
            json!([]),
        ),
        (
            "a name that is no input is a property of its body",
            values(json!({"id": 1, "extra": 2})),
            json!({}),
            json!({"id": 1, "body": {"extra": 2}}),
            json!([]),
        ),
    ];
    for (why, extension, given, expected, missing) in rows {
        assert_eq!(
            inputs_of(extension, given),
            json!({"in": expected, "missing": missing}),
            "{why}"
        );
    }
    let both = json!({"x-ms-dynamic-values": {"operationId": "List", "parameters": {"id": "old"}},
        "x-ms-dynamic-list": {"operationId": "List", "parameters": {"id": {"value": "new"}}}});
    assert_eq!(inputs_of(both, json!({}))["in"], json!({"id": "new"}), "the newer form goes first");
    let platform = json!({"x-ms-dynamic-values": {"builtInOperation": "AadGraph.GetUsers"}});
    assert!(ask(&platform, &json!({}), None).is_none(), "the platform's own are nobody's here");
}

#[test]
fn choices_are_found_by_paths() {
    let question = ask(
        &json!({"x-ms-dynamic-values": {"operationId": "List", "parameters": {},
        "value-collection": "data/items", "value-path": "id", "value-title": "properties/name"}}),
        &json!({}),
        None,
    )
    .unwrap();
    let choices = question.choices(&json!({"data": {"items": [
        {"id": 1, "properties": {"name": "One"}}, {"id": "2"}, {"properties": {"name": "none"}}]}}));
    let shown: Vec<(Value, &str)> =
        choices.iter().map(|it| (it.value.clone(), it.title.as_str())).collect();
    assert_eq!(shown, [(json!(1), "One"), (json!("2"), "2")]);
    let bare = ask(
        &json!({"x-ms-dynamic-values": {"operationId": "List", "parameters": {}}}),
        &json!({}),
        None,
    )
    .unwrap();
    assert_eq!(bare.choices(&json!(["a", "b"])).len(), 2, "the answer itself is the list");
    assert!(bare.choices(&json!("text")).is_empty());
}

#[test]
fn trees_and_pickers_ask_level_by_level() {
    let level = |rest: Value| {
        let mut level = json!({"operationId": "List", "itemsPath": "items", "itemValuePath": "id", "itemTitlePath": "name", "itemIsParent": "folder"});
        level.as_object_mut().unwrap().extend(rest.as_object().cloned().unwrap());
        level
    };
    let tree = json!({"x-ms-dynamic-tree": {"settings": {}, "open": level(json!({"parameters": {"id": {"value": "root"}}})),
        "browse": level(json!({"parameters": {"id": {"selectedItemValuePath": "id"}}}))}});
    let open = ask(&tree, &json!({}), None).unwrap();
    assert_eq!(Value::Object(open.inputs.clone()), json!({"id": "root"}));
    let choices = open.choices(
        &json!({"items": [{"id": "f", "name": "F", "folder": true}, {"id": "d", "folder": false}]}),
    );
    assert_eq!((choices[0].is_parent, choices[1].is_parent), (Some(true), Some(false)));
    let below = ask(&tree, &json!({}), Some(&choices[0])).unwrap();
    assert_eq!(Value::Object(below.inputs), json!({"id": "f"}));

    let picker = json!({"x-ms-dynamic-values": {"capability": "file-picker", "parameters": {"isFolder": false}, "value-path": "Id"}});
    let open = ask(&picker, &json!({}), None).unwrap();
    assert_eq!(Value::Object(open.inputs.clone()), json!({"kind": "root"}));
    let choices = open.choices(&json!({"files": [{"Id": "1", "Name": "N", "IsFolder": true}]}));
    assert_eq!((choices[0].title.as_str(), choices[0].is_parent), ("N", Some(true)));
    let below = ask(&picker, &json!({}), Some(&choices[0])).unwrap();
    assert_eq!(Value::Object(below.inputs), json!({"id": "1"}));
}

#[test]
fn schemas_are_found_whole_or_as_their_properties() {
    let schema = |path: Value, answer: Value| {
        let extension = json!({"x-ms-dynamic-schema": {"operationId": "List", "parameters": {}, "value-path": path}});
        ask(&extension, &json!({}), None).unwrap().schema(&answer)
    };
    let whole = json!({"type": "object", "properties": {"a": {"type": "string"}}});
    assert_eq!(schema(json!("items"), json!({"items": whole})), Some(whole.clone()));
    assert_eq!(schema(json!("items/properties"), json!({"items": whole})), Some(whole.clone()));
    assert_eq!(schema(json!(null), json!({"a": {"type": "string"}})), Some(whole.clone()));
    assert_eq!(schema(json!("items"), json!({"items": null})), None);
    let named = json!({"type": {"type": "string"}, "items": {"type": "string"}});
    assert_eq!(
        schema(json!(null), named.clone()),
        Some(json!({"type": "object", "properties": named})),
        "properties called like words"
    );
}
