//! The workspaces that records are linked to.

use std::sync::Arc;

use egress::{Client, Networks};
use identity::{Identity, SystemScopes};
use kernel::{Clock, Ids};
use linking_setup::{MicrosoftTeams, OwnWorkspace, SeatOf, Sitting, TeamsParts};
use seal::Sealer;
use url::Url;
use workspace::Workspace;
use workspace_embedded::Embedded;
use workspace_graph::Who;
use workspace_port::Workspace as Seat;

/// What the workspaces stand on.
pub(super) struct Ground<'a> {
    pub(super) db: &'a db::Db,
    pub(super) clock: &'a Arc<dyn Clock>,
    pub(super) ids: &'a Ids,
    pub(super) sealer: &'a Sealer,
    pub(super) scopes: &'a SystemScopes,
    pub(super) identity: &'a Arc<Identity>,
    pub(super) client: &'a Client,
    pub(super) networks: Networks,
    pub(super) workspace: &'a Arc<Workspace>,
    /// Where people open the hub's pages.
    pub(super) base: &'a Url,
}

/// Microsoft Teams for the tenants that say so, the hub's own workspace for all others.
pub(super) fn workspaces(ground: Ground<'_>) -> Arc<MicrosoftTeams> {
    MicrosoftTeams::open(TeamsParts {
        db: ground.db.clone(),
        clock: Arc::clone(ground.clock),
        ids: ground.ids.clone(),
        sealer: ground.sealer.clone(),
        scopes: ground.scopes.clone(),
        identity: Arc::clone(ground.identity),
        client: ground.client.clone(),
        networks: ground.networks,
        public_url: ground.base.clone(),
        seat: elsewhere(),
        own: own(ground.scopes, ground.workspace, ground.base),
    })
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
