use std::{sync::Arc, time::Duration};

use liaison_connectors::{
    Connector, FIRED, NewTrigger, Settings, Trigger, TriggerState, Upload, Watch,
};
use serde_json::{Map, Value, json};

use crate::{
    house::{House, a_connector, code, fields},
    upstream::Upstream,
};

/// A connector with a polling and a webhook trigger for the API on this machine.
async fn watched(house: &House, upstream: &Upstream, maker: &kernel::Scope) -> Connector {
    let environment = identity::environments::default_of(maker.tenant());
    watched_in(house, upstream, maker, environment).await
}

/// The same in an environment.
async fn watched_in(
    house: &House,
    upstream: &Upstream,
    maker: &kernel::Scope,
    environment: kernel::EnvironmentId,
) -> Connector {
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
        "/trigger/slow".to_owned(),
        json!({ "get": {
            "operationId": "OnSlow", "summary": "When nothing comes", "x-ms-trigger": "batch",
            "x-ms-trigger-metadata": { "kind": "query", "mode": "polling" },
            "responses": { "200": { "description": "OK" } },
        } }),
    );
    for (path, id) in [("/hooks", "OnHook"), ("/leases", "OnLease")] {
        paths.insert(
            path.to_owned(),
            json!({
                "x-ms-notification-content": { "schema": { "type": "object" } },
                "post": {
                    "operationId": id, "summary": "When the hook is called",
                    "x-ms-trigger": "single",
                    "parameters": [{ "name": "body", "in": "body", "required": true, "schema": {
                        "type": "object", "required": ["url"], "properties": {
                            "url": { "type": "string", "x-ms-notification-url": true,
                                     "x-ms-visibility": "internal" } } } }],
                    "responses": { "201": { "description": "Created" } },
                },
            }),
        );
    }
    let mut properties: Value = serde_json::from_str(&properties).unwrap();
    properties["properties"]["policyTemplateInstances"] = json!([{
        "templateId": "pollingtrigger", "title": "Things", "type": "PollingTrigger",
        "parameters": {
            "x-ms-apimTemplateParameter.triggerConfig": { "after": "@{triggerBody().value[0].id}" },
            "x-ms-apimTemplateParameter.triggerDataPath": "@triggerBody().value",
            "x-ms-apimTemplate-operationName": ["OnThings", "OnSlow"],
        },
    }]);
    let upload = Upload::Text {
        definition: definition.to_string(),
        properties: Some(properties.to_string()),
    };
    house.connectors.create(maker, environment, a_connector(upload)).await.unwrap()
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
async fn a_connector_that_goes_ends_its_subscriptions() {
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let connector = watched(&house, &upstream, &maker).await;
    house.keyed(&maker, connector.id).await;
    let c = &house.connectors;
    c.create_trigger(&maker, connector.id, a_trigger("OnHook")).await.unwrap();
    let asked = upstream.heard().len();
    assert_eq!(code(c.delete(&maker, connector.id, false).await), "api_connector.in_use");
    assert_eq!(upstream.heard().len(), asked, "what stays is not ended");
    c.delete(&maker, connector.id, true).await.unwrap();
    let ended = upstream.heard().last().unwrap().clone();
    assert_eq!(ended.line, "DELETE /api/hooks/h1 HTTP/1.1");
    assert_eq!(ended.headers["x-key"], crate::upstream::KEY);
    assert_eq!(code(c.connector(&maker, connector.id).await), "api_connector.not_found");
}

#[tokio::test]
async fn an_environment_that_ends_leaves_no_subscription_behind() {
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let environment = house.sales_environment().await;
    let c = &house.connectors;
    let connector = watched_in(&house, &upstream, &maker, environment).await;
    house.keyed(&maker, connector.id).await;
    c.create_trigger(&maker, connector.id, a_trigger("OnHook")).await.unwrap();
    c.sweep().await.unwrap();
    let asked = upstream.heard().len();
    let root = house.system.scope(house.tenant.id, "test");
    house.identity.end_environment(&root, environment).await.unwrap();
    c.sweep().await.unwrap();
    assert_eq!(upstream.heard().len(), asked + 1);
    let ended = upstream.heard().last().unwrap().clone();
    assert_eq!(ended.line, "DELETE /api/hooks/h1 HTTP/1.1");
    assert_eq!(ended.headers["x-key"], crate::upstream::KEY);
    assert_eq!(code(c.connector(&maker, connector.id).await), "api_connector.not_found");
    c.sweep().await.unwrap();
    assert_eq!(upstream.heard().len(), asked + 1, "and it is ended once");
}

#[tokio::test]
async fn triggers_rest_where_background_work_does_and_in_what_was_deleted() {
    use identity::environments;
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let connector = watched(&house, &upstream, &maker).await;
    let connection = house.keyed(&maker, connector.id).await.id;
    let c = &house.connectors;
    let new = NewTrigger { connection: Some(connection), ..a_trigger("OnThings") };
    c.create_trigger(&maker, connector.id, new).await.unwrap();
    let root = house.system.scope(house.tenant.id, "test");
    let (id, db) = (house.environment(), house.store.db());
    let rest = async |off: bool| {
        db.write(&root, move |tx| {
            let known = environments::lookup(tx, id)?.unwrap();
            environments::save(tx, &environments::Environment { background_off: off, ..known })
        })
        .await
        .unwrap();
    };
    let asked = upstream.heard().len();
    rest(true).await;
    for _ in 0..3 {
        house.clock.advance(Duration::from_hours(1));
        c.poll(&root).await.unwrap();
    }
    assert_eq!(upstream.heard().len(), asked);
    rest(false).await;
    house.clock.advance(Duration::from_hours(1));
    c.poll(&root).await.unwrap();
    assert_eq!(upstream.heard().len(), asked + 1);
    c.connector(&maker, connector.id).await.unwrap();
    let deleted = kernel::Clock::now(&*house.clock);
    db.write(&root, move |tx| {
        let known = environments::lookup(tx, id)?.unwrap();
        environments::set_deleted(tx, &known, deleted)
    })
    .await
    .unwrap();
    house.clock.advance(Duration::from_hours(1));
    c.poll(&root).await.unwrap();
    assert_eq!(upstream.heard().len(), asked + 1);
    assert_eq!(code(c.connector(&maker, connector.id).await), "api_connector.not_found");
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

/// The end of the address that a service was told to call.
fn address(upstream: &Upstream) -> (kernel::TenantId, kernel::TriggerId, String) {
    let heard = upstream.heard();
    let post = heard.iter().rfind(|heard| heard.line.starts_with("POST")).unwrap();
    let body: Value = serde_json::from_str(&post.body).unwrap();
    let mut parts = body["url"].as_str().unwrap().rsplit('/');
    let (secret, trigger, tenant) =
        (parts.next().unwrap(), parts.next().unwrap(), parts.next().unwrap());
    (tenant.parse().unwrap(), trigger.parse().unwrap(), secret.to_owned())
}

async fn only(house: &House, maker: &kernel::Scope, connector: &Connector) -> Trigger {
    house.connectors.triggers(maker, connector.id).await.unwrap().pop().unwrap()
}

fn lines(upstream: &Upstream) -> Vec<String> {
    upstream.heard().into_iter().map(|heard| heard.line.replace(" HTTP/1.1", "")).collect()
}

#[tokio::test]
async fn a_subscription_that_ends_is_made_anew_before_it_does() {
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let connector = watched(&house, &upstream, &maker).await;
    house.keyed(&maker, connector.id).await;
    let (c, system) = (&house.connectors, house.system.scope(house.tenant.id, "triggers"));
    c.create_trigger(&maker, connector.id, a_trigger("OnLease")).await.unwrap();
    let (tenant, trigger, secret) = address(&upstream);
    assert_eq!(c.poll(&system).await.unwrap(), 0);
    house.clock.advance(Duration::from_secs(799));
    assert_eq!(c.poll(&system).await.unwrap(), 0, "a fifth of its life is left only then");
    house.clock.advance(Duration::from_secs(2));
    assert_eq!(c.poll(&system).await.unwrap(), 1);
    assert_eq!(
        lines(&upstream),
        ["POST /api/leases", "POST /api/leases", "DELETE /api/leases/l1"],
        "the old one ends when the new one stands"
    );
    assert_eq!(address(&upstream), (tenant, trigger, secret.clone()), "at the same address");
    c.take_event((tenant, trigger, &secret), b"{}").await.unwrap();
    // A service that takes no second one gets the end of the first before.
    upstream.take_one_lease();
    c.invoke(&maker, liaison_connectors::Call::new(connector.id, "ListThings")).await.unwrap();
    let before = lines(&upstream).len();
    // l2 is open for the service, too
    house.clock.advance(Duration::from_secs(801));
    assert_eq!(c.poll(&system).await.unwrap(), 1);
    let said = lines(&upstream).split_off(before);
    assert!(said.last().unwrap().starts_with("POST") || said.len() == 2, "{said:?}");
    c.delete_trigger(&maker, trigger).await.unwrap();
    assert_eq!(lines(&upstream).last().unwrap(), "DELETE /api/leases/l3");
}

#[tokio::test]
async fn a_renewal_that_fails_is_tried_again_and_says_why() {
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let connector = watched(&house, &upstream, &maker).await;
    let connection = house.keyed(&maker, connector.id).await.id;
    let (c, system) = (&house.connectors, house.system.scope(house.tenant.id, "triggers"));
    c.create_trigger(&maker, connector.id, a_trigger("OnLease")).await.unwrap();
    c.revoke_connection(&maker, connection).await.unwrap();
    house.clock.advance(Duration::from_secs(801));
    assert_eq!(c.poll(&system).await.unwrap(), 1);
    let now = only(&house, &maker, &connector).await;
    assert_eq!((now.failures, now.reason.as_deref()), (1, Some("connection.revoked")));
    assert!(now.due_at.is_some() && now.state == TriggerState::Active);
}

#[tokio::test]
async fn events_at_the_same_moment_are_all_counted_and_touch_no_poll() {
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let connector = watched(&house, &upstream, &maker).await;
    house.keyed(&maker, connector.id).await;
    let c = &house.connectors;
    let made = c.create_trigger(&maker, connector.id, a_trigger("OnLease")).await.unwrap();
    let (tenant, trigger, secret) = address(&upstream);
    let mut events = tokio::task::JoinSet::new();
    for number in 0..20 {
        let (c, secret) = (Arc::clone(c), secret.clone());
        events.spawn(async move {
            let body = format!("{{\"number\": {number}}}");
            c.take_event((tenant, trigger, &secret), body.as_bytes()).await.unwrap();
        });
    }
    events.join_all().await;
    let now = only(&house, &maker, &connector).await;
    assert_eq!((now.fired, now.due_at), (20, made.due_at), "none is lost, and the renewal stands");
}

#[tokio::test]
async fn a_poll_that_somebody_else_has_taken_over_writes_nothing() {
    let settings = Settings { call_timeout_ms: 1_500, ..Settings::default() };
    let house = House::with(settings).await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let connector = watched(&house, &upstream, &maker).await;
    house.keyed(&maker, connector.id).await;
    let (c, system) = (&house.connectors, house.system.scope(house.tenant.id, "triggers"));
    let made = c.create_trigger(&maker, connector.id, a_trigger("OnSlow")).await.unwrap();
    let (id, db) = (made.id, house.store.db());
    let later = jiff::Timestamp::from_second(4_102_444_800).unwrap();
    let other = async {
        while upstream.heard().is_empty() {
            tokio::task::yield_now().await;
        }
        db.write(&system, move |tx| {
            let sql = "UPDATE api_triggers SET due_at = $3 WHERE tenant_id = $1 AND id = $2";
            tx.execute(sql, &[tx.tenant().into(), id.into(), later.into()])
        })
        .await
        .unwrap();
    };
    let (polled, ()) = tokio::join!(c.poll(&system), other);
    assert_eq!(polled.unwrap(), 1);
    let now = only(&house, &maker, &connector).await;
    assert_eq!((now.failures, now.reason), (0, None), "what it found is for the other one to say");
}

#[tokio::test]
async fn who_is_slow_holds_up_nobody_else() {
    let settings = Settings { call_timeout_ms: 4_000, ..Settings::default() };
    let house = House::with(settings).await;
    let (maker, stranger) = (house.maker().await, house.stranger().await);
    let (slow, quick) = (Upstream::start().await, Upstream::start().await);
    let c = &house.connectors;
    let first = watched(&house, &slow, &maker).await;
    house.keyed(&maker, first.id).await;
    for _ in 0..10 {
        c.create_trigger(&maker, first.id, a_trigger("OnSlow")).await.unwrap();
    }
    let second = watched(&house, &quick, &stranger).await;
    house.keyed(&stranger, second.id).await;
    c.create_trigger(&stranger, second.id, a_trigger("OnThings")).await.unwrap();
    let stop = tokio_util::sync::CancellationToken::new();
    let watching = Arc::clone(c).watch(stop.clone());
    let seen = async {
        while quick.heard().is_empty() || slow.heard().is_empty() {
            tokio::task::yield_now().await;
        }
        assert!(c.figures().under_way >= 1, "the slow tenant still waits");
        assert!(c.figures().under_way <= 5, "and takes no more than its share");
        stop.cancel();
    };
    tokio::join!(watching, seen);
    assert_eq!(c.figures().under_way, 0, "what was under way is finished");
}

#[tokio::test]
async fn what_triggers_found_is_forgotten_after_its_time() {
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let connector = watched(&house, &upstream, &maker).await;
    house.keyed(&maker, connector.id).await;
    let c = &house.connectors;
    let made = c.create_trigger(&maker, connector.id, a_trigger("OnHook")).await.unwrap();
    let (tenant, trigger, secret) = address(&upstream);
    c.take_event((tenant, trigger, &secret), br#"{"said":"old"}"#).await.unwrap();
    house.clock.advance(Duration::from_hours(24 * 20));
    c.take_event((tenant, trigger, &secret), br#"{"said":"new"}"#).await.unwrap();
    c.sweep().await.unwrap();
    assert_eq!(events(&house, &maker, made.id.uuid()).await.len(), 2);
    house.clock.advance(Duration::from_hours(24 * 11));
    c.sweep().await.unwrap();
    assert_eq!(events(&house, &maker, made.id.uuid()).await, [json!({ "said": "new" })]);
    // A connector takes with it what its triggers found.
    c.delete(&maker, connector.id, true).await.unwrap();
    assert!(events(&house, &maker, made.id.uuid()).await.is_empty());
}

#[tokio::test]
async fn a_polled_trigger_keeps_to_the_connection_that_its_maker_would_use() {
    let house = House::new().await;
    let (maker, upstream) = (house.maker().await, Upstream::start().await);
    let connector = watched(&house, &upstream, &maker).await;
    let connection = house.keyed(&maker, connector.id).await.id;
    let c = &house.connectors;
    let made = c.create_trigger(&maker, connector.id, a_trigger("OnThings")).await.unwrap();
    assert_eq!(made.connection, Some(connection));
    let system = house.system.scope(house.tenant.id, "triggers");
    assert_eq!(c.poll(&system).await.unwrap(), 1);
    assert_eq!(upstream.heard().len(), 1);
    assert_eq!(only(&house, &maker, &connector).await.failures, 0);
}
