//! The mailboxes of the Dataverse environment before dynamics-web-api.

use crate::running::{Running, node};

#[test]
fn dynamics_web_api_reads_mailboxes_and_what_is_tracked() {
    let test = "dynamics_web_api_reads_mailboxes_and_what_is_tracked";
    let Some(command) = node(test, "dynamics-web-api", "dataverse-mailboxes.mjs") else { return };
    let said = Running::start("dataverse", false, true).script(command);
    assert!(said["checks"].as_u64().unwrap() >= 9, "{said}");
}
