//! Paths, queries and headers (connector-format §7, steps 1 to 5).

use serde_json::{Value, json};

use crate::world::World;

fn one(path: &str, parameters: Value, inputs: Value) -> Vec<String> {
    World::new()
        .operation("get", path, json!({"operationId": "One", "parameters": parameters}))
        .call(&json!({"op": "One", "inputs": inputs}))
        .lines()
}

const BASE: &str = "https://api.example.com/v1";

#[test]
fn path_values_are_encoded_once_or_twice_and_literal_text_stays() {
    let p = |name: &str, encoding: &str| json!({"name": name, "in": "path", "required": true, "type": "string", "x-ms-url-encoding": encoding});
    let rows = [
        (
            "everything but unreserved characters",
            "/a/{x}",
            p("x", "single"),
            json!("a/b+c=d'e~-._"),
            "/a/a%2Fb%2Bc%3Dd%27e~-._",
        ),
        ("twice", "/a/{x}", p("x", "double"), json!("a/b c"), "/a/a%252Fb%2520c"),
        ("in any letter case", "/a/{x}", p("x", "Double"), json!("/"), "/a/%252F"),
        (
            "nothing said is once",
            "/a/{x}",
            json!({"name": "x", "in": "path", "required": true, "type": "string"}),
            json!("/"),
            "/a/%2F",
        ),
        (
            "quotes and parentheses of the template",
            "/tables('{x}')/$ref(1)",
            p("x", "single"),
            json!("it's"),
            "/tables('it%27s')/$ref(1)",
        ),
        (
            "blanks of the template cannot go out",
            "/a b/{x}",
            p("x", "single"),
            json!("1"),
            "/a%20b/1",
        ),
        ("names with blanks and dots", "/a/{the x.y}", p("the x.y", "single"), json!("1"), "/a/1"),
        (
            "colons and at signs of the template",
            "/a:do@x/{x}",
            p("x", "single"),
            json!("@:"),
            "/a:do@x/%40%3A",
        ),
        ("a double slash", "/a//{x}", p("x", "single"), json!("1"), "/a//1"),
        (
            "a number",
            "/a/{x}",
            json!({"name": "x", "in": "path", "required": true, "type": "number"}),
            json!(1.5),
            "/a/1.5",
        ),
        (
            "a boolean",
            "/a/{x}",
            json!({"name": "x", "in": "path", "required": true, "type": "boolean"}),
            json!(true),
            "/a/true",
        ),
        (
            "a list",
            "/a/{x}",
            json!({"name": "x", "in": "path", "required": true, "type": "array"}),
            json!(["a", "b"]),
            "/a/a%2Cb",
        ),
        ("beyond ASCII", "/ä/{x}", p("x", "single"), json!("é"), "/%C3%A4/%C3%A9"),
        ("a query in the path", "/a/{x}?v=1", p("x", "single"), json!("1"), "/a/1?v=1"),
        (
            "an empty default of the publisher's",
            "/a/{x}",
            json!({"name": "x", "in": "path", "required": true, "type": "string", "default": ""}),
            json!(null),
            "/a/",
        ),
        ("the same one twice", "/{x}/{x}", p("x", "single"), json!("1"), "/1/1"),
    ];
    for (why, path, parameter, value, expected) in rows {
        let name = parameter["name"].as_str().unwrap().to_owned();
        assert_eq!(
            one(path, json!([parameter]), json!({name: value})),
            [format!("GET {BASE}{expected}")],
            "{why}"
        );
    }
}

#[test]
fn queries_keep_the_order_of_the_declaration() {
    let q = |name: &str, rest: Value| {
        let mut parameter = json!({"name": name, "in": "query", "type": "string"});
        parameter.as_object_mut().unwrap().extend(rest.as_object().cloned().unwrap());
        parameter
    };
    let list = |format: Value| q("l", json!({"type": "array", "collectionFormat": format}));
    let rows = [
        (
            "order of the declaration, absent ones left out",
            json!([q("b", json!({})), q("a", json!({})), q("c", json!({}))]),
            json!({"a": "1", "b": "2"}),
            "?b=2&a=1",
        ),
        ("booleans", json!([q("b", json!({"type": "boolean"}))]), json!({"b": false}), "?b=false"),
        (
            "booleans given as text",
            json!([q("b", json!({"type": "boolean"}))]),
            json!({"b": "True"}),
            "?b=true",
        ),
        (
            "integers",
            json!([q("b", json!({"type": "integer"}))]),
            json!({"b": 12_345_678_901_i64}),
            "?b=12345678901",
        ),
        ("null is nothing", json!([q("b", json!({}))]), json!({"b": null}), ""),
        ("empty text is a value", json!([q("b", json!({}))]), json!({"b": ""}), "?b="),
        (
            "a dollar sign in a name stays",
            json!([q("$filter", json!({}))]),
            json!({"$filter": "a eq 'b'"}),
            "?$filter=a%20eq%20%27b%27",
        ),
        (
            "other names are encoded",
            json!([q("a b[]", json!({}))]),
            json!({"a b[]": "1"}),
            "?a%20b%5B%5D=1",
        ),
        (
            "lists are joined by commas",
            json!([list(json!("csv"))]),
            json!({"l": ["a", "b c"]}),
            "?l=a%2Cb%20c",
        ),
        (
            "also when nothing is said",
            json!([q("l", json!({"type": "array"}))]),
            json!({"l": [1, 2]}),
            "?l=1%2C2",
        ),
        ("multi repeats", json!([list(json!("multi"))]), json!({"l": ["a", "b"]}), "?l=a&l=b"),
        ("blanks", json!([list(json!("ssv"))]), json!({"l": ["a", "b"]}), "?l=a%20b"),
        ("tabs", json!([list(json!("tsv"))]), json!({"l": ["a", "b"]}), "?l=a%09b"),
        ("bars", json!([list(json!("pipes"))]), json!({"l": ["a", "b"]}), "?l=a%7Cb"),
        (
            "one that is declared twice is meant once",
            json!([q("a", json!({})), q("a", json!({}))]),
            json!({"a": "1"}),
            "?a=1",
        ),
        (
            "an optional default is only a suggestion",
            json!([q("a", json!({"default": "x"}))]),
            json!({}),
            "",
        ),
        (
            "a required default is sent",
            json!([q("a", json!({"default": "x", "required": true}))]),
            json!({}),
            "?a=x",
        ),
        (
            "a hidden constant is sent",
            json!([q(
                "a",
                json!({"default": true, "type": "boolean", "required": true, "x-ms-visibility": "internal"})
            )]),
            json!({}),
            "?a=true",
        ),
        (
            "an optional hidden one is not",
            json!([q("a", json!({"default": "x", "x-ms-visibility": "internal"}))]),
            json!({}),
            "",
        ),
        (
            "the caller's value goes before the default",
            json!([q("a", json!({"default": "x", "required": true}))]),
            json!({"a": "y"}),
            "?a=y",
        ),
        (
            "what is not declared is not sent",
            json!([q("a", json!({}))]),
            json!({"a": "1", "z": "2"}),
            "?a=1",
        ),
        (
            "objects as JSON",
            json!([q("o", json!({"type": "object"}))]),
            json!({"o": {"a": 1}}),
            "?o=%7B%22a%22%3A1%7D",
        ),
    ];
    for (why, parameters, inputs, expected) in rows {
        assert_eq!(one("/o", parameters, inputs), [format!("GET {BASE}/o{expected}")], "{why}");
    }
}

#[test]
fn headers_are_trimmed_and_content_negotiation_follows_the_definition() {
    let h = |name: &str, rest: Value| {
        let mut parameter = json!({"name": name, "in": "header", "type": "string"});
        parameter.as_object_mut().unwrap().extend(rest.as_object().cloned().unwrap());
        parameter
    };
    let required = |default: &str| json!({"required": true, "default": default, "x-ms-visibility": "internal"});
    let rows = [
        (
            "blanks at the ends go",
            json!([h("Prefer", required(" return=representation "))]),
            json!({}),
            "\nPrefer: return=representation",
        ),
        (
            "a declared Accept counts",
            json!([h("accept", required("text/csv"))]),
            json!({}),
            "\naccept: text/csv",
        ),
        (
            "a list is joined by commas",
            json!([h("X-L", json!({"type": "array"}))]),
            json!({"X-L": ["a", "b"]}),
            "\nX-L: a,b",
        ),
        (
            "a suggested type without a body is not sent",
            json!([h("Content-Type", json!({"default": "text/xml"}))]),
            json!({}),
            "",
        ),
        (
            "a required one is",
            json!([h("Content-Type", required("application/json"))]),
            json!({}),
            "\nContent-Type: application/json",
        ),
        (
            "a colon in the name is a slip",
            json!([h("X-A:", json!({}))]),
            json!({"X-A:": "1"}),
            "\nX-A: 1",
        ),
        ("a name that is none is not sent", json!([h("X A", json!({}))]), json!({"X A": "1"}), ""),
        (
            "names keep their spelling",
            json!([h("x-lower", json!({}))]),
            json!({"x-lower": "1"}),
            "\nx-lower: 1",
        ),
    ];
    for (why, parameters, inputs, expected) in rows {
        assert_eq!(one("/o", parameters, inputs), [format!("GET {BASE}/o{expected}")], "{why}");
    }
    let accept = |produces: Value| {
        let operation = json!({"operationId": "One", "produces": produces});
        World::new().operation("get", "/o", operation).call(&json!({"op": "One"})).lines().remove(0)
    };
    assert_eq!(accept(json!(["text/csv"])), format!("GET {BASE}/o\nAccept: text/csv"));
    assert_eq!(
        accept(json!(["a/b", "c/d"])),
        format!("GET {BASE}/o\nAccept: application/json, */*")
    );
    assert_eq!(accept(json!([])), format!("GET {BASE}/o\nAccept: application/json, */*"));
}

#[test]
fn the_base_comes_from_the_definition() {
    let base = |changes: Value| {
        let mut world = World::new();
        world.definition.as_object_mut().unwrap().extend(changes.as_object().cloned().unwrap());
        world.call(&json!({"op": "Get", "inputs": {"id": "7"}})).lines().remove(0)
    };
    assert_eq!(
        base(json!({"schemes": ["http", "https"]})),
        "GET http://api.example.com/v1/items/7"
    );
    assert_eq!(base(json!({"schemes": []})), "GET https://api.example.com/v1/items/7");
    assert_eq!(base(json!({"basePath": "/"})), "GET https://api.example.com/items/7");
    assert_eq!(base(json!({"basePath": null})), "GET https://api.example.com/items/7");
    assert_eq!(base(json!({"basePath": "/v1/"})), "GET https://api.example.com/v1/items/7");
    assert_eq!(base(json!({"basePath": "v1"})), "GET https://api.example.com/v1/items/7");
    assert_eq!(base(json!({"host": "h:8080"})), "GET https://h:8080/v1/items/7");
    assert_eq!(base(json!({"host": "{{host}}"})), "! address.invalid url");
    assert_eq!(base(json!({"host": ""})), "! address.invalid url");
}

#[test]
fn open_api_3_writes_lists_and_objects_its_own_way() {
    let mut world = World::new();
    let query = |name: &str, rest: Value| {
        let mut parameter = json!({"name": name, "in": "query", "schema": {}});
        parameter.as_object_mut().unwrap().extend(rest.as_object().cloned().unwrap());
        parameter
    };
    world.definition = json!({"openapi": "3.0.0", "info": {"title": "t", "version": "1"},
        "servers": [{"url": "https://{region}.example.com/base/", "variables": {"region": {"default": "eu"}}}],
        "components": {"securitySchemes": {"b": {"type": "http", "scheme": "bearer"}}},
        "paths": {"/o": {"post": {"operationId": "One",
            "parameters": [query("l", json!({})), query("c", json!({"explode": false})),
                query("o", json!({})), query("d", json!({"style": "deepObject"})),
                {"name": "sid", "in": "cookie", "schema": {"type": "string"}}],
            "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
            "responses": {"200": {"description": "ok", "content": {"application/json": {}}}}}}}});
    let world = world.parameters(json!({"token": {"type": "securestring"}}));
    let sent = world.call(&json!({"op": "One", "parameters": {"token": "t"}, "inputs": {
        "l": ["a", "b"], "c": ["a", "b"], "o": {"x": 1, "y": "z"}, "d": {"x": 1}, "sid": "a b", "body": {"k": 1}}}));
    assert_eq!(
        sent.lines(),
        ["POST https://eu.example.com/base/o?l=a&l=b&c=a%2Cb&x=1&y=z&d%5Bx%5D=1\n\
        Cookie: sid=a%20b\nContent-Type: application/json\nAuthorization: Bearer t\n\n{\"k\":1}"]
    );
}
