//! Scopes for workers and for the command line.

use std::sync::Arc;

use kernel::{Scope, TenantId};

use crate::{Identity, Result, tenants::Tenant};

/// Issues scopes that act as the system, in any tenant. Whoever builds the hub gets one and hands it to
/// workers; no edge holds one.
#[derive(Debug, Clone)]
pub struct SystemScopes(pub(crate) Arc<Identity>);

impl SystemScopes {
    /// A scope with every permission, for a job whose name the audit shows.
    pub fn scope(&self, tenant: TenantId, job: &'static str) -> Scope {
        self.0.system(tenant, job)
    }

    /// Every tenant, the first one first.
    ///
    /// # Errors
    /// [`crate::Error::Store`].
    pub async fn tenants(&self) -> Result<Vec<Tenant>> {
        self.0.all_tenants().await
    }
}
