//! Somebody in a channel who may not open the record asks its owner.

use db::{Result as Stored, Row, Tx, Value};
use jiff::Timestamp;
use kernel::{Permission, Scope, UserId};
use records::{Principal, Reference, rights_mask};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Error, LinkId, Linking, Result, Subject,
    model::words,
    service::{person, told},
    store, subject,
};

words! {
    /// What became of a question for access.
    RequestState {
        /// It waits.
        Asked = "asked",
        /// The record was shared.
        Granted = "granted",
        /// It was not.
        Refused = "refused",
    }
}

/// A question for access to the record of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRequest {
    /// The identifier.
    pub id: Uuid,
    /// The link whose tab was opened.
    pub link: LinkId,
    /// Who asks.
    pub user: UserId,
    /// What they say.
    pub message: String,
    /// What became of it.
    pub state: RequestState,
    /// When it was asked.
    pub created_at: Timestamp,
}

fn read(row: &Row) -> Stored<AccessRequest> {
    Ok(AccessRequest {
        id: row.get(0)?,
        link: LinkId(row.get(1)?),
        user: row.id(2)?,
        message: row.get(3)?,
        state: row.parsed(4, RequestState::parse)?,
        created_at: row.get(5)?,
    })
}

/// Questions for access that nobody was told of yet, oldest first; at most 50.
///
/// # Errors
/// Any of [`db::Error`].
pub fn untold_requests(tx: &Tx<'_>) -> Stored<Vec<AccessRequest>> {
    const SQL: &str = "SELECT id, link_id, user_id, message, state, created_at FROM link_requests \
                       WHERE tenant_id = $1 AND told_at IS NULL AND state = 'asked' \
                       ORDER BY id LIMIT 50";
    tx.all(SQL, &[tx.tenant().into()])?.iter().map(read).collect()
}

/// A question for access, whatever became of it.
///
/// # Errors
/// Any of [`db::Error`].
pub fn request(tx: &Tx<'_>, id: Uuid) -> Stored<Option<AccessRequest>> {
    const SQL: &str = "SELECT id, link_id, user_id, message, state, created_at FROM link_requests \
                       WHERE tenant_id = $1 AND id = $2";
    tx.first(SQL, &[tx.tenant().into(), id.into()])?.as_ref().map(read).transpose()
}

/// Whoever is to learn of a question for access was told; false when that is so already.
///
/// # Errors
/// Any of [`db::Error`].
pub fn set_request_told(tx: &Tx<'_>, id: Uuid, now: Timestamp) -> Stored<bool> {
    const SQL: &str = "UPDATE link_requests SET told_at = $3 \
                       WHERE tenant_id = $1 AND id = $2 AND told_at IS NULL";
    Ok(tx.execute(SQL, &[tx.tenant().into(), id.into(), now.into()])? > 0)
}

impl Linking {
    /// Asks the owner of the record behind a tab for access. Asking again changes the message.
    ///
    /// # Errors
    /// [`Error::Unknown`] for who is not in the channel, [`Error::HasAccess`], [`Error::Unavailable`] for who has to sign in
    /// to the CRM first, [`Error::Store`].
    pub async fn request_access(&self, scope: &Scope, id: LinkId, message: &str) -> Result<()> {
        const AGAIN: &str = "UPDATE link_requests SET message = $4 WHERE tenant_id = $1 \
                             AND link_id = $2 AND user_id = $3 AND state = 'asked'";
        const NEW: &str = "INSERT INTO link_requests (tenant_id, id, link_id, user_id, message, \
                           state, created_at) VALUES ($1, $2, $3, $4, $5, 'asked', $6)";
        scope.require(Permission::ProfileRead)?;
        let user = person(scope)?;
        let link = self.job(scope, id).await?.link;
        match self.sight(scope, &link.subject).await? {
            crate::Sight::Open => return Err(Error::HasAccess),
            // who has to sign in first, or is kept out by a policy, asks nobody for the record
            crate::Sight::Barred(problem) => return Err(Error::Unavailable(problem)),
            crate::Sight::Closed => {}
        }
        let place = self.workspaces.of(scope).await?;
        place.channel(&link.channel).await.map_err(|_hidden| Error::Unknown)?;
        let message: String =
            message.chars().filter(|one| !one.is_control() || *one == '\n').take(1000).collect();
        let (request, now) = (self.ids.fresh::<Uuid>(), self.clock.now());
        let write = move |tx: &Tx<'_>| -> Stored<()> {
            let link_id = Value::Uuid(id.uuid());
            let again = [tx.tenant().into(), link_id.clone(), user.into(), message.as_str().into()];
            if tx.execute(AGAIN, &again)? > 0 {
                return Ok(());
            }
            let new = [
                tx.tenant().into(),
                request.into(),
                link_id,
                user.into(),
                message.as_str().into(),
                now.into(),
            ];
            tx.execute(NEW, &new)?;
            tx.notify(store::CHANGED, id.uuid(), 0);
            told(tx, &link, "link.access_asked", now)
        };
        Ok(self.db.write(scope, write).await?)
    }

    /// Questions for access that wait, of a link; for who may share the record.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Store`].
    pub async fn access_requests(&self, scope: &Scope, id: LinkId) -> Result<Vec<AccessRequest>> {
        const SQL: &str = "SELECT id, link_id, user_id, message, state, created_at \
                           FROM link_requests WHERE tenant_id = $1 AND link_id = $2 \
                           AND state = 'asked' ORDER BY id LIMIT 200";
        scope.require(Permission::RecordRead)?;
        let link = self.job(scope, id).await?.link;
        if !self.may_share(scope, &link.subject).await? {
            return Err(Error::Unknown);
        }
        let find = move |tx: &Tx<'_>| -> Stored<Vec<AccessRequest>> {
            let rows = tx.all(SQL, &[tx.tenant().into(), id.uuid().into()])?;
            rows.iter().map(read).collect()
        };
        Ok(self.db.read_one(scope, find).await?)
    }

    /// The caller's own question for access that waits.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::PersonNeeded`], [`Error::Store`].
    pub async fn asked_by_me(&self, scope: &Scope, id: LinkId) -> Result<Option<AccessRequest>> {
        const SQL: &str = "SELECT id, link_id, user_id, message, state, created_at \
                           FROM link_requests WHERE tenant_id = $1 AND link_id = $2 \
                           AND user_id = $3 AND state = 'asked'";
        scope.require(Permission::ProfileRead)?;
        let user = person(scope)?;
        let find = move |tx: &Tx<'_>| -> Stored<Option<AccessRequest>> {
            let params = [tx.tenant().into(), id.uuid().into(), user.into()];
            tx.first(SQL, &params)?.as_ref().map(read).transpose()
        };
        Ok(self.db.read_one(scope, find).await?)
    }

    /// Answers a question for access: sharing the record for reading, or not.
    ///
    /// # Errors
    /// [`Error::Unknown`], [`Error::Records`] for who may not share it, [`Error::Store`].
    pub async fn answer_request(
        &self,
        scope: &Scope,
        (id, request): (LinkId, Uuid),
        grants: bool,
    ) -> Result<()> {
        const SQL: &str = "UPDATE link_requests SET state = $4, answered_by = $5, answered_at = $6 \
                           WHERE tenant_id = $1 AND id = $2 AND link_id = $3 AND state = 'asked'";
        scope.require(Permission::RecordWrite)?;
        let user = person(scope)?;
        let waiting = self.access_requests(scope, id).await?;
        let asked = waiting.into_iter().find(|one| one.id == request).ok_or(Error::Unknown)?;
        let link = self.job(scope, id).await?.link;
        if grants && let Subject::Record { environment, table, record } = &link.subject {
            let session = self.session(scope, *environment).await?;
            let read = rights_mask("ReadAccess").unwrap_or(1);
            let to = Principal::User(asked.user.uuid());
            session.grant(&Reference::id(table, *record), to, read).await?;
        }
        let state = if grants { RequestState::Granted } else { RequestState::Refused };
        let event = if grants { "link.access_granted" } else { "link.access_refused" };
        let now = self.clock.now();
        let write = move |tx: &Tx<'_>| -> Stored<()> {
            let params = [
                tx.tenant().into(),
                request.into(),
                id.uuid().into(),
                state.as_str().into(),
                user.into(),
                now.into(),
            ];
            tx.execute(SQL, &params)?;
            told(tx, &link, event, now)
        };
        Ok(self.db.write(scope, write).await?)
    }

    /// Who may share the record; the port to CRMs elsewhere shares nothing, so that there granting says that it was
    /// done in the CRM.
    async fn may_share(&self, scope: &Scope, of: &Subject) -> Result<bool> {
        if of.system().is_some() {
            return match self.found(scope, of).await {
                Ok(found) => Ok(found.rights().await?.share),
                Err(Error::Denied(_) | Error::PersonNeeded) => Ok(false),
                Err(error) => Err(error),
            };
        }
        let Subject::Record { environment, table, record } = of else { return Ok(false) };
        let session = self.session(scope, *environment).await?;
        subject::known(&session, of).await?;
        let who = Principal::User(session.user());
        let mask = session.principal_access(who, &Reference::id(table, *record)).await?;
        Ok(mask & queries::Verb::Share.mask() != 0)
    }
}
