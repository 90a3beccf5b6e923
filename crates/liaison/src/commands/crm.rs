//! `crm …`

use std::io::Read as _;

use http::Method;
use serde_json::{Value, json};

use super::{crm_records, environment, text};
use crate::{
    api::Api,
    cli::{Crm, Place},
    exit::{Exit, Failure, Result},
    out,
};

const COLUMNS: [&str; 5] = ["id", "name", "kind", "address", "enabled"];
const CONNECTIONS: [&str; 5] = ["user_id", "crm_system_id", "state", "account_name", "updated_at"];
const ADMINISTRATORS: [&str; 3] = ["user_id", "name", "is_new"];
const PLACE: &str = "/api/v1/crm-systems";

pub(crate) fn run(place: &Place, command: &Crm) -> Result {
    match command {
        Crm::List(hub) => {
            let api = Api::connect(place, hub)?;
            super::list(&all(&api)?, &COLUMNS, hub.output);
            api.finish();
        }
        Crm::AddSalesforce { hub, name, domain, consumer_key, connected_app } => {
            let api = Api::connect(place, hub)?;
            let application = if *connected_app { "connected_app" } else { "external_client_app" };
            let body = json!({
                "name": name, "kind": "salesforce", "address": domain, "client_id": consumer_key,
                "application": application, "client_secret": secret()?,
            });
            super::one(&api.post(PLACE, &body)?, &COLUMNS, hub.output);
            api.finish();
        }
        Crm::AddDynamics { hub, name, environment, directory, client_id } => {
            let api = Api::connect(place, hub)?;
            let body = json!({
                "name": name, "kind": "dataverse", "address": environment,
                "directory": directory, "client_id": client_id, "client_secret": secret()?,
            });
            super::one(&api.post(PLACE, &body)?, &COLUMNS, hub.output);
            api.finish();
        }
        Crm::AddEnvironment { hub, name, environment } => {
            let api = Api::connect(place, hub)?;
            let found = environment::find(&api, environment)?;
            let body = json!({
                "name": name, "kind": "embedded", "environment_id": text(&found, "id"),
            });
            super::one(&api.post(PLACE, &body)?, &COLUMNS, hub.output);
            api.finish();
        }
        Crm::Remove { hub, crm } => {
            let api = Api::connect(place, hub)?;
            let path = format!("{PLACE}/{}", text(&find(&api, crm)?, "id"));
            api.send(&Method::DELETE, &path, None)?;
            api.finish();
        }
        Crm::Records(command) => crm_records::run(place, command)?,
        Crm::Connections(hub) => {
            let api = Api::connect(place, hub)?;
            let page = api.get("/api/v1/crm-connections?limit=200")?;
            let rows = page.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            super::list(&rows, &CONNECTIONS, hub.output);
            api.finish();
        }
        Crm::Review { hub, acknowledge } => {
            let api = Api::connect(place, hub)?;
            let mut review = api.get("/api/v1/crm-review")?;
            let rows = |review: &Value| {
                let list = review.get("administrators").and_then(Value::as_array);
                list.cloned().unwrap_or_default()
            };
            if *acknowledge {
                let seen: Vec<String> =
                    rows(&review).iter().map(|row| text(row, "user_id")).collect();
                review = api.post("/api/v1/crm-review", &json!({ "administrators": seen }))?;
            }
            super::list(&rows(&review), &ADMINISTRATORS, hub.output);
            api.finish();
        }
    }
    Ok(())
}

/// A secret, so that it stands in no list of processes; nothing is none.
fn secret() -> Result<Option<String>> {
    let mut typed = String::new();
    std::io::stdin()
        .take(8192)
        .read_to_string(&mut typed)
        .map_err(|error| Failure::plain(&error))?;
    let typed = typed.trim();
    Ok((!typed.is_empty()).then(|| typed.to_owned()))
}

fn all(api: &Api) -> Result<Vec<Value>> {
    match api.get(PLACE)? {
        Value::Array(rows) => Ok(rows),
        _ => Ok(Vec::new()),
    }
}

/// The CRM with this identifier or name, whatever the case of the name.
pub(crate) fn find(api: &Api, named: &str) -> Result<Value> {
    let folded = named.trim().to_lowercase();
    let is = |row: &Value| text(row, "id") == folded || text(row, "name").to_lowercase() == folded;
    all(api)?.into_iter().find(is).ok_or_else(|| {
        let text = format!("there is no CRM {:?}", out::printable(named));
        Failure::new(Exit::NotFound, text)
    })
}
