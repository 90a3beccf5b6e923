//! `language …`

use std::fs;

use http::Method;
use serde_json::{Map, Value, json};

use super::text;
use crate::{
    api::Api,
    cli::{Language, Output, Place},
    exit::{Exit, Failure, Result},
    out,
};

const SWITCHES: [&str; 3] = ["feature", "availability", "worker"];
const SETTINGS: [&str; 8] = [
    "endpoint",
    "model",
    "location",
    "has_key",
    "redact",
    "daily_tokens",
    "timeout_ms",
    "consented_at",
];
const USAGE: [&str; 6] = ["day", "feature", "calls", "tokens", "dropped", "failures"];
const BASE: &str = "/api/v1/language-features";

pub(crate) fn run(place: &Place, command: &Language) -> Result {
    match command {
        Language::List { hub } => {
            let api = Api::connect(place, hub)?;
            let offered = api.get(BASE)?;
            if hub.output.json {
                out::json(&offered);
            } else {
                super::list(&rows(&offered), &SWITCHES, hub.output);
                let location = text(&offered, "location");
                if !location.is_empty() {
                    out::say(out::printable(&format!("text goes to: {location}")));
                }
            }
            api.finish();
        }
        Language::Settings { hub } => {
            let api = Api::connect(place, hub)?;
            show(&api.get(&format!("{BASE}/settings"))?, hub.output);
            api.finish();
        }
        Language::Switch { hub, feature, availability, worker } => {
            let api = Api::connect(place, hub)?;
            let kept = api.get(&format!("{BASE}/settings"))?;
            let known = rows(&kept).into_iter().find(|one| text(one, "feature") == *feature);
            let Some(known) = known else {
                let all: Vec<String> = rows(&kept).iter().map(|one| text(one, "feature")).collect();
                let words = format!("there is no feature {feature}: {}", all.join(", "));
                return Err(Failure::new(Exit::NotFound, words));
            };
            let or = |new: &Option<String>, name: &str| {
                new.clone().unwrap_or_else(|| text(&known, name))
            };
            let switch = json!({
                "feature": feature, "availability": or(availability, "availability"),
                "worker": or(worker, "worker"),
            });
            let body = json!({ "features": [switch], "changes": kept.get("changes") });
            show(&api.send(&Method::PUT, &format!("{BASE}/settings"), Some(&body))?, hub.output);
            api.finish();
        }
        Language::Endpoint {
            hub,
            address,
            model,
            location,
            key_file,
            redact,
            budget,
            time_out,
            consent,
        } => {
            let mut body = Map::new();
            let words = [("endpoint", address), ("model", model), ("location", location)];
            for (name, value) in words {
                if let Some(value) = value {
                    body.insert(name.to_owned(), Value::from(value.as_str()));
                }
            }
            if let Some(file) = key_file {
                let key = fs::read_to_string(file).map_err(|error| {
                    Failure::new(Exit::NotFound, format!("{}: {error}", file.display()))
                })?;
                body.insert("key".to_owned(), Value::from(key.trim()));
            }
            if let Some(redact) = redact {
                let all: Vec<&String> = redact.iter().filter(|one| !one.is_empty()).collect();
                body.insert("redact".to_owned(), json!(all));
            }
            for (name, value) in [("daily_tokens", budget), ("timeout_ms", time_out)] {
                if let Some(value) = value {
                    body.insert(name.to_owned(), Value::from(*value));
                }
            }
            body.insert("consent".to_owned(), Value::from(*consent));
            let api = Api::connect(place, hub)?;
            let path = format!("{BASE}/settings");
            show(&api.send(&Method::PUT, &path, Some(&Value::from(body)))?, hub.output);
            api.finish();
        }
        Language::Usage { hub } => {
            let api = Api::connect(place, hub)?;
            let all = api.get(&format!("{BASE}/usage"))?;
            super::list(all.as_array().map(Vec::as_slice).unwrap_or_default(), &USAGE, hub.output);
            api.finish();
        }
    }
    Ok(())
}

fn rows(of: &Value) -> Vec<Value> {
    of.get("features").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// What is decided, features first.
fn show(settings: &Value, output: Output) {
    if output.json {
        return out::json(settings);
    }
    super::list(&rows(settings), &SWITCHES, output);
    super::one(settings, &SETTINGS, output);
}
