use openapi::{Package, Sources};
use serde_json::{Value, json};

use super::Inputs;
use crate::problem::Problem;

/// The body that goes out for a schema and what was given.
fn body(schema: &Value, given: &Value, callback: Option<&str>) -> Result<Option<Value>, Problem> {
    let definition = json!({"swagger": "2.0", "host": "h.example", "paths": {"/a": {"post": {
        "operationId": "A", "responses": {}, "parameters": [
            {"name": "b", "in": "body", "required": true, "schema": schema}]}}}})
    .to_string();
    let sources =
        Sources { definition: definition.as_bytes(), properties: None, has_script: false };
    let package = Package::load(sources).unwrap();
    let operation = package.operation("A").unwrap();
    let given = given.as_object().cloned().unwrap();
    let inputs = Inputs::new(&given, &operation, callback);
    inputs.body(operation.body().unwrap(), &operation)
}

#[test]
fn a_required_object_of_which_nothing_is_required_exists() {
    assert_eq!(body(&json!({"type": "object"}), &json!({}), None).unwrap(), Some(json!({})));
    assert!(body(&json!({"type": "string"}), &json!({}), None).is_err(), "a text does not");
    assert!(body(&json!({}), &json!({}), None).is_err(), "nor does what is not said");
}

#[test]
fn the_callback_address_builds_its_parents() {
    let schema = json!({"type": "object", "properties": {"a": {"type": "object", "properties": {
        "url": {"type": "string", "x-ms-notification-url": true}}}}});
    let put = |given: Value| body(&schema, &given, Some("https://c.example")).unwrap();
    assert_eq!(put(json!({})), Some(json!({"a": {"url": "https://c.example"}})));
    assert_eq!(
        put(json!({"body": {"a": {"url": "mine", "x": 1}}})),
        Some(json!({"a": {"url": "https://c.example", "x": 1}})),
        "the hub's address counts"
    );
}

#[test]
fn what_is_missing_is_named_with_its_place() {
    let schema =
        json!({"type": "object", "required": ["x/y"], "properties": {"x/y": {"type": "string"}}});
    let problem = body(&schema, &json!({"body": {}}), None).unwrap_err();
    assert_eq!((problem.reason.code(), problem.pointer.as_str()), ("input.missing", "/body/x~1y"));
    assert_eq!(problem.to_string(), "input.missing: \"x/y\" at /body/x~1y");
}
