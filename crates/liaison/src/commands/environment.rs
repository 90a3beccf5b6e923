//! `environment …`

use std::time::Duration;

use http::Method;
use serde_json::{Map, Value, json};

use super::text;
use crate::{
    api::Api,
    cli::{Beginning, Environment, EnvironmentMakers as Makers, Hub, Place, Switch},
    exit::{Exit, Failure, Result},
    out,
};

const COLUMNS: [&str; 6] = ["id", "name", "kind", "state", "crm_enabled", "created_at"];
const DELETED: [&str; 4] = ["id", "name", "kind", "goes_at"];
const OPERATIONS: [&str; 6] = ["id", "kind", "state", "percent", "error", "begun_at"];
const CAPACITY: [&str; 3] = ["database_bytes", "file_bytes", "log_bytes"];
const MAKERS: [&str; 2] = ["trials", "others"];

pub(crate) fn run(place: &Place, command: &Environment) -> Result {
    match command {
        Environment::List { hub, deleted } => {
            let api = Api::connect(place, hub)?;
            let (rows, columns) = if *deleted {
                (rows(&api, "/api/v1/environments/deleted")?, DELETED.as_slice())
            } else {
                (all(&api)?, COLUMNS.as_slice())
            };
            super::list(&rows, columns, hub.output);
            api.finish();
        }
        Environment::Add { hub, name, kind, beginning } => {
            let api = Api::connect(place, hub)?;
            let mut body = begins(beginning);
            body.insert("name".to_owned(), json!(name));
            body.insert("kind".to_owned(), json!(kind.as_str()));
            let made = api.post("/api/v1/environments", &Value::Object(body))?;
            super::one(&made, &COLUMNS, hub.output);
            api.finish();
        }
        Environment::Rename { hub, environment, name } => {
            changed(place, (hub, environment), &json!({ "name": name }))?;
        }
        Environment::EnableCrm { hub, environment } => {
            changed(place, (hub, environment), &json!({ "crm_enabled": true }))?;
        }
        Environment::Convert { hub, environment, to } => {
            changed(place, (hub, environment), &json!({ "kind": to.as_str() }))?;
        }
        Environment::AdministrationMode { hub, environment, switch, no_background } => {
            let on = *switch == Switch::On;
            let body =
                json!({ "administration_mode": on, "background_operations": !no_background });
            changed(place, (hub, environment), &body)?;
        }
        Environment::Copy { hub, environment, target, schema_only, no_wait } => {
            let api = Api::connect(place, hub)?;
            let path = format!("{}/copy", path_of(&api, environment)?);
            let extent = if *schema_only { "schema" } else { "everything" };
            let target = text(&find(&api, target)?, "id");
            let body = json!({ "target_environment_id": target, "extent": extent });
            finish(&api, hub, (api.post(&path, &body)?, *no_wait))?;
            api.finish();
        }
        Environment::Reset { hub, environment, beginning, no_wait } => {
            let api = Api::connect(place, hub)?;
            let path = format!("{}/reset", path_of(&api, environment)?);
            let begun = api.post(&path, &Value::Object(begins(beginning)))?;
            finish(&api, hub, (begun, *no_wait))?;
            api.finish();
        }
        Environment::Operations { hub, environment } => {
            let api = Api::connect(place, hub)?;
            let path = format!("{}/operations", path_of(&api, environment)?);
            super::list(&rows(&api, &path)?, &OPERATIONS, hub.output);
            api.finish();
        }
        Environment::Capacity { hub, environment, measure } => {
            let api = Api::connect(place, hub)?;
            let held = match environment {
                None => api.get("/api/v1/environments/capacity")?,
                Some(environment) => {
                    let path = format!("{}/capacity", path_of(&api, environment)?);
                    if *measure { api.post(&path, &json!({}))? } else { api.get(&path)? }
                }
            };
            super::one(&held, &CAPACITY, hub.output);
            api.finish();
        }
        Environment::Makers { hub, trials, others } => {
            let api = Api::connect(place, hub)?;
            let path = "/api/v1/environments/makers";
            let makers = if trials.is_none() && others.is_none() {
                api.get(path)?
            } else {
                let word = |makers: &Option<Makers>| makers.map(Makers::as_str);
                let body = json!({ "trials": word(trials), "others": word(others) });
                api.send(&Method::PATCH, path, Some(&body))?
            };
            super::one(&makers, &MAKERS, hub.output);
            api.finish();
        }
        Environment::Remove { hub, environment } => {
            let api = Api::connect(place, hub)?;
            let path = path_of(&api, environment)?;
            api.send(&Method::DELETE, &path, None)?;
            api.finish();
        }
        Environment::Restore { hub, environment } => {
            let api = Api::connect(place, hub)?;
            let waiting = rows(&api, "/api/v1/environments/deleted")?;
            let id = text(&named(waiting, environment)?, "id");
            let back = api.post(&format!("/api/v1/environments/{id}/restore"), &json!({}))?;
            super::one(&back, &COLUMNS, hub.output);
            api.finish();
        }
    }
    Ok(())
}

/// What an organisation begins with, as REST takes it.
fn begins(beginning: &Beginning) -> Map<String, Value> {
    let mut body = Map::new();
    body.insert("crm_enabled".to_owned(), json!(beginning.crm));
    for (name, value) in [("language", &beginning.language), ("currency", &beginning.currency)] {
        if let Some(value) = value {
            body.insert(name.to_owned(), json!(value));
        }
    }
    body
}

/// Changes an environment and shows it.
fn changed(place: &Place, (hub, environment): (&Hub, &str), to: &Value) -> Result {
    let api = Api::connect(place, hub)?;
    super::one(&change(&api, environment, to)?, &COLUMNS, hub.output);
    api.finish();
    Ok(())
}

/// Waits for an operation, unless that is not wanted, and shows it.
fn finish(api: &Api, hub: &Hub, (mut operation, no_wait): (Value, bool)) -> Result {
    let path = format!(
        "/api/v1/environments/{}/operations/{}",
        text(&operation, "environment_id"),
        text(&operation, "id")
    );
    while !no_wait && text(&operation, "state") == "running" {
        api.work();
        operation = api.get(&path)?;
        std::thread::sleep(Duration::from_millis(500));
    }
    super::one(&operation, &OPERATIONS, hub.output);
    if text(&operation, "state") == "failed" {
        return Err(Failure::new(Exit::Refused, text(&operation, "error")));
    }
    Ok(())
}

fn change(api: &Api, environment: &str, to: &Value) -> Result<Value> {
    let path = path_of(api, environment)?;
    api.send(&Method::PATCH, &path, Some(to))
}

fn path_of(api: &Api, named: &str) -> Result<String> {
    Ok(format!("/api/v1/environments/{}", text(&find(api, named)?, "id")))
}

fn all(api: &Api) -> Result<Vec<Value>> {
    rows(api, "/api/v1/environments")
}

fn rows(api: &Api, path: &str) -> Result<Vec<Value>> {
    match api.get(path)? {
        Value::Array(rows) => Ok(rows),
        _ => Ok(Vec::new()),
    }
}

/// The environment with this identifier or name, whatever the case of the name.
pub(crate) fn find(api: &Api, environment: &str) -> Result<Value> {
    named(all(api)?, environment)
}

fn named(rows: Vec<Value>, environment: &str) -> Result<Value> {
    let folded = environment.trim().to_lowercase();
    let is = |row: &Value| text(row, "id") == folded || text(row, "name").to_lowercase() == folded;
    rows.into_iter().find(is).ok_or_else(|| {
        let text = format!("there is no environment {:?}", out::printable(environment));
        Failure::new(Exit::NotFound, text)
    })
}
