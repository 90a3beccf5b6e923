//! A file of comma-separated values that becomes rows, beside the same rows by bare prepared inserts.

use std::{
    fmt::Write as _,
    io::Write as _,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use e2e::{Options, Request, Server};
use serde_json::Value;

use super::{
    CONFIG, bare,
    cards::Cards,
    client::{Client, account},
    hand,
};
use crate::report::{Goal, Report};

/// Imports a file of as many rows as `scale` says and adds the figures.
///
/// The time is what a person waits: from the first byte of the file to the last row, all checks and rights included.
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
    let mut client = Client::open(&server)?;
    let rows = super::counted(1_000_000.0 * scale).max(2000);
    let contacts = client.contacts()?;
    let file = written(rows, &contacts)?;
    let cards = Cards::start(&server)?;
    let took = bring(&server, &client.root, (&file, rows))?;
    let waits = cards.stop()?;
    let made = f64::from(rows) / took;
    report.add(format!("rows of a file, of {rows}"), made, "rows/s", None);
    report.add(
        "a webhook post meanwhile, p99",
        waits.percentile_ms(99),
        "ms",
        Some(Goal::AtMost(50.0)),
    );
    let resident = f64::from(u32::try_from(e2e::resident_kib(client.pid)?)?) / 1024.0;
    report.add("memory behind that", resident, "MiB", Some(Goal::AtMost(200.0)));
    if server.database_url().is_none() {
        let folder = tempfile::tempdir()?;
        let bare = bare::inserts(&hand::file(&server)?, folder.path(), rows)?;
        report.add("the same by bare prepared inserts", f64::from(rows) / bare, "rows/s", None);
        report.add(
            "a file, part of the speed of bare inserts",
            bare / took,
            "",
            Some(Goal::AtLeast(1.0 / 3.0)),
        );
    }
    Ok(())
}

/// Sends the file, waits until its rows are there; how many seconds that took.
fn bring(server: &Server, root: &str, (file, rows): (&str, u32)) -> Result<f64> {
    let mut client = server.as_admin()?;
    let environments = client.get("/api/v1/environments")?.json()?;
    let all = environments.as_array().context("environments")?;
    let reached = |one: &&Value| {
        let path = one.get("web_api").and_then(Value::as_str);
        path.is_some_and(|path| path.trim_end_matches('/') == root)
    };
    let used = all.iter().find(reached);
    let id = used.and_then(|one| one.get("id")).and_then(Value::as_str).context("an id")?;
    let path =
        format!("/api/v1/environments/{id}/imports?table=account&file_name=many.csv&start=create");
    let began = Instant::now();
    let headers = [("Content-Type", "application/octet-stream")];
    let upload = Request { method: "POST", path: &path, headers: &headers, body: file.as_bytes() };
    let answer = client.send(&upload)?;
    ensure!(answer.status == 201, "{path}: {} {}", answer.status, answer.text());
    let import = answer.json()?;
    let import = import.get("id").and_then(Value::as_str).context("the import's id")?;
    let path = format!("/api/v1/imports/{import}");
    loop {
        let now = client.get(&path)?.json()?;
        match now.get("state").and_then(Value::as_str).context("a state")? {
            "running" => thread::sleep(Duration::from_millis(100)),
            "done" if now.get("created").and_then(Value::as_u64) == Some(rows.into()) => {
                return Ok(began.elapsed().as_secs_f64());
            }
            state => anyhow::bail!("the import is {state}: {now}"),
        }
    }
}

/// The file: the rows that `CreateMultiple` is given too.
fn written(rows: u32, contacts: &[String]) -> Result<String> {
    let mut file = String::from(
        "name,accountnumber,telephone1,address1_city,revenue,numberofemployees,primarycontactid\n",
    );
    for (number, contact) in (0..rows).zip(contacts.iter().cycle()) {
        let row = account(number, None);
        for name in ["name", "accountnumber", "telephone1", "address1_city"] {
            file += row.get(name).and_then(Value::as_str).context("a text")?;
            file.push(',');
        }
        let plain = |name: &str| row.get(name).context("a number");
        writeln!(file, "{},{},{contact}", plain("revenue")?, plain("numberofemployees")?)?;
    }
    Ok(file)
}
