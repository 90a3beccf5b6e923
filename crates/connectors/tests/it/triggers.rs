use std::time::Duration;

use liaison_connectors::{Connector, FIRED, NewTrigger, TriggerState, Upload, Watch};
use serde_json::{Map, Value, json};

use crate::{
    house::{House, a_connector, code, fields},
    upstream::Upstream,
};

/// A connector with a polling and a webhook trigger for the API on this machine.
async fn watched(house: &House, upstream: &Upstream, maker: &kernel::Scope) -> Connector {
    let (definition, properties) = upstream.package();
    let mut definition: Value = serde_json::from_str(&definition).unwrap();
    let paths = definition["paths"].as_object_mut().unwrap();
    paths.insert(
        "/trigger/things".to_owned(),
        json!({ "get": {
            "operationId": "OnThings", "summary": "When a thing is made", "x-ms-trigger": "batch",
            "parameters": [{ "name": "mode", "in": "query", "type": "string", "required": true,
                             "default": "news", "x-ms-visibility": "internal" }],
            "x-ms-trigger-metadata": { "kind": "query", "mode": "polling" },
            "responses": { "200": { "description": "OK" } },
        } }),
    );
    paths.insert(
        "/hooks".to_owned(),
        json!({
            "x-ms-notification-content": { "schema": { "type": "object" } },
            "post": {
                "operationId": "OnHook", "summary": "When the hook is called",
                "x-ms-trigger": "single",
                "parameters": [{ "name": "body", "in": "body", "required": true, "schema": {
                    "type": "object", "required": ["url"], "properties": {
                        "url": { "type": "string", "x-ms-notification-url": true,
                                 "x-ms-visibility": "internal" } } } }],
                "responses": { "201": { "description": "Created" } },
            },
        }),
    );
    let mut properties: Value = serde_json::from_str(&properties).unwrap();
    properties["properties"]["policyTemplateInstances"] = json!([{
        "templateId": "pollingtrigger", "title": "Things", "type": "PollingTrigger",
        "parameters": {
            "x-ms-apimTemplateParameter.triggerConfig": { "after": "@{triggerBody().value[0].id}" },
            "x-ms-apimTemplateParameter.triggerDataPath": "@triggerBody().value",
            "x-ms-apimTemplate-operationName": ["OnThings"],
        },
    }]);
    let upload = Upload::Text {
        definition: definition.to_string(),
        properties: Some(properties.to_string()),
    };
    house.connectors.create(maker, house.environment(), a_connector(upload)).await.unwrap()
}

fn a_trigger(operation: &str) -> NewTrigger {
    NewTrigger {
        operation: operation.to_owned(),
        name: None,
        inputs: Map::new(),
        connection: None,
        interval_seconds: 300,
    }
}

async fn events(house: &House, scope: &kernel::Scope, stream: uuid::Uuid) -> Vec<Value> {
    let db = house.store.db();
    let read = db.read(scope, move |tx| event_log::read_back(tx, FIRED, stream, i64::MAX, 100));
    let mut found: Vec<_> = read.await.unwrap();
    found.sort_by_key(|event| event.place);
    found.iter().map(|e| serde_json::from_slice(e.body.as_ref().unwrap()).unwrap()).collect()
}

#[tokio::test]
async fn a_polled_trigger_fires_what_is_new_and_keeps_its_state() {
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let connector = watched(&house, &upstream, &maker).await;
    let connection = house.keyed(&maker, connector.id).await.id;
    let c = &house.connectors;
    let new = NewTrigger { connection: Some(connection), ..a_trigger("OnThings") };
    let made = c.create_trigger(&maker, connector.id, new).await.unwrap();
    assert_eq!((made.watch, made.name.as_str()), (Watch::Polling, "When a thing is made"));
    let system = house.system.scope(house.tenant.id, "triggers");
    assert_eq!(c.poll(&system).await.unwrap(), 1);
    assert_eq!(c.poll(&system).await.unwrap(), 0, "it is not due before its interval is over");
    assert!(
        events(&house, &maker, made.id.uuid()).await.is_empty(),
        "the first poll fires nothing"
    );
    let body = json!({ "name": "Lamp" });
    let call = liaison_connectors::Call {
        inputs: Map::from_iter([("body".to_owned(), body)]),
        ..liaison_connectors::Call::new(connector.id, "CreateThing")
    };
    c.invoke(&maker, call).await.unwrap();
    house.clock.advance(Duration::from_secs(301));
    assert_eq!(c.poll(&system).await.unwrap(), 1);
    let found = events(&house, &maker, made.id.uuid()).await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0]["name"], "Lamp");
    house.clock.advance(Duration::from_secs(301));
    c.poll(&system).await.unwrap();
    let last = upstream.heard().last().unwrap().line.clone();
    assert!(last.starts_with("GET /api/things?") && last.contains("after=t1"), "{last}");
    let now = &c.triggers(&maker, connector.id).await.unwrap()[0];
    assert!(now.fired >= 1 && now.fired_at.is_some() && now.state == TriggerState::Active);
    c.delete_trigger(&maker, made.id).await.unwrap();
    assert!(events(&house, &maker, made.id.uuid()).await.is_empty());
}

#[tokio::test]
async fn a_trigger_that_keeps_failing_waits_longer_and_is_given_up() {
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let connector = watched(&house, &upstream, &maker).await;
    let c = &house.connectors;
    // no connection, so no poll ever leaves
    c.create_trigger(&maker, connector.id, a_trigger("OnThings")).await.unwrap();
    let system = house.system.scope(house.tenant.id, "triggers");
    c.poll(&system).await.unwrap();
    let first = c.triggers(&maker, connector.id).await.unwrap()[0].clone();
    assert_eq!((first.failures, first.reason.as_deref()), (1, Some("connection.needed")));
    for _ in 0..14 {
        house.clock.advance(Duration::from_hours(25));
        assert_eq!(c.poll(&system).await.unwrap(), 1);
    }
    let last = &c.triggers(&maker, connector.id).await.unwrap()[0];
    assert_eq!((last.state, last.due_at), (TriggerState::Failed, None));
    assert!(upstream.heard().is_empty());
}

#[tokio::test]
async fn a_subscription_is_made_called_and_ended() {
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let connector = watched(&house, &upstream, &maker).await;
    let connection = house.keyed(&maker, connector.id).await.id;
    let c = &house.connectors;
    let new = NewTrigger { connection: Some(connection), ..a_trigger("OnHook") };
    let made = c.create_trigger(&maker, connector.id, new).await.unwrap();
    let body: Value = serde_json::from_str(&upstream.heard()[0].body).unwrap();
    let url = body["url"].as_str().unwrap();
    let mut parts = url.rsplit('/');
    let (secret, trigger, tenant) =
        (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    assert_eq!(trigger.parse(), Ok(made.id));
    let tenant: kernel::TenantId = tenant.parse().unwrap();
    c.take_event((tenant, made.id, secret), br#"{"said": "hello"}"#).await.unwrap();
    assert_eq!(events(&house, &maker, made.id.uuid()).await, [json!({ "said": "hello" })]);
    let other: kernel::TenantId = house.ids.fresh();
    for (tenant, id, secret) in [
        (tenant, made.id, "guessed"),
        (other, made.id, secret),
        (tenant, house.ids.fresh(), secret),
    ] {
        let refused = c.take_event((tenant, id, secret), b"{}").await;
        assert_eq!(code(refused), "trigger.not_found");
    }
    let large = vec![b'x'; (1 << 20) + 1];
    assert_eq!(code(c.take_event((tenant, made.id, secret), &large).await), "input.invalid");
    c.delete_trigger(&maker, made.id).await.unwrap();
    let ended = upstream.heard().last().unwrap().clone();
    assert_eq!(ended.line, "DELETE /api/hooks/h1 HTTP/1.1");
    assert_eq!(ended.headers["x-key"], crate::upstream::KEY);
    assert_eq!(code(c.take_event((tenant, made.id, secret), b"{}").await), "trigger.not_found");
}

#[tokio::test]
async fn only_makers_watch_and_only_triggers() {
    let house = House::new().await;
    let (maker, seller, upstream) =
        (house.maker().await, house.seller().await, Upstream::start().await);
    let connector = watched(&house, &upstream, &maker).await;
    let c = &house.connectors;
    let refused = c.create_trigger(&seller, connector.id, a_trigger("OnThings")).await;
    assert_eq!(code(refused), "permission.missing");
    let plain = c.create_trigger(&maker, connector.id, a_trigger("ListThings")).await;
    assert_eq!(fields(plain), [("/operation".to_owned(), "trigger.not_one")]);
    let quick = NewTrigger { interval_seconds: 59, ..a_trigger("OnThings") };
    let refused = c.create_trigger(&maker, connector.id, quick).await;
    assert_eq!(fields(refused), [("/interval_seconds".to_owned(), "trigger.interval")]);
    let personal = house.keyed(&seller, connector.id).await.id;
    let stolen = NewTrigger { connection: Some(personal), ..a_trigger("OnThings") };
    let refused = c.create_trigger(&maker, connector.id, stolen).await;
    assert_eq!(code(refused), "connection.not_found");
    // a subscription that fails leaves nothing behind
    let failed = c.create_trigger(&maker, connector.id, a_trigger("OnHook")).await;
    assert_eq!(code(failed), "connection.needed");
    assert!(c.triggers(&maker, connector.id).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_subscription_is_ended_with_the_connection_that_made_it() {
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let connector = watched(&house, &upstream, &maker).await;
    let connection = house.keyed(&maker, connector.id).await.id;
    let c = &house.connectors;
    let made = c.create_trigger(&maker, connector.id, a_trigger("OnHook")).await.unwrap();
    assert_eq!(made.connection, Some(connection));
    assert_eq!(c.triggers(&maker, connector.id).await.unwrap()[0].connection, Some(connection));
    c.delete_trigger(&maker, made.id).await.unwrap();
    let ended = upstream.heard().last().unwrap().clone();
    assert_eq!(ended.line, "DELETE /api/hooks/h1 HTTP/1.1");
    assert_eq!(ended.headers["x-key"], crate::upstream::KEY);
}

#[tokio::test]
async fn versions_that_something_stands_on_are_kept() {
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let connector = watched(&house, &upstream, &maker).await;
    let c = &house.connectors;
    c.create_trigger(&maker, connector.id, a_trigger("OnThings")).await.unwrap();
    let (id, action, db) = (connector.id, house.ids.fresh(), house.store.db());
    let stands_on = |version| {
        db.write(&maker, move |tx| {
            liaison_connectors::claim(tx, id, "action", (action, "Look things up"), version)
        })
    };
    stands_on(Some(2)).await.unwrap();
    let next = async |number: i64| {
        let definition = json!({
            "swagger": "2.0", "info": { "title": format!("Things {number}"), "version": "1" },
            "host": "api.example.org", "paths": {},
        });
        let upload = Upload::Text { definition: definition.to_string(), properties: None };
        c.add_version(&maker, id, upload, String::new()).await.unwrap();
        let all = c.versions(&maker, id).await.unwrap();
        all.iter().map(|version| version.number).rev().collect::<Vec<_>>()
    };
    let mut kept = Vec::new();
    for number in 2..=25 {
        kept = next(number).await;
    }
    let expected: Vec<i64> = [1, 2].into_iter().chain(6..=25).collect();
    assert_eq!(kept, expected);
    stands_on(None).await.unwrap();
    let expected: Vec<i64> = std::iter::once(1).chain(7..=26).collect();
    assert_eq!(next(26).await, expected);
}
