//! Agents: the list of 500 tools, a call of an action beside a direct call, and the same calls through `FastMCP`.
//!
//! Processor time is that of the whole hub, its own business API included; a direct call to that API is taken off.

use std::{
    io::Write as _,
    net::{SocketAddr, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use e2e::{Connection, Options, Request, Server, cpu_micros};
use serde_json::{Value, json};

use crate::report::{Goal, Report};

/// Measures and adds the figures.
pub(crate) fn measure(binary: &Path, scale: f64, report: &mut Report) -> Result<()> {
    let options = Options { binary: Some(binary.to_owned()), embedded: true, ..Options::default() };
    let server = Server::with(options)?;
    let pid = server.pid()?;
    let demo: Value = serde_json::from_slice(&std::fs::read(server.data().join("demo.json"))?)?;
    let text = |pointer: &str| -> Result<String> {
        let found = demo.pointer(pointer).and_then(Value::as_str);
        Ok(found.with_context(|| format!("demo.json has no {pointer}"))?.to_owned())
    };
    let upstream = text("/upstream/url")?;
    let host = upstream.trim_start_matches("http://").trim_end_matches("/v1");
    let address: SocketAddr = host.parse()?;
    let rounds = counted(3000.0 * scale);
    let stock = "/v1/stock/Trail%20stove";
    let mut direct = Connection::open(address)?;
    let direct = spent(pid, rounds, || expect(&direct.get(stock)?, 200))?;
    let invoke = text("/upstream/invoke_url")?;
    let invoke = invoke.split_once("/api/").map_or("", |(_, rest)| rest);
    let (invoke, body) = (
        format!("/api/{invoke}"),
        json!({"operation": "GetStock", "inputs": {"product": "Trail stove"}}),
    );
    let body = body.to_string();
    let mut seller = server.connect()?.with_token(&text("/seller/token")?);
    let rest = spent(pid, rounds, || expect(&seller.post(&invoke, body.as_bytes())?, 200))?;
    let over = rest - direct;
    report.add(
        "an action call over a direct call, processor time",
        over,
        "µs",
        Some(Goal::AtMost(150.0)),
    );
    let call = call("shop_get_stock", &json!({"product": "Trail stove"}));
    let ours = spent(pid, rounds, || said(&mut seller, &call))? - direct;
    report.add("tools/call over a direct call, processor time", ours, "µs", None);
    many_tools(&server, &text("/upstream/environment_id")?)?;
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string();
    let first = seller.send(&mcp(&list))?.json()?;
    let tools = first.pointer("/result/tools").and_then(Value::as_array).map_or(0, Vec::len);
    let lists = spent(pid, rounds, || said(&mut seller, &list))?;
    report.add(
        format!("tools/list of {tools} tools, processor time"),
        lists,
        "µs",
        Some(Goal::AtMost(300.0)),
    );
    let Some(python) = fastmcp_python() else {
        e2e::skip("FastMCP", "FastMCP (`make tools`)");
        return Ok(());
    };
    let theirs = fastmcp(&python, &upstream, counted(500.0 * scale))?;
    report.add("FastMCP tools/call, processor time", theirs, "µs", None);
    // its process holds no business API; ours does, and a direct call to it is off already
    report.add(
        "FastMCP over the hub, tools/call",
        theirs / ours.max(1.0),
        "times",
        Some(Goal::AtLeast(30.0)),
    );
    Ok(())
}

/// 500 tools more: two actions of 247 operations beside the six of the demo.
fn many_tools(server: &Server, environment: &str) -> Result<()> {
    let mut admin = server.as_admin()?;
    let mut made = |path: &str, body: &Value| -> Result<Value> {
        let answer = admin.post(path, body.to_string().as_bytes())?;
        if answer.status >= 300 {
            bail!("{path}: {} {}", answer.status, answer.text());
        }
        answer.json()
    };
    for round in 0..2 {
        let operation = |number: i32| {
            json!({ "get": { "operationId": format!("Read{number}"), "summary": format!("Read {number}"),
                "description": "Reads one of many kinds of rows, by customer and by date.",
                "parameters": [
                    { "name": "customer", "in": "query", "type": "string", "description": "Name" },
                    { "name": "since", "in": "query", "type": "string", "format": "date" },
                    { "name": "top", "in": "query", "type": "integer", "default": 20 } ],
                "responses": { "200": { "description": "Rows", "schema": { "type": "object", "properties": {
                    "value": { "type": "array", "items": { "type": "string" } } } } } } } })
        };
        let paths: serde_json::Map<String, Value> =
            (0..247).map(|number| (format!("/rows/{number}"), operation(number))).collect();
        let definition = json!({ "swagger": "2.0", "info": { "title": format!("Rows {round}"), "version": "1" },
            "host": "rows.example.test", "schemes": ["https"], "paths": paths });
        let source = json!({ "source": { "kind": "text", "definition": definition } });
        let connector = made(&format!("/api/v1/environments/{environment}/connectors"), &source)?;
        let operations: Vec<Value> =
            (0..247).map(|number| json!({ "id": format!("Read{number}") })).collect();
        let action = json!({ "connector_id": connector.get("id"), "name": format!("Rows {round}"),
            "operations": operations });
        let action = made("/api/v1/actions", &action)?;
        let place = format!(
            "/api/v1/actions/{}",
            action.get("id").and_then(Value::as_str).unwrap_or_default()
        );
        made(&format!("{place}/publish"), &json!({}))?;
        let read = json!({ "acknowledge": { "third_party_terms": true, "data_may_leave": true } });
        made(&format!("{place}/enable"), &read)?;
    }
    Ok(())
}

/// Processor time of a process for one round, in microseconds, once it is warm.
fn spent(pid: u32, rounds: u32, mut round: impl FnMut() -> Result<()>) -> Result<f64> {
    for _ in 0..rounds.min(50) {
        round()?;
    }
    let before = cpu_micros(pid)?;
    for _ in 0..rounds {
        round()?;
    }
    let micros = u32::try_from(cpu_micros(pid)? - before)?;
    Ok(f64::from(micros) / f64::from(rounds))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rounds")]
fn counted(rounds: f64) -> u32 {
    rounds.max(20.0) as u32
}

fn expect(answer: &e2e::Answer, status: u16) -> Result<()> {
    if answer.status == status { Ok(()) } else { bail!("{} {}", answer.status, answer.text()) }
}

fn call(tool: &str, arguments: &Value) -> String {
    let params = json!({ "name": tool, "arguments": arguments });
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params }).to_string()
}

fn mcp(body: &str) -> Request<'_> {
    Request { method: "POST", path: "/mcp", headers: HEADERS, body: body.as_bytes() }
}

/// Sends a message and expects a result.
fn said(connection: &mut Connection, message: &str) -> Result<()> {
    let answer = connection.send(&mcp(message))?;
    let good =
        answer.status == 200 && !answer.body.windows(14).any(|part| part == b"\"isError\":true");
    if good { Ok(()) } else { bail!("{} {}", answer.status, answer.text()) }
}

/// The python that has `benches/python-requirements.txt`: as named, or as `make tools` installs it.
fn fastmcp_python() -> Option<String> {
    let usual = e2e::root().join("benches/.venv/bin/python");
    let usual = usual.is_file().then(|| usual.display().to_string());
    e2e::environment("LIAISON_FASTMCP").or(usual)
}

/// The same call through `FastMCP`.
fn fastmcp(python: &str, upstream: &str, rounds: u32) -> Result<f64> {
    let port = e2e::free_port()?;
    let mut definition = tempfile::NamedTempFile::new()?;
    let text = json!({ "type": "string" });
    let described = json!({
        "openapi": "3.0.3", "info": { "title": "Shop", "version": "1" },
        "servers": [{ "url": upstream }],
        "paths": { "/stock/{product}": { "get": { "operationId": "get_stock",
            "summary": "Look at the stock",
            "parameters": [{ "name": "product", "in": "path", "required": true, "schema": text }],
            "responses": { "200": { "description": "Found", "content": { "application/json": {
                "schema": { "type": "object", "properties": { "product": text,
                    "price": { "type": "number" }, "left": { "type": "integer" } } } } } } } } } },
    });
    definition.write_all(described.to_string().as_bytes())?;
    let mut child = Guarded(
        Command::new(python)
            .arg(e2e::root().join("benches/shop_fastmcp.py"))
            .args([upstream, &port.to_string()])
            .arg(definition.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?,
    );
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    let began = Instant::now();
    while TcpStream::connect(address).is_err() {
        if began.elapsed() > Duration::from_mins(1) || child.0.try_wait()?.is_some() {
            bail!("FastMCP does not start");
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    let mut connection = Connection::open(address)?;
    let message = call("get_stock", &json!({ "product": "Trail stove" }));
    spent(child.0.id(), rounds, || said(&mut connection, &message))
}

/// A process that ends with us.
struct Guarded(Child);

impl Drop for Guarded {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

const HEADERS: &[(&str, &str)] = &[
    ("Content-Type", "application/json"),
    ("Accept", "application/json, text/event-stream"),
    ("MCP-Protocol-Version", "2025-06-18"),
];
