//! `team` and `channel`.

use serde_json::{Value, json};

use super::text;
use crate::{
    api::Api,
    cli::{Channel, Place, Team},
    exit::{Exit, Failure, Result},
    out,
};

const TEAM: [&str; 4] = ["id", "name", "visibility", "created_at"];
const CHANNEL: [&str; 4] = ["id", "name", "kind", "created_at"];

pub(crate) fn run(place: &Place, command: &Team) -> Result {
    let hub = match command {
        Team::List(hub) | Team::Add { hub, .. } => hub,
    };
    let api = Api::connect(place, hub)?;
    match command {
        Team::List(_) => super::list(&api.all("/api/v1/teams?filter=visible")?, &TEAM, hub.output),
        Team::Add { name, private, .. } => {
            let visibility = if *private { "private" } else { "public" };
            let made =
                api.post("/api/v1/teams", &json!({ "name": name, "visibility": visibility }))?;
            super::one(&made, &TEAM, hub.output);
        }
    }
    api.finish();
    Ok(())
}

pub(crate) fn channel(place: &Place, command: &Channel) -> Result {
    let (hub, team) = match command {
        Channel::List { hub, team } | Channel::Add { hub, team, .. } => (hub, team),
    };
    let api = Api::connect(place, hub)?;
    let team = find(&api, team)?;
    let path = format!("/api/v1/teams/{}/channels", text(&team, "id"));
    match command {
        Channel::List { .. } => super::list(&channels(&api, &team)?, &CHANNEL, hub.output),
        Channel::Add { name, .. } => {
            super::one(&api.post(&path, &json!({ "name": name }))?, &CHANNEL, hub.output);
        }
    }
    api.finish();
    Ok(())
}

/// A team by identifier or name.
pub(crate) fn find(api: &Api, named: &str) -> Result<Value> {
    pick(api.all("/api/v1/teams?filter=visible")?, named, "team")
}

/// A channel of a team by identifier or name.
pub(crate) fn find_channel(api: &Api, team: &Value, named: &str) -> Result<Value> {
    pick(channels(api, team)?, named, "channel")
}

fn channels(api: &Api, team: &Value) -> Result<Vec<Value>> {
    api.all(&format!("/api/v1/teams/{}/channels", text(team, "id")))
}

fn pick(rows: Vec<Value>, named: &str, what: &str) -> Result<Value> {
    let folded = named.to_lowercase();
    let is = |row: &Value| text(row, "id") == named || text(row, "name").to_lowercase() == folded;
    rows.into_iter().find(is).ok_or_else(|| {
        Failure::new(Exit::NotFound, format!("there is no {what} {:?}", out::printable(named)))
    })
}
