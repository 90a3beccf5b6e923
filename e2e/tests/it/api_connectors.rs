//! Connectors to APIs of the built hub: the command line, and answers too large to be held.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener},
    path::Path,
    thread,
};

use anyhow::{Context as _, Result, ensure};
use e2e::{Options, Request, Server};
use serde_json::{Value, json};

/// How large the large answer is: more than the hub holds of any.
const LARGE: usize = 96 << 20;

/// An API that gives out one large file, and refuses without its key.
fn upstream() -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::spawn(move || {
        for socket in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || answer(socket).ok());
        }
    });
    Ok(address)
}

fn answer(mut socket: std::net::TcpStream) -> Result<()> {
    let mut lines = BufReader::new(socket.try_clone()?).lines();
    let first = lines.next().context("a request line")??;
    let mut has_key = false;
    for line in lines.map_while(Result::ok).take_while(|line| !line.is_empty()) {
        has_key |= line.eq_ignore_ascii_case("x-key: right");
    }
    if !has_key {
        socket.write_all(
            b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        )?;
        return Ok(());
    }
    if first.contains("/gone") {
        let said = b"HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno";
        socket.write_all(said)?;
        return Ok(());
    }
    if !first.contains("/large") {
        let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14";
        write!(socket, "{head}\r\nConnection: close\r\n\r\n[{{\"name\":\"a\"}}]")?;
        return Ok(());
    }
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close";
    write!(socket, "{head}\r\nContent-Length: {LARGE}\r\n\r\n")?;
    let piece = vec![b'x'; 64 << 10];
    for _ in 0..LARGE / piece.len() {
        socket.write_all(&piece)?;
    }
    Ok(())
}

fn package(folder: &Path, host: SocketAddr, operations: &[&str]) -> Result<()> {
    fs::create_dir_all(folder)?;
    let mut paths = serde_json::Map::new();
    for operation in operations {
        let path = format!("/{}", operation.to_lowercase());
        let schema = match *operation {
            "Things" => json!({"type": "array", "items": {"type": "object"}}),
            _ => json!({"type": "string", "format": "binary"}),
        };
        let responses = json!({"200": {"description": "Answer", "schema": schema}});
        paths.insert(
            path,
            json!({"get": {"operationId": operation, "summary": operation,
            "responses": responses}}),
        );
    }
    let definition = json!({"swagger": "2.0", "info": {"title": "Depot", "version": "1.0"},
        "host": host.to_string(), "schemes": ["http"], "paths": paths,
        "securityDefinitions": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        "security": [{"key": []}],
        "x-ms-capabilities": {"testConnection": {"operationId": "Things"}}});
    let properties = json!({"properties": {"iconBrandColor": "#123456", "capabilities": [],
        "connectionParameters": {"api_key": {"type": "securestring", "uiDefinition": {
            "displayName": "Key", "constraints": {"required": "true"}}}}}});
    fs::write(folder.join("apiDefinition.swagger.json"), definition.to_string())?;
    fs::write(folder.join("apiProperties.json"), properties.to_string())?;
    Ok(())
}

/// A hub that may call the API.
fn hub(upstream: SocketAddr, place: &Path) -> Result<Server> {
    let config = place.join("liaison.toml");
    fs::write(&config, format!("[egress]\nallowed_endpoints = [\"{upstream}\"]\n"))?;
    let arguments = vec!["--config".to_owned(), config.display().to_string()];
    Server::with(Options { arguments, ..Options::default() })
}

/// Runs a command; what it prints as JSON, or its exit code and its words.
fn run(server: &Server, arguments: &[&str]) -> Result<Result<Value, (i32, String)>> {
    let output = server.run(&[arguments, &["--json"]].concat())?;
    let complained = String::from_utf8_lossy(&output.stderr).into_owned();
    if !output.status.success() {
        return Ok(Err((output.status.code().unwrap_or(-1), complained)));
    }
    let said = String::from_utf8_lossy(&output.stdout);
    let document =
        if said.trim().is_empty() { Ok(Value::Null) } else { serde_json::from_str(&said) };
    Ok(Ok(document.with_context(|| format!("{arguments:?}: {said}"))?))
}

fn done(server: &Server, arguments: &[&str]) -> Result<Value> {
    match run(server, arguments)? {
        Ok(document) => Ok(document),
        Err((code, said)) => anyhow::bail!("{arguments:?} ended with {code}: {said}"),
    }
}

#[test]
fn a_connector_lives_its_life_on_the_command_line() -> Result<()> {
    let place = tempfile::tempdir()?;
    let upstream = upstream()?;
    let server = hub(upstream, place.path())?;
    let text = |name: &str| place.path().join(name).display().to_string();
    package(&place.path().join("v1"), upstream, &["Things", "Large"])?;
    package(&place.path().join("v2"), upstream, &["Things"])?;
    package(&place.path().join("v3"), upstream, &["Things", "Large", "Gone"])?;

    let made = done(&server, &["api-connector", "import", &text("v1"), "--name", "Depot"])?;
    ensure!(made["name"] == "Depot" && made["version"] == 1 && made["operations"] == 2, "{made}");
    let listed = done(&server, &["api-connector", "list"])?;
    ensure!(listed.to_string().contains("Depot"), "{listed}");
    let taken = run(&server, &["api-connector", "import", &text("v1"), "--name", "Depot"])?;
    ensure!(matches!(&taken, Err((5, _))), "{taken:?}");
    let none = run(&server, &["api-connector", "import", &text("nowhere")])?;
    ensure!(matches!(&none, Err((4, _))), "{none:?}");
    let operations = done(&server, &["api-connector", "operations", "depot"])?;
    ensure!(operations.as_array().context("rows")?.len() == 2, "{operations}");

    // what breaks callers is named, and not used unless somebody says so
    let broken = run(&server, &["api-connector", "publish", "Depot", &text("v2")])?;
    let Err((5, said)) = &broken else { anyhow::bail!("{broken:?}") };
    ensure!(said.contains("/paths/~1large") && said.contains("--accept-breaking"), "{said}");
    ensure!(done(&server, &["api-connector", "show", "Depot"])?["version"] == 1, "still the first");
    let better =
        done(&server, &["api-connector", "publish", "Depot", &text("v3"), "--note", "more"])?;
    ensure!(better["version"] == 3 && better["operations"] == 3, "{better}");
    let versions = done(&server, &["api-connector", "versions", "Depot"])?;
    ensure!(versions.as_array().context("rows")?.len() == 3, "{versions}");
    let back = done(&server, &["api-connector", "rollback", "Depot", "1"])?;
    ensure!(back["version"] == 1, "{back}");
    let zip = text("out.zip");
    server.run(&["api-connector", "export", "Depot", "-o", &zip, "--number", "3"])?;
    let again = done(&server, &["api-connector", "import", &zip, "--name", "Depot again"])?;
    ensure!(again["operations"] == 3, "{again}");

    // connections
    fs::write(place.path().join("key"), "right\n")?;
    fs::write(place.path().join("wrong"), "wrong\n")?;
    let id = made["id"].as_str().context("its id")?;
    let secret = format!("api_key={}", text("key"));
    let connection = done(&server, &["connection", "add", id, "--secret", &secret])?;
    ensure!(connection["state"] == "connected", "{connection}");
    let shown = connection.to_string();
    ensure!(!shown.contains("right"), "a secret is never shown: {shown}");
    let connection = connection["id"].as_str().context("its id")?.to_owned();
    let tried = done(&server, &["connection", "test", &connection])?;
    ensure!(tried["accepted"] == true, "{tried}");
    let secret = format!("api_key={}", text("wrong"));
    let other = done(&server, &["connection", "add", id, "--secret", &secret, "--name", "Other"])?;
    let other = other["id"].as_str().context("its id")?;
    let refused = server.run(&["connection", "test", other, "--json"])?;
    ensure!(refused.status.code() == Some(5), "{:?}", refused.status);
    let all = done(&server, &["connection", "list", "--connector", "Depot"])?;
    ensure!(all.as_array().context("rows")?.len() == 2, "{all}");
    let revoked = done(&server, &["connection", "revoke", other])?;
    ensure!(revoked["state"] == "revoked", "{revoked}");
    done(&server, &["connection", "remove", other])?;
    let strange = run(&server, &["connection", "show", "nonsense"])?;
    ensure!(matches!(&strange, Err((2, _))), "{strange:?}");

    let stands = run(&server, &["api-connector", "remove", "Depot"])?;
    ensure!(matches!(&stands, Err((5, _))), "{stands:?}");
    done(&server, &["api-connector", "remove", "Depot", "--with-dependents"])?;
    let gone = run(&server, &["api-connector", "show", "Depot"])?;
    ensure!(matches!(&gone, Err((4, _))), "{gone:?}");
    Ok(())
}

#[test]
fn an_answer_larger_than_what_is_held_is_passed_on() -> Result<()> {
    let place = tempfile::tempdir()?;
    let upstream = upstream()?;
    let server = hub(upstream, place.path())?;
    package(&place.path().join("v1"), upstream, &["Things", "Large", "Gone"])?;
    let folder = place.path().join("v1").display().to_string();
    let made = done(&server, &["api-connector", "import", &folder, "--name", "Depot"])?;
    let id = made["id"].as_str().context("its id")?;
    fs::write(place.path().join("key"), "right")?;
    let secret = format!("api_key={}", place.path().join("key").display());
    done(&server, &["connection", "add", id, "--secret", &secret])?;
    let action = done(
        &server,
        &["action", "add", "--connector", id, "--name", "Depot", "Things", "Large", "Gone"],
    )?;
    done(&server, &["action", "publish", "Depot"])?;
    done(
        &server,
        &["action", "enable", "Depot", "--accept-third-party-terms", "--accept-data-may-leave"],
    )?;
    let path = format!("/api/v1/actions/{}/invoke", action["id"].as_str().context("its id")?);
    let bearer = format!("Bearer {}", server.demo_data().admin.token);
    let call = |operation: &str, accept: &str| {
        let headers = [
            ("Authorization", bearer.as_str()),
            ("Content-Type", "application/json"),
            ("Accept", accept),
        ];
        let body = json!({ "operation": operation }).to_string();
        let request =
            Request { method: "POST", path: &path, headers: &headers, body: body.as_bytes() };
        server.connect()?.send(&request)
    };
    let raw = "application/octet-stream";
    let before = e2e::resident_kib(server.pid()?)?;
    let large = call("Large", raw)?;
    let after = e2e::resident_kib(server.pid()?)?;
    ensure!(large.status == 200 && large.body.len() == LARGE, "{}", large.status);
    // what comes is a file: no page of an API is shown at the hub's own address
    ensure!(large.header("content-type") == Some("text/html"), "{:?}", large.headers);
    ensure!(large.header("content-disposition") == Some("attachment"), "{:?}", large.headers);
    ensure!(large.header("x-content-type-options") == Some("nosniff"), "{:?}", large.headers);
    ensure!(
        after < before + (32 << 10),
        "{before} KiB before, {after} KiB after {} KiB",
        LARGE >> 10
    );
    println!("{before} KiB before, {after} KiB after passing on {} KiB", LARGE >> 10);
    // held whole, the same answer is too large
    let held = call("Large", "application/json")?;
    ensure!(held.status >= 400 && held.text().contains("outbound.too_large"), "{}", held.text());
    let small = call("Things", raw)?;
    ensure!(small.status == 200 && small.text() == r#"[{"name":"a"}]"#, "{}", small.text());
    let gone = call("Gone", raw)?;
    ensure!(gone.status == 502 && gone.json()?["status"] == 404, "{}", gone.text());
    Ok(())
}
