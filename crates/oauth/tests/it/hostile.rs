//! Token endpoints that answer what they should not.

use std::{sync::Arc, time::Duration};

use kernel::{Coded as _, Ids, Secret, SystemClock};
use liaison_oauth::{Error, Flows, OAuthSettings};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::house::{back, resolved};

/// Answers one request with these bytes, then with `more` until nobody reads.
async fn ask(head: String, more: &'static [u8]) -> Error {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let serve = async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 8192];
        let _ = socket.read(&mut request).await;
        let _ = socket.write_all(head.as_bytes()).await;
        while !more.is_empty() && socket.write_all(more).await.is_ok() {}
        let _ = socket.shutdown().await;
    };
    let settings = OAuthSettings {
        identity_provider: "oauth2".to_owned(),
        client_id: Some("connector".to_owned()),
        client_secret: Some(Secret::new("the-client-secret".to_owned())),
        custom: ["authorizationUrl", "tokenUrl"]
            .map(|name| (name.to_owned(), format!("http://{address}/token")))
            .to_vec(),
        ..OAuthSettings::default()
    };
    let flows = Flows::new(testkit::outbound(), Arc::new(SystemClock), Ids::system());
    let (application, token) = (resolved(&settings), Secret::new("the-refresh-token".to_owned()));
    let back = back();
    let asked = flows.refresh(&application, &token, &back);
    let (result, ()) =
        tokio::time::timeout(Duration::from_secs(20), async { tokio::join!(asked, serve) })
            .await
            .expect("bounded");
    result.unwrap_err()
}

fn answer(status: &str, kind: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-type: {kind}\r\n\
         content-length: {length}\r\n\r\n{body}"
    )
}

fn reason(error: &Error) -> &'static str {
    match error {
        Error::Document { document: "token answer", reason } => reason,
        other => panic!("{other:?}"),
    }
}

const GOOD: &str = r#"{"access_token":"abc","token_type":"Bearer"}"#;

#[tokio::test]
async fn what_is_huge_or_endless_is_cut_off() {
    let announced =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 9999999999\r\n\r\n";
    assert_eq!(reason(&ask(announced.to_owned(), b"").await), "it is longer than 256 KiB");
    let endless =
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{\"a\":\"";
    assert_eq!(reason(&ask(endless.to_owned(), &[b'x'; 4096]).await), "it is longer than 256 KiB");
}

#[tokio::test]
async fn what_is_no_json_or_does_not_say_so_is_refused() {
    let html = answer("200 OK", "text/html", GOOD);
    assert_eq!(reason(&ask(html, b"").await), "its content type is not JSON");
    let unsaid =
        format!("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 44\r\n\r\n{GOOD}");
    assert_eq!(reason(&ask(unsaid, b"").await), "its content type is not JSON");
    for body in ["", "[]", "access_token=abc", "{\"access_token\":", "nan"] {
        let text = answer("200 OK", "application/json", body);
        assert_eq!(reason(&ask(text, b"").await), "it is no JSON object", "{body}");
    }
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(5000), "]".repeat(5000));
    let deep = answer("200 OK", "application/json", &deep);
    assert_eq!(reason(&ask(deep, b"").await), "it is no JSON object");
    let evil = answer("200 OK", "application/json", r#"{"access_token":"a\r\nx: y"}"#);
    assert_eq!(reason(&ask(evil, b"").await), "its access token is no token");
}

#[tokio::test]
async fn a_redirect_is_not_followed_with_secrets() {
    let text = "HTTP/1.1 307 Temporary Redirect\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n";
    assert_eq!(reason(&ask(text.to_owned(), b"").await), "it is a redirect");
}

#[tokio::test]
async fn an_error_page_and_an_echo_give_nothing_away() {
    let page =
        answer("500 Internal Server Error", "text/html", "the-refresh-token the-client-secret");
    let error = ask(page, b"").await;
    assert_eq!(error.code().name(), "authorization.busy");
    let echo =
        r#"{"error":"x the-client-secret","error_description":"bad token the-refresh-token!"}"#;
    let error = ask(answer("400 Bad Request", "application/json", echo), b"").await;
    let seen = format!("{error} {error:?}");
    assert!(!seen.contains("the-refresh") && !seen.contains("the-client"), "{seen}");
    assert!(seen.contains("bad token ***!"), "{seen}");
    let nothing = ask(answer("403 Forbidden", "text/plain", "no"), b"").await;
    assert_eq!(nothing.code().name(), "authorization.refused");
}

#[tokio::test]
async fn a_peer_that_hangs_up_is_unreachable() {
    assert_eq!(ask(String::new(), b"").await.code().name(), "provider.unreachable");
}
