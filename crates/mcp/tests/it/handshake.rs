//! 2025-06-18 and 2025-11-25.

use axum::body::Body;
use http::{Request, StatusCode};
use liaison_mcp::Settings;
use serde_json::{Value, json};

use crate::house::{House, post};

fn initialize(version: &str) -> Value {
    json!({"protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}})
}

#[tokio::test]
async fn the_version_of_the_client_is_agreed_on_or_the_newest_with_a_handshake() {
    let house = House::new();
    for (asked, agreed) in [
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2024-11-05", "2025-11-25"),
        ("2026-07-28", "2025-11-25"),
        ("1", "2025-11-25"),
    ] {
        let answer = house.ask("initialize", initialize(asked)).await;
        assert_eq!(answer.status, StatusCode::OK);
        let result = &answer.json()["result"];
        assert_eq!(result["protocolVersion"], agreed, "{asked}");
        assert_eq!(result["capabilities"], json!({"tools": {"listChanged": true}}));
        assert_eq!(result["serverInfo"]["name"], "liaison");
        assert!(answer.headers.contains_key("mcp-session-id"));
    }
    assert_eq!(house.ask("initialize", json!({"protocolVersion": 3})).await.code(), -32602);
}

#[tokio::test]
async fn a_session_is_taken_until_it_is_ended() {
    let house = House::new();
    let answer = house.ask("initialize", initialize("2025-11-25")).await;
    let session = answer.headers["mcp-session-id"].to_str().unwrap().to_owned();
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"}).to_string();
    let with = |token: &'static str| {
        let mut request = post(&ping, &[("mcp-session-id", &session)]);
        request.headers_mut().insert("authorization", token.parse().unwrap());
        request
    };
    assert_eq!(house.send(with("Bearer seller")).await.json()["result"], json!({}));
    // somebody else's session is no session
    assert_eq!(house.send(with("Bearer colleague")).await.status, StatusCode::NOT_FOUND);
    let delete = |session: Option<&str>| {
        let mut request = Request::delete("/mcp")
            .header("host", "hub.example.org")
            .header("authorization", "Bearer seller");
        if let Some(session) = session {
            request = request.header("mcp-session-id", session);
        }
        request.body(Body::empty()).unwrap()
    };
    assert_eq!(house.send(delete(None)).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(house.send(delete(Some("made-up"))).await.status, StatusCode::NOT_FOUND);
    assert_eq!(house.send(delete(Some(&session))).await.status, StatusCode::NO_CONTENT);
    assert_eq!(house.send(with("Bearer seller")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn notifications_and_answers_get_no_body() {
    let house = House::new();
    for body in [
        r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
        r#"{"jsonrpc":"2.0","method":"notifications/what_is_this","params":{"a":1}}"#,
        r#"{"jsonrpc":"2.0","id":1,"result":{}}"#,
    ] {
        let answer = house.send(post(body, &[("mcp-protocol-version", "2025-06-18")])).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::ACCEPTED, 0), "{body}");
    }
}

#[tokio::test]
async fn tools_are_listed_in_pages() {
    let house = House::with(Settings { page_tools: 10, ..Settings::default() }, 14);
    let mut names = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let params = if cursor.is_null() { json!({}) } else { json!({"cursor": cursor}) };
        let result = house.ask("tools/list", params).await.json()["result"].take();
        assert!(result.get("resultType").is_none(), "the older generation knows no such member");
        let tools = result["tools"].as_array().unwrap();
        names.extend(tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()));
        cursor = result["nextCursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    // the tool that searches leads a list that does not fit on one page
    assert_eq!(names.len(), 18);
    assert_eq!(names[0], "search_tools");
    assert!(names[1..].is_sorted());
    for cursor in ["?", "", "AAAA\u{e9}"] {
        let answer = house.ask("tools/list", json!({"cursor": cursor})).await;
        assert!(cursor.is_empty() || answer.code() == -32602, "{cursor}");
    }
}

#[tokio::test]
async fn a_call_answers_text_and_structure() {
    let house = House::new();
    let answer =
        house.ask("tools/call", json!({"name": "test_echo", "arguments": {"a": "é\n"}})).await;
    let result = &answer.json()["result"];
    assert_eq!(result["structuredContent"], json!({"a": "é\n"}));
    assert_eq!(result["content"][0]["text"], "{\"a\":\"é\\n\"}");
    assert_eq!(result["isError"], false);
}

#[tokio::test]
async fn unknown_tools_and_methods_are_errors_and_failures_are_results() {
    let house = House::new();
    assert_eq!(house.ask("tools/call", json!({"name": "nothing"})).await.code(), -32602);
    assert_eq!(
        house.ask("tools/call", json!({"name": "test_echo", "arguments": []})).await.code(),
        -32602
    );
    assert_eq!(house.ask("tools/call", json!({})).await.code(), -32602);
    assert_eq!(house.ask("prompts/list", json!({})).await.code(), -32601);
    let failed = house.ask("tools/call", json!({"name": "test_problem"})).await;
    let result = &failed.json()["result"];
    assert_eq!(result["isError"], true);
    let text = result["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("order.not_found"), "{text}");
}

#[tokio::test]
async fn a_version_that_is_not_spoken_is_refused() {
    let house = House::new();
    let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    let answer = house.send(post(ping, &[("mcp-protocol-version", "2024-11-05")])).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.json()["error"]["data"]["requested"], "2024-11-05");
    assert_eq!(house.send(post(ping, &[])).await.status, StatusCode::OK);
    let assumed = house.send(post(ping, &[("mcp-protocol-version", "2025-03-26")])).await;
    assert_eq!(assumed.status, StatusCode::OK);
}

#[tokio::test]
async fn many_tools_are_found_by_words() {
    let house = House::with(Settings::default(), 500);
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string();
    let mut request = post(&list, &[]);
    *request.uri_mut() = "/mcp?tools=search".parse().unwrap();
    let listed = house.send(request).await.json();
    let tools = listed["result"]["tools"].as_array().unwrap();
    assert_eq!((tools.len(), &tools[0]["name"]), (1, &json!("search_tools")));
    let search = |arguments: Value| json!({"name": "search_tools", "arguments": arguments});
    let found = house.ask("tools/call", search(json!({"query": "echo", "limit": 3}))).await.json();
    let found = found["result"]["structuredContent"]["tools"].as_array().unwrap().clone();
    assert_eq!(found[0]["name"], "test_echo");
    for arguments in [
        json!({}),
        json!({"query": 7}),
        json!({"query": "a", "limit": 0}),
        json!({"query": "a", "limit": "x"}),
    ] {
        let answer = house.ask("tools/call", search(arguments)).await.json();
        assert_eq!(answer["result"]["isError"], true);
    }
}

#[tokio::test]
async fn diagnostic_tools_are_there_only_where_they_are_switched_on_and_listed_apart() {
    let names = async |house: &House, address: &str| -> Vec<String> {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string();
        let mut request = post(&body, &[]);
        *request.uri_mut() = address.parse().unwrap();
        let tools = house.send(request).await.json()["result"]["tools"].take();
        tools.as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap().to_owned()).collect()
    };
    let simple = json!({"name": "test_simple_text"});
    let on = House::new();
    assert_eq!(names(&on, "/mcp").await, ["test_echo", "test_problem", "test_waits"]);
    assert_eq!(names(&on, "/mcp?tools=diagnostic").await.len(), 13);
    assert!(on.ask("tools/call", simple.clone()).await.json()["result"].is_object());
    let off = House::with(Settings::default(), 0);
    assert_eq!(names(&off, "/mcp?tools=diagnostic").await.len(), 3);
    assert_eq!(off.ask("tools/call", simple).await.code(), -32602);
}
