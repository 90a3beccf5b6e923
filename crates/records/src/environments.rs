//! Environments as a whole: made ready, who administers them, the one that a first sign-in makes.

use identity::environments::{EnvironmentKind, NewEnvironment};
use kernel::{EnvironmentId, Permission, Scope};
use record_tables::{
    names,
    registry::{self, State},
};
use uuid::Uuid;

use crate::{Records, Result, service::VIVA};

/// What became of the environment of sellers who use another system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provisioned {
    /// The environment.
    pub environment: EnvironmentId,
    /// Whether this call made it.
    pub made: bool,
    /// Who is System Administrator in it, for review.
    pub administrators: Vec<Administrator>,
}

/// Somebody who may do everything in an environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administrator {
    /// `systemuserid`.
    pub user: Uuid,
    /// The name.
    pub name: String,
}

impl Records {
    /// What may be done in an environment; none when nobody has used it yet.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn state(&self, scope: &Scope, id: EnvironmentId) -> Result<Option<State>> {
        scope.require(Permission::EnvironmentRead)?;
        let found = self.0.db.read_one(scope, move |tx| registry::lookup(tx, id)).await?;
        Ok(found.map(|registered| registered.state))
    }

    /// Makes what is inside an environment ready, whoever may come in.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NoEnvironment`], [`Error::Store`].
    pub async fn prepare(&self, scope: &Scope, id: EnvironmentId) -> Result<()> {
        scope.require(Permission::EnvironmentManage)?;
        let root = self.0.scopes.scope(scope.tenant(), crate::service::JOB);
        let found = self.0.identity.environment(&root, id).await?;
        self.make_ready(&root, &found).await
    }

    /// The environment that the product keeps its data in for sellers whose CRM is another system: made on the first
    /// sign-in of any of them, by the hub and not by the seller, a trial; later calls find it. Whoever administers the
    /// tenant or the platform administers it; whether the tenant lets only administrators make trials does not matter.
    ///
    /// # Errors
    /// [`Error::Identity`], [`Error::Store`].
    pub async fn provision_viva(&self, scope: &Scope) -> Result<Provisioned> {
        scope.require(Permission::EnvironmentRead)?;
        let root = self.0.scopes.scope(scope.tenant(), PROVISIONING);
        let identity = &self.0.identity;
        let new = NewEnvironment {
            name: VIVA.to_owned(),
            kind: EnvironmentKind::Trial,
            crm_enabled: false,
        };
        let found = match identity.find_environment_by_name(&root, VIVA).await {
            Err(identity::Error::Unknown(_)) => None,
            other => Some(other?),
        };
        let (environment, made) = match found {
            Some(found) => (found, false),
            None => match identity.create_environment(&root, new).await {
                Ok(made) => (made, true),
                // Somebody else was faster.
                Err(identity::Error::Taken(_)) => {
                    (identity.find_environment_by_name(&root, VIVA).await?, false)
                }
                Err(error) => return Err(error.into()),
            },
        };
        self.make_ready(&root, &environment).await?;
        let administrators = self.administrators_of(&root, environment.id).await?;
        Ok(Provisioned { environment: environment.id, made, administrators })
    }

    /// Who is System Administrator in an environment, for review.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NoEnvironment`], [`Error::Store`].
    pub async fn administrators(
        &self,
        scope: &Scope,
        id: EnvironmentId,
    ) -> Result<Vec<Administrator>> {
        scope.require(Permission::EnvironmentManage)?;
        let root = self.0.scopes.scope(scope.tenant(), crate::service::JOB);
        self.administrators_of(&root, id).await
    }

    /// Gives everybody who administers the tenant or the platform their row and role, then reads who has it.
    async fn administrators_of(
        &self,
        root: &Scope,
        id: EnvironmentId,
    ) -> Result<Vec<Administrator>> {
        let snapshot = self.snapshot(root, id).await?;
        for role in [identity::Role::GlobalAdministrator, identity::Role::PlatformAdministrator] {
            let filter = identity::users::UserFilter { role: Some(role), ..Default::default() };
            let mut after = None;
            loop {
                let (filter, limit) = (filter.clone(), kernel::Limit::default());
                let page = self.0.identity.users(root, filter, limit, after.as_ref()).await?;
                for person in &page.items {
                    self.standing(root, &snapshot, person.id).await?;
                }
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
        }
        let sql = format!(
            "SELECT u.systemuserid, u.fullname FROM {} l JOIN {} u ON u.systemuserid = l.systemuserid \
             WHERE l.roleid = $1 ORDER BY u.fullname, u.systemuserid LIMIT 5000",
            names::table(snapshot.number(), "systemuserroles"),
            names::table(snapshot.number(), "systemuser")
        );
        let role = self.0.administrator;
        let read = move |tx: &db::Tx<'_>| {
            let rows = tx.all(&sql, &[role.into()])?;
            let one = |row: &db::Row| {
                let name: Option<String> = row.get(1)?;
                Ok(Administrator { user: row.get(0)?, name: name.unwrap_or_default() })
            };
            rows.iter().map(one).collect::<db::Result<Vec<_>>>()
        };
        Ok(self.0.db.read_one(root, read).await?)
    }
}

/// As the first sign-in of a seller shows in the audit.
const PROVISIONING: &str = "provisioning";
