//! `link members …`, `link notes …`, `link report …`

use std::fs;

use http::Method;
use serde_json::{Value, json};

use super::of;
use crate::{
    api::Api,
    cli::{Decision, LinkMembers, LinkNotes, LinkReport, NoteRules, Place},
    commands::{list, one},
    exit::{Exit, Failure, Result},
    out,
};

const POLICY: [&str; 5] = ["mode", "guests", "others", "own", "obstacle.title"];
const PLANNED: [&str; 4] = ["name", "verb", "explanation", "place"];
const CHANGES: [&str; 6] = ["at", "name", "verb", "explanation", "place", "problem.title"];
const NOTES: [&str; 9] = [
    "on",
    "rules.columns",
    "rules.created",
    "rules.closed",
    "rules.digest",
    "rules.quiet",
    "rules.zone",
    "waiting",
    "problem.title",
];
const POSTS: [&str; 3] = ["at", "changes", "problem.title"];
const FINDINGS: [&str; 6] = ["id", "kind", "about", "title", "can_be_mended", "found_at"];

pub(super) fn members(place: &Place, command: &LinkMembers) -> Result {
    match command {
        LinkMembers::Show { hub, link } => {
            let api = Api::connect(place, hub)?;
            one(&api.get(&members_of(link))?, &POLICY, hub.output);
            api.finish();
        }
        LinkMembers::Set { hub, link, decision } => {
            let api = Api::connect(place, hub)?;
            let body = decided(decision);
            one(&api.send(&Method::PUT, &members_of(link), Some(&body))?, &POLICY, hub.output);
            api.finish();
        }
        LinkMembers::Reset { hub, link } => {
            let api = Api::connect(place, hub)?;
            one(&api.send(&Method::DELETE, &members_of(link), None)?, &POLICY, hub.output);
            api.finish();
        }
        LinkMembers::Preview { hub, link, mode } => {
            let api = Api::connect(place, hub)?;
            let mut path = format!("{}/preview", members_of(link));
            if let Some(mode) = mode {
                path.extend(["?mode=", mode.as_str()]);
            }
            let found = api.get(&path)?;
            list(rows(&found, "changes"), &PLANNED, hub.output);
            api.finish();
            let obstacle = found.pointer("/policy/obstacle/title").and_then(Value::as_str);
            if let Some(obstacle) = obstacle {
                return Err(Failure::new(Exit::Refused, obstacle.to_owned()));
            }
        }
        LinkMembers::Run { hub, link } => {
            let api = Api::connect(place, hub)?;
            api.send(&Method::POST, &format!("{}/run", members_of(link)), None)?;
            api.finish();
        }
        LinkMembers::History { hub, link } => {
            let api = Api::connect(place, hub)?;
            let found = api.get(&format!("{}/history", members_of(link)))?;
            list(found.as_array().map_or(&[], Vec::as_slice), &CHANGES, hub.output);
            api.finish();
        }
        LinkMembers::Default { hub, environment } => {
            let api = Api::connect(place, hub)?;
            let path = format!("{}/linking/members", of(&api, environment)?);
            one(&api.get(&path)?, &POLICY, hub.output);
            api.finish();
        }
        LinkMembers::SetDefault { hub, environment, decision } => {
            let api = Api::connect(place, hub)?;
            let path = format!("{}/linking/members", of(&api, environment)?);
            let body = decided(decision);
            one(&api.send(&Method::PUT, &path, Some(&body))?, &POLICY, hub.output);
            api.finish();
        }
    }
    Ok(())
}

fn members_of(link: &str) -> String {
    format!("/api/v1/links/{link}/members")
}

fn decided(decision: &Decision) -> Value {
    let Decision { mode, guests, others } = decision;
    json!({ "mode": mode.as_str(), "guests": guests, "others": others })
}

pub(super) fn notes(place: &Place, command: &LinkNotes) -> Result {
    match command {
        LinkNotes::Show { hub, link } => {
            let api = Api::connect(place, hub)?;
            one(&api.get(&notes_of(link))?, &NOTES, hub.output);
            api.finish();
        }
        LinkNotes::Set { hub, link, rules } => {
            let body = body(rules)?;
            let api = Api::connect(place, hub)?;
            one(&api.send(&Method::PUT, &notes_of(link), Some(&body))?, &NOTES, hub.output);
            api.finish();
        }
        LinkNotes::Off { hub, link } => {
            let api = Api::connect(place, hub)?;
            // what was chosen is kept for the next time
            let mut rules = api.get(&notes_of(link))?.get("rules").cloned().unwrap_or_default();
            for event in ["created", "updated", "closed"] {
                if let Some(rules) = rules.as_object_mut() {
                    rules.insert(event.to_owned(), json!(false));
                }
            }
            one(&api.send(&Method::PUT, &notes_of(link), Some(&rules))?, &NOTES, hub.output);
            api.finish();
        }
        LinkNotes::Preview { hub, link, rules } => {
            let body = body(rules)?;
            let api = Api::connect(place, hub)?;
            let found = api.post(&format!("{}/preview", notes_of(link)), &body)?;
            out::json(found.get("card").unwrap_or(&Value::Null));
            api.finish();
        }
        LinkNotes::Posts { hub, link } => {
            let api = Api::connect(place, hub)?;
            list(rows(&api.get(&notes_of(link))?, "posts"), &POSTS, hub.output);
            api.finish();
        }
    }
    Ok(())
}

fn notes_of(link: &str) -> String {
    format!("/api/v1/links/{link}/notes")
}

fn body(rules: &NoteRules) -> Result<Value> {
    let quiet = match &rules.quiet {
        Some(hours) => {
            let (from, to) = hours.split_once('-').ok_or_else(|| {
                let what = "give quiet hours as HH:MM-HH:MM, such as 20:00-07:00";
                Failure::new(Exit::Usage, what.to_owned())
            })?;
            json!({ "from": from.trim(), "to": to.trim(), "weekend": rules.quiet_weekend })
        }
        None => Value::Null,
    };
    Ok(json!({
        "columns": rules.column,
        "updated": !rules.column.is_empty(),
        "created": rules.created,
        "closed": rules.closed,
        "digest": rules.digest.as_str(),
        "digest_at": rules.at,
        "quiet": quiet,
        "zone": rules.zone,
    }))
}

pub(super) fn report(place: &Place, command: &LinkReport) -> Result {
    match command {
        LinkReport::Show { hub, environment } => {
            let api = Api::connect(place, hub)?;
            let found = api.get(&report_of(&api, environment)?)?;
            list(rows(&found, "findings"), &FINDINGS, hub.output);
            api.finish();
        }
        LinkReport::Export { hub, environment, file } => {
            let api = Api::connect(place, hub)?;
            let bytes = api.download(&format!("{}.csv", report_of(&api, environment)?))?;
            match file {
                Some(file) => fs::write(file, bytes).map_err(|error| Failure::plain(&error))?,
                None => out::say(String::from_utf8_lossy(&bytes).trim_end()),
            }
            api.finish();
        }
        LinkReport::Run { hub, environment } => {
            let api = Api::connect(place, hub)?;
            let path = format!("{}/run", report_of(&api, environment)?);
            api.send(&Method::POST, &path, None)?;
            api.finish();
        }
        LinkReport::Repair { hub, environment, finding, all: _ } => {
            let api = Api::connect(place, hub)?;
            let path = report_of(&api, environment)?;
            if let Some(finding) = finding {
                api.send(&Method::POST, &format!("{path}/{finding}/repair"), None)?;
            } else {
                let done = api.send(&Method::POST, &format!("{path}/repair"), None)?;
                one(&done, &["mended", "left"], hub.output);
            }
            api.finish();
        }
    }
    Ok(())
}

fn report_of(api: &Api, environment: &str) -> Result<String> {
    Ok(format!("{}/linking/report", of(api, environment)?))
}

/// A list inside a document.
fn rows<'a>(found: &'a Value, name: &str) -> &'a [Value] {
    found.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}
