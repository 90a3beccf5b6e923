//! What calls look at again and again, kept in memory until a change event says otherwise.
//!
//! Each look first applies every notice of a commit that has arrived. The time limit of the entries is only the
//! net below, for notices that another node lost.

use std::{
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use db::{Arrived, Db, Listener, Notice};
use kernel::TenantId;
use uuid::Uuid;

use crate::{connection::Opened, definition::Compiled, invoke::Live, policy::Policies};

/// Everything that is kept.
#[derive(Debug)]
pub(crate) struct Cache {
    watch: Mutex<Watch>,
    /// Compiled definitions; a version never changes, so nothing takes them back.
    pub(crate) compiled: moka::future::Cache<(TenantId, Uuid, i64), Arc<Compiled>>,
    live: moka::sync::Cache<(TenantId, Uuid), Arc<Live>>,
    connections: moka::sync::Cache<(TenantId, Uuid), Arc<Opened>>,
    /// Which connection a person uses when none is named.
    chosen: moka::sync::Cache<(TenantId, Uuid, Uuid), Uuid>,
    policies: moka::sync::Cache<TenantId, Arc<Policies>>,
    /// What forms asked other operations for, for a moment.
    pub(crate) lookups: moka::sync::Cache<String, Arc<serde_json::Value>>,
}

#[derive(Debug)]
struct Watch {
    listener: Listener,
    /// Counts what was taken back, so that a read that began before is not kept.
    version: u64,
}

fn bounded<K, V>(entries: u64) -> moka::sync::Cache<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    moka::sync::Cache::builder().max_capacity(entries).time_to_live(TIME_TO_LIVE).build()
}

impl Cache {
    pub(crate) fn new(db: &Db, definitions: u32) -> Self {
        Self {
            watch: Mutex::new(Watch { listener: db.listen(), version: 0 }),
            compiled: moka::future::Cache::new(definitions.into()),
            live: bounded(MOST),
            connections: bounded(MOST),
            chosen: bounded(MOST),
            policies: bounded(MOST),
            lookups: moka::sync::Cache::builder()
                .max_capacity(MOST_LOOKUPS)
                .time_to_live(LOOKUP_TIME_TO_LIVE)
                .build(),
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
        self.keep(version, || self.live.insert(key, Arc::clone(live)));
    }

    pub(crate) fn connection(&self, key: (TenantId, Uuid)) -> Option<Arc<Opened>> {
        self.connections.get(&key)
    }

    pub(crate) fn keep_connection(&self, key: (TenantId, Uuid), it: &Arc<Opened>, version: u64) {
        self.keep(version, || self.connections.insert(key, Arc::clone(it)));
    }

    pub(crate) fn chosen(&self, key: (TenantId, Uuid, Uuid)) -> Option<Uuid> {
        self.chosen.get(&key)
    }

    pub(crate) fn keep_chosen(&self, key: (TenantId, Uuid, Uuid), connection: Uuid, version: u64) {
        self.keep(version, || self.chosen.insert(key, connection));
    }

    pub(crate) fn policies(&self, tenant: TenantId) -> Option<Arc<Policies>> {
        self.policies.get(&tenant)
    }

    pub(crate) fn keep_policies(&self, tenant: TenantId, all: &Arc<Policies>, version: u64) {
        self.keep(version, || self.policies.insert(tenant, Arc::clone(all)));
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
                // Connections come and go far less often than calls.
                self.chosen.invalidate_all();
            }
            POLICIES => self.policies.invalidate(&notice.tenant),
            ENVIRONMENTS => self.live.invalidate_all(),
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
pub(crate) const POLICIES: &str = "data_policies";
const ENVIRONMENTS: &str = identity::environments::DELETED;

/// The longest that a lost notice can leave something in force.
const TIME_TO_LIVE: Duration = Duration::from_mins(1);
/// Entries of each kind; our own choice.
const MOST: u64 = 20_000;
/// Answers to forms that are kept.
const MOST_LOOKUPS: u64 = 64;
/// How long they are.
const LOOKUP_TIME_TO_LIVE: Duration = Duration::from_secs(60);
