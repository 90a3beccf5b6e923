//! The service that edges and pages hold.

use std::{fmt, sync::Arc};

use crm_connections::CrmConnections;
use db::{Db, Tx};
use egress::Networks;
use event_log::{Change, Subject, audit};
use identity::{Identity, SystemScopes};
use jiff::Timestamp;
use kernel::{Clock, Ids, Scope, UserId};
use oauth::{BotTokens, Flows, Tokens};
use seal::Sealer;
use serde_json::Value as Json;
use tokio_util::task::TaskTracker;
use url::Url;
use uuid::Uuid;
use workspace::Workspace;

use crate::{Error, Result};

/// What the service is made of.
#[derive(Debug)]
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers and secrets.
    pub ids: Ids,
    /// People.
    pub identity: Arc<Identity>,
    /// Scopes for whom Teams says is asking.
    pub scopes: SystemScopes,
    /// CRMs.
    pub crm: CrmConnections,
    /// The hub's own channels.
    pub workspace: Arc<Workspace>,
    /// Seals what the bot speaks with.
    pub sealer: Sealer,
    /// The only way out, to the Bot Connector and its keys.
    pub client: egress::Client,
    /// What the operator opened of it.
    pub networks: Networks,
    /// The address of the hub's pages.
    pub public_url: Url,
}

/// The app inside Teams, of every tenant; cheap to clone.
#[derive(Clone)]
pub struct TeamsApp(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) identity: Arc<Identity>,
    pub(crate) scopes: SystemScopes,
    pub(crate) crm: CrmConnections,
    pub(crate) workspace: Arc<Workspace>,
    /// What the Bot Connector proves itself with.
    pub(crate) tokens: BotTokens,
    /// What we prove ourselves with to it.
    pub(crate) granted: Tokens,
    pub(crate) flows: Flows,
    pub(crate) http: egress::Client,
    pub(crate) networks: Networks,
    /// Answers that go on after whoever sent the words was told that they came.
    pub(crate) answering: TaskTracker,
    pub(crate) sealer: Sealer,
    pub(crate) public_url: Url,
}

impl fmt::Debug for TeamsApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TeamsApp").finish_non_exhaustive()
    }
}

impl TeamsApp {
    /// The app on a database.
    pub fn new(parts: Parts) -> Self {
        let Parts { db, clock, ids, identity, scopes, crm, workspace, client, .. } = parts;
        let tokens = BotTokens::new(client.clone(), Arc::clone(&clock));
        let flows = Flows::new(client.clone(), Arc::clone(&clock), ids.clone());
        let granted = Tokens::new(Arc::clone(&clock));
        Self(Arc::new(Inner {
            db,
            clock,
            ids,
            identity,
            scopes,
            crm,
            workspace,
            tokens,
            granted,
            flows,
            http: client,
            networks: parts.networks,
            answering: TaskTracker::new(),
            sealer: parts.sealer,
            public_url: parts.public_url,
        }))
    }

    /// An address of the hub's own pages; `path` begins with a slash.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.0.public_url.as_str().trim_end_matches('/'))
    }
}

/// Who acts, where it has to be a person.
pub(crate) fn person(scope: &Scope) -> Result<UserId> {
    scope.user().ok_or(Error::PersonNeeded)
}

/// Writes what was done into the audit.
pub(crate) fn note(
    tx: &Tx<'_>,
    (action, subject): (&'static str, (&'static str, Uuid)),
    (before, after): (Option<Json>, Option<Json>),
    at: Timestamp,
) -> Result<()> {
    let subject = Subject::new(subject.0, subject.1);
    audit(tx, &Change { action, subject, before, after, at }).map_err(Error::Store)
}
