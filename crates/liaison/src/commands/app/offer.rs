//! `app offer` and `app withdraw`: where the data are, never over the network.

use kernel::AppId;
use serde_json::json;

use crate::{
    cli::{Offered, Place},
    commands::{self, local},
    exit::{Exit, Failure, Result},
};

const COLUMNS: [&str; 5] = ["app", "added", "updated", "withdrawn", "kept_out"];

pub(in crate::commands) fn run(place: &Place, command: &Offered, offered: bool) -> Result {
    let id: AppId = command.app.parse().map_err(|error| Failure::of(Exit::Usage, &error))?;
    let came = local::to_one(place, &format!("app {id}"), &async |hub, scope| match hub
        .apps
        .set_offered(scope, id, offered)
        .await
    {
        Err(apps::Error::NotFound { .. }) => Ok(None),
        other => Ok(Some(other?)),
    })?;
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
