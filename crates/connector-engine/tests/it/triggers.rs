//! Triggers: polls with their memory, webhooks from subscription to its end (connector-format §9).

use liaison_connector_engine::{Call, Connection, Memory, Options, Step};
use openapi::{Package, Sources};
use serde_json::{Map, Value, json};

use crate::world::{World, policy};

fn polling(config: Value) -> World {
    World::new()
        .operation(
            "get",
            "/trigger/alerts",
            json!({
            "operationId": "OnAlert", "x-ms-trigger": "batch",
            "parameters": [
                {"name": "$orderby", "in": "query", "type": "string", "required": true,
                 "x-ms-visibility": "internal", "default": "created desc"},
                {"name": "$top", "in": "query", "type": "integer"}]}),
        )
        .policies(json!([policy(
            "pollingTrigger",
            &json!({
            "op": ["OnAlert"], "triggerConfig": config, "triggerDataPath": "@triggerBody().value"})
        )]))
}

fn polls(config: Value, responses: Value) -> Vec<String> {
    polling(config).call(&json!({"op": "OnAlert", "responses": responses})).lines()
}

const FIRST: &str = "GET https://api.example.com/v1/alerts?$orderby=created%20desc";

fn found(created: &str) -> Value {
    json!({"status": 200, "body": {"value": [{"created": created}], "at": {"x": created}}})
}

#[test]
fn a_polling_trigger_sends_these_requests() {
    let empty = || json!({"status": 200, "body": {"value": []}});
    let newer = || json!({"$filter": "created gt @{triggerBody().value[0].created}"});
    let then = |value: &str| format!("{FIRST}&$filter=created%20gt%20{value}");
    let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    let rows: Vec<(&str, Value, Value, Vec<String>)> = vec![
        (
            "the first poll is the request as declared, without its prefix",
            newer(),
            json!([]),
            owned(&[FIRST]),
        ),
        (
            "the second one knows the first answer",
            newer(),
            json!([found("1"), found("2")]),
            vec![FIRST.to_owned(), then("1")],
        ),
        (
            "the third knows the second",
            newer(),
            json!([found("1"), found("2"), found("3")]),
            vec![FIRST.to_owned(), then("1"), then("2")],
        ),
        (
            "an empty answer changes nothing",
            newer(),
            json!([found("1"), empty(), found("3")]),
            vec![FIRST.to_owned(), then("1"), then("1")],
        ),
        (
            "an empty first answer leaves the parameter out",
            newer(),
            json!([empty(), found("2"), found("3")]),
            vec![FIRST.to_owned(), FIRST.to_owned(), then("2")],
        ),
        (
            "a failure changes nothing",
            newer(),
            json!([found("1"), {"status": 500, "body": {"value": [{"created": "9"}]}}, found("3")]),
            vec![FIRST.to_owned(), then("1"), then("1")],
        ),
        (
            "constants are sent on every call",
            json!({"per_page": "1"}),
            json!([found("1"), found("2")]),
            vec![format!("{FIRST}&per_page=1"), format!("{FIRST}&per_page=1")],
        ),
        (
            "an entry without a name is ignored",
            json!({"": "@{triggerBody().value[0].created}"}),
            json!([found("1"), found("2")]),
            vec![FIRST.to_owned(), FIRST.to_owned()],
        ),
        (
            "a declared parameter is replaced in its place",
            json!({"$orderby": "@{triggerBody().at.x}"}),
            json!([found("1"), found("2")]),
            vec![FIRST.to_owned(), "GET https://api.example.com/v1/alerts?$orderby=1".to_owned()],
        ),
        (
            "an encoded name is decoded",
            json!({"%24skip": "@{triggerBody().at.x}"}),
            json!([found("1"), found("2")]),
            vec![FIRST.to_owned(), format!("{FIRST}&$skip=1")],
        ),
        (
            "several entries in their order",
            json!({"b": "@triggerBody().at.x", "a": "const"}),
            json!([found("1"), found("2")]),
            vec![format!("{FIRST}&a=const"), format!("{FIRST}&b=1&a=const")],
        ),
        (
            "values are encoded",
            newer(),
            json!([found("2026-01-02T03:04:05+01:00"), found("2")]),
            vec![FIRST.to_owned(), then("2026-01-02T03%3A04%3A05%2B01%3A00")],
        ),
        (
            "the link of a later answer brings more of it",
            newer(),
            json!([found("1"),
            {"status": 200, "body": {"value": [{"created": "3"}], "@odata.nextLink": "https://api.example.com/v1/alerts?s=2"}}, found("2")]),
            vec![
                FIRST.to_owned(),
                then("1"),
                "GET https://api.example.com/v1/alerts?s=2".to_owned(),
            ],
        ),
    ];
    for (why, config, responses, expected) in rows {
        assert_eq!(polls(config, responses), expected, "{why}");
    }
}

#[test]
fn nothing_fires_at_first_and_then_what_is_new() {
    let world = polling(json!({"since": "@{triggerBody().value[0].created}"}));
    let call = |responses: Value| {
        let sent = world.call(&json!({"op": "OnAlert", "responses": responses}));
        sent.done.outcome.unwrap()
    };
    let first = call(json!([found("1")]));
    assert_eq!(first.events, Some(Vec::new()));
    assert_eq!(first.memory.unwrap().last.unwrap()["at"]["x"], "1");
    let second = call(json!([found("1"), found("2")]));
    assert_eq!(second.events, Some(vec![json!({"created": "2"})]));
}

fn own_protocol() -> World {
    World::new().operation(
        "get",
        "/trigger/news",
        json!({
        "operationId": "OnNews", "x-ms-trigger": "single",
        "x-ms-trigger-metadata": {"kind": "query", "mode": "polling"},
        "parameters": [{"name": "q", "in": "query", "type": "string"}]}),
    )
}

#[test]
fn a_service_that_speaks_the_protocol_itself_is_asked_where_it_says() {
    let poll = |responses: Value| {
        own_protocol()
            .call(&json!({"op": "OnNews", "inputs": {"q": "x"}, "responses": responses}))
            .lines()
    };
    let first = "GET https://api.example.com/v1/trigger/news?q=x";
    let at = |status: u16, location: &str| json!({"status": status, "headers": {"Location": location}, "body": {}});
    assert_eq!(
        poll(json!([at(202, "https://api.example.com/v1/next?s=1"), at(200, "/n2"), at(200, "")])),
        [first, "GET https://api.example.com/v1/next?s=1", "GET https://api.example.com/n2"],
        "Location is the next address"
    );
    assert_eq!(
        poll(json!([{"status": 202}, {"status": 200, "body": {}}])),
        [first, first],
        "without one the call is repeated"
    );
    assert_eq!(
        poll(json!([at(202, "https://evil.example/x"), {"status": 200}])),
        [first, first],
        "another origin is not followed"
    );
}

#[test]
fn the_prefix_stays_unless_the_definition_has_the_path_without_it() {
    let twin = own_protocol().operation("get", "/news", json!({"operationId": "News"}));
    let sent = twin.call(&json!({"op": "OnNews"}));
    assert_eq!(sent.lines(), ["GET https://api.example.com/v1/news"]);
    let sent = own_protocol().call(&json!({"op": "OnNews"}));
    assert_eq!(sent.lines(), ["GET https://api.example.com/v1/trigger/news"]);
}

fn webhook() -> World {
    let mut world = World::new()
        .parameters(json!({"api_key": {"type": "securestring"}}))
        .operation(
            "post",
            "/hooks",
            json!({
            "operationId": "OnThing", "x-ms-trigger": "single",
            "parameters": [{"name": "subscription", "in": "body", "required": true, "schema": {
                "type": "object", "required": ["config", "kind"],
                "properties": {
                    "config": {"type": "object", "required": ["url"], "x-ms-visibility": "internal",
                        "properties": {"url": {"type": "string", "x-ms-notification-url": true}}},
                    "kind": {"type": "string", "x-ms-visibility": "internal", "default": "thing"},
                    "topic": {"type": "string"}}}}]}),
        )
        .operation(
            "delete",
            "/hooks/{id}",
            json!({
            "operationId": "DropHook", "produces": ["text/plain"],
            "parameters": [{"name": "id", "in": "path", "required": true, "type": "string"}]}),
        );
    world.definition["paths"]["/hooks"]["x-ms-notification-content"] =
        json!({"schema": {"type": "object"}});
    world.definition["securityDefinitions"] =
        json!({"k": {"type": "apiKey", "in": "header", "name": "X-Key"}});
    world
}

fn hooked(world: &World, location: &str) -> Vec<String> {
    let answer = |headers: Value| json!({"status": 201, "headers": headers, "body": {"id": 5}});
    let headers = if location.is_empty() { json!({}) } else { json!({"Location": location}) };
    world.call(&json!({"op": "OnThing", "inputs": {"body": {"topic": "t"}}, "parameters": {"api_key": "k"},
        "callback": "https://hub.example.org/cb?x=1", "responses": [answer(headers), {"status": 204}]})).lines()
}

const SUBSCRIBE: &str = "POST https://api.example.com/v1/hooks\nContent-Type: application/json\nX-Key: k\n\n\
    {\"topic\":\"t\",\"kind\":\"thing\",\"config\":{\"url\":\"https://hub.example.org/cb?x=1\"}}";

#[test]
fn a_webhook_subscribes_with_the_callback_and_ends_where_the_answer_says() {
    let rows = [
        (
            "the matching operation's types and the connection's key",
            "https://api.example.com/v1/hooks/5",
            "DELETE https://api.example.com/v1/hooks/5\nAccept: text/plain\nX-Key: k",
        ),
        (
            "an address without origin",
            "/v1/hooks/5",
            "DELETE https://api.example.com/v1/hooks/5\nAccept: text/plain\nX-Key: k",
        ),
        (
            "a sibling",
            "hooks/a%2Fb",
            "DELETE https://api.example.com/v1/hooks/a%2Fb\nAccept: text/plain\nX-Key: k",
        ),
        (
            "a query stays",
            "/v1/hooks/5?v=1",
            "DELETE https://api.example.com/v1/hooks/5?v=1\nAccept: text/plain\nX-Key: k",
        ),
        (
            "no operation fits: the key goes along on the own origin",
            "/v2/other/5",
            "DELETE https://api.example.com/v2/other/5\nAccept: application/json, */*\nX-Key: k",
        ),
        (
            "credentials never go to another origin",
            "https://other.example/hooks/5",
            "DELETE https://other.example/hooks/5\nAccept: application/json, */*",
        ),
    ];
    for (why, location, end) in rows {
        assert_eq!(hooked(&webhook(), location), [SUBSCRIBE, end], "{why}");
    }
    assert_eq!(hooked(&webhook(), ""), [SUBSCRIBE], "without an address nothing can be deleted");
}

#[test]
fn policies_of_the_deleting_operation_apply_below_the_own_base() {
    let header =
        |name: &str, op: Value| policy("setheader", &json!({"name": name, "value": "1", "op": op}));
    let world = webhook().policies(json!([
        policy("dynamichosturl", &json!({"urlTemplate": "https://eu.example.org/base/"})),
        header("X-All", json!([])),
        header("X-Drop", json!(["DropHook"])),
        header("X-On", json!(["OnThing"]))
    ]));
    let subscribe = SUBSCRIBE
        .replace("https://api.example.com/v1", "https://eu.example.org/base")
        .replace("\n\n", "\nX-All: 1\nX-On: 1\n\n");
    assert_eq!(
        hooked(&world, "https://eu.example.org/base/hooks/9"),
        [
            subscribe.as_str(),
            "DELETE https://eu.example.org/base/hooks/9\nAccept: text/plain\nX-Key: k\nX-All: 1\nX-Drop: 1"
        ]
    );
    assert_eq!(
        hooked(&world, "https://eu.example.org/elsewhere/9"),
        [
            subscribe.as_str(),
            "DELETE https://eu.example.org/elsewhere/9\nAccept: application/json, */*\nX-Key: k\nX-All: 1"
        ]
    );
    assert_eq!(
        hooked(&world, "https://api.example.com/v1/hooks/9"),
        [
            subscribe.as_str(),
            "DELETE https://api.example.com/v1/hooks/9\nAccept: application/json, */*"
        ],
        "that origin is not ours any more"
    );
}

#[test]
fn a_link_that_was_kept_is_followed_only_where_the_connection_leads_now() {
    let mut world = World::new()
        .operation("get", "/changes", json!({"operationId": "OnChange", "x-ms-trigger": "single"}))
        .policies(json!([policy(
            "dynamichosturl",
            &json!({"urlTemplate": "https://@connectionParameters('host')/v1"})
        )]));
    world.definition["securityDefinitions"] =
        json!({"k": {"type": "apiKey", "in": "header", "name": "X-Key"}});
    world.definition["security"] = json!([{"k": []}]);
    let (definition, properties) = (world.definition.to_string(), world.properties.to_string());
    let package = Package::load(Sources {
        definition: definition.as_bytes(),
        properties: Some(properties.as_bytes()),
        has_script: false,
    })
    .unwrap();
    let url = |host: &str, kept: &str| {
        let parameters = json!({"host": host}).as_object().cloned().unwrap();
        let connection = Connection { parameters, ..Connection::default() };
        let memory = Some(Memory { next_url: Some(kept.to_owned()), ..Memory::default() });
        let options = Options { memory, ..Options::default() };
        let mut call = Call::new(&package, "OnChange", &connection, &Map::new(), options).unwrap();
        let Step::Send(request) = call.step() else { panic!("a request") };
        request.url
    };
    let kept = "https://old.example.org/v1/changes?after=5";
    assert_eq!(url("old.example.org", kept), kept);
    assert_eq!(url("OLD.example.org:443", kept), kept, "the same origin in other words");
    assert_eq!(url("new.example.org", kept), "https://new.example.org/v1/changes");
    let odd = ["http://old.example.org/v1/changes", "https://old.example.org:8443/v1", "nowhere"];
    for odd in odd {
        assert_eq!(url("old.example.org", odd), "https://old.example.org/v1/changes", "{odd}");
    }
}

#[test]
fn a_subscription_that_was_refused_is_not_ended() {
    let sent = webhook().call(&json!({"op": "OnThing", "callback": "https://hub.example.org/cb",
        "responses": [{"status": 400, "headers": {"Location": "/v1/hooks/5"}}, {"status": 204}]}));
    assert_eq!(sent.requests.len(), 1);
    assert_eq!(sent.done.outcome.unwrap().subscription, None);
}
