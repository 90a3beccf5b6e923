//! `privacy …`

use serde_json::{Value, json};

use super::text;
use crate::{
    api::Api,
    cli::{Place, Privacy},
    exit::{Exit, Failure, Result},
};

const STORED: [&str; 4] = ["data_set", "group", "count", "days"];
const JOBS: [&str; 6] = ["id", "kind", "person", "state", "archive", "created_at"];
const BASE: &str = "/api/v1/privacy";

pub(crate) fn run(place: &Place, command: &Privacy) -> Result {
    match command {
        Privacy::Show { hub, person } => {
            let api = Api::connect(place, hub)?;
            let found = match person {
                Some(person) => {
                    let found = api.get(&format!("{BASE}/people/{person}"))?;
                    found.get("stored").cloned().unwrap_or_default()
                }
                None => api.get(BASE)?,
            };
            super::list(found.as_array().map_or(&[], Vec::as_slice), &STORED, hub.output);
            api.finish();
        }
        Privacy::Keep { hub, set, days } => {
            let api = Api::connect(place, hub)?;
            let path = format!("{BASE}/periods/{set}");
            api.send(&http::Method::PUT, &path, Some(&json!({ "days": days })))?;
            api.finish();
        }
        Privacy::Export { hub, person } => {
            let api = Api::connect(place, hub)?;
            let job = api.post(&format!("{BASE}/people/{person}/export"), &Value::Null)?;
            super::one(&job, &JOBS, hub.output);
            api.finish();
        }
        Privacy::Forget { hub, person, yes } => {
            let api = Api::connect(place, hub)?;
            if !yes {
                let found = api.get(&format!("{BASE}/people/{person}"))?;
                let stays = found.get("stays").and_then(Value::as_array);
                let rows = stays.map_or(&[][..], Vec::as_slice);
                super::list(rows, &["data_set", "reason", "count"], hub.output);
                let said = "these stay, everything else goes for good; repeat with --yes";
                return Err(Failure::new(Exit::Refused, said.to_owned()));
            }
            let job = api.post(&format!("{BASE}/people/{person}/forget"), &Value::Null)?;
            super::one(&job, &JOBS, hub.output);
            api.finish();
        }
        Privacy::Jobs(hub) => {
            let api = Api::connect(place, hub)?;
            let found = api.get(&format!("{BASE}/jobs"))?;
            super::list(found.as_array().map_or(&[], Vec::as_slice), &JOBS, hub.output);
            api.finish();
        }
        Privacy::Download { hub, job, out } => {
            let api = Api::connect(place, hub)?;
            let found = api.get(&format!("{BASE}/jobs/{job}"))?;
            let archive = format!("{BASE}/jobs/{}/archive", text(&found, "id"));
            api.download_to(&archive, out)?;
            api.finish();
        }
    }
    Ok(())
}
