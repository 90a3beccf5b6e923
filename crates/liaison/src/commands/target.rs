//! `target …`

use http::Method;
use serde_json::{Map, Value, json};

use super::{team, text};
use crate::{
    api::Api,
    cli::{self, Place, Target},
    exit::{Exit, Failure, Result},
    out,
};

const COLUMNS: [&str; 6] = ["id", "name", "kind", "state", "address", "health"];
const ATTEMPTS: [&str; 7] = ["number", "at", "outcome", "messages", "attempt", "status", "code"];
const LETTERS: [&str; 5] = ["position", "at", "code", "attempts", "detail"];
const SENT: [&str; 5] = ["taken", "status", "code", "duration_ms", "answer"];

pub(crate) fn run(place: &Place, command: &Target) -> Result {
    match command {
        Target::List { hub, of } => {
            let api = Api::connect(place, hub)?;
            let path = source(&api, of)?;
            let rows: Vec<Value> = api.all(&path)?.into_iter().map(brief).collect();
            super::list(&rows, &COLUMNS, hub.output);
            api.finish();
        }
        Target::Add { hub, of, new } => {
            let api = Api::connect(place, hub)?;
            let path = source(&api, of)?;
            let made = api.post(&path, &body(new)?)?;
            if let Some(secret) = made.get("secret").and_then(Value::as_str)
                && !hub.output.json
            {
                out::complain(format!("The secret, shown this once: {secret}"));
            }
            super::one(&if hub.output.json { made } else { brief(made) }, &COLUMNS, hub.output);
            api.finish();
        }
        Target::Show { hub, target } => {
            let api = Api::connect(place, hub)?;
            let found = api.get(&of(target))?;
            super::one(&if hub.output.json { found } else { brief(found) }, &COLUMNS, hub.output);
            api.finish();
        }
        Target::Remove { hub, target } => {
            let api = Api::connect(place, hub)?;
            api.send(&Method::DELETE, &of(target), None)?;
            api.finish();
        }
        Target::Enable { hub, target } => change(place, hub, (target, "enable"), &COLUMNS)?,
        Target::Disable { hub, target } => change(place, hub, (target, "disable"), &COLUMNS)?,
        Target::Kinds { hub } => forwarding(place, hub, None)?,
        Target::Allow { hub, kinds } => forwarding(place, hub, Some((kinds, true)))?,
        Target::Bar { hub, kinds } => forwarding(place, hub, Some((kinds, false)))?,
        Target::RotateSecret { hub, target } => {
            change(place, hub, (target, "rotate-secret"), &["secret"])?;
        }
        Target::Test { hub, target } => change(place, hub, (target, "test"), &SENT)?,
        Target::Attempts { hub, target } => {
            let api = Api::connect(place, hub)?;
            let rows = api.all(&format!("{}/attempts", of(target)))?;
            super::list(&rows, &ATTEMPTS, hub.output);
            api.finish();
        }
        Target::DeadLetters { hub, target } => {
            let api = Api::connect(place, hub)?;
            let rows = api.all(&format!("{}/dead-letters", of(target)))?;
            super::list(&rows, &LETTERS, hub.output);
            api.finish();
        }
        Target::Replay { hub, target, positions, range, all } => {
            let wanted = match (positions.as_slice(), range.as_deref(), all) {
                ([], None, true) => json!({ "all": true }),
                ([], Some([from, to]), false) => json!({ "from": from, "to": to }),
                (positions, None, false) if !positions.is_empty() => {
                    json!({ "positions": positions })
                }
                _ => {
                    let text = "give positions, --range FROM TO, or --all";
                    return Err(Failure::new(Exit::Usage, text));
                }
            };
            let api = Api::connect(place, hub)?;
            let answer = api.post(&format!("{}/replay", of(target)), &wanted)?;
            super::one(&answer, &["count"], hub.output);
            api.finish();
        }
    }
    Ok(())
}

/// The list that a channel or a webhook has.
fn source(api: &Api, of: &cli::TargetSource) -> Result<String> {
    if let Some(webhook) = &of.webhook {
        return Ok(format!("/api/v1/webhooks/{}/targets", segment(webhook)));
    }
    let (Some(wanted), Some(channel)) = (&of.team, &of.channel) else {
        return Err(Failure::new(Exit::Usage, "give --team and --channel, or --webhook"));
    };
    let team = team::find(api, wanted)?;
    let channel = team::find_channel(api, &team, channel)?;
    Ok(format!("/api/v1/channels/{}/targets", text(&channel, "id")))
}

fn body(new: &cli::NewTarget) -> Result<Value> {
    let mut address = Map::new();
    if let Some(url) = &new.to {
        address.insert("url".to_owned(), url.as_str().into());
    }
    if let Some(format) = &new.format {
        address.insert("format".to_owned(), format.as_str().into());
    }
    let mut headers = Map::new();
    for header in &new.header {
        let Some((name, value)) = header.split_once(':') else {
            return Err(Failure::new(Exit::Usage, "a header is written NAME: VALUE"));
        };
        headers.insert(name.trim().to_owned(), value.trim().into());
    }
    if !headers.is_empty() {
        address.insert("headers".to_owned(), Value::Object(headers));
    }
    if new.members {
        address.insert("recipients".to_owned(), "members".into());
    } else if !new.mail_to.is_empty() {
        address.insert("recipients".to_owned(), json!(new.mail_to));
    }
    Ok(json!({
        "kind": new.kind,
        "name": new.name,
        "address": address,
        "per_minute": new.per_minute,
    }))
}

fn change(place: &Place, hub: &cli::Hub, (target, verb): (&str, &str), columns: &[&str]) -> Result {
    let api = Api::connect(place, hub)?;
    let changed = api.post(&format!("{}/{verb}", of(target)), &json!({}))?;
    super::one(&if hub.output.json { changed } else { brief(changed) }, columns, hub.output);
    api.finish();
    Ok(())
}

/// Shows which kinds of places are allowed, after a change if there is one.
fn forwarding(place: &Place, hub: &cli::Hub, change: Option<(&[String], bool)>) -> Result {
    let api = Api::connect(place, hub)?;
    let path = "/api/v1/forwarding";
    let answer = match change {
        Some((kinds, allowed)) => {
            let wanted: Map<String, Value> =
                kinds.iter().map(|kind| (kind.to_lowercase(), allowed.into())).collect();
            api.send(&Method::PATCH, path, Some(&json!({ "allowed": wanted })))?
        }
        None => api.get(path)?,
    };
    match answer.get("allowed").and_then(Value::as_object) {
        Some(kinds) if !hub.output.json => {
            let rows: Vec<Vec<String>> =
                kinds.iter().map(|(kind, on)| vec![kind.clone(), on.to_string()]).collect();
            out::table(&["kind", "allowed"], &rows);
        }
        _ => out::json(&answer),
    }
    api.finish();
    Ok(())
}

/// The row with its health in one word.
fn brief(mut row: Value) -> Value {
    let Some(health) = row.get("health").filter(|health| health.is_object()) else { return row };
    let number = |name: &str| health.get(name).and_then(Value::as_i64).unwrap_or(0);
    let code = health.get("last_code").and_then(Value::as_str);
    let mut words = vec![format!("{} delivered", number("delivered"))];
    if number("behind") > 0 {
        words.push(format!("{} behind", number("behind")));
    }
    if number("dead_letters") > 0 {
        words.push(format!("{} dead", number("dead_letters")));
    }
    if let Some(code) = code {
        words.push(code.to_owned());
    }
    if let Some(members) = row.as_object_mut() {
        members.insert("health".to_owned(), words.join(", ").into());
    }
    row
}

fn of(target: &str) -> String {
    format!("/api/v1/targets/{}", segment(target))
}

/// What a person typed, as one part of a path: an identifier has nothing else.
fn segment(typed: &str) -> String {
    typed.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}
