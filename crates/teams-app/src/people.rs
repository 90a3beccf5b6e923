//! Who a person of the directory is here. The person says it, signed in on both sides: a page of the hub gives them a code,
//! and Teams brings it back with the person's own request.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use kernel::{Permission, Scope, Secret, TenantId, UserId};
use serde_json::json;

use crate::{
    Error, Result, TeamsApp,
    service::{note, person},
    store,
};

/// A person of a directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkedPerson {
    /// The directory, a GUID in small letters.
    pub directory: String,
    /// The person's object there.
    pub object: String,
    /// When they said so.
    pub linked_at: Timestamp,
}

impl TeamsApp {
    /// A code that the person brings to Teams: once, within ten minutes.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn code(&self, scope: &Scope) -> Result<Secret<String>> {
        scope.require(Permission::ConnectionUse)?;
        let user = person(scope)?;
        let bytes = Secret::new(self.0.ids.secret_bytes::<32>());
        let code = Secret::new(URL_SAFE_NO_PAD.encode(bytes.expose()));
        let (hash, now) = (hash(code.expose()), self.0.clock.now());
        let write = move |tx: &db::Tx<'_>| {
            store::prune_codes(tx, now)?;
            store::put_code(tx, &hash, user, now + LIFE)
        };
        self.0.db.write::<_, db::Error, _>(scope, write).await?;
        Ok(code)
    }

    /// Who the person is in Teams, as far as they said.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn linked(&self, scope: &Scope) -> Result<Vec<LinkedPerson>> {
        scope.require(Permission::ProfileRead)?;
        let user = person(scope)?;
        Ok(self.0.db.read_one(scope, move |tx| store::linked(tx, user)).await?)
    }

    /// Teams no longer knows who the person is here.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn unlink(&self, scope: &Scope) -> Result<()> {
        scope.require(Permission::ProfileRead)?;
        let (user, now) = (person(scope)?, self.0.clock.now());
        let write = move |tx: &db::Tx<'_>| {
            if store::unlink(tx, user)? > 0 {
                note(tx, ("teams_person.unlink", ("user", user.uuid())), (None, None), now)?;
            }
            Ok::<_, Error>(())
        };
        self.0.db.write(scope, write).await
    }

    /// Takes a code that Teams brought with a request of `who`.
    pub(crate) async fn link(
        &self,
        tenant: TenantId,
        code: &str,
        who: &(String, String),
    ) -> Result<()> {
        if code.len() != CODE {
            return Err(Error::Code);
        }
        let root = self.0.scopes.scope(tenant, JOB);
        let (hash, now, who) = (hash(code), self.0.clock.now(), who.clone());
        let write = move |tx: &db::Tx<'_>| {
            let (user, until) = store::take_code(tx, &hash)?.ok_or(Error::Code)?;
            if until <= now {
                return Err(Error::Code);
            }
            store::link(tx, (&who.0, &who.1), user, now)?;
            let after = json!({ "directory_id": who.0, "object_id": who.1 });
            note(tx, ("teams_person.link", ("user", user.uuid())), (None, Some(after)), now)
        };
        self.0.db.write(&root, write).await
    }

    /// The person that Teams says is asking, with what they may now; none who never said who they are, or who may not sign
    /// in any more.
    pub(crate) async fn asking(
        &self,
        tenant: TenantId,
        who: &(String, String),
    ) -> Result<Option<Scope>> {
        let root = self.0.scopes.scope(tenant, JOB);
        let who = who.clone();
        let read = move |tx: &db::Tx<'_>| store::user_of(tx, (&who.0, &who.1));
        let found: Option<UserId> = self.0.db.read_one(&root, read).await?;
        let Some(user) = found else { return Ok(None) };
        Ok(self.0.scopes.person(tenant, user).await?)
    }
}

fn hash(code: &str) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, code.as_bytes()).as_ref());
    out
}

/// As the room's own work shows in the audit.
pub(crate) const JOB: &str = "teams-app";
/// How long a code serves; our own choice.
const LIFE: SignedDuration = SignedDuration::from_mins(10);
/// Characters of a code.
const CODE: usize = 43;
