//! Whose tokens open what, and what clients are told who have none.

use axum::body::Body;
use http::{Request, StatusCode};
use liaison_mcp::Settings;
use serde_json::json;

use crate::house::{House, bare, post};

const PING: &str = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#;

#[tokio::test]
async fn without_a_token_a_client_learns_where_to_get_one() {
    let house = House::new();
    let answer = house.send(bare(PING)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    let told = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(told.starts_with("Bearer "), "{told}");
    assert!(told.contains(r#"scope="actions:use""#), "{told}");
    let address =
        r#"resource_metadata="http://hub.example.org/.well-known/oauth-protected-resource/mcp""#;
    assert!(told.contains(address), "{told}");
    assert!(!told.contains("error"), "{told}");
}

#[tokio::test]
async fn a_token_that_is_not_good_is_refused_wherever_it_stands() {
    let house = House::new();
    for line in ["Bearer wrong", "bearer", "Basic seller", "Bearer ", "seller"] {
        let mut request = bare(PING);
        request.headers_mut().insert("authorization", line.parse().unwrap());
        let answer = house.send(request).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{line}");
        let told = answer.headers["www-authenticate"].to_str().unwrap();
        assert!(told.contains(r#"error="invalid_token""#), "{told}");
    }
    // neither the address nor a cookie opens it
    let mut request = bare(PING);
    *request.uri_mut() = "/mcp?access_token=seller".parse().unwrap();
    request
        .headers_mut()
        .insert("cookie", "session=seller; __Host-session=seller".parse().unwrap());
    assert_eq!(house.send(request).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_token_that_may_not_call_is_told_which_right_is_missing() {
    let house = House::new();
    let answer = house.send(post(PING, &[("authorization", "Bearer reader")])).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let told = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(told.contains(r#"error="insufficient_scope", scope="actions:use""#), "{told}");
    assert!(told.contains("resource_metadata="), "{told}");
}

#[tokio::test]
async fn the_metadata_names_the_resource_and_its_issuers_at_both_places() {
    let house = House::new();
    for place in
        ["/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"]
    {
        let request = Request::get(place).header("host", "hub.example.org").body(Body::empty());
        let answer = house.send(request.unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK);
        let metadata = answer.json();
        assert_eq!(metadata["resource"], "http://hub.example.org/mcp");
        assert_eq!(
            metadata["authorization_servers"],
            json!(["https://issuer.example/hub.example.org"])
        );
        assert_eq!(metadata["scopes_supported"], json!(["actions:use"]));
        assert_eq!(metadata["bearer_methods_supported"], json!(["header"]));
    }
}

/// A token of a provider for a resource, with a right; `at_resource` of the house reads it.
fn of_provider(audience: &str, right: &str) -> String {
    format!("Bearer {audience}#{right}")
}

#[tokio::test]
async fn a_token_of_a_provider_counts_for_this_resource_alone() {
    let house = House::new();
    let own = "https://hub.example.org/mcp";
    let ask = async |line: &str, host: &str| {
        let mut request = bare(PING);
        request.headers_mut().insert("authorization", line.parse().unwrap());
        request.headers_mut().insert("host", host.parse().unwrap());
        house.send(request).await
    };
    let answer = ask(&of_provider(own, "actions:use"), "hub.example.org").await;
    assert_eq!(answer.status, StatusCode::OK, "{:?}", answer.body);
    // whoever sends a request chooses its host: a token for another address is not made good by naming it
    for host in ["10.0.0.7", "127.0.0.1:9999", "localhost"] {
        let answer = ask(&of_provider(&format!("http://{host}/mcp"), "actions:use"), host).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{host}");
        let told = answer.headers["www-authenticate"].to_str().unwrap();
        assert!(told.contains(r#"error="invalid_token""#), "{told}");
        assert!(told.contains("resource_metadata="), "{told}");
        let answer = ask(&of_provider(own, "actions:use"), host).await;
        assert_eq!(answer.status, StatusCode::OK, "{host}");
    }
    let answer = ask(&of_provider(own, "messages:read"), "hub.example.org").await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    let told = answer.headers["www-authenticate"].to_str().unwrap();
    assert!(told.contains(r#"error="insufficient_scope", scope="actions:use""#), "{told}");
    let answer = ask("Bearer down.x.y", "hub.example.org").await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn a_name_that_an_administrator_gave_is_a_resource_of_its_own() {
    let named = vec!["liaison.lan:8080".to_owned()];
    let house = House::with(Settings { allowed_hosts: named, ..Settings::default() }, 0);
    let ask = async |audience: &str| {
        let mut request = bare(PING);
        let line = of_provider(audience, "actions:use");
        request.headers_mut().insert("authorization", line.parse().unwrap());
        request.headers_mut().insert("host", "liaison.lan:8080".parse().unwrap());
        house.send(request).await.status
    };
    assert_eq!(ask("http://liaison.lan:8080/mcp").await, StatusCode::OK);
    assert_eq!(ask("http://liaison.lan:9090/mcp").await, StatusCode::UNAUTHORIZED);
}
