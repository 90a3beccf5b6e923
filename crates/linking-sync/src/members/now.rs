//! What stands in the way of members being kept in step, and doing it now.

use db::Tx;
use kernel::{EnvironmentId, Permission, Scope};
use linking::{Link, LinkId};
use linking_setup::{Error as Setup, Feature, Obstacle};

use super::plan::Mode;
use crate::{Error, LinkingSync, Result, store};

impl LinkingSync {
    /// Brings the members of a link in step now: in the background, before everything else that waits.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::AdministratorNeeded`]; [`Error::Setup`] with the message about user sync while
    /// nobody has consented; [`Error::MembersOff`] where nobody decided that members follow.
    pub async fn run_members(&self, scope: &Scope, link: LinkId) -> Result<()> {
        scope.require(Permission::RecordWrite)?;
        let link = self.link(scope, link).await?;
        self.decides(scope, &link).await?;
        self.require_sync_of(scope, &link).await?;
        if self.policy_of(scope, &link).await?.0.mode == Mode::Off {
            return Err(Error::MembersOff);
        }
        let id = link.id;
        Ok(self.parts.db.write(scope, move |tx: &Tx<'_>| store::mark(tx, &[id])).await?)
    }

    /// What stands in the way of members being kept in step. Without the first consent it is the message about user
    /// sync of the guide, whatever else is off too: that is what people look up.
    ///
    /// # Errors
    /// [`Error::Setup`] when there is no such environment for the caller.
    pub async fn sync_obstacle(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        table: Option<&str>,
    ) -> Result<Option<Obstacle>> {
        scope.require(Permission::RecordRead)?;
        let answer = self.parts.setup.may(scope, environment, table, Feature::Sync).await?;
        let Some(found) = answer.obstacle() else { return Ok(None) };
        let [first, _] = self.parts.setup.consents(&self.root(scope.tenant())).await?;
        Ok(Some(if first.holds() { found } else { Obstacle::UserSyncMissing }))
    }

    pub(super) async fn require_sync_of(&self, scope: &Scope, link: &Link) -> Result<()> {
        match self.link_obstacle(scope, link).await? {
            None => Ok(()),
            Some(obstacle) => Err(Setup::Closed(obstacle).into()),
        }
    }

    pub(super) async fn require_sync(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
        table: Option<&str>,
    ) -> Result<()> {
        match self.sync_obstacle(scope, environment, table).await? {
            None => Ok(()),
            Some(obstacle) => Err(Setup::Closed(obstacle).into()),
        }
    }
}
