//! The guide of the roll-out, and the application that it brings into Microsoft Teams.

use std::sync::Arc;

use connectors::Connectors;
use crm_connections::CrmConnections;
use deployment::{Deployment, Parts};
use egress::Client;
use environments::Environments;
use identity::{Identity, SystemScopes};
use kernel::{Clock, Ids};
use linking_setup::MicrosoftTeams;
use records::Records;
use teams_app::TeamsApp;
use url::Url;
use workspace::Workspace;

/// What the guide and the application stand on.
pub(super) struct Ground<'a> {
    pub(super) db: &'a db::Db,
    pub(super) clock: &'a Arc<dyn Clock>,
    pub(super) ids: &'a Ids,
    pub(super) identity: &'a Arc<Identity>,
    pub(super) scopes: &'a SystemScopes,
    pub(super) connectors: &'a Arc<Connectors>,
    pub(super) environments: &'a Arc<Environments>,
    pub(super) records: &'a Records,
    pub(super) crm: &'a CrmConnections,
    pub(super) workspace: &'a Arc<Workspace>,
    pub(super) client: &'a Client,
    pub(super) teams: &'a Arc<MicrosoftTeams>,
    /// Where people open the hub's pages.
    pub(super) base: &'a Url,
}

/// The guide; it reads Microsoft 365 as the organisation of each tenant lets it.
pub(super) fn open(ground: &Ground<'_>) -> Deployment {
    let graph = Arc::clone(ground.teams);
    Deployment::new(Parts {
        db: ground.db.clone(),
        clock: Arc::clone(ground.clock),
        ids: ground.ids.clone(),
        identity: Arc::clone(ground.identity),
        scopes: ground.scopes.clone(),
        connectors: Arc::clone(ground.connectors),
        environments: Arc::clone(ground.environments),
        records: ground.records.clone(),
        crm: ground.crm.clone(),
        workspace: Arc::clone(ground.workspace),
        teams: TeamsApp::new(teams_app::Parts {
            db: ground.db.clone(),
            clock: Arc::clone(ground.clock),
            ids: ground.ids.clone(),
            identity: Arc::clone(ground.identity),
            scopes: ground.scopes.clone(),
            crm: ground.crm.clone(),
            workspace: Arc::clone(ground.workspace),
            client: ground.client.clone(),
            public_url: ground.base.clone(),
        }),
        graph: Box::new(move |tenant| {
            let teams = Arc::clone(&graph);
            Box::pin(async move { teams.client_of(tenant).await })
        }),
        public_url: ground.base.clone(),
    })
}
