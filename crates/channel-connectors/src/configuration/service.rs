//! The service of configurations, and what both services of the registry are made of.

use std::{fmt, sync::Arc, time::Duration};

use apps::Apps;
use db::{Db, Tx};
use egress::Networks;
use event_log::{Change, Subject};
use identity::SystemScopes;
use jiff::SignedDuration;
use kernel::{Clock, ConfigurationId, Ids, Permission, Scope, TenantId, UserId};
use serde_json::{Value as Json, json};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use workspace::Workspace;

use super::{Configuration, ConfigurationState, Place, store};
use crate::{
    ChannelConnectors, Connector, Error, Registrations, Result,
    registration::store as connectors,
    service::{self, Need},
};

/// What the registry is made of.
#[derive(Debug)]
pub struct RegistryParts {
    /// Storage.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Identifiers.
    pub ids: Ids,
    /// Scopes for the registry's own work.
    pub scopes: SystemScopes,
    /// Which addresses plain http may name.
    pub networks: Networks,
    /// Which apps a team has.
    pub apps: Arc<Apps>,
    /// Webhooks.
    pub webhooks: Arc<ChannelConnectors>,
    /// Mailboxes, and who is in which team.
    pub workspace: Arc<Workspace>,
}

/// Registered connectors, and what is set up with them.
pub fn registry(parts: RegistryParts) -> (Arc<Registrations>, Arc<Configurations>) {
    let parts = Arc::new(parts);
    let registrations = Arc::new(Registrations::new(Arc::clone(&parts)));
    (registrations, Arc::new(Configurations { parts }))
}

/// What is set up with connectors, in channels, mailboxes and inboxes.
pub struct Configurations {
    pub(super) parts: Arc<RegistryParts>,
}

impl fmt::Debug for Configurations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Configurations").finish_non_exhaustive()
    }
}

impl Configurations {
    /// A configuration of a place that the actor sees.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::UnknownConfiguration`], [`Error::Store`].
    pub async fn configuration(&self, scope: &Scope, id: ConfigurationId) -> Result<Configuration> {
        scope.require(Permission::MessageRead)?;
        self.parts.db.read(scope, move |tx| visible(tx, id)).await
    }

    /// Whether the actor may set connectors up in a place: what pages show instead of a refusal.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Workspace`] when the actor does not see the place, [`Error::Store`].
    pub async fn may_change(&self, scope: &Scope, place: Place) -> Result<bool> {
        scope.require(Permission::MessageRead)?;
        let may = move |tx: &Tx<'_>| match service::may_configure(tx, place, Need::SetUp) {
            Ok(_) => Ok(true),
            Err(Error::OwnersOnly | Error::SwitchedOff { .. } | Error::UnknownOwner { .. }) => {
                Ok(false)
            }
            Err(error) if is_archived(&error) => Ok(false),
            Err(error) => Err(error),
        };
        self.parts.db.read(scope, may).await
    }

    /// Sweeps dialogs that nobody finished, and makes mails of cards; until `stop`, once a node.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut listener = self.parts.db.listen();
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let tenants: Vec<TenantId> = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                _ = tick.tick() => self.every_tenant().await,
                notices = listener.next() => match notices {
                    None => self.every_tenant().await,
                    Some(notices) => notices
                        .iter()
                        .filter(|notice| notice.topic == store::MAILS)
                        .map(|notice| notice.tenant)
                        .collect(),
                },
            };
            for tenant in tenants {
                let scope = self.parts.scopes.scope(tenant, JOB);
                let done = async {
                    self.sweep(&scope).await?;
                    self.send_cards(&scope).await
                };
                if let Err(error) = done.await {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(tenant.id = %tenant, error, "configuration.upkeep_failed");
                }
            }
        }
    }

    async fn every_tenant(&self) -> Vec<TenantId> {
        let known = self.parts.scopes.tenants().await;
        known
            .map(|tenants| tenants.into_iter().map(|tenant| tenant.id).collect())
            .unwrap_or_default()
    }

    /// Removes what was begun and not saved for ten minutes, with its webhook; how many there were.
    ///
    /// # Errors
    /// [`Error::Denied`], [`Error::Store`].
    pub async fn sweep(&self, scope: &Scope) -> Result<usize> {
        scope.require(Permission::System)?;
        let now = self.parts.clock.now();
        let before = now - PENDING;
        let sweep = move |tx: &Tx<'_>| {
            let stale = store::stale(tx, before, SLICE)?;
            for configuration in &stale {
                drop_whole(tx, configuration, now)?;
            }
            Ok::<_, Error>(stale)
        };
        let gone = self.parts.db.write(scope, sweep).await?;
        for hook in gone.iter().filter_map(|configuration| configuration.webhook) {
            self.parts.webhooks.forget(scope, hook);
        }
        Ok(gone.len())
    }
}

fn is_archived(error: &Error) -> bool {
    use workspace::Error as E;
    matches!(error, Error::Workspace(E::ChannelArchived { .. } | E::TeamArchived { .. }))
}

/// Removes a configuration, and its webhook for good.
pub(crate) fn drop_whole(
    tx: &Tx<'_>,
    configuration: &Configuration,
    now: jiff::Timestamp,
) -> Result<()> {
    if let Some(hook) = configuration.webhook {
        service::remove(tx, hook, now)?;
    }
    Ok(store::delete(tx, configuration.id)?)
}

/// A configuration that the actor may know of: pending ones only who began them.
pub(super) fn visible(tx: &Tx<'_>, id: ConfigurationId) -> Result<Configuration> {
    let unknown = Error::UnknownConfiguration { configuration: id };
    let Some(found) = store::lookup(tx, id)? else { return Err(unknown) };
    let own = tx.scope().user() == Some(found.created_by);
    if found.state == ConfigurationState::Pending && !own {
        return Err(unknown);
    }
    match service::may_see(tx, found.place) {
        Ok(()) => Ok(found),
        Err(Error::Store(error) | Error::Workspace(workspace::Error::Store(error))) => {
            Err(error.into())
        }
        Err(_) => Err(unknown),
    }
}

/// A configuration that the actor may change or remove, with its connector.
pub(super) fn changeable(
    tx: &Tx<'_>,
    id: ConfigurationId,
    need: Need,
) -> Result<(Configuration, Connector)> {
    let found = visible(tx, id)?;
    service::may_configure(tx, found.place, need)?;
    let connector = found.connector;
    let known = connectors::lookup(tx, connector)?;
    Ok((found, known.ok_or(Error::UnknownConnector { connector })?))
}

/// The person who acts; dialogs are for persons.
pub(crate) fn person(scope: &Scope) -> Result<UserId> {
    scope.user().ok_or_else(|| workspace::Error::PersonNeeded.into())
}

/// A change of a configuration for the audit. Settings stay out: pages put secrets into addresses.
pub(super) fn audit(
    tx: &Tx<'_>,
    action: &'static str,
    (before, after): (Option<&Configuration>, Option<&Configuration>),
    reason: Option<&str>,
    at: jiff::Timestamp,
) -> Result<()> {
    let Some(id) = after.or(before).map(|configuration| configuration.id) else { return Ok(()) };
    let document = |of: &Configuration| -> Json {
        json!({
            "name": of.name,
            "connector_id": of.connector,
            (format!("{}_id", of.place.kind())): of.place.uuid(),
            "webhook_id": of.webhook,
            "keys": of.settings.as_ref().map(|settings| settings.keys().collect::<Vec<_>>()),
        })
    };
    let mut after = after.map(document);
    if let Some(reason) = reason {
        after = Some(json!({ "reason": reason }));
    }
    let subject = Subject::new("configuration", id);
    Ok(event_log::audit(tx, &Change { action, subject, before: before.map(document), after, at })?)
}

/// The job's name in the audit.
const JOB: &str = "configurations";
/// How often dialogs are swept and mails tried again.
const TICK: Duration = Duration::from_secs(30);
/// How long a dialog may stay open without a word.
const PENDING: SignedDuration = SignedDuration::from_mins(10);
/// Configurations of one transaction.
const SLICE: i64 = 50;
