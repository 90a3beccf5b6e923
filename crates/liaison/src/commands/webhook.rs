//! `webhook …`, all but `send`.

use serde_json::json;

use super::{import, search, team, text};
use crate::{
    api::Api,
    cli::{self, Place, Webhook},
    exit::Result,
};

const COLUMNS: [&str; 5] = ["id", "name", "channel_id", "state", "created_at"];
const ADDRESS: [&str; 3] = ["generation", "url", "workflows_url"];

pub(crate) fn run(place: &Place, command: &Webhook) -> Result {
    match command {
        Webhook::List(hub) => {
            let api = Api::connect(place, hub)?;
            // Administrators see all; for others the list of their own is all there is.
            let all = api.all("/api/v1/webhooks?filter=all");
            let rows = all.or_else(|_denied| api.all("/api/v1/webhooks"))?;
            super::list(&rows, &COLUMNS, hub.output);
            api.finish();
        }
        Webhook::Add { hub, team, channel, name } => {
            let api = Api::connect(place, hub)?;
            let team = team::find(&api, team)?;
            let channel = team::find_channel(&api, &team, channel)?;
            let path = format!("/api/v1/channels/{}/webhooks", text(&channel, "id"));
            let made = api.post(&path, &json!({ "name": name }))?;
            match made.get("addresses") {
                Some(addresses) if !hub.output.json => super::one(addresses, &ADDRESS, hub.output),
                _ => super::one(&made, &COLUMNS, hub.output),
            }
            api.finish();
        }
        Webhook::Enable { hub, webhook } => change(place, hub, (webhook, "enable"), &COLUMNS)?,
        Webhook::Disable { hub, webhook } => change(place, hub, (webhook, "disable"), &COLUMNS)?,
        Webhook::Rotate { hub, webhook } => change(place, hub, (webhook, "rotate"), &ADDRESS)?,
        Webhook::Import { hub, file, dry_run, team, channel, search } => {
            let list = import::List {
                file: file.as_deref(),
                dry_run: *dry_run,
                team: team.as_deref(),
                channel: channel.as_deref(),
            };
            if search.is_empty() {
                import::run(place, hub, &list)?;
            } else {
                search::run(place, hub, search)?;
            }
        }
        Webhook::Send { file, to, cacert, output } => {
            let (file, to, cacert) = (file.as_path(), to.as_deref(), cacert.as_ref());
            super::send::run(place, &super::send::Sending { file, to, cacert, output: *output })?;
        }
    }
    Ok(())
}

fn change(
    place: &Place,
    hub: &cli::Hub,
    (webhook, verb): (&str, &str),
    columns: &[&str],
) -> Result {
    let api = Api::connect(place, hub)?;
    let changed = api.post(&format!("/api/v1/webhooks/{}/{verb}", segment(webhook)), &json!({}))?;
    super::one(&changed, columns, hub.output);
    api.finish();
    Ok(())
}

/// What a person typed, as one part of a path: an identifier has nothing else.
fn segment(typed: &str) -> String {
    typed.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}
