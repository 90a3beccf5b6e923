//! Starting, stopping and being looked after.

use std::{
    os::unix::fs::PermissionsExt as _,
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use e2e::{Options, Server, Tool, free_port};

use crate::authority;

fn post(server: &Server, index: usize, text: &str) {
    let hook = server.demo_data().webhook(index).unwrap();
    let body = serde_json::json!({ "text": text }).to_string();
    let answer = server.connect().unwrap().post(&hook.path().unwrap(), body.as_bytes()).unwrap();
    assert_eq!((answer.status, answer.text()), (200, "1".to_owned()));
}

#[test]
fn the_demo_describes_itself_for_its_owner_alone() {
    let server = Server::demo().unwrap();
    let path = server.data().join("demo.json");
    let mode = std::fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let demo = server.demo_data();
    assert_eq!(demo.base_url, format!("http://{}", server.address()));
    assert!(demo.webhooks.len() >= 4);
    let channels: std::collections::BTreeSet<_> =
        demo.webhooks.iter().map(|w| &w.channel_id).collect();
    assert!(channels.len() >= 4, "the webhooks stand in different channels");
    for hook in &demo.webhooks {
        assert!(hook.url.starts_with(&format!("{}/webhookb2/", demo.base_url)), "{}", hook.url);
        assert!(hook.workflows_url.contains("/workflows/"), "{}", hook.workflows_url);
        assert!(hook.workflows_url.contains("sig="), "{}", hook.workflows_url);
    }
}

#[test]
fn a_second_start_keeps_users_tokens_ids_and_addresses() {
    let mut server = Server::demo().unwrap();
    post(&server, 0, "stays");
    let before = server.demo_data().clone();
    let listed = |server: &Server| {
        let hook = before.webhook(0).unwrap();
        let items = server
            .messages_when(&hook.channel_id, |i| i.iter().any(|i| i.text == "stays"))
            .unwrap();
        items.into_iter().map(|i| i.id).collect::<Vec<_>>()
    };
    let messages = listed(&server);
    assert!(server.stop().unwrap().success());
    server.start().unwrap();
    let after = server.demo_data();
    assert_eq!(after.webhooks, before.webhooks);
    assert_eq!((&after.admin, &after.seller), (&before.admin, &before.seller));
    assert_eq!((&after.tenant, &after.base_url), (&before.tenant, &before.base_url));
    assert_eq!(listed(&server), messages);
    post(&server, 0, "again");
}

#[test]
fn a_second_server_on_the_same_folder_is_refused_and_the_first_goes_on() {
    let server = Server::with(Options { embedded: true, ..Options::default() }).unwrap();
    let binary = binary();
    let output = Command::new(binary)
        .args(["serve", "--demo", "--data"])
        .arg(server.data())
        .args(["--listen", &format!("127.0.0.1:{}", free_port().unwrap())])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = [output.stdout, output.stderr].concat();
    assert!(!said.is_empty(), "it says why");
    post(&server, 0, "still here");
}

fn binary() -> std::path::PathBuf {
    let built = e2e::root().join("target/debug/liaison");
    e2e::environment("LIAISON_BIN").map_or(built, Into::into)
}

#[test]
fn health_readiness_and_metrics_answer_without_secrets() {
    let server = Server::demo().unwrap();
    post(&server, 0, "counted");
    let mut connection = server.connect().unwrap();
    assert_eq!(connection.get("/healthz").unwrap().status, 200);
    assert_eq!(connection.get("/readyz").unwrap().status, 200);
    let metrics = server.as_admin().unwrap().get("/metrics").unwrap();
    assert_eq!(metrics.status, 200, "{}", metrics.text());
    let secret = server.demo_data().webhook(0).unwrap().path().unwrap();
    let secret = secret.split("/IncomingWebhook/").nth(1).unwrap().split('/').next().unwrap();
    assert!(metrics.text().contains("# TYPE"), "{}", metrics.text());
    assert!(!metrics.text().contains(secret), "metrics carry route templates only");
    assert!(!server.log().contains(secret), "logs carry route templates only");
    assert!(!server.log().contains(&server.demo_data().admin.token), "tokens are not logged");
}

#[test]
fn nothing_runs_in_child_processes() {
    let server = Server::demo().unwrap();
    post(&server, 0, "x");
    let pid = server.pid().unwrap();
    let children = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap();
    assert_eq!(children.trim(), "");
}

#[test]
fn it_listens_on_loopback_alone() {
    let server = Server::demo().unwrap();
    let port = format!(":{:04X}", server.address().port());
    let mut listening = Vec::new();
    for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
        let table = std::fs::read_to_string(table).unwrap_or_default();
        for line in table.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            if fields[1].ends_with(&port) && fields[3] == "0A" {
                listening.push(fields[1].to_owned());
            }
        }
    }
    assert_eq!(listening, [format!("0100007F{port}")]);
}

#[test]
fn a_taken_port_is_said_plainly() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(binary())
        .args(["serve", "--demo", "--data"])
        .arg(folder.path().join("data"))
        .args(["--listen", &taken.local_addr().unwrap().to_string()])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success());
    assert!(said.contains(&taken.local_addr().unwrap().port().to_string()), "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

#[test]
fn a_renewed_certificate_is_taken_without_a_restart() {
    let Some(openssl) = Tool::Openssl.find("a_renewed_certificate_is_taken_without_a_restart")
    else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    authority::create(&openssl, folder);
    authority::issue(&openssl, folder);
    let at = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let arguments =
        vec!["--tls-cert".to_owned(), at("tls.pem"), "--tls-key".to_owned(), at("tls.key")];
    let server = Server::with(Options { arguments, tls: true, ..Options::default() }).unwrap();
    let shown = || authority::shown_by(&openssl, folder, &server.address().to_string());
    let first = shown();
    authority::issue(&openssl, folder);
    let renewed = Instant::now();
    while shown() == first {
        assert!(renewed.elapsed() < Duration::from_mins(1), "the old certificate is still shown");
        sleep(Duration::from_millis(250));
    }
    assert!(std::fs::read_to_string(folder.join("tls.pem")).unwrap().contains(&shown()));
}
