//! `app bot …`: the bot of the hub's own app in Microsoft Teams.

use http::Method;
use serde_json::{Value, json};

use crate::{
    api::Api,
    cli::{AppBot, Place},
    commands,
    exit::Result,
};

const COLUMNS: [&str; 8] = [
    "application_id",
    "directory_id",
    "issuer",
    "metadata_url",
    "login_url",
    "secret_set_at",
    "secret_expires_on",
    "messaging_endpoint",
];
const PATH: &str = "/api/v1/deployment/bot";

pub(super) fn run(place: &Place, command: &AppBot) -> Result {
    let (AppBot::Show(hub)
    | AppBot::Set { hub, .. }
    | AppBot::Secret { hub, .. }
    | AppBot::Check(hub)
    | AppBot::Remove(hub)) = command;
    let api = Api::connect(place, hub)?;
    match command {
        AppBot::Show(_) => commands::one(&api.get(PATH)?, &COLUMNS, hub.output),
        AppBot::Set {
            application_id, directory, issuer, metadata, login, secret, expires, ..
        } => {
            let secret = if *secret { commands::piped_secret()? } else { None };
            let new = json!({
                "application_id": application_id, "directory_id": directory, "issuer": issuer,
                "metadata_url": metadata, "login_url": login, "client_secret": secret,
                "secret_expires_on": expires,
            });
            let kept: Value = api.send(&Method::PUT, PATH, Some(&new))?;
            commands::one(&kept, &COLUMNS, hub.output);
        }
        AppBot::Secret { expires, .. } => {
            let known = api.get(PATH)?;
            let of = |name: &str| known.get(name).cloned().unwrap_or_default();
            let new = json!({
                "application_id": of("application_id"), "directory_id": of("directory_id"),
                "issuer": of("issuer"), "metadata_url": of("metadata_url"),
                "login_url": of("login_url"), "client_secret": commands::piped_secret()?,
                "secret_expires_on": expires,
            });
            let kept: Value = api.send(&Method::PUT, PATH, Some(&new))?;
            commands::one(&kept, &COLUMNS, hub.output);
        }
        AppBot::Check(_) => {
            let checked: Value = api.send(&Method::POST, &format!("{PATH}/check"), None)?;
            commands::one(&checked, &["token_expires_at"], hub.output);
        }
        AppBot::Remove(_) => {
            api.send(&Method::DELETE, PATH, None)?;
        }
    }
    api.finish();
    Ok(())
}
