//! What people with bad intentions give (connector-format §7; limits of ours).

use liaison_connector_engine::{Call, Connection, Limits, Options, Reason, Response, Step};
use openapi::{Package, Sources};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::world::{World, policy};

fn refused(inputs: Value) -> String {
    let sent = World::new().call(&json!({"op": "Get", "inputs": inputs}));
    assert!(sent.requests.is_empty(), "nothing is sent: {inputs}");
    let problem = sent.problem.unwrap();
    format!("{} {}", problem.reason.code(), problem.pointer)
}

#[test]
fn line_ends_and_control_characters_stand_in_no_header() {
    for text in ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "a\u{7f}b", "a\u{1b}[31m"] {
        assert_eq!(refused(json!({"id": "7", "X-H": text})), "input.characters /X-H", "{text:?}");
    }
}

#[test]
fn a_path_value_never_climbs() {
    for text in ["..", ".", "%2e%2e"] {
        let sent = World::new().call(&json!({"op": "Get", "inputs": {"id": text}}));
        let expected = match text {
            "%2e%2e" => "GET https://api.example.com/v1/items/%252e%252e",
            _ => "! input.path id",
        };
        assert_eq!(sent.lines(), [expected], "{text}");
    }
    let sent = World::new().call(&json!({"op": "Get", "inputs": {"id": "../../admin?x=1#y\\z"}}));
    assert_eq!(
        sent.lines(),
        ["GET https://api.example.com/v1/items/..%2F..%2Fadmin%3Fx%3D1%23y%5Cz"],
        "what is encoded is one segment"
    );
}

#[test]
fn an_empty_path_value_is_a_missing_one() {
    assert_eq!(refused(json!({"id": ""})), "input.missing /id");
    assert_eq!(refused(json!({})), "input.missing /id");
    assert_eq!(refused(json!({"id": null})), "input.missing /id");
}

#[test]
fn control_characters_in_paths_and_queries_are_encoded() {
    let sent =
        World::new().call(&json!({"op": "Get", "inputs": {"id": "a\r\nb\0", "q": "c\r\nd\0"}}));
    assert_eq!(sent.lines(), ["GET https://api.example.com/v1/items/a%0D%0Ab%00?q=c%0D%0Ad%00"]);
}

#[test]
fn values_of_another_kind_are_named_with_their_place() {
    let world = World::new().operation("post", "/typed", json!({"operationId": "Typed", "parameters": [
        {"name": "n", "in": "query", "type": "integer"}, {"name": "b", "in": "query", "type": "boolean"},
        {"name": "body", "in": "body", "schema": {"type": "object", "properties": {
            "o": {"type": "object", "properties": {"l": {"type": "array", "items": {"type": "number"}}}}}}}]}));
    let kind = |inputs: Value| {
        let problem = world.call(&json!({"op": "Typed", "inputs": inputs})).problem.unwrap();
        assert_eq!(problem.reason, Reason::InputKind);
        problem.pointer
    };
    assert_eq!(kind(json!({"n": "five"})), "/n");
    assert_eq!(kind(json!({"n": {"a": 1}})), "/n");
    assert_eq!(kind(json!({"b": "maybe"})), "/b");
    assert_eq!(kind(json!({"body": []})), "/body");
    assert_eq!(kind(json!({"body": {"o": "x"}})), "/body/o");
    assert_eq!(kind(json!({"body": {"o": {"l": [1, "two"]}}})), "/body/o/l/1");
    let fine = json!({"n": "5", "b": "True", "body": {"o": {"l": [1, "2.5", null]}, "more": 1}});
    assert!(world.call(&json!({"op": "Typed", "inputs": fine})).problem.is_none());
}

fn call_with(limits: Limits, inputs: Value) -> Option<Reason> {
    let world = World::new();
    let (definition, properties) = (world.definition.to_string(), world.properties.to_string());
    let package = Package::load(Sources {
        definition: definition.as_bytes(),
        properties: Some(properties.as_bytes()),
        has_script: false,
    })
    .unwrap();
    let inputs = inputs.as_object().cloned().unwrap();
    let options = Options { limits, ..Options::default() };
    let operation = if inputs.contains_key("body") { "Make" } else { "Get" };
    Call::new(&package, operation, &Connection::default(), &inputs, options)
        .err()
        .map(|it| it.reason)
}

#[test]
fn huge_inputs_are_refused() {
    let limits = Limits { max_body_bytes: 1_000, max_url_bytes: 500, ..Limits::default() };
    let long = "x".repeat(600);
    assert_eq!(call_with(limits, json!({"id": long})), Some(Reason::InputTooLarge));
    let many: Vec<u32> = (0..1_000).collect();
    assert_eq!(call_with(limits, json!({"body": many})), Some(Reason::InputTooLarge));
    assert_eq!(call_with(limits, json!({"id": "x"})), None);
}

#[test]
fn policies_that_double_a_body_again_and_again_end() {
    let double = policy(
        "setproperty",
        &json!({"newPropertyParentPathTemplate": "@body()",
        "newPropertySubPathTemplate": "a", "propertyValuePathTemplate": "[{@body()},{@body()}]"}),
    );
    let world = World::new().policies(Value::Array(vec![double; 60]));
    let sent = world.call(&json!({"op": "Make", "inputs": {"body": {"b": "0123456789"}}}));
    assert_eq!(sent.lines(), ["! input.too_large policy"]);
}

#[test]
fn policies_that_double_an_answer_again_and_again_leave_it_small() {
    let double = policy(
        "setproperty",
        &json!({"newPropertyParentPathTemplate": "@body()", "section": "Response",
        "newPropertySubPathTemplate": "a", "propertyValuePathTemplate": "[{@body()},{@body()}]"}),
    );
    let world = World::new().policies(Value::Array(vec![double; 23]));
    let sent = world.call(&json!({"op": "Get", "inputs": {"id": "7"},
        "responses": [{"status": 200, "body": {"b": "0123456789"}}]}));
    let outcome = sent.done.outcome.unwrap();
    assert!(outcome.body.len() < 10_000_000, "{}", outcome.body.len());
    assert!(outcome.json.unwrap().to_string().len() < 10_000_000);
    assert!(outcome.notes.len() > 1, "it says so");
}

#[test]
fn what_a_look_up_found_is_masked_and_leaves_no_other_mark() {
    let world = World::new().policies(json!(
        ["@headers('X-Token')", "@queryParameters('key')"].map(|target| policy(
            "setvaluefromurl",
            &json!({"op": ["Get"], "httpMethod": "POST",
            "parameterTemplate": target, "parameterValueUrl": "/token",
            "parameterValuePathTemplate": "@body().token"})
        ))
    ));
    let (definition, properties) = (world.definition.to_string(), world.properties.to_string());
    let package = Package::load(Sources {
        definition: definition.as_bytes(),
        properties: Some(properties.as_bytes()),
        has_script: false,
    })
    .unwrap();
    let inputs = json!({"id": "1"}).as_object().cloned().unwrap();
    let connection = Connection::default();
    let mut call = Call::new(&package, "Get", &connection, &inputs, Options::default()).unwrap();
    for token in ["looked/up", "another"] {
        let Step::Send(request) = call.step() else { panic!("a look-up") };
        assert!(!request.headers.is_credential("X-Token"), "the request of another look-up");
        let body = json!({"token": token}).to_string().into_bytes();
        call.answer(Response { status: 200, body, ..Response::default() }).unwrap();
    }
    let Step::Send(request) = call.step() else { panic!("the request") };
    assert_eq!(request.headers.value("X-Token"), Some("looked/up"));
    assert!(request.headers.is_credential("X-Token"), "no other origin gets it");
    let masked = format!("{:?}", request.masked(&call.secrets()));
    assert!(!masked.contains("looked") && !masked.contains("another"), "{masked}");
    assert!(masked.contains("/items/1?key=***"), "{masked}");
}

#[test]
fn operations_that_cannot_run_here_say_why() {
    let mut scripted = World::new();
    scripted.properties["properties"]["scriptOperations"] = json!(["Get"]);
    let sent = scripted.call(&json!({"op": "Get", "inputs": {"id": "7"}}));
    let problem = sent.problem.unwrap();
    assert_eq!(
        (problem.reason, problem.pointer.as_str()),
        (Reason::OperationScripted, "/paths/~1items~1{id}/get")
    );
    let unknown = World::new().policies(json!([policy("mystery", &json!({"op": ["Get"]}))]));
    let sent = unknown.call(&json!({"op": "Get", "inputs": {"id": "7"}}));
    let problem = sent.problem.unwrap();
    assert_eq!((problem.reason, problem.subject.as_str()), (Reason::PolicyUnknown, "mystery"));
    assert_eq!(problem.pointer, "/properties/policyTemplateInstances/0");
    assert!(
        unknown.call(&json!({"op": "Drop", "inputs": {"id": "7"}})).problem.is_none(),
        "others run"
    );
    let sent = World::new().call(&json!({"op": "Nope"}));
    assert_eq!(sent.lines(), ["! operation.unknown Nope"]);
}

#[test]
fn secrets_are_masked_in_every_form_they_take() {
    let world = World::new()
        .parameters(json!({"api_key": {"type": "securestring"}, "host": {"type": "string"}}))
        .policies(json!([
            policy(
                "setheader",
                &json!({"name": "X-Two", "value": "k=@connectionParameters('api_key')"})
            ),
            policy(
                "setqueryparameter",
                &json!({"name": "key", "value": "@connectionParameters('api_key')"})
            ),
            policy(
                "routerequesttoendpoint",
                &json!({"newPath": "/@connectionParameters('api_key')/x"})
            )
        ]));
    let (definition, properties) = (world.definition.to_string(), world.properties.to_string());
    let package = Package::load(Sources {
        definition: definition.as_bytes(),
        properties: Some(properties.as_bytes()),
        has_script: false,
    })
    .unwrap();
    let parameters = json!({"api_key": "s3/cr\"t", "host": "h"}).as_object().cloned().unwrap();
    let connection = Connection { parameters, ..Connection::default() };
    assert!(!format!("{connection:?}").contains("s3"));
    let inputs = json!({"id": "1", "q": "s3/cr\"t"}).as_object().cloned().unwrap();
    let mut call = Call::new(&package, "Get", &connection, &inputs, Options::default()).unwrap();
    assert!(!format!("{call:?}").contains("Values"));
    let secrets = call.secrets();
    let Step::Send(request) = call.step() else { panic!("a request") };
    let masked = format!("{:?}", request.masked(&secrets));
    assert!(!masked.contains("s3") && masked.contains("***"), "{masked}");
}

proptest! {
    #[test]
    fn any_inputs_give_a_sound_request_or_a_refusal(id in "\\PC{0,20}", q in any::<String>(), h in any::<String>(), body in ".*") {
        let call = json!({"op": "Get", "inputs": {"id": id, "q": q, "X-H": h}});
        let sent = World::new().call(&call);
        for request in &sent.requests {
            prop_assert!(request.url.starts_with("https://api.example.com/v1/items/"));
            prop_assert!(request.url.bytes().all(|byte| byte.is_ascii_graphic()));
            prop_assert!(request.headers.iter().all(|(_, value)| !value.contains(['\r', '\n', '\0'])));
        }
        prop_assert!(sent.requests.len() + usize::from(sent.problem.is_some()) == 1);
        let mut inputs = Map::new();
        inputs.insert("body".to_owned(), Value::from(body.clone()));
        let sent = World::new().call(&json!({"op": "Make", "inputs": inputs}));
        let read: Value = serde_json::from_slice(&sent.requests[0].body).unwrap();
        prop_assert_eq!(read, Value::from(body));
    }
}
