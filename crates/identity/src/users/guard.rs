//! What keeps persons from managing whom they must not, and a tenant from being left alone.

use db::Tx;
use kernel::UserId;

use super::{User, UserState, store};
use crate::{Error, Result, Thing, rights, roles};

/// The person, unless deleted.
pub(crate) fn known(tx: &Tx<'_>, id: UserId) -> Result<User> {
    let found = store::lookup(tx, id)?.filter(|user| user.state != UserState::Deleted);
    found.ok_or(Error::Unknown(Thing::User))
}

/// Nobody manages somebody who may do more than they.
pub(crate) fn guard_rank(tx: &Tx<'_>, id: UserId) -> Result<()> {
    let theirs = roles::rights(&rights::of_user(tx, id)?);
    if rights::within(tx.scope(), theirs) { Ok(()) } else { Err(Error::Escalation) }
}

/// Whether `id` is the only active global administrator.
pub(crate) fn is_last(tx: &Tx<'_>, id: UserId) -> Result<bool> {
    Ok(store::active_administrators(tx)? == [id])
}

/// Makes a change that must not leave the tenant without an active global administrator; one that had
/// none before may be changed at will.
pub(crate) fn keep_an_administrator<T>(
    tx: &Tx<'_>,
    change: impl FnOnce() -> Result<T>,
) -> Result<T> {
    let had = !store::active_administrators(tx)?.is_empty();
    let done = change()?;
    if had && store::active_administrators(tx)?.is_empty() {
        return Err(Error::LastAdministrator);
    }
    Ok(done)
}
