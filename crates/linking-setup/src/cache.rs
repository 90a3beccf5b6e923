//! What every page with a record asks for, kept in memory until a notice says otherwise.
//!
//! Each look first applies every notice of a commit that has arrived, so that what was turned off is off with the next
//! request. The time limit of what is kept is only the net below.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use db::{Arrived, Db, Listener, Notice};
use kernel::{EnvironmentId, Stay, TenantId, UserId};
use uuid::Uuid;

use crate::{Consent, Missing, store::Own, switches::Switches, table_settings::Kept as Table};

/// Notices with this topic name an environment whose settings of linking have changed, or none for those of the tenant.
pub(crate) const CHANGED: &str = "linking-setup.changed";

/// What an environment and its tenant say of linking.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) switches: Switches,
    pub(crate) consents: [Consent; 2],
    pub(crate) own: Own,
    /// Tables whose settings are not those that they begin with.
    pub(crate) tables: Vec<Table>,
}

impl Said {
    /// The settings of a table.
    pub(crate) fn table(&self, name: &str) -> Table {
        let found = self.tables.iter().find(|table| table.table == name);
        found.cloned().unwrap_or_else(|| Table::first(name))
    }
}

#[derive(Debug, Clone)]
struct Of<T> {
    tenant: TenantId,
    value: T,
}

/// Everything that is kept.
#[derive(Debug)]
pub(crate) struct Cache {
    watch: Mutex<Watch>,
    said: kernel::Cache<(TenantId, Uuid), Of<Arc<Said>>>,
    missing: kernel::Cache<(TenantId, Uuid), Of<Missing>>,
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
            said: kernel::Cache::new(ENVIRONMENTS, Stay::For(TIME_TO_LIVE)),
            missing: kernel::Cache::new(PEOPLE, Stay::For(TIME_TO_LIVE)),
        }
    }

    /// Applies what has arrived; the version to keep a later read with.
    pub(crate) fn version(&self) -> u64 {
        let mut watch = self.watch();
        self.catch_up(&mut watch);
        watch.version
    }

    pub(crate) fn said(&self, tenant: TenantId, environment: EnvironmentId) -> Option<Arc<Said>> {
        self.said.get(&(tenant, environment.uuid())).map(|kept| kept.value)
    }

    pub(crate) fn keep_said(
        &self,
        (tenant, environment): (TenantId, EnvironmentId),
        said: &Arc<Said>,
        version: u64,
    ) {
        let kept = Of { tenant, value: Arc::clone(said) };
        self.keep(version, || self.said.insert(&(tenant, environment.uuid()), kept));
    }

    pub(crate) fn missing(&self, tenant: TenantId, user: UserId) -> Option<Missing> {
        self.missing.get(&(tenant, user.uuid())).map(|kept| kept.value)
    }

    pub(crate) fn keep_missing(
        &self,
        (tenant, user): (TenantId, UserId),
        missing: Missing,
        version: u64,
    ) {
        let kept = Of { tenant, value: missing };
        self.keep(version, || self.missing.insert(&(tenant, user.uuid()), kept));
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
                self.said.invalidate_all();
                self.missing.invalidate_all();
            }
        }
    }

    /// Whether the notice is about something that is kept here.
    fn apply(&self, notice: &Notice) -> bool {
        let (tenant, stream) = (notice.tenant, notice.stream);
        match notice.topic.as_ref() {
            CHANGED if stream.is_nil() => {
                self.said.invalidate_where(|kept| kept.tenant == tenant);
                // what licences count as is the tenant's too
                self.missing.invalidate_where(|kept| kept.tenant == tenant);
            }
            CHANGED | identity::environments::TOPIC => self.said.invalidate(&(tenant, stream)),
            identity::users::TOPIC => self.missing.invalidate(&(tenant, stream)),
            identity::licences::TOPIC | identity::tenants::TOPIC => {
                self.missing.invalidate_where(|kept| kept.tenant == tenant);
            }
            _ => return false,
        }
        true
    }

    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The longest that a lost notice can leave something in force.
const TIME_TO_LIVE: Duration = Duration::from_mins(1);
/// Environments that are kept; our own choice, as many as the store keeps.
const ENVIRONMENTS: u64 = 200;
/// People that are kept; our own choice.
const PEOPLE: u64 = 20_000;
