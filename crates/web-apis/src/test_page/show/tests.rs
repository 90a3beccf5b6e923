use std::time::Duration;

use bytes::Bytes;
use connectors::{Answer, Body, Exchange, PolicyStep, StepChange};
use kernel::FieldError;
use serde_json::json;
use web_proof::show;

use super::*;
use crate::connectors::tests::connector;

fn compiled() -> openapi::Package<'static> {
    let definition = json!({
        "swagger": "2.0", "info": { "title": "Tasks", "version": "1" }, "host": "tasks.example",
        "paths": { "/tasks/{id}": { "post": { "operationId": "Change", "summary": "Change a task",
            "description": "Changes what is given.", "responses": {}, "parameters": [
                { "name": "id", "in": "path", "required": true, "type": "string" },
                { "name": "body", "in": "body", "required": true, "schema": { "type": "object",
                    "required": ["title"], "properties": {
                        "title": { "type": "string", "x-ms-summary": "Title <b>" },
                        "due": { "type": "string", "format": "date-time" },
                        "people": { "type": "array", "items": { "type": "string" } },
                        "list": { "type": "string", "x-ms-dynamic-values": {
                            "operationId": "Lists", "value-path": "id" } },
                        "note": { "type": "string", "x-ms-visibility": "advanced" } } } } ] } },
            "/lists": { "get": { "operationId": "Lists", "responses": {} } } },
    });
    let properties = json!({ "properties": { "iconBrandColor": "#da3b01", "connectionParameters": {},
        "policyTemplateInstances": [{ "templateId": "setheader", "title": "Say who asks", "parameters": {
            "x-ms-apimTemplateParameter.name": "X-From", "x-ms-apimTemplateParameter.value": "hub" } }] } });
    let (definition, properties) = (definition.to_string(), properties.to_string());
    let sources = openapi::Sources {
        definition: definition.as_bytes(),
        properties: Some(properties.as_bytes()),
        has_script: false,
    };
    openapi::Package::load(sources).unwrap().into_owned()
}

fn trace() -> Trace {
    let exchange = Exchange {
        method: "POST".to_owned(),
        url: "https://tasks.example/tasks/7".to_owned(),
        headers: vec![("Authorization".to_owned(), "***".to_owned())],
        body: br#"{"title":"<b>"}"#.to_vec(),
        status: Some(200),
        answer_headers: Vec::new(),
        duration: Duration::from_millis(31),
    };
    let change = |name: &str, before: Option<&str>, after: Option<&str>| StepChange {
        part: "header",
        name: name.to_owned(),
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
    };
    let step = PolicyStep {
        policy: 0,
        template: "setheader".to_owned(),
        title: None,
        is_before: true,
        changes: vec![
            change("X-From", None, Some("hub <b>")),
            change("X-To", Some("old"), Some("new")),
            change("X-Gone", Some("***"), None),
        ],
        is_cut: true,
    };
    Trace { exchanges: vec![exchange], steps: vec![step] }
}

fn answer() -> Answer {
    Answer {
        status: 200,
        headers: vec![("Content-Type".to_owned(), "application/json".to_owned())],
        body: Body::Json(Bytes::from_static(b"{}")),
        json: Some(json!({ "id": 7, "title": "<script>" })),
        drift: vec![FieldError::new("/id", "answer.kind", "string")],
        next_link: None,
        retry_after: None,
        events: None,
        memory: None,
        subscription: None,
        connection: None,
        version: 3,
        duration: Duration::from_millis(42),
        exchanges: Vec::new(),
        steps: Vec::new(),
        rest: None,
    }
}

#[test]
fn the_page_shows_form_request_answer_and_what_went_wrong() {
    show("test-page", |frame| {
        let package = compiled();
        let at = At {
            connector: connector(frame).id,
            operation: "Change".to_owned(),
            connection: None,
            number: None,
        };
        let page = |typed: Typed, became: Became| {
            let shell = Shell::new(frame, connector(frame), "Sales".to_owned(), "test");
            let versions = (&[3, 2][..], 3);
            let parts = (&at, &typed, &Found::default());
            Show::new(frame.clone(), (shell, &package), parts, (&[], versions), became)
        };
        let filled = Typed::posted([("v/id", "7".to_owned()), ("n/body/people", "1".to_owned())]);
        let inputs = Map::new();
        let ran = Became {
            outcome: Some(Outcome::of(frame, ("Change", "", &inputs), answer())),
            trace: trace(),
            ..Became::default()
        };
        let refused = Became {
            mistakes: vec![
                Mistake { pointer: "/body/title".to_owned(), code: "form.required".to_owned() },
                Mistake { pointer: "/host".to_owned(), code: "address.escaped".to_owned() },
            ],
            refusal: Some(Refusal {
                title: "Title".to_owned(),
                detail: "Detail".to_owned(),
                places: Vec::new(),
                connections: Some("/connections".to_owned()),
            }),
            ..Became::default()
        };
        let raw = Typed::posted([("raw", "{".to_owned())]);
        let unreadable = Became { unreadable: Some((1, 2)), ..Became::default() };
        let mut unanswered = Trace { steps: Vec::new(), ..trace() };
        unanswered.exchanges[0].status = None;
        let late = Became {
            refusal: Some(Refusal {
                title: "Late".to_owned(),
                detail: "Detail".to_owned(),
                places: Vec::new(),
                connections: None,
            }),
            trace: unanswered,
            ..Became::default()
        };
        vec![
            ("late", page(Typed::default(), late)),
            ("new", page(Typed::default(), Became::default())),
            ("ran", page(filled, ran)),
            ("refused", page(Typed::default(), refused)),
            ("raw", page(raw, unreadable)),
        ]
    });
}
