//! Answers that are streams, and what ends them.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use futures_util::{StreamExt as _, future::join};
use http::{Request, StatusCode};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::house::{House, post, stateless};

async fn open(house: &House, request: Request<Body>) -> BodyDataStream {
    let response = house.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    response.into_body().into_data_stream()
}

/// The next message of a stream; none at its end.
async fn next(stream: &mut BodyDataStream) -> Option<Value> {
    loop {
        let chunk = tokio::time::timeout(Duration::from_secs(20), stream.next()).await;
        let chunk = chunk.expect("something within the bound")?.unwrap();
        let text = std::str::from_utf8(&chunk).unwrap();
        if let Some(data) = text.lines().find_map(|line| line.strip_prefix("data: ")) {
            return Some(serde_json::from_str(data).unwrap());
        }
    }
}

fn watching() -> Request<Body> {
    Request::get("/mcp")
        .header("host", "hub.example.org")
        .header("authorization", "Bearer seller")
        .header("accept", "text/event-stream")
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn progress_comes_before_the_result() {
    let house = House::new();
    let params = json!({"name": "test_tool_with_progress", "_meta": {"progressToken": "p"}});
    let body = json!({"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": params});
    let answer = house.send(post(&body.to_string(), &[])).await;
    assert_eq!(answer.headers["content-type"], "text/event-stream");
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    let messages: Vec<Value> = text
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .map(|data| serde_json::from_str(data).unwrap())
        .collect();
    let steps: Vec<f64> =
        messages.iter().filter_map(|message| message["params"]["progress"].as_f64()).collect();
    assert_eq!(steps, [0.0, 50.0, 100.0]);
    assert_eq!(messages[0]["params"]["progressToken"], "p");
    assert_eq!(messages.last().unwrap()["id"], 5);
}

#[tokio::test]
async fn a_client_that_takes_only_objects_gets_one() {
    let house = House::new();
    let params = json!({"name": "test_tool_with_progress", "_meta": {"progressToken": 1}});
    let body = json!({"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": params});
    let answer = house.send(post(&body.to_string(), &[("accept", "application/json")])).await;
    assert_eq!(answer.json()["result"]["content"][0]["text"], "done");
}

#[tokio::test]
async fn a_request_is_withdrawn_by_its_owner() {
    let house = House::new();
    let withdrawal =
        json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 7}});
    let foreign = post(&withdrawal.to_string(), &[("mcp-protocol-version", "2025-11-25")]);
    let own = post(&withdrawal.to_string(), &[]);
    let waiting = house.ask("tools/call", json!({"name": "test_waits"}));
    let withdrawing = async {
        tokio::task::yield_now().await;
        assert_eq!(house.send(own).await.status, StatusCode::ACCEPTED);
    };
    let (answer, ()) = join(waiting, withdrawing).await;
    assert!(answer.json()["result"].is_object() || answer.code() == -32800);
    // nothing runs any more
    assert_eq!(house.send(foreign).await.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn closing_the_stream_of_a_request_withdraws_it() {
    let house = House::new();
    let params = json!({"name": "test_waits", "_meta": {"progressToken": 1}});
    let body = stateless("tools/call", params).to_string();
    let headers = [
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", "test_waits"),
    ];
    let mut stream = open(&house, post(&body, &headers)).await;
    let waited = tokio::time::timeout(Duration::from_millis(20), stream.next()).await;
    assert!(waited.is_err(), "the call waits");
    drop(stream);
    let again = house.ask("tools/call", json!({"name": "test_simple_text"})).await;
    assert_eq!(again.status, StatusCode::OK);
}

#[tokio::test]
async fn who_watches_is_told_of_changes() {
    let house = House::new();
    let mut stream = open(&house, watching()).await;
    house.tools.change();
    let message = next(&mut stream).await.unwrap();
    assert_eq!(message["method"], "notifications/tools/list_changed");
    house.stopping.cancel();
    assert_eq!(next(&mut stream).await, None);
}

#[tokio::test]
async fn who_may_no_longer_stay_is_shown_out() {
    let house = House::new();
    let mut stream = open(&house, watching()).await;
    house.revoked.cancel();
    assert_eq!(next(&mut stream).await, None);
}

#[tokio::test]
async fn a_subscription_is_acknowledged_first_and_closed_politely() {
    let house = House::new();
    let headers = [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "subscriptions/listen")];
    let wanted = json!({"notifications": {"toolsListChanged": true, "promptsListChanged": true}});
    let body = stateless("subscriptions/listen", wanted).to_string();
    let mut stream = open(&house, post(&body, &headers)).await;
    let first = next(&mut stream).await.unwrap();
    assert_eq!(first["method"], "notifications/subscriptions/acknowledged");
    assert_eq!(first["params"]["notifications"], json!({"toolsListChanged": true}));
    house.tools.change();
    let change = next(&mut stream).await.unwrap();
    assert_eq!(change["params"]["_meta"]["io.modelcontextprotocol/subscriptionId"], "a");
    house.stopping.cancel();
    assert_eq!(next(&mut stream).await.unwrap()["result"]["resultType"], "complete");
    assert_eq!(next(&mut stream).await, None);
}

#[tokio::test]
async fn nobody_is_told_of_what_was_not_asked_for() {
    let house = House::new();
    let headers = [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "subscriptions/listen")];
    let body = stateless("subscriptions/listen", json!({"notifications": {}})).to_string();
    let mut stream = open(&house, post(&body, &headers)).await;
    assert_eq!(next(&mut stream).await.unwrap()["params"]["notifications"], json!({}));
    house.tools.change();
    house.stopping.cancel();
    assert!(next(&mut stream).await.unwrap()["result"].is_object());
}

#[tokio::test]
async fn a_get_of_the_stateless_generation_or_without_events_is_refused() {
    let house = House::new();
    let mut request = watching();
    request.headers_mut().insert("mcp-protocol-version", "2026-07-28".parse().unwrap());
    assert_eq!(house.send(request).await.status, StatusCode::METHOD_NOT_ALLOWED);
    let mut request = watching();
    request.headers_mut().insert("accept", "application/json".parse().unwrap());
    assert_eq!(house.send(request).await.status, StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn a_credential_holds_eight_streams_whatever_their_sessions_and_generations() {
    let house = House::new();
    let headers = [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "subscriptions/listen")];
    let body = stateless("subscriptions/listen", json!({"notifications": {}})).to_string();
    let mut held = Vec::new();
    for number in 0..8 {
        let request = if number % 2 == 0 { watching() } else { post(&body, &headers) };
        held.push(open(&house, request).await);
    }
    for request in [watching(), post(&body, &headers)] {
        let refused = house.send(request).await;
        assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(
            (refused.code(), &refused.headers["retry-after"]),
            (-32001, &"15".parse().unwrap())
        );
    }
    // calls are no streams of this kind, and a place that is left is free at once
    let call = house.ask("tools/call", json!({"name": "test_simple_text"})).await;
    assert_eq!(call.status, StatusCode::OK);
    held.pop();
    held.push(open(&house, watching()).await);
}
