//! Signing in with a name and a password, and the second step where there is one.

use db::Tx;
use jiff::{SignedDuration, Timestamp};
use kernel::{CredentialId, Factor, Permissions, Scope, Secret, TenantId, UserId};
use serde_json::{Value as Json, json};
use webauthn::Assertion;

use crate::{
    Caller, Error, Identity, Result,
    attempts::{Attempt, AttemptKind},
    audit::Change,
    credentials::{self, CredentialKind, NewCredential, SecretHash, Subject},
    factors::{recovery, totp},
    passkeys, secret, text, throttle,
    users::{UserState, store as users},
};

/// What a person types to sign in.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// The user name or a mail address.
    pub name: String,
    /// The password.
    pub password: Secret<String>,
}

/// How a sign-in went on.
#[derive(Debug)]
pub enum SignedIn {
    /// The person is signed in.
    Done(NewSession),
    /// A second factor is awaited.
    SecondFactor(Pending),
}

/// A session that has just begun.
#[derive(Debug)]
pub struct NewSession {
    /// The identifier.
    pub id: CredentialId,
    /// Who signed in.
    pub user: UserId,
    /// The value of the cookie; shown once.
    pub secret: Secret<String>,
    /// The factor that was used.
    pub factor: Factor,
    /// When the session ends, used or not.
    pub expires_at: Timestamp,
}

/// A sign-in that awaits its second factor.
#[derive(Debug)]
pub struct Pending {
    /// Names the sign-in; to be given back with the answer.
    pub attempt: Secret<String>,
    /// What can be given.
    pub methods: Vec<Method>,
    /// Options for `navigator.credentials.get`, when a passkey can be.
    pub passkey: Option<Json>,
    /// When the sign-in must begin anew.
    pub expires_at: Timestamp,
}

/// A kind of second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// A code of an authenticator app.
    Totp,
    /// A recovery code.
    Recovery,
    /// A passkey.
    Passkey,
}

/// A second factor as it is given.
#[derive(Debug)]
pub enum Answer {
    /// Six digits of an authenticator app.
    Totp(String),
    /// A recovery code.
    Recovery(String),
    /// What `navigator.credentials.get` answered.
    Passkey(Assertion),
}

impl Identity {
    /// Signs in with a name and a password.
    ///
    /// A wrong name takes as long as a wrong password and is counted alike.
    ///
    /// # Errors
    /// [`Error::SignIn`], [`Error::Throttled`] after repeated failures, [`Error::Busy`], [`Error::Store`].
    pub async fn sign_in(
        &self,
        caller: &Caller,
        tenant: TenantId,
        who: SignIn,
    ) -> Result<SignedIn> {
        let name = text::fold(&who.name);
        if name.chars().count() > LONGEST_NAME {
            return Err(Error::SignIn);
        }
        let scope = Self::unsigned(tenant, caller, "sign-in");
        let (user, hash) = self.admit(&scope, name).await?;
        let right = self.passwords.is_right(who.password, hash).await?;
        let Some(user) = user.filter(|_| right) else { return Err(Error::SignIn) };
        let methods = self.db.read(&scope, move |tx| methods(tx, user)).await?;
        if methods.is_empty() {
            return self
                .open_session(caller, tenant, user, Factor::Single)
                .await
                .map(SignedIn::Done);
        }
        let now = self.clock.now();
        self.db.write(&scope, move |tx| throttle::take_back(tx, user.uuid(), now)).await?;
        let challenge = passkeys::challenge(&self.ids);
        let passkey = if methods.contains(&Method::Passkey) {
            let known = self.db.read(&scope, move |tx| passkeys::store::of_user(tx, user)).await?;
            Some(self.site().request_options(&challenge, &passkeys::names(&known)))
        } else {
            None
        };
        let payload = json!({ "challenge": challenge });
        let attempt = Attempt { user: Some(user), payload };
        let (attempt, expires_at) = self.begin(&scope, AttemptKind::SecondFactor, attempt).await?;
        Ok(SignedIn::SecondFactor(Pending { attempt, methods, passkey, expires_at }))
    }

    /// Finishes a sign-in with the second factor. A wrong code may be tried again, as often as the throttle
    /// lets; a passkey's answer ends the attempt either way.
    ///
    /// # Errors
    /// [`Error::Attempt`], [`Error::SecondFactor`], [`Error::Passkey`], [`Error::Throttled`],
    /// [`Error::Store`].
    pub async fn second_factor(
        &self,
        caller: &Caller,
        tenant: TenantId,
        attempt: &str,
        answer: Answer,
    ) -> Result<NewSession> {
        let scope = Self::unsigned(tenant, caller, "sign-in");
        let kind = AttemptKind::SecondFactor;
        let is_passkey = matches!(answer, Answer::Passkey(_));
        let pending = if is_passkey {
            self.take(&scope, kind, attempt).await?
        } else {
            self.attempt(&scope, kind, attempt).await?
        };
        let user = pending.user.ok_or(Error::Attempt)?;
        self.count(&scope, user).await?;
        let factor = match answer {
            Answer::Totp(code) => {
                self.use_totp(&scope, user, &code).await?;
                Factor::Totp
            }
            Answer::Recovery(code) => {
                let hash = recovery::hash(user, &code).ok_or(Error::SecondFactor)?;
                let now = self.clock.now();
                let spent = self.db.write(&scope, move |tx| recovery::spend(tx, user, &hash, now));
                if !spent.await? {
                    return Err(Error::SecondFactor);
                }
                Factor::Recovery
            }
            Answer::Passkey(assertion) => {
                self.use_passkey(&scope, Some(user), &pending.payload, &assertion).await?;
                Factor::Passkey
            }
        };
        if !is_passkey {
            self.take(&scope, kind, attempt).await?;
        }
        self.open_session(caller, tenant, user, factor).await
    }

    /// Begins a sign-in with a passkey alone: the attempt, and options for `navigator.credentials.get`.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn begin_passkey_sign_in(
        &self,
        caller: &Caller,
        tenant: TenantId,
    ) -> Result<(Secret<String>, Json)> {
        let scope = Self::unsigned(tenant, caller, "sign-in");
        let challenge = passkeys::challenge(&self.ids);
        let options = self.site().request_options(&challenge, &[]);
        let attempt = Attempt { user: None, payload: json!({ "challenge": challenge }) };
        let (secret, _) = self.begin(&scope, AttemptKind::PasskeySignIn, attempt).await?;
        Ok((secret, options))
    }

    /// Signs in with a passkey alone; it verifies the person, so it is two factors in one.
    ///
    /// # Errors
    /// [`Error::Attempt`], [`Error::Passkey`], [`Error::SignIn`], [`Error::Store`].
    pub async fn passkey_sign_in(
        &self,
        caller: &Caller,
        tenant: TenantId,
        attempt: &str,
        assertion: &Assertion,
    ) -> Result<NewSession> {
        let scope = Self::unsigned(tenant, caller, "sign-in");
        let pending = self.take(&scope, AttemptKind::PasskeySignIn, attempt).await?;
        let user = self.use_passkey(&scope, None, &pending.payload, assertion).await?;
        self.open_session(caller, tenant, user, Factor::Passkey).await
    }

    /// Makes a session for somebody who has proven who it is.
    pub(crate) async fn open_session(
        &self,
        caller: &Caller,
        tenant: TenantId,
        user: UserId,
        factor: Factor,
    ) -> Result<NewSession> {
        let (session, credential) = self.new_session(caller, user, factor);
        let scope = Self::signed(tenant, caller, user);
        let now = self.clock.now();
        self.db.write(&scope, move |tx| start(tx, user, &credential, now)).await?;
        Ok(session)
    }

    /// A session and its row, not yet stored.
    pub(crate) fn new_session(
        &self,
        caller: &Caller,
        user: UserId,
        factor: Factor,
    ) -> (NewSession, NewCredential) {
        let now = self.clock.now();
        let life = SignedDuration::try_from(self.settings.session_absolute());
        let expires_at = now + life.unwrap_or(SignedDuration::from_hours(1));
        let secret = secret::draw(&self.ids);
        let credential = NewCredential {
            id: self.ids.fresh(),
            kind: CredentialKind::Session,
            secret: SecretHash::of(secret.expose().as_bytes()),
            subject: Subject::User(user),
            permissions: Permissions::NONE,
            label: caller.client.chars().filter(|c| !c.is_control()).take(200).collect(),
            factor,
            created_at: now,
            expires_at: Some(expires_at),
        };
        let session = NewSession { id: credential.id, user, secret, factor, expires_at };
        (session, credential)
    }

    /// Counts a try for whoever has the name; the account, if it may sign in, and its password.
    async fn admit(&self, scope: &Scope, name: String) -> Result<(Option<UserId>, Option<String>)> {
        let now = self.clock.now();
        let settings = self.settings.clone();
        let admitted = self.db.write(scope, move |tx| {
            let user = users::find_by_name(tx, &name)?;
            let failures = throttle::admit(tx, throttle::target(user, &name), now, &settings)?;
            let Some(id) = user else { return Ok((None, None)) };
            if failures == i64::from(settings.lock_after_failures) {
                let change = Change::new("sign_in.lock", "user", id);
                change.after(&json!({ "failures": failures })).write(tx, now)?;
            }
            let active = users::lookup(tx, id)?.is_some_and(|u| u.state == UserState::Active);
            if active { Ok((Some(id), users::password(tx, id)?)) } else { Ok((None, None)) }
        });
        admitted.await
    }

    /// Counts a try of a second factor.
    async fn count(&self, scope: &Scope, user: UserId) -> Result<()> {
        let now = self.clock.now();
        let settings = self.settings.clone();
        self.db
            .write(scope, move |tx| throttle::admit(tx, user.uuid(), now, &settings).map(|_| ()))
            .await
    }
}

/// Stores a session of an active user and forgets the failures before it.
pub(crate) fn start(
    tx: &Tx<'_>,
    user: UserId,
    credential: &NewCredential,
    now: Timestamp,
) -> Result<()> {
    let active = users::lookup(tx, user)?.is_some_and(|u| u.state == UserState::Active);
    if !active {
        return Err(Error::SignIn);
    }
    credentials::register(tx, credential)?;
    users::forget_failures(tx, user.uuid())?;
    users::signed_in(tx, user, now)?;
    Ok(())
}

fn methods(tx: &Tx<'_>, user: UserId) -> db::Result<Vec<Method>> {
    let mut methods = Vec::new();
    if !passkeys::store::of_user(tx, user)?.is_empty() {
        methods.push(Method::Passkey);
    }
    if totp::lookup(tx, user)?.is_some_and(|totp| totp.confirmed) {
        methods.push(Method::Totp);
    }
    if !methods.is_empty() && recovery::left(tx, user)? > 0 {
        methods.push(Method::Recovery);
    }
    Ok(methods)
}

/// Longer names are nobody's: the longest address has 254 characters.
const LONGEST_NAME: usize = 320;
