//! System Administrators that somebody names.

use kernel::{EnvironmentId, Permission, Scope, UserId};

use crate::{Associate, Operation, Records, Reference, Result};

impl Records {
    /// Makes somebody System Administrator of an environment; it does not follow their rights in the tenant. Nothing
    /// happens to who is one already.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::NoEnvironment`], [`crate::Error::Store`].
    pub async fn make_administrator(
        &self,
        scope: &Scope,
        id: EnvironmentId,
        user: UserId,
    ) -> Result<()> {
        scope.require(Permission::EnvironmentManage)?;
        let root = self.0.scopes.scope(scope.tenant(), crate::service::JOB);
        let snapshot = self.snapshot(&root, id).await?;
        self.standing(&root, &snapshot, user).await?;
        let session = self.session_in(&root, id).await?;
        let link = Associate {
            from: Reference::id("systemuser", user.uuid()),
            navigation: "systemuserroles_association".to_owned(),
            to: Reference::id("role", self.0.administrator),
        };
        session.one(Operation::Associate(link)).await?;
        Ok(())
    }
}
