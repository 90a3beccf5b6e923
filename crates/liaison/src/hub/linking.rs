//! The workspaces that records are linked to.

use std::sync::Arc;

use identity::SystemScopes;
use linking_setup::{MicrosoftTeams, OwnWorkspace, SeatOf, Sitting, TeamsParts};
use url::Url;
use workspace::Workspace;
use workspace_embedded::Embedded;
use workspace_graph::Who;
use workspace_port::Workspace as Seat;

use super::ground::{Ground, parts};

/// Microsoft Teams for the tenants that say so, the hub's own workspace for all others.
pub(super) fn workspaces(on: &Ground, workspace: &Arc<Workspace>) -> Arc<MicrosoftTeams> {
    MicrosoftTeams::open(parts!(
        TeamsParts,
        on => [db, clock, ids, sealer, scopes, identity, client, networks, public_url];
        seat: elsewhere(),
        own: own(&on.scopes, workspace, &on.public_url),
    ))
}

/// Seats at Microsoft Teams.
fn elsewhere() -> SeatOf {
    Box::new(|graph, sitting, app| {
        let who = match sitting {
            Sitting::Jobs => Who::Jobs,
            Sitting::SignedIn(token) => Who::SignedIn { token },
            Sitting::OnBehalf(user, assertion) => Who::Person { user, assertion },
        };
        Arc::new(workspace_graph::Seat::new(graph, who, app)) as Arc<dyn Seat>
    })
}

/// The hub's own workspace; `base` is where people open its pages.
fn own(scopes: &SystemScopes, workspace: &Arc<Workspace>, base: &Url) -> OwnWorkspace {
    let (workspace, base) = (Arc::clone(workspace), base.clone());
    let seat = Box::new(move |scope: &kernel::Scope| {
        let seat = Embedded::new(Arc::clone(&workspace), scope.clone(), base.clone());
        Arc::new(seat) as Arc<dyn Seat>
    });
    OwnWorkspace::new(scopes.clone(), seat)
}
