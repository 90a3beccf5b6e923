//! Bodies and their types (connector-format §7, steps 6 and 7; constants of step 2).

use serde_json::{Value, json};

use crate::world::World;

fn post(operation: Value, inputs: Value) -> String {
    let mut operation = operation;
    operation["operationId"] = json!("One");
    World::new()
        .operation("post", "/o", operation)
        .call(&json!({"op": "One", "inputs": inputs}))
        .lines()
        .remove(0)
}

fn body(schema: Value) -> Value {
    json!([{"name": "payload", "in": "body", "required": true, "schema": schema}])
}

const HEAD: &str = "POST https://api.example.com/v1/o";

fn typed(content_type: &str, body: &str) -> String {
    format!("{HEAD}\nContent-Type: {content_type}\n\n{body}")
}

#[test]
fn the_type_of_a_body_follows_consumes() {
    let object = || body(json!({"type": "object"}));
    let text = || body(json!({"type": "string"}));
    let bytes = || body(json!({"type": "string", "format": "binary"}));
    let file = json!({"filename": "a.bin", "content_type": "image/png", "base64": "AAEC"});
    let rows = [
        (
            "the only entry, as written",
            json!(["application/json; charset=utf-8"]),
            object(),
            json!({"a": 1}),
            "application/json; charset=utf-8",
            "{\"a\":1}",
        ),
        (
            "a relative of JSON",
            json!(["application/json-patch+json"]),
            object(),
            json!({}),
            "application/json-patch+json",
            "{}",
        ),
        (
            "several with one that is like JSON",
            json!(["text/json", "application/xml"]),
            object(),
            json!({}),
            "application/json",
            "{}",
        ),
        ("none declared", json!([]), object(), json!({}), "application/json", "{}"),
        (
            "a pattern is no type",
            json!(["application/*+json"]),
            object(),
            json!({}),
            "application/json",
            "{}",
        ),
        (
            "a string as JSON",
            json!(["application/json"]),
            text(),
            json!("a\"b"),
            "application/json",
            "\"a\\\"b\"",
        ),
        ("a string as text", json!(["text/plain"]), text(), json!("a\"b"), "text/plain", "a\"b"),
        (
            "a string as XML",
            json!(["application/xml"]),
            text(),
            json!("<a/>"),
            "application/xml",
            "<a/>",
        ),
        (
            "a string where text and JSON are taken is JSON",
            json!(["text/plain", "application/json"]),
            text(),
            json!("x"),
            "application/json",
            "\"x\"",
        ),
        (
            "bytes",
            json!(["application/octet-stream"]),
            bytes(),
            file.clone(),
            "application/octet-stream",
            "\u{0}\u{1}\u{2}",
        ),
        (
            "bytes of a file say their own type",
            json!([]),
            bytes(),
            file,
            "image/png",
            "\u{0}\u{1}\u{2}",
        ),
        (
            "bytes given as text",
            json!([]),
            bytes(),
            json!("abc"),
            "application/octet-stream",
            "abc",
        ),
        (
            "base64 text stays text",
            json!(["application/json"]),
            body(json!({"type": "string", "format": "byte"})),
            json!("aGk="),
            "application/json",
            "\"aGk=\"",
        ),
        (
            "an array",
            json!(["application/json"]),
            body(json!({"type": "array"})),
            json!([1, null, "é"]),
            "application/json",
            "[1,null,\"é\"]",
        ),
    ];
    for (why, consumes, parameters, value, content_type, expected) in rows {
        let sent =
            post(json!({"consumes": consumes, "parameters": parameters}), json!({"body": value}));
        assert_eq!(sent, typed(content_type, expected), "{why}");
    }
}

#[test]
fn constants_are_added_wherever_their_parent_is() {
    let constant =
        |value: Value| json!({"type": "string", "x-ms-visibility": "internal", "default": value});
    let schema = json!({
        "type": "object", "required": ["kind", "inner", "shown"],
        "properties": {
            "kind": constant(json!("k")),
            "shown": {"type": "string"},
            "loose": constant(json!("not required")),
            "inner": {"type": "object", "required": ["deep"], "properties": {"deep": constant(json!({"x": 1}))}},
            "maybe": {"type": "object", "required": ["deep"], "properties": {"deep": constant(json!(5)), "a": {"type": "string"}}},
            "list": {"type": "array", "items": {"type": "object", "required": ["t"], "properties": {"t": constant(json!(true))}}}
        }
    });
    let sent =
        |value: Value| post(json!({"parameters": body(schema.clone())}), json!({"body": value}));
    let json_body = |text: &str| typed("application/json", text);
    assert_eq!(
        sent(json!({"shown": "s"})),
        json_body(r#"{"shown":"s","kind":"k","inner":{"deep":{"x":1}}}"#)
    );
    assert_eq!(
        sent(json!({"shown": "s", "maybe": {"a": "1"}})),
        json_body(
            r#"{"shown":"s","maybe":{"a":"1","deep":5},"kind":"k","inner":{"deep":{"x":1}}}"#
        ),
        "an optional object that is there"
    );
    assert_eq!(
        sent(json!({"shown": "s", "list": [{}, {"t": false}]})),
        json_body(
            r#"{"shown":"s","list":[{"t":true},{"t":false}],"kind":"k","inner":{"deep":{"x":1}}}"#
        ),
        "elements of a list; the caller's value stays"
    );
    assert_eq!(
        sent(json!({})),
        "! input.missing shown",
        "what is required and shown has to be given"
    );
}

#[test]
fn a_body_that_contains_itself_ends() {
    let mut world = World::new();
    world.definition["definitions"] = json!({"node": {"type": "object", "required": ["next", "k"], "properties": {
        "next": {"$ref": "#/definitions/node"}, "other": {"$ref": "#/definitions/node"},
        "k": {"type": "string", "x-ms-visibility": "internal", "default": "x"}}}});
    let world = world.operation("post", "/o", json!({"operationId": "One",
        "parameters": [{"name": "b", "in": "body", "required": true, "schema": {"$ref": "#/definitions/node"}}]}));
    let sent = world.call(&json!({"op": "One"}));
    assert_eq!(sent.requests.len(), 1);
    assert!(sent.requests[0].body.len() < 100_000);
}

#[test]
fn a_body_is_sent_with_every_method_and_left_out_when_it_is_not_given() {
    for method in ["get", "delete", "put", "patch"] {
        let operation = json!({"operationId": "One", "parameters": [{"name": "b", "in": "body", "schema": {"type": "object"}}]});
        let world = World::new().operation(method, "/o", operation);
        let sent = world.call(&json!({"op": "One", "inputs": {"b": {"a": 1}}})).lines().remove(0);
        assert!(
            sent.ends_with("\nContent-Type: application/json\n\n{\"a\":1}"),
            "by its own name too: {sent}"
        );
        let sent = world.call(&json!({"op": "One"})).lines().remove(0);
        assert_eq!(sent, format!("{} https://api.example.com/v1/o", method.to_uppercase()));
    }
}

#[test]
fn forms_are_encoded_as_browsers_do() {
    let field = |name: &str, rest: Value| {
        let mut field = json!({"name": name, "in": "formData", "type": "string"});
        field.as_object_mut().unwrap().extend(rest.as_object().cloned().unwrap());
        field
    };
    let fields = json!([
        field("b", json!({})),
        field("a b", json!({})),
        field("l", json!({"type": "array"})),
        field("c", json!({"required": true, "default": "x", "x-ms-visibility": "internal"}))
    ]);
    let form = |consumes: Value, inputs: Value| {
        post(json!({"consumes": consumes, "parameters": fields.clone()}), inputs)
    };
    let url_encoded = "application/x-www-form-urlencoded";
    assert_eq!(
        form(json!([url_encoded]), json!({"a b": "é&=+ ~", "b": "1", "l": [1, 2]})),
        typed(url_encoded, "b=1&a+b=%C3%A9%26%3D%2B+~&l=1%2C2&c=x")
    );
    assert_eq!(
        form(json!([]), json!({})),
        typed(url_encoded, "c=x"),
        "no type is a form all the same"
    );
    assert_eq!(
        form(json!(["application/json"]), json!({})),
        typed(url_encoded, "c=x"),
        "so is another one"
    );
}

#[test]
fn files_make_a_form_multipart_with_a_boundary_of_ours() {
    let operation = json!({"consumes": ["multipart/form-data"], "parameters": [
        {"name": "Content-Type", "in": "header", "type": "string", "required": true, "default": "multipart/form-data"},
        {"name": "note", "in": "formData", "type": "string"},
        {"name": "file", "in": "formData", "type": "file"}]});
    let inputs = json!({"note": "n", "file": {"filename": "a\"b\r\n.txt", "content_type": "text/plain", "base64": "aGk="}});
    let sent = post(operation.clone(), inputs.clone());
    let (_, boundary) = sent.split_once("boundary=").unwrap();
    let boundary = boundary.split('\n').next().unwrap();
    let expected = format!(
        "{HEAD}\nContent-Type: multipart/form-data; boundary={boundary}\n\n\
        --{boundary}\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nn\r\n\
        --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a%22b%0D%0A.txt\"\r\n\
        Content-Type: text/plain\r\n\r\nhi\r\n--{boundary}--\r\n"
    );
    assert_eq!(sent, expected);
    assert_eq!(post(operation.clone(), inputs), sent, "the same inputs give the same bytes");
    let holding = json!({"note": format!("--{boundary}"), "file": {"filename": "a", "content_type": "text/plain", "base64": "aGk="}});
    let other = post(operation, holding);
    let (_, new) = other.split_once("boundary=").unwrap();
    assert_ne!(
        new.split('\n').next().unwrap(),
        boundary,
        "the boundary stands nowhere in the content"
    );
}

#[test]
fn a_policy_takes_no_boundary_away() {
    let operation = json!({"operationId": "One", "consumes": ["multipart/form-data"],
        "parameters": [{"name": "a", "in": "formData", "type": "string"}]});
    let sent = |value: &str| {
        let header =
            crate::world::policy("setheader", &json!({"name": "content-type", "value": value}));
        let world =
            World::new().operation("post", "/o", operation.clone()).policies(json!([header]));
        let sent = world.call(&json!({"op": "One", "inputs": {"a": "1"}}));
        sent.requests[0].headers.value("Content-Type").unwrap().to_owned()
    };
    assert!(sent("multipart/form-data").starts_with("multipart/form-data; boundary=liaison-"));
    assert_eq!(sent("text/plain"), "text/plain", "another type is the policy's word");
}
