//! `app offer` and `app withdraw`: where the data are, never over the network.

use kernel::AppId;
use serde_json::json;

use crate::{
    cli::{Offered, Place},
    commands,
    exit::{Exit, Failure, Result},
    hub::Hub,
    lock::Lock,
    settings::Settings,
    storage,
};

const COLUMNS: [&str; 5] = ["app", "added", "updated", "withdrawn", "kept_out"];

pub(super) fn run(place: &Place, command: &Offered, offered: bool) -> Result {
    let id: AppId = command.app.parse().map_err(|error| Failure::of(Exit::Usage, &error))?;
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
        "app": id,
        "added": came.added,
        "updated": came.updated,
        "withdrawn": came.withdrawn,
        "kept_out": came.kept_out,
    });
    commands::one(&row, &COLUMNS, command.output);
    Ok(())
}

/// The app is its tenant's; the operator names it by identifier alone.
async fn act(hub: &Hub, id: AppId, offered: bool) -> Result<apps::Reconciled> {
    for tenant in hub.tenants().await? {
        let scope = hub.scopes.scope(tenant.id, "command-line");
        match hub.apps.set_offered(&scope, id, offered).await {
            Err(apps::Error::NotFound { .. }) => {}
            other => return Ok(other?),
        }
    }
    Err(Failure::new(Exit::NotFound, format!("there is no app {id}")))
}
