//! 2026-07-28.

use http::StatusCode;
use serde_json::{Value, json};

use crate::house::{House, post, stateless};

#[tokio::test]
async fn a_server_is_discovered() {
    let house = House::new();
    let answer = house.state("server/discover", json!({}), &[]).await;
    let result = &answer.json()["result"];
    assert_eq!(result["supportedVersions"], json!(["2026-07-28", "2025-11-25", "2025-06-18"]));
    assert_eq!(result["resultType"], "complete");
    assert_eq!(result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"], "liaison");
}

#[tokio::test]
async fn lists_and_calls_carry_what_this_generation_wants() {
    let house = House::new();
    let list = house.state("tools/list", json!({}), &[]).await.json();
    assert_eq!(list["result"]["cacheScope"], "private");
    assert!(list["result"]["ttlMs"].is_u64());
    let call = house.state("tools/call", json!({"name": "test_simple_text"}), &[]).await.json();
    assert_eq!(call["result"]["resultType"], "complete");
    assert_eq!(call["id"], "a");
}

#[tokio::test]
async fn a_request_says_everything_and_its_headers_say_it_again() {
    let house = House::new();
    let refused = async |headers: &[(&str, &str)], params: Value, code: i64| {
        let answer = house.state("tools/call", params, headers).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, code), "{headers:?}");
        assert_eq!(answer.json()["id"], "a");
    };
    let simple = || json!({"name": "test_simple_text"});
    refused(&[("mcp-method", "tools/list")], simple(), -32020).await;
    refused(&[("mcp-method", "TOOLS/CALL")], simple(), -32020).await;
    refused(&[("mcp-method", "")], simple(), -32020).await;
    refused(&[("mcp-name", "")], simple(), -32020).await;
    refused(&[("mcp-name", "test_echo")], simple(), -32020).await;
    refused(&[("mcp-protocol-version", "2025-11-25")], simple(), -32020).await;
    let accepted =
        house.state("tools/call", simple(), &[("mcp-name", "  test_simple_text ")]).await;
    assert_eq!(accepted.status, StatusCode::OK);
    let meta = |meta: Value| json!({"name": "test_simple_text", "_meta": meta});
    let without = json!({"io.modelcontextprotocol/clientCapabilities": null});
    refused(&[], meta(without), -32602).await;
    let unspoken = meta(json!({"io.modelcontextprotocol/protocolVersion": "2031-01-01"}));
    refused(&[("mcp-protocol-version", "2031-01-01")], unspoken, -32022).await;
    refused(&[], json!({"name": "test_missing_capability"}), -32021).await;
}

#[tokio::test]
async fn an_argument_is_repeated_in_its_header() {
    let house = House::new();
    let call = |region: Value| json!({"name": "test_repeated", "arguments": {"region": region}});
    let ok = async |region: &str, header: &str| {
        house.state("tools/call", call(json!(region)), &[("mcp-param-region", header)]).await.status
    };
    assert_eq!(ok("eu", "eu").await, StatusCode::OK);
    assert_eq!(ok("zürich", "=?base64?esO8cmljaA==?=").await, StatusCode::OK);
    assert_eq!(ok("eu", "us").await, StatusCode::BAD_REQUEST);
    assert_eq!(ok("zürich", "=?base64?esO8cmljaA?=").await, StatusCode::BAD_REQUEST);
    assert_eq!(house.state("tools/call", call(json!("eu")), &[]).await.code(), -32020);
    assert_eq!(house.state("tools/call", call(Value::Null), &[]).await.status, StatusCode::OK);
    let spare = house.state("tools/call", call(Value::Null), &[("mcp-param-region", "eu")]).await;
    assert_eq!(spare.code(), -32020);
    let number = json!({"name": "test_repeated", "arguments": {"count": 3}});
    let answer = house.state("tools/call", number, &[("mcp-param-count", "3")]).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn methods_of_the_handshake_do_not_exist_here() {
    let house = House::new();
    for method in ["initialize", "ping", "logging/setLevel", "prompts/list", "nonsense"] {
        let answer = house.state(method, json!({}), &[]).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::NOT_FOUND, -32601), "{method}");
    }
}

#[tokio::test]
async fn a_request_without_what_it_must_carry_is_of_no_generation() {
    let house = House::new();
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}).to_string();
    let headers = [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "tools/list")];
    let answer = house.send(post(&body, &headers)).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, -32602));
    // told by its body alone, and its headers are missing
    let body = stateless("tools/list", json!({})).to_string();
    let answer = house.send(post(&body, &[])).await;
    assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, -32020));
}
