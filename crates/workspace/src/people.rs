//! What the workspace asks `identity` about persons.

use std::collections::HashMap;

use db::Tx;
use identity::users::{self, Person};
use kernel::{Permission, Scope, UserId};

use crate::{Error, Result, Workspace};

impl Workspace {
    /// The person with this user name or mail address who works here now.
    ///
    /// # Errors
    /// [`Error::Denied`].
    pub async fn find_person(&self, scope: &Scope, name: &str) -> Result<Option<Person>> {
        scope.require(Permission::DirectoryRead)?;
        let name = name.to_owned();
        let read = move |tx: &Tx<'_>| {
            let Some(id) = users::named(tx, &name)? else { return Ok(None) };
            if !users::is_active(tx, id)? {
                return Ok(None);
            }
            Ok(users::people(tx, &[id])?.pop())
        };
        self.db.read(scope, read).await
    }
}

/// Names of persons by identifier; who is not known any more is missing.
pub(crate) type Names = HashMap<UserId, String>;

/// The names to show for `ids`.
pub(crate) fn names(tx: &Tx<'_>, ids: impl IntoIterator<Item = UserId>) -> db::Result<Names> {
    let mut wanted: Vec<UserId> = ids.into_iter().collect();
    kernel::sort(&mut wanted);
    wanted.dedup();
    let found = if wanted.is_empty() { Vec::new() } else { users::people(tx, &wanted)? };
    Ok(found.into_iter().map(|person| (person.id, person.display_name)).collect())
}

/// Refuses who is nobody of this tenant, or no longer works here.
pub(crate) fn require(tx: &Tx<'_>, user: UserId) -> Result<()> {
    if users::is_active(tx, user)? { Ok(()) } else { Err(Error::MemberNotFound { user }) }
}
