//! The service that edges hold.

mod life;
mod manage;
mod offers;
mod requests;
mod settle;
mod text;
mod upgrade;

use std::{fmt, sync::Arc, time::Duration};

use connectors::{CallFilter, Connectors, Health};
use db::Db;
use futures_util::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use identity::{Identity, SystemScopes};
use kernel::{ActionId, Actor, Clock, Ids, Permission, Scope, TenantId, UserId};
use tokio::sync::Notify;

use crate::{
    Catalogue, Error, Result, Surface,
    loads::Loads,
    published::{Cache, Member, concerns},
};

pub use manage::{Find, Offered};
pub use offers::{About, AboutOperation, Offer, Taken, Told};
pub use upgrade::Upgrade;

/// What the service is made of.
#[derive(Debug)]
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
    /// Scopes for the room's own work.
    pub scopes: SystemScopes,
    /// Groups, roles and licences.
    pub identity: Arc<Identity>,
    /// What operations are called through.
    pub connectors: Arc<Connectors>,
}

/// Actions of every tenant. One is made at start and shared.
pub struct Actions {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) scopes: SystemScopes,
    pub(crate) identity: Arc<Identity>,
    pub(crate) connectors: Arc<Connectors>,
    pub(crate) cache: Cache,
    /// What surfaces loaded and is not written down yet.
    pub(crate) loads: Loads,
    /// Tells the worker that more requests wait than one step grants.
    pub(crate) unsettled: Notify,
}

impl fmt::Debug for Actions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Actions").finish_non_exhaustive()
    }
}

impl Actions {
    /// The actions on a database.
    pub fn new(parts: Parts) -> Self {
        let Parts { db, clock, ids, scopes, identity, connectors } = parts;
        let cache = Cache::new(&db);
        let (loads, unsettled) = (Loads::default(), Notify::new());
        Self { db, clock, ids, scopes, identity, connectors, cache, loads, unsettled }
    }

    /// The tools that somebody may use: the same list as long as nothing changes, made once for all who may use
    /// the same.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn catalogue(&self, scope: &Scope) -> Result<Arc<Catalogue>> {
        scope.require(Permission::ActionUse)?;
        let published = self.published(scope).await?;
        let member = self.member(scope).await?;
        Ok(published.catalogue(person(scope), &member))
    }

    /// The same for a surface that shows them to somebody, which is noted for [`Actions::loads`].
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn catalogue_for(&self, scope: &Scope, surface: Surface) -> Result<Arc<Catalogue>> {
        let catalogue = self.catalogue(scope).await?;
        let now = self.clock.now();
        if catalogue.noted().is_due(surface, now) {
            let actions = catalogue.actions().iter().copied();
            self.loads.note(scope.tenant(), (surface, now), actions);
        }
        Ok(catalogue)
    }

    /// Says each time when the tools of somebody have changed.
    pub fn changes(self: &Arc<Self>, scope: &Scope) -> BoxStream<'static, ()> {
        let (actions, scope) = (Arc::clone(self), scope.clone());
        let listener = self.db.listen();
        let state = (actions, scope, listener, None::<Arc<Catalogue>>);
        stream::unfold(state, |(actions, scope, mut listener, mut known)| async move {
            if known.is_none() {
                known = actions.catalogue(&scope).await.ok();
            }
            loop {
                // lost notices may have been about anything
                let look = listener.next().await.is_none_or(|all| {
                    all.iter().any(|notice| concerns(notice, scope.tenant(), scope.user()))
                });
                if !look {
                    continue;
                }
                let now = actions.catalogue(&scope).await.ok();
                let same = match (&known, &now) {
                    (Some(known), Some(now)) => known.same_as(now),
                    (known, now) => known.is_none() && now.is_none(),
                };
                if !same {
                    return Some(((), (actions, scope, listener, now)));
                }
            }
        })
        .boxed()
    }

    /// How the operations of an action did in the last `within`.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::NotFound`], [`Error::Connectors`].
    pub async fn health(
        &self,
        scope: &Scope,
        id: ActionId,
        within: Duration,
    ) -> Result<Vec<Health>> {
        if !scope.may(Permission::ActionManage) {
            scope.require(Permission::ConnectorManage)?;
        }
        let action = self.action(scope, id).await?;
        let filter = CallFilter {
            connector: Some(action.connector),
            subject: Some(id.uuid()),
            ..CallFilter::default()
        };
        let since = self.clock.now() - within.min(LONGEST_LOOK);
        Ok(self.connectors.health(scope, filter, since).await?)
    }

    /// Who the caller is, as far as audiences ask. Programs are nobody: they may use what everybody may.
    pub(crate) async fn member(&self, scope: &Scope) -> Result<Arc<Member>> {
        match scope.user() {
            Some(user) => self.member_of(scope.tenant(), user).await,
            None => Ok(Arc::default()),
        }
    }

    /// Who a person is, as far as audiences ask.
    pub(crate) async fn member_of(&self, tenant: TenantId, user: UserId) -> Result<Arc<Member>> {
        let version = self.cache.version();
        if let Some(known) = self.cache.member(tenant, user) {
            return Ok(known);
        }
        let system = self.scopes.scope(tenant, JOB);
        let mut roles = self.identity.roles_of(&system, user).await?;
        let groups = self.identity.groups_of(&system, user).await?;
        roles.extend(groups.iter().flat_map(|group| group.roles.iter().copied()));
        let licences = self.identity.licences_of(&system, user).await?;
        let member = Arc::new(Member {
            groups: groups.into_iter().map(|group| group.id).collect(),
            roles,
            licences: licences.into_iter().map(|licence| licence.id).collect(),
        });
        self.cache.keep_member(tenant, user, &member, version);
        Ok(member)
    }
}

/// Under which key the catalogue of a caller is kept.
fn person(scope: &Scope) -> uuid::Uuid {
    match scope.actor() {
        Actor::User(user) => user.uuid(),
        // all programs may use the same
        Actor::Service(_) | Actor::Webhook(_) | Actor::System { .. } => uuid::Uuid::nil(),
    }
}

/// A page of a list that asks for more, by the identifier that the last row had.
pub(crate) fn after<T: std::str::FromStr>(cursor: Option<&kernel::Cursor>) -> Result<Option<T>> {
    let Some(cursor) = cursor else { return Ok(None) };
    let key: String = cursor.key()?;
    let wrong =
        |_source| Error::field("/after", "cursor.invalid", "the cursor was not given by this list");
    key.parse().map(Some).map_err(wrong)
}

/// The name under which audiences are looked up.
const JOB: &str = "action-audience";

/// How far back the health of an action is looked at.
const LONGEST_LOOK: Duration = Duration::from_hours(24 * 31);
