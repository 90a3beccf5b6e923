//! Reading persons.

use db::Tx;
use jiff::Timestamp;
use kernel::{Cursor, Limit, Page, Permission, Scope, UserId};

use super::{Person, User, UserFilter, UserState, known, store};
use crate::{Error, Identity, Result, Thing, text, throttle};

impl Identity {
    /// A person. One's own needs `profile:read`, another's `directory:read`.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn user(&self, scope: &Scope, id: UserId) -> Result<User> {
        let own = scope.user() == Some(id);
        scope.require(if own { Permission::ProfileRead } else { Permission::DirectoryRead })?;
        let found = self.db.read_one(scope, move |tx| store::lookup(tx, id)).await?;
        found.ok_or(Error::Unknown(Thing::User))
    }

    /// The person who signs in with this name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn find_user_by_name(&self, scope: &Scope, name: &str) -> Result<Option<User>> {
        scope.require(Permission::DirectoryRead)?;
        let name = text::fold(name);
        let read = move |tx: &Tx<'_>| {
            let id = store::find_by_name(tx, &name)?;
            id.map_or(Ok(None), |id| store::lookup(tx, id))
        };
        Ok(self.db.read(scope, read).await?)
    }

    /// Persons by user name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Cursor`], [`Error::Store`].
    pub async fn users(
        &self,
        scope: &Scope,
        filter: UserFilter,
        limit: Limit,
        after: Option<&Cursor>,
    ) -> Result<Page<User>> {
        scope.require(Permission::DirectoryRead)?;
        let after = after.map(Cursor::key).transpose()?.unwrap_or_default();
        let rows =
            self.db.read_one(scope, move |tx| store::page(tx, &filter, &after, limit)).await?;
        Ok(Page::cut(rows, limit, |user| Cursor::new(&text::fold(&user.user_name))))
    }

    /// The names of persons, also of deleted ones; unknown identifiers are left out.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn people(&self, scope: &Scope, ids: &[UserId]) -> Result<Vec<Person>> {
        scope.require(Permission::DirectoryRead)?;
        let ids = ids.to_vec();
        Ok(self.db.read(scope, move |tx| store::people(tx, &ids)).await?)
    }

    /// Until when an account refuses every sign-in because too many failed.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn locked_until(&self, scope: &Scope, id: UserId) -> Result<Option<Timestamp>> {
        scope.require(Permission::UserManage)?;
        let now = self.clock.now();
        let settings = self.settings.clone();
        self.db
            .read(scope, move |tx| {
                known(tx, id)?;
                Ok(throttle::locked_until(tx, id, now, &settings)?)
            })
            .await
    }
}

/// The names of persons, also of deleted ones, inside another room's closure; unknown identifiers are
/// left out.
///
/// # Errors
/// Any of [`db::Error`].
pub fn people(tx: &Tx<'_>, ids: &[UserId]) -> db::Result<Vec<Person>> {
    store::people(tx, ids)
}

/// Whether a person of this tenant may work here now, inside another room's closure.
///
/// # Errors
/// Any of [`db::Error`].
pub fn is_active(tx: &Tx<'_>, id: UserId) -> db::Result<bool> {
    Ok(store::lookup(tx, id)?.is_some_and(|user| user.state == UserState::Active))
}

/// Whether a person is gone for good, inside another room's closure: deleted, or never of this tenant.
///
/// # Errors
/// Any of [`db::Error`].
pub fn is_gone(tx: &Tx<'_>, id: UserId) -> db::Result<bool> {
    Ok(store::lookup(tx, id)?.is_none_or(|user| user.state == UserState::Deleted))
}

/// The person with this user name or mail address, inside another room's closure.
///
/// # Errors
/// Any of [`db::Error`].
pub fn named(tx: &Tx<'_>, name: &str) -> db::Result<Option<UserId>> {
    let name = text::fold(name.trim());
    match store::find_by_name(tx, &name)? {
        Some(id) => Ok(Some(id)),
        None => store::find_by_address(tx, &name),
    }
}

/// Persons whose name or address contains a text, inside another room's closure.
///
/// # Errors
/// Any of [`db::Error`].
pub fn search(tx: &Tx<'_>, text: &str, limit: Limit) -> db::Result<Vec<Person>> {
    let filter =
        UserFilter { search: Some(text.to_owned()), state: Some(UserState::Active), role: None };
    let person = |user: User| Person {
        id: user.id,
        display_name: user.display_name,
        address: user.addresses.into_iter().next(),
    };
    Ok(store::page(tx, &filter, "", limit)?.into_iter().take(limit.rows()).map(person).collect())
}
