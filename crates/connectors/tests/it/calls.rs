use std::time::Duration;

use kernel::{Limit, Scope};
use liaison_connectors::{Answer, Body, Call, CallFilter, Error, Settings, Via};
use serde_json::json;

use crate::{
    house::{House, code, fields, values},
    upstream::{KEY, Upstream},
};

/// A house with the API on this machine, its connector, and a seller with a connection.
struct Setting {
    house: House,
    upstream: Upstream,
    maker: Scope,
    seller: Scope,
    connector: kernel::ApiConnectorId,
}

impl Setting {
    async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    async fn with(settings: Settings) -> Self {
        let house = House::with(settings).await;
        let (upstream, maker, seller) =
            (Upstream::start().await, house.maker().await, house.seller().await);
        let connector = house.things(&maker, &upstream).await.id;
        house.keyed(&seller, connector).await;
        Self { house, upstream, maker, seller, connector }
    }

    fn call(&self, operation: &str, inputs: serde_json::Value) -> Call {
        let serde_json::Value::Object(inputs) = inputs else { panic!("inputs are an object") };
        Call { inputs, ..Call::new(self.connector, operation) }
    }

    async fn invoke(&self, operation: &str, inputs: serde_json::Value) -> Result<Answer, Error> {
        self.house.connectors.invoke(&self.seller, self.call(operation, inputs)).await
    }
}

#[tokio::test]
async fn an_operation_is_called_with_the_callers_own_connection() {
    let s = Setting::new().await;
    let made = s.invoke("CreateThing", json!({ "body": { "name": "Lamp", "count": 2 } })).await;
    let made = made.unwrap();
    assert_eq!(made.status, 201);
    assert_eq!(made.json.as_ref().unwrap()["id"], "t1");
    let Body::Json(bytes) = &made.body else { panic!("{:?}", made.body) };
    assert_eq!(serde_json::from_slice::<serde_json::Value>(bytes).unwrap(), made.json.unwrap());
    let listed = s.invoke("ListThings", json!({ "$top": 5 })).await.unwrap();
    assert_eq!(listed.json.unwrap()["value"][0]["name"], "Lamp");
    assert!(listed.connection.is_some() && listed.version == 1 && listed.drift.is_empty());
    let heard = s.upstream.heard();
    assert_eq!(heard[0].line, "POST /api/things HTTP/1.1");
    assert_eq!(heard[0].headers["x-key"], KEY);
    assert_eq!(heard[0].body, r#"{"name":"Lamp","count":2}"#);
    assert_eq!(heard[1].line, "GET /api/things?$top=5&mode=plain HTTP/1.1");
}

#[tokio::test]
async fn a_failure_of_the_api_is_an_answer() {
    let s = Setting::new().await;
    let answer = s.invoke("GetThing", json!({ "id": "../secret" })).await.unwrap();
    assert_eq!(answer.status, 404);
    assert!(!answer.is_success());
    assert_eq!(s.upstream.heard()[0].line, "GET /api/things/..%2Fsecret HTTP/1.1");
}

#[tokio::test]
async fn wrong_inputs_never_leave() {
    let s = Setting::new().await;
    let missing = fields(s.invoke("GetThing", json!({})).await);
    assert_eq!(missing, [("/id".to_owned(), "input.missing")]);
    let path = s.invoke("GetThing", json!({ "id": ".." })).await;
    assert_eq!(code(path), "input.invalid");
    assert_eq!(code(s.invoke("Nothing", json!({})).await), "operation.not_found");
    assert!(s.upstream.heard().is_empty());
}

#[tokio::test]
async fn somebody_without_a_connection_is_told_so_and_a_shared_one_serves_everybody() {
    let s = Setting::new().await;
    let other = s.house.person("zoe", &[]).await;
    let c = &s.house.connectors;
    let call = || s.call("ListThings", json!({}));
    assert_eq!(code(c.invoke(&other, call()).await), "connection.needed");
    let own = c.own_connections(&s.seller).await.unwrap()[0].id;
    let stolen = Call { connection: Some(own), ..call() };
    assert_eq!(code(c.invoke(&other, stolen).await), "connection.not_found");
    let stolen = Call { connection: Some(own), ..call() };
    assert_eq!(code(c.invoke(&s.maker, stolen).await), "connection.not_found");
    let new = liaison_connectors::NewConnection {
        shared: true,
        values: values(&[("api_key", KEY)]),
        ..liaison_connectors::NewConnection::default()
    };
    let shared = c.create_connection(&s.maker, s.connector, new).await.unwrap();
    assert_eq!(c.invoke(&other, call()).await.unwrap().connection, Some(shared.id));
    assert_eq!(c.invoke(&s.seller, call()).await.unwrap().connection, Some(own));
    c.revoke_connection(&s.maker, shared.id).await.unwrap();
    assert_eq!(code(c.invoke(&other, call()).await), "connection.revoked");
}

#[tokio::test]
async fn a_call_ends_at_its_deadline() {
    let s = Setting::new().await;
    let call = Call { deadline: Some(Duration::from_millis(200)), ..s.call("Slow", json!({})) };
    let late = s.house.connectors.invoke(&s.seller, call).await;
    assert_eq!(code(late), "api_call.late");
    assert_eq!(s.house.connectors.figures().late, 1);
    assert_eq!(s.house.connectors.figures().under_way, 0);
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let settings = Settings { max_answer_bytes: 100_000, ..Settings::default() };
    let s = Setting::with(settings).await;
    assert_eq!(code(s.invoke("Huge", json!({})).await), "outbound.too_large");
}

#[tokio::test]
async fn redirects_are_followed_and_credentials_stay_at_home() {
    let s = Setting::new().await;
    let here = s.invoke("Here", json!({})).await.unwrap();
    assert_eq!(here.json.unwrap()["name"], "landed");
    let away = s.invoke("Away", json!({})).await.unwrap();
    assert_eq!(away.json.unwrap()["name"], "landed");
    let heard = s.upstream.heard();
    let landed: Vec<_> = heard.iter().filter(|h| h.line.contains("/landing")).collect();
    assert_eq!(landed.len(), 2);
    assert_eq!(landed[0].headers["x-key"], KEY);
    assert!(!landed[1].headers.contains_key("x-key"), "{:?}", landed[1].headers);
    assert_eq!(code(s.invoke("Inside", json!({})).await), "outbound.network");
}

#[tokio::test]
async fn a_short_pause_is_sat_out() {
    let s = Setting::new().await;
    let answer = s.invoke("Pause", json!({})).await.unwrap();
    assert_eq!(answer.json.unwrap()["name"], "after a pause");
    assert_eq!(s.upstream.heard().len(), 2);
}

#[tokio::test]
async fn drift_from_the_schema_is_told_and_refuses_nothing() {
    let s = Setting::new().await;
    let answer = s.invoke("Odd", json!({})).await.unwrap();
    let mut places: Vec<_> = answer.drift.iter().map(|f| (f.pointer.to_string(), f.code)).collect();
    places.sort();
    assert_eq!(places, [("/count".to_owned(), "answer.kind"), ("/name".to_owned(), "answer.kind")]);
}

#[tokio::test]
async fn a_maker_sees_the_exact_request_without_its_secrets() {
    let s = Setting::new().await;
    let call = Call { trace: true, via: Via::Test, ..s.call("ListThings", json!({})) };
    let refused = s.house.connectors.try_operation(&s.seller, call.clone()).await;
    assert_eq!(code(refused), "permission.missing");
    s.house.keyed(&s.maker, s.connector).await;
    let answer = s.house.connectors.try_operation(&s.maker, call).await.unwrap();
    let [exchange] = answer.exchanges.as_slice() else { panic!("{:?}", answer.exchanges) };
    assert_eq!(exchange.method, "GET");
    assert!(exchange.url.ends_with("/api/things?mode=plain"), "{}", exchange.url);
    let key = exchange.headers.iter().find(|(name, _)| name == "X-Key").unwrap();
    assert_eq!(key.1, "***");
    assert_eq!(exchange.status, Some(200));
    assert!(!format!("{:?}", answer.exchanges).contains(KEY));
}

#[tokio::test]
async fn a_maker_sees_the_request_that_nobody_answered() {
    let s = Setting::with(Settings { call_timeout_ms: 300, ..Settings::default() }).await;
    s.house.keyed(&s.maker, s.connector).await;
    let call = Call { via: Via::Test, ..s.call("Slow", json!({})) };
    let refused = s.house.connectors.try_traced(&s.seller, call.clone()).await.unwrap_err();
    assert_eq!(code::<()>(Err(refused.error)), "permission.missing");
    assert!(refused.trace.exchanges.is_empty());
    let failed = s.house.connectors.try_traced(&s.maker, call).await.unwrap_err();
    assert_eq!(code::<()>(Err(failed.error)), "api_call.late");
    let [exchange] = failed.trace.exchanges.as_slice() else { panic!("{:?}", failed.trace) };
    assert!(exchange.url.contains("/api/slow"), "{}", exchange.url);
    assert_eq!(exchange.status, None);
    assert!(!format!("{:?}", failed.trace).contains(KEY));
}

#[tokio::test]
async fn every_call_is_in_the_log_and_in_the_audit() {
    let s = Setting::new().await;
    s.invoke("ListThings", json!({})).await.unwrap();
    s.invoke("GetThing", json!({ "id": "none" })).await.unwrap();
    assert_eq!(code(s.invoke("Nothing", json!({})).await), "operation.not_found");
    let c = &s.house.connectors;
    let filter = CallFilter { connector: Some(s.connector), ..CallFilter::default() };
    let page = c.calls(&s.maker, filter.clone(), Limit::default(), None).await.unwrap();
    let mut seen: Vec<_> =
        page.items.iter().map(|c| (c.operation.as_str(), c.outcome.as_str(), c.status)).collect();
    seen.sort_unstable();
    assert_eq!(
        seen,
        [
            ("GetThing", "api_call.answered_failure", Some(404)),
            ("ListThings", "done", Some(200)),
            ("Nothing", "operation.not_found", None),
        ]
    );
    assert_eq!(page.items[0].actor, s.seller.actor().to_string());
    let failed = CallFilter { failed: true, ..filter.clone() };
    assert_eq!(c.calls(&s.maker, failed, Limit::default(), None).await.unwrap().items.len(), 2);
    let health = c.health(&s.maker, filter, jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!(health.len(), 3);
    let get = &health[0];
    assert_eq!((get.operation.as_str(), get.calls, get.failed), ("GetThing", 1, 1));
    assert_eq!(get.last_error.as_ref().unwrap().1, Some(404));
    let denied = c.calls(&s.seller, CallFilter::default(), Limit::default(), None).await;
    assert_eq!(code(denied), "permission.missing");
    let admin = s.house.admin().await;
    let filter = identity::AuditFilter {
        action: Some("api_connector.call".to_owned()),
        ..identity::AuditFilter::default()
    };
    let audit = s.house.identity.audit(&admin, filter, Limit::default(), None).await.unwrap();
    assert_eq!(audit.items.len(), 3);
    assert!(audit.items.iter().all(|row| row.actor == s.seller.actor().to_string()));
    assert!(!format!("{audit:?}").contains(KEY));
}

#[tokio::test]
async fn the_log_forgets_after_its_time() {
    let s = Setting::new().await;
    s.invoke("ListThings", json!({})).await.unwrap();
    let c = &s.house.connectors;
    let count = async || {
        c.calls(&s.maker, CallFilter::default(), Limit::default(), None).await.unwrap().items.len()
    };
    assert_eq!(count().await, 1);
    c.sweep().await.unwrap();
    assert_eq!(count().await, 1);
    s.house.clock.advance(Duration::from_hours(24 * 31));
    c.sweep().await.unwrap();
    assert_eq!(count().await, 0);
}

#[tokio::test]
async fn more_calls_at_once_than_allowed_are_refused() {
    let s = Setting::with(Settings { calls_at_once: 0, ..Settings::default() }).await;
    assert_eq!(code(s.invoke("ListThings", json!({})).await), "api_call.busy");
    assert_eq!(s.house.connectors.figures().under_way, 0);
}

#[tokio::test]
async fn the_log_answers_while_its_worker_waits_for_more() {
    let s = Setting::new().await;
    let stop = tokio_util::sync::CancellationToken::new();
    let worker = std::sync::Arc::clone(&s.house.connectors).run(stop.clone());
    let asked = async {
        for calls in 1..=2 {
            s.invoke("ListThings", json!({})).await.unwrap();
            // The worker has nothing to do by then, and waits.
            tokio::task::yield_now().await;
            let page =
                s.house.connectors.calls(&s.maker, CallFilter::default(), Limit::default(), None);
            let page = tokio::time::timeout(Duration::from_secs(20), page).await.unwrap();
            assert_eq!(page.unwrap().items.len(), calls);
        }
        stop.cancel();
    };
    tokio::join!(worker, asked);
}

#[tokio::test]
async fn a_byte_order_mark_is_no_part_of_the_json() {
    let s = Setting::new().await;
    let answer = s.invoke("Marked", json!({})).await.unwrap();
    assert_eq!(answer.json.as_ref().unwrap()["name"], "marked");
    assert_eq!(answer.body, Body::Json(r#"{"name":"marked"}"#.into()));
}

#[tokio::test]
async fn a_call_that_nobody_waits_for_any_longer_is_in_the_log_once_it_has_left() {
    let s = Setting::new().await;
    let call = s.invoke("Slow", json!({}));
    let left = async {
        while s.upstream.heard().is_empty() {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        answer = call => panic!("{answer:?}"),
        () = left => {}
    }
    let c = &s.house.connectors;
    let page = c.calls(&s.maker, CallFilter::default(), Limit::default(), None).await.unwrap();
    let [line] = page.items.as_slice() else { panic!("{:?}", page.items) };
    assert_eq!((line.operation.as_str(), line.outcome.as_str()), ("Slow", "api_call.abandoned"));
    assert_eq!((c.figures().under_way, c.figures().failed), (0, 1));
}
