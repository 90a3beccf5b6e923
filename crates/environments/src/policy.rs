//! What a tenant lets people make.
//!
//! The platform knows a switch for each kind ("environment assignments": everyone, or only administrators). Here a
//! person needs the right to manage environments in either case: "everyone" are those who have it, which is our own
//! choice. The switch is for people: what the hub makes by itself at a seller's first sign-in goes round it, as the
//! platform's own provisioning does.

use std::str::FromStr;

use kernel::{Permission, Scope};

use crate::{Environments, Result, service::Note, store};

/// Who makes environments of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Makers {
    /// Everybody who may manage environments.
    #[default]
    Everyone,
    /// Those who administer the tenant or the platform.
    Administrators,
}

impl Makers {
    /// The name in the interface and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Everyone => "everyone",
            Self::Administrators => "administrators",
        }
    }
}

impl FromStr for Makers {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Everyone, Self::Administrators].into_iter().find(|it| it.as_str() == text).ok_or(())
    }
}

/// Who makes which environments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Policy {
    /// Who makes trials.
    pub trials: Makers,
    /// Who makes production environments and sandboxes.
    pub others: Makers,
}

impl Environments {
    /// Who makes which environments in the tenant.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::Store`].
    pub async fn policy(&self, scope: &Scope) -> Result<Policy> {
        scope.require(Permission::EnvironmentRead)?;
        Ok(self.db.read_one(scope, store::policy).await?)
    }

    /// Says who makes which environments in the tenant.
    ///
    /// # Errors
    /// [`crate::Error::Denied`], [`crate::Error::NotYours`] for who does not administer, [`crate::Error::Store`].
    pub async fn set_policy(&self, scope: &Scope, policy: Policy) -> Result<()> {
        scope.require(Permission::EnvironmentManage)?;
        if !self.administers(scope).await? {
            return Err(crate::Error::NotYours);
        }
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let before = store::policy(tx)?;
                if before == policy {
                    return Ok(());
                }
                store::set_policy(tx, policy)?;
                let tenant = tx.tenant();
                Note::new("environment.policy", ("tenant", tenant.uuid()), now)
                    .was(view(before))
                    .becomes(view(policy))
                    .write(tx)
            })
            .await
    }
}

fn view(policy: Policy) -> serde_json::Value {
    serde_json::json!({ "trials": policy.trials.as_str(), "others": policy.others.as_str() })
}
