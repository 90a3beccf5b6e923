//! Agents at the built hub: the published conformance suites, the inspector, the bridge over standard input and output,
//! tokens of a real provider.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, ensure};
use e2e::{Options, Request, Server, Tool};
use serde_json::{Value, json};

/// A client of `e2e/mcp`, by its Node.
fn node(folder: &Path) -> Command {
    let mut command = Command::new(folder.join("node_modules/node/bin/node"));
    command.current_dir(folder).stdin(Stdio::null());
    command
}

fn binary() -> PathBuf {
    let named = e2e::environment("LIAISON_BIN");
    named.map_or_else(|| e2e::root().join("target/debug/liaison"), PathBuf::from)
}

/// The address that `demo.json` names.
fn mcp_url(server: &Server) -> Result<String> {
    let demo: Value = serde_json::from_slice(&fs::read(server.data().join("demo.json"))?)?;
    Ok(demo["mcp_url"].as_str().context("mcp_url")?.to_owned())
}

/// Puts the seller's token on what comes; ended with the value.
struct Proxy {
    child: Child,
    url: String,
}

impl Proxy {
    fn start(folder: &Path, server: &Server) -> Result<Self> {
        let demo = server.demo_data();
        let mut child = node(folder)
            .args(["bin/proxy.mjs", &demo.base_url])
            .env("TOKEN", &demo.seller.token)
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().context("its output")?;
        let url = BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("proxy ").map(str::to_owned))
            .context("the proxy says its address")?;
        Ok(Self { child, url })
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Plays a suite for a version against a fresh demo. What a server with tools alone cannot pass is listed with its
/// reason beside the tests of the edge; a listed scenario that passes fails as well.
fn conformance(test: &str, package: &str, expected: &str, version: &[&str]) -> Result<()> {
    let Some(folder) = Tool::Mcp.find(test) else { return Ok(()) };
    let server = Server::demo()?;
    let proxy = Proxy::start(&folder, &server)?;
    let results = tempfile::tempdir()?;
    let known = e2e::root().join("crates/mcp/tests/it/expected").join(expected);
    let output = node(&folder)
        .arg(folder.join("node_modules").join(package).join("dist/index.js"))
        .args(["server", "--url", &format!("{}/mcp?tools=diagnostic", proxy.url)])
        .arg("--expected-failures")
        .arg(known)
        .arg("-o")
        .arg(results.path())
        .args(version)
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    ensure!(
        output.status.success(),
        "{said}\n{}\n{}",
        String::from_utf8_lossy(&output.stderr),
        server.log()
    );
    println!("{}", said.lines().rev().take(3).collect::<Vec<_>>().join(" | "));
    Ok(())
}

#[test]
fn the_first_suite_passes_at_the_hub_for_2025_06_18() -> Result<()> {
    let version = ["--suite", "all", "--spec-version", "2025-06-18"];
    conformance("mcp hub 0.1 2025-06-18", "conformance-0.1", "0.1-2025-06-18.yml", &version)
}

#[test]
fn the_first_suite_passes_at_the_hub_for_2025_11_25() -> Result<()> {
    let version = ["--suite", "all", "--spec-version", "2025-11-25"];
    conformance("mcp hub 0.1 2025-11-25", "conformance-0.1", "0.1-2025-11-25.yml", &version)
}

#[test]
fn the_second_suite_passes_at_the_hub_for_2025_06_18() -> Result<()> {
    let version = ["--suite", "all", "--spec-version", "2025-06-18"];
    conformance("mcp hub 0.2 2025-06-18", "conformance-0.2", "0.2-2025-06-18.yml", &version)
}

#[test]
fn the_second_suite_passes_at_the_hub_for_2025_11_25() -> Result<()> {
    let version = ["--requirements", "2025-11-25"];
    conformance("mcp hub 0.2 2025-11-25", "conformance-0.2", "0.2-2025-11-25.yml", &version)
}

#[test]
fn the_second_suite_passes_at_the_hub_for_2026_07_28() -> Result<()> {
    let version = ["--requirements", "2026-07-28"];
    conformance("mcp hub 0.2 2026-07-28", "conformance-0.2", "0.2-2026-07-28.yml", &version)
}

/// What the inspector prints for one method.
fn inspect(folder: &Path, home: &Path, arguments: &[&str]) -> Result<Value> {
    let output = node(folder)
        .arg("node_modules/.bin/mcp-inspector")
        .arg("--cli")
        .args(arguments)
        .env("HOME", home)
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let complained = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{arguments:?}: {said}\n{complained}");
    serde_json::from_str(&said).with_context(|| format!("{said}\n{complained}"))
}

fn names(listed: &Value) -> Vec<&str> {
    let tools = listed["tools"].as_array().into_iter().flatten();
    tools.filter_map(|tool| tool["name"].as_str()).collect()
}

#[test]
fn the_inspector_lists_and_calls_over_http_and_through_the_bridge() -> Result<()> {
    let Some(folder) = Tool::Mcp.find("the inspector") else { return Ok(()) };
    let server = Server::demo()?;
    let home = tempfile::tempdir()?;
    let url = mcp_url(&server)?;
    let token = &server.demo_data().seller.token;
    let header = format!("Authorization: Bearer {token}");
    let over_http = [url.as_str(), "--transport", "http", "--header", &header];
    let binary = binary().display().to_string();
    let address = format!("LIAISON_URL={}", server.demo_data().base_url);
    let secret = format!("LIAISON_TOKEN={token}");
    let over_pipes = [binary.as_str(), "mcp", "-e", &address, "-e", &secret];
    let mut lists = Vec::new();
    for way in [&over_http[..], &over_pipes[..]] {
        let ask = |more: &[&str]| inspect(&folder, home.path(), &[way, more].concat());
        let listed = ask(&["--method", "tools/list"])?;
        ensure!(names(&listed).contains(&"shop_list_orders"), "{listed}");
        ensure!(!names(&listed).iter().any(|name| name.starts_with("test_")), "{listed}");
        let called = ask(&["--method", "tools/call", "--tool-name", "shop_list_orders"])?;
        ensure!(called["isError"] != json!(true), "{called}");
        ensure!(called["structuredContent"].is_object(), "{called}");
        lists.push(listed["tools"].clone());
    }
    ensure!(lists[0] == lists[1], "both ways give the same tools");
    Ok(())
}

/// The bridge as a client starts it, with the demo of its data folder.
#[test]
fn the_bridge_speaks_both_generations_over_lines() -> Result<()> {
    let server = Server::demo()?;
    let said = |lines: &[Value]| -> Result<Vec<Value>> {
        let mut child = Command::new(binary())
            .args(["mcp", "--data"])
            .arg(server.data())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut input = child.stdin.take().context("its input")?;
        for line in lines {
            use std::io::Write as _;
            writeln!(input, "{line}")?;
        }
        drop(input);
        let output = child.wait_with_output()?;
        ensure!(output.status.success(), "it ends when its input ends");
        let text = String::from_utf8(output.stdout)?;
        text.lines().map(|line| Ok(serde_json::from_str(line)?)).collect()
    };
    let hello = json!({"protocolVersion": "2025-06-18", "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"}});
    let call = json!({"name": "shop_list_orders", "arguments": {}});
    let heard = said(&[
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}),
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        json!({"jsonrpc": "2.0", "id": "b", "method": "tools/list"}),
        json!({"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": call}),
        json!({"jsonrpc": "2.0", "id": 4, "method": "no/such"}),
    ])?;
    let ids: Vec<&Value> = heard.iter().map(|answer| &answer["id"]).collect();
    ensure!(ids == [&json!(1), &json!("b"), &json!(3), &json!(4)], "{heard:?}");
    ensure!(heard[0]["result"]["protocolVersion"] == "2025-06-18", "{heard:?}");
    ensure!(names(&heard[1]["result"]).contains(&"shop_list_orders"), "{heard:?}");
    ensure!(heard[2]["result"]["isError"] == json!(false), "{heard:?}");
    ensure!(heard[3]["error"]["code"] == json!(-32601), "{heard:?}");
    let meta = json!({"io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {}});
    let heard = said(&[
        json!({"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {"_meta": meta}}),
        json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
            "name": "shop_list_orders", "arguments": {}, "_meta": meta}}),
    ])?;
    ensure!(heard[0]["result"]["supportedVersions"][0] == "2026-07-28", "{heard:?}");
    ensure!(heard[1]["result"]["resultType"] == "complete", "{heard:?}");
    Ok(())
}

/// npm's `oidc-provider`, ended with the value.
struct Provider {
    child: Child,
    issuer: String,
}

impl Provider {
    fn start(npm: PathBuf) -> Result<Self> {
        let mut child = Command::new("node")
            .args(["bin/openid-provider.mjs", "--user", "alice"])
            .current_dir(npm)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let output = child.stdout.take().context("its output")?;
        let issuer = BufReader::new(output)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("issuer ").map(str::to_owned))
            .context("the provider says its issuer")?;
        Ok(Self { child, issuer })
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[test]
fn a_client_without_a_token_signs_its_person_in_where_the_hub_says() -> Result<()> {
    let test = "a_client_without_a_token_signs_its_person_in_where_the_hub_says";
    let (Some(folder), Some(npm)) = (Tool::Mcp.find(test), Tool::Npm.find(test)) else {
        return Ok(());
    };
    let provider = Provider::start(npm)?;
    let place = tempfile::tempdir()?;
    let config = place.path().join("liaison.toml");
    fs::write(&config, "[egress]\nallowed_networks = [\"127.0.0.0/8\"]\n")?;
    let arguments = vec!["--config".to_owned(), config.display().to_string()];
    let server = Server::with(Options { arguments, ..Options::default() })?;
    let issuer = &provider.issuer;
    let body = json!({ "name": "Contoso ID", "issuer": issuer, "client_id": "liaison-public",
        "enabled": true, "rules": { "provision": true,
            "roles": [{ "claim": "groups", "value": "sellers", "role": "seller" }] } });
    let made = server.as_admin()?.post("/api/v1/sign-in-providers", body.to_string().as_bytes())?;
    ensure!(made.status == 201, "{} {}", made.status, made.text());
    let id = made.json()?["id"].as_str().context("its id")?.to_owned();

    // the metadata names the issuer
    let base = server.demo_data().base_url.clone();
    for path in
        ["/.well-known/oauth-protected-resource/mcp", "/.well-known/oauth-protected-resource"]
    {
        let request = Request { method: "GET", path, headers: &[], body: b"" };
        let told = server.connect()?.send(&request)?.json()?;
        ensure!(told["resource"] == json!(format!("{base}/mcp")), "{told}");
        ensure!(told["authorization_servers"] == json!([issuer]), "{told}");
        ensure!(told["scopes_supported"] == json!(["actions:use"]), "{told}");
    }
    let url = mcp_url(&server)?;
    let sign_in = |scope: &str| -> Result<Value> {
        let output = node(&folder)
            .args(["bin/sign-in.mjs", &url, "alice", "shop_list_orders", scope])
            .output()?;
        let complained = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{complained}\n{}", server.log());
        Ok(serde_json::from_slice(&output.stdout)?)
    };
    // nobody is made by a token: who never signed in here is nobody
    let stranger = sign_in("openid actions:use")?;
    ensure!(stranger["refused"].is_string(), "{stranger}");
    sign_in_once(&server, &base, &id)?;
    let seen = sign_in("openid actions:use")?;
    ensure!(seen["resource"] == json!(format!("{base}/mcp")), "{seen}");
    ensure!(seen["scope"] == json!("actions:use"), "the hub says which scope: {seen}");
    ensure!(seen["answer"]["isError"] == json!(false), "{seen}");
    let tools = seen["tools"].as_array().context("tools")?;
    ensure!(tools.contains(&json!("shop_list_orders")), "{seen}");
    // a token without the scope is known, and told what it lacks
    let narrow = sign_in("openid messages:read")?;
    ensure!(narrow["refused"].is_string() && narrow["answer"].is_null(), "{narrow}");
    let bearer = format!("Bearer {}", narrow["token"].as_str().context("token")?);
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", "application/json")];
    let body = br#"{"jsonrpc": "2.0", "id": 1, "method": "ping"}"#;
    let request = Request { method: "POST", path: "/mcp", headers: &headers, body };
    let answer = server.connect()?.send(&request)?;
    let told = answer.header("www-authenticate").context("a challenge")?.to_owned();
    ensure!(answer.status == 403 && told.contains("error=\"insufficient_scope\""), "{told}");
    ensure!(told.contains("scope=\"actions:use\""), "{told}");
    // a token opens this resource and no other door of the hub
    let bearer = format!("Bearer {}", seen["token"].as_str().context("token")?);
    let headers = [("Authorization", bearer.as_str()), ("Accept", "application/json")];
    let request = Request { method: "GET", path: "/api/v1/actions", headers: &headers, body: b"" };
    ensure!(server.connect()?.send(&request)?.status == 401, "REST takes it");
    Ok(())
}

/// Signs alice in on the pages, as a browser would.
fn sign_in_once(server: &Server, base: &str, provider: &str) -> Result<()> {
    let mut browser = crate::sign_in::Browser::default();
    let (_, page) = browser.follow(&format!("{base}/sign-in/provider/{provider}?next=%2Fteams"))?;
    ensure!(page.status == 200, "{}\n{}", page.status, server.log());
    Ok(())
}

#[test]
fn tokens_that_are_not_good_are_refused_as_the_protocol_says() -> Result<()> {
    let server = Server::demo()?;
    let base = server.demo_data().base_url.clone();
    let ping = json!({"jsonrpc": "2.0", "id": 1, "method": "ping"}).to_string();
    let send = |path: &str, authorization: Option<&str>, host: Option<&str>| {
        let mut headers = vec![
            ("Content-Type", "application/json"),
            ("Accept", "application/json, text/event-stream"),
        ];
        headers.extend(authorization.map(|line| ("Authorization", line)));
        headers.extend(host.map(|host| ("Origin", host)));
        let request = Request { method: "POST", path, headers: &headers, body: ping.as_bytes() };
        server.connect()?.send(&request)
    };
    let place = format!("resource_metadata=\"{base}/.well-known/oauth-protected-resource/mcp\"");
    let none = send("/mcp", None, None)?;
    let told = none.header("www-authenticate").context("a challenge")?.to_owned();
    ensure!(none.status == 401 && told.contains(&place) && !told.contains("error="), "{told}");
    ensure!(told.contains("scope=\"actions:use\""), "{told}");
    let jwt = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUifQ.";
    for line in ["Bearer nonsense", &format!("Bearer {jwt}"), "Basic abc", "Bearer"] {
        let refused = send("/mcp", Some(line), None)?;
        let told = refused.header("www-authenticate").context("a challenge")?.to_owned();
        ensure!(refused.status == 401 && told.contains(&place), "{line}: {told}");
        ensure!(told.contains("error=\"invalid_token\""), "{line}: {told}");
    }
    let seller = &server.demo_data().seller.token;
    // the header alone opens it
    let query = format!("/mcp?access_token={seller}");
    ensure!(send(&query, None, None)?.status == 401, "a token in the address");
    let bearer = format!("Bearer {seller}");
    ensure!(send("/mcp", Some(&bearer), None)?.status == 200, "the seller's token");
    ensure!(send("/mcp", Some(&bearer), Some("https://evil.example"))?.status == 403, "an origin");
    Ok(())
}
