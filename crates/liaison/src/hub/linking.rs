//! The workspace that records are linked to.

use std::sync::Arc;

use identity::SystemScopes;
use linking_setup::{OwnWorkspace, Workspaces};
use url::Url;
use workspace::Workspace;
use workspace_embedded::Embedded;
use workspace_port::Workspace as Seat;

/// The hub's own workspace; `base` is where people open its pages.
pub(super) fn workspaces(
    scopes: &SystemScopes,
    workspace: &Arc<Workspace>,
    base: &Url,
) -> Arc<dyn Workspaces> {
    let (workspace, base) = (Arc::clone(workspace), base.clone());
    let seat = Box::new(move |scope: &kernel::Scope| {
        let seat = Embedded::new(Arc::clone(&workspace), scope.clone(), base.clone());
        Arc::new(seat) as Arc<dyn Seat>
    });
    Arc::new(OwnWorkspace::new(scopes.clone(), seat))
}
