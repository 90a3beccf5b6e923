//! The service that edges and other rooms hold.

use std::{fmt, sync::Arc};

use connectors::Connectors;
use crm::Crm;
use db::{Db, Tx};
use egress::{Client, Networks};
use event_log::{Change, Subject, audit};
use identity::{Identity, SystemScopes};
use jiff::Timestamp;
use kernel::{Clock, EnvironmentId, Ids, Permission, Scope, Secret};
use oauth::{Flows, Tokens};
use records::Records;
use seal::Sealer;
use serde_json::Value as Json;
use tokio::sync::broadcast;
use tokio_util::task::TaskTracker;
use url::Url;
use uuid::Uuid;

use crate::{Error, Result, Settings};

/// A seller's own session at a CRM elsewhere.
#[derive(Debug, Clone)]
pub struct Session {
    /// Where the seller's data is.
    pub instance: Url,
    /// What tells the seller from others there: what is described to one is not shown to another.
    pub user: String,
    /// The access token.
    pub token: Secret<String>,
}

/// Makes a seller's CRM out of a session.
pub(crate) type Elsewhere = Box<dyn Fn(Session) -> Arc<dyn Crm> + Send + Sync>;
/// Makes a person's CRM out of an environment of the hub.
pub(crate) type Here = Box<dyn Fn(&Scope, EnvironmentId) -> Arc<dyn Crm> + Send + Sync>;

/// The adapters of the port, as whoever builds the hub has them.
pub struct Adapters {
    /// Environments of the hub's own.
    pub embedded: Here,
    /// Organisations of Salesforce.
    pub salesforce: Elsewhere,
    /// Environments of Dynamics 365.
    pub dataverse: Elsewhere,
}

impl fmt::Debug for Adapters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Adapters").finish_non_exhaustive()
    }
}

/// What the service is made of.
#[derive(Debug)]
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers and secrets.
    pub ids: Ids,
    /// Seals secrets and tokens.
    pub sealer: Sealer,
    /// Scopes for the room's own work.
    pub scopes: SystemScopes,
    /// People and environments.
    pub identity: Arc<Identity>,
    /// Data policies.
    pub connectors: Arc<Connectors>,
    /// Where the product's own environment is provisioned.
    pub records: Records,
    /// The only way out.
    pub client: Client,
    /// Which addresses the operator opened.
    pub networks: Networks,
    /// The address of the hub's pages; CRMs send browsers back to it.
    pub public_url: Url,
    /// The adapters.
    pub adapters: Adapters,
    /// Settings of this room.
    pub settings: Settings,
}

/// Somebody wrote to a table of a CRM elsewhere through the hub.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The CRM.
    pub system: Uuid,
    /// The table, as whoever wrote called it.
    pub table: Arc<str>,
}

/// So many writes are kept for who listens; who is behind looks at once.
const WRITES_KEPT: usize = 64;

/// CRM connections of every tenant; cheap to clone.
#[derive(Clone)]
pub struct CrmConnections(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) sealer: Sealer,
    pub(crate) scopes: SystemScopes,
    pub(crate) identity: Arc<Identity>,
    pub(crate) connectors: Arc<Connectors>,
    pub(crate) records: Records,
    pub(crate) networks: Networks,
    pub(crate) flows: Flows,
    pub(crate) tokens: Tokens,
    /// Refreshes under way: they are asked to their end, whoever waits.
    pub(crate) refreshing: TaskTracker,
    pub(crate) public_url: Url,
    pub(crate) adapters: Adapters,
    pub(crate) settings: Settings,
    written: broadcast::Sender<Written>,
}

impl Inner {
    /// Tells who listens that something was written.
    pub(crate) fn tell(&self, system: Uuid, table: &str) {
        // nobody listens most of the time
        drop(self.written.send(Written { system, table: table.into() }));
    }
}

impl fmt::Debug for CrmConnections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CrmConnections").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

impl CrmConnections {
    /// The CRM connections on a database.
    pub fn new(parts: Parts) -> Self {
        let Parts { db, clock, ids, sealer, scopes, identity, connectors, records, .. } = parts;
        let flows = Flows::new(parts.client, Arc::clone(&clock), ids.clone());
        let tokens = Tokens::new(Arc::clone(&clock));
        Self(Arc::new(Inner {
            db,
            clock,
            ids,
            sealer,
            scopes,
            identity,
            connectors,
            records,
            networks: parts.networks,
            flows,
            tokens,
            refreshing: TaskTracker::new(),
            public_url: parts.public_url,
            adapters: parts.adapters,
            settings: parts.settings,
            written: broadcast::channel(WRITES_KEPT).0,
        }))
    }

    /// Is told of what people write to CRMs elsewhere through this node, so that a page that shows it looks again. What
    /// others write, and what is written there itself, nobody tells.
    pub fn written(&self) -> broadcast::Receiver<Written> {
        self.0.written.subscribe()
    }

    /// Where CRMs send browsers back to; it is registered with the application there.
    ///
    /// # Errors
    /// [`Error::SignIn`] when the hub's own address is none.
    pub fn sign_in_address(&self) -> Result<Url> {
        let reason = "the hub's own address is no web address";
        let joined = self.0.public_url.join("crm/sign-in");
        joined.map_err(|_source| oauth::Error::Settings { reason }.into())
    }
}

/// Whether somebody may set CRMs up: who administers sales, the platform or the tenant.
pub(crate) fn may_manage(scope: &Scope) -> Result<()> {
    if !scope.may(Permission::DataPolicyManage) {
        scope.require(Permission::SalesManage)?;
    }
    Ok(())
}

/// A change of a CRM or a connection, for the audit.
pub(crate) struct Audited {
    pub(crate) action: &'static str,
    pub(crate) subject: (&'static str, Uuid),
    pub(crate) before: Option<Json>,
    pub(crate) after: Option<Json>,
    pub(crate) at: Timestamp,
}

impl Audited {
    pub(crate) fn write(self, tx: &Tx<'_>) -> Result<()> {
        let Self { action, subject: (kind, id), before, after, at } = self;
        let change = Change { action, subject: Subject::new(kind, id), before, after, at };
        audit(tx, &change).map_err(Error::Store)
    }
}
