//! `environment …`

use http::Method;
use serde_json::{Value, json};

use super::text;
use crate::{
    api::Api,
    cli::{Environment, Place},
    exit::{Exit, Failure, Result},
    out,
};

const COLUMNS: [&str; 5] = ["id", "name", "kind", "crm_enabled", "created_at"];

pub(crate) fn run(place: &Place, command: &Environment) -> Result {
    match command {
        Environment::List(hub) => {
            let api = Api::connect(place, hub)?;
            super::list(&all(&api)?, &COLUMNS, hub.output);
            api.finish();
        }
        Environment::Add { hub, name, kind, crm } => {
            let api = Api::connect(place, hub)?;
            let body = json!({ "name": name, "kind": kind.as_str(), "crm_enabled": crm });
            super::one(&api.post("/api/v1/environments", &body)?, &COLUMNS, hub.output);
            api.finish();
        }
        Environment::Rename { hub, environment, name } => {
            let api = Api::connect(place, hub)?;
            let changed = change(&api, environment, &json!({ "name": name }))?;
            super::one(&changed, &COLUMNS, hub.output);
            api.finish();
        }
        Environment::EnableCrm { hub, environment } => {
            let api = Api::connect(place, hub)?;
            let changed = change(&api, environment, &json!({ "crm_enabled": true }))?;
            super::one(&changed, &COLUMNS, hub.output);
            api.finish();
        }
        Environment::Remove { hub, environment } => {
            let api = Api::connect(place, hub)?;
            let path = path_of(&api, environment)?;
            api.send(&Method::DELETE, &path, None)?;
            api.finish();
        }
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
    match api.get("/api/v1/environments")? {
        Value::Array(rows) => Ok(rows),
        _ => Ok(Vec::new()),
    }
}

/// The environment with this identifier or name, whatever the case of the name.
pub(crate) fn find(api: &Api, named: &str) -> Result<Value> {
    let folded = named.trim().to_lowercase();
    let is = |row: &Value| text(row, "id") == folded || text(row, "name").to_lowercase() == folded;
    all(api)?.into_iter().find(is).ok_or_else(|| {
        let text = format!("there is no environment {:?}", out::printable(named));
        Failure::new(Exit::NotFound, text)
    })
}
