//! A seller's place at one CRM of the tenant, whichever they chose for other features.

use std::sync::Arc;

use crm::Crm;
use kernel::{Permission, Scope};
use uuid::Uuid;

use crate::{CrmConnections, CrmSystem, Error, Result, SystemKind};

impl CrmConnections {
    /// One of the tenant's CRMs, with the caller's place at it. What stands in the way is told by the calls: a sign-in
    /// that is missing or lost, a data policy.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::SystemNotFound`], [`Error::Store`].
    pub async fn at(&self, scope: &Scope, system: Uuid) -> Result<(CrmSystem, Arc<dyn Crm>)> {
        scope.require(Permission::ConnectionUse)?;
        let user = scope.user().ok_or(Error::PersonNeeded)?;
        let system = self.known_system(scope, system).await?;
        if !system.enabled {
            return Err(Error::SystemNotFound);
        }
        let seat = self.seat(scope, user, system.clone());
        Ok((system, seat))
    }

    /// What kind of CRM one of the tenant's is, for whoever works in the tenant.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::SystemNotFound`], [`Error::Store`].
    pub async fn kind(&self, scope: &Scope, system: Uuid) -> Result<SystemKind> {
        scope.require(Permission::ProfileRead)?;
        Ok(self.known_system(scope, system).await?.kind)
    }

    /// The CRM that features use for the caller.
    ///
    /// # Errors
    /// As [`CrmConnections::of`].
    pub async fn chosen(&self, scope: &Scope) -> Result<CrmSystem> {
        Ok(self.used(scope).await?.1)
    }
}
