//! The service.

mod configured;
mod delivery_log;
mod hooks;
mod intake;
pub(crate) mod manage;
mod messages;
mod owners;
mod rates;
mod refusals;
mod rights;
mod rotate;
mod switchboard;
mod upkeep;

pub use configured::Prepared;

use std::{fmt, sync::Arc};

use db::Db;
use delivery::Consumer;
use identity::SystemScopes;
use kernel::{Clock, Ids};
use seal::Sealer;
use tokio::sync::Semaphore;

use crate::{CARD_POSTED, FreeSpace, Settings, hooks::OnRemoval};

/// What the service is made of.
#[derive(Debug)]
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers and secrets.
    pub ids: Ids,
    /// Seals addresses, so that owners can be shown them again.
    pub sealer: Sealer,
    /// Scopes for the room's own work.
    pub scopes: SystemScopes,
    /// How much disk is left where the data is.
    pub space: FreeSpace,
    /// What else goes with a webhook that its owners remove.
    pub on_removal: OnRemoval,
    /// Settings of this room.
    pub settings: Settings,
}

/// Incoming webhooks of every tenant. One is made at start and shared.
pub struct ChannelConnectors {
    db: Db,
    clock: Arc<dyn Clock>,
    ids: Ids,
    sealer: Sealer,
    scopes: SystemScopes,
    space: FreeSpace,
    on_removal: OnRemoval,
    settings: Settings,
    consumer: Consumer,
    hooks: hooks::Hooks,
    refusals: refusals::Refusals,
    waiting: Semaphore,
}

impl fmt::Debug for ChannelConnectors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChannelConnectors")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl ChannelConnectors {
    /// The service; [`ChannelConnectors::run`] keeps it up.
    pub fn new(parts: Parts) -> Self {
        let Parts { db, clock, ids, sealer, scopes, space, on_removal, settings } = parts;
        let consumer = Consumer::new(CONSUMER, CARD_POSTED, messages::post);
        let waiting = Semaphore::new(settings.waiting_posts.min(Semaphore::MAX_PERMITS));
        Self {
            db,
            clock,
            ids,
            sealer,
            scopes,
            space,
            on_removal,
            consumer,
            hooks: hooks::Hooks::new(),
            refusals: refusals::Refusals::new(&settings),
            waiting,
            settings,
        }
    }

    /// Who turns accepted posts into messages; for the [`delivery::Pump`].
    pub fn consumer(&self) -> Consumer {
        self.consumer.clone()
    }

    /// What the operator set.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }
}

/// The name of the consumer that turns posts into messages; stored with its cursors.
const CONSUMER: &str = "channel-messages";
