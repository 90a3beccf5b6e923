//! What calls look at again and again, kept in memory until a change event says otherwise.
//!
//! Each look first applies every notice of a commit that has arrived. The time limit of the entries is only the
//! net below, for notices that another node lost.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use db::{Arrived, Db, Listener, Notice};
use identity::environments;
use kernel::{Key, Stay, TenantId, UserId};
use uuid::Uuid;

use crate::{connection::Opened, definition::Compiled, invoke::Live, policy::Policies};

/// Everything that is kept.
#[derive(Debug)]
pub(crate) struct Cache {
    watch: Mutex<Watch>,
    /// Compiled definitions; a version never changes, so nothing takes them back.
    pub(crate) compiled: kernel::Cache<(TenantId, Uuid, i64), Arc<Compiled>>,
    live: kernel::Cache<(TenantId, Uuid), Arc<Live>>,
    connections: kernel::Cache<(TenantId, Uuid), Arc<Opened>>,
    /// Which connection a person uses when none is named.
    chosen: kernel::Cache<(TenantId, Uuid, Uuid), Uuid>,
    policies: kernel::Cache<TenantId, Arc<Policies>>,
    /// What forms asked other operations for, for a moment.
    pub(crate) lookups: kernel::Cache<String, Arc<serde_json::Value>>,
    /// Shared connections that an API has taken lately.
    taken: kernel::Cache<(TenantId, Uuid), ()>,
    people: Mutex<People>,
}

/// Whose state may have changed, for the sweep.
#[derive(Debug, Default)]
struct People {
    changed: HashMap<TenantId, BTreeSet<UserId>>,
    /// How many sweeps each tenant has seen since everybody was looked at.
    sweeps: HashMap<TenantId, u32>,
}

#[derive(Debug)]
struct Watch {
    listener: Listener,
    /// Counts what was taken back, so that a read that began before is not kept.
    version: u64,
}

fn bounded<K, V>(entries: u64) -> kernel::Cache<K, V>
where
    K: Key,
    V: Clone + Send + Sync + 'static,
{
    kernel::Cache::new(entries, Stay::For(TIME_TO_LIVE))
}

impl Cache {
    pub(crate) fn new(db: &Db, definitions: u32) -> Self {
        Self {
            watch: Mutex::new(Watch { listener: db.listen(), version: 0 }),
            compiled: kernel::Cache::new(definitions.into(), Stay::Unlimited),
            live: bounded(MOST),
            connections: bounded(MOST),
            chosen: bounded(MOST),
            policies: bounded(MOST),
            lookups: kernel::Cache::new(MOST_LOOKUPS, Stay::For(LOOKUP_TIME_TO_LIVE)),
            taken: kernel::Cache::new(MOST, Stay::For(TAKEN_FOR)),
            people: Mutex::default(),
        }
    }

    /// Applies what has arrived; the version to keep a later read with.
    pub(crate) fn version(&self) -> u64 {
        let mut watch = self.watch();
        self.catch_up(&mut watch);
        watch.version
    }

    pub(crate) fn live(&self, key: (TenantId, Uuid)) -> Option<Arc<Live>> {
        self.live.get(&key)
    }

    pub(crate) fn keep_live(&self, key: (TenantId, Uuid), live: &Arc<Live>, version: u64) {
        self.keep(version, || self.live.insert(&key, Arc::clone(live)));
    }

    pub(crate) fn connection(&self, key: (TenantId, Uuid)) -> Option<Arc<Opened>> {
        self.connections.get(&key)
    }

    pub(crate) fn keep_connection(&self, key: (TenantId, Uuid), it: &Arc<Opened>, version: u64) {
        self.keep(version, || self.connections.insert(&key, Arc::clone(it)));
    }

    pub(crate) fn chosen(&self, key: (TenantId, Uuid, Uuid)) -> Option<Uuid> {
        self.chosen.get(&key)
    }

    pub(crate) fn keep_chosen(&self, key: (TenantId, Uuid, Uuid), connection: Uuid, version: u64) {
        self.keep(version, || self.chosen.insert(&key, connection));
    }

    pub(crate) fn policies(&self, tenant: TenantId) -> Option<Arc<Policies>> {
        self.policies.get(&tenant)
    }

    pub(crate) fn keep_policies(&self, tenant: TenantId, all: &Arc<Policies>, version: u64) {
        self.keep(version, || self.policies.insert(&tenant, Arc::clone(all)));
    }

    /// Remembers that an API has taken a connection.
    pub(crate) fn note_taken(&self, key: (TenantId, Uuid)) {
        if !self.taken.contains_key(&key) {
            self.taken.insert(&key, ());
        }
    }

    /// Whether an API has taken a connection, as it is, within the last minutes.
    pub(crate) fn was_taken(&self, key: (TenantId, Uuid)) -> bool {
        self.taken.contains_key(&key)
    }

    /// Whose state may have changed since this was last asked; `None` when everybody has to be looked at, as the first
    /// time, and now and then.
    pub(crate) fn changed_people(&self, tenant: TenantId) -> Option<BTreeSet<UserId>> {
        self.catch_up(&mut self.watch());
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        let sweeps = people.sweeps.entry(tenant).or_default();
        let is_full = *sweeps == 0;
        *sweeps = (*sweeps + 1) % FULL_EVERY;
        let changed = people.changed.remove(&tenant).unwrap_or_default();
        (!is_full && changed.len() < MOST_CHANGED).then_some(changed)
    }

    fn note_person(&self, tenant: TenantId, user: Uuid) {
        let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = people.changed.entry(tenant).or_default();
        if changed.len() < MOST_CHANGED {
            changed.insert(user.into());
        }
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
                for notice in notices.iter().filter(|notice| self.apply(notice)) {
                    tracing::trace!(cache.topic = %notice.topic, "cache.taken_back");
                    watch.version += 1;
                }
            } else {
                watch.version += 1;
                self.live.invalidate_all();
                self.connections.invalidate_all();
                self.chosen.invalidate_all();
                self.policies.invalidate_all();
                self.taken.invalidate_all();
                let mut people = self.people.lock().unwrap_or_else(PoisonError::into_inner);
                people.sweeps.clear();
            }
        }
    }

    /// Whether the notice is about something that is kept here.
    fn apply(&self, notice: &Notice) -> bool {
        let key = (notice.tenant, notice.stream);
        match notice.topic.as_ref() {
            CONNECTORS => self.live.invalidate(&key),
            CONNECTIONS => {
                self.connections.invalidate(&key);
                self.taken.invalidate(&key);
                // Connections come and go far less often than calls.
                self.chosen.invalidate_all();
            }
            POLICIES => self.policies.invalidate(&notice.tenant),
            ENVIRONMENTS | environments::TOPIC => self.live.invalidate_all(),
            PEOPLE => {
                // Whether its owner may work here is kept with a connection.
                let owned = |opened: &Opened| {
                    opened.connection.owner.is_some_and(|owner| owner.uuid() == notice.stream)
                };
                self.connections.invalidate_where(|opened| owned(opened));
                self.note_person(notice.tenant, notice.stream);
            }
            _ => return false,
        }
        true
    }

    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Notices about connectors; the stream is the connector.
pub(crate) const CONNECTORS: &str = "api_connectors";
/// Notices about connections; the stream is the connection.
pub(crate) const CONNECTIONS: &str = "api_connections";
/// Notices about data policies; the stream is the tenant.
pub const POLICIES: &str = "data_policies";
const PEOPLE: &str = identity::users::TOPIC;
const ENVIRONMENTS: &str = environments::DELETED;

/// The longest that a lost notice can leave something in force.
const TIME_TO_LIVE: Duration = Duration::from_mins(1);
/// How long it counts that an API has taken a connection; our own choice.
const TAKEN_FOR: Duration = Duration::from_mins(5);
/// Everybody is looked at in one sweep of so many.
const FULL_EVERY: u32 = 60;
/// Of more people than that all are looked at.
const MOST_CHANGED: usize = 10_000;
/// Entries of each kind; our own choice.
const MOST: u64 = 20_000;
/// Answers to forms that are kept.
const MOST_LOOKUPS: u64 = 64;
/// How long they are.
const LOOKUP_TIME_TO_LIVE: Duration = Duration::from_mins(1);
