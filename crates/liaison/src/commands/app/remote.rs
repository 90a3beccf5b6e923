//! Apps of a hub: thin calls of its REST.

use http::Method;
use serde_json::{Value, json};

use super::check;
use crate::{
    api::Api,
    cli::{self, App, Decided, Place},
    commands::{self, team, text},
    exit::{Exit, Failure, Result},
    out,
};

const APP: [&str; 7] = ["id", "name", "version", "origin", "state", "waiting", "capabilities"];
const TEAM_APP: [&str; 6] = ["id", "name", "version", "source", "installed_at", "update"];
const VERSION: [&str; 5] = ["number", "version", "state", "submitted_at", "reason"];

pub(super) fn run(place: &Place, command: &App) -> Result {
    match command {
        App::List { hub, team: None, all, search } => {
            let api = Api::connect(place, hub)?;
            let search: String = search.as_deref().map(encoded).unwrap_or_default();
            let filter = if *all { "all" } else { "published" };
            let rows = api.all(&format!("/api/v1/apps?filter={filter}&search={search}"))?;
            commands::list(&rows, &APP, hub.output);
            api.finish();
        }
        App::List { hub, team: Some(named), .. } => {
            let api = Api::connect(place, hub)?;
            let team = team::find(&api, named)?;
            let rows = api.get(&format!("/api/v1/teams/{}/apps", text(&team, "id")))?;
            let rows = rows.get("items").and_then(Value::as_array).cloned().unwrap_or_default();
            commands::list(&rows, &TEAM_APP, hub.output);
            api.finish();
        }
        App::Versions { hub, app } => {
            let api = Api::connect(place, hub)?;
            commands::list(&versions(&api, app)?, &VERSION, hub.output);
            api.finish();
        }
        App::Upload { hub, team, file } => {
            let zip = check::read(file)?;
            let api = Api::connect(place, hub)?;
            let team = team::find(&api, team)?;
            let path = format!("/api/v1/teams/{}/apps/upload", text(&team, "id"));
            brought(&bring(&api, &path, zip)?, hub, &TEAM_APP);
            api.finish();
        }
        App::Submit { hub, file } => {
            let zip = check::read(file)?;
            let api = Api::connect(place, hub)?;
            brought(&bring(&api, "/api/v1/apps", zip)?, hub, &APP);
            api.finish();
        }
        App::Approve(decided) => decide(place, decided, ("approve", &json!({})))?,
        App::Publish(decided) => decide(place, decided, ("publish", &json!({})))?,
        App::Reject { decided, reason } => {
            decide(place, decided, ("reject", &json!({ "reason": reason })))?;
        }
        App::Block(named) => change(place, &named.hub, (&named.app, "block"))?,
        App::Unblock(named) => change(place, &named.hub, (&named.app, "unblock"))?,
        App::Remove { named, anyway } => {
            let api = Api::connect(place, &named.hub)?;
            let path = format!("/api/v1/apps/{}?anyway={anyway}", segment(&named.app));
            api.send(&Method::DELETE, &path, None)?;
            api.finish();
        }
        App::Install { hub, app, team, consent } => install(place, hub, (app, team, *consent))?,
        App::Uninstall { hub, app, team } => {
            let api = Api::connect(place, hub)?;
            let team = team::find(&api, team)?;
            let path = format!("/api/v1/teams/{}/apps/{}", text(&team, "id"), segment(app));
            api.send(&Method::DELETE, &path, None)?;
            api.finish();
        }
        App::Validate { .. }
        | App::Package { .. }
        | App::Bot(_)
        | App::Offer(_)
        | App::Withdraw(_) => {}
    }
    Ok(())
}

fn versions(api: &Api, app: &str) -> Result<Vec<Value>> {
    let list = api.get(&format!("/api/v1/apps/{}/versions", segment(app)))?;
    Ok(list.get("items").and_then(Value::as_array).cloned().unwrap_or_default())
}

/// Sends a package.
fn bring(api: &Api, path: &str, zip: Vec<u8>) -> Result<Value> {
    let answer = api.upload(&Method::POST, path, zip)?;
    serde_json::from_slice(&answer).map_err(|error| {
        Failure::new(Exit::Failure, format!("{path}: this is no answer of a hub: {error}"))
    })
}

/// What came of a package: the app, and warnings on standard error.
fn brought(answer: &Value, hub: &cli::Hub, columns: &[&str]) {
    if hub.output.json {
        out::json(answer);
        return;
    }
    for finding in answer.get("findings").and_then(Value::as_array).into_iter().flatten() {
        let line = format!(
            "warning {} at {}: {}",
            text(finding, "code"),
            text(finding, "place"),
            text(finding, "detail")
        );
        out::complain(out::printable(&line));
    }
    commands::one(answer.get("app").unwrap_or(&Value::Null), columns, hub.output);
}

fn decide(place: &Place, decided: &Decided, (verb, body): (&str, &Value)) -> Result {
    let api = Api::connect(place, &decided.hub)?;
    let number = if let Some(number) = decided.number {
        number
    } else {
        let newest = versions(&api, &decided.app)?.into_iter().next();
        newest
            .and_then(|it| it.get("number").and_then(Value::as_i64))
            .ok_or_else(|| Failure::new(Exit::NotFound, "the app has no version"))?
    };
    let path = format!("/api/v1/apps/{}/versions/{number}/{verb}", segment(&decided.app));
    commands::one(&api.post(&path, body)?, &APP, decided.hub.output);
    api.finish();
    Ok(())
}

fn change(place: &Place, hub: &cli::Hub, (app, verb): (&str, &str)) -> Result {
    let api = Api::connect(place, hub)?;
    let changed = api.post(&format!("/api/v1/apps/{}/{verb}", segment(app)), &json!({}))?;
    commands::one(&changed, &APP, hub.output);
    api.finish();
    Ok(())
}

fn install(place: &Place, hub: &cli::Hub, (app, team, consent): (&str, &str, bool)) -> Result {
    let api = Api::connect(place, hub)?;
    let team = team::find(&api, team)?;
    let found = api.get(&format!("/api/v1/apps/{}", segment(app)))?;
    if !consent {
        let asks = |key: &str| match text(&found, key) {
            none if none.is_empty() => "nothing".to_owned(),
            some => some,
        };
        out::say(out::printable(&format!("{} {}", text(&found, "name"), text(&found, "version"))));
        for (key, title) in [
            ("capabilities", "adds"),
            ("permissions", "asks for"),
            ("valid_domains", "shows pages of"),
        ] {
            out::say(out::printable(&format!("  {title}: {}", asks(key))));
        }
        api.finish();
        return Err(Failure::new(Exit::Refused, "nothing was installed: give --consent to agree"));
    }
    let number = found.get("number").and_then(Value::as_i64).unwrap_or(0);
    let body = json!({ "app_id": text(&found, "id"), "consent": number });
    let made = api.post(&format!("/api/v1/teams/{}/apps", text(&team, "id")), &body)?;
    commands::one(&made, &TEAM_APP, hub.output);
    api.finish();
    Ok(())
}

/// What a person typed, as one part of a path: an identifier has nothing else.
fn segment(typed: &str) -> String {
    typed.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

/// A value of a query.
fn encoded(typed: &str) -> String {
    url::form_urlencoded::byte_serialize(typed.as_bytes()).collect()
}
