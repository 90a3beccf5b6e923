//! `meeting …`

use std::{fs, path::Path};

use http::Method;
use serde_json::{Value, json};

use super::text;
use crate::{
    api::Api,
    cli::{Meeting, Output, Place},
    exit::{Exit, Failure, Result},
    out,
};

const LISTED: [&str; 5] = ["id", "starts_at", "subject", "organiser", "has_recap"];
const KEPT: [&str; 4] = ["meetings", "again", "private", "left_out"];
const ACTIONS: [&str; 4] = ["key", "owner", "due", "sentence"];
const BASE: &str = "/api/v1/meetings";

pub(crate) fn run(place: &Place, command: &Meeting) -> Result {
    match command {
        Meeting::List { hub, past } => {
            let api = Api::connect(place, hub)?;
            super::list(&api.all(&format!("{BASE}?past={past}"))?, &LISTED, hub.output);
            api.finish();
        }
        Meeting::Calendar { hub, file } => {
            let file = file.as_deref().map(read).transpose()?;
            let api = Api::connect(place, hub)?;
            let kept = if let Some(bytes) = file {
                api.upload(&Method::POST, &format!("{BASE}/calendar"), bytes)?
            } else {
                let kept = api.post(&format!("{BASE}/calendar/read"), &json!({}))?;
                kept.to_string().into_bytes()
            };
            let kept: Value = serde_json::from_slice(&kept).unwrap_or_default();
            super::one(&kept, &KEPT, hub.output);
            api.finish();
        }
        Meeting::Show { hub, meeting } => {
            let api = Api::connect(place, hub)?;
            show(&api.get(&format!("{BASE}/{meeting}"))?, hub.output);
            api.finish();
        }
        Meeting::Transcript { hub, meeting, file } => {
            let file = file.as_deref().map(read).transpose()?;
            let api = Api::connect(place, hub)?;
            let path = format!("{BASE}/{meeting}/transcript");
            if let Some(bytes) = file {
                let opened = api.upload(&Method::PUT, &path, bytes)?;
                show(&serde_json::from_slice(&opened).unwrap_or_default(), hub.output);
            } else {
                let found = api.post(&format!("{path}/fetch"), &json!({}))?;
                super::one(&found, &["found", "because"], hub.output);
            }
            api.finish();
        }
        Meeting::Recap { hub, meeting } => {
            let api = Api::connect(place, hub)?;
            show(&api.post(&format!("{BASE}/{meeting}/recap"), &json!({}))?, hub.output);
            api.finish();
        }
        Meeting::Prepare { hub, meeting } => {
            let api = Api::connect(place, hub)?;
            out::json(&api.get(&format!("{BASE}/{meeting}/preparation"))?);
            api.finish();
        }
        Meeting::Draft { hub, meeting } => {
            let api = Api::connect(place, hub)?;
            let draft = api.get(&format!("{BASE}/{meeting}/draft"))?;
            if hub.output.json {
                out::json(&draft);
            } else {
                super::one(&draft, &["to", "subject"], hub.output);
                text(&draft, "text").lines().for_each(|line| out::say(out::printable(line)));
            }
            api.finish();
        }
        Meeting::Connect { hub, meeting, table, record } => {
            let api = Api::connect(place, hub)?;
            let body = json!({ "table": table, "id": record });
            let found = api.send(&Method::PUT, &format!("{BASE}/{meeting}/record"), Some(&body))?;
            super::one(&found, &["table", "id", "name"], hub.output);
            api.finish();
        }
        Meeting::Task { hub, meeting, action, subject, due } => {
            let api = Api::connect(place, hub)?;
            let body = json!({ "action": action, "subject": subject, "due": due });
            let made = api.post(&format!("{BASE}/{meeting}/tasks"), &body)?;
            super::one(&made, &["what", "table", "id"], hub.output);
            api.finish();
        }
        Meeting::Delete { hub, meeting } => {
            let api = Api::connect(place, hub)?;
            api.send(&Method::DELETE, &format!("{BASE}/{meeting}"), None)?;
            api.finish();
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file)
        .map_err(|error| Failure::new(Exit::NotFound, format!("{}: {error}", file.display())))
}

/// The meeting, its summary, and its actions by their keys.
fn show(opened: &Value, output: Output) {
    if output.json {
        return out::json(opened);
    }
    if let Some(meeting) = opened.get("meeting") {
        super::one(meeting, &LISTED, output);
    }
    let because = text(opened, "no_recap_because");
    if !because.is_empty() {
        out::say(format!("no recap: {because}"));
    }
    let Some(recap) = opened.get("recap").filter(|recap| recap.is_object()) else { return };
    let rows = |name: &str| recap.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    for said in rows("summary") {
        out::say(format!("- {}: {}", text(&said, "speaker"), text(&said, "text")));
    }
    let actions: Vec<Value> = rows("actions")
        .into_iter()
        .map(|mut action| {
            let said = action.get("sentence").map(|said| text(said, "text"));
            if let Some(map) = action.as_object_mut() {
                map.insert("sentence".to_owned(), Value::from(said));
            }
            action
        })
        .collect();
    super::list(&actions, &ACTIONS, output);
}
