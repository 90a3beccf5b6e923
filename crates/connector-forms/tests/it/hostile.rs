use std::time::{Duration, Instant};

use liaison_connector_forms::{
    Control, Found, Looked, MAX_DEPTH, MAX_FIELDS, MAX_ITEMS, MAX_OPTIONS, Typed,
};
use serde_json::{Map, Value, json};

use crate::world::{body, form, package, posted, read, with_form};

fn count(package: &openapi::Package<'_>, typed: &Typed) -> (usize, bool) {
    let begun = Instant::now();
    let found = form(package, typed, |form| {
        let mut count = 0;
        form.each(&mut |_| count += 1);
        (count, form.is_cut)
    });
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    found
}

#[test]
fn a_schema_that_contains_itself_ends_in_a_box_for_json() {
    let node = json!({ "Node": { "type": "object", "properties": {
        "name": { "type": "string" },
        "next": { "$ref": "#/definitions/Node" },
        "all": { "type": "array", "items": { "$ref": "#/definitions/Node" } },
    } } });
    let package = package(&body(&json!({ "$ref": "#/definitions/Node" })), &node);
    assert!(count(&package, &Typed::default()).0 <= 5);
    form(&package, &Typed::default(), |form| {
        assert_eq!(form.field("/body/next").unwrap().control, Control::Json);
    });
    let typed = posted(&[("v/body/next", r#"{"name": "deep", "next": {}}"#)]);
    assert_eq!(read(&package, &typed).inputs["body"]["next"]["name"], "deep");
}

#[test]
fn references_in_a_circle_make_no_endless_form() {
    let ring = json!({ "A": { "$ref": "#/definitions/B" }, "B": { "$ref": "#/definitions/A" } });
    let package = package(&body(&json!({ "$ref": "#/definitions/A" })), &ring);
    assert_eq!(count(&package, &Typed::default()).0, 1);
    let parts = json!({ "A": { "allOf": [{ "$ref": "#/definitions/A" }], "properties": {
        "a": { "allOf": [{ "$ref": "#/definitions/A" }] } } } });
    let package = crate::world::package(&body(&json!({ "$ref": "#/definitions/A" })), &parts);
    assert!(count(&package, &Typed::default()).0 < 50);
}

#[test]
fn a_deep_schema_is_cut_at_its_depth() {
    let mut schema = json!({ "type": "string" });
    for _ in 0..50 {
        schema = json!({ "type": "object", "properties": { "x": schema } });
    }
    let (fields, is_cut) = count(&package(&body(&schema), &json!({})), &Typed::default());
    assert!(fields <= MAX_DEPTH + 1 && is_cut, "{fields}");
}

#[test]
fn a_schema_that_branches_at_every_level_stays_small() {
    let mut definitions = Map::new();
    for level in 0..12 {
        let below = format!("#/definitions/L{}", level + 1);
        let properties: Map<String, Value> =
            (0..20).map(|n| (format!("p{n}"), json!({ "$ref": below }))).collect();
        definitions.insert(format!("L{level}"), json!({ "properties": properties }));
    }
    definitions.insert("L12".to_owned(), json!({ "type": "string" }));
    let package = package(&body(&json!({ "$ref": "#/definitions/L0" })), &definitions.into());
    let (fields, is_cut) = count(&package, &Typed::default());
    assert!(fields <= MAX_FIELDS + 1 && is_cut, "{fields}");
}

#[test]
fn a_wide_schema_is_a_box_for_json_and_says_so() {
    let properties: Map<String, Value> =
        (0..20_000).map(|n| (format!("p{n}"), json!({ "type": "string" }))).collect();
    let schema = json!({ "type": "object", "required": ["p1"], "properties": properties });
    let package = package(&body(&schema), &json!({}));
    let (fields, is_cut) = count(&package, &Typed::default());
    assert!(fields <= MAX_FIELDS && is_cut, "{fields}");
}

#[test]
fn long_lists_long_choices_and_long_words_are_cut() {
    let many: Vec<Value> = (0..50_000).map(|n| json!(n.to_string())).collect();
    let package = package(
        &json!([
            { "name": "c", "in": "query", "type": "string", "enum": many,
              "description": "d".repeat(100_000), "x-ms-summary": "s".repeat(100_000) },
            { "name": "l", "in": "query", "type": "array", "items": { "type": "string" } },
        ]),
        &json!({}),
    );
    let all: Vec<Value> = (0..10_000).map(|n| json!(n)).collect();
    let mut known = Map::new();
    known.insert("l".to_owned(), all.clone().into());
    let typed = Typed::over(known);
    form(&package, &typed, |form| {
        let field = form.field("/c").unwrap();
        let Control::Choice(entries) = &field.control else { panic!("a choice") };
        assert_eq!(entries.len(), MAX_OPTIONS);
        assert!(field.label.chars().count() <= 120 && field.hint.chars().count() <= 300);
        // more than a form shows is JSON, and nothing of it is lost
        assert_eq!(form.field("/l").unwrap().control, Control::Json);
    });
    assert_eq!(read(&package, &typed).inputs["l"], Value::Array(all));
    let typed = posted(&[("n/l", "99999999999"), ("n/c", "-1")]);
    assert!(typed.count("/l") <= MAX_ITEMS);
}

#[test]
fn a_flood_of_posted_fields_is_read_up_to_a_bound() {
    let flood = (0..100_000).map(|n| (format!("v/x{n}"), "x".to_owned()));
    let typed = Typed::posted(flood);
    assert!(typed.text("/x1").is_some() && typed.text("/x50000").is_none());
    let asked = Typed::posted((0..1_000).map(|n| (format!("l/x{n}"), String::new())));
    assert!(asked.asked().count() <= 40);
}

#[test]
fn a_schema_from_another_operation_may_be_anything() {
    let package = package(
        &body(&json!({ "type": "object", "x-ms-dynamic-schema": { "operationId": "List" } })),
        &json!({}),
    );
    let huge = json!({ "type": "object", "description": "x".repeat(2 << 20) });
    let endless = json!({ "properties": { "a": { "$ref": "#/definitions/It" } } });
    let odd = json!({ "type": 7, "properties": [1], "required": "a", "items": null });
    for (schema, most) in [(huge, 1), (endless, 3), (odd, 1)] {
        let mut found = Found::default();
        found.put("/body", Looked::schema(&schema));
        let count = with_form(&package, (&Typed::default(), &found), |form| {
            let mut count = 0;
            form.each(&mut |_| count += 1);
            count
        });
        assert!(count <= most, "{count}");
    }
}
