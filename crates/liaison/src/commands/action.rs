//! `action …`

mod offer;

use std::io::Read as _;

use http::Method;
use serde_json::{Value, json};

use super::text;
use crate::{
    api::Api,
    cli::{Action, Enabling, Place},
    exit::{Exit, Failure, Result},
    out,
};

const COLUMNS: [&str; 5] = ["id", "name", "state", "usable", "updated_at"];
const HEALTH: [&str; 7] =
    ["operation", "calls", "failed", "timeouts", "p95_ms", "last_at", "last_error"];
const REQUESTS: [&str; 6] = ["id", "action", "user_id", "state", "note", "created_at"];

pub(crate) fn run(place: &Place, command: &Action) -> Result {
    match command {
        Action::List(hub) => {
            let api = Api::connect(place, hub)?;
            super::list(&api.all(ACTIONS)?, &COLUMNS, hub.output);
            api.finish();
        }
        Action::Show { hub, action } => {
            let api = Api::connect(place, hub)?;
            super::one(&api.get(&path_of(&api, action)?)?, &COLUMNS, hub.output);
            api.finish();
        }
        Action::Add { hub, connector, name, description, instructions, operations } => {
            let api = Api::connect(place, hub)?;
            let operations: Vec<Value> = operations.iter().map(|id| json!({ "id": id })).collect();
            let body = json!({ "connector_id": connector, "name": name,
                "description": description, "instructions": instructions,
                "operations": operations });
            super::one(&api.post(ACTIONS, &body)?, &COLUMNS, hub.output);
            api.finish();
        }
        Action::Offer(offered) => offer::run(place, offered, true)?,
        Action::Unoffer(offered) => offer::run(place, offered, false)?,
        Action::Publish { hub, action } => step(place, hub, (action, "publish"), &json!({}))?,
        Action::Withdraw { hub, action } => step(place, hub, (action, "withdraw"), &json!({}))?,
        Action::Enable { hub, action, how } => {
            step(place, hub, (action, "enable"), &enabling(how))?;
        }
        Action::Disable { hub, action, note } => {
            step(place, hub, (action, "disable"), &json!({ "note": note }))?;
        }
        Action::Remove { hub, action } => {
            let api = Api::connect(place, hub)?;
            api.send(&Method::DELETE, &path_of(&api, action)?, None)?;
            api.finish();
        }
        Action::Invoke { hub, action, operation, inputs } => {
            let inputs = read(inputs)?;
            let api = Api::connect(place, hub)?;
            let path = format!("{}/invoke", path_of(&api, action)?);
            let answer = api.post(&path, &json!({ "operation": operation, "inputs": inputs }))?;
            out::json(&answer);
            api.finish();
            let status = answer.get("status").and_then(Value::as_u64).unwrap_or_default();
            if status >= 400 {
                return Err(Failure::new(Exit::Failure, format!("the API answered {status}")));
            }
        }
        Action::Health { hub, action } => {
            let api = Api::connect(place, hub)?;
            let rows = api.get(&format!("{}/health", path_of(&api, action)?))?;
            let rows = rows.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            super::list(&rows, &HEALTH, hub.output);
            api.finish();
        }
        Action::Requests(hub) => {
            let api = Api::connect(place, hub)?;
            super::list(&api.all("/api/v1/action-requests")?, &REQUESTS, hub.output);
            api.finish();
        }
        Action::Decide { hub, request, grant, answer } => {
            let api = Api::connect(place, hub)?;
            let path = format!("/api/v1/action-requests/{request}/decide");
            let decided = api.post(&path, &json!({ "grant": grant, "answer": answer }))?;
            super::one(&decided, &REQUESTS, hub.output);
            api.finish();
        }
    }
    Ok(())
}

fn step(
    place: &Place,
    hub: &crate::cli::Hub,
    (action, verb): (&str, &str),
    body: &Value,
) -> Result {
    let api = Api::connect(place, hub)?;
    let path = format!("{}/{verb}", path_of(&api, action)?);
    super::one(&api.post(&path, body)?, &COLUMNS, hub.output);
    api.finish();
    Ok(())
}

fn enabling(how: &Enabling) -> Value {
    let audience = if how.group.is_empty() && how.role.is_empty() {
        json!({ "kind": "everybody" })
    } else {
        json!({ "kind": "only", "groups": how.group, "roles": how.role })
    };
    json!({
        "audience": audience,
        "licence_id": how.licence,
        "acknowledge": {
            "third_party_terms": how.accept_third_party_terms,
            "data_may_leave": how.accept_data_may_leave,
        },
        "note": how.note,
        "updated_at": how.updated_at,
    })
}

/// The inputs of a call.
fn read(inputs: &str) -> Result<Value> {
    let mut given = inputs.to_owned();
    if inputs == "-" {
        given.clear();
        std::io::stdin().read_to_string(&mut given).map_err(|error| Failure::plain(&error))?;
    }
    let value: std::result::Result<Value, _> = serde_json::from_str(&given);
    match value {
        Ok(value) if value.is_object() => Ok(value),
        Ok(_) => Err(Failure::new(Exit::Usage, "--inputs: a JSON object is expected")),
        Err(error) => Err(Failure::new(Exit::Usage, format!("--inputs: {error}"))),
    }
}

/// The address of an action, by its name or identifier.
fn path_of(api: &Api, wanted: &str) -> Result<String> {
    if wanted.parse::<kernel::ActionId>().is_ok() {
        return Ok(format!("{ACTIONS}/{wanted}"));
    }
    let all = api.all(ACTIONS)?;
    let mut named = all.iter().filter(|row| text(row, "name").eq_ignore_ascii_case(wanted));
    match (named.next(), named.next()) {
        (Some(found), None) => Ok(format!("{ACTIONS}/{}", text(found, "id"))),
        (None, _) => Err(Failure::new(Exit::NotFound, format!("there is no action {wanted}"))),
        (Some(_), Some(_)) => {
            let said = format!("several actions are called {wanted}: give the identifier");
            Err(Failure::new(Exit::Usage, said))
        }
    }
}

const ACTIONS: &str = "/api/v1/actions";
