//! Who the caller is in the CRM that features use for them.

use crm::RecordRef;
use kernel::Scope;

use crate::{CrmConnections, Result, SystemKind, store};

impl CrmConnections {
    /// The caller's own record among the users of the CRM; nothing where it is not known: Dynamics 365 does not say it when
    /// somebody signs in.
    ///
    /// # Errors
    /// As [`CrmConnections::of`].
    pub async fn own_user(&self, scope: &Scope) -> Result<Option<RecordRef>> {
        let (user, system) = self.used(scope).await?;
        if let Some(environment) = system.environment {
            let session = self.0.records.session_in(scope, environment).await.ok();
            return Ok(session.map(|own| RecordRef::new("systemuser", own.user().to_string())));
        }
        if system.kind != SystemKind::Salesforce {
            return Ok(None);
        }
        let read = move |tx: &db::Tx<'_>| store::of_person(tx, user);
        let connections = self.0.db.read_one(scope, read).await?;
        let own = connections.into_iter().find(|one| one.system == system.id);
        Ok(own.and_then(|one| one.account).map(|account| RecordRef::new("User", account)))
    }
}
