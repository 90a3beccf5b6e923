//! The service that edges and the hub hold.

use std::{
    collections::{BTreeSet, HashSet},
    fmt,
    sync::{Arc, Mutex, PoisonError, RwLock},
};

use db::{Db, Tx};
use identity::{Identity, SystemScopes};
use jiff::{SignedDuration, Timestamp};
use kernel::{Clock, EnvironmentId, Ids, Permission, Scope, TenantId};
use linking::{Link, LinkId, Linking, keeping};
use linking_setup::{Feature, LinkingSetup, Workspaces};
use records::{Records, Session};
use url::Url;
use uuid::Uuid;

use crate::{Error, Result, follow::Watch, store};

/// What the service is made of.
#[derive(Debug)]
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
    /// People.
    pub identity: Arc<Identity>,
    /// Scopes for the room's own work.
    pub scopes: SystemScopes,
    /// The rows of environments.
    pub records: Records,
    /// What may be done where.
    pub setup: Arc<LinkingSetup>,
    /// Links.
    pub linking: Arc<Linking>,
    /// Where links go to.
    pub workspaces: Arc<dyn Workspaces>,
    /// Where mails to people go.
    pub workspace: Arc<workspace::Workspace>,
    /// Where people open the hub's pages.
    pub base: Url,
}

/// What keeps records and channels in step, for every tenant.
pub struct LinkingSync {
    pub(crate) parts: Parts,
    /// This node.
    pub(crate) node: Uuid,
    /// Tenants in which some link has rules for notes; everything else costs no statement.
    pub(crate) noted: Arc<RwLock<HashSet<TenantId>>>,
    /// Teams and channels of the hub's own workspace that changed.
    pub(crate) places: Mutex<BTreeSet<(TenantId, Uuid)>>,
    fault: Option<Fault>,
}

/// Says at which of its points a turn ends as a crash would; for tests.
pub type Fault = Arc<dyn Fn(&str) -> bool + Send + Sync>;

impl fmt::Debug for LinkingSync {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LinkingSync").field("node", &self.node).finish_non_exhaustive()
    }
}

/// The name that the audit shows.
pub(crate) const JOB: &str = "linking-sync";

impl LinkingSync {
    /// The room on a database.
    pub fn open(parts: Parts) -> Arc<Self> {
        Arc::new(Self::build(parts, None))
    }

    /// The same, with somebody who may end a turn at any of its points as a crash would; for tests.
    pub fn with_faults(parts: Parts, fault: Fault) -> Arc<Self> {
        Arc::new(Self::build(parts, Some(fault)))
    }

    fn build(parts: Parts, fault: Option<Fault>) -> Self {
        let node = parts.ids.fresh();
        let (noted, places) = (Arc::default(), Mutex::default());
        Self { parts, node, noted, places, fault }
    }

    /// A point at which a test may end the turn.
    pub(crate) fn fault(&self, point: &'static str) -> Result<()> {
        match &self.fault {
            Some(fault) if fault(point) => Err(workspace_port::Error::Unavailable.into()),
            _ => Ok(()),
        }
    }

    /// What hears of changes inside their transactions; to be handed to the records once.
    pub fn plugins(&self) -> Vec<Arc<dyn records::Plugin>> {
        let clock = Arc::clone(&self.parts.clock);
        let most = self.limits().waiting_notes;
        vec![Arc::new(Watch { noted: Arc::clone(&self.noted), clock, most })]
    }

    /// Tells the settings of linking what the workspace refused for want of permissions.
    pub(crate) async fn refused(&self, root: &Scope, error: &workspace_port::Error) {
        if let workspace_port::Error::PermissionMissing { permissions } = error {
            self.parts.linking.refused(root, permissions).await;
        }
    }

    /// What an operator set.
    pub(crate) fn limits(&self) -> linking::SyncSettings {
        self.parts.linking.settings().sync
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.parts.clock.now()
    }

    pub(crate) fn later(&self, seconds: i64) -> Timestamp {
        let now = self.now();
        now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
    }

    pub(crate) fn root(&self, tenant: TenantId) -> Scope {
        self.parts.scopes.scope(tenant, JOB)
    }

    /// A link that the caller may see: who may read its record, and administrators of its environment.
    pub(crate) async fn link(&self, scope: &Scope, id: LinkId) -> Result<Link> {
        scope.require(Permission::RecordRead)?;
        match self.parts.linking.link_by_id(scope, id).await {
            Err(linking::Error::Unknown) => Err(Error::Unknown),
            other => Ok(other?),
        }
    }

    /// A link without asking anybody's rights.
    pub(crate) async fn known(&self, root: &Scope, id: LinkId) -> Result<Option<Link>> {
        Ok(self.parts.db.read_one(root, move |tx| keeping::by_id(tx, id)).await?)
    }

    /// The caller in an environment, as its administrator.
    pub(crate) async fn administrator(
        &self,
        scope: &Scope,
        environment: EnvironmentId,
    ) -> Result<Session> {
        scope.require(Permission::RecordRead)?;
        let session = self.parts.records.session_in(scope, environment).await?;
        if session.access().administrator { Ok(session) } else { Err(Error::AdministratorNeeded) }
    }

    /// Whether something may go on in the background.
    pub(crate) async fn may(&self, root: &Scope, link: &Link, feature: Feature) -> Result<bool> {
        if let Some(system) = link.subject.system() {
            // the hub's own work asks for no licence, which is all that the kind of CRM decides
            let may = self.parts.setup.may_crm(root, (system, false), feature).await?;
            return Ok(may.is_open());
        }
        let (environment, table) = (link.subject.environment(), link.subject.table());
        Ok(self.parts.setup.may(root, environment, Some(table), feature).await?.is_open())
    }

    /// Notes that a tenant has rules for notes.
    pub(crate) fn note(&self, tenant: TenantId) {
        self.noted.write().unwrap_or_else(PoisonError::into_inner).insert(tenant);
    }

    pub(crate) fn changed_places(&self) -> MutexPlaces<'_> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has links looked at.
    pub(crate) async fn mark(&self, root: &Scope, links: Vec<LinkId>) -> Result<()> {
        Ok(self.parts.db.write(root, move |tx: &Tx<'_>| store::mark(tx, &links)).await?)
    }
}

type MutexPlaces<'a> = std::sync::MutexGuard<'a, BTreeSet<(TenantId, Uuid)>>;
