//! `action offer` and `action unoffer`: where the data are, never over the network.

use kernel::ActionId;
use serde_json::json;

use crate::{
    cli::{OfferedAction, Place},
    commands::{self, local},
    exit::{Exit, Failure, Result},
};

const COLUMNS: [&str; 4] = ["action", "added", "updated", "withdrawn"];

pub(in crate::commands) fn run(place: &Place, command: &OfferedAction, offered: bool) -> Result {
    let id: ActionId = command.action.parse().map_err(|error| Failure::of(Exit::Usage, &error))?;
    let came = local::to_one(place, &format!("action {id}"), &async |hub, scope| match hub
        .published
        .set_offered(scope, id, offered)
        .await
    {
        Err(actions::Error::NotFound { .. }) => Ok(None),
        other => Ok(Some(other?)),
    })?;
    let row = json!({
        "action": id,
        "added": came.added,
        "updated": came.updated,
        "withdrawn": came.withdrawn,
    });
    commands::one(&row, &COLUMNS, command.output);
    Ok(())
}
