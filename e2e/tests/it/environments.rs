//! The life of environments, by page and by REST.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use e2e::{Answer, Connection, Request, Server};
use serde_json::{Value, json};

/// Somebody at the pages, without script.
struct Visitor {
    connection: Connection,
    cookies: Vec<(String, String)>,
}

impl Visitor {
    fn sign_in(server: &Server) -> Result<Self> {
        let mut it = Self { connection: server.connect()?, cookies: Vec::new() };
        it.get("/sign-in")?;
        let admin = &server.demo_data().admin;
        let fields = [("name", admin.user.as_str()), ("password", admin.password.as_str())];
        let answer = it.post("/sign-in", "", &fields)?;
        ensure!(answer.status == 303, "{}", answer.text());
        Ok(it)
    }

    fn get(&mut self, path: &str) -> Result<Answer> {
        self.send("GET", path, "")
    }

    /// Sends a form of the page `from`.
    fn post(&mut self, path: &str, from: &str, fields: &[(&str, &str)]) -> Result<Answer> {
        let page = if from.is_empty() { String::new() } else { self.get(from)?.text() };
        let token = page.split("name=\"csrf\" value=\"").nth(1).and_then(|at| at.split('"').next());
        let mut body = format!("csrf={}", escaped(token.unwrap_or_default()));
        for (name, value) in fields {
            body.extend(["&", name, "=", &escaped(value)]);
        }
        self.send("POST", path, &body)
    }

    fn send(&mut self, method: &str, path: &str, body: &str) -> Result<Answer> {
        let cookies: Vec<_> = self.cookies.iter().map(|(n, v)| format!("{n}={v}")).collect();
        let cookies = cookies.join("; ");
        let headers =
            [("Cookie", cookies.as_str()), ("Content-Type", "application/x-www-form-urlencoded")];
        let request = Request { method, path, headers: &headers, body: body.as_bytes() };
        let answer = self.connection.send(&request)?;
        for (name, line) in &answer.headers {
            if name.eq_ignore_ascii_case("set-cookie")
                && let Some((name, value)) =
                    line.split(';').next().and_then(|pair| pair.split_once('='))
            {
                self.cookies.retain(|(known, _)| known != name);
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        Ok(answer)
    }
}

const HEX: [char; 16] =
    ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];

fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        escaped.extend(['%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
    }
    escaped
}

/// Waits until nothing goes on with an environment; the last operation.
fn settled(admin: &mut Connection, id: &str) -> Result<Value> {
    for _ in 0..600 {
        let all = admin.get(&format!("/api/v1/environments/{id}/operations"))?.json()?;
        let first = all.get(0).context("an operation")?.clone();
        if first["state"] != "running" {
            return Ok(first);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    anyhow::bail!("it goes on for ever")
}

fn patch(admin: &mut Connection, path: &str, body: &Value) -> Result<Answer> {
    let body = body.to_string();
    let headers = [("Content-Type", "application/json")];
    admin.send(&Request { method: "PATCH", path, headers: &headers, body: body.as_bytes() })
}

#[test]
fn an_environment_lives_from_its_first_day_to_its_last_by_page_and_rest() -> Result<()> {
    let server = Server::demo()?;
    let (mut admin, mut pages) = (server.as_admin()?, Visitor::sign_in(&server)?);
    let mut seller = server.connect()?.with_token(&server.demo_data().seller.token);
    let all = admin.get("/api/v1/environments")?.json()?;
    let all = all.as_array().context("a list")?;
    let sales = all.iter().find(|it| it["crm_enabled"] == true).context("sales")?;
    let sales = sales["id"].as_str().context("an id")?;
    let list = "/admin/environments";
    // made by page, with its language and currency
    let fields = [("name", "Tests"), ("kind", "sandbox"), ("language", "fr"), ("currency", "CHF")];
    let made = pages.post(list, list, &fields)?;
    ensure!(made.status == 303, "{}", made.text());
    let page = made.header("location").context("where it is")?.to_owned();
    let id = page.rsplit('/').next().context("its id")?.to_owned();
    let rest = format!("/api/v1/environments/{id}");
    let known = admin.get(&rest)?.json()?;
    ensure!(known["currency"] == "CHF" && known["language"] == "fr", "{known}");
    // copied by REST
    let copy = json!({ "target_environment_id": id, "extent": "everything" }).to_string();
    let begun = admin.post(&format!("/api/v1/environments/{sales}/copy"), copy.as_bytes())?;
    ensure!(begun.status == 202, "{}", begun.text());
    let busy = admin.send(&Request { method: "DELETE", path: &rest, headers: &[], body: b"" })?;
    ensure!(busy.status == 409, "nothing is deleted while it is made: {}", busy.status);
    let done = settled(&mut admin, &id)?;
    ensure!(done["kind"] == "copy" && done["state"] == "succeeded", "{done}");
    // the copy is in administration mode, and says so as the platform does
    let accounts = "/environments/Tests/api/data/v9.2/accounts?$select=name&$top=1";
    let refused = seller.get(accounts)?;
    ensure!(
        refused.status == 403 && refused.text().contains("Admin Only mode"),
        "{}",
        refused.text()
    );
    let rows = admin.get(accounts)?.json()?;
    ensure!(rows["value"].as_array().is_some_and(|rows| rows.len() == 1), "{rows}");
    let opened = pages.post(&format!("{page}/administration"), &page, &[])?;
    ensure!(opened.status == 303, "{}", opened.text());
    ensure!(seller.get(accounts)?.status == 200, "open again");
    // converted, and not back to a trial
    let kind = |kind: &str| json!({ "kind": kind });
    ensure!(patch(&mut admin, &rest, &kind("trial"))?.status == 409, "no trial comes back");
    let converted = pages.post(&format!("{page}/convert"), &page, &[("kind", "production")])?;
    ensure!(converted.status == 303, "{}", converted.text());
    ensure!(pages.post(&format!("{page}/reset"), &page, &[])?.status == 409, "not production");
    ensure!(patch(&mut admin, &rest, &kind("sandbox"))?.status == 200, "a sandbox again");
    // emptied by page
    let fields = [("language", "en"), ("currency", "USD"), ("crm_enabled", "on")];
    let emptied = pages.post(&format!("{page}/reset"), &page, &fields)?;
    ensure!(emptied.status == 303, "{}", emptied.text());
    ensure!(settled(&mut admin, &id)?["kind"] == "reset", "a reset");
    let rows = admin.get(accounts)?.json()?;
    ensure!(rows["value"] == json!([]), "{rows}");
    // what it holds
    let held = admin.post(&format!("{rest}/capacity"), b"{}")?.json()?;
    ensure!(held["database_bytes"].as_i64().is_some_and(|bytes| bytes > 100_000), "{held}");
    // deleted by REST, brought back by page
    let gone = admin.send(&Request { method: "DELETE", path: &rest, headers: &[], body: b"" })?;
    ensure!(gone.status == 204, "{}", gone.text());
    ensure!(admin.get(accounts)?.status == 404, "it is there for nobody");
    ensure!(seller.get(&rest)?.status == 404, "nor is its name");
    let waiting = pages.get(list)?.text();
    ensure!(waiting.contains(&format!("{page}/restore")), "{waiting}");
    let back = pages.post(&format!("{page}/restore"), list, &[])?;
    ensure!(back.status == 303, "{}", back.text());
    ensure!(admin.get(accounts)?.status == 200, "it is back");
    // and all of it is in the audit
    let audit = admin.get("/api/v1/audit?limit=50")?.text();
    for action in ["copy", "reset", "convert", "delete", "restore", "administration"] {
        ensure!(audit.contains(&format!("environment.{action}")), "{action}");
    }
    Ok(())
}

#[test]
fn an_import_of_ones_own_is_closed_while_the_environment_is() -> Result<()> {
    let server = Server::demo()?;
    let mut admin = server.as_admin()?;
    let mut seller = server.connect()?.with_token(&server.demo_data().seller.token);
    let all = admin.get("/api/v1/environments")?.json()?;
    let all = all.as_array().context("a list")?;
    let sales = all.iter().find(|it| it["crm_enabled"] == true).context("sales")?;
    let place = format!("/api/v1/environments/{}", sales["id"].as_str().context("an id")?);
    let imports = format!("{place}/imports?table=account&file_name=firms.csv");
    let brought = seller.post(&imports, b"name\nFirm\n")?;
    ensure!(brought.status == 201, "{}", brought.text());
    let import = brought.json()?;
    let import = format!("/api/v1/imports/{}", import["id"].as_str().context("its id")?);
    for (closed, status) in [(false, 200), (true, 403), (false, 200)] {
        let mode = patch(&mut admin, &place, &json!({ "administration_mode": closed }))?;
        ensure!(mode.status == 200, "{}", mode.text());
        let read = seller.get(&import)?;
        ensure!(read.status == status, "{closed}: {} {}", read.status, read.text());
    }
    Ok(())
}
