//! The pane beside a mail: what its own content costs, and when what partners know comes in.
//!
//! The CRM is an environment of the hub itself, with a contact, an account and opportunities. Five partners answer after a
//! second, a sixth never. Processor time is that of the whole hub.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener},
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use e2e::{Connection, Options, Request, Server};
use serde_json::{Value, json};

use crate::{
    report::{Goal, Report},
    tables::{Client, spent},
};

/// Measures and adds the figures.
pub(crate) fn measure(
    (binary, embedded): (&Path, bool),
    scale: f64,
    report: &mut Report,
) -> Result<()> {
    let mut config = tempfile::NamedTempFile::new()?;
    config.write_all(CONFIG.as_bytes())?;
    let server = Server::with(Options {
        binary: Some(binary.to_owned()),
        embedded,
        arguments: vec!["--config".to_owned(), config.path().display().to_string()],
        ..Options::default()
    })?;
    let mut hub = server.as_admin()?;
    let mail = beside(&server, &mut hub)?;
    let environment = environment(&mut hub)?;
    for number in 1..=PARTNERS {
        partner(&mut hub, &environment, (number, Some(ANSWERS_AFTER)))?;
    }
    partner(&mut hub, &environment, (PARTNERS + 1, None))?;

    let path = format!("/outlook/pane?mail={mail}");
    let shown = get(&mut hub, &path)?;
    let asked = parts(&shown);
    ensure!(asked.len() == PARTNERS + 1, "the pane asks {} partners: {shown}", asked.len());
    ensure!(shown.contains("Renewal of many"), "the pane shows no opportunity: {shown}");
    let pid = server.pid()?;
    let rounds = counted(400.0 * scale);
    let micros = spent(pid, rounds, || get(&mut hub, &path).map(drop))?;
    report.add(
        "the pane of a mail with six partners, its own content, processor time",
        micros / 1000.0,
        "ms",
        Some(Goal::AtMost(25.0)),
    );
    let page = format!("/mail/{mail}");
    let micros = spent(pid, rounds, || get(&mut hub, &page).map(drop))?;
    report.add("the page of the same mail, processor time", micros / 1000.0, "ms", None);

    let came = together(&server, &asked)?;
    let (good, hanging): (Vec<_>, Vec<_>) = came.iter().partition(|(_, body)| !body.is_empty());
    ensure!(good.len() == PARTNERS && hanging.len() == 1, "{came:?}");
    let last = good.iter().map(|(after, _)| after.as_secs_f64()).fold(0.0, f64::max);
    let dropped = hanging.iter().map(|(after, _)| after.as_secs_f64()).fold(0.0, f64::max);
    report.add(
        "the last of five partners that answer after a second",
        last,
        "s",
        Some(Goal::AtMost(1.5)),
    );
    report.add("the partner that hangs is dropped", dropped, "s", Some(Goal::AtMost(5.5)));
    Ok(())
}

/// An account with its contact and opportunities, and a mail of the contact.
fn beside(server: &Server, hub: &mut Connection) -> Result<String> {
    let systems = call(hub, "GET", "/api/v1/crm-systems", &Value::Null)?;
    if systems.get("items").and_then(Value::as_array).is_none_or(Vec::is_empty) {
        let environment = environment(hub)?;
        let new = json!({ "name": "Here", "kind": "embedded", "environment_id": environment, "enabled": true });
        call(hub, "POST", "/api/v1/crm-systems", &new)?;
    }
    let mut client = Client::open(server)?;
    let named = |kind: &str| format!("Microsoft.Dynamics.CRM.{kind}");
    let account = json!({ "@odata.type": named("account"), "name": "Fabrikam" });
    let account = client.multiple("accounts", &[account])?;
    let account = format!("/accounts({})", account.first().context("an account")?);
    let contact = json!({
        "@odata.type": named("contact"), "firstname": "Ben", "lastname": "King",
        "emailaddress1": "ben@fabrikam.example", "parentcustomerid_account@odata.bind": account,
    });
    client.multiple("contacts", &[contact])?;
    let deals: Vec<Value> = (0..5)
        .map(|number| {
            json!({
                "@odata.type": named("opportunity"), "name": format!("Renewal of many {number}"),
                "estimatedvalue": 12_000, "parentaccountid@odata.bind": account,
            })
        })
        .collect();
    client.multiple("opportunities", &deals)?;
    let text = "We would like to renew the contract of our depots for another year. ".repeat(200);
    let mail = format!(
        "From: Ben King <ben@fabrikam.example>\r\nTo: Sam <sam@contoso.example>, \
         Cy <cy@fabrikam.example>\r\nSubject: Renewal\r\nMessage-ID: <bench@fabrikam.example>\r\n\r\n{text}\r\n"
    );
    let headers = [("Content-Type", "application/octet-stream")];
    let path = "/api/v1/seller-mails";
    let request = Request { method: "POST", path, headers: &headers, body: mail.as_bytes() };
    let answer = hub.send(&request)?;
    ensure!(answer.status == 201, "{path}: {} {}", answer.status, answer.text());
    let kept = answer.json()?;
    let id = kept.pointer("/mail/id").and_then(Value::as_str).context("a mail")?;
    Ok(id.to_owned())
}

/// The environment with the sales tables.
fn environment(hub: &mut Connection) -> Result<String> {
    let all = call(hub, "GET", "/api/v1/environments", &Value::Null)?;
    let all = all.as_array().context("environments")?;
    let has_sales = |one: &&Value| one.get("crm_enabled") == Some(&Value::Bool(true));
    id_of(all.iter().find(has_sales).context("sales")?)
}

/// A partner with the starter definition: it answers after a while, or never.
fn partner(
    hub: &mut Connection,
    environment: &str,
    (number, after): (usize, Option<Duration>),
) -> Result<()> {
    let mut definition: Value = serde_json::from_str(STARTER)?;
    let host = serve(after)?.to_string();
    let members = definition.as_object_mut().context("a definition")?;
    members.insert("host".to_owned(), host.into());
    members.insert("schemes".to_owned(), json!(["http"]));
    members.remove("securityDefinitions");
    members.remove("security");
    let name = format!("Partner {number}");
    if let Some(info) = members.get_mut("info").and_then(Value::as_object_mut) {
        info.insert("title".to_owned(), name.clone().into());
    }
    // opportunity insights alone: what else the pane asks for is asked the same way
    let paths = members.get_mut("paths").and_then(Value::as_object_mut).context("paths")?;
    paths.retain(|path, _| path.ends_with("sales-highlights"));
    let operation = paths.values().find_map(|path| {
        path.as_object()?.values().find_map(|one| one.get("operationId")?.as_str())
    });
    let operation = operation.context("an operation")?.to_owned();
    let source = json!({ "name": name, "source": { "kind": "text", "definition": definition } });
    let path = format!("/api/v1/environments/{environment}/connectors");
    let connector = id_of(&call(hub, "POST", &path, &source)?)?;
    let action = json!({
        "connector_id": connector, "name": name, "operations": [{ "id": operation }],
    });
    let action = id_of(&call(hub, "POST", "/api/v1/actions", &action)?)?;
    call(hub, "POST", &format!("/api/v1/actions/{action}/publish"), &json!({}))?;
    let read = json!({ "acknowledge": { "third_party_terms": true, "data_may_leave": true } });
    call(hub, "POST", &format!("/api/v1/actions/{action}/enable"), &read)?;
    Ok(())
}

/// A server that answers every request after a while, or holds it for ever.
fn serve(after: Option<Duration>) -> Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { continue };
            let Some(after) = after else {
                held.push(stream);
                continue;
            };
            std::thread::spawn(move || {
                let mut request = [0_u8; 8192];
                let _read = stream.read(&mut request);
                std::thread::sleep(after);
                let _written = stream.write_all(
                    format!(
                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
                         Connection: close\r\n\r\n{ANSWER}",
                        ANSWER.len()
                    )
                    .as_bytes(),
                );
            });
        }
    });
    Ok(address)
}

/// Addresses of the parts that a pane asks partners for.
fn parts(pane: &str) -> Vec<String> {
    let pieces = pane.split("hx-get=\"").skip(1).filter_map(|piece| piece.split('"').next());
    pieces
        .filter(|path| path.contains("/partners/"))
        .map(|path| path.replace("&#38;", "&").replace("&amp;", "&"))
        .collect()
}

/// Asks for all of them at once, as a page does: when each came, and what.
fn together(server: &Server, paths: &[String]) -> Result<Vec<(Duration, String)>> {
    let began = Instant::now();
    let work = |path: &String| -> Result<(Duration, String)> {
        let mut own = server.as_admin()?;
        let headers = [("HX-Request", "true")];
        let request = Request { method: "GET", path, headers: &headers, body: b"" };
        let answer = own.send(&request)?;
        ensure!(answer.status == 200, "{path}: {} {}", answer.status, answer.text());
        Ok((began.elapsed(), answer.text()))
    };
    std::thread::scope(|scope| {
        let all: Vec<_> = paths.iter().map(|path| scope.spawn(move || work(path))).collect();
        let one = |thread: std::thread::ScopedJoinHandle<'_, Result<(Duration, String)>>| {
            thread.join().map_err(|_panic| anyhow::anyhow!("a reader panicked"))?
        };
        all.into_iter().map(one).collect()
    })
}

fn call(hub: &mut Connection, method: &str, path: &str, body: &Value) -> Result<Value> {
    let text = if body.is_null() { String::new() } else { body.to_string() };
    let headers = [("Content-Type", "application/json")];
    let answer = hub.send(&Request { method, path, headers: &headers, body: text.as_bytes() })?;
    if answer.status >= 300 {
        bail!("{method} {path}: {} {}", answer.status, answer.text());
    }
    if answer.body.is_empty() { Ok(Value::Null) } else { answer.json() }
}

fn get(hub: &mut Connection, path: &str) -> Result<String> {
    let answer = hub.get(path)?;
    ensure!(answer.status == 200, "{path}: {} {}", answer.status, answer.text());
    Ok(answer.text())
}

fn id_of(shown: &Value) -> Result<String> {
    Ok(shown.get("id").and_then(Value::as_str).context("an identifier")?.to_owned())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rounds")]
fn counted(rounds: f64) -> u32 {
    rounds.max(20.0) as u32
}

const STARTER: &str = include_str!("../../crates/sales/src/contract/starter.swagger.json");
const ANSWER: &str = r#"{"value":[{"title":"Contract","description":"Signed last week","dateTime":"2026-11-20T10:00:00Z"}],"hasMoreResults":false}"#;
/// Partners that answer.
const PARTNERS: usize = 5;
const ANSWERS_AFTER: Duration = Duration::from_secs(1);
/// Partners of tests stand on loopback.
const CONFIG: &str = "[egress]\nallowed_networks = [\"127.0.0.0/8\"]\n";
