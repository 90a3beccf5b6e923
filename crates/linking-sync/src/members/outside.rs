//! Decisions about the members of links whose record is in a CRM elsewhere: for who sets CRMs up.

use db::Tx;
use event_log::{Change, Subject as Audited};
use kernel::{EnvironmentId, Permission, Scope};
use linking::Link;
use linking_setup::{Error as Setup, Feature, Obstacle};
use uuid::Uuid;

use super::plan::{Mode, Policy};
use crate::{
    Error, LinkingSync, Result,
    store::{self, members as kept},
};

/// A CRM where decisions about environments are kept: identifiers of both are never the same.
fn at(system: Uuid) -> EnvironmentId {
    EnvironmentId::from(system)
}

impl LinkingSync {
    /// As [`LinkingSync::policy`], about the links of a CRM elsewhere.
    ///
    /// # Errors
    /// [`Error::AdministratorNeeded`] for who does not set CRMs up, [`Error::Unknown`].
    pub async fn crm_policy(&self, scope: &Scope, system: Uuid) -> Result<Policy> {
        self.sets_up(scope, system).await?;
        let read = move |tx: &Tx<'_>| kept::policy(tx, at(system), None);
        Ok(self.parts.db.read_one(scope, read).await?.unwrap_or_default())
    }

    /// As [`LinkingSync::set_policy`], about the links of a CRM elsewhere.
    ///
    /// # Errors
    /// As [`LinkingSync::crm_policy`]; [`Error::Setup`] with the message about user sync while nobody has consented.
    pub async fn set_crm_policy(&self, scope: &Scope, system: Uuid, policy: Policy) -> Result<()> {
        self.sets_up(scope, system).await?;
        if policy.mode != Mode::Off
            && let Some(obstacle) = self.crm_sync_obstacle(scope, system).await?
        {
            return Err(Setup::Closed(obstacle).into());
        }
        let (by, now) = (scope.user(), self.now());
        let write = move |tx: &Tx<'_>| {
            let before = kept::policy(tx, at(system), None)?;
            kept::set_policy(tx, (at(system), None), Some(policy), (by, now))?;
            store::begin_walk(tx, now)?;
            event_log::audit(
                tx,
                &Change {
                    action: "linking.members_policy",
                    subject: Audited::new("crm_system", system),
                    before: before.and_then(|policy| serde_json::to_value(policy).ok()),
                    after: serde_json::to_value(policy).ok(),
                    at: now,
                },
            )
        };
        Ok(self.parts.db.write(scope, write).await?)
    }

    /// As [`LinkingSync::sync_obstacle`], for links of a CRM elsewhere.
    ///
    /// # Errors
    /// [`Error::Setup`].
    pub async fn crm_sync_obstacle(&self, scope: &Scope, system: Uuid) -> Result<Option<Obstacle>> {
        scope.require(Permission::ProfileRead)?;
        // nobody's licence matters to what the hub does by itself
        let root = self.root(scope.tenant());
        let answer = self.parts.setup.may_crm(&root, (system, false), Feature::Sync).await?;
        let Some(found) = answer.obstacle() else { return Ok(None) };
        let [first, _] = self.parts.setup.consents(&root).await?;
        Ok(Some(if first.holds() { found } else { Obstacle::UserSyncMissing }))
    }

    /// What stands in the way of the members of a link being kept in step.
    ///
    /// # Errors
    /// As [`LinkingSync::sync_obstacle`].
    pub async fn link_obstacle(&self, scope: &Scope, link: &Link) -> Result<Option<Obstacle>> {
        if let Some(system) = link.subject.system() {
            return self.crm_sync_obstacle(scope, system).await;
        }
        let (environment, table) = (link.subject.environment(), link.subject.table());
        self.sync_obstacle(scope, environment, Some(table)).await
    }

    /// Whether the caller decides about a link: administers its environment, or sets its CRM up.
    pub(super) async fn decides(&self, scope: &Scope, link: &Link) -> Result<()> {
        match link.subject.system() {
            Some(system) => self.sets_up(scope, system).await,
            None => self.administrator(scope, link.subject.environment()).await.map(drop),
        }
    }

    async fn sets_up(&self, scope: &Scope, system: Uuid) -> Result<()> {
        match self.parts.linking.links_crm(scope, system).await {
            Ok(_) => Ok(()),
            Err(linking::Error::Denied(_)) => Err(Error::AdministratorNeeded),
            Err(linking::Error::Unknown) => Err(Error::Unknown),
            Err(error) => Err(error.into()),
        }
    }
}
