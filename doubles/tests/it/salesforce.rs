//! The Salesforce organisation before simple-salesforce and jsforce.

use crate::running::{Running, node, python};

const PYTHON: &str = "simple_salesforce_calls.py";
const NODE: &str = "jsforce-calls.mjs";

fn call(command: std::process::Command, secure: bool, at_least: u64) {
    let running = Running::start("salesforce", secure, false);
    let said = running.script(command);
    assert!(said["checks"].as_u64().unwrap() >= at_least, "{said}");
}

#[test]
fn simple_salesforce_calls_every_surface() {
    let test = "simple_salesforce_calls_every_surface";
    let Some(command) = python(test, "simple_salesforce", PYTHON) else { return };
    call(command, false, 310);
}

#[test]
fn simple_salesforce_calls_every_surface_over_tls() {
    let test = "simple_salesforce_calls_every_surface_over_tls";
    let Some(command) = python(test, "simple_salesforce", PYTHON) else { return };
    call(command, true, 310);
}

#[test]
fn jsforce_calls_every_surface() {
    let Some(command) = node("jsforce_calls_every_surface", "jsforce", NODE) else { return };
    call(command, false, 150);
}

#[test]
fn jsforce_calls_every_surface_over_tls() {
    let test = "jsforce_calls_every_surface_over_tls";
    let Some(command) = node(test, "jsforce", NODE) else { return };
    call(command, true, 150);
}

#[test]
fn it_says_in_its_first_line_how_to_sign_in_and_has_no_control_unless_asked() {
    let running = Running::start("salesforce", false, true);
    for name in [
        "url",
        "token",
        "token_limited",
        "token_disabled",
        "username",
        "password",
        "security_token",
        "disabled_username",
        "consumer_key",
        "consumer_secret",
        "refresh_token",
        "nonunique_external_id",
    ] {
        assert!(!running.text(name).is_empty(), "{name}");
    }
    let key = std::fs::read_to_string(running.text("private_key_file")).unwrap();
    assert!(key.starts_with("-----BEGIN PRIVATE KEY-----"));
    assert!(running.said.get("control_url").is_none());
    assert!(running.raw(b"POST /control HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404"));
}

#[test]
fn hostile_requests_are_refused_and_it_goes_on() {
    let running = Running::start("salesforce", false, true);
    let token = running.text("token").to_owned();
    let post = |path: &str, body: &str| {
        let head = format!(
            "POST /services/data/v59.0/{path} HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        running.raw(head.as_bytes())
    };
    let deep = "[".repeat(100_000);
    assert!(post("sobjects/Account", &deep).starts_with("HTTP/1.1 400"));
    assert!(post("sobjects/Account", "{\"Name\":").contains("JSON_PARSER_ERROR"));
    assert!(post("composite/sobjects", "{\"records\":5}").starts_with("HTTP/1.1 400"));
    assert!(post("composite/batch", "[]").starts_with("HTTP/1.1 400"));
    let inside = "{\"compositeRequest\":[{\"method\":\"POST\",\"url\":\"/services/data/v59.0/composite\",\"referenceId\":\"a\",\"body\":{}}]}";
    assert!(post("composite", inside).contains("cannot be nested"));
    let query = format!("SELECT+Id+FROM+Account+WHERE+{}Name='x'", "(".repeat(5_000));
    let get = |query: &str| {
        let head = format!(
            "GET /services/data/v59.0/query?q={query} HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\r\n"
        );
        running.raw(head.as_bytes())
    };
    assert!(get(&query).contains("MALFORMED_QUERY"));
    assert!(get("%ff%00%27").contains("MALFORMED_QUERY"));
    assert!(get(&"x".repeat(20_000)).starts_with("HTTP/1.1 414"));
    assert!(running.raw(b"\0\xff\xfe\r\n\r\n").starts_with("HTTP/1.1 404"));
    let endless = running.raw(&vec![b'a'; 100_000]);
    assert!(endless.is_empty() || endless.starts_with("HTTP/1.1 4"));
    let soap = format!(
        "POST /services/Soap/u/59.0 HTTP/1.1\r\nContent-Length: 300000\r\n\r\n{}",
        "<a>".repeat(100_000)
    );
    assert!(running.raw(soap.as_bytes()).starts_with("HTTP/1.1 500"));
    assert!(get("SELECT+COUNT()+FROM+User").contains("\"done\":true"));
}
