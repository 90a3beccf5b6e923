//! Whether a seller administers the organisation (sales reference §2.1): `Modify All Data` or `Manage Data Integrations`,
//! on the profile. A permission set does not count there.

use crm::{Crm as _, Error, RecordRef, Result, Value};

use super::SellersOrganisation;

impl SellersOrganisation {
    pub(super) async fn modifies_all(&self) -> Result<bool> {
        let Some(profile) = self.profile().await? else { return Ok(false) };
        for right in RIGHTS {
            // an organisation without the feature has no such field
            match shown(self.read(&profile, &[right.to_owned()]).await)? {
                Some(found) if found.values.get(right) == Some(&Value::Boolean(true)) => {
                    return Ok(true);
                }
                _ => {}
            }
        }
        Ok(false)
    }

    async fn profile(&self) -> Result<Option<RecordRef>> {
        let own = self.me().await?;
        let found = shown(self.read(&own, &["ProfileId".to_owned()]).await)?;
        Ok(found.and_then(|found| match found.values.get("ProfileId") {
            Some(Value::Row(at)) => Some(RecordRef::new("Profile", at.id.0.clone())),
            Some(Value::Id(id)) => Some(RecordRef::new("Profile", id.0.clone())),
            _ => None,
        }))
    }
}

/// What the seller may not see is nothing.
fn shown<T>(outcome: Result<T>) -> Result<Option<T>> {
    match outcome {
        Ok(found) => Ok(Some(found)),
        Err(
            Error::ObjectHidden { .. }
            | Error::FieldHidden { .. }
            | Error::NotAllowed
            | Error::NotFound
            | Error::Deleted,
        ) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Fields of `Profile` (Object Reference: Profile).
const RIGHTS: [&str; 2] = ["PermissionsModifyAllData", "PermissionsManageDataIntegrations"];
