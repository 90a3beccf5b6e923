//! Who may see the record of a link, as the sign-in of who made the link tells it. For the hub's own jobs.

use crm::Colleagues;
use kernel::Scope;

use super::{Found, hidden};
use crate::{Error, Link, Linking, Result};

impl Linking {
    /// Who works on the record of a link in its CRM: its owner, those it is shared with, its team. Nothing where the person
    /// who made the link is gone.
    ///
    /// # Errors
    /// [`Error::Unknown`] where that person does not see the record, and what keeps their sign-in from asking.
    pub async fn colleagues_there(&self, scope: &Scope, link: &Link) -> Result<Option<Colleagues>> {
        let Some(found) = self.as_owner(scope, link).await? else { return Ok(None) };
        match found.crm.colleagues(&found.at).await {
            Ok(all) => Ok(Some(all)),
            // who works on it is not told
            Err(crm::Error::NotAllowed | crm::Error::FieldHidden { .. }) => {
                Ok(Some(Colleagues::default()))
            }
            Err(error) => Err(hidden(error)),
        }
    }

    /// Whether somebody with one of these mail addresses may read the record of a link, whatever the reason; nothing where
    /// nobody can tell.
    ///
    /// # Errors
    /// As [`Linking::colleagues_there`].
    pub async fn reads_there(
        &self,
        scope: &Scope,
        link: &Link,
        mails: &[String],
    ) -> Result<Option<bool>> {
        let Some(found) = self.as_owner(scope, link).await? else { return Ok(None) };
        for mail in mails {
            match found.crm.reads(&found.at, mail).await {
                Ok(Some(false)) => {}
                Ok(told) => return Ok(told),
                Err(crm::Error::NotAllowed) => return Ok(None),
                Err(error) => return Err(hidden(error)),
            }
        }
        Ok(Some(false))
    }

    async fn as_owner(&self, scope: &Scope, link: &Link) -> Result<Option<Found>> {
        if link.subject.system().is_none() {
            return Err(Error::Unknown);
        }
        match self.scopes.person(scope.tenant(), link.created_by).await? {
            Some(owner) => Ok(Some(self.found(&owner, &link.subject).await?)),
            None => Ok(None),
        }
    }
}
