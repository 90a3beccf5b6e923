//! One-time links: the first administrator, a new password.

use db::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{Factor, Permission, Permissions, Scope, Secret, TenantId, UserId};
use serde_json::json;

use crate::{
    Caller, Error, Identity, NewSession, Result, Role, Thing,
    audit::Change,
    credentials::{self, Credential, CredentialKind, NewCredential, SecretHash, Subject},
    secret, sign_in, taken,
    users::{self, NewUser, store},
};

/// A link that was just made. The edges make an address of its secret.
#[derive(Debug)]
pub struct IssuedLink {
    /// What the address carries; shown once.
    pub secret: Secret<String>,
    /// When it stops working.
    pub expires_at: Timestamp,
}

impl Identity {
    /// Whether a tenant still waits for its first global administrator.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn needs_first_run(&self, tenant: TenantId) -> Result<bool> {
        let scope = self.system(tenant, "first-run");
        Ok(self.db.read_one(&scope, has_no_administrator).await?)
    }

    /// A link that makes the first global administrator; `None` when there is one already. Links that were made
    /// before stop working.
    ///
    /// # Errors
    /// [`Error::Denied`] unless the system asks, [`Error::Store`].
    pub async fn first_run_link(&self, scope: &Scope) -> Result<Option<IssuedLink>> {
        scope.require(Permission::System)?;
        let (link, credential) =
            self.new_link(CredentialKind::FirstRunLink, Subject::Nobody, self.settings.first_run());
        let now = self.clock.now();
        let made = self
            .db
            .write(scope, move |tx| {
                let kind = Some(CredentialKind::FirstRunLink);
                credentials::revoke_all(tx, Subject::Nobody, kind, now)?;
                let needed = has_no_administrator(tx)?;
                if needed {
                    credentials::register(tx, &credential)?;
                }
                Ok::<_, Error>(needed)
            })
            .await?;
        Ok(made.then_some(link))
    }

    /// Makes the first global administrator, and signs the person in.
    ///
    /// # Errors
    /// [`Error::Link`], [`Error::Invalid`], [`Error::Taken`], [`Error::Store`].
    pub async fn redeem_first_run(
        &self,
        caller: &Caller,
        tenant: TenantId,
        link: &str,
        new: NewUser,
    ) -> Result<NewSession> {
        let hash = plausible(link)?;
        let scope = Self::unsigned(tenant, caller, "first-run");
        let now = self.clock.now();
        // Looked up first, so that nobody without a link makes us hash a password.
        let kind = CredentialKind::FirstRunLink;
        self.db.read_one(&scope, move |tx| live(tx, kind, &hash, now)).await?.ok_or(Error::Link)?;
        if new.password.is_none() {
            let none = Secret::new(String::new());
            self.passwords.check("/password", &none, &[])?;
        }
        let new = NewUser { roles: vec![Role::GlobalAdministrator], ..new };
        let (user, password) = self.prepare(new).await?;
        let (session, credential) = self.new_session(caller, user.id, Factor::Single);
        let outcome = self
            .db
            .write(&scope, move |tx| {
                let link = live(tx, kind, &hash, now)?.ok_or(Error::Link)?;
                if !credentials::revoke(tx, link.id, now)? || !has_no_administrator(tx)? {
                    return Err(Error::Link);
                }
                users::insert(tx, &user, password.as_deref(), now)?;
                let change = Change::new("user.create", "user", user.id).after(&users::view(&user));
                change.write(tx, now)?;
                sign_in::start(tx, user.id, &credential, now)
            })
            .await;
        taken(outcome, Thing::User)?;
        Ok(session)
    }

    /// A link with which a person sets a new password, or the first one. Links that were made before stop
    /// working.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Escalation`], [`Error::Unknown`], [`Error::Store`].
    pub async fn password_link(&self, scope: &Scope, user: UserId) -> Result<IssuedLink> {
        scope.require(Permission::UserManage)?;
        let subject = Subject::User(user);
        let kind = CredentialKind::PasswordReset;
        let (link, credential) = self.new_link(kind, subject, self.settings.password_link());
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let person = users::known(tx, user)?;
                users::guard_rank(tx, user)?;
                for kind in [CredentialKind::PasswordReset, CredentialKind::Invitation] {
                    credentials::revoke_all(tx, subject, Some(kind), now)?;
                }
                let kind = if person.has_password { kind } else { CredentialKind::Invitation };
                credentials::register(tx, &NewCredential { kind, ..credential.clone() })?;
                let change = Change::new("user.password_link", "user", user);
                Ok::<_, Error>(change.after(&json!({ "kind": kind.as_str() })).write(tx, now)?)
            })
            .await?;
        Ok(link)
    }

    /// Sets the password of whoever the link was made for; every session of the person ends.
    ///
    /// # Errors
    /// [`Error::Link`], [`Error::Invalid`], [`Error::Store`].
    pub async fn redeem_password_link(
        &self,
        caller: &Caller,
        tenant: TenantId,
        link: &str,
        password: Secret<String>,
    ) -> Result<UserId> {
        let hash = plausible(link)?;
        let scope = Self::unsigned(tenant, caller, "password-link");
        let now = self.clock.now();
        let found = self.db.read(&scope, move |tx| password_link(tx, &hash, now)).await?;
        let person = found.ok_or(Error::Link)?;
        let names = [person.user_name.as_str(), person.display_name.as_str()];
        self.passwords.check("/password", &password, &names)?;
        let hashed = self.passwords.hash(password).await?;
        let user = person.id;
        let scope = Self::signed(tenant, caller, user);
        self.db
            .write(&scope, move |tx| {
                let person = password_link(tx, &hash, now)?.ok_or(Error::Link)?;
                for kind in [
                    CredentialKind::PasswordReset,
                    CredentialKind::Invitation,
                    CredentialKind::Session,
                ] {
                    credentials::revoke_all(tx, Subject::User(person.id), Some(kind), now)?;
                }
                store::set_password(tx, person.id, &hashed, now)?;
                store::forget_failures(tx, person.id.uuid())?;
                Ok::<_, Error>(Change::new("user.set_password", "user", person.id).write(tx, now)?)
            })
            .await?;
        self.cache.forget(user.uuid());
        Ok(user)
    }

    /// Changes one's own password; every other session ends.
    ///
    /// # Errors
    /// [`Error::SignIn`] when the present password is wrong, [`Error::Throttled`], [`Error::Invalid`],
    /// [`Error::Denied`], [`Error::SecondFactorNeeded`] for a caller with a token, [`Error::Store`].
    pub async fn change_password(
        &self,
        scope: &Scope,
        present: Secret<String>,
        new: Secret<String>,
    ) -> Result<()> {
        let user = self.own_factors(scope).await?;
        let person = self.user(scope, user).await?;
        let names = [person.user_name.as_str(), person.display_name.as_str()];
        self.passwords.check("/new_password", &new, &names)?;
        let now = self.clock.now();
        let settings = self.settings.clone();
        let hash = self
            .db
            .write(scope, move |tx| {
                crate::throttle::admit(tx, user.uuid(), now, &settings)?;
                Ok::<_, Error>(store::password(tx, user)?)
            })
            .await?;
        if !self.passwords.is_right(present, hash).await? {
            return Err(Error::SignIn);
        }
        let hashed = self.passwords.hash(new).await?;
        self.db
            .write(scope, move |tx| {
                for session in credentials::list(tx, Subject::User(user), CredentialKind::Session)?
                {
                    if Some(session.id) != tx.scope().credential() {
                        credentials::revoke(tx, session.id, now)?;
                    }
                }
                store::set_password(tx, user, &hashed, now)?;
                store::forget_failures(tx, user.uuid())?;
                tx.notify(users::TOPIC, user.uuid(), 0);
                Ok::<_, Error>(Change::new("user.set_password", "user", user).write(tx, now)?)
            })
            .await?;
        self.cache.forget(user.uuid());
        Ok(())
    }

    fn new_link(
        &self,
        kind: CredentialKind,
        subject: Subject,
        life: std::time::Duration,
    ) -> (IssuedLink, NewCredential) {
        let now = self.clock.now();
        let life = SignedDuration::try_from(life).unwrap_or(SignedDuration::from_hours(1));
        let link = IssuedLink { secret: secret::draw(&self.ids), expires_at: now + life };
        let credential = NewCredential {
            id: self.ids.fresh(),
            kind,
            secret: SecretHash::of(link.secret.expose().as_bytes()),
            subject,
            permissions: Permissions::NONE,
            label: String::new(),
            factor: Factor::None,
            created_at: now,
            expires_at: Some(link.expires_at),
        };
        (link, credential)
    }
}

fn plausible(link: &str) -> Result<SecretHash> {
    if secret::is_drawn(link) { Ok(SecretHash::of(link.as_bytes())) } else { Err(Error::Link) }
}

/// The person whose password a live link sets.
fn password_link(
    tx: &Tx<'_>,
    hash: &SecretHash,
    now: Timestamp,
) -> db::Result<Option<users::User>> {
    let reset = live(tx, CredentialKind::PasswordReset, hash, now)?;
    let link = match reset {
        Some(link) => Some(link),
        None => live(tx, CredentialKind::Invitation, hash, now)?,
    };
    let Some(user) = link.and_then(|link| link.subject.user()) else { return Ok(None) };
    Ok(store::lookup(tx, user)?.filter(|user| user.state == users::UserState::Active))
}

/// The live link of a kind with this secret.
fn live(
    tx: &Tx<'_>,
    kind: CredentialKind,
    hash: &SecretHash,
    now: Timestamp,
) -> db::Result<Option<Credential>> {
    const SQL: &str = "SELECT id, kind, subject_kind, subject_id, permissions, label, factor, \
                       created_at, created_by, expires_at, last_used_at, origin, revoked_at \
                       FROM credentials WHERE tenant_id = $1 AND secret_hash = $2 AND kind = $3";
    let params = [tx.tenant().into(), hash.bytes().into(), kind.as_str().into()];
    let found = tx.first(SQL, &params)?.as_ref().map(Credential::read).transpose()?;
    Ok(found.filter(|link| link.is_live(now)))
}

fn has_no_administrator(tx: &Tx<'_>) -> db::Result<bool> {
    Ok(store::active_administrators(tx)?.is_empty())
}
