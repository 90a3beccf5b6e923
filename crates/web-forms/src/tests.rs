use connector_forms::{Found, Looked, Sketch};
use jiff::tz::TimeZone;
use kernel::Language;
use openapi::{Package, Sources};
use serde_json::{Value, json};

use super::*;

fn package() -> Package<'static> {
    let definition = json!({
        "swagger": "2.0", "info": { "title": "T", "version": "1" }, "host": "a.example",
        "paths": { "/a/{id}": { "post": { "operationId": "Do", "responses": {}, "parameters": [
            { "name": "id", "in": "path", "required": true, "type": "string",
              "x-ms-summary": "The \"id\" <b>", "description": "Of <i>it</i>" },
            { "name": "which", "in": "query", "type": "string", "x-ms-dynamic-values": {
                "operationId": "List", "value-path": "id", "parameters": { "of": { "parameter": "id" } } } },
            { "name": "quiet", "in": "query", "type": "boolean", "x-ms-visibility": "advanced" },
            { "name": "payload", "in": "body", "schema": { "type": "object", "properties": {
                "when": { "type": "string", "format": "date-time" },
                "lines": { "type": "array", "items": { "type": "object", "properties": {
                    "text": { "type": "string" } } } },
                "free": { "type": "object" } } } },
        ] } }, "/l": { "get": { "operationId": "List", "responses": {} } } },
    });
    let text = definition.to_string();
    let sources = Sources { definition: text.as_bytes(), properties: None, has_script: false };
    Package::load(sources).unwrap().into_owned()
}

fn drawn(language: Language, typed: &Typed, found: &Found) -> String {
    let package = package();
    let operation = package.operation("Do").unwrap();
    let sketch = Sketch { package: &package, operation: &operation, found, zone: &TimeZone::UTC };
    let form = Form::of(sketch, typed);
    let frame = web_proof::frame(language);
    Generated::new(&frame, &form, typed).html().into_string()
}

#[test]
fn what_strangers_wrote_stays_text() {
    let typed = Typed::posted([("v/id", r#""><script>alert(1)</script>"#.to_owned())]);
    let html = drawn(Language::En, &typed, &Found::default());
    assert!(!html.contains("<script>") && !html.contains("<b>") && !html.contains("<i>"), "{html}");
    assert!(html.contains("The &#34;id&#34;"), "{html}");
}

#[test]
fn every_step_is_a_button_of_the_form() {
    let typed = Typed::posted([("n/body/lines", "1".to_owned())]);
    let html = drawn(Language::En, &typed, &Found::default());
    for value in ["load:/which", "add:/body/lines", "remove:/body/lines/0", "raw"] {
        let button = format!(r#"name="do" value="{value}""#);
        assert!(html.contains(&button), "{button} in {html}");
    }
    assert!(html.contains(r#"data-fed-by="i-id""#), "{html}");
}

#[test]
fn labels_name_their_controls_and_ids_are_there_once() {
    let typed = Typed::posted([("n/body/lines", "2".to_owned())]);
    let html = drawn(Language::Fr, &typed, &Found::default());
    let ids: Vec<&str> =
        html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut once = ids.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), ids.len(), "{ids:?}");
    for label in html.split(" for=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.contains(&label), "{label}");
    }
}

#[test]
fn different_pointers_have_different_ids() {
    let all = ["/a/b", "/a-b", "/a_b", "/a b", "/a~1b", "/ab", "/é"];
    let mut ids: Vec<String> = all.iter().map(|pointer| id_of(pointer)).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all.len());
}

#[test]
fn a_look_up_that_failed_is_told_at_its_field() {
    let mut found = Found::default();
    found.put("/which", Looked::Failed("api_call.late".to_owned()));
    let html = drawn(Language::En, &Typed::default(), &found);
    assert!(html.contains("The API did not answer in time"), "{html}");
    found.put("/which", Looked::Missing(vec!["of".to_owned()]));
    assert!(drawn(Language::En, &Typed::default(), &found).contains("Fill in first: of"));
}

#[test]
fn json_that_cannot_be_read_keeps_its_text() {
    let typed = Typed::posted([("raw", "{ \"a\": ".to_owned())]);
    let package = package();
    let operation = package.operation("Do").unwrap();
    let found = Found::default();
    let zone = TimeZone::UTC;
    let sketch = Sketch { package: &package, operation: &operation, found: &found, zone: &zone };
    let form = Form::of(sketch, &typed);
    let frame = web_proof::frame(Language::En);
    let html = Generated::new(&frame, &form, &typed).unreadable(Some((1, 7))).html().into_string();
    assert!(html.contains("line 1, column 7") && html.contains("{ &#34;a&#34;: "), "{html}");
}

#[test]
fn what_was_typed_is_there_again() {
    let inputs =
        json!({ "id": "x", "body": { "when": "2026-11-22T08:00:00Z", "free": { "a": 1 } } });
    let Value::Object(inputs) = inputs else { panic!("an object") };
    let html = drawn(Language::En, &Typed::over(inputs), &Found::default());
    assert!(html.contains(r#"value="2026-11-22T08:00:00""#), "{html}");
    assert!(html.contains("&#34;a&#34;: 1"), "{html}");
}
