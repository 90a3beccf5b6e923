//! A client of one environment.

use std::{
    net::SocketAddr,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Instant,
};

use anyhow::{Context as _, Result, bail};
use e2e::{Connection, Request, Server, cpu_micros};
use serde_json::{Value, json};

/// A client of one environment.
pub(crate) struct Client {
    connection: Connection,
    address: SocketAddr,
    token: String,
    pub(super) root: String,
    pub(super) pid: u32,
}

impl Client {
    /// The administrator of the demo, in its environment.
    pub(crate) fn open(server: &Server) -> Result<Self> {
        let demo: Value = serde_json::from_slice(&std::fs::read(server.data().join("demo.json"))?)?;
        let url =
            demo.pointer("/environment_url").and_then(Value::as_str).context("environment_url")?;
        let path = url
            .split_once("://")
            .and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..)));
        let root = format!("{}/api/data/v9.2", path.context("a path")?);
        let token = server.demo_data().admin.token.clone();
        let connection = server.as_admin()?;
        Ok(Self { connection, address: server.address(), token, root, pid: server.pid()? })
    }

    /// The same on a new connection: the hub has closed one that was idle for long.
    pub(crate) fn renew(&mut self) -> Result<()> {
        self.connection = Connection::open(self.address)?.with_token(&self.token);
        Ok(())
    }

    /// The same for somebody else.
    pub(super) fn of(&self, token: &str) -> Result<Self> {
        let connection = Connection::open(self.address)?.with_token(token);
        let (root, token) = (self.root.clone(), token.to_owned());
        Ok(Self { connection, address: self.address, token, root, pid: self.pid })
    }

    /// Makes accounts in messages of so many rows, with two connections at once; some of their keys, and how many
    /// seconds it took.
    pub(super) fn fill(
        &self,
        (from, rows): (u32, u32),
        slice: u32,
        contacts: &[String],
    ) -> Result<(Vec<String>, f64)> {
        let (next, ids) = (AtomicU32::new(from), Mutex::new(Vec::new()));
        let began = Instant::now();
        let work = || -> Result<()> {
            let mut client = self.of(&self.token)?;
            loop {
                let number = next.fetch_add(slice, Ordering::Relaxed);
                if number >= rows {
                    return Ok(());
                }
                let targets: Vec<Value> = (number..rows.min(number + slice))
                    .map(|number| account(number, pick(contacts, number)))
                    .collect();
                let made = client.multiple("accounts", &targets)?;
                // enough to read at random, little to hold
                let mut ids = ids.lock().unwrap_or_else(PoisonError::into_inner);
                ids.extend(made.into_iter().step_by(10));
            }
        };
        std::thread::scope(|scope| {
            let other = scope.spawn(work);
            work()?;
            other.join().map_err(|_panic| anyhow::anyhow!("a client panicked"))?
        })?;
        let took = began.elapsed().as_secs_f64();
        Ok((ids.into_inner().unwrap_or_else(PoisonError::into_inner), took))
    }

    /// Makes the contacts that accounts refer to.
    pub(super) fn contacts(&mut self) -> Result<Vec<String>> {
        let contacts: Vec<Value> = (0..CONTACTS)
            .map(|number| {
                json!({ "@odata.type": "Microsoft.Dynamics.CRM.contact", "firstname": format!("Person {number}"),
                    "lastname": format!("Of many {number}"), "emailaddress1": format!("p{number}@many.example") })
            })
            .collect();
        self.multiple("contacts", &contacts)
    }

    pub(crate) fn multiple(&mut self, set: &str, targets: &[Value]) -> Result<Vec<String>> {
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

    /// How many bytes an answer has.
    pub(super) fn get(&mut self, path: &str) -> Result<usize> {
        let path = format!("{}/{path}", self.root);
        let request = Request { method: "GET", path: &path, headers: &[], body: b"" };
        let answer = self.connection.send(&request)?;
        if answer.status == 200 {
            Ok(answer.body.len())
        } else {
            bail!("{path}: {} {}", answer.status, answer.text())
        }
    }

    pub(crate) fn post(&mut self, path: &str, body: &str) -> Result<()> {
        let path = format!("{}/{path}", self.root);
        let answer = self.connection.post(&path, body.as_bytes())?;
        if answer.status < 300 {
            Ok(())
        } else {
            bail!("{path}: {} {}", answer.status, answer.text())
        }
    }

    /// Processor time of the hub for one round, in microseconds, once it is warm.
    pub(super) fn spent(
        &mut self,
        rounds: u32,
        mut round: impl FnMut(&mut Self) -> Result<()>,
    ) -> Result<f64> {
        let pid = self.pid;
        spent(pid, rounds, || round(self))
    }
}

/// Processor time of a process for one round, in microseconds, once it is warm.
pub(crate) fn spent(pid: u32, rounds: u32, mut round: impl FnMut() -> Result<()>) -> Result<f64> {
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

fn pick(contacts: &[String], number: u32) -> Option<&String> {
    contacts.get(usize::try_from(number).unwrap_or_default() % contacts.len().max(1))
}

/// A row of many.
pub(super) fn account(number: u32, contact: Option<&String>) -> Value {
    let mut row = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.account",
        "name": format!("Customer {number:07}"), "accountnumber": format!("C-{number}"),
        "telephone1": format!("+41 31 {number:07}"), "address1_city": city(number),
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

pub(super) fn city(number: u32) -> &'static str {
    match number % 5 {
        0 => "Bern",
        1 => "Lyon",
        2 => "Graz",
        3 => "Oslo",
        _ => "Pau",
    }
}

/// Places all over a list, without an order that caches like.
pub(crate) struct Places {
    at: usize,
    of: usize,
}

impl Places {
    pub(crate) const fn new(of: usize) -> Self {
        Self { at: 0, of }
    }

    pub(crate) fn next(&mut self) -> usize {
        self.at = (self.at + 7919) % self.of.max(1);
        self.at
    }
}

/// Contacts that accounts refer to.
pub(super) const CONTACTS: u32 = 1000;

/// Rows of one message, at most: what the hub takes in one.
pub(super) const SLICE: u32 = 1000;
/// Rows of one message where the vendor's guide to bulk messages tells clients to begin.
pub(super) const ADVISED: u32 = 100;
