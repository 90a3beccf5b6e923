//! What meetings see of the organisation: its calendar over Microsoft Graph, and its transcription policy.

use std::sync::Arc;

use deployment::{Deployment, State};
use identity::SystemScopes;
use kernel::Scope;
use linking_setup::MicrosoftTeams;
use meetings::{At, Outside};

/// The check of the guide that says whether the policy for everybody lets meetings be transcribed.
const TRANSCRIPTION: &str = "TMS-07";

/// The organisation as the room asks it.
pub(super) fn outside(
    teams: &Arc<MicrosoftTeams>,
    deployment: &Deployment,
    scopes: &SystemScopes,
) -> Outside {
    let (teams, there) = (Arc::clone(teams), Arc::clone(teams));
    let (deployment, scopes) = (deployment.clone(), scopes.clone());
    Outside {
        graph: Box::new(move |scope: Scope| {
            let teams = Arc::clone(&teams);
            Box::pin(async move {
                let graph = teams.client_of(scope.tenant()).await?;
                let account = match scope.user() {
                    Some(_) => teams.account(&scope).await.ok().flatten(),
                    None => None,
                };
                Some(At { graph, user: account.map(|account| account.id) })
            })
        }),
        notices: Box::new(move || Some(Arc::clone(&there))),
        transcription: Box::new(move |tenant| {
            let (deployment, root) = (deployment.clone(), scopes.scope(tenant, "meetings"));
            Box::pin(async move {
                let guide = deployment.guide(&root).await.ok()?;
                let report = deployment.report(&root, guide).await.ok()?;
                let found = report.outcomes.iter().find(|one| one.check.id == TRANSCRIPTION)?;
                match found.state {
                    State::Pass => Some(true),
                    State::Fail => Some(false),
                    _ => None,
                }
            })
        }),
    }
}
