//! The service that edges and other rooms hold.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use db::Db;
use egress::Client;
use identity::{Identity, SystemScopes};
use kernel::{Clock, Ids};
use oauth::{Flows, Tokens};
use seal::Sealer;
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;
use url::Url;

use crate::{Settings, cache::Cache, calls::Log};

/// What the service is made of.
#[derive(Debug)]
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers and secrets.
    pub ids: Ids,
    /// Seals what connections hold.
    pub sealer: Sealer,
    /// Scopes for the room's own work.
    pub scopes: SystemScopes,
    /// The tokens of people, for connectors that act on their behalf.
    pub identity: Arc<Identity>,
    /// The only way out.
    pub client: Client,
    /// The address of the hub's pages; providers send browsers back to it.
    pub public_url: Url,
    /// Settings of this room.
    pub settings: Settings,
}

/// Connectors of every tenant. One is made at start and shared.
pub struct Connectors {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) sealer: Sealer,
    pub(crate) scopes: SystemScopes,
    pub(crate) identity: Arc<Identity>,
    pub(crate) client: Client,
    pub(crate) flows: Flows,
    pub(crate) tokens: Tokens,
    /// Refreshes under way: they are asked to their end, whoever waits.
    pub(crate) refreshing: TaskTracker,
    /// Answers that are passed on as they come.
    pub(crate) streams: Arc<Semaphore>,
    pub(crate) public_url: Url,
    pub(crate) settings: Settings,
    pub(crate) cache: Cache,
    pub(crate) log: Log,
    pub(crate) counts: Counts,
}

/// What was done since the start of the process.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) calls: AtomicU64,
    pub(crate) failed: AtomicU64,
    pub(crate) late: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) microseconds: AtomicU64,
    pub(crate) under_way: AtomicU64,
}

/// What was done since the start of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Calls that an API answered, whatever it said.
    pub calls: u64,
    /// Calls that no API answered.
    pub failed: u64,
    /// Calls that were given up at their deadline; among the failed ones.
    pub late: u64,
    /// Calls that a data policy refused.
    pub refused: u64,
    /// The time that all calls took together.
    pub microseconds: u64,
    /// Calls under way now.
    pub under_way: u64,
}

impl fmt::Debug for Connectors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connectors").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Connectors {
    /// The connectors on a database.
    pub fn new(parts: Parts) -> Self {
        let Parts { db, clock, ids, sealer, scopes, identity, client, public_url, settings } =
            parts;
        let cache = Cache::new(&db, settings.cached_definitions);
        let flows = Flows::new(client.clone(), Arc::clone(&clock), ids.clone());
        let tokens = Tokens::new(Arc::clone(&clock));
        Self {
            db,
            clock,
            ids,
            sealer,
            scopes,
            identity,
            client,
            flows,
            tokens,
            refreshing: TaskTracker::new(),
            streams: Arc::new(Semaphore::new(
                usize::try_from(settings.streams_at_once).unwrap_or(1),
            )),
            public_url,
            settings,
            cache,
            log: Log::new(),
            counts: Counts::default(),
        }
    }

    /// What was done since the start of the process.
    pub fn figures(&self) -> Figures {
        let read = |count: &AtomicU64| count.load(Ordering::Relaxed);
        let Counts { calls, failed, late, refused, microseconds, under_way } = &self.counts;
        Figures {
            calls: read(calls),
            failed: read(failed),
            late: read(late),
            refused: read(refused),
            microseconds: read(microseconds),
            under_way: read(under_way),
        }
    }

    /// What the operator set.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }
}
