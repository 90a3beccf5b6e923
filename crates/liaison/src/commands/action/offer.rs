//! `action offer` and `action unoffer`: where the data are, never over the network.

use kernel::ActionId;
use serde_json::json;

use crate::{
    cli::{OfferedAction, Place},
    commands,
    exit::{Exit, Failure, Result},
    hub::Hub,
    lock::Lock,
    settings::Settings,
    storage,
};

const COLUMNS: [&str; 4] = ["action", "added", "updated", "withdrawn"];

pub(super) fn run(place: &Place, command: &OfferedAction, offered: bool) -> Result {
    let id: ActionId = command.action.parse().map_err(|error| Failure::of(Exit::Usage, &error))?;
    let settings = Settings::load(place.config.as_deref(), &place.flags())?.settings;
    storage::prepare_folder(&settings.data)?;
    // On PostgreSQL other nodes may run: offers are rows like any other.
    let lock = match settings.database_url()? {
        None => Some(Lock::take(&settings.data)?),
        Some(_) => None,
    };
    let done = commands::runtime()?.block_on(async {
        let hub = Hub::open(&settings, commands::init::public_url(&settings)?).await?;
        let done = act(&hub, id, offered).await;
        hub.close().await;
        done
    });
    drop(lock);
    let came = done?;
    let row = json!({
        "action": id,
        "added": came.added,
        "updated": came.updated,
        "withdrawn": came.withdrawn,
    });
    commands::one(&row, &COLUMNS, command.output);
    Ok(())
}

/// The action is its tenant's; the operator names it by identifier alone.
async fn act(hub: &Hub, id: ActionId, offered: bool) -> Result<actions::Told> {
    for tenant in hub.tenants().await? {
        let scope = hub.scopes.scope(tenant.id, "command-line");
        match hub.published.set_offered(&scope, id, offered).await {
            Err(actions::Error::NotFound { .. }) => {}
            other => return Ok(other?),
        }
    }
    Err(Failure::new(Exit::NotFound, format!("there is no action {id}")))
}
