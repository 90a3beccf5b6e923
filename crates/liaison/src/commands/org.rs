//! `org …`: the switches of connectors, of the organisation and of its teams.

use http::Method;
use serde_json::{Map, Value, json};

use super::{team, text};
use crate::{
    api::Api,
    cli::{Org, Place},
    exit::{Exit, Failure, Result},
    out,
};

pub(crate) fn run(place: &Place, command: &Org) -> Result {
    let (Org::Show { hub, team } | Org::Set { hub, team, .. }) = command;
    // What cannot be meant is said before a hub is looked for.
    let wanted = match command {
        Org::Show { .. } => None,
        Org::Set { values, .. } => Some(read(values)?),
    };
    let api = Api::connect(place, hub)?;
    if let Some(Wanted::Line(line)) = &wanted {
        let answer = api.post("/api/v1/connector-switches/line", &json!({ "line": line }))?;
        if hub.output.json {
            out::json(&answer);
        } else {
            let whose = text(&answer, "team");
            let set = answer.get("set").and_then(Value::as_object).cloned().unwrap_or_default();
            rows(if whose.is_empty() { "organisation" } else { &whose }, &set);
        }
        api.finish();
        return Ok(());
    }
    let (path, whose) = match team {
        None => ("/api/v1/connector-switches".to_owned(), "organisation".to_owned()),
        Some(named) => {
            let team = team::find(&api, named)?;
            let path = format!("/api/v1/teams/{}/connector-switches", text(&team, "id"));
            (path, text(&team, "name"))
        }
    };
    let answer = match wanted {
        Some(Wanted::Values(values)) => {
            api.send(&Method::PATCH, &path, Some(&Value::Object(values)))?
        }
        _ => api.get(&path)?,
    };
    match answer.as_object() {
        Some(switches) if !hub.output.json => rows(&whose, switches),
        _ => out::json(&answer),
    }
    api.finish();
    Ok(())
}

/// What somebody wants to set.
enum Wanted {
    /// A line of an administrator's shell.
    Line(String),
    Values(Map<String, Value>),
}

fn read(values: &[String]) -> Result<Wanted> {
    let first = values.first().map(|first| first.trim_start().to_lowercase()).unwrap_or_default();
    if first.starts_with("set-") || first.starts_with("ps ") {
        let line = values.join(" ");
        if line.trim_end().ends_with(':') || line.contains(": -") {
            return Err(Failure::new(
                Exit::Usage,
                "a value is missing: put the line in single quotes, so that your shell leaves $true and \
                 $false alone",
            ));
        }
        return Ok(Wanted::Line(line));
    }
    let mut set = Map::new();
    for value in values {
        let wrong = || {
            let known = KEYS.join(", ");
            let typed = out::printable(value);
            Failure::new(
                Exit::Usage,
                format!(
                    "{typed}: KEY=true or KEY=false is expected, with KEY one of {known}; or \
                     preset=government, preset=standard"
                ),
            )
        };
        let (key, to) = value.split_once('=').ok_or_else(wrong)?;
        let to = to.trim().to_lowercase();
        if key.eq_ignore_ascii_case("preset") {
            set.insert("preset".to_owned(), Value::String(to));
            continue;
        }
        let known = KEYS.into_iter().find(|known| known.eq_ignore_ascii_case(key.trim()));
        let to = match to.trim_start_matches('$') {
            "true" | "on" => true,
            "false" | "off" => false,
            _ => return Err(wrong()),
        };
        set.insert(known.ok_or_else(wrong)?.to_owned(), Value::Bool(to));
    }
    Ok(Wanted::Values(set))
}

fn rows(whose: &str, switches: &Map<String, Value>) {
    let cells: Vec<Vec<String>> = switches
        .iter()
        .map(|(key, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            vec![whose.to_owned(), key.clone(), value]
        })
        .collect();
    out::table(&["of", "switch", "value"], &cells);
}

/// The switches by the names that REST has for them.
const KEYS: [&str; 5] = [
    "ConnectorsEnabled",
    "ConnectorsEnabledForTeams",
    "ConnectorsEnabledForOutlook",
    "ConnectorsActionableMessagesEnabled",
    "members_may_manage",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn values(typed: &[&str]) -> Option<Value> {
        let typed: Vec<String> = typed.iter().map(|&one| one.to_owned()).collect();
        match read(&typed).ok()? {
            Wanted::Values(values) => Some(Value::Object(values)),
            Wanted::Line(line) => Some(Value::String(line)),
        }
    }

    #[test]
    fn keys_and_lines_are_told_apart() {
        assert_eq!(
            values(&["connectorsenabled=$false", "preset=government"]),
            Some(json!({ "ConnectorsEnabled": false, "preset": "government" }))
        );
        let line = "Set-OrganizationConfig -ConnectorsEnabled:$false";
        assert_eq!(values(&[line]), Some(json!(line)));
        assert_eq!(
            values(&["Set-OrganizationConfig", "-ConnectorsEnabled", "$false"]).unwrap(),
            "Set-OrganizationConfig -ConnectorsEnabled $false"
        );
        assert_eq!(values(&["Set-OrganizationConfig", "-ConnectorsEnabled:"]), None);
        assert_eq!(values(&["Connectors=true"]), None);
        assert_eq!(values(&["ConnectorsEnabled=maybe"]), None);
        assert_eq!(values(&["ConnectorsEnabled"]), None);
    }
}
