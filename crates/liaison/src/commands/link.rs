//! `link …`

mod in_step;

use std::time::Duration;

use http::Method;
use serde_json::{Map, Value, json};

use super::{environment, text};
use crate::{
    api::Api,
    cli::{Hub, Link, LinkSubject, LinkSwitches, Place, Switch},
    exit::{Exit, Failure, Result},
};

const COLUMNS: [&str; 5] = ["id", "subject.name", "team.name", "channel.name", "state"];
const LINK: [&str; 9] = [
    "id",
    "subject.name",
    "team.name",
    "channel.name",
    "state",
    "step",
    "problem.title",
    "problem.detail",
    "url",
];
const HISTORY: [&str; 5] = ["at", "actor", "event", "state", "step"];
const ASKED: [&str; 7] =
    ["id", "link_id", "user_name", "subject_name", "place", "message", "created_at"];
const PREVIEW: [&str; 5] = ["tab", "files", "other_links", "may_remove_tab", "may_delete_files"];
const SWITCHES: [&str; 8] = [
    "basic",
    "enhanced",
    "labels",
    "one_drive",
    "unmanaged_devices",
    "managed_networks",
    "consents.first.state",
    "consents.second.state",
];
const LIMIT: [&str; 2] = ["limit", "value"];
const CONDITIONS: [&str; 5] = ["id", "state", "code", "title", "remedy"];

/// How long a command waits between two looks.
const PAUSE: Duration = Duration::from_millis(500);

pub(crate) fn run(place: &Place, command: &Link) -> Result {
    match command {
        Link::List { hub, environment, state, problem } => {
            let api = Api::connect(place, hub)?;
            let mut path = format!("{}/links?limit=200&problem={problem}", of(&api, environment)?);
            if let Some(state) = state {
                path.push_str("&state=");
                path.push_str(state);
            }
            super::list(&items(&api.get(&path)?), &COLUMNS, hub.output);
            api.finish();
        }
        Link::Of { hub, subject } => {
            let api = Api::connect(place, hub)?;
            let mut path = if let Some(crm) = &subject.crm {
                let which = match system(&api, crm)? {
                    Some(system) => format!("?crm_system_id={system}"),
                    None => String::new(),
                };
                let (table, id) = (&subject.table, &subject.id);
                let what = if kind(subject) == "record" { "records" } else { "views" };
                format!("/api/v1/crm/{what}/{table}/{id}/collaborate{which}")
            } else {
                let path = of(&api, subject.environment.as_deref().unwrap_or_default())?;
                let what = if kind(subject) == "record" { "records" } else { "views" };
                format!("{path}/tables/{}/{what}/{}/collaborate", subject.table, subject.id)
            };
            if kind(subject) == "personal_view" {
                path.push(if path.contains('?') { '&' } else { '?' });
                path.push_str("personal=true");
            }
            let found = api.get(&path)?;
            let rows = found.get("links").and_then(Value::as_array).cloned().unwrap_or_default();
            super::list(&rows, &COLUMNS, hub.output);
            api.finish();
        }
        Link::Add { .. } => add(place, command)?,
        Link::Crm { hub, crm, switch } => {
            let api = Api::connect(place, hub)?;
            let found = super::crm::find(&api, crm)?;
            let path = format!("/api/v1/crm-systems/{}/linking", text(&found, "id"));
            let said = match switch {
                None => api.get(&path)?,
                Some(switch) => {
                    let body = json!({ "links": *switch == Switch::On });
                    api.send(&Method::PUT, &path, Some(&body))?
                }
            };
            super::one(&said, &["links"], hub.output);
            api.finish();
        }
        Link::Show { hub, link } => shown(place, (hub, Method::GET), &format!("/{link}"))?,
        Link::Retry { hub, link } => shown(place, (hub, Method::POST), &format!("/{link}/retry"))?,
        Link::History { hub, link } => {
            let api = Api::connect(place, hub)?;
            let found = api.get(&format!("/api/v1/links/{link}/history"))?;
            super::list(found.as_array().map_or(&[], Vec::as_slice), &HISTORY, hub.output);
            api.finish();
        }
        Link::Remove { hub, link, keep_tab, delete_files, dry_run } => {
            let api = Api::connect(place, hub)?;
            if *dry_run {
                let found = api.get(&format!("/api/v1/links/{link}/unlink-preview"))?;
                super::one(&found, &PREVIEW, hub.output);
            } else {
                let tab = if *keep_tab { "keep" } else { "remove" };
                let files = if *delete_files { "delete" } else { "keep" };
                let path = format!("/api/v1/links/{link}?tab={tab}&files={files}");
                api.send(&Method::DELETE, &path, None)?;
            }
            api.finish();
        }
        Link::Asked { hub } => {
            let api = Api::connect(place, hub)?;
            let found = api.get("/api/v1/my-access-requests")?;
            super::list(found.as_array().map_or(&[], Vec::as_slice), &ASKED, hub.output);
            api.finish();
        }
        Link::Answer { hub, link, request, decline } => {
            let api = Api::connect(place, hub)?;
            let path = format!("/api/v1/links/{link}/access-requests/{request}");
            api.send(&Method::POST, &path, Some(&json!({ "grant": !decline })))?;
            api.finish();
        }
        Link::Members(command) => in_step::members(place, command)?,
        Link::Notes(command) => in_step::notes(place, command)?,
        Link::Report(command) => in_step::report(place, command)?,
        Link::Settings { hub, environment } => {
            let api = Api::connect(place, hub)?;
            let found = api.get(&format!("{}/linking", of(&api, environment)?))?;
            settings(hub, &found);
            api.finish();
        }
        Link::Turn { hub, environment, switches } => {
            set(place, (hub, environment), (Method::PATCH, ""), &turned(switches))?;
        }
        Link::Consent { hub, environment, consent, decision } => {
            let path = format!("/consents/{}", consent.as_str());
            let body = json!({ "decision": decision.as_str() });
            set(place, (hub, environment), (Method::POST, &path), &body)?;
        }
        Link::Tables { hub, environment, switch, tables } => {
            let body = json!({ "enable": *switch == Switch::On, "tables": tables });
            set(place, (hub, environment), (Method::POST, "/tables"), &body)?;
        }
    }
    Ok(())
}

fn add(place: &Place, command: &Link) -> Result {
    let Link::Add {
        hub,
        subject,
        team,
        new_team,
        channel,
        new_channel,
        private,
        member,
        no_welcome,
        no_wait,
    } = command
    else {
        return Ok(());
    };
    let api = Api::connect(place, hub)?;
    let mut body = json!({
        "kind": kind(subject), "table": subject.table, "id": subject.id, "members": member,
        "welcome": !no_welcome,
    });
    let chosen = |id: &Option<String>, name: &Option<String>| match (id, name) {
        (Some(id), _) => Some(json!({ "id": id })),
        (None, Some(name)) => Some(json!({ "name": name, "private": private })),
        (None, None) => None,
    };
    for (field, value) in
        [("team", chosen(team, new_team)), ("channel", chosen(channel, new_channel))]
    {
        if let (Some(body), Some(value)) = (body.as_object_mut(), value) {
            body.insert(field.to_owned(), value);
        }
    }
    let path = if let Some(crm) = &subject.crm {
        let system = system(&api, crm)?;
        if let (Some(body), Some(system)) = (body.as_object_mut(), system) {
            body.insert("crm_system_id".to_owned(), json!(system));
        }
        "/api/v1/links".to_owned()
    } else {
        format!("{}/links", of(&api, subject.environment.as_deref().unwrap_or_default())?)
    };
    let mut link = api.post(&path, &body)?;
    let again = format!("/api/v1/links/{}", text(&link, "id"));
    while !no_wait
        && text(&link, "state") == "pending"
        && link.get("problem").is_none_or(Value::is_null)
    {
        api.work();
        std::thread::sleep(PAUSE);
        link = api.get(&again)?;
    }
    super::one(&link, &LINK, hub.output);
    let problem = link.pointer("/problem/title").and_then(Value::as_str);
    if let Some(problem) = problem {
        return Err(Failure::new(Exit::Refused, problem.to_owned()));
    }
    api.finish();
    Ok(())
}

/// The CRM of this name; nothing for the one that is used for the caller.
fn system(api: &Api, named: &str) -> Result<Option<String>> {
    if named.is_empty() {
        return Ok(None);
    }
    Ok(Some(text(&super::crm::find(api, named)?, "id")))
}

/// Shows a link that is asked for.
fn shown(place: &Place, (hub, method): (&Hub, Method), path: &str) -> Result {
    let api = Api::connect(place, hub)?;
    let link = api.send(&method, &format!("/api/v1/links{path}"), None)?;
    super::one(&link, &LINK, hub.output);
    api.finish();
    Ok(())
}

/// What is to be turned, as REST takes it.
fn turned(switches: &LinkSwitches) -> Value {
    let mut body = Map::new();
    let all = [
        ("basic", switches.basic),
        ("enhanced", switches.enhanced),
        ("labels", switches.labels),
        ("one_drive", switches.one_drive),
    ];
    for (name, switch) in all {
        if let Some(switch) = switch {
            body.insert(name.to_owned(), json!(switch == Switch::On));
        }
    }
    if let Some(rule) = switches.unmanaged_devices {
        body.insert("unmanaged_devices".to_owned(), json!(rule.as_str()));
    }
    if !switches.managed_network.is_empty() {
        body.insert("managed_networks".to_owned(), json!(switches.managed_network));
    }
    Value::Object(body)
}

/// Changes settings and shows them.
fn set(
    place: &Place,
    (hub, environment): (&Hub, &str),
    (method, path): (Method, &str),
    body: &Value,
) -> Result {
    let api = Api::connect(place, hub)?;
    let base = format!("{}/linking", of(&api, environment)?);
    api.send(&method, &format!("{base}{path}"), Some(body))?;
    settings(hub, &api.get(&base)?);
    api.finish();
    Ok(())
}

fn settings(hub: &Hub, found: &Value) {
    let rows = found.get("conditions").and_then(Value::as_array).cloned().unwrap_or_default();
    super::one(found, &SWITCHES, hub.output);
    if hub.output.json {
        return;
    }
    super::list(&rows, &CONDITIONS, hub.output);
    let limits = found.get("limits").and_then(Value::as_object);
    let limits = limits.into_iter().flatten();
    let limits: Vec<_> =
        limits.map(|(name, value)| json!({ "limit": name, "value": value })).collect();
    super::list(&limits, &LIMIT, hub.output);
}

const fn kind(subject: &LinkSubject) -> &'static str {
    match (subject.view, subject.personal_view) {
        (true, _) => "view",
        (_, true) => "personal_view",
        _ => "record",
    }
}

fn of(api: &Api, named: &str) -> Result<String> {
    Ok(format!("/api/v1/environments/{}", text(&environment::find(api, named)?, "id")))
}

fn items(page: &Value) -> Vec<Value> {
    page.get("items").and_then(Value::as_array).cloned().unwrap_or_default()
}
