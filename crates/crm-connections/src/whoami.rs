//! Who the caller is in the CRM that features use for them.

use crm::RecordRef;
use kernel::Scope;

use crate::{CrmConnections, Result};

impl CrmConnections {
    /// The caller's own record among the users of the CRM: whose records are one's own.
    ///
    /// # Errors
    /// As [`CrmConnections::of`], and what stands in the way of the CRM.
    pub async fn own_user(&self, scope: &Scope) -> Result<RecordRef> {
        Ok(self.of(scope).await?.me().await?)
    }
}
