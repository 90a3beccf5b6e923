//! Making, changing and removing persons.

use db::Tx;
use jiff::Timestamp;
use kernel::{Permission, Scope, UserId};
use serde_json::json;

use super::{
    NewUser, TOPIC, Theme, User, UserPatch, UserState, guard_rank, keep_an_administrator, known,
    store,
};
use crate::{
    Error, Identity, Result, Thing,
    audit::Change,
    credentials::{self, Subject},
    external::delegation,
    rights, roles, taken, text,
};

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
            group_roles: Vec::new(),
            has_password: password.is_some(),
            last_sign_in_at: None,
            created_at: self.clock.now(),
        };
        Ok((user, password))
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
                    let session = credentials::CredentialKind::Session;
                    credentials::revoke_all(tx, Subject::User(id), Some(session), now)?;
                    delegation::delete(tx, id)?;
                }
                keep_an_administrator(tx, || Ok(store::set_state(tx, id, state, now)?))?;
                tx.notify(TOPIC, id.uuid(), 0);
                let change = Change::new("user.set_state", "user", id);
                let (was, is) = (json!({"state": before.state}), json!({"state": state}));
                change.before(&was).after(&is).write(tx, now)?;
                Ok::<_, Error>(User { state, ..before })
            })
            .await?;
        self.cache.forget(id.uuid());
        self.forget_own_tokens(scope, id);
        Ok(user)
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
                credentials::revoke_all(tx, Subject::User(id), None, now)?;
                keep_an_administrator(tx, || Ok(store::erase(tx, id, now)?))?;
                tx.notify(TOPIC, id.uuid(), 0);
                let change = Change::new("user.delete", "user", id).before(&view(&before));
                Ok::<_, Error>(change.write(tx, now)?)
            })
            .await?;
        self.cache.forget(id.uuid());
        self.forget_own_tokens(scope, id);
        Ok(())
    }
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

const MAX_ADDRESSES: usize = 10;
