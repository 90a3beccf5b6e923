//! `workspace …`

use http::Method;
use serde_json::{Value, json};

use super::text;
use crate::{
    api::Api,
    cli::{Place, Workspace},
    exit::{Exit, Failure, Result},
};

const SHOWN: [&str; 8] = [
    "kind",
    "teams.directory",
    "teams.client_id",
    "teams.proof",
    "teams.graph",
    "teams.enabled",
    "teams.watched",
    "teams.telling",
];
const CHECKED: [&str; 4] = ["what", "state", "permissions", "code"];
const LABELS: [&str; 3] = ["id", "name", "is_default"];
const PLACE: &str = "/api/v1/workspace";

pub(crate) fn run(place: &Place, command: &Workspace) -> Result {
    match command {
        Workspace::Show(hub) => {
            let api = Api::connect(place, hub)?;
            super::one(&api.get(PLACE)?, &SHOWN, hub.output);
            api.finish();
        }
        Workspace::Teams { hub, directory, client_id, app, graph, login, off } => {
            let api = Api::connect(place, hub)?;
            let body = json!({
                "directory": directory, "client_id": client_id, "app": app, "graph": graph,
                "login": login, "enabled": !off, "secret": super::piped_secret()?,
            });
            let shown = api.send(&Method::PUT, PLACE, Some(&body))?;
            super::one(&shown, &SHOWN, hub.output);
            api.finish();
        }
        Workspace::Check(hub) => {
            let api = Api::connect(place, hub)?;
            let found = api.send(&Method::POST, &format!("{PLACE}/check"), None)?;
            let rows = found.as_array().map_or(&[][..], Vec::as_slice);
            super::list(rows, &CHECKED, hub.output);
            api.finish();
            let is_wrong = |row: &Value| ["missing", "bad"].contains(&text(row, "state").as_str());
            if rows.iter().any(is_wrong) {
                return Err(Failure::new(Exit::Refused, "something is missing".to_owned()));
            }
        }
        Workspace::Remove(hub) => {
            let api = Api::connect(place, hub)?;
            api.send(&Method::DELETE, PLACE, None)?;
            api.finish();
        }
        Workspace::Labels(hub) => {
            let api = Api::connect(place, hub)?;
            let found = api.get(&format!("{PLACE}/labels"))?;
            super::list(found.as_array().map_or(&[], Vec::as_slice), &LABELS, hub.output);
            api.finish();
        }
    }
    Ok(())
}
