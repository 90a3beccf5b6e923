//! A receiver of buttons: it keeps what it was sent, and answers as the path says, also with lies.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    pub(crate) path: String,
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: String,
}

pub(crate) struct Receiver {
    pub(crate) base: String,
    heard: Arc<Mutex<Vec<Heard>>>,
    task: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Receiver {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&heard);
        #[expect(clippy::disallowed_methods, reason = "a test's own server, aborted with it")]
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&kept)));
            }
        });
        Self { base, heard, task }
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.heard.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, kept: Arc<Mutex<Vec<Heard>>>) {
    let mut bytes = Vec::new();
    let end = loop {
        let mut part = [0; 4096];
        match stream.read(&mut part).await {
            Ok(0) | Err(_) => return,
            Ok(read) => bytes.extend_from_slice(&part[..read]),
        }
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let path = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
    let headers: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length: usize = headers.get("content-length").map_or(0, |it| it.parse().unwrap());
    while bytes.len() < end + length {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.unwrap_or(0);
        bytes.extend_from_slice(&part[..read]);
    }
    let body = String::from_utf8_lossy(&bytes[end..]).into_owned();
    let said: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    let user = said["from"]["aadObjectId"].as_str().unwrap_or_default().to_owned();
    kept.lock().unwrap().push(Heard { path: path.clone(), headers, body });
    // a peer that hangs up is what some tests are about
    drop(answer(&mut stream, path.split('?').next().unwrap(), &user).await);
}

async fn answer(stream: &mut TcpStream, path: &str, user: &str) -> std::io::Result<()> {
    const UPDATE: &str = "CARD-UPDATE-IN-BODY: true\r\nContent-Type: application/json\r\n";
    let card = r#"{"@type": "MessageCard", "title": "Approved", "text": "It is done",
        "potentialAction": [{"@type": "HttpPOST", "name": "Undo", "target": "https://undo.example/secret"}]}"#;
    let whole = |status: &str, headers: &str, body: &str| {
        let length = body.len();
        format!(
            "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
        )
    };
    let said = "CARD-ACTION-STATUS: Approved by the workflow\r\n";
    let own = |refresh: &str, more: &str| {
        let refresh = refresh.replace("{user}", user);
        let card = format!(
            r#"{{"type": "AdaptiveCard", "version": "1.4", {refresh}
                "body": [{{"type": "TextBlock", "text": "For {user} alone"}}],
                "actions": [{{"type": "Action.Execute", "title": "Mine", "verb": "mine"}}{more}]}}"#
        );
        whole(
            "200 OK",
            "Content-Type: application/json\r\n",
            &format!(
                r#"{{"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": {card}}}"#
            ),
        )
    };
    let text = match path {
        "/ok" => whole("200 OK", said, ""),
        "/update" => whole("200 OK", &format!("{said}{UPDATE}"), card),
        "/slow-update" => {
            tokio::time::sleep(Duration::from_millis(400)).await;
            whole("200 OK", UPDATE, card)
        }
        "/invoke" => {
            let card = r#"{"type": "AdaptiveCard", "version": "1.4", "body": [{"type": "TextBlock", "text": "Executed"}]}"#;
            let body = format!(
                r#"{{"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": {card}}}"#
            );
            whole("200 OK", "Content-Type: application/json\r\n", &body)
        }
        // a card of one's own: it refreshes and has a button, is final, or holds until next year
        "/own" => own(
            r#""refresh": {"action": {"type": "Action.Execute", "verb": "again"}, "userIds": ["{user}"]},"#,
            "",
        ),
        "/own-final" => own("", ""),
        "/own-held" => own(
            r#""refresh": {"action": {"type": "Action.Execute"}, "userIds": ["{user}"], "expires": "2099-01-01T00:00:00Z"},"#,
            "",
        ),
        "/own-forged" => own(
            "",
            r#", {"type": "Action.Execute", "verb": "liaison.httpPost", "data": {"liaisonAction": "h1"}}"#,
        ),
        // 200 outside, something else inside
        "/invoke-error" => whole(
            "200 OK",
            "",
            r#"{"statusCode": 400, "type": "application/vnd.microsoft.error",
                "value": {"code": "closed", "message": "The order is closed"}}"#,
        ),
        "/invoke-broken" => whole("200 OK", "", r#"{"statusCode": 500, "value": {}}"#),
        "/invoke-sign-in" => whole(
            "200 OK",
            "",
            r#"{"statusCode": 401, "type": "application/vnd.microsoft.activity.loginRequest"}"#,
        ),
        "/invoke-no-card" => whole(
            "200 OK",
            "",
            r#"{"statusCode": 200, "type": "application/vnd.microsoft.card.adaptive", "value": {}}"#,
        ),
        "/invoke-large-card" => {
            let text = "a".repeat(60_000);
            let card = format!(
                r#"{{"type": "AdaptiveCard", "body": [{{"type": "TextBlock", "text": "{text}"}}]}}"#
            );
            let kind = "application/vnd.microsoft.card.adaptive";
            whole("200 OK", "", &format!(r#"{{"type": "{kind}", "value": {card}}}"#))
        }
        "/never" => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            String::new()
        }
        "/refused" => {
            whole("403 Forbidden", "CARD-ACTION-STATUS: You are no approver\r\n", "secret trace")
        }
        "/broken" => whole("500 Internal Server Error", UPDATE, card),
        "/redirect" => whole("302 Found", "Location: /ok\r\n", ""),
        "/away" => whole("307 Temporary Redirect", "Location: https://evil.example/\r\n", ""),
        "/html" => whole(
            "200 OK",
            "CARD-UPDATE-IN-BODY: true\r\nContent-Type: text/html\r\n",
            "<script>alert(1)</script>",
        ),
        "/no-card" => whole("200 OK", UPDATE, r#"{"nothing": "here"}"#),
        "/half-card" => whole("200 OK", UPDATE, r#"{"@type": "MessageCard", "text": "#),
        "/large-card" => {
            whole("200 OK", UPDATE, &format!(r#"{{"text": "{}"}}"#, "a".repeat(60_000)))
        }
        "/huge" => "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n".to_owned(),
        "/endless" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await?;
            let chunk = format!("{:x}\r\n{}\r\n", 65_536, "a".repeat(65_536));
            loop {
                stream.write_all(chunk.as_bytes()).await?;
            }
        }
        "/drip" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n").await?;
            loop {
                stream.write_all(b"a").await?;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        "/garbage" => "\u{0}\u{1} this is no HTTP\r\n\r\n".to_owned(),
        "/header" => {
            "HTTP/1.1 200 OK\r\nCARD-ACTION-STATUS: a\u{0}b\r\nContent-Length: 0\r\n\r\n".to_owned()
        }
        "/split" => whole(
            "200 OK",
            "CARD-ACTION-STATUS: fine\rCARD-UPDATE-IN-BODY: true\r\nContent-Type: application/json\r\n",
            card,
        ),
        "/markup" => {
            whole("200 OK", "CARD-ACTION-STATUS: <img src=x onerror=alert(1)>\u{202e}txt\r\n", "")
        }
        // "/hang-up": no answer at all
        _ => String::new(),
    };
    stream.write_all(text.as_bytes()).await?;
    stream.shutdown().await
}
