use liaison_connector_forms::{Act, Control, Kind, Text, Typed};
use serde_json::json;

use crate::world::{body, form, mistakes, object, package, posted, read};

#[test]
fn every_kind_of_input_has_the_control_that_fits_it() {
    let package = package(
        &json!([
            { "name": "id", "in": "path", "required": true, "type": "integer" },
            { "name": "state", "in": "query", "type": "string", "enum": ["o", "c"],
              "x-ms-enum-values": [{ "value": "o", "displayName": "Open" }] },
            { "name": "loud", "in": "query", "type": "boolean", "default": false },
            { "name": "day", "in": "query", "type": "string", "format": "date" },
            { "name": "since", "in": "query", "type": "string", "format": "date-time" },
            { "name": "code", "in": "query", "type": "string", "format": "password" },
            { "name": "tags", "in": "query", "type": "array", "items": { "type": "string" } },
            { "name": "file", "in": "formData", "type": "file" },
            { "name": "mode", "in": "query", "type": "string", "required": true, "default": "x",
              "x-ms-visibility": "internal" },
            { "name": "rare", "in": "query", "type": "string", "x-ms-visibility": "advanced" },
            { "name": "first", "in": "query", "type": "string", "x-ms-visibility": "important",
              "x-ms-summary": "The first", "description": "Said first" },
        ]),
        &json!({}),
    );
    form(&package, &Typed::default(), |form| {
        let names: Vec<&str> = form.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(
            names,
            ["id", "first", "state", "loud", "day", "since", "code", "tags", "file", "rare"]
        );
        let control = |pointer: &str| form.field(pointer).unwrap().control.clone();
        assert_eq!(control("/id"), Control::Line(Text::Number));
        let Control::Choice(states) = control("/state") else { panic!("a choice") };
        let states: Vec<_> =
            states.iter().map(|it| (it.value.as_str(), it.title.as_str())).collect();
        assert_eq!(states, [("o", "Open"), ("c", "c")]);
        assert!(matches!(control("/loud"), Control::Choice(two) if two.len() == 2));
        assert_eq!(form.field("/loud").unwrap().placeholder, "false");
        assert_eq!(control("/day"), Control::Line(Text::Date));
        assert_eq!(control("/since"), Control::Line(Text::DateTime));
        assert_eq!(control("/code"), Control::Line(Text::Secret));
        assert!(matches!(control("/tags"), Control::List { items, .. } if items.is_empty()));
        assert_eq!(control("/file"), Control::File);
        let first = form.field("/first").unwrap();
        assert_eq!((first.label.as_str(), first.hint.as_str()), ("The first", "Said first"));
        assert!(form.field("/rare").unwrap().advanced && form.field("/id").unwrap().required);
    });
}

fn nested() -> openapi::Package<'static> {
    package(
        &body(&json!({ "type": "object", "required": ["name"], "properties": {
            "name": { "type": "string" },
            "count": { "type": "integer" },
            "price": { "type": "number" },
            "at": { "type": "string", "format": "date-time" },
            "open": { "type": "boolean" },
            "level": { "type": "integer", "enum": [1, 2] },
            "of": { "type": "object", "required": ["a/b"], "properties": {
                "a/b": { "type": "string" }, "c": { "type": "string" } } },
            "lines": { "type": "array", "items": { "type": "object", "properties": {
                "text": { "type": "string" }, "n": { "type": "integer" } } } },
            "free": { "type": "object" },
            "any": {},
            "made": { "type": "string", "readOnly": true },
        } })),
        &json!({}),
    )
}

#[test]
fn what_is_typed_becomes_inputs_of_the_declared_kinds() {
    let typed = posted(&[
        ("v/body/name", "Lamp"),
        ("v/body/count", " 7 "),
        ("v/body/price", "1.5"),
        ("v/body/at", "2026-11-22T10:00"),
        ("v/body/open", "true"),
        ("v/body/level", "2"),
        ("v/body/of/a~1b", "x"),
        ("v/body/of/c", ""),
        ("n/body/lines", "2"),
        ("v/body/lines/0/text", "one"),
        ("v/body/lines/1/n", "2"),
        ("v/body/free", "{\"a\": [1]}"),
        ("v/body/any", "plain"),
        ("v/body/made", "never"),
    ]);
    let read = read(&nested(), &typed);
    assert_eq!(mistakes(&read), []);
    assert_eq!(
        serde_json::Value::Object(read.inputs),
        json!({ "body": { "name": "Lamp", "count": 7, "price": 1.5, "at": "2026-11-22T08:00:00Z",
            "open": true, "level": 2, "of": { "a/b": "x" },
            "lines": [{ "text": "one" }, { "n": 2 }], "free": { "a": [1] }, "any": "plain" } })
    );
}

#[test]
fn what_does_not_fit_is_told_at_its_field_and_kept() {
    let typed = posted(&[
        ("v/body/name", ""),
        ("v/body/count", "1.5"),
        ("v/body/price", "dear"),
        ("v/body/at", "soon"),
        ("v/body/free", "{"),
        ("v/body/of/c", "given"),
    ]);
    let package = nested();
    let read = read(&package, &typed);
    let mut told = mistakes(&read);
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("/body/at", "form.instant"),
            ("/body/count", "form.whole"),
            ("/body/free", "form.json"),
            ("/body/name", "form.required"),
            ("/body/of/a~1b", "form.required"),
            ("/body/price", "form.number"),
        ]
    );
    assert_eq!(read.inputs["body"]["count"], "1.5");
    form(&package, &typed, |form| {
        assert!(form.mark(&read.mistakes).is_empty());
        let count = form.field("/body/count").unwrap();
        assert_eq!((count.value.as_str(), count.problem.as_deref()), ("1.5", Some("form.whole")));
        // a text that is no instant is shown as the text that it is
        assert_eq!(form.field("/body/at").unwrap().control, Control::Line(Text::Plain));
    });
}

#[test]
fn what_is_missing_inside_of_something_optional_that_is_not_there_is_no_mistake() {
    let read = read(&nested(), &posted(&[("v/body/name", "x"), ("v/body/of/a~1b", "")]));
    assert_eq!(mistakes(&read), []);
    assert_eq!(read.inputs["body"], json!({ "name": "x" }));
}

#[test]
fn lists_grow_and_shrink_and_their_elements_move_with_what_was_typed() {
    let package = nested();
    let mut typed = posted(&[
        ("base", r#"{"body":{"lines":[{"n":1,"extra":"a"},{"n":2,"extra":"b"},{"n":3}]}}"#),
        ("n/body/lines", "3"),
        ("v/body/lines/1/text", "two"),
        ("v/body/lines/2/text", "three"),
        ("l/body/lines/2/text", "1"),
    ]);
    typed.remove("/body/lines/0");
    typed.add("/body/lines");
    let read = read(&package, &typed);
    assert_eq!(
        read.inputs["body"]["lines"],
        json!([{ "n": 2, "extra": "b", "text": "two" }, { "n": 3, "text": "three" }])
    );
    assert_eq!(typed.count("/body/lines"), 3);
    assert_eq!(typed.asked().collect::<Vec<_>>(), ["/body/lines/1/text"]);
    typed.remove("/body/lines/9");
    typed.remove("nonsense");
    assert_eq!(typed.count("/body/lines"), 3);
}

#[test]
fn inputs_survive_the_way_to_json_and_back() {
    let package = nested();
    let inputs = object(json!({ "body": { "name": "x", "of": { "a/b": "y" }, "unknown": [1, 2],
        "lines": [{ "text": "t" }], "at": "2026-11-22T08:00:00Z" }, "stray": true }));
    let mut typed = Typed::over(inputs.clone());
    assert_eq!(read(&package, &typed).inputs, inputs);
    form(&package, &typed, |form| {
        assert_eq!(form.field("/body/at").unwrap().value, "2026-11-22T10:00:00");
        assert_eq!(form.field("/body/lines/0/text").unwrap().value, "t");
    });
    typed.to_raw(&inputs);
    assert_eq!(typed.parsed(), Ok(Some(inputs.clone())));
    typed.to_fields().unwrap();
    assert_eq!(read(&package, &typed).inputs, inputs);
    let mut broken = posted(&[("raw", "{\n  \"a\": }")]);
    assert_eq!(broken.to_fields(), Err((2, 8)));
    assert_eq!(broken.raw(), Some("{\n  \"a\": }"));
    assert_eq!(posted(&[("raw", "[]")]).parsed(), Err((1, 1)));
}

#[test]
fn a_file_is_an_input_and_a_large_one_does_not_come_back_with_the_form() {
    let package = package(&json!([{ "name": "f", "in": "formData", "type": "file" }]), &json!({}));
    let mut typed = Typed::default();
    typed.attach("/f", ("a.txt", "text/plain"), "aGk=");
    let inputs = read(&package, &typed).inputs;
    assert_eq!(
        inputs["f"],
        json!({ "filename": "a.txt", "content_type": "text/plain", "base64": "aGk=" })
    );
    form(&package, &typed, |form| assert_eq!(form.field("/f").unwrap().value, "a.txt"));
    assert!(typed.base_text().contains("aGk="));
    typed.attach("/f", ("b.bin", ""), &"A".repeat(300 * 1024));
    assert!(typed.base_text().len() < 100);
    assert!(read(&package, &typed).inputs["f"]["base64"].as_str().unwrap().len() > 300_000);
}

#[test]
fn an_empty_body_is_an_object_where_it_has_to_be_there() {
    let read = read(
        &package(
            &body(&json!({ "type": "object", "properties": {
        "a": { "type": "string" } } })),
            &json!({}),
        ),
        &Typed::default(),
    );
    assert_eq!(read.inputs["body"], json!({}));
}

#[test]
fn buttons_say_what_they_do() {
    assert_eq!(Act::read("add:/body/x"), Some(Act::Add("/body/x".to_owned())));
    assert_eq!(Act::read("raw"), Some(Act::Raw));
    for odd in ["", "add", "add:x", "run", "delete:/x"] {
        assert_eq!(Act::read(odd), None, "{odd}");
    }
}

#[test]
fn what_nothing_is_said_about_may_be_anything() {
    let package = package(&json!([{ "name": "q", "in": "query" }]), &json!({}));
    form(&package, &Typed::default(), |form| assert_eq!(form.fields[0].kind, Kind::Any));
    assert_eq!(read(&package, &posted(&[("v/q", "[1]")])).inputs["q"], json!([1]));
    assert_eq!(read(&package, &posted(&[("v/q", "[1")])).inputs["q"], json!("[1"));
    assert_eq!(read(&package, &posted(&[("v/q", "7")])).inputs["q"], json!("7"));
}
