//! Credentials that were seen lately, so that a request needs no read.
//!
//! Each look first applies every notice of a commit that has arrived, so that on the node of a revocation
//! the next request is refused, and on other nodes as soon as the notice is there. The time limit of
//! the entries is only the net below.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::Duration,
};

use db::{Arrived, Db, Listener, Notice};
use jiff::Timestamp;
use kernel::{Actor, CredentialId, Factor, Language, Permissions, Stay, TenantId};
use tokio::sync::Notify;
use uuid::Uuid;

use crate::{
    credentials::{CredentialKind, SecretHash, Subject},
    users,
};

/// A credential with all that a request needs to know of it.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) tenant: TenantId,
    pub(crate) id: CredentialId,
    pub(crate) kind: CredentialKind,
    pub(crate) subject: Subject,
    pub(crate) actor: Actor,
    pub(crate) rights: Permissions,
    pub(crate) language: Option<Language>,
    pub(crate) factor: Factor,
    pub(crate) needs_second_factor: bool,
    pub(crate) expires_at: Option<Timestamp>,
    /// Microseconds since the epoch.
    pub(crate) used_at: AtomicI64,
    /// Whether `used_at` waits to be written.
    pub(crate) queued: AtomicBool,
    pub(crate) valid: AtomicBool,
}

#[derive(Debug)]
pub(crate) struct Cache {
    entries: kernel::Cache<SecretHash, Arc<Entry>>,
    watch: Mutex<Watch>,
}

#[derive(Debug)]
struct Watch {
    listener: Listener,
    /// Counts what was invalidated, so that a read that began before is not kept.
    version: u64,
    /// Entries by credential and by subject.
    known: HashMap<Uuid, Vec<Weak<Entry>>>,
    inserted: usize,
    /// Who waits for a change, by credential, by person and by tenant.
    waiting: HashMap<Uuid, Vec<Weak<Notify>>>,
    waited: usize,
}

impl Cache {
    pub(crate) fn new(db: &Db, entries: u32) -> Self {
        let entries = kernel::Cache::new(entries.into(), Stay::For(TIME_TO_LIVE));
        let watch = Watch {
            listener: db.listen(),
            version: 0,
            known: HashMap::new(),
            inserted: 0,
            waiting: HashMap::new(),
            waited: 0,
        };
        Self { entries, watch: Mutex::new(watch) }
    }

    /// The entry, if it is here and nothing that has happened took it back; else the version to insert with.
    pub(crate) fn find(&self, secret: &SecretHash) -> Result<Arc<Entry>, u64> {
        let version = {
            let mut watch = self.watch();
            self.catch_up(&mut watch);
            watch.version
        };
        let found = self.entries.get(secret).filter(|entry| entry.valid.load(Ordering::Acquire));
        found.ok_or(version)
    }

    /// Keeps an entry that was read after `version`, unless something was taken back meanwhile.
    pub(crate) fn insert(&self, secret: SecretHash, entry: &Arc<Entry>, version: u64) {
        let mut watch = self.watch();
        self.catch_up(&mut watch);
        if watch.version != version {
            return;
        }
        watch.inserted += 1;
        if watch.inserted > SWEEP_EVERY {
            watch.inserted = 0;
            watch.known.retain(|_, list| {
                list.retain(|entry| entry.strong_count() > 0);
                !list.is_empty()
            });
        }
        for key in [entry.id.uuid(), entry.subject.uuid()] {
            watch.known.entry(key).or_default().push(Arc::downgrade(entry));
        }
        self.entries.insert(&secret, Arc::clone(entry));
    }

    /// Rings `bell` when a credential, a person or a tenant changes, for as long as somebody holds it.
    pub(crate) fn ring_for(&self, keys: impl Iterator<Item = Uuid>, bell: &Arc<Notify>) {
        let mut watch = self.watch();
        watch.waited += 1;
        if watch.waited > SWEEP_EVERY {
            watch.waited = 0;
            watch.waiting.retain(|_, list| {
                list.retain(|bell| bell.strong_count() > 0);
                !list.is_empty()
            });
        }
        for key in keys {
            watch.waiting.entry(key).or_default().push(Arc::downgrade(bell));
        }
    }

    /// Applies every notice that has arrived; for a worker, so that who waits need not ask.
    pub(crate) fn look(&self) {
        self.catch_up(&mut self.watch());
    }

    /// Takes back what is known of a credential or a subject, without waiting for the notice.
    pub(crate) fn forget(&self, key: Uuid) {
        self.watch().take_back(key);
    }

    /// Takes back everything of a tenant's people.
    pub(crate) fn forget_people(&self, tenant: TenantId) {
        self.watch().take_back_people(tenant);
    }

    fn catch_up(&self, watch: &mut Watch) {
        while let Some(notices) = watch.listener.arrived() {
            match notices {
                Arrived::Notices(notices) => notices.iter().for_each(|n| watch.apply(n)),
                Arrived::Gap => {
                    watch.take_back_all();
                    self.entries.invalidate_all();
                }
            }
        }
    }

    fn watch(&self) -> MutexGuard<'_, Watch> {
        self.watch.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch {
    fn apply(&mut self, notice: &Notice) {
        match notice.topic.as_ref() {
            crate::credentials::TOPIC | users::TOPIC => self.take_back(notice.stream),
            crate::tenants::TOPIC => self.take_back_people(notice.tenant),
            _ => {}
        }
    }

    fn take_back(&mut self, key: Uuid) {
        self.version += 1;
        self.ring(key);
        for entry in self.known.remove(&key).into_iter().flatten().filter_map(|e| e.upgrade()) {
            entry.valid.store(false, Ordering::Release);
        }
    }

    fn take_back_people(&mut self, tenant: TenantId) {
        self.version += 1;
        self.ring(tenant.uuid());
        for entry in self.known.values().flatten().filter_map(Weak::upgrade) {
            if entry.tenant == tenant && entry.subject.user().is_some() {
                entry.valid.store(false, Ordering::Release);
            }
        }
    }

    fn take_back_all(&mut self) {
        self.version += 1;
        for bell in self.waiting.values().flatten().filter_map(Weak::upgrade) {
            bell.notify_one();
        }
        for entry in self.known.drain().flat_map(|(_, list)| list).filter_map(|e| e.upgrade()) {
            entry.valid.store(false, Ordering::Release);
        }
    }
}

impl Watch {
    /// Rings for those who wait for a change of `key`, and forgets who waits no more.
    fn ring(&mut self, key: Uuid) {
        let Some(list) = self.waiting.get_mut(&key) else { return };
        list.retain(|bell| bell.upgrade().map(|bell| bell.notify_one()).is_some());
        if list.is_empty() {
            self.waiting.remove(&key);
        }
    }
}

/// The longest that a lost notice can leave a revoked credential in force.
const TIME_TO_LIVE: Duration = Duration::from_mins(1);
/// Dead references are swept after so many insertions.
const SWEEP_EVERY: usize = 4096;
