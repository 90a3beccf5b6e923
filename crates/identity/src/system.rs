//! Scopes for workers and for the command line.

use std::sync::Arc;

use kernel::{Actor, Scope, TenantId, UserId};

use crate::{
    Identity, Result,
    authenticate::{Caller, issue},
    rights,
    tenants::Tenant,
};

/// Issues scopes that act as the system, in any tenant. Whoever builds the hub gets one and hands it to
/// workers; no edge holds one.
#[derive(Debug, Clone)]
pub struct SystemScopes(pub(crate) Arc<Identity>);

impl SystemScopes {
    /// A scope with every permission, for a job whose name the audit shows.
    pub fn scope(&self, tenant: TenantId, job: &'static str) -> Scope {
        self.0.system(tenant, job)
    }

    /// A scope for what goes on in the background as a person began it: with what the person may now. None when the
    /// person may not sign in any more.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub async fn person(&self, tenant: TenantId, user: UserId) -> Result<Option<Scope>> {
        let root = self.scope(tenant, "person");
        let standing = self.0.db.read(&root, move |tx| rights::standing(tx, user)).await?;
        let Some(standing) = standing.filter(|standing| standing.may_sign_in) else {
            return Ok(None);
        };
        let request = self.0.ids.fresh();
        let language = standing.language;
        let caller = Caller { request, origin: None, language, client: String::new() };
        let rights = standing.rights(standing.has_second);
        Ok(Some(issue(tenant, Actor::User(user), rights, &caller)))
    }

    /// Every tenant, the first one first.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub async fn tenants(&self) -> Result<Vec<Tenant>> {
        self.0.all_tenants().await
    }
}
