//! `webhook import`: a list of retired connector addresses becomes webhooks.

use std::{
    fs,
    io::{self, Read as _},
    path::Path,
};

use serde_json::{Value, json};
use webhook_import as moving;

use super::text;
use crate::{
    api::Api,
    cli::{self, Place},
    exit::{Exit, Failure, Result},
    out,
};

/// The list, and what to do with it.
pub(crate) struct List<'a> {
    pub(crate) file: Option<&'a Path>,
    pub(crate) dry_run: bool,
    pub(crate) team: Option<&'a str>,
    pub(crate) channel: Option<&'a str>,
}

pub(crate) fn run(place: &Place, hub: &cli::Hub, list: &List<'_>) -> Result {
    let file = list.file.unwrap_or_else(|| Path::new("-"));
    let csv = moving::decode(&read(file)?);
    let api = Api::connect(place, hub)?;
    let asked = json!({
        "csv": csv,
        "dry_run": list.dry_run,
        "team": list.team,
        "channel": list.channel,
    });
    let report = api.post("/api/v1/webhooks/import", &asked)?;
    api.finish();
    if hub.output.json {
        out::json(&report);
    } else {
        tell(file, &report, list.dry_run);
    }
    if number(&report, "refused") > 0 {
        let left =
            if flag(&report, "applied") { "those lines were left out" } else { "nothing was made" };
        let said = format!("{} lines were refused: {left}", number(&report, "refused"));
        return Err(Failure::new(Exit::Refused, said));
    }
    Ok(())
}

fn tell(file: &Path, report: &Value, dry_run: bool) {
    let lines =
        report.get("lines").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let rows: Vec<Vec<String>> = lines.iter().map(row).collect();
    out::table(&["line", "outcome", "name", "team", "channel", "address"], &rows);
    for line in lines {
        for finding in line.get("findings").and_then(Value::as_array).into_iter().flatten() {
            let said = [
                &format!("{}:{}: ", file.display(), number(line, "line")),
                &text(finding, "severity"),
                ": ",
                &text(finding, "column"),
                ": ",
                &text(finding, "detail"),
                " (",
                &text(finding, "code"),
                ")",
            ];
            out::complain(out::printable(&said.concat()));
        }
    }
    for column in report.get("unused_columns").and_then(Value::as_array).into_iter().flatten() {
        let column = column.as_str().unwrap_or_default();
        out::complain(out::printable(&format!(
            "{}: the column {column} says nothing here",
            file.display()
        )));
    }
    let (made, kept) = (number(report, "made"), number(report, "kept"));
    let verb = if dry_run || !flag(report, "applied") { "would be made" } else { "made" };
    out::say(format!("{made} {verb}, {kept} there before, {} refused", number(report, "refused")));
    if made > 0 && flag(report, "applied") {
        out::say(
            "Senders change the host name only. For senders that have moved to Workflows, --json shows the \
             Workflows form of each address.",
        );
    }
}

fn row(line: &Value) -> Vec<String> {
    let marked = |field: &str, new: &str| {
        let mark = if flag(line, new) { " (new)" } else { "" };
        format!("{}{mark}", out::printable(&text(line, field)))
    };
    let address = line.get("addresses").filter(|addresses| addresses.is_object());
    vec![
        number(line, "line").to_string(),
        text(line, "outcome"),
        out::printable(&text(line, "name")),
        marked("team", "new_team"),
        marked("channel", "new_channel"),
        address.map(|addresses| text(addresses, "url")).unwrap_or_default(),
    ]
}

fn number(value: &Value, field: &str) -> u64 {
    value.get(field).and_then(Value::as_u64).unwrap_or_default()
}

fn flag(value: &Value, field: &str) -> bool {
    value.get(field).and_then(Value::as_bool).unwrap_or_default()
}

fn read(file: &Path) -> Result<Vec<u8>> {
    let failed = |error: io::Error| {
        let exit =
            if error.kind() == io::ErrorKind::NotFound { Exit::NotFound } else { Exit::Failure };
        Failure::new(exit, format!("{}: {error}", file.display()))
    };
    if file != Path::new("-") {
        return fs::read(file).map_err(failed);
    }
    let mut bytes = Vec::new();
    io::stdin().lock().take(MOST).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// Most bytes that are read from standard input: more than any list that is taken.
const MOST: u64 = 4 << 20;
