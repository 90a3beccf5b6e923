//! The service of configurations, and what both services of the registry are made of.

use std::{fmt, sync::Arc, time::Duration};

use apps::Apps;
use channel_connectors::{
    ChannelConnectors, Error as HookError, Place,
    access::{self, Need},
    hooks,
};
use db::{Db, Tx};
use egress::Networks;
use event_log::{Change, Subject};
use identity::SystemScopes;
use jiff::SignedDuration;
use kernel::{Clock, ConfigurationId, Ids, Permission, Scope, TenantId, UserId, WebhookId};
use serde_json::{Value as Json, json};
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;
use workspace::Workspace;

use super::{Configuration, ConfigurationState, store};
use crate::{Connector, Error, Registrations, Result, registration::store as connectors};

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
        let may = move |tx: &Tx<'_>| match access::may_configure(tx, place, Need::SetUp) {
            Ok(_) => Ok(true),
            Err(error) if is_refusal(&error) => Ok(false),
            Err(error) => Err(error.into()),
        };
        self.parts.db.read(scope, may).await
    }

    /// Sweeps dialogs that nobody finished and follows the apps of teams, until `stop`; once a node.
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut tick = interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut follow = interval(FOLLOW);
        follow.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut listener = self.parts.db.listen();
        loop {
            let mut tenants = Vec::new();
            let mut all = false;
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                notices = listener.next() => match notices {
                    Some(notices) => {
                        let told = notices.iter().filter(|notice| notice.topic == apps::APPS_TOPIC);
                        tenants.extend(told.map(|notice| notice.tenant));
                        kernel::sort(&mut tenants);
                        tenants.dedup();
                        self.follow(&tenants).await;
                        continue;
                    }
                    // some were lost
                    None => all = true,
                },
                _ = follow.tick() => all = true,
                _ = tick.tick() => {}
            }
            if all {
                let known = self.parts.scopes.tenants().await.unwrap_or_default();
                tenants.extend(known.into_iter().map(|tenant| tenant.id));
                self.follow(&tenants).await;
                continue;
            }
            for tenant in self.parts.scopes.tenants().await.unwrap_or_default() {
                let scope = self.parts.scopes.scope(tenant.id, JOB);
                if let Err(error) = self.sweep(&scope).await {
                    let error: &dyn std::error::Error = &error;
                    tracing::warn!(tenant.id = %tenant.id, error, "configuration.upkeep_failed");
                }
            }
        }
    }

    async fn follow(&self, tenants: &[TenantId]) {
        for tenant in tenants {
            let scope = self.parts.scopes.scope(*tenant, JOB);
            if let Err(error) = self.follow_apps(&scope).await {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(tenant.id = %tenant, error, "configuration.apps_not_followed");
            }
        }
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

/// Whether the actor sees the place and may not set connectors up there now.
const fn is_refusal(error: &HookError) -> bool {
    use workspace::Error as W;
    matches!(
        error,
        HookError::OwnersOnly
            | HookError::SwitchedOff { .. }
            | HookError::UnknownOwner { .. }
            | HookError::Workspace(W::ChannelArchived { .. } | W::TeamArchived { .. })
    )
}

/// What goes with a webhook that its owners remove; for [`channel_connectors::Parts::on_removal`].
///
/// # Errors
/// [`db::Error`].
pub fn forget_webhook(tx: &Tx<'_>, hook: WebhookId) -> db::Result<()> {
    store::delete_of_webhook(tx, hook)
}

/// Removes a configuration, and its webhook for good.
pub(crate) fn drop_whole(
    tx: &Tx<'_>,
    configuration: &Configuration,
    now: jiff::Timestamp,
) -> Result<()> {
    if let Some(hook) = configuration.webhook {
        hooks::remove(tx, hook, now)?;
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
    match access::may_see(tx, found.place) {
        Ok(()) => Ok(found),
        Err(HookError::Store(error) | HookError::Workspace(workspace::Error::Store(error))) => {
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
    access::may_configure(tx, found.place, need)?;
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
/// How often dialogs are swept.
const TICK: Duration = Duration::from_secs(30);

/// How often apps are compared with what is set up, should a notice be lost.
const FOLLOW: Duration = Duration::from_mins(10);
/// How long a dialog may stay open without a word.
const PENDING: SignedDuration = SignedDuration::from_mins(10);
/// Configurations of one transaction.
const SLICE: i64 = 50;
