//! Persons: who they are, and what state their account is in.

use std::str::FromStr;

use db::Tx;
use jiff::Timestamp;
use kernel::{Cursor, Language, Limit, Page, Permission, Scope, Secret, UserId};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::{
    Error, Identity, Result,
    audit::Change,
    credentials::{self, Subject},
    error::Thing,
    rights,
    roles::{self, Role},
    taken, text, throttle,
};

pub(crate) mod store;

/// The state of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum UserState {
    /// May sign in.
    Active,
    /// Locked by an administrator, until one unlocks it.
    Locked,
    /// Does not work here for now or any more; keeps name and content.
    Disabled,
    /// Removed; only the name remains, for what the person wrote.
    Deleted,
}

impl UserState {
    /// The name in the database and in the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Locked => "locked",
            Self::Disabled => "disabled",
            Self::Deleted => "deleted",
        }
    }
}

impl FromStr for UserState {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let all = [Self::Active, Self::Locked, Self::Disabled, Self::Deleted];
        all.into_iter().find(|state| state.as_str() == text).ok_or(())
    }
}

/// The colours of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// The name in the database and in the interface.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl FromStr for Theme {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::System, Self::Light, Self::Dark].into_iter().find(|t| t.as_str() == text).ok_or(())
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The identifier.
    pub id: UserId,
    /// The name to sign in with.
    pub user_name: String,
    /// The name that others see.
    pub display_name: String,
    /// Mail addresses, the main one first.
    pub addresses: Vec<String>,
    /// The language of the person's choice; `None` follows the browser.
    pub language: Option<Language>,
    /// A name of the time zone database.
    pub time_zone: String,
    /// The colours of the person's choice.
    pub theme: Theme,
    /// The state of the account.
    pub state: UserState,
    /// Tenant-wide roles.
    pub roles: Vec<Role>,
    /// Whether the account has a password here.
    pub has_password: bool,
    /// When the person last signed in.
    pub last_sign_in_at: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// A person to make.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// The name to sign in with.
    pub user_name: String,
    /// The name that others see.
    pub display_name: String,
    /// Mail addresses, the main one first.
    pub addresses: Vec<String>,
    /// The language; `None` follows the browser.
    pub language: Option<Language>,
    /// A name of the time zone database; `None` is UTC.
    pub time_zone: Option<String>,
    /// The password; without one the account is set up by a link or signs in with a provider.
    pub password: Option<Secret<String>>,
    /// Tenant-wide roles.
    pub roles: Vec<Role>,
}

/// What to change of a person; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct UserPatch {
    /// The name to sign in with; for administrators.
    pub user_name: Option<String>,
    /// The name that others see.
    pub display_name: Option<String>,
    /// Mail addresses, the main one first; for administrators.
    pub addresses: Option<Vec<String>>,
    /// The language; `Some(None)` follows the browser.
    pub language: Option<Option<Language>>,
    /// A name of the time zone database.
    pub time_zone: Option<String>,
    /// The colours.
    pub theme: Option<Theme>,
}

/// Which users are asked for.
#[derive(Debug, Clone, Default)]
pub struct UserFilter {
    /// Part of the user name, the display name or an address.
    pub search: Option<String>,
    /// Only this state; otherwise all but the deleted.
    pub state: Option<UserState>,
}

/// As much of a person as lists need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The identifier.
    pub id: UserId,
    /// The name that others see; kept after deletion.
    pub display_name: String,
    /// The main mail address.
    pub address: Option<String>,
}

impl Identity {
    /// Makes a person.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Escalation`] for roles beyond one's own, [`Error::Invalid`],
    /// [`Error::Taken`], [`Error::Store`].
    pub async fn create_user(&self, scope: &Scope, new: NewUser) -> Result<User> {
        scope.require(Permission::UserManage)?;
        if !new.roles.is_empty() {
            scope.require(Permission::RoleAssign)?;
            if !rights::within(scope, roles::rights(&new.roles)) {
                return Err(Error::Escalation);
            }
        }
        let (user, password) = self.prepare(new).await?;
        let made = user.clone();
        let now = self.clock.now();
        let outcome = self
            .db
            .write(scope, move |tx| {
                insert(tx, &user, password.as_deref(), now)?;
                let change = Change::new("user.create", "user", user.id).after(&view(&user));
                Ok::<_, Error>(change.write(tx, now)?)
            })
            .await;
        taken(outcome, Thing::User)?;
        Ok(made)
    }

    /// Checks a new person and hashes the password, before any transaction.
    pub(crate) async fn prepare(&self, new: NewUser) -> Result<(User, Option<String>)> {
        text::user_name("/user_name", &new.user_name)?;
        text::name("/display_name", &new.display_name)?;
        check_addresses(&new.addresses)?;
        let time_zone = new.time_zone.unwrap_or_else(|| "UTC".to_owned());
        text::time_zone("/time_zone", &time_zone)?;
        let password = match new.password {
            Some(password) => {
                let names = [new.user_name.as_str(), new.display_name.as_str()];
                self.passwords.check("/password", &password, &names)?;
                Some(self.passwords.hash(password).await?)
            }
            None => None,
        };
        let user = User {
            id: self.ids.fresh(),
            user_name: new.user_name,
            display_name: new.display_name.trim().to_owned(),
            addresses: new.addresses,
            language: new.language,
            time_zone,
            theme: Theme::default(),
            state: UserState::Active,
            roles: new.roles,
            has_password: password.is_some(),
            last_sign_in_at: None,
            created_at: self.clock.now(),
        };
        Ok((user, password))
    }

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

    /// Changes a person. One's own profile needs `profile:write`, the rest `users:manage`.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Escalation`], [`Error::Invalid`], [`Error::Unknown`], [`Error::Taken`],
    /// [`Error::Store`].
    pub async fn update_user(&self, scope: &Scope, id: UserId, patch: UserPatch) -> Result<User> {
        let own =
            scope.user() == Some(id) && patch.user_name.is_none() && patch.addresses.is_none();
        scope.require(if own { Permission::ProfileWrite } else { Permission::UserManage })?;
        check_patch(&patch)?;
        let now = self.clock.now();
        let outcome = self
            .db
            .write(scope, move |tx| {
                let before = known(tx, id)?;
                if !own {
                    guard_rank(tx, id)?;
                }
                let after = apply(before.clone(), &patch);
                store::update(tx, &after, now)?;
                if patch.addresses.is_some() {
                    store::set_addresses(tx, &after)?;
                }
                tx.notify(TOPIC, id.uuid(), 0);
                let change = Change::new("user.update", "user", id);
                change.before(&view(&before)).after(&view(&after)).write(tx, now)?;
                Ok::<_, Error>(after)
            })
            .await;
        let user = taken(outcome, Thing::User)?;
        self.cache.forget(id.uuid());
        Ok(user)
    }

    /// Locks, disables or activates an account. What is not active is signed out everywhere at once.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Escalation`], [`Error::Unknown`], [`Error::LastAdministrator`],
    /// [`Error::Store`].
    pub async fn set_user_state(
        &self,
        scope: &Scope,
        id: UserId,
        state: UserState,
    ) -> Result<User> {
        scope.require(Permission::UserManage)?;
        if state == UserState::Deleted {
            return Err(Error::field("/state", "state.delete", "delete the user instead"));
        }
        let now = self.clock.now();
        let user = self
            .db
            .write(scope, move |tx| {
                let before = known(tx, id)?;
                guard_rank(tx, id)?;
                if state != UserState::Active {
                    guard_last_administrator(tx, id)?;
                    let session = credentials::CredentialKind::Session;
                    credentials::revoke_all(tx, Subject::User(id), Some(session), now)?;
                }
                store::set_state(tx, id, state, now)?;
                tx.notify(TOPIC, id.uuid(), 0);
                let change = Change::new("user.set_state", "user", id);
                let (was, is) = (json!({"state": before.state}), json!({"state": state}));
                change.before(&was).after(&is).write(tx, now)?;
                Ok::<_, Error>(User { state, ..before })
            })
            .await?;
        self.cache.forget(id.uuid());
        Ok(user)
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

    /// Forgets the failed sign-ins of an account, so that it may try again at once.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn unlock_user(&self, scope: &Scope, id: UserId) -> Result<()> {
        scope.require(Permission::UserManage)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                known(tx, id)?;
                store::forget_failures(tx, id.uuid())?;
                Ok::<_, Error>(Change::new("user.unlock", "user", id).write(tx, now)?)
            })
            .await
    }

    /// Removes a person: name, addresses, factors, roles and credentials go; what the person wrote stays, under
    /// the display name.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Escalation`], [`Error::Unknown`], [`Error::LastAdministrator`],
    /// [`Error::Store`].
    pub async fn delete_user(&self, scope: &Scope, id: UserId) -> Result<()> {
        scope.require(Permission::UserManage)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let before = known(tx, id)?;
                guard_rank(tx, id)?;
                guard_last_administrator(tx, id)?;
                credentials::revoke_all(tx, Subject::User(id), None, now)?;
                store::erase(tx, id, now)?;
                tx.notify(TOPIC, id.uuid(), 0);
                let change = Change::new("user.delete", "user", id).before(&view(&before));
                Ok::<_, Error>(change.write(tx, now)?)
            })
            .await?;
        self.cache.forget(id.uuid());
        Ok(())
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

/// Persons whose name or address contains a text, inside another room's closure.
///
/// # Errors
/// Any of [`db::Error`].
pub fn search(tx: &Tx<'_>, text: &str, limit: Limit) -> db::Result<Vec<Person>> {
    let filter = UserFilter { search: Some(text.to_owned()), state: Some(UserState::Active) };
    let person = |user: User| Person {
        id: user.id,
        display_name: user.display_name,
        address: user.addresses.into_iter().next(),
    };
    Ok(store::page(tx, &filter, "", limit)?.into_iter().take(limit.rows()).map(person).collect())
}

/// The person, unless deleted.
pub(crate) fn known(tx: &Tx<'_>, id: UserId) -> Result<User> {
    let found = store::lookup(tx, id)?.filter(|user| user.state != UserState::Deleted);
    found.ok_or(Error::Unknown(Thing::User))
}

/// Writes a prepared person with addresses and roles.
pub(crate) fn insert(
    tx: &Tx<'_>,
    user: &User,
    password: Option<&str>,
    now: Timestamp,
) -> Result<()> {
    store::insert(tx, user, password)?;
    store::set_addresses(tx, user)?;
    for role in &user.roles {
        crate::assignments::store_role(tx, user.id, *role, now)?;
    }
    Ok(())
}

/// Nobody manages somebody who may do more than they.
pub(crate) fn guard_rank(tx: &Tx<'_>, id: UserId) -> Result<()> {
    let theirs = roles::rights(&rights::of_user(tx, id)?);
    if rights::within(tx.scope(), theirs) { Ok(()) } else { Err(Error::Escalation) }
}

/// Refuses when `id` is the only active global administrator.
pub(crate) fn guard_last_administrator(tx: &Tx<'_>, id: UserId) -> Result<()> {
    let administrators = store::active_administrators(tx)?;
    if administrators == [id] { Err(Error::LastAdministrator) } else { Ok(()) }
}

fn check_addresses(addresses: &[String]) -> Result<()> {
    if addresses.len() > MAX_ADDRESSES {
        let detail = format!("at most {MAX_ADDRESSES} addresses");
        return Err(Error::field("/addresses", "addresses.too_many", detail));
    }
    addresses.iter().try_for_each(|address| text::address("/addresses", address))
}

fn check_patch(patch: &UserPatch) -> Result<()> {
    if let Some(name) = &patch.user_name {
        text::user_name("/user_name", name)?;
    }
    if let Some(name) = &patch.display_name {
        text::name("/display_name", name)?;
    }
    if let Some(addresses) = &patch.addresses {
        check_addresses(addresses)?;
    }
    patch.time_zone.as_ref().map_or(Ok(()), |zone| text::time_zone("/time_zone", zone))
}

fn apply(user: User, patch: &UserPatch) -> User {
    User {
        user_name: patch.user_name.clone().unwrap_or(user.user_name),
        display_name: patch
            .display_name
            .as_deref()
            .map_or(user.display_name, |n| n.trim().to_owned()),
        addresses: patch.addresses.clone().unwrap_or(user.addresses),
        language: patch.language.unwrap_or(user.language),
        time_zone: patch.time_zone.clone().unwrap_or(user.time_zone),
        theme: patch.theme.unwrap_or(user.theme),
        ..user
    }
}

/// The person as the audit shows it.
pub(crate) fn view(user: &User) -> serde_json::Value {
    json!({
        "user_name": user.user_name, "display_name": user.display_name,
        "addresses": user.addresses, "language": user.language, "time_zone": user.time_zone,
        "theme": user.theme, "state": user.state, "roles": user.roles,
    })
}

/// The topic of notices about persons; the stream is the person.
pub(crate) const TOPIC: &str = "users";
const MAX_ADDRESSES: usize = 10;
