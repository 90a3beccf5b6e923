//! Second factors of a person: enrolling, listing, resetting.

use db::Tx;
use jiff::Timestamp;
use kernel::{Factor, Permission, Scope, Secret, UserId};
use serde_json::json;

use crate::{
    Error, Identity, Result,
    audit::Change,
    passkeys::{self, Passkey},
    rights, users,
};

pub(crate) mod recovery;
pub(crate) mod totp;

pub use totp::TotpEnrolment;

/// What a person has enrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factors {
    /// Whether an authenticator app is.
    pub totp: bool,
    /// Recovery codes that are not used yet.
    pub recovery_codes: i64,
    /// Passkeys, oldest first.
    pub passkeys: Vec<Passkey>,
    /// Whether a role asks for a second factor.
    pub required: bool,
}

impl Identity {
    /// The second factors of a person: one's own, or anybody's with `users:manage`.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn factors(&self, scope: &Scope, user: UserId) -> Result<Factors> {
        let own = scope.user() == Some(user);
        scope.require(if own { Permission::ProfileRead } else { Permission::UserManage })?;
        self.db
            .read(scope, move |tx| {
                let standing =
                    rights::standing(tx, user)?.ok_or(Error::Unknown(crate::Thing::User))?;
                Ok(Factors {
                    totp: totp::lookup(tx, user)?.is_some_and(|totp| totp.confirmed),
                    recovery_codes: recovery::left(tx, user)?,
                    passkeys: passkeys::store::of_user(tx, user)?,
                    required: standing.second_required,
                })
            })
            .await
    }

    /// Makes ten new recovery codes; the old ones no longer work. They are shown once.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::SecondFactorNeeded`], [`Error::Store`].
    pub async fn new_recovery_codes(&self, scope: &Scope) -> Result<Vec<Secret<String>>> {
        let user = self.own_factors(scope).await?;
        let codes = recovery::draw(&self.ids);
        let hashes = recovery::hashes(user, &codes);
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                recovery::replace(tx, user, &hashes)?;
                Ok::<_, Error>(Change::new("second_factor.codes", "user", user).write(tx, now)?)
            })
            .await?;
        Ok(codes)
    }

    /// Takes every second factor from a person who has lost them, and signs the person out everywhere.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Escalation`], [`Error::Unknown`], [`Error::Store`].
    pub async fn reset_factors(&self, scope: &Scope, user: UserId) -> Result<()> {
        scope.require(Permission::UserManage)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                users::known(tx, user)?;
                users::guard_rank(tx, user)?;
                let before = json!({
                    "totp": totp::lookup(tx, user)?.is_some_and(|totp| totp.confirmed),
                    "passkeys": passkeys::store::of_user(tx, user)?.len(),
                });
                totp::delete(tx, user)?;
                recovery::replace(tx, user, &[])?;
                passkeys::store::delete_all(tx, user)?;
                let session = crate::credentials::CredentialKind::Session;
                let subject = crate::credentials::Subject::User(user);
                crate::credentials::revoke_all(tx, subject, Some(session), now)?;
                tx.notify(users::TOPIC, user.uuid(), 0);
                let change = Change::new("second_factor.reset", "user", user).before(&before);
                Ok::<_, Error>(change.write(tx, now)?)
            })
            .await?;
        self.cache.forget(user.uuid());
        Ok(())
    }

    /// The person of a session that may change its own factors: with the second one, where there is one. API
    /// tokens may not: a token that leaked must not become an account.
    pub(crate) async fn own_factors(&self, scope: &Scope) -> Result<UserId> {
        scope.require(Permission::ProfileWrite)?;
        let denied = kernel::Denied { permission: Permission::ProfileWrite };
        let user = scope.user().ok_or(denied)?;
        if scope.factor() == Factor::None {
            return Err(Error::SecondFactorNeeded);
        }
        let enrolled = self.db.read(scope, move |tx| is_enrolled(tx, user)).await?;
        if enrolled && !scope.factor().is_second() {
            return Err(Error::SecondFactorNeeded);
        }
        Ok(user)
    }
}

fn is_enrolled(tx: &Tx<'_>, user: UserId) -> db::Result<bool> {
    let totp = totp::lookup(tx, user)?.is_some_and(|totp| totp.confirmed);
    Ok(totp || !passkeys::store::of_user(tx, user)?.is_empty())
}

/// After an enrolment: the session that made it has just proven the factor, and counts as such at once.
pub(crate) fn raise_session(
    tx: &Tx<'_>,
    user: UserId,
    factor: Factor,
    at: Timestamp,
) -> Result<()> {
    const SQL: &str = "UPDATE credentials SET factor = $3, last_used_at = $4 \
                       WHERE tenant_id = $1 AND id = $2";
    if let Some(session) = tx.scope().credential() {
        let factor = crate::credentials::write_factor(factor);
        tx.execute(SQL, &[tx.tenant().into(), session.into(), factor.into(), at.into()])?;
    }
    tx.notify(users::TOPIC, user.uuid(), 0);
    Ok(())
}
