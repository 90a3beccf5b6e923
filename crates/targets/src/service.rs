//! The service.

mod forwarding;
mod log;
mod manage;
mod rights;
mod test;
mod upkeep;

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
use seal::Sealer;
use url::Url;
use uuid::Uuid;
use workspace::Workspace;

use crate::{Result, Settings, send::Sender};

pub use log::Replay;
pub use manage::TargetPage;
pub use test::Sent;

/// What the service is made of.
#[derive(Debug)]
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers, secrets and chance.
    pub ids: Ids,
    /// Seals addresses.
    pub sealer: Sealer,
    /// Scopes for the room's own work.
    pub scopes: SystemScopes,
    /// Names and addresses of persons.
    pub identity: Arc<Identity>,
    /// Channels, members, the settings of mail.
    pub workspace: Arc<Workspace>,
    /// The only way out.
    pub client: Client,
    /// The address of the hub's pages, for links.
    pub public_url: Url,
    /// Which node this is, where several work on one database; none where this is the only one.
    pub node: Option<Uuid>,
    /// Settings of this room.
    pub settings: Settings,
}

/// Delivery targets of every tenant. One is made at start and shared.
pub struct Targets {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) sealer: Sealer,
    pub(crate) scopes: SystemScopes,
    pub(crate) identity: Arc<Identity>,
    pub(crate) workspace: Arc<Workspace>,
    pub(crate) sender: Sender,
    pub(crate) base_url: String,
    pub(crate) node: Uuid,
    /// Whether other nodes may serve the same targets.
    pub(crate) shared: bool,
    pub(crate) settings: Settings,
    pub(crate) counts: Counts,
}

/// What was done since the start of the process.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) delivered: AtomicU64,
    pub(crate) failed: AtomicU64,
    pub(crate) busy: AtomicU64,
    pub(crate) dead: AtomicU64,
}

/// What was done since the start of the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Figures {
    /// Messages taken by their targets.
    pub delivered: u64,
    /// Attempts that failed.
    pub failed: u64,
    /// Attempts that met a target without time.
    pub busy: u64,
    /// Messages given up.
    pub dead: u64,
}

impl fmt::Debug for Targets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Targets").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Targets {
    /// The service; [`Targets::run`] serves the targets.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] when the mail relay of the settings cannot be one.
    pub fn new(parts: Parts) -> Result<Self> {
        let Parts {
            db,
            clock,
            ids,
            sealer,
            scopes,
            identity,
            workspace,
            client,
            public_url,
            node,
            settings,
        } = parts;
        let sender = Sender::new(client, &workspace.settings().mail, settings.timeout())?;
        Ok(Self {
            db,
            clock,
            ids,
            sealer,
            scopes,
            identity,
            workspace,
            sender,
            base_url: public_url.as_str().trim_end_matches('/').to_owned(),
            node: node.unwrap_or(Uuid::nil()),
            shared: node.is_some(),
            settings,
            counts: Counts::default(),
        })
    }

    /// What was done since the start of the process.
    pub fn figures(&self) -> Figures {
        let get = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Figures {
            delivered: get(&self.counts.delivered),
            failed: get(&self.counts.failed),
            busy: get(&self.counts.busy),
            dead: get(&self.counts.dead),
        }
    }

    /// What the operator set.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether mail can go out.
    pub const fn has_mail(&self) -> bool {
        self.sender.has_relay()
    }
}
