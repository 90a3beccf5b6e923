//! Reading what checks judge by: each system on its own, so that one that does not answer leaves the others readable.

mod customise;
mod dynamics;
mod graph;
mod own;
mod salesforce;

use kernel::Scope;

use crate::{
    Deployment, Guide, Result,
    facts::{Facts, Handed, Reading},
    service::{JOB, Settings},
    store,
};

/// App identifiers under which the published product stands in Teams: the enhanced app, and the add-in before it.
const PUBLISHED: [&str; 2] =
    ["c92c289e-ceb4-4755-819d-0d1dffdab6fa", "c3b456a3-a41a-4ed4-8040-354f73574021"];

impl Deployment {
    /// Everything there is to know, for who asks.
    pub(crate) async fn facts(
        &self,
        scope: &Scope,
        guide: Guide,
        settings: &Settings,
    ) -> Result<Facts> {
        let root = self.0.scopes.scope(scope.tenant(), JOB);
        let (own, consumer_keys) = self.own(scope, &root, guide).await?;
        let mut handed = Handed::default();
        for (content, at) in self.0.db.read(&root, store::latest).await? {
            handed.take(content, at);
        }
        let apps = [self.app_id(scope.tenant()).to_string()];
        let apps = apps.into_iter().chain(PUBLISHED.map(str::to_owned)).collect::<Vec<_>>();
        let graph = self.graph(&root, &own.sellers, apps.first()).await;
        let (mut salesforce, mut dynamics) = (Reading::Absent, Reading::Absent);
        match guide {
            Guide::Salesforce => salesforce = self.salesforce(scope, &own).await,
            Guide::Dynamics | Guide::Embedded => {
                dynamics = self.dynamics(scope, &own).await;
            }
        }
        let now = self.0.clock.now();
        let seller_groups = settings.seller_groups.clone();
        Ok(Facts {
            now,
            own,
            graph,
            salesforce,
            dynamics,
            handed,
            seller_groups,
            apps,
            consumer_keys,
        })
    }
}
