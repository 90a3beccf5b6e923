//! A seller's place at one CRM of the tenant, whichever they chose for other features, and what administrators set for it.

use std::sync::Arc;

use crm::Crm;
use kernel::{GroupId, Permission, Scope};
use sales_settings::{Access, Area, Place, Settings, TenantSettings, Vendor};
use uuid::Uuid;

use crate::{CrmConnections, CrmSystem, Error, Result, SystemKind, store};

/// What administrators set, for somebody.
#[derive(Debug, Clone)]
pub struct Known {
    /// What holds at their CRM.
    pub settings: Settings,
    tenant: TenantSettings,
    /// Theirs; nothing for the hub's own work, which is for nobody in particular.
    groups: Option<Vec<GroupId>>,
}

impl Known {
    /// What they may.
    pub fn may(&self, area: Area) -> Access {
        match &self.groups {
            Some(groups) => self.settings.judge(&self.tenant, area, groups),
            None if area == Area::Ai && !(self.tenant.ai && self.settings.ai.on) => Access::Off,
            None => Access::Granted,
        }
    }
}

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

    /// What administrators set, and what of it holds for the caller: at the CRM that features use for them, or that they
    /// would use; without one, what holds anyhow. Nothing is asked of the CRM. For the hub's own work that of the
    /// tenant's only CRM counts.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn known(&self, scope: &Scope) -> Result<Known> {
        if !scope.may(Permission::ConnectionUse) {
            scope.require(Permission::ActionUse)?;
        }
        let user = scope.user();
        let read = move |tx: &db::Tx<'_>| -> Result<Known> {
            let chosen = match user {
                Some(user) => store::of_person(tx, user)?.into_iter().find(|one| one.chosen),
                None => None,
            };
            let mut all = store::systems(tx)?;
            all.retain(|system| system.enabled);
            let own = |system: &&CrmSystem| system.environment.is_some();
            let system = match (chosen.map(|one| one.system), all.as_slice()) {
                (Some(system), _) => Some(system),
                (None, [only]) => Some(only.id),
                (None, all) => all.iter().find(own).map(|system| system.id),
            };
            Ok(Known {
                settings: match system {
                    Some(system) => sales_settings::settings(tx, system)?,
                    None => Settings::default(),
                },
                tenant: sales_settings::tenant_settings(tx)?,
                groups: match user {
                    Some(user) => Some(identity::groups_of_person(tx, user)?),
                    None => None,
                },
            })
        };
        self.0.db.read(scope, read).await
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
