//! The sealing keys of the hub, and what they seal.

use std::{path::Path, time::Duration};

use kernel::{Ids, Secret};
use seal::{SealedColumn, Sealer};
use tokio_util::sync::CancellationToken;

use crate::exit::{Exit, Failure, Result};

/// Every column with sealed values, of every room.
pub(crate) fn sealed_columns() -> Vec<SealedColumn> {
    [
        identity::SEALED,
        channel_connectors::SEALED,
        targets::SEALED,
        connectors::SEALED,
        crm_connections::SEALED,
        language_features::SEALED,
        linking_setup::SEALED,
        mailbox::SEALED,
        teams_app::SEALED,
    ]
    .concat()
}

/// How often a hub that runs looks whether its key file has changed.
pub(crate) const KEY_CHECK: Duration = Duration::from_secs(5);

/// Follows the key file until `stop` is cancelled.
pub(crate) async fn follow_key(sealer: Sealer, stop: CancellationToken) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(KEY_CHECK) => {}
        }
        let reading = sealer.clone();
        match tokio::task::spawn_blocking(move || reading.refresh()).await {
            Ok(Ok(true)) => tracing::info!(seal.key = %sealer.key_id(), "the sealing keys changed"),
            Ok(Ok(false)) => {}
            Ok(Err(error)) => tracing::error!(
                error = &error as &dyn std::error::Error,
                "the key file cannot be read; the keys stay as they were"
            ),
            Err(error) => tracing::error!(%error, "reading the key file failed"),
        }
    }
}

/// Reads the sealing key, or makes one when there is none.
pub(crate) fn read_key(path: &Path) -> Result<Sealer> {
    Sealer::from_file(path, &Ids::system()).map_err(|error| Failure::of(Exit::Config, &error))
}

/// A sealer over the text of a key file.
pub(crate) fn key_from(text: &Secret<String>) -> Result<Sealer> {
    Sealer::from_text(text, Ids::system()).map_err(|error| Failure::of(Exit::Refused, &error))
}
