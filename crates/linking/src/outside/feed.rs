//! What happened to a table of a CRM elsewhere, as the sign-in of one person tells it. For the hub's own jobs.

use crm::{Changes, Feed};
use kernel::{Coded as _, Scope, UserId};
use uuid::Uuid;

use crate::{Error, Linking, Result};

impl Linking {
    /// The changes of a table behind a place; without a place where to begin, at best without reading what is there first.
    /// Nothing where the CRM tells no changes of this table, or the person is gone.
    ///
    /// # Errors
    /// [`Error::Crm`] with [`crm::Error::Expired`] where the CRM does not remember the place, and what keeps the person's
    /// sign-in from asking.
    pub async fn changed_there(
        &self,
        scope: &Scope,
        (system, user): (Uuid, UserId),
        feed: &Feed,
    ) -> Result<Option<Changes>> {
        let Some(person) = self.scopes.person(scope.tenant(), user).await? else { return Ok(None) };
        let (_, crm) = self.at_crm(&person, system).await?;
        if feed.after.is_none() {
            match crm.begin(&feed.table).await {
                Ok(None) => {}
                Ok(Some(position)) => {
                    let (records, deleted) = (Vec::new(), Vec::new());
                    return Ok(Some(Changes { records, deleted, position, more: false }));
                }
                Err(error) => return silent(error),
            }
        }
        match crm.changes(feed).await {
            Ok(changes) => Ok(Some(changes)),
            Err(error) => silent(error),
        }
    }
}

/// A CRM that tells no changes of a table (in Dynamics 365, one whose changes are not tracked) is no failure.
fn silent(error: crm::Error) -> Result<Option<Changes>> {
    let untold = matches!(error, crm::Error::ObjectHidden { .. } | crm::Error::Query { .. })
        || error.code().name() == "crm_dataverse.not_tracked";
    if untold { Ok(None) } else { Err(Error::Crm(error)) }
}
