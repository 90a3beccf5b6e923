//! A seller's place at one CRM of the tenant, whichever they chose for other features, and what administrators set for it.

use std::sync::Arc;

use crm::Crm;
use kernel::{Permission, Scope};
use sales_settings::{Access, Area, Place, Settings, Vendor};
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

    /// What administrators set for the CRM that features use for the caller. Rooms that hold CRMs ask here what holds
    /// for saving, meetings and insights.
    ///
    /// # Errors
    /// As [`CrmConnections::of`].
    pub async fn settings(&self, scope: &Scope) -> Result<Settings> {
        let system = self.used(scope).await?.1.id;
        Ok(self.0.db.read_one(scope, move |tx| sales_settings::settings(tx, system)).await?)
    }

    /// What the caller may use at the CRM that features use for them.
    ///
    /// # Errors
    /// As [`CrmConnections::of`].
    pub async fn may(&self, scope: &Scope, area: Area) -> Result<Access> {
        let (user, system) = self.used(scope).await?;
        let read = move |tx: &db::Tx<'_>| sales_settings::access(tx, system.id, user, area);
        Ok(self.0.db.read_one(scope, read).await?)
    }

    /// The caller's place at one of the tenant's CRMs, for whoever asks whether they administer it.
    ///
    /// # Errors
    /// [`crm::Error::Other`] with what [`CrmConnections::at`] says.
    pub async fn place(&self, scope: &Scope, system: Uuid) -> Result<Place, crm::Error> {
        let (system, crm) = self.at(scope, system).await.map_err(crate::seller::passed)?;
        let vendor = match system.kind {
            SystemKind::Embedded => Vendor::Embedded,
            SystemKind::Dataverse => Vendor::Dynamics,
            SystemKind::Salesforce => Vendor::Salesforce,
        };
        Ok(Place { vendor, crm })
    }
}
