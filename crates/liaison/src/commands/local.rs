//! Commands that work where the data are, never over the network.

use kernel::Scope;

use super::{init, runtime};
use crate::{
    cli::Place,
    exit::{Exit, Failure, Result},
    hub::Hub,
    lock::Lock,
    settings::Settings,
    storage,
};

/// Opens the hub for one command. On `SQLite` nobody else may have it open meanwhile; on `PostgreSQL` other nodes may
/// run: what such commands write are rows like any other.
pub(super) fn with_hub<T>(place: &Place, act: impl AsyncFnOnce(&Hub) -> Result<T>) -> Result<T> {
    let settings = Settings::load(place.config.as_deref(), &place.flags())?.settings;
    storage::prepare_folder(&settings.data)?;
    let lock = match settings.database_url()? {
        None => Some(Lock::take(&settings.data)?),
        Some(_) => None,
    };
    let done = runtime()?.block_on(async {
        let hub = Hub::open(&settings, init::public_url(&settings)?).await?;
        let done = act(&hub).await;
        hub.close().await;
        done
    });
    drop(lock);
    done
}

/// Does something to a thing that belongs to one of the tenants, which the operator names by identifier alone: `act`
/// says nothing where the tenant does not have it.
pub(super) fn to_one<T>(
    place: &Place,
    named: &str,
    act: &impl AsyncFn(&Hub, &Scope) -> Result<Option<T>>,
) -> Result<T> {
    with_hub(place, async |hub| {
        for tenant in hub.tenants().await? {
            let scope = hub.scopes.scope(tenant.id, "command-line");
            if let Some(done) = act(hub, &scope).await? {
                return Ok(done);
            }
        }
        Err(Failure::new(Exit::NotFound, format!("there is no {named}")))
    })
}

#[cfg(test)]
mod tests;
