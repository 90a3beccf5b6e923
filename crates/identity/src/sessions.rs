//! Sessions of signed-in browsers: listing and ending them.

use db::Tx;
use kernel::{CredentialId, Permission, Scope, UserId};

use crate::{
    Error, Identity, Result, Thing,
    audit::Change,
    credentials::{self, Credential, CredentialKind, Subject},
    external::delegation,
    users,
};

impl Identity {
    /// The live sessions of a person, newest first: one's own, or anybody's with `users:manage`.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn sessions(&self, scope: &Scope, user: UserId) -> Result<Vec<Credential>> {
        let own = scope.user() == Some(user);
        scope.require(if own { Permission::ProfileRead } else { Permission::UserManage })?;
        let now = self.clock.now();
        let kind = CredentialKind::Session;
        let read = move |tx: &Tx<'_>| {
            users::known(tx, user)?;
            Ok::<_, Error>(credentials::list(tx, Subject::User(user), kind)?)
        };
        let mut sessions = self.db.read(scope, read).await?;
        sessions.retain(|session| session.is_live(now));
        sessions.reverse();
        Ok(sessions)
    }

    /// Ends a session: one's own, or anybody's with `users:manage`.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn end_session(&self, scope: &Scope, id: CredentialId) -> Result<()> {
        scope.require(Permission::ProfileWrite)?;
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let session = credentials::lookup(tx, id)?
                    .filter(|c| c.kind == CredentialKind::Session && c.is_live(now))
                    .ok_or(Error::Unknown(Thing::Session))?;
                let owner = session.subject.user();
                let own = owner.is_some() && owner == tx.scope().user();
                if !own && !tx.scope().may(Permission::UserManage) {
                    return Err(Error::Unknown(Thing::Session));
                }
                credentials::revoke(tx, id, now)?;
                if own {
                    return Ok(());
                }
                Ok(Change::new("session.end", "session", id).write(tx, now)?)
            })
            .await?;
        self.cache.forget(id.uuid());
        Ok(())
    }

    /// Ends the session of the scope. Without one it does nothing.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn sign_out(&self, scope: &Scope) -> Result<()> {
        let Some(id) = scope.credential() else { return Ok(()) };
        let now = self.clock.now();
        self.db
            .write(scope, move |tx| {
                let is_session = |c: &Credential| c.kind == CredentialKind::Session;
                if credentials::lookup(tx, id)?.as_ref().is_some_and(is_session) {
                    credentials::revoke(tx, id, now)?;
                }
                Ok::<_, Error>(())
            })
            .await?;
        self.cache.forget(id.uuid());
        Ok(())
    }

    /// Ends every session of a person: one's own, or anybody's with `users:manage`. How many there were.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Unknown`], [`Error::Store`].
    pub async fn sign_out_everywhere(&self, scope: &Scope, user: UserId) -> Result<u64> {
        let own = scope.user() == Some(user);
        scope.require(if own { Permission::ProfileWrite } else { Permission::UserManage })?;
        let now = self.clock.now();
        let ended = self
            .db
            .write(scope, move |tx| {
                users::known(tx, user)?;
                let kind = Some(CredentialKind::Session);
                let ended = credentials::revoke_all(tx, Subject::User(user), kind, now)?;
                delegation::delete(tx, user)?;
                let change = Change::new("session.end_all", "user", user);
                change.after(&serde_json::json!({ "sessions": ended })).write(tx, now)?;
                Ok::<_, Error>(ended)
            })
            .await?;
        self.cache.forget(user.uuid());
        self.forget_own_tokens(scope, user);
        Ok(ended)
    }
}
