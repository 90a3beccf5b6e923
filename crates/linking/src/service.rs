//! The service that edges hold.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use crm_connections::CrmConnections;
use db::{Db, Tx};
use event_log::{Change, Subject as Audited};
use identity::{Identity, SystemScopes};
use jiff::{SignedDuration, Timestamp};
use kernel::{Clock, Ids, Scope, UserId};
use linking_setup::{LinkingSetup, Which, Workspaces};
use records::{Records, Session};
use serde_json::json;
use url::Url;

use crate::{Error, Fault, Link, LinkId, Result, Settings, plugin::Rows, store};

/// What the service is made of.
#[derive(Debug)]
pub struct Parts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
    /// Names of people.
    pub identity: Arc<Identity>,
    /// Scopes of the persons whose links go on in the background.
    pub scopes: SystemScopes,
    /// The rows of environments.
    pub records: Records,
    /// What may be linked where.
    pub setup: Arc<LinkingSetup>,
    /// Where links go to.
    pub workspaces: Arc<dyn Workspaces>,
    /// Where people open the hub's pages.
    pub base: Url,
    /// Settings of this room.
    pub settings: Settings,
}

/// Links of every tenant. One is made at start and shared.
pub struct Linking {
    pub(crate) db: Db,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) identity: Arc<Identity>,
    pub(crate) scopes: SystemScopes,
    pub(crate) records: Records,
    pub(crate) setup: Arc<LinkingSetup>,
    pub(crate) workspaces: Arc<dyn Workspaces>,
    pub(crate) base: Url,
    pub(crate) settings: Settings,
    pub(crate) fault: Option<Fault>,
    /// The CRMs of sellers, once they are handed over.
    pub(crate) crms: OnceLock<CrmConnections>,
}

impl fmt::Debug for Linking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Linking").finish_non_exhaustive()
    }
}

impl Linking {
    /// Links on a database.
    pub fn open(parts: Parts) -> Arc<Self> {
        Arc::new(Self::build(parts, None))
    }

    /// The same, with somebody who may end a turn at any of its points as a crash would; for tests.
    pub fn with_faults(parts: Parts, fault: Fault) -> Arc<Self> {
        Arc::new(Self::build(parts, Some(fault)))
    }

    fn build(parts: Parts, fault: Option<Fault>) -> Self {
        let Parts { db, clock, ids, identity, scopes, records, setup, workspaces, base, settings } =
            parts;
        Self {
            db,
            clock,
            ids,
            identity,
            scopes,
            records,
            setup,
            workspaces,
            base,
            settings,
            fault,
            crms: OnceLock::new(),
        }
    }

    /// What an operator set.
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What gives rows that come and go by other ways the same effect; to be handed to the records once.
    pub fn plugins(&self) -> Vec<Arc<dyn records::Plugin>> {
        vec![Arc::new(Rows { workspaces: Arc::clone(&self.workspaces) })]
    }

    /// A link, whatever the caller may see of it.
    pub(crate) async fn job(&self, scope: &Scope, id: LinkId) -> Result<store::Job> {
        let found = self.db.read_one(scope, move |tx| store::lookup(tx, id)).await?;
        found.ok_or(Error::Unknown)
    }

    /// The caller in the environment of a link; [`Error::Unknown`] for who may not come in.
    pub(crate) async fn session(
        &self,
        scope: &Scope,
        environment: kernel::EnvironmentId,
    ) -> Result<Session> {
        match self.records.session_in(scope, environment).await {
            Err(records::Error::NoEnvironment { .. }) => Err(Error::Unknown),
            other => Ok(other?),
        }
    }

    /// The workspace refused something for want of permissions that the tenant agreed to: the settings say so from now on.
    pub async fn refused(&self, root: &Scope, permissions: &[String]) {
        let names = |which: &Which| {
            let one = |scope: &&str| permissions.iter().any(|missing| missing == scope);
            // without a name it is about what everything needs
            which.scopes().iter().any(one) || permissions.is_empty() && *which == Which::First
        };
        for which in Which::ALL.into_iter().filter(names) {
            if let Err(error) = self.setup.refused_upstream(root, which, permissions).await {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, tenant.id = %root.tenant(), "linking.refusal_not_kept");
            }
        }
    }

    pub(crate) fn later(&self, seconds: i64) -> Timestamp {
        let now = self.clock.now();
        now.checked_add(SignedDuration::from_secs(seconds)).unwrap_or(now)
    }
}

/// The person who calls.
pub(crate) fn person(scope: &Scope) -> Result<UserId> {
    scope.user().ok_or(Error::PersonNeeded)
}

/// Tells history and audit what happened to a link.
pub(crate) fn told(tx: &Tx<'_>, link: &Link, event: &'static str, at: Timestamp) -> db::Result<()> {
    store::tell(tx, link, event, at)?;
    let after = json!({
        "environment": link.subject.environment(),
        "table": link.subject.table(),
        "record": link.subject.key(),
        "team": link.team.0,
        "channel": link.channel.id,
        "state": link.state.as_str(),
        "problem": link.problem.as_ref().map(|problem| problem.code.as_str()),
    });
    let subject = Audited::new("link", link.id);
    event_log::audit(tx, &Change { action: event, subject, before: None, after: Some(after), at })
}
