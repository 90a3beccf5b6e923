use connector_engine::dynamic::Choice;
use liaison_connector_forms::{Control, Found, Looked, Seeking, State, Typed, spot};
use serde_json::json;

use crate::world::{body, package, posted, with_form};

fn asking() -> openapi::Package<'static> {
    package(
        &json!([
            { "name": "id", "in": "path", "required": true, "type": "string" },
            { "name": "which", "in": "query", "type": "integer", "x-ms-dynamic-list": {
                "operationId": "List", "itemsPath": "value", "itemValuePath": "id",
                "parameters": { "of": { "parameterReference": "id" } } } },
            { "name": "payload", "in": "body", "schema": { "type": "object",
                "properties": { "kind": { "type": "string" } },
                "x-ms-dynamic-properties": { "operationId": "List", "parameters": {
                    "of": { "parameterReference": "payload/kind" } } } } },
        ]),
        &json!({}),
    )
}

#[test]
fn a_field_says_what_it_depends_on_and_how_its_look_up_stands() {
    let package = asking();
    let mut found = Found::default();
    with_form(&package, (&Typed::default(), &found), |form| {
        let lookup = form.field("/which").unwrap().lookup.clone().unwrap();
        assert_eq!((lookup.seeking, lookup.state), (Seeking::Choices, State::Idle));
        assert_eq!(lookup.fed_by, ["/id"]);
        let fields = form.field("/body").unwrap().lookup.clone().unwrap();
        assert_eq!(
            (fields.seeking, fields.fed_by),
            (Seeking::Fields, vec!["/body/kind".to_owned()])
        );
        // what is declared is there before anybody asks
        assert!(form.field("/body/kind").is_some());
    });
    found.put("/which", Looked::Missing(vec!["of".to_owned()]));
    with_form(&package, (&Typed::default(), &found), |form| {
        let lookup = form.field("/which").unwrap().lookup.clone().unwrap();
        assert_eq!(lookup.state, State::Missing(vec!["of".to_owned()]));
    });
}

#[test]
fn what_was_found_is_a_drop_down_and_what_was_given_stays_in_it() {
    let package = asking();
    let mut found = Found::default();
    let choice = |value: i64, title: &str| Choice {
        value: json!(value),
        title: title.to_owned(),
        full_title: None,
        is_parent: None,
        element: json!({ "id": value }),
    };
    let choices = vec![choice(1, "One"), choice(2, "Two")];
    found.put("/which", Looked::Choices { choices, trail: Vec::new() });
    let typed = posted(&[("v/which", "9")]);
    let zone = jiff::tz::TimeZone::UTC;
    with_form(&package, (&typed, &found), |form| {
        let Control::Choice(entries) = &form.field("/which").unwrap().control else {
            panic!("a choice")
        };
        let titles: Vec<&str> = entries.iter().map(|it| it.title.as_str()).collect();
        assert_eq!(titles, ["9", "One", "Two"]);
        assert_eq!(form.inputs(&typed, &zone).inputs["which"], json!(9));
    });
    assert_eq!(found.choice("/which", "2").unwrap().title, "Two");
    assert!(found.choice("/which", "3").is_none());
}

#[test]
fn a_schema_that_was_found_gives_fields() {
    let package = asking();
    let mut found = Found::default();
    let schema = json!({ "type": "object", "required": ["size"], "properties": {
        "size": { "type": "integer" },
        "colour": { "type": "string", "x-ms-dynamic-values": { "operationId": "List",
            "value-path": "id", "parameters": { "of": "x" } } } } });
    found.put("/body", Looked::schema(&schema));
    assert_eq!(found.schema_json("/body"), Some(schema));
    let typed = posted(&[("v/body/size", "3"), ("v/body/colour", "red")]);
    let zone = jiff::tz::TimeZone::UTC;
    with_form(&package, (&typed, &found), |form| {
        assert!(form.field("/body/colour").unwrap().lookup.is_some());
        assert_eq!(
            form.inputs(&typed, &zone).inputs["body"],
            json!({ "size": 3, "colour": "red" })
        );
    });
    let operation = package.operation("Do").unwrap();
    let places = spot(&operation, &found, "/body/colour").unwrap();
    assert!(places[0].dynamic_values().is_some());
    assert!(spot(&operation, &found, "/body/nothing").is_none());
    assert!(spot(&operation, &found, "/nothing").is_none());
}

#[test]
fn a_failed_look_up_leaves_a_field_that_can_be_typed_into() {
    let package = package(
        &body(&json!({ "type": "object", "x-ms-dynamic-schema": { "operationId": "List" } })),
        &json!({}),
    );
    let mut found = Found::default();
    found.put("/body", Looked::Failed("api_call.late".to_owned()));
    let typed = posted(&[("v/body", r#"{"a": 1}"#)]);
    with_form(&package, (&typed, &found), |form| {
        assert_eq!(form.field("/body").unwrap().control, Control::Json);
        let zone = jiff::tz::TimeZone::UTC;
        assert_eq!(form.inputs(&typed, &zone).inputs["body"], json!({ "a": 1 }));
    });
}
