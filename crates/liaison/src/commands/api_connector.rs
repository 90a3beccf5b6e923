//! `api-connector …`

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use http::Method;
use serde_json::{Value, json};
use url::form_urlencoded::Serializer;

use super::{connector_package, environment, text};
use crate::{
    api::Api,
    cli::{ApiConnector, Hub, Place, Within},
    exit::{Exit, Failure, Result},
    out,
};

const COLUMNS: [&str; 6] = ["id", "name", "version", "operations", "environment", "updated_at"];
const VERSIONS: [&str; 7] =
    ["number", "title", "operations", "errors", "warnings", "note", "created_at"];
const OPERATIONS: [&str; 6] = ["id", "method", "path", "trigger", "obstacles", "summary"];

pub(crate) fn run(place: &Place, command: &ApiConnector) -> Result {
    match command {
        ApiConnector::List { hub, within } => {
            let api = Api::connect(place, hub)?;
            let rows = match &within.environment {
                Some(named) => of_environment(&api, &environment::find(&api, named)?)?,
                None => everywhere(&api)?,
            };
            super::list(&rows, &COLUMNS, hub.output);
            api.finish();
        }
        ApiConnector::Show { hub, connector } => {
            let api = Api::connect(place, hub)?;
            let found = find(&api, connector)?;
            super::one(&found, &COLUMNS, hub.output);
            api.finish();
        }
        ApiConnector::Import { hub, within, package, name } => {
            import(place, hub, (within, package, name.as_deref()))?;
        }
        ApiConnector::Operations { hub, connector } => {
            let api = Api::connect(place, hub)?;
            let rows = rows(api.get(&format!("{}/operations", path_of(&api, connector)?))?);
            super::list(&rows, &OPERATIONS, hub.output);
            api.finish();
        }
        ApiConnector::Versions { hub, connector } => {
            let api = Api::connect(place, hub)?;
            let rows = rows(api.get(&format!("{}/versions", path_of(&api, connector)?))?);
            super::list(&rows, &VERSIONS, hub.output);
            api.finish();
        }
        ApiConnector::Publish { hub, connector, package, note, accept_breaking } => {
            publish(place, hub, (connector, package, note, *accept_breaking))?;
        }
        ApiConnector::Rollback { hub, connector, number } => {
            let api = Api::connect(place, hub)?;
            let path = format!("{}/versions/{number}/use", path_of(&api, connector)?);
            super::one(&flat(api.post(&path, &json!({}))?, None), &COLUMNS, hub.output);
            api.finish();
        }
        ApiConnector::Export { hub, connector, output_file, number } => {
            let api = Api::connect(place, hub)?;
            let wanted = number.map(|number| format!("?number={number}")).unwrap_or_default();
            let path = format!("{}/package{wanted}", path_of(&api, connector)?);
            write(output_file, &api.download(&path)?)?;
            api.finish();
        }
        ApiConnector::Remove { hub, connector, with_dependents } => {
            let api = Api::connect(place, hub)?;
            let path = format!("{}?with_dependents={with_dependents}", path_of(&api, connector)?);
            api.send(&Method::DELETE, &path, None)?;
            api.finish();
        }
    }
    Ok(())
}

fn import(
    place: &Place,
    hub: &Hub,
    (within, package, name): (&Within, &str, Option<&str>),
) -> Result {
    let package = Brought::read(package)?;
    let api = Api::connect(place, hub)?;
    let environment = match &within.environment {
        Some(named) => environment::find(&api, named)?,
        None => by_default(&api)?,
    };
    let path = format!("/api/v1/environments/{}/connectors", text(&environment, "id"));
    let mut fields = json!({});
    if let (Some(object), Some(name)) = (fields.as_object_mut(), name) {
        object.insert("name".to_owned(), name.into());
    }
    let made = package.send(&api, &path, fields)?;
    super::one(&flat(made, Some(&environment)), &COLUMNS, hub.output);
    api.finish();
    Ok(())
}

/// Adds a version aside, names what it breaks, and takes it into use.
fn publish(
    place: &Place,
    hub: &Hub,
    (connector, package, note, accept_breaking): (&str, &str, &str, bool),
) -> Result {
    let package = Brought::read(package)?;
    let api = Api::connect(place, hub)?;
    let path = path_of(&api, connector)?;
    let before = text(&flat(api.get(&path)?, None), "version");
    let staged = package.send(&api, &format!("{path}/staged-versions"), json!({ "note": note }))?;
    let number = text(&staged, "number");
    let changes = rows(api.get(&format!("{path}/changes?from={before}&to={number}"))?);
    let breaking: Vec<&Value> =
        changes.iter().filter(|change| text(change, "severity") == "error").collect();
    for change in &breaking {
        let said = format!("{}: {}", text(change, "pointer"), text(change, "message"));
        out::complain(out::printable(&said));
    }
    if !breaking.is_empty() && !accept_breaking {
        let said = format!(
            "version {number} breaks callers of version {before} and is not in use: publish it with \
             --accept-breaking, or use it later with rollback {number}"
        );
        return Err(Failure::new(Exit::Refused, said));
    }
    let used = api.post(&format!("{path}/versions/{number}/use"), &json!({}))?;
    super::one(&flat(used, None), &COLUMNS, hub.output);
    api.finish();
    Ok(())
}

/// A package on its way to a hub.
enum Brought {
    /// The hub fetches it.
    Address(String),
    Archive(Vec<u8>),
}

impl Brought {
    fn read(named: &str) -> Result<Self> {
        let is_address = ["https://", "http://"].iter().any(|scheme| named.starts_with(scheme));
        if is_address {
            return Ok(Self::Address(named.to_owned()));
        }
        Ok(Self::Archive(connector_package::archive(Path::new(named))?))
    }

    /// Sends it with what is said of it: beside an archive in the address, else in the document.
    fn send(self, api: &Api, path: &str, fields: Value) -> Result<Value> {
        match self {
            Self::Address(url) => {
                let mut body = fields;
                if let Some(object) = body.as_object_mut() {
                    object.insert("source".to_owned(), json!({ "kind": "address", "url": url }));
                }
                api.post(path, &body)
            }
            Self::Archive(bytes) => {
                let mut query = Serializer::new(String::new());
                for (name, value) in fields.as_object().into_iter().flatten() {
                    query.append_pair(name, value.as_str().unwrap_or_default());
                }
                let answer =
                    api.upload(&Method::POST, &format!("{path}?{}", query.finish()), bytes)?;
                serde_json::from_slice(&answer).map_err(|error| Failure::plain(&error))
            }
        }
    }
}

fn write(file: &PathBuf, bytes: &[u8]) -> Result {
    if file.as_os_str() == "-" {
        return std::io::stdout().write_all(bytes).map_err(|error| Failure::plain(&error));
    }
    std::fs::write(file, bytes)
        .map_err(|error| Failure::new(Exit::Failure, format!("{}: {error}", file.display())))?;
    out::say(file.display().to_string());
    Ok(())
}

/// The address of a connector, by its name or identifier.
pub(super) fn path_of(api: &Api, named: &str) -> Result<String> {
    if named.parse::<kernel::ApiConnectorId>().is_ok() {
        return Ok(format!("{CONNECTORS}/{named}"));
    }
    Ok(format!("{CONNECTORS}/{}", text(&find(api, named)?, "id")))
}

fn find(api: &Api, named: &str) -> Result<Value> {
    if named.parse::<kernel::ApiConnectorId>().is_ok() {
        return Ok(flat(api.get(&format!("{CONNECTORS}/{named}"))?, None));
    }
    let folded = named.trim().to_lowercase();
    let mut found =
        everywhere(api)?.into_iter().filter(|row| text(row, "name").to_lowercase() == folded);
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => {
            let said = format!("there is no connector {:?}", out::printable(named));
            Err(Failure::new(Exit::NotFound, said))
        }
        (Some(_), Some(_)) => {
            let said = format!(
                "several connectors are called {:?}: give the identifier",
                out::printable(named)
            );
            Err(Failure::new(Exit::Usage, said))
        }
    }
}

fn everywhere(api: &Api) -> Result<Vec<Value>> {
    let mut all = Vec::new();
    for environment in rows(api.get("/api/v1/environments")?) {
        all.extend(of_environment(api, &environment)?);
    }
    Ok(all)
}

fn of_environment(api: &Api, environment: &Value) -> Result<Vec<Value>> {
    let path = format!("/api/v1/environments/{}/connectors", text(environment, "id"));
    Ok(rows(api.get(&path)?).into_iter().map(|row| flat(row, Some(environment))).collect())
}

fn by_default(api: &Api) -> Result<Value> {
    let all = rows(api.get("/api/v1/environments")?);
    let found = all.into_iter().find(|row| text(row, "kind") == "default");
    found.ok_or_else(|| Failure::new(Exit::NotFound, "there is no default environment"))
}

/// A connector as a row: of its version the number and the count of operations, of its environment the name.
fn flat(mut connector: Value, environment: Option<&Value>) -> Value {
    let version = connector.get("version").cloned().unwrap_or_default();
    let place = environment.map_or_else(
        || connector.get("environment_id").cloned().unwrap_or_default(),
        |environment| environment.get("name").cloned().unwrap_or_default(),
    );
    if let Some(object) = connector.as_object_mut() {
        for (name, field) in [("version", "number"), ("operations", "operations")] {
            object.insert(name.to_owned(), version.get(field).cloned().unwrap_or_default());
        }
        object.insert("environment".to_owned(), place);
    }
    connector
}

pub(super) fn rows(answer: Value) -> Vec<Value> {
    match answer {
        Value::Array(rows) => rows,
        Value::Object(mut page) => match page.remove("items") {
            Some(Value::Array(rows)) => rows,
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

const CONNECTORS: &str = "/api/v1/api-connectors";
