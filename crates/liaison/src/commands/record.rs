//! `record …`

use std::{
    fs,
    io::{self, Read as _, Write as _},
    path::Path,
    thread,
    time::Duration,
};

use http::Method;
use serde_json::{Value, json};

use super::{environment, text};
use crate::{
    api::Api,
    cli::{Place, Record, RecordExport, RecordImport},
    exit::{Exit, Failure, Result},
    out,
};

const COLUMNS: [&str; 9] =
    ["id", "table", "file_name", "state", "rows", "created", "updated", "skipped", "failed"];

pub(crate) fn run(place: &Place, command: &Record) -> Result {
    match command {
        Record::Import(import) => bring(place, import),
        Record::Export(export) => write(place, export),
        Record::Imports { hub, environment } => {
            let api = Api::connect(place, hub)?;
            let at = inside(&api, environment.as_deref())?;
            let page = api.get(&format!("/api/v1/environments/{at}/imports"))?;
            let rows = page.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            super::list(&rows, &COLUMNS, hub.output);
            api.finish();
            Ok(())
        }
        Record::Undo { hub, import } => {
            let api = Api::connect(place, hub)?;
            api.send(&Method::POST, &format!("/api/v1/imports/{}/undo", value(import)), None)?;
            let ended = wait(&api, import)?;
            super::one(&ended, &COLUMNS, hub.output);
            api.finish();
            Ok(())
        }
    }
}

fn bring(place: &Place, wanted: &RecordImport) -> Result {
    let bytes = read(&wanted.file)?;
    let api = Api::connect(place, &wanted.hub)?;
    let at = inside(&api, wanted.environment.as_deref())?;
    let name = wanted.file.file_name().unwrap_or_default().to_string_lossy();
    let (table, name) = (value(&wanted.table), value(&name));
    let path = format!("/api/v1/environments/{at}/imports?table={table}&file_name={name}");
    let answer = api.upload(&Method::POST, &path, bytes)?;
    let import: Value = serde_json::from_slice(&answer).map_err(|error| Failure::plain(&error))?;
    let id = text(&import, "id");
    let path = format!("/api/v1/imports/{id}");
    let plan = planned(&import, wanted)?;
    if let Err(failure) = api.send(&Method::PUT, &format!("{path}/plan"), Some(&plan)) {
        // nothing has begun: the file does not stay behind
        let _ = api.send(&Method::DELETE, &path, None);
        return Err(failure);
    }
    let verb = if wanted.dry_run { "check" } else { "start" };
    api.send(&Method::POST, &format!("{path}/{verb}"), None)?;
    let ended = wait(&api, &id)?;
    super::one(&ended, &COLUMNS, wanted.hub.output);
    let failed = ended.get("failed").and_then(Value::as_u64).unwrap_or_default();
    if let Some(file) = wanted.errors.as_deref().filter(|_| failed > 0) {
        store(file, &api.download(&format!("{path}/report"))?)?;
    }
    if failed > 0 && wanted.errors.is_none() && !wanted.hub.output.json {
        let findings = api.get(&format!("{path}/findings"))?;
        for finding in findings.as_array().into_iter().flatten().take(20) {
            let said = [
                "row ",
                &text(finding, "row"),
                " ",
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
    let problem = text(&ended, "problem");
    api.finish();
    if !problem.is_empty() {
        return Err(Failure::new(Exit::Refused, format!("the import ended early: {problem}")));
    }
    if failed > 0 {
        return Err(Failure::new(Exit::Refused, format!("{failed} rows were refused")));
    }
    Ok(())
}

/// The plan that the heading suggests with what was wished.
fn planned(import: &Value, wanted: &RecordImport) -> Result<Value> {
    let mut plan = import.get("plan").cloned().unwrap_or_else(|| json!({}));
    let heading = import.get("heading").and_then(Value::as_array).cloned().unwrap_or_default();
    for map in &wanted.maps {
        let wrong = || Failure::new(Exit::Usage, format!("--map {map}: HEADING=COLUMN is wanted"));
        let (name, column) = map.rsplit_once('=').ok_or_else(wrong)?;
        let at = heading.iter().position(|one| one.as_str() == Some(name)).ok_or_else(|| {
            Failure::new(Exit::Usage, format!("--map {map}: the file has no column {name:?}"))
        })?;
        let columns = plan.get_mut("columns").and_then(Value::as_array_mut);
        if let Some(place) = columns.and_then(|columns| columns.get_mut(at)) {
            *place = if column.is_empty() { Value::Null } else { Value::from(column) };
        }
    }
    let Value::Object(fields) = &mut plan else { return Ok(plan) };
    let mut set = |name: &str, to: Value| {
        fields.insert(name.to_owned(), to);
    };
    for (name, to) in [
        ("mode", &wanted.mode),
        ("duplicates", &wanted.duplicates),
        ("dates", &wanted.dates),
        ("zone", &wanted.zone),
        ("owner", &wanted.owner),
        ("currency", &wanted.currency),
    ] {
        if let Some(to) = to {
            set(name, Value::from(to.as_str()));
        }
    }
    if !wanted.matching.is_empty() {
        set("matching", json!(wanted.matching));
    }
    for (name, to) in [("decimal_comma", wanted.decimal_comma), ("keep_empty", wanted.keep_empty)] {
        if to {
            set(name, Value::Bool(true));
        }
    }
    Ok(plan)
}

/// Looks until an import is no longer at work.
fn wait(api: &Api, id: &str) -> Result<Value> {
    let path = format!("/api/v1/imports/{}", value(id));
    api.work();
    loop {
        let import = api.get(&path)?;
        if !matches!(&*text(&import, "state"), "checking" | "running" | "undoing") {
            return Ok(import);
        }
        thread::sleep(EVERY);
    }
}

fn write(place: &Place, wanted: &RecordExport) -> Result {
    let api = Api::connect(place, &wanted.hub)?;
    let at = inside(&api, wanted.environment.as_deref())?;
    let (table, format) = (value(&wanted.table), value(&wanted.format));
    let mut path = format!(
        "/api/v1/environments/{at}/tables/{table}/export?format={format}&keys={}",
        wanted.keys
    );
    let columns = wanted.columns.join(",");
    let columns = Some(&columns).filter(|text| !text.is_empty());
    for (name, text) in
        [("view", wanted.view.as_ref()), ("columns", columns), ("search", wanted.search.as_ref())]
    {
        if let Some(text) = text {
            path = [&path, "&", name, "=", &value(text)].concat();
        }
    }
    let bytes = api.download(&path)?;
    api.finish();
    store(&wanted.to, &bytes)
}

/// The environment that is meant.
fn inside(api: &Api, named: Option<&str>) -> Result<String> {
    if let Some(named) = named {
        return Ok(text(&environment::find(api, named)?, "id"));
    }
    let all = api.get("/api/v1/environments")?;
    let all = all.as_array().map(Vec::as_slice).unwrap_or_default();
    let default = all.iter().find(|one| text(one, "kind") == "default").or_else(|| all.first());
    let none = || Failure::new(Exit::NotFound, "there is no environment");
    Ok(text(default.ok_or_else(none)?, "id"))
}

fn read(file: &Path) -> Result<Vec<u8>> {
    let failed = |error: io::Error| {
        Failure::new(Exit::NotFound, format!("{} cannot be read: {error}", file.display()))
    };
    if file == Path::new("-") {
        let mut all = Vec::new();
        io::stdin().read_to_end(&mut all).map_err(failed)?;
        return Ok(all);
    }
    fs::read(file).map_err(failed)
}

fn store(file: &Path, bytes: &[u8]) -> Result {
    let failed = |error: io::Error| {
        Failure::new(Exit::Failure, format!("{} cannot be written: {error}", file.display()))
    };
    if file == Path::new("-") {
        return io::stdout().write_all(bytes).map_err(failed);
    }
    fs::write(file, bytes).map_err(failed)
}

/// A text inside an address.
fn value(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// How often an import is looked at.
const EVERY: Duration = Duration::from_millis(200);
