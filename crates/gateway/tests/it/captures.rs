//! Every request that was captured from a real client, sent to a webhook of ours.

use std::{env, fs, io, path::PathBuf};

use axum::body::Body;
use channel_connectors::Addresses;
use http::Request;
use serde_json::Value as Json;

use crate::street::Street;

#[tokio::test]
async fn every_captured_request_is_answered_as_its_client_needs() {
    let Some(folder) = folder() else { return };
    let mut cases = 0;
    for case in read(&folder) {
        let street = Street::new().await;
        let (_, addresses) = street.webhook().await;
        let id = case["id"].as_str().unwrap();
        let answer = street.send(request(&case, &addresses)).await;
        let expected = expected(id, &case);
        assert_eq!(answer.pair(), expected, "{id}");
        let texts = street.house.texts().await;
        assert_eq!(texts.len(), usize::from(expected.0 == 200), "{id}");
        if let [text] = texts.as_slice() {
            let said = said(&case);
            assert!(said.is_empty() || said.iter().any(|part| text.contains(part)), "{id}: {text}");
        }
        if expected.0 == 405 {
            assert_eq!(answer.header("allow"), Some("POST"), "{id}");
        }
        cases += 1;
    }
    println!("{cases} captured requests");
    assert!(cases >= 50, "only {cases} captured requests in {}", folder.display());
}

/// The table: what is refused, and how.
fn expected(id: &str, case: &Json) -> (u16, &'static str) {
    const NO_TEXT: &str = "Summary or Text is required.";
    const BAD: &str = "Bad payload received by generic incoming webhook.";
    let bytes = case["request"]["body_bytes"].as_u64().unwrap();
    match id {
        "curl-get" => (405, "Invalid webhook request - GET not supported"),
        "curl-empty-body" | "github-raw-webhook" => (400, BAD),
        "alertmanager-webhook-generic" | "curl-bare-adaptive-card" | "pymsteams-empty-card" => {
            (400, NO_TEXT)
        }
        _ if bytes > 28_672 => (
            413,
            "Webhook message delivery failed with error: \
             Microsoft Teams endpoint returned HTTP error 413",
        ),
        _ => (200, "1"),
    }
}

/// The captured request with the path of our webhook in place of the recorded one.
fn request(case: &Json, addresses: &Addresses) -> Request<Body> {
    let line = case["request"]["request_line"].as_str().unwrap();
    let mut words = line.split(' ');
    let (method, path) = (words.next().unwrap(), words.next().unwrap());
    let (bare, query) = path.split_once('?').unwrap_or((path, ""));
    let uri = if bare.starts_with("/webhook") {
        let own = addresses.connector.expose();
        let prefix = bare.split('/').nth(1).unwrap();
        let rest = own.strip_prefix("/webhookb2").unwrap();
        let token = bare.split('/').nth(6).map(|token| format!("/{token}")).unwrap_or_default();
        format!("/{prefix}{rest}{token}")
    } else {
        // The client's own query stays, but for the signature.
        let own = addresses.workflow.expose();
        let (own_path, own_query) = own.split_once('?').unwrap();
        let own_id = own_path.split('/').nth(2).unwrap();
        let id = bare.split("/workflows/").nth(1).unwrap().split('/').next().unwrap();
        let signature = own_query.rsplit("sig=").next().unwrap();
        let kept = query.split('&').filter(|item| !item.starts_with("sig="));
        let query: Vec<_> = kept.map(str::to_owned).chain([format!("sig={signature}")]).collect();
        format!("{}?{}", bare.replace(id, own_id), query.join("&"))
    };
    let mut request = Request::builder().method(method).uri(uri);
    for header in case["request"]["headers"].as_array().unwrap() {
        request = request.header(header[0].as_str().unwrap(), header[1].as_str().unwrap());
    }
    request.body(Body::from(case["request"]["body_text"].as_str().unwrap().to_owned())).unwrap()
}

/// Words of the body that the message must show one of: texts and titles, as far as they have no marks.
fn said(case: &Json) -> Vec<String> {
    fn walk(value: &Json, said: &mut Vec<String>) {
        match value {
            Json::Object(members) => {
                for (name, value) in members {
                    match value {
                        Json::String(text) if matches!(name.as_str(), "text" | "title") => {
                            let plain = text
                                .split(|c: char| !c.is_alphanumeric() && c != ' ')
                                .map(str::trim)
                                .max_by_key(|part| part.len());
                            said.extend(plain.filter(|part| part.len() > 1).map(str::to_owned));
                        }
                        value => walk(value, said),
                    }
                }
            }
            Json::Array(values) => values.iter().for_each(|value| walk(value, said)),
            _ => {}
        }
    }
    let mut texts = Vec::new();
    if let Ok(body) = serde_json::from_str(case["request"]["body_text"].as_str().unwrap()) {
        walk(&body, &mut texts);
    }
    texts
}

fn read(folder: &PathBuf) -> Vec<Json> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .filter(|path| path.file_stem().is_some_and(|stem| stem != "verdicts"))
        .collect();
    files.sort();
    files.iter().map(|file| serde_json::from_slice(&fs::read(file).unwrap()).unwrap()).collect()
}

/// The folder of captures; where there is none, the test says so and may not pass silently.
#[expect(clippy::disallowed_methods, reason = "tests learn from the environment what is installed")]
fn folder() -> Option<PathBuf> {
    if let Ok(corpora) = env::var("LIAISON_CORPORA") {
        return Some(PathBuf::from(corpora).join("webhook-clients"));
    }
    assert!(env::var("LIAISON_NO_SKIP").is_err(), "LIAISON_CORPORA names no folder");
    println!("skipped: LIAISON_CORPORA names no folder");
    if let Ok(list) = env::var("LIAISON_SKIPS") {
        let line = "test gateway captures: LIAISON_CORPORA: set it to the folder of corpora\n";
        let written = fs::OpenOptions::new().append(true).create(true).open(list);
        drop(written.and_then(|mut file| io::Write::write_all(&mut file, line.as_bytes())));
    }
    None
}
