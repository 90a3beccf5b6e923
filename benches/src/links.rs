//! Records that live in channels: what a page and a list cost among many links, and what keeping them in step costs.
//!
//! Records, teams and channels are made through the hub, and one link as a seller makes it. The others are copies of that
//! one, written into the file of the stopped hub with records and channels of their own (`fill.rs`): every table has what
//! the product writes, in seconds instead of an hour. What is measured asks the running hub over HTTP.

mod fill;

use std::{
    collections::BTreeSet,
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};
use e2e::{Connection, Options, Request, Server};
use serde_json::{Value, json};

use self::fill::Made;
use crate::{
    report::{Goal, Report, real},
    tables::{Client, Places, spent},
};

/// How much is filled and measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    /// Links in the end; a tenth of them at first.
    pub(crate) links: u32,
    /// Channels that they are spread over.
    pub(crate) channels: u32,
    /// Part of the full number of requests.
    pub(crate) scale: f64,
}

/// Fills, measures and adds the figures.
pub(crate) fn measure(
    (binary, embedded): (&Path, bool),
    size: Size,
    report: &mut Report,
) -> Result<()> {
    ensure!(embedded, "links are filled into the file of SQLite: leave --postgres away");
    let mut config = tempfile::NamedTempFile::new()?;
    config.write_all(CONFIG.as_bytes())?;
    let mut server = Server::with(Options {
        binary: Some(binary.to_owned()),
        embedded: true,
        arguments: vec!["--config".to_owned(), config.path().display().to_string()],
        ..Options::default()
    })?;
    let mut hub = Hub::open(&server)?;
    hub.switch_on()?;
    let made = hub.make(size)?;
    let few = (size.links / 10).max(1);
    drop(hub);
    for (from, to) in [(0, few), (few, size.links)] {
        settle(server.pid()?)?;
        let began = Instant::now();
        server.stop()?;
        fill::links(&fill::file(&server)?, &made, (from, to))?;
        let took = began.elapsed().as_secs_f64();
        server.start()?;
        settle(server.pid()?)?;
        if to == size.links {
            report.add(
                format!("links copied in, to {to}"),
                f64::from(to - from) / took,
                "/s",
                None,
            );
        }
        Hub::open(&server)?.sync(&made, (to, size.scale), report)?;
    }
    Hub::open(&server)?.requests(&made, size, report)
}

/// The hub as its administrator sees it.
struct Hub {
    client: Client,
    connection: Connection,
    environment: String,
    pid: u32,
}

impl Hub {
    fn open(server: &Server) -> Result<Self> {
        let client = Client::open(server)?;
        let mut connection = server.as_admin()?;
        let all = connection.get("/api/v1/environments")?.json()?;
        let all = all.as_array().context("environments")?;
        let has_sales = |one: &&Value| one.get("crm_enabled") == Some(&Value::Bool(true));
        let environment = id_of(all.iter().find(has_sales).context("sales")?)?;
        Ok(Self { client, connection, environment, pid: server.pid()? })
    }

    fn send(&mut self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        let headers = [("Content-Type", "application/json")];
        let request = Request { method, path, headers: &headers, body: text.as_bytes() };
        let answer = self.connection.send(&request)?;
        if answer.status >= 300 {
            bail!("{method} {path}: {} {}", answer.status, answer.text());
        }
        if answer.body.is_empty() { Ok(Value::Null) } else { answer.json() }
    }

    /// Gives a page or a list; how large it is.
    fn get(&mut self, path: &str) -> Result<usize> {
        let answer = self.connection.get(path)?;
        if answer.status != 200 {
            bail!("{path}: {} {}", answer.status, answer.text());
        }
        Ok(answer.body.len())
    }

    fn switch_on(&mut self) -> Result<()> {
        let place = format!("/api/v1/environments/{}/linking", self.environment);
        for stage in ["first", "second"] {
            let path = format!("{place}/consents/{stage}");
            self.send("POST", &path, &json!({ "decision": "accept" }))?;
        }
        self.send("PATCH", &place, &json!({ "basic": true, "enhanced": true }))?;
        Ok(())
    }

    /// Records, teams and channels, and one link of the first of them; some more records that have none.
    fn make(&mut self, size: Size) -> Result<Made> {
        let mut records = Vec::new();
        let all = size.links + SPARE;
        while u32::try_from(records.len())? < all {
            let from = u32::try_from(records.len())?;
            let rows: Vec<Value> = (from..all.min(from + 1000)).map(account).collect();
            records.extend(self.client.multiple("accounts", &rows)?);
        }
        let mut places = Vec::new();
        while u32::try_from(places.len())? < size.channels {
            let number = places.len();
            let name = format!("Team {number}");
            let new = json!({ "name": name, "description": "", "visibility": "private" });
            let team = self.send("POST", "/api/v1/teams", &new)?;
            let team = id_of(&team)?;
            let path = format!("/api/v1/teams/{team}/channels");
            for channel in 0..PER_TEAM.min(size.channels - u32::try_from(number)?) {
                let new = json!({ "name": format!("Channel {channel}"), "description": "" });
                let made = self.send("POST", &path, &new)?;
                let channel = id_of(&made)?;
                places.push((team.clone(), channel));
            }
        }
        let (team, channel) = places.first().context("a channel")?;
        let spare = records.last().context("a record")?;
        let wanted = json!({
            "table": "account", "id": spare, "team": { "id": team }, "channel": { "id": channel },
        });
        let path = format!("/api/v1/environments/{}/links", self.environment);
        let link = self.send("POST", &path, &wanted)?;
        let state = link.get("state").and_then(Value::as_str);
        ensure!(state == Some("connected"), "{link}");
        let template = id_of(&link)?;
        Ok(Made { records, places, template })
    }

    /// What keeping links in step costs after so many changes, beside the same changes of records without links.
    fn sync(&mut self, made: &Made, (links, scale): (u32, f64), report: &mut Report) -> Result<()> {
        let linked = made.records.get(..usize::try_from(links)?).unwrap_or_default();
        let spare = made.records.len().saturating_sub(usize::try_from(SPARE)?);
        let free = made.records.get(spare..).unwrap_or_default();
        let idle = self.idle(IDLE.mul_f64(scale.clamp(0.1, 1.0)))?;
        report.add(format!("idle, of {links} links"), idle, "ms/s", None);
        for changes in [100, 1000] {
            let changes = counted(f64::from(changes) * scale.max(0.01)).min(linked.len());
            let plain = self.change(free, changes)?;
            let kept = self.change(linked, changes)?;
            let each = (kept - plain) / real(changes.max(1));
            report.add(
                format!("kept in step after {changes} changes, of {links} links"),
                kept - plain,
                "ms",
                None,
            );
            report.add(format!("the same for each change, of {links} links"), each, "ms", None);
        }
        Ok(())
    }

    /// Processor time of a second in which nobody does anything.
    fn idle(&self, time: Duration) -> Result<f64> {
        let before = e2e::cpu_micros(self.pid)?;
        let began = Instant::now();
        std::thread::sleep(time);
        let micros = u32::try_from(e2e::cpu_micros(self.pid)? - before)?;
        Ok(f64::from(micros) / 1000.0 / began.elapsed().as_secs_f64())
    }

    /// Changes records, all over a list, and waits until all that follows is done; processor time in milliseconds.
    fn change(&mut self, records: &[String], many: usize) -> Result<f64> {
        let mut places = Places::new(records.len());
        let mut seen = BTreeSet::new();
        while seen.len() < many.min(records.len()) {
            seen.insert(places.next());
        }
        let rows: Vec<Value> = seen
            .into_iter()
            .filter_map(|at| records.get(at))
            .map(|id| {
                json!({ "@odata.type": "Microsoft.Dynamics.CRM.account", "accountid": id,
                    "telephone1": format!("+41 {many}") })
            })
            .collect();
        self.client.renew()?;
        let before = e2e::cpu_micros(self.pid)?;
        for slice in rows.chunks(100) {
            let body = json!({ "Targets": slice }).to_string();
            self.client.post("accounts/Microsoft.Dynamics.CRM.UpdateMultiple", &body)?;
        }
        settle(self.pid)?;
        Ok(f64::from(u32::try_from(e2e::cpu_micros(self.pid)? - before)?) / 1000.0)
    }

    fn requests(&mut self, made: &Made, size: Size, report: &mut Report) -> Result<()> {
        let rounds = u32::try_from(counted(2000.0 * size.scale.max(0.01)))?;
        let linked = usize::try_from(size.links)?;
        let environment = self.environment.clone();
        let mut places = Places::new(linked);
        let mut record = || made.records.get(places.next()).cloned().unwrap_or_default();
        let mut channels = Places::new(made.places.len());
        let mut channel = || made.places.get(channels.next()).cloned().unwrap_or_default();
        let of =
            |id: &str| format!("/api/v1/environments/{environment}/tables/account/records/{id}");
        let page = |id: &str| format!("/records/{environment}/account/{id}");
        let list = format!("/api/v1/environments/{environment}/links");
        let pid = self.pid;
        let mut measure = |what: &str, most: f64, path: &mut dyn FnMut() -> String| -> Result<()> {
            let micros = spent(pid, rounds, || self.get(&path()).map(drop))?;
            let goal = Some(Goal::AtMost(most));
            report.add(format!("{what}, of {} links", size.links), micros / 1000.0, "ms", goal);
            Ok(())
        };
        measure("the page of a record with its links", 3.0, &mut || page(&record()))?;
        measure("its page of links", 3.0, &mut || format!("{}/collaborate", page(&record())))?;
        measure("the links of a record by REST", 2.0, &mut || {
            format!("{}/collaborate", of(&record()))
        })?;
        measure("the links of a channel by REST", 2.0, &mut || {
            let (team, channel) = channel();
            format!("/api/v1/teams/{team}/channels/{channel}/links")
        })?;
        measure("a page of 20 links of the environment", 2.0, &mut || format!("{list}?limit=20"))?;
        measure("a page of 20 with something to look at", 2.0, &mut || {
            format!("{list}?limit=20&with_problem=true")
        })
    }
}

/// The identifier of what an answer shows.
fn id_of(shown: &Value) -> Result<String> {
    Ok(shown.get("id").and_then(Value::as_str).context("an identifier")?.to_owned())
}

/// Waits until what follows is done.
fn settle(pid: u32) -> Result<()> {
    let began = Instant::now();
    let mut quiet = 0;
    while quiet < 5 && began.elapsed() < Duration::from_mins(10) {
        let before = e2e::cpu_micros(pid)?;
        std::thread::sleep(Duration::from_millis(400));
        quiet = if e2e::cpu_micros(pid)? - before < 12_000 { quiet + 1 } else { 0 };
    }
    Ok(())
}

fn account(number: u32) -> Value {
    json!({
        "@odata.type": "Microsoft.Dynamics.CRM.account",
        "name": format!("Customer {number:07}"), "telephone1": format!("+41 31 {number:07}"),
    })
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rounds")]
fn counted(rounds: f64) -> usize {
    rounds.max(10.0) as usize
}

/// Records without links, whose changes are what others are held against; the last one has the link that is copied.
const SPARE: u32 = 1001;
/// Channels of one team: fewer than a team may have.
const PER_TEAM: u32 = 900;
/// A while of doing nothing: longer than the longest sweep.
const IDLE: Duration = Duration::from_secs(21);

/// Nothing in the way of one client that asks a lot.
const CONFIG: &str = "[dataverse]\nmax_requests = 100000000\nmax_work_seconds = 1000000\n[webhooks]\nmin_free_percent = 1\n";
