//! The guide of the roll-out, and the application that it brings into Microsoft Teams.

use std::sync::Arc;

use connectors::Connectors;
use crm_connections::CrmConnections;
use deployment::{Deployment, Parts};
use environments::Environments;
use linking_setup::MicrosoftTeams;
use records::Records;
use teams_app::TeamsApp;
use workspace::Workspace;

use super::ground::{Ground, parts};

/// What the guide and the application stand on.
pub(super) struct On<'a> {
    pub(super) ground: &'a Ground,
    pub(super) connectors: &'a Arc<Connectors>,
    pub(super) environments: &'a Arc<Environments>,
    pub(super) records: &'a Records,
    pub(super) crm: &'a CrmConnections,
    pub(super) workspace: &'a Arc<Workspace>,
    pub(super) teams: &'a Arc<MicrosoftTeams>,
}

/// The guide; it reads Microsoft 365 as the organisation of each tenant lets it.
pub(super) fn open(on: &On<'_>) -> Deployment {
    let graph = Arc::clone(on.teams);
    Deployment::new(parts!(
        Parts, on.ground => [db, clock, ids, identity, scopes, public_url];
        connectors: Arc::clone(on.connectors),
        environments: Arc::clone(on.environments),
        records: on.records.clone(),
        crm: on.crm.clone(),
        workspace: Arc::clone(on.workspace),
        teams: TeamsApp::new(parts!(
            teams_app::Parts,
            on.ground => [
                db, clock, ids, identity, scopes, sealer, client, networks, public_url,
            ];
            crm: on.crm.clone(),
            workspace: Arc::clone(on.workspace),
        )),
        graph: Box::new(move |tenant| {
            let teams = Arc::clone(&graph);
            Box::pin(async move { teams.client_of(tenant).await })
        }),
    ))
}
