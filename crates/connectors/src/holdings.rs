//! What stands in an environment, for whoever is about to change or delete it.

use kernel::{ApiConnectorId, DataPolicyId, EnvironmentId, Permission, Scope};

use crate::{
    Connectors, Result, catalogue::known_environment, model::Dependent, policy::Reach, store,
};

/// What stands in an environment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Holdings {
    /// Its connectors, by name.
    pub connectors: Vec<(ApiConnectorId, String)>,
    /// How many connections these have.
    pub connections: i64,
    /// How many triggers are watched.
    pub triggers: i64,
    /// What other rooms have built upon the connectors, such as actions.
    pub dependents: Vec<Dependent>,
    /// The data policies that reach it: identifier, name, and whether they name it.
    pub policies: Vec<(DataPolicyId, String, bool)>,
}

impl Connectors {
    /// What stands in an environment; for whoever manages environments or data policies.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::EnvironmentNotFound`], [`crate::Error::Store`].
    pub async fn holdings(&self, scope: &Scope, environment: EnvironmentId) -> Result<Holdings> {
        if !scope.may(Permission::DataPolicyManage) {
            scope.require(Permission::EnvironmentManage)?;
        }
        self.db
            .read(scope, move |tx| {
                known_environment(tx, environment)?;
                let connectors = store::list(tx, environment)?;
                let policies = store::policies::all(tx)?;
                let reached = policies.into_iter().filter(|p| p.reach.covers(environment));
                let (connections, triggers) = store::counts(tx, environment)?;
                Ok(Holdings {
                    connectors: connectors.into_iter().map(|c| (c.id, c.name)).collect(),
                    connections,
                    triggers,
                    dependents: store::dependents_in(tx, environment)?,
                    policies: reached
                        .map(|p| (p.id, p.name, matches!(p.reach, Reach::Only(_))))
                        .collect(),
                })
            })
            .await
    }
}
