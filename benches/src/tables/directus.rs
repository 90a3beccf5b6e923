//! The same four requests to Directus from npm, over the same rows in an SQLite file of its own.

use std::{
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use e2e::{Answer, Connection, Request};
use serde_json::json;

use super::{
    client::{Places, account, spent},
    hand::{self, COLUMNS},
};

/// Processor time of its process for a request: by key, create, page, page with one expand.
pub(super) struct Theirs {
    pub(super) by_key: f64,
    pub(super) create: f64,
    pub(super) page: f64,
    pub(super) expanded: f64,
}

/// Nothing where Directus is not installed.
pub(super) fn measure(from: &Path, folder: &Path, rounds: u32) -> Result<Option<Theirs>> {
    let usual = || e2e::root().join("benches/directus");
    let home = e2e::environment("LIAISON_DIRECTUS").map_or_else(usual, PathBuf::from);
    let main = home.join("node_modules/directus/cli.js");
    if !main.is_file() {
        return Ok(None);
    }
    let file = folder.join("directus.sqlite");
    let port = e2e::free_port()?;
    let command = |word: &str| {
        let mut command = Command::new("node");
        command
            .arg(&main)
            .arg(word)
            .current_dir(folder)
            .env("DB_CLIENT", "sqlite3")
            .env("DB_FILENAME", &file)
            .env("HOST", "127.0.0.1")
            .env("PORT", port.to_string())
            .env("SECRET", TOKEN)
            .env("ADMIN_EMAIL", "ada@directus.example.org")
            .env("ADMIN_PASSWORD", TOKEN)
            .env("ADMIN_TOKEN", TOKEN)
            .env("LOG_LEVEL", "error")
            .env("TELEMETRY", "false")
            .env("NODE_ENV", "production")
            .env("EXTENSIONS_AUTO_RELOAD", "false")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
    };
    let prepared = command("bootstrap").output()?;
    ensure!(
        prepared.status.success(),
        "Directus cannot be set up: {}",
        String::from_utf8_lossy(&prepared.stderr)
    );
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    {
        let _setting_up = Running::start(command("start"), address)?;
        collections(&mut Connection::open(address)?.with_token(TOKEN))?;
    }
    let ids = copy(from, &file)?;
    let running = Running::start(command("start"), address)?;
    let mut connection = Connection::open(address)?.with_token(TOKEN);
    let pid = running.0.id();
    let mut places = Places::new(ids.len());
    let mut get = |path: &str, least: usize| -> Result<()> {
        let answer = connection.send(&Request { method: "GET", path, headers: &[], body: b"" })?;
        let good = answer.status == 200 && answer.body.len() > least;
        if good { Ok(()) } else { bail!("{path}: {} {}", answer.status, answer.text()) }
    };
    let by_key = spent(pid, rounds, || {
        let id = ids.get(places.next()).cloned().unwrap_or_default();
        get(&format!("/items/accounts/{id}?fields={COLUMNS}"), 100)
    })?;
    let filtered = format!(
        "/items/accounts?fields=accountid,{COLUMNS}&filter%5Bnumberofemployees%5D%5B_gt%5D=900&sort=accountid&limit=50"
    );
    let page = spent(pid, rounds, || get(&filtered, 5000))?;
    let expand = format!(
        "/items/accounts?fields=accountid,{COLUMNS},primarycontactid.fullname&sort=accountid&limit=50"
    );
    let expanded = spent(pid, rounds, || get(&expand, 5000))?;
    let mut number = 500_000_000;
    let create = spent(pid, rounds, || {
        number += 1;
        let mut row = account(number, None);
        if let Some(row) = row.as_object_mut() {
            row.remove("@odata.type");
        }
        accepted(&connection.post("/items/accounts", row.to_string().as_bytes())?)
    })?;
    Ok(Some(Theirs { by_key, create, page, expanded }))
}

fn collections(connection: &mut Connection) -> Result<()> {
    let id = |name: &str| {
        json!({ "field": name, "type": "uuid", "meta": { "special": ["uuid"] },
            "schema": { "is_primary_key": true, "length": 36, "has_auto_increment": false } })
    };
    let field =
        |name: &str, kind: &str| json!({ "field": name, "type": kind, "schema": {}, "meta": {} });
    let contacts = json!({ "collection": "contacts", "schema": {}, "meta": {},
        "fields": [id("contactid"), field("fullname", "string")] });
    let accounts = json!({ "collection": "accounts", "schema": {}, "meta": {},
        "fields": [id("accountid"), field("name", "string"), field("accountnumber", "string"),
            field("telephone1", "string"), field("address1_city", "string"), field("revenue", "float"),
            field("numberofemployees", "integer"), field("primarycontactid", "uuid")] });
    let relation = json!({ "collection": "accounts", "field": "primarycontactid",
        "related_collection": "contacts", "schema": {}, "meta": {} });
    for (path, body) in
        [("/collections", contacts), ("/collections", accounts), ("/relations", relation)]
    {
        accepted(&connection.post(path, body.to_string().as_bytes())?)
            .with_context(|| format!("{path} {body}"))?;
    }
    Ok(())
}

/// The rows of the hub; some of their keys.
fn copy(from: &Path, to: &Path) -> Result<Vec<String>> {
    let target = hand::open(to)?;
    target.execute("ATTACH DATABASE ?1 AS hub", [from.display().to_string()])?;
    let name: String = target.query_row(
        "SELECT name FROM hub.sqlite_master WHERE type = 'table' AND name GLOB 'r[0-9]*_account' ORDER BY name LIMIT 1",
        [],
        |row| row.get(0),
    )?;
    let prefix = name.trim_end_matches("_account");
    let text = |column: &str| {
        let part = |at: u8, count: u8| format!("lower(substr(hex({column}), {at}, {count}))");
        let parts = [part(1, 8), part(9, 4), part(13, 4), part(17, 4), part(21, 12)];
        parts.join(" || '-' || ")
    };
    target.execute_batch(&format!(
        "BEGIN; \
         INSERT INTO contacts (contactid, fullname) SELECT {}, fullname FROM hub.\"{prefix}_contact\"; \
         INSERT INTO accounts (accountid, {COLUMNS}, primarycontactid) \
         SELECT {}, name, accountnumber, telephone1, address1_city, revenue / 10000.0, numberofemployees, \
         CASE WHEN primarycontactid IS NULL THEN NULL ELSE {} END FROM hub.\"{prefix}_account\"; \
         COMMIT; ANALYZE",
        text("contactid"),
        text("accountid"),
        text("primarycontactid")
    ))?;
    let mut statement =
        target.prepare("SELECT accountid FROM accounts WHERE rowid % 10 = 1 ORDER BY rowid")?;
    let ids = statement.query_map([], |row| row.get(0))?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}

fn accepted(answer: &Answer) -> Result<()> {
    if answer.status < 300 { Ok(()) } else { bail!("{} {}", answer.status, answer.text()) }
}

/// A process that ends with us.
struct Running(Child);

impl Running {
    fn start(mut command: Command, address: SocketAddr) -> Result<Self> {
        let mut running = Self(command.stderr(Stdio::null()).spawn()?);
        let began = Instant::now();
        while TcpStream::connect(address).is_err() {
            if began.elapsed() > Duration::from_mins(2) || running.0.try_wait()?.is_some() {
                bail!("Directus does not start");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Ok(running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

const TOKEN: &str = "a-token-of-the-measure-alone-0123456789";
