//! What nobody sends by mistake.

use axum::body::Body;
use http::{Request, StatusCode};
use liaison_mcp::Settings;
use serde_json::json;

use crate::house::{House, post};

#[tokio::test]
async fn what_is_no_message_is_refused_with_its_reason() {
    let house = House::new();
    for (body, code) in [
        ("", -32700),
        ("{", -32700),
        ("\u{0}\u{0}", -32700),
        (r#"{"jsonrpc":"2.0","id":1,"method":"ping"} x"#, -32700),
        ("[]", -32600),
        (r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600),
        ("7", -32600),
        (r#"{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}"#, -32600),
        (r#"{"jsonrpc":"2.0","id":1,"method":{}}"#, -32600),
        (r#"{"jsonrpc":2.0,"id":1,"method":"ping"}"#, -32600),
    ] {
        let answer = house.send(post(body, &[])).await;
        assert_eq!((answer.status, answer.code()), (StatusCode::BAD_REQUEST, code), "{body}");
    }
    let answer = house.send(post("\u{feff}{}", &[])).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused() {
    let house = House::new();
    let mut request = post("", &[]);
    *request.body_mut() =
        Body::from(b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\xfe\"}".to_vec());
    assert_eq!(house.send(request).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn deep_arguments_are_refused_and_do_no_harm() {
    let house = House::new();
    for depth in [200, 100_000, 1_000_000] {
        let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let body = format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"test_echo","arguments":{{"a":{deep}}}}}}}"#
        );
        let answer = house.send(post(&body, &[])).await;
        assert_eq!(answer.code(), -32602, "{depth}");
    }
    assert_eq!(house.ask("ping", json!({})).await.status, StatusCode::OK);
}

#[tokio::test]
async fn parameters_of_wrong_types_are_refused() {
    let house = House::new();
    for params in [
        json!([]),
        json!("x"),
        json!({"name": 7}),
        json!({"name": null}),
        json!({"name": "test_echo", "arguments": "a"}),
        json!({"name": "test_echo", "_meta": 3}),
        json!({"name": "test_echo", "_meta": {"progressToken": {}}}),
        json!({"name": "test_echo", "_meta": {"progressToken": 1.5}}),
    ] {
        assert_eq!(house.ask("tools/call", params.clone()).await.code(), -32602, "{params}");
    }
    assert_eq!(house.ask("tools/list", json!({"cursor": 9})).await.code(), -32602);
    let long = json!({"name": "n".repeat(100_000)});
    let answer = house.ask("tools/call", long).await;
    assert!(answer.code() == -32602 && answer.body.len() < 1000);
}

#[tokio::test]
async fn giants_are_refused_before_they_are_read() {
    let house = House::with(Settings { max_body_bytes: 10_000, ..Settings::default() }, 0);
    let body =
        json!({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {"a": "x".repeat(20_000)}});
    let answer = house.send(post(&body.to_string(), &[])).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn other_types_other_methods_and_other_wishes_are_refused() {
    let house = House::new();
    let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;
    for (headers, status) in [
        (("content-type", "text/plain"), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (("content-type", "application/x-www-form-urlencoded"), StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (("accept", "text/html"), StatusCode::NOT_ACCEPTABLE),
        (("mcp-session-id", "x"), StatusCode::NOT_FOUND),
    ] {
        assert_eq!(house.send(post(ping, &[headers])).await.status, status, "{headers:?}");
    }
    for method in ["PUT", "PATCH", "OPTIONS", "TRACE"] {
        let mut request = post(ping, &[]);
        *request.method_mut() = method.parse().unwrap();
        assert_eq!(house.send(request).await.status, StatusCode::METHOD_NOT_ALLOWED, "{method}");
    }
}

#[tokio::test]
async fn a_web_page_that_rebinds_its_name_is_not_let_in() {
    let house = House::with(
        Settings {
            allowed_origins: vec!["https://agents.example.org".into()],
            ..Settings::default()
        },
        0,
    );
    let send = async |host: &str, origin: Option<&str>| {
        let mut request = Request::post("/mcp")
            .header("host", host)
            .header("authorization", "Bearer seller")
            .header("content-type", "application/json");
        if let Some(origin) = origin {
            request = request.header("origin", origin);
        }
        let body = Body::from(r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#);
        house.send(request.body(body).unwrap()).await.status
    };
    for (host, origin) in [
        ("localhost:3000", None),
        ("localhost:3000", Some("http://localhost:6274")),
        ("127.0.0.1:3000", Some("http://127.0.0.1:3000")),
        ("hub.example.org", Some("https://hub.example.org")),
        ("hub.example.org", Some("https://agents.example.org")),
    ] {
        assert_eq!(send(host, origin).await, StatusCode::OK, "{host} {origin:?}");
    }
    for (host, origin) in [
        ("evil.example.com", Some("http://evil.example.com")),
        ("evil.example.com", None),
        ("localhost:3000", Some("http://evil.example.com")),
        ("hub.example.org", Some("http://localhost")),
        ("hub.example.org", Some("null")),
        ("hub.example.org", Some("https://hub.example.org.evil.example")),
    ] {
        assert_eq!(send(host, origin).await, StatusCode::FORBIDDEN, "{host} {origin:?}");
    }
}
