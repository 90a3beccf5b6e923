//! What calls look at again and again, kept in memory until a notice says otherwise.
//!
//! Each look first applies every notice of a commit that has arrived. What another node changed a moment ago is found
//! out by the versions that every closure compares.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use db::{Arrived, Db, Listener, Notice};
use kernel::{EnvironmentId, Stay, TenantId, UserId};
use record_tables::registry::{MODELS, RIGHTS};
use uuid::Uuid;

use crate::{access::Standing, snapshot::Snapshot};

/// Everything that is kept.
#[derive(Debug)]
pub(crate) struct Cache {
    watch: Mutex<Watch>,
    names: kernel::Cache<(TenantId, String), EnvironmentId>,
    snapshots: kernel::Cache<(TenantId, Uuid), Arc<Snapshot>>,
    standings: kernel::Cache<(TenantId, Uuid, Uuid), Kept>,
}

/// Where somebody stands, and in which environment.
#[derive(Debug, Clone)]
struct Kept {
    environment: Uuid,
    user: Uuid,
    standing: Arc<Standing>,
}

#[derive(Debug)]
struct Watch {
    listener: Listener,
    /// Counts what was taken back, so that a read that began before is not kept.
    version: u64,
}

impl Cache {
    pub(crate) fn new(db: &Db) -> Self {
        Self {
            watch: Mutex::new(Watch { listener: db.listen(), version: 0 }),
            names: kernel::Cache::new(MOST, Stay::For(TIME_TO_LIVE)),
            snapshots: kernel::Cache::new(SNAPSHOTS, Stay::For(TIME_TO_LIVE)),
            standings: kernel::Cache::new(MOST, Stay::For(TIME_TO_LIVE)),
        }
    }

    /// Applies what has arrived; the version to keep a later read with.
    pub(crate) fn version(&self) -> u64 {
        let mut watch = self.watch();
        self.catch_up(&mut watch);
        watch.version
    }

    pub(crate) fn named(&self, tenant: TenantId, name: &str) -> Option<EnvironmentId> {
        self.names.get(&(tenant, name.to_owned()))
    }

    pub(crate) fn keep_name(&self, tenant: TenantId, name: &str, id: EnvironmentId, version: u64) {
        self.keep(version, || self.names.insert(&(tenant, name.to_owned()), id));
    }

    pub(crate) fn snapshot(&self, tenant: TenantId, id: EnvironmentId) -> Option<Arc<Snapshot>> {
        self.snapshots.get(&(tenant, id.uuid()))
    }

    pub(crate) fn keep_snapshot(
        &self,
        tenant: TenantId,
        id: EnvironmentId,
        snapshot: &Arc<Snapshot>,
        version: u64,
    ) {
        self.keep(version, || self.snapshots.insert(&(tenant, id.uuid()), Arc::clone(snapshot)));
    }

    pub(crate) fn standing(
        &self,
        tenant: TenantId,
        environment: EnvironmentId,
        user: UserId,
    ) -> Option<Arc<Standing>> {
        let kept = self.standings.get(&(tenant, environment.uuid(), user.uuid()))?;
        Some(kept.standing)
    }

    pub(crate) fn keep_standing(
        &self,
        tenant: TenantId,
        (environment, user): (EnvironmentId, UserId),
        standing: &Arc<Standing>,
        version: u64,
    ) {
        let (environment, user) = (environment.uuid(), user.uuid());
        let kept = Kept { environment, user, standing: Arc::clone(standing) };
        self.keep(version, || self.standings.insert(&(tenant, environment, user), kept.clone()));
    }

    /// Forgets an environment: something in it is newer than what is kept.
    pub(crate) fn forget(&self, tenant: TenantId, environment: EnvironmentId) {
        let mut watch = self.watch();
        watch.version += 1;
        self.snapshots.invalidate(&(tenant, environment.uuid()));
        self.standings.invalidate_where(|kept| kept.environment == environment.uuid());
    }

    /// Keeps what was read at `version`, unless something was taken back meanwhile.
    fn keep(&self, version: u64, insert: impl FnOnce()) {
        let mut watch = self.watch();
        self.catch_up(&mut watch);
        if watch.version == version {
            insert();
        }
    }

    fn catch_up(&self, watch: &mut Watch) {
        while let Some(arrived) = watch.listener.arrived() {
            if let Arrived::Notices(notices) = arrived {
                let count = notices.iter().filter(|notice| self.apply(notice)).count();
                watch.version += u64::try_from(count).unwrap_or(1);
            } else {
                watch.version += 1;
                self.names.invalidate_all();
                self.snapshots.invalidate_all();
                self.standings.invalidate_all();
            }
        }
    }

    /// Whether the notice is about something that is kept here.
    fn apply(&self, notice: &Notice) -> bool {
        let of_environment = |kept: &Kept| kept.environment == notice.stream;
        match notice.topic.as_ref() {
            MODELS => {
                self.snapshots.invalidate(&(notice.tenant, notice.stream));
                self.standings.invalidate_where(of_environment);
            }
            RIGHTS => self.standings.invalidate_where(of_environment),
            ENVIRONMENTS => {
                self.names.invalidate_all();
                self.snapshots.invalidate(&(notice.tenant, notice.stream));
            }
            PEOPLE => self.standings.invalidate_where(|kept| kept.user == notice.stream),
            _ => return false,
        }
        true
    }

    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

const PEOPLE: &str = identity::users::TOPIC;
const ENVIRONMENTS: &str = identity::environments::TOPIC;

/// The longest that a lost notice can leave something in force that no version tells of: a name, a role of the tenant.
const TIME_TO_LIVE: Duration = Duration::from_mins(1);
/// People and names that are kept; our own choice.
const MOST: u64 = 20_000;
/// Environments that are kept; our own choice.
const SNAPSHOTS: u64 = 200;
