//! Passkeys: enrolling them and signing in with them. What authenticators say is judged by `webauthn`.

use jiff::Timestamp;
use kernel::Factor;
use kernel::{Ids, Scope, UserId};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;
use webauthn::{Assertion, Key, Person, Registration, Rejected, Site};

use crate::{
    Error, Identity, Result, Thing,
    attempts::{Attempt, AttemptKind},
    audit::Change,
    factors::{raise_session, recovery},
    text, users,
};

pub(crate) mod store;

/// A passkey as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// The identifier.
    pub id: Uuid,
    /// What its owner calls it.
    pub name: String,
    /// When it was enrolled.
    pub created_at: Timestamp,
    /// When it was last used.
    pub last_used_at: Option<Timestamp>,
    pub(crate) credential_id: Vec<u8>,
}

/// A passkey under way.
#[derive(Debug)]
pub struct PasskeyEnrolment {
    /// Names the enrolment; to be given back with the answer.
    pub attempt: kernel::Secret<String>,
    /// Options for `navigator.credentials.create`.
    pub options: Json,
}

/// What the pages send when an authenticator has made a passkey.
#[derive(Debug, Deserialize)]
pub struct NewPasskey {
    /// What its owner calls it.
    pub name: String,
    /// `PublicKeyCredential.toJSON()`.
    pub credential: Registration,
}

impl Identity {
    /// Whether passkeys can work: they are bound to a host name, so the address must have one.
    pub fn has_passkeys(&self) -> bool {
        matches!(self.public_url.host(), Some(url::Host::Domain(_)))
    }

    /// Begins to enrol a passkey.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::SecondFactorNeeded`], [`Error::Store`].
    pub async fn begin_passkey(&self, scope: &Scope) -> Result<PasskeyEnrolment> {
        let user = self.own_factors(scope).await?;
        let person = self.user(scope, user).await?;
        let known = self.db.read_one(scope, move |tx| store::of_user(tx, user)).await?;
        let challenge = challenge(&self.ids);
        let handle = person.id.uuid();
        let person = Person {
            handle: handle.as_bytes(),
            name: &person.user_name,
            display_name: &person.display_name,
        };
        let options = self.site().creation_options(&challenge, person, &names(&known));
        let attempt = Attempt { user: Some(user), payload: json!({ "challenge": challenge }) };
        let (attempt, _) = self.begin(scope, AttemptKind::PasskeyRegistration, attempt).await?;
        Ok(PasskeyEnrolment { attempt, options })
    }

    /// Enrols the passkey that an authenticator has made. With the first one come recovery codes, which are
    /// shown once.
    ///
    /// # Errors
    /// [`Error::Attempt`], [`Error::Passkey`], [`Error::Taken`], [`Error::Invalid`], [`Error::Denied`],
    /// [`Error::Store`].
    pub async fn add_passkey(
        &self,
        scope: &Scope,
        attempt: &str,
        new: NewPasskey,
    ) -> Result<(Passkey, Vec<kernel::Secret<String>>)> {
        let user = self.own_factors(scope).await?;
        text::name("/name", &new.name)?;
        let pending = self.take(scope, AttemptKind::PasskeyRegistration, attempt).await?;
        if pending.user != Some(user) {
            return Err(Error::Attempt);
        }
        let made = self.site().register(challenge_of(&pending.payload), &new.credential)?;
        let now = self.clock.now();
        let passkey = Passkey {
            id: self.ids.fresh(),
            name: new.name.trim().to_owned(),
            created_at: now,
            last_used_at: None,
            credential_id: made.credential_id.clone(),
        };
        let codes = recovery::draw(&self.ids);
        let hashes = recovery::hashes(user, &codes);
        let stored = passkey.clone();
        let outcome = self
            .db
            .write(scope, move |tx| {
                store::insert(tx, user, &stored, &made)?;
                let needs_codes = recovery::left(tx, user)? == 0;
                if needs_codes {
                    recovery::replace(tx, user, &hashes)?;
                }
                raise_session(tx, user, Factor::Passkey, now)?;
                let change = Change::new("second_factor.enrol_passkey", "user", user);
                change.after(&json!({ "name": stored.name })).write(tx, now)?;
                Ok::<_, Error>(needs_codes)
            })
            .await;
        let needs_codes = crate::taken(outcome, Thing::Passkey)?;
        self.cache.forget(user.uuid());
        Ok((passkey, if needs_codes { codes } else { Vec::new() }))
    }

    /// Removes one of one's own passkeys.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::SecondFactorNeeded`], [`Error::Unknown`], [`Error::Store`].
    pub async fn remove_passkey(&self, scope: &Scope, id: Uuid) -> Result<()> {
        let user = self.own_factors(scope).await?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let name = store::delete(tx, user, id)?.ok_or(Error::Unknown(Thing::Passkey))?;
                tx.notify(users::TOPIC, user.uuid(), 0);
                let change = Change::new("second_factor.remove_passkey", "user", user);
                Ok::<_, Error>(change.before(&json!({ "name": name })).write(tx, now)?)
            })
            .await?;
        self.cache.forget(user.uuid());
        Ok(())
    }

    /// Checks a passkey's answer and moves its counter; whose it is.
    pub(crate) async fn use_passkey(
        &self,
        scope: &Scope,
        user: Option<UserId>,
        payload: &Json,
        assertion: &Assertion,
    ) -> Result<UserId> {
        let credential_id = assertion.credential_id()?;
        let found = self.db.read_one(scope, move |tx| store::find(tx, &credential_id)).await?;
        let key = found.ok_or(Error::SecondFactor)?;
        if user.is_some_and(|user| user != key.user) || !assertion.is_of(key.user.uuid().as_bytes())
        {
            return Err(Error::SecondFactor);
        }
        let kept = Key { public_key: &key.public_key, sign_count: key.sign_count };
        let count = self.site().verify(challenge_of(payload), assertion, kept)?;
        let now = self.clock.now();
        let (id, before) = (key.id, key.sign_count);
        let moved = self.db.write(scope, move |tx| store::advance(tx, id, (before, count), now));
        if moved.await? { Ok(key.user) } else { Err(Rejected::Counter.into()) }
    }

    pub(crate) fn site(&self) -> Site {
        Site::new(&self.public_url)
    }
}

/// The identifiers that authenticators know passkeys by.
pub(crate) fn names(known: &[Passkey]) -> Vec<&[u8]> {
    known.iter().map(|passkey| passkey.credential_id.as_slice()).collect()
}

/// 32 random bytes in base 64 (§13.4.3 asks for 16 at least).
pub(crate) fn challenge(ids: &Ids) -> String {
    crate::secret::draw(ids).expose().clone()
}

fn challenge_of(payload: &Json) -> &str {
    payload.get("challenge").and_then(Json::as_str).unwrap_or_default()
}
