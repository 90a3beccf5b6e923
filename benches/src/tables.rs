//! The Dataverse Web API over a table of a million rows: what a request costs, beside the same statement by hand.
//!
//! Processor time is that of the whole hub for one HTTP request, rights, JSON and all. By hand means: the statement
//! prepared once, its cells read, nothing else.

use std::{fmt::Write as _, io::Write as _, path::Path, time::Instant};

use anyhow::{Context as _, Result, bail};
use e2e::{Connection, Options, Request, Server, cpu_micros};
use rusqlite::Connection as Sqlite;
use serde_json::{Value, json};

use crate::report::{Goal, Report};

/// Fills the tables, measures and adds the figures.
pub(crate) fn measure(binary: &Path, scale: f64, report: &mut Report) -> Result<()> {
    let mut config = tempfile::NamedTempFile::new()?;
    config.write_all(CONFIG.as_bytes())?;
    let options = Options {
        binary: Some(binary.to_owned()),
        embedded: true,
        arguments: vec!["--config".to_owned(), config.path().display().to_string()],
        ..Options::default()
    };
    let server = Server::with(options)?;
    let demo: Value = serde_json::from_slice(&std::fs::read(server.data().join("demo.json"))?)?;
    let address =
        demo.pointer("/environment_url").and_then(Value::as_str).context("environment_url")?;
    let path = address
        .split_once("://")
        .and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
    let root = format!("{}/api/data/v9.2", path.context("a path")?);
    let mut client = Client { connection: server.as_admin()?, root, pid: server.pid()? };
    let rows = counted(1_000_000.0 * scale).max(2000);
    let (ids, took) = client.fill(rows)?;
    report.add(
        format!("rows made by CreateMultiple, of {rows}"),
        f64::from(rows) / took,
        "rows/s",
        None,
    );
    let resident = e2e::resident_kib(client.pid)?;
    report.add(
        "memory behind that",
        f64::from(u32::try_from(resident)?) / 1024.0,
        "MiB",
        Some(Goal::AtMost(200.0)),
    );
    let hand = Hand::open(&server)?;
    let rounds = counted(5000.0 * scale.max(0.05));
    let mut places = Places::new(ids.len());
    let mut id = move || ids.get(places.next()).cloned().unwrap_or_default();

    let ours = client
        .spent(rounds, |client| client.get(&format!("accounts({})?$select={COLUMNS}", id())))?;
    let by_hand = hand.spent(&hand.by_key())?;
    add(report, "read by key", (ours, by_hand), 150.0);

    let mut number = 0;
    let ours = client.spent(rounds, |client| {
        number += 1;
        client.post("accounts", &account(number, None).to_string(), 204)
    })?;
    report.add("create, processor time", ours, "µs", Some(Goal::AtMost(250.0)));

    let rounds = counted(f64::from(rounds) / 5.0);
    let filtered =
        format!("accounts?$select={COLUMNS}&$filter=numberofemployees%20gt%20900&$top=50");
    let ours = client.spent(rounds, |client| client.get(&filtered))?;
    let by_hand = hand.spent(&hand.page())?;
    add(report, "filtered page of 50", (ours, by_hand), 600.0);

    let expanded =
        format!("accounts?$select={COLUMNS}&$expand=primarycontactid($select=fullname)&$top=50");
    let ours = client.spent(rounds, |client| client.get(&expanded))?;
    let by_hand = hand.spent(&hand.joined())?;
    add(report, "page of 50 with one expand", (ours, by_hand), 900.0);
    Ok(())
}

fn add(report: &mut Report, what: &str, (ours, by_hand): (f64, f64), most: f64) {
    report.add(format!("{what}, processor time"), ours, "µs", Some(Goal::AtMost(most)));
    report.add(format!("{what}, the statement by hand"), by_hand, "µs", None);
    report.add(
        format!("{what}, over the statement by hand"),
        ours / by_hand.max(0.1),
        "times",
        None,
    );
}

/// A client of one environment.
struct Client {
    connection: Connection,
    root: String,
    pid: u32,
}

impl Client {
    /// Makes contacts and accounts that refer to them; what was made, and how many seconds the accounts took.
    fn fill(&mut self, rows: u32) -> Result<(Vec<String>, f64)> {
        let contacts: Vec<Value> = (0..CONTACTS)
            .map(|number| {
                json!({ "@odata.type": "Microsoft.Dynamics.CRM.contact", "firstname": format!("Person {number}"),
                    "lastname": format!("Of many {number}"), "emailaddress1": format!("p{number}@many.example") })
            })
            .collect();
        let contacts = self.multiple("contacts", &contacts)?;
        let mut ids = Vec::new();
        let began = Instant::now();
        let mut number = 0;
        while number < rows {
            let until = rows.min(number + SLICE);
            let targets: Vec<Value> = (number..until)
                .map(|number| {
                    account(
                        number,
                        contacts.get(usize::try_from(number).unwrap_or_default() % contacts.len()),
                    )
                })
                .collect();
            let made = self.multiple("accounts", &targets)?;
            // enough to read at random, little to hold
            ids.extend(made.into_iter().step_by(10));
            number = until;
        }
        Ok((ids, began.elapsed().as_secs_f64()))
    }

    fn multiple(&mut self, set: &str, targets: &[Value]) -> Result<Vec<String>> {
        let path = format!("{}/{set}/Microsoft.Dynamics.CRM.CreateMultiple", self.root);
        let answer =
            self.connection.post(&path, json!({ "Targets": targets }).to_string().as_bytes())?;
        if answer.status != 200 {
            bail!("{path}: {} {}", answer.status, answer.text());
        }
        let answer = answer.json()?;
        let ids = answer.pointer("/Ids").and_then(Value::as_array).context("Ids")?;
        Ok(ids.iter().filter_map(Value::as_str).map(str::to_owned).collect())
    }

    fn get(&mut self, path: &str) -> Result<()> {
        let path = format!("{}/{path}", self.root);
        let request = Request { method: "GET", path: &path, headers: &[], body: b"" };
        let answer = self.connection.send(&request)?;
        if answer.status == 200 {
            Ok(())
        } else {
            bail!("{path}: {} {}", answer.status, answer.text())
        }
    }

    fn post(&mut self, path: &str, body: &str, status: u16) -> Result<()> {
        let path = format!("{}/{path}", self.root);
        let answer = self.connection.post(&path, body.as_bytes())?;
        if answer.status == status {
            Ok(())
        } else {
            bail!("{path}: {} {}", answer.status, answer.text())
        }
    }

    /// Processor time of the hub for one round, in microseconds, once it is warm.
    fn spent(
        &mut self,
        rounds: u32,
        mut round: impl FnMut(&mut Self) -> Result<()>,
    ) -> Result<f64> {
        for _ in 0..rounds.min(50) {
            round(self)?;
        }
        let before = cpu_micros(self.pid)?;
        for _ in 0..rounds {
            round(self)?;
        }
        let micros = u32::try_from(cpu_micros(self.pid)? - before)?;
        Ok(f64::from(micros) / f64::from(rounds))
    }
}

/// The same statements without a hub.
struct Hand {
    database: Sqlite,
    /// The number of the environment's tables.
    number: String,
}

impl Hand {
    fn open(server: &Server) -> Result<Self> {
        let mut files =
            std::fs::read_dir(server.data())?.filter_map(Result::ok).map(|entry| entry.path());
        let file = files
            .find(|path| path.extension().is_some_and(|kind| kind == "db" || kind == "sqlite"));
        let database = Sqlite::open(file.context("the file of the database")?)?;
        let name: String = database.query_row(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'r[0-9]*_account' ORDER BY name LIMIT 1",
            [],
            |row| row.get(0),
        )?;
        let number = name.trim_end_matches("_account").to_owned();
        Ok(Self { database, number })
    }

    fn columns() -> String {
        COLUMNS.split(',').fold(String::new(), |mut text, column| {
            let _ = write!(text, ", a.\"{column}\"");
            text
        })
    }

    fn by_key(&self) -> String {
        let (number, columns) = (&self.number, Self::columns());
        format!(
            "SELECT a.accountid, a.versionnumber{columns} FROM \"{number}_account\" a WHERE a.accountid = \
             (SELECT accountid FROM \"{number}_account\" LIMIT 1)"
        )
    }

    fn page(&self) -> String {
        let (number, columns) = (&self.number, Self::columns());
        format!(
            "SELECT a.accountid, a.versionnumber{columns} FROM \"{number}_account\" a WHERE a.numberofemployees > 900 \
             ORDER BY a.accountid LIMIT 51"
        )
    }

    fn joined(&self) -> String {
        let (number, columns) = (&self.number, Self::columns());
        format!(
            "SELECT a.accountid, a.versionnumber{columns}, c.contactid, c.versionnumber, c.fullname \
             FROM \"{number}_account\" a LEFT JOIN \"{number}_contact\" c ON c.contactid = a.primarycontactid \
             ORDER BY a.accountid LIMIT 51"
        )
    }

    /// Processor time of this process for one round, in microseconds.
    fn spent(&self, sql: &str) -> Result<f64> {
        let mut statement = self.database.prepare(sql)?;
        let cells = statement.column_count();
        let before = cpu_micros(std::process::id())?;
        let (mut seen, mut rounds, mut micros) = (0_usize, 0_u32, 0_u64);
        // ticks are long: many rounds, until enough of them are over
        while micros < 500_000 {
            rounds += 1;
            if rounds.is_multiple_of(16) {
                micros = cpu_micros(std::process::id())? - before;
            }
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                for cell in 0..cells {
                    seen +=
                        usize::from(!matches!(row.get_ref(cell)?, rusqlite::types::ValueRef::Null));
                }
            }
        }
        if seen == 0 {
            bail!("the statement by hand found nothing: {sql}");
        }
        Ok(f64::from(u32::try_from(micros)?) / f64::from(rounds))
    }
}

/// Places all over a list, without an order that caches like.
struct Places {
    at: usize,
    of: usize,
}

impl Places {
    const fn new(of: usize) -> Self {
        Self { at: 0, of }
    }

    fn next(&mut self) -> usize {
        self.at = (self.at + 7919) % self.of.max(1);
        self.at
    }
}

fn account(number: u32, contact: Option<&String>) -> Value {
    let cities = ["Bern", "Lyon", "Graz", "Oslo", "Pau"];
    let city = cities.get(usize::try_from(number).unwrap_or_default() % cities.len());
    let mut row = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.account",
        "name": format!("Customer {number:07}"), "accountnumber": format!("C-{number}"),
        "telephone1": format!("+41 31 {number:07}"), "address1_city": city,
        "revenue": f64::from(number) * 1.25, "numberofemployees": number % 1000,
    });
    if let (Some(contact), Some(row)) = (contact, row.as_object_mut()) {
        row.insert(
            "primarycontactid@odata.bind".to_owned(),
            format!("/contacts({contact})").into(),
        );
    }
    row
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rounds")]
fn counted(rounds: f64) -> u32 {
    rounds.max(20.0) as u32
}

const COLUMNS: &str = "name,accountnumber,telephone1,address1_city,revenue,numberofemployees";

/// Contacts that accounts refer to.
const CONTACTS: u32 = 1000;

/// Rows of one message.
const SLICE: u32 = 1000;

/// Nothing in the way of one client that asks a lot.
const CONFIG: &str = "[dataverse]\nmax_requests = 100000000\nmax_work_seconds = 1000000\n[webhooks]\nmin_free_percent = 1\n";
