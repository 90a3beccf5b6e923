//! What data policies say of a CRM.

use connectors::{Prebuilt, PrebuiltUse};
use kernel::{EnvironmentId, Scope, UserId};
use serde_json::json;
use url::Url;

use crate::{Blocked, CrmConnections, CrmSystem, Result, VIVA, service::Audited, store};

impl CrmConnections {
    /// The environments whose data policies count for CRMs elsewhere: the default one, and the product's own once it is
    /// there.
    pub(crate) async fn governed(&self, scope: &Scope) -> Result<Vec<EnvironmentId>> {
        let mut all = vec![EnvironmentId::from(scope.tenant().uuid())];
        all.extend(self.viva(scope).await?);
        Ok(all)
    }

    /// The product's own environment, once it is there.
    ///
    /// # Errors
    /// [`crate::Error::Identity`].
    pub async fn viva(&self, scope: &Scope) -> Result<Option<EnvironmentId>> {
        let root = self.0.scopes.scope(scope.tenant(), JOB);
        match self.0.identity.find_environment_by_name(&root, VIVA).await {
            Ok(found) => Ok(Some(found.id)),
            Err(identity::Error::Unknown(_)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Whether data policies let a CRM be signed in to, or called; what is refused is kept, and a connection that is
    /// refused is taken out of use.
    ///
    /// # Errors
    /// [`crate::Error::Policy`], [`crate::Error::Store`].
    pub(crate) async fn check_policy(
        &self,
        scope: &Scope,
        system: &CrmSystem,
        operation: Option<&str>,
    ) -> Result<()> {
        let Some((connector, address)) = known_as(system) else { return Ok(()) };
        let environments = self.governed(scope).await?;
        let used = PrebuiltUse { connector, address: &address, operation };
        let outcome = self.0.connectors.check_prebuilt(scope, used, &environments).await;
        let Err(error) = outcome else { return Ok(()) };
        if error.is_policy_violation() {
            self.disable(scope, system, scope.user()).await?;
        }
        Err(error.into())
    }

    /// What of data policies stands in the way of a CRM; nothing is kept.
    pub(crate) async fn blocked(
        &self,
        scope: &Scope,
        system: &CrmSystem,
    ) -> Result<Option<Blocked>> {
        let Some((connector, address)) = known_as(system) else { return Ok(None) };
        let environments = self.governed(scope).await?;
        let asked = (connector, &address);
        let found = self.0.connectors.prebuilt_forbidden_by(scope, asked, &environments).await?;
        Ok(found.map(|(policy, ground, environment)| Blocked { policy, ground, environment }))
    }

    /// Takes connections to a CRM out of use: one person's, or everybody's.
    pub(crate) async fn disable(
        &self,
        scope: &Scope,
        system: &CrmSystem,
        user: Option<UserId>,
    ) -> Result<usize> {
        let (id, now) = (system.id, self.0.clock.now());
        let write = move |tx: &db::Tx<'_>| {
            let gone = store::disable(tx, (id, user), DISABLED, now)?;
            for connection in &gone {
                let after = Some(json!({ "state": "disabled", "reason": DISABLED }));
                let (subject, action) = (("crm_connection", *connection), "crm_connection.disable");
                Audited { action, subject, before: None, after, at: now }.write(tx)?;
            }
            Ok::<_, crate::Error>(gone)
        };
        let gone = self.0.db.write(scope, write).await?;
        for connection in &gone {
            self.0.tokens.forget_connection(scope.tenant(), *connection);
        }
        Ok(gone.len())
    }

    /// Takes connections out of use that data policies forbid by now, in every tenant. The worker calls it when policies
    /// change, so that a connection that was blocked for a while does not come back by itself.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub async fn follow_policies(&self) -> Result<usize> {
        let (mut count, mut done) = (0, Ok(()));
        for tenant in self.0.scopes.tenants().await? {
            let scope = self.0.scopes.scope(tenant.id, JOB);
            // what one tenant stumbles over keeps no other waiting
            match self.follow_policies_of(&scope).await {
                Ok(gone) => count += gone,
                Err(error) => done = done.and(Err(error)),
            }
        }
        done.map(|()| count)
    }

    async fn follow_policies_of(&self, scope: &Scope) -> Result<usize> {
        let mut count = 0;
        for system in &self.0.db.read_one(scope, store::systems).await? {
            if self.blocked(scope, system).await?.is_some() {
                count += self.disable(scope, system, None).await?;
            }
        }
        Ok(count)
    }
}

/// As what data policies know a CRM.
fn known_as(system: &CrmSystem) -> Option<(Prebuilt, Url)> {
    let connector = system.kind.connector()?;
    let address = system.address.clone().or_else(|| Url::parse(connector.address()).ok())?;
    Some((connector, address))
}

/// The reason of a connection that a data policy took out of use.
const DISABLED: &str = "crm_connection.disabled";
/// As the room's own work shows in the audit.
pub(crate) const JOB: &str = "crm-connections";
