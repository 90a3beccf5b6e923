//! The Dataverse Web API over a table of a million rows: what a request costs, beside the same SQL by hand.
//!
//! Processor time is that of the whole hub for one HTTP request, rights, JSON and all. "By hand" means the statement
//! prepared once, its cells read and the same JSON written: alone in a process that does nothing else, and behind a
//! small HTTP service, which is what a request to the hub is held against. Nothing by hand asks who may see what.

mod bare;
mod cards;
mod client;
mod directus;
mod hand;
mod import;
mod rights;
mod service;

use std::{
    io::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Result;
use e2e::{Options, Request, Server};

pub(crate) use client::{Client, Places, spent};
pub(crate) use hand::file;
pub(crate) use import::measure as measure_import;
pub(crate) use service::run as serve_by_hand;

use self::{
    cards::Cards,
    client::{ADVISED, SLICE, account},
    directus::Theirs,
    hand::{COLUMNS, Hand},
    rights::Owner,
    service::Service,
};
use crate::report::{Goal, Report};

/// Fills the tables, measures and adds the figures.
pub(crate) fn measure(
    (binary, embedded): (&Path, bool),
    scale: f64,
    report: &mut Report,
) -> Result<()> {
    let mut config = tempfile::NamedTempFile::new()?;
    config.write_all(CONFIG.as_bytes())?;
    let options = Options {
        binary: Some(binary.to_owned()),
        embedded,
        arguments: vec!["--config".to_owned(), config.path().display().to_string()],
        ..Options::default()
    };
    let server = Server::with(options)?;
    let mut client = Client::open(&server)?;
    let rows = counted(1_000_000.0 * scale).max(2000);
    let rounds = counted(5000.0 * scale.max(0.05));
    let ids = fill((&server, &mut client), (rows, rounds), report)?;
    let ours = requests(&mut client, &ids, rounds, report)?;
    if embedded {
        let file = file(&server)?;
        let folder = tempfile::tempdir()?;
        by_hand(&file, &ids, (rounds, &ours), report)?;
        let theirs = directus::measure(&file, folder.path(), rounds.div_ceil(10))?;
        if let Some(theirs) = theirs {
            beside(&ours, &theirs, report);
        } else {
            e2e::skip("Directus", "Directus (`make tools`)");
        }
    }
    Ok(())
}

/// Makes the rows, and measures what that needs; some of their keys.
fn fill(
    (server, client): (&Server, &mut Client),
    (rows, rounds): (u32, u32),
    report: &mut Report,
) -> Result<Vec<String>> {
    let contacts = client.contacts()?;
    let mut owner = Owner::open(server, client)?;
    let rounds = rounds.div_ceil(10).max(200);
    owner.own(client, OWNED)?;
    let (mut ids, first) = client.fill((0, rows / 10), SLICE, &contacts)?;
    settle(client.pid)?;
    client.renew()?;
    let few = owner.sees(OWNED, rounds)?;
    let cards = Cards::start(server)?;
    let (more, then) = client.fill((rows / 10, rows), SLICE, &contacts)?;
    let waits = cards.stop()?;
    ids.extend(more);
    let took = first + then;
    report.add(
        format!("rows made by CreateMultiple, of {rows}"),
        f64::from(rows) / took,
        "rows/s",
        None,
    );
    report.add(
        format!("a webhook post during messages of {SLICE} rows, p99"),
        waits.percentile_ms(99),
        "ms",
        Some(Goal::AtMost(50.0)),
    );
    let resident = e2e::resident_kib(client.pid)?;
    report.add(
        "memory behind that",
        f64::from(u32::try_from(resident)?) / 1024.0,
        "MiB",
        Some(Goal::AtMost(200.0)),
    );
    if server.database_url().is_none() {
        let folder = tempfile::tempdir()?;
        let bare = bare::inserts(&file(server)?, folder.path(), rows)?;
        report.add("the same by bare prepared inserts", f64::from(rows) / bare, "rows/s", None);
        let part = bare / took;
        report.add(
            "CreateMultiple, part of the speed of bare inserts",
            part,
            "",
            Some(Goal::AtLeast(1.0 / 3.0)),
        );
    }
    settle(client.pid)?;
    client.renew()?;
    let many = owner.sees(OWNED, rounds)?;
    report.add(
        format!("a role of depth \"user\": all {OWNED} own rows of {}", rows / 10),
        few,
        "µs",
        None,
    );
    report.add(format!("the same of {rows}"), many, "µs", None);
    report.add(
        "ten times the table, the same answer",
        many / few.max(1.0),
        "times",
        Some(Goal::AtMost(1.5)),
    );
    owner.own(client, 9 * OWNED)?;
    let grown = owner.sees(10 * OWNED, rounds)?;
    report.add("ten times the answer", grown / many.max(1.0), "times", Some(Goal::AtMost(10.0)));
    let cards = Cards::start(server)?;
    client.fill((rows, rows + rows / 10), ADVISED, &contacts)?;
    report.add(
        format!("a webhook post during messages of {ADVISED} rows, p99"),
        cards.stop()?.percentile_ms(99),
        "ms",
        Some(Goal::AtMost(50.0)),
    );
    settle(client.pid)?;
    client.renew()?;
    Ok(ids)
}

/// Waits until what follows an import (the words of the rows, counts for plans) is done.
fn settle(pid: u32) -> Result<()> {
    let began = Instant::now();
    let mut quiet = 0;
    while quiet < 4 && began.elapsed() < Duration::from_mins(20) {
        let before = e2e::cpu_micros(pid)?;
        std::thread::sleep(Duration::from_millis(500));
        quiet = if e2e::cpu_micros(pid)? - before < 15_000 { quiet + 1 } else { 0 };
    }
    Ok(())
}

/// Processor time of the four requests.
struct Ours {
    by_key: f64,
    create: f64,
    page: f64,
    expanded: f64,
}

fn filtered() -> String {
    format!("accounts?$select={COLUMNS}&$filter=numberofemployees%20gt%20900&$top=50")
}

fn expand() -> String {
    format!("accounts?$select={COLUMNS}&$expand=primarycontactid($select=fullname)&$top=50")
}

fn by_key(id: &str) -> String {
    format!("accounts({id})?$select={COLUMNS}")
}

fn requests(client: &mut Client, ids: &[String], rounds: u32, report: &mut Report) -> Result<Ours> {
    let mut places = Places::new(ids.len());
    let mut id = || ids.get(places.next()).cloned().unwrap_or_default();
    let read = client.spent(rounds, |client| client.get(&by_key(&id())).map(drop))?;
    let mut number = 0;
    let create = client.spent(rounds, |client| {
        number += 1;
        client.post("accounts", &account(number, None).to_string())
    })?;
    let rounds = rounds.div_ceil(5);
    let page = client.spent(rounds, |client| client.get(&filtered()).map(drop))?;
    let expanded = client.spent(rounds, |client| client.get(&expand()).map(drop))?;
    for (what, ours, most) in [
        ("read by key", read, 150.0),
        ("create", create, 250.0),
        ("filtered page of 50", page, 600.0),
        ("page of 50 with one expand", expanded, 900.0),
    ] {
        report.add(format!("{what}, processor time"), ours, "µs", Some(Goal::AtMost(most)));
    }
    Ok(Ours { by_key: read, create, page, expanded })
}

/// The same SQL and the same JSON by hand, alone and behind HTTP.
fn by_hand(
    file: &Path,
    ids: &[String],
    (rounds, ours): (u32, &Ours),
    report: &mut Report,
) -> Result<()> {
    let mut hand = Hand::open(file)?;
    let service = Service::start(file)?;
    let (pid, mut http) = (service.pid(), service.connect()?);
    let mut places = Places::new(ids.len());
    let mut id = || ids.get(places.next()).cloned().unwrap_or_default();
    let mut send = |path: &str, body: Option<&str>| -> Result<()> {
        let answer = match body {
            None => http.send(&Request { method: "GET", path, headers: &[], body: b"" })?,
            Some(body) => http.post(path, body.as_bytes())?,
        };
        anyhow::ensure!(answer.status < 300, "by hand: {path}: {}", answer.status);
        Ok(())
    };
    let mut out = String::new();
    let alone = hand.spent(|hand| {
        out.clear();
        hand.by_key(&id(), &mut out)
    })?;
    let behind = spent(pid, rounds, || send(&format!("/{}", by_key(&id())), None))?;
    add(report, "read by key", (ours.by_key, alone, behind));
    let row = account(1, None).to_string();
    let alone = hand.spent(|hand| hand.create(row.as_bytes()).map(drop))?;
    let behind = spent(pid, rounds, || send("/accounts", Some(&row)))?;
    add(report, "create", (ours.create, alone, behind));
    let rounds = rounds.div_ceil(5);
    let alone = hand.spent(|hand| {
        out.clear();
        hand.page(&mut out)
    })?;
    let behind = spent(pid, rounds, || send(&format!("/{}", filtered()), None))?;
    add(report, "filtered page of 50", (ours.page, alone, behind));
    let alone = hand.spent(|hand| {
        out.clear();
        hand.expanded(&mut out)
    })?;
    let behind = spent(pid, rounds, || send(&format!("/{}", expand()), None))?;
    add(report, "page of 50 with one expand", (ours.expanded, alone, behind));
    Ok(())
}

fn add(report: &mut Report, what: &str, (ours, alone, behind): (f64, f64, f64)) {
    report.add(format!("{what}, by hand without HTTP"), alone, "µs", None);
    report.add(format!("{what}, over that"), ours / alone.max(0.1), "times", None);
    report.add(format!("{what}, by hand behind HTTP"), behind, "µs", None);
    report.add(
        format!("{what}, over that"),
        ours / behind.max(0.1),
        "times",
        Some(Goal::AtMost(3.0)),
    );
}

/// Directus over the hub.
fn beside(ours: &Ours, theirs: &Theirs, report: &mut Report) {
    for (what, ours, theirs) in [
        ("read by key", ours.by_key, theirs.by_key),
        ("create", ours.create, theirs.create),
        ("filtered page of 50", ours.page, theirs.page),
        ("page of 50 with one expand", ours.expanded, theirs.expanded),
    ] {
        report.add(format!("{what}, Directus"), theirs, "µs", None);
        report.add(
            format!("{what}, Directus over the hub"),
            theirs / ours.max(1.0),
            "times",
            Some(Goal::AtLeast(10.0)),
        );
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rounds")]
fn counted(rounds: f64) -> u32 {
    rounds.max(20.0) as u32
}

/// Rows of somebody who sees no others.
const OWNED: u32 = 50;

/// Nothing in the way of one client that asks a lot.
const CONFIG: &str = "[dataverse]\nmax_requests = 100000000\nmax_work_seconds = 1000000\n[webhooks]\nmin_free_percent = 1\n";
