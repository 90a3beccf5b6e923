//! Requests that real clients sent, replayed byte by byte.

use e2e::{Item, Server, Tool, Webhook};
use serde::{Deserialize, Serialize};

use crate::scripts;

/// A captured request.
#[derive(Debug, Deserialize)]
struct Capture {
    id: String,
    request: Sent,
}

#[derive(Debug, Deserialize)]
struct Sent {
    request_line: String,
    headers: Vec<(String, String)>,
    body_text: String,
}

/// What the contract says about it.
#[derive(Debug, Deserialize)]
struct Expected {
    id: String,
    status: u16,
    body: String,
    #[serde(default)]
    shows: Vec<String>,
}

/// One replay for the browser script.
#[derive(Debug, Serialize)]
struct Post {
    id: String,
    raw: String,
    shows: Vec<String>,
}

fn cases(test: &str) -> Option<Vec<(Capture, Expected)>> {
    let folder = Tool::Corpora.find(test)?.join("webhook-clients");
    let expected = e2e::root().join("fixtures/e2e/webhook-answers.json");
    let expected: Vec<Expected> =
        serde_json::from_slice(&std::fs::read(expected).unwrap()).unwrap();
    let files = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path());
    let captured = files
        .filter(|p| p.extension().is_some_and(|e| e == "json") && !p.ends_with("verdicts.json"))
        .count();
    assert_eq!(captured, expected.len(), "every captured request has an expected answer");
    let pair = |expected: Expected| {
        let bytes = std::fs::read(folder.join(format!("{}.json", expected.id))).unwrap();
        let capture: Capture = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(capture.id, expected.id);
        (capture, expected)
    };
    Some(expected.into_iter().map(pair).collect())
}

/// The captured address with our secrets in place of the captured ones.
fn our_path(captured: &str, hook: &Webhook) -> String {
    let ours = hook.workflows_path().unwrap();
    let between = |text: &str, from: &str, to: char| {
        let (_, rest) = text.split_once(from).unwrap();
        rest.split(to).next().unwrap().to_owned()
    };
    if captured.starts_with("/webhook/") {
        return hook.path().unwrap().replacen("/webhookb2/", "/webhook/", 1);
    }
    if captured.starts_with("/webhookb2/") {
        return hook.path().unwrap();
    }
    captured
        .replacen(&between(captured, "/workflows/", '/'), &between(&ours, "/workflows/", '/'), 1)
        .replacen(&between(captured, "sig=", '&'), &between(&ours, "sig=", '&'), 1)
}

/// The bytes as they were captured, with our address.
fn raw(capture: &Capture, hook: &Webhook) -> Vec<u8> {
    let parts: Vec<&str> = capture.request.request_line.split(' ').collect();
    let mut head = [parts[0], " ", &our_path(parts[1], hook), " ", parts[2], "\r\n"].concat();
    for (name, value) in &capture.request.headers {
        head += &[name, ": ", value, "\r\n"].concat();
    }
    head += "\r\n";
    head += &capture.request.body_text;
    head.into_bytes()
}

#[test]
fn every_captured_request_is_answered_as_the_contract_says() {
    let Some(cases) = cases("every_captured_request_is_answered_as_the_contract_says") else {
        return;
    };
    let server = Server::demo().unwrap();
    let hook = server.demo_data().webhook(0).unwrap();
    let mut wrong = Vec::new();
    for (capture, expected) in &cases {
        let mut connection = server.connect().unwrap();
        connection.write_what_is_taken(&raw(capture, hook));
        let answer = connection.read_answer(false).unwrap();
        let body = answer.text();
        let same = if expected.status == 413 {
            body.starts_with(&expected.body)
        } else {
            body == expected.body
        };
        if answer.status != expected.status || !same {
            wrong.push(format!(
                "{}: {} {body:?}, not {} {:?}",
                expected.id, answer.status, expected.status, expected.body
            ));
        }
        let kind = answer.header("content-type").unwrap_or_default().to_lowercase();
        if kind != "text/plain; charset=utf-8" {
            wrong.push(format!("{}: content type {kind}", expected.id));
        }
        if expected.status == 200 && answer.header("content-length") != Some("1") {
            wrong.push(format!(
                "{}: content length {:?}",
                expected.id,
                answer.header("content-length")
            ));
        }
        if expected.status == 405 && answer.header("allow") != Some("POST") {
            wrong.push(format!("{}: allow {:?}", expected.id, answer.header("allow")));
        }
    }
    println!("{} captured requests replayed", cases.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_accepted_capture_is_listed_once_in_order_and_as_received() {
    let Some(cases) = cases("every_accepted_capture_is_listed_once_in_order_and_as_received")
    else {
        return;
    };
    let server = Server::demo().unwrap();
    let hook = server.demo_data().webhook(0).unwrap();
    let before = server.messages(&hook.channel_id).unwrap().len();
    let accepted: Vec<_> = cases.iter().filter(|(_, e)| e.status == 200).collect();
    for (capture, expected) in &cases {
        let mut connection = server.connect().unwrap();
        connection.write_what_is_taken(&raw(capture, hook));
        assert_eq!(
            connection.read_answer(false).unwrap().status,
            expected.status,
            "{}",
            expected.id
        );
    }
    let wanted = before + accepted.len();
    let items = server.messages_when(&hook.channel_id, |items| items.len() >= wanted).unwrap();
    assert_eq!(items.len(), wanted, "a refused request shows nothing");
    for (item, (capture, _)) in items.iter().skip(before).zip(&accepted) {
        let source = item.source.as_ref().unwrap();
        assert_eq!(
            source["body"].as_str(),
            Some(capture.request.body_text.as_str()),
            "{}",
            capture.id
        );
        let kind =
            capture.request.headers.iter().find(|(n, _)| n.eq_ignore_ascii_case("content-type"));
        assert_eq!(
            source["content_type"].as_str(),
            kind.map(|(_, v)| v.as_str()),
            "{}",
            capture.id
        );
        assert!(item.webhook_id.is_some(), "{}", capture.id);
        assert_eq!(item.card.as_ref().unwrap()["type"], "AdaptiveCard", "{}", capture.id);
        assert!(!item.text.is_empty(), "{}", capture.id);
        assert_plain_text(item, &capture.request.body_text);
    }
    assert!(
        items.iter().skip(before).map(|i| &i.webhook_id).all(|id| *id == items[before].webhook_id)
    );
}

/// A bare `{"text": T}` has exactly T as its text when T holds no Markdown.
fn assert_plain_text(item: &Item, body: &str) {
    let Ok(serde_json::Value::Object(body)) = serde_json::from_str(body) else { return };
    if body.len() == 1
        && let Some(text) = body.get("text").and_then(|t| t.as_str())
    {
        assert_eq!(item.text, text);
    }
}

#[test]
fn a_browser_sees_every_accepted_capture_live_in_the_channel_page() {
    let test = "a_browser_sees_every_accepted_capture_live_in_the_channel_page";
    let Some(cases) = cases(test) else { return };
    let Some(browser) = scripts::Browser::find(test) else { return };
    let server = Server::demo().unwrap();
    let hook = server.demo_data().webhook(0).unwrap();
    let posts: Vec<Post> = cases
        .iter()
        .filter(|(_, expected)| expected.status == 200)
        .map(|(capture, expected)| Post {
            id: capture.id.clone(),
            raw: String::from_utf8(raw(capture, hook)).unwrap(),
            shows: expected.shows.clone(),
        })
        .collect();
    let count = posts.len();
    assert!(posts.iter().all(|p| !p.shows.is_empty()));
    let said = browser.run(
        "channel-live.mjs",
        &serde_json::json!({
            "base": format!("http://{}", server.address()),
            "account": { "user": server.demo_data().seller.user, "password": server.demo_data().seller.password },
            "channel_id": hook.channel_id,
            "posts": posts,
        }),
    );
    assert_eq!(said["seen"].as_u64(), Some(count as u64), "{said:#}");
    assert_eq!(said["reloads"].as_u64(), Some(0), "the page was not loaded anew: {said:#}");
    assert_eq!(said["violations"], serde_json::json!([]), "{said:#}");
}
