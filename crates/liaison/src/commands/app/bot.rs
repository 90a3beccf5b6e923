//! `app bot …`: the bot of the hub's own app in Microsoft Teams.

use http::Method;
use serde_json::{Value, json};

use crate::{
    api::Api,
    cli::{AppBot, Place},
    commands,
    exit::Result,
};

const COLUMNS: [&str; 5] =
    ["application_id", "directory_id", "issuer", "metadata_url", "messaging_endpoint"];
const PATH: &str = "/api/v1/deployment/bot";

pub(super) fn run(place: &Place, command: &AppBot) -> Result {
    let (AppBot::Show(hub) | AppBot::Set { hub, .. } | AppBot::Remove(hub)) = command;
    let api = Api::connect(place, hub)?;
    match command {
        AppBot::Show(_) => commands::one(&api.get(PATH)?, &COLUMNS, hub.output),
        AppBot::Set { application_id, directory, issuer, metadata, .. } => {
            let new = json!({
                "application_id": application_id, "directory_id": directory, "issuer": issuer,
                "metadata_url": metadata,
            });
            let kept: Value = api.send(&Method::PUT, PATH, Some(&new))?;
            commands::one(&kept, &COLUMNS, hub.output);
        }
        AppBot::Remove(_) => {
            api.send(&Method::DELETE, PATH, None)?;
        }
    }
    api.finish();
    Ok(())
}
