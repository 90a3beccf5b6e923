//! Answers: shaped by policies, held against their schema (connector-format §5, §7 step 9).

use serde_json::{Value, json};

use crate::world::{World, policy};

fn outcome(world: &World, response: Value) -> liaison_connector_engine::Outcome {
    let sent = world.call(&json!({"op": "Get", "inputs": {"id": "7"}, "responses": [response]}));
    assert!(sent.problem.is_none(), "{:?}", sent.problem);
    sent.done.outcome.unwrap()
}

fn replaced(section: &str) -> World {
    let replace = |from: &str, to: &str| {
        policy(
            "stringreplace",
            &json!({"section": section, "propertyParentPath": "@body().l", "propertySubPath": "u",
            "sourceString": from, "replacementString": to, "newPropertyPath": "@item().u"}),
        )
    };
    World::new().policies(json!([
        policy(
            "convertobjecttoarray",
            &json!({"section": section, "propertyParentPath": "@body()", "propertySubPath": "l",
            "newPropertyPath": "@body().l", "keyName": "u", "valueName": "v"})
        ),
        replace("%2E", "."),
        replace("%25", "%"),
        policy(
            "setheader",
            &json!({"section": section, "name": "content-type", "value": "application/json"})
        )
    ]))
}

#[test]
fn policies_for_answers_run_in_their_order_after_success() {
    let answer = |status: u16| json!({"status": status, "headers": {"Content-Type": "text/plain"}, "body": {"l": {"a%2Eb%25": 1}}});
    let shaped = outcome(&replaced("Response"), answer(200));
    assert_eq!(shaped.body, br#"{"l":[{"u":"a.b%","v":1}]}"#);
    assert_eq!(shaped.headers.value("Content-Type"), Some("application/json"));
    let failed = outcome(&replaced("Response"), answer(400));
    assert_eq!(failed.body, br#"{"l":{"a%2Eb%25":1}}"#, "not after a failure");
    assert_eq!(failed.headers.value("content-type"), Some("text/plain"));
    let failure = outcome(&replaced("Failure"), answer(400));
    assert_eq!(
        failure.headers.value("content-type"),
        Some("application/json"),
        "those for failures do"
    );
}

#[test]
fn an_answer_that_a_policy_does_not_fit_stays_and_is_noted() {
    let world = World::new().policies(json!([policy(
        "setproperty",
        &json!({"section": "Response",
        "newPropertyParentPathTemplate": "@body()", "newPropertySubPathTemplate": "nextLink",
        "propertyValuePathTemplate": "{@body().next}"})
    )]));
    assert_eq!(
        outcome(&world, json!({"status": 200, "body": {"next": "/2"}})).body,
        br#"{"next":"/2","nextLink":"/2"}"#
    );
    let last = outcome(&world, json!({"status": 200, "body": {"next": null}}));
    assert_eq!(last.body, br#"{"next":null}"#);
    assert_eq!(last.notes[0].remark.code(), "answer.policy");
}

fn declared(schema: Value) -> World {
    let mut world = World::new();
    world.definition["paths"]["/items/{id}"]["get"]["responses"] =
        json!({"200": {"description": "ok", "schema": schema}});
    world
}

#[test]
fn drift_is_told_leniently() {
    let world = declared(json!({"type": "object", "required": ["a", "z"], "properties": {
        "a": {"type": "integer"}, "z": {}, "n": {"type": "string"},
        "l": {"type": "array", "items": {"type": "object", "properties": {"x": {"type": "boolean"}}}}}}));
    let notes = |body: Value| {
        let outcome = outcome(&world, json!({"status": 200, "body": body}));
        let note = |note: &liaison_connector_engine::Note| {
            format!("{} {}", note.remark.code(), note.pointer)
        };
        outcome.notes.iter().map(note).collect::<Vec<_>>()
    };
    assert_eq!(
        notes(json!({"a": 1, "z": 0, "n": null, "more": 1})),
        Vec::<String>::new(),
        "null and more are fine"
    );
    assert_eq!(notes(json!({"a": "1", "z": 0})), ["answer.kind /a"]);
    assert_eq!(notes(json!({"a": 1.0})), ["answer.missing /z"]);
    assert_eq!(
        notes(json!({"a": 1, "z": 0, "l": [{}, {"x": 1}, {"x": 2}]})),
        ["answer.kind /l/1/x"],
        "one of a kind is enough"
    );
    assert_eq!(notes(json!([1])), ["answer.kind "]);
}

#[test]
fn bytes_stay_bytes_and_json_is_recognised_by_trying() {
    let binary =
        outcome(&declared(json!({"type": "file"})), json!({"status": 200, "body": {"a": 1}}));
    assert_eq!((binary.json, binary.body), (None, br#"{"a":1}"#.to_vec()));
    let tried = outcome(
        &World::new(),
        json!({"status": 200, "headers": {"Content-Type": "text/html"}, "body": {"a": 1}}),
    );
    assert_eq!(tried.json, Some(json!({"a": 1})));
    let text = outcome(
        &World::new(),
        json!({"status": 200, "headers": {"Content-Type": "text/plain"}, "body": "x"}),
    );
    assert_eq!(text.json, None);
}

#[test]
fn waiting_times_and_lost_sign_ins_are_told() {
    let waiting = outcome(&World::new(), json!({"status": 429, "headers": {"Retry-After": "17"}}));
    assert_eq!((waiting.retry_after_seconds, waiting.sign_in_needed), (Some(17), false));
    let world = World::new().parameters(json!({"token": {"type": "oauthSetting"}}));
    assert!(outcome(&world, json!({"status": 401})).sign_in_needed, "a sign-in that is refused");
}
