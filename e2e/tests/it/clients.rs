//! Published clients against the running hub: each must take our answer as `verdicts.json` lists it.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use e2e::{Options, Server, Tool, Webhook, free_port};
use serde::Deserialize;
use serde_json::json;

use crate::{authority, scripts};

/// What one version of a client made of one answer.
#[derive(Debug, Deserialize)]
struct Verdict {
    client: String,
    version: String,
    status: u16,
    body: String,
    verdict: String,
}

fn verdicts(test: &str) -> Option<Vec<Verdict>> {
    let path = Tool::Corpora.find(test)?.join("webhook-clients/verdicts.json");
    Some(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
}

/// The listed verdict on an answer; a listed failure with another text speaks for ours too,
/// because these clients repeat the text.
fn listed(verdicts: &[Verdict], client: &str, version: &str, status: u16, body: &str) -> String {
    let of_client = || verdicts.iter().filter(|v| v.client == client && v.version == version);
    let same_status = || of_client().filter(|v| v.status == status);
    let exact = same_status().find(|v| v.body == body);
    let found = exact.or_else(|| same_status().next());
    let found = found.unwrap_or_else(|| panic!("no verdict of {client} {version} on {status}"));
    if found.body.is_empty() {
        found.verdict.clone()
    } else {
        found.verdict.replace(&found.body, body)
    }
}

/// A webhook address that never existed: one digit of the secret differs.
fn unknown(url: &str) -> String {
    let at = url.find("/IncomingWebhook/").unwrap() + "/IncomingWebhook/".len();
    let (before, secret) = url.split_at(at);
    let flipped = if secret.starts_with('0') { "1" } else { "0" };
    [before, flipped, secret.split_at(1).1].concat()
}

#[test]
fn pymsteams_takes_every_answer_as_listed() {
    let test = "pymsteams_takes_every_answer_as_listed";
    let Some(verdicts) = verdicts(test) else { return };
    let Some(python) = Tool::Python.find(test) else { return };
    let server = Server::demo().unwrap();
    let hook = server.demo_data().webhook(0).unwrap().clone();
    let before = server.messages(&hook.channel_id).unwrap().len();
    let lost_url = unknown(&hook.url);
    let cases = [
        ("card", &hook.url, 200, "1"),
        ("text", &hook.url, 200, "1"),
        ("empty", &hook.url, 400, "Summary or Text is required."),
        ("foreign", &hook.url, 400, "Bad payload received by generic incoming webhook."),
        (
            "big",
            &hook.url,
            413,
            "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 413",
        ),
        ("text", &lost_url, 404, "Invalid webhook URL"),
    ];
    for mode in ["sync", "async"] {
        for (kind, target, status, body) in &cases {
            let title = format!("{mode} {kind}");
            let job = json!({ "url": target, "mode": mode, "kind": kind, "text": title });
            let said = scripts::python(&python, "pymsteams_post.py", &job, &[]);
            let expected = listed(&verdicts, &format!("pymsteams {mode}"), "0.2.5", *status, body);
            let verdict = said["verdict"].as_str().unwrap();
            // The text for a card that is too large may go on after the agreed phrase.
            assert!(
                if *status == 413 { verdict.starts_with(&expected) } else { verdict == expected },
                "{mode} {kind}: {verdict}, not {expected}"
            );
        }
    }
    let items = server.messages_when(&hook.channel_id, |i| i.len() >= before + 4).unwrap();
    let texts: Vec<&str> = items.iter().skip(before).map(|i| i.text.as_str()).collect();
    assert_eq!(texts.len(), 4, "{texts:?}");
    assert!(texts[0].contains("sync card") && texts[0].contains("Build 4711 passed"), "{texts:?}");
    assert_eq!(texts[1], "sync text");
    assert!(texts[2].contains("async card"), "{texts:?}");
    assert_eq!(texts[3], "async text");
}

fn workflow_parts(hook: &Webhook) -> (String, String) {
    let path = hook.workflows_path().unwrap();
    let id = path.split("/workflows/").nth(1).unwrap().split('/').next().unwrap();
    let signature = path.split("sig=").nth(1).unwrap().split('&').next().unwrap();
    (id.to_owned(), signature.to_owned())
}

#[test]
fn apprise_reaches_a_channel_over_tls_with_a_local_authority() {
    let test = "apprise_reaches_a_channel_over_tls_with_a_local_authority";
    let Some(verdicts) = verdicts(test) else { return };
    let Some(python) = Tool::Python.find(test) else { return };
    let Some(openssl) = Tool::Openssl.find(test) else { return };
    let folder = tempfile::tempdir().unwrap();
    authority::create(&openssl, folder.path());
    authority::issue(&openssl, folder.path());
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let arguments = ["--tls-cert".to_owned(), at("tls.pem"), "--tls-key".to_owned(), at("tls.key")];
    let server =
        Server::with(Options { arguments: arguments.to_vec(), tls: true, ..Options::default() })
            .unwrap();
    let hook = server.demo_data().webhook(1).unwrap();
    let (id, signature) = workflow_parts(hook);
    let authority = at("ca.pem");
    let trust = [("REQUESTS_CA_BUNDLE", authority.as_str())];
    let address = server.address();
    let native = hook.workflows_path().unwrap();
    let cases = [
        (format!("workflows://{address}/{id}/{signature}/"), 200, "1"),
        (format!("workflows://{address}/{id}/{signature}/?image=no&wrap=no"), 200, "1"),
        (format!("workflows://{address}/{id}/{signature}/?powerautomate=yes"), 200, "1"),
        (
            format!("workflows://{address}/{id}/{}/", "A".repeat(signature.len())),
            404,
            "Invalid webhook URL",
        ),
    ];
    for (url, status, body) in &cases {
        let job = json!({ "url": url, "title": "Nightly", "body": format!("through {url}") });
        let said = scripts::python(&python, "apprise_notify.py", &job, &trust);
        assert_eq!(said["added"], true, "{url}");
        let expected = listed(&verdicts, "apprise workflows", "2.2.0", *status, body);
        assert_eq!(said["verdict"], expected.as_str(), "{url} ({native})");
    }
    let job = json!({ "url": cases[0].0, "title": "Nightly", "body": "not trusted" });
    let said = scripts::python(&python, "apprise_notify.py", &job, &[]);
    assert_eq!(said["verdict"], "fails", "a certificate of an unknown authority is refused");
}

struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// The release that distributions ship knows only the generic webhook: its body is nobody's
/// card, and it must hear so instead of losing alerts silently.
#[test]
fn alertmanager_gives_up_on_the_documented_refusal_of_its_generic_body() {
    let test = "alertmanager_gives_up_on_the_documented_refusal_of_its_generic_body";
    let Some(verdicts) = verdicts(test) else { return };
    let Some(alertmanager) = Tool::Alertmanager.find(test) else { return };
    let server = Server::demo().unwrap();
    let hook = server.demo_data().webhook(0).unwrap();
    let before = server.messages(&hook.channel_id).unwrap().len();
    let folder = tempfile::tempdir().unwrap();
    let config = format!(
        "route:\n  receiver: hub\n  group_wait: 0s\n  group_interval: 1s\nreceivers:\n  - name: hub\n    webhook_configs:\n      - url: {}\n",
        hook.url
    );
    let path = folder.path().join("alertmanager.yml");
    std::fs::write(&path, config).unwrap();
    let address = format!("127.0.0.1:{}", free_port().unwrap());
    let mut child = Command::new(alertmanager)
        .arg(format!("--config.file={}", path.display()))
        .arg(format!("--storage.path={}", folder.path().display()))
        .arg(format!("--web.listen-address={address}"))
        .args(["--cluster.listen-address=", "--log.level=debug"])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let log = BufReader::new(child.stderr.take().unwrap());
    let _stopped = Stopped(child);
    let (send, heard) = mpsc::channel();
    std::thread::spawn(move || {
        log.lines().map_while(Result::ok).try_for_each(|line| send.send(line))
    });

    let alert = br#"[{"labels":{"alertname":"HighLatency","severity":"critical"},"annotations":{"summary":"slow"}}]"#;
    let started = Instant::now();
    loop {
        let answer = e2e::Connection::open(address.parse().unwrap())
            .and_then(|mut c| c.post("/api/v2/alerts", alert));
        if answer.is_ok_and(|a| a.status == 200) {
            break;
        }
        assert!(started.elapsed() < Duration::from_secs(30), "Alertmanager did not start");
        std::thread::sleep(Duration::from_millis(50));
    }
    let mut said = Vec::new();
    let refusal = loop {
        let line =
            heard.recv_timeout(Duration::from_secs(30)).unwrap_or_else(|_| panic!("{said:#?}"));
        if line.contains("unexpected status code") {
            break line;
        }
        said.push(line);
    };
    let listed = listed(&verdicts, "alertmanager msteams", "0.27.0", 400, "");
    assert!(listed.starts_with("gives up: unexpected status code 400"), "{listed}");
    assert!(refusal.contains("unexpected status code 400"), "{refusal}");
    assert!(refusal.contains("unrecoverable error"), "it does not try again: {refusal}");
    assert_eq!(server.messages(&hook.channel_id).unwrap().len(), before);
}

/// What a person types first.
#[test]
fn curl_posts_a_card_with_the_line_that_the_page_offers() {
    let server = Server::demo().unwrap();
    let hook = server.demo_data().webhook(0).unwrap();
    let output = Command::new("curl")
        .args(["-sS", "-w", " %{http_code}", "-H", "Content-Type: application/json"])
        .args(["-d", r#"{"text":"Hello from curl"}"#, &hook.url])
        .output()
        .unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "1 200");
    server
        .messages_when(&hook.channel_id, |i| i.last().is_some_and(|i| i.text == "Hello from curl"))
        .unwrap();
}
